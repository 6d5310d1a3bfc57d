//! SQL functions: one file each, holding a name, its documentation, examples
//! that must hold, and the call into [`crate::kernel`].
//!
//! Everything DataFusion needs around a kernel is written once: [`rowwise`] for
//! functions that give a value per row, [`groupwise`] for aggregates. A new
//! function is a new file and a line in [`all`]. Formulas do not belong here.

use datafusion::prelude::SessionContext;

pub use self::document::{Argument, Call, Example, Field, Function, describe, markdown};

mod answers;
mod argument;
mod document;
mod fitted;
mod groupwise;
mod lifetime;
mod model;
mod multiset;
mod prospects;
mod rowwise;

mod berger_nasr_clv;
mod bgnbd_dert;
mod bgnbd_discounted_purchases;
mod bgnbd_expected_purchases;
mod bgnbd_expected_purchases_new;
mod bgnbd_fit;
mod bgnbd_p_alive;
mod blattberg_deighton_acquisition_spending;
mod blattberg_deighton_customer_equity;
mod blattberg_deighton_rate;
mod blattberg_deighton_responsiveness;
mod blattberg_deighton_retention_spending;
mod ces;
mod csat;
mod customer_engagement_value;
mod cut_score;
mod gamma_gamma_expected_spend;
mod gamma_gamma_fit;
mod growth_value;
mod knowledge_value;
mod margin_multiple;
mod margin_multiple_with_first;
mod margin_multiple_with_growth;
mod mbgnbd_dert;
mod mbgnbd_expected_purchases;
mod mbgnbd_expected_purchases_new;
mod mbgnbd_fit;
mod mbgnbd_p_alive;
mod nbd_expected_purchases;
mod nbd_expected_purchases_new;
mod nbd_fit;
mod nps;
mod pareto_nbd_dert;
mod pareto_nbd_expected_purchases;
mod pareto_nbd_expected_purchases_new;
mod pareto_nbd_fit;
mod pareto_nbd_p_alive;
mod payback_periods;
mod quantile_cuts;
mod referral_value;
mod retention_elasticity;
mod return_on_marketing;
mod wilson_lower;
mod wilson_upper;

/// Every SQL function this program adds to DataFusion's own, by name.
#[must_use]
pub fn all() -> Vec<Function> {
    vec![
        (&berger_nasr_clv::FUNCTION).into(),
        (&bgnbd_dert::FUNCTION).into(),
        (&bgnbd_discounted_purchases::FUNCTION).into(),
        (&bgnbd_expected_purchases::FUNCTION).into(),
        (&bgnbd_expected_purchases_new::FUNCTION).into(),
        (&bgnbd_fit::FUNCTION).into(),
        (&bgnbd_p_alive::FUNCTION).into(),
        (&blattberg_deighton_acquisition_spending::FUNCTION).into(),
        (&blattberg_deighton_customer_equity::FUNCTION).into(),
        (&blattberg_deighton_rate::FUNCTION).into(),
        (&blattberg_deighton_responsiveness::FUNCTION).into(),
        (&blattberg_deighton_retention_spending::FUNCTION).into(),
        (&ces::FUNCTION).into(),
        (&csat::FUNCTION).into(),
        (&customer_engagement_value::FUNCTION).into(),
        (&cut_score::FUNCTION).into(),
        (&gamma_gamma_expected_spend::FUNCTION).into(),
        (&gamma_gamma_fit::FUNCTION).into(),
        (&growth_value::FUNCTION).into(),
        (&knowledge_value::FUNCTION).into(),
        (&margin_multiple::FUNCTION).into(),
        (&margin_multiple_with_first::FUNCTION).into(),
        (&margin_multiple_with_growth::FUNCTION).into(),
        (&mbgnbd_dert::FUNCTION).into(),
        (&mbgnbd_expected_purchases::FUNCTION).into(),
        (&mbgnbd_expected_purchases_new::FUNCTION).into(),
        (&mbgnbd_fit::FUNCTION).into(),
        (&mbgnbd_p_alive::FUNCTION).into(),
        (&nbd_expected_purchases::FUNCTION).into(),
        (&nbd_expected_purchases_new::FUNCTION).into(),
        (&nbd_fit::FUNCTION).into(),
        (&nps::FUNCTION).into(),
        (&pareto_nbd_dert::FUNCTION).into(),
        (&pareto_nbd_expected_purchases::FUNCTION).into(),
        (&pareto_nbd_expected_purchases_new::FUNCTION).into(),
        (&pareto_nbd_fit::FUNCTION).into(),
        (&pareto_nbd_p_alive::FUNCTION).into(),
        (&payback_periods::FUNCTION).into(),
        (&quantile_cuts::FUNCTION).into(),
        (&referral_value::FUNCTION).into(),
        (&retention_elasticity::FUNCTION).into(),
        (&return_on_marketing::FUNCTION).into(),
        (&wilson_lower::FUNCTION).into(),
        (&wilson_upper::FUNCTION).into(),
    ]
}

/// Makes all functions known to a session.
pub fn register(context: &SessionContext) {
    for function in all() {
        match function.call {
            Call::Scalar(call) => context.register_udf(call),
            Call::Aggregate(call) => context.register_udaf(call),
        }
    }
}
