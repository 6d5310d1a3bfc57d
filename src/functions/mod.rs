//! SQL functions: one file each, holding a name, its documentation, examples
//! that must hold, and the call into [`crate::kernel`].
//!
//! Everything DataFusion needs around a kernel is written once: [`rowwise`] for
//! functions that give a value per row, [`groupwise`] for aggregates. A new
//! function is a new file and a line in [`all`]. Formulas do not belong here.

use datafusion::prelude::SessionContext;

pub use self::document::{Argument, Call, Example, Field, Function, Kind, describe, markdown};
pub use self::domain::Domain;
pub use self::shape::Shape;

mod aggregate;
mod answers;
mod argument;
mod concentrated;
mod document;
mod domain;
mod fitted;
mod groupwise;
mod model;
mod multiset;
mod placed;
mod prospects;
mod refusal;
mod rowwise;
mod scalar;
mod shape;
mod tablewise;
#[cfg(test)]
mod testing;
mod valuewise;

mod bgnbd_dert;
mod bgnbd_discounted_purchases;
mod bgnbd_expected_purchases;
mod bgnbd_expected_purchases_new;
mod bgnbd_fit;
mod bgnbd_p_alive;
mod ces;
mod clumpiness;
mod clumpiness_p_value;
mod csat;
mod customers_for_share;
mod cut_score;
mod entropy;
mod gamma_gamma_expected_spend;
mod gamma_gamma_fit;
mod gini;
mod herfindahl;
mod lorenz;
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
mod quantile_cuts;
mod regularity;
mod theil;
mod top_share;
mod wilson_lower;
mod wilson_upper;

/// Every SQL function this program adds to DataFusion's own, by name.
#[must_use]
pub fn all() -> Vec<Function> {
    vec![
        (&bgnbd_dert::FUNCTION).into(),
        (&bgnbd_discounted_purchases::FUNCTION).into(),
        (&bgnbd_expected_purchases::FUNCTION).into(),
        (&bgnbd_expected_purchases_new::FUNCTION).into(),
        (&bgnbd_fit::FUNCTION).into(),
        (&bgnbd_p_alive::FUNCTION).into(),
        (&ces::FUNCTION).into(),
        (&clumpiness::FUNCTION).into(),
        (&clumpiness_p_value::FUNCTION).into(),
        (&csat::FUNCTION).into(),
        (&customers_for_share::FUNCTION).into(),
        (&cut_score::FUNCTION).into(),
        (&entropy::FUNCTION).into(),
        (&gamma_gamma_expected_spend::FUNCTION).into(),
        (&gamma_gamma_fit::FUNCTION).into(),
        (&gini::FUNCTION).into(),
        (&herfindahl::FUNCTION).into(),
        (&lorenz::FUNCTION).into(),
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
        (&quantile_cuts::FUNCTION).into(),
        (&regularity::FUNCTION).into(),
        (&theil::FUNCTION).into(),
        (&top_share::FUNCTION).into(),
        (&wilson_lower::FUNCTION).into(),
        (&wilson_upper::FUNCTION).into(),
    ]
}

/// Makes all functions known to a session.
pub fn register(context: &SessionContext) {
    for function in all() {
        match function.call {
            Call::Scalar { strict, lenient } => {
                context.register_udf(strict);
                context.register_udf(lenient);
            }
            Call::Aggregate(call) => context.register_udaf(call),
        }
    }
}
