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
mod beta_bernoulli;
mod complete;
mod concentrated;
mod condensed;
mod document;
mod domain;
mod experiment;
mod fitted;
mod groupwise;
mod kano_pair;
mod lifetime;
mod memory;
mod model;
mod multiset;
mod placed;
mod pls_estimate;
mod prospects;
mod refusal;
mod renewal;
mod rowwise;
mod scalar;
mod shape;
mod spells;
mod tablewise;
#[cfg(test)]
mod testing;
mod valuewise;
mod worth;

mod bdw_del;
mod bdw_derl;
mod bdw_fit;
mod bdw_retention;
mod bdw_survival;
mod berger_nasr_clv;
mod beta_binomial_fit;
mod bgbb_dert;
mod bgbb_expected_purchases;
mod bgbb_expected_purchases_new;
mod bgbb_fit;
mod bgbb_p_alive;
mod bgbb_p_alive_after;
mod bgbb_purchases_lower;
mod bgbb_purchases_probability;
mod bgbb_purchases_probability_new;
mod bgbb_purchases_upper;
mod bgbb_purchases_variance;
mod bgcnbd_dert;
mod bgcnbd_expected_purchases;
mod bgcnbd_expected_purchases_new;
mod bgcnbd_fit;
mod bgcnbd_p_alive;
mod bgcnbd_p_alive_after;
mod bgcnbd_purchases_lower;
mod bgcnbd_purchases_probability;
mod bgcnbd_purchases_probability_new;
mod bgcnbd_purchases_upper;
mod bgcnbd_purchases_variance;
mod bgnbd_clv;
mod bgnbd_clv_lower;
mod bgnbd_clv_upper;
mod bgnbd_dert;
mod bgnbd_discounted_purchases;
mod bgnbd_expected_purchases;
mod bgnbd_expected_purchases_new;
mod bgnbd_fit;
mod bgnbd_p_alive;
mod bgnbd_p_alive_after;
mod bgnbd_purchases_lower;
mod bgnbd_purchases_probability;
mod bgnbd_purchases_probability_new;
mod bgnbd_purchases_upper;
mod bgnbd_purchases_variance;
mod blattberg_deighton_acquisition_spending;
mod blattberg_deighton_customer_equity;
mod blattberg_deighton_rate;
mod blattberg_deighton_responsiveness;
mod blattberg_deighton_retention_spending;
mod ces;
mod clumpiness;
mod clumpiness_p_value;
mod cox;
mod csat;
mod cumulative_incidence;
mod cuped;
mod customer_engagement_value;
mod customers_for_share;
mod cut_score;
mod detectable_difference;
mod difference_in_differences;
mod difference_in_means;
mod dirichlet;
mod driver_drift;
mod entropy;
mod gamma_gamma_expected_spend;
mod gamma_gamma_fit;
mod gamma_gamma_spend_variance;
mod gini;
mod growth_value;
mod herfindahl;
mod kano;
mod kano_class;
mod kaplan_meier;
mod key_drivers;
mod knowledge_value;
mod log_rank;
mod lorenz;
mod margin_multiple;
mod margin_multiple_with_first;
mod margin_multiple_with_growth;
mod mbgcnbd_dert;
mod mbgcnbd_expected_purchases;
mod mbgcnbd_expected_purchases_new;
mod mbgcnbd_fit;
mod mbgcnbd_p_alive;
mod mbgcnbd_p_alive_after;
mod mbgcnbd_purchases_lower;
mod mbgcnbd_purchases_probability;
mod mbgcnbd_purchases_probability_new;
mod mbgcnbd_purchases_upper;
mod mbgcnbd_purchases_variance;
mod mbgnbd_clv;
mod mbgnbd_clv_lower;
mod mbgnbd_clv_upper;
mod mbgnbd_dert;
mod mbgnbd_discounted_purchases;
mod mbgnbd_expected_purchases;
mod mbgnbd_expected_purchases_new;
mod mbgnbd_fit;
mod mbgnbd_p_alive;
mod mbgnbd_p_alive_after;
mod mbgnbd_purchases_lower;
mod mbgnbd_purchases_probability;
mod mbgnbd_purchases_probability_new;
mod mbgnbd_purchases_upper;
mod mbgnbd_purchases_variance;
mod nbd_clv;
mod nbd_clv_lower;
mod nbd_clv_upper;
mod nbd_dert;
mod nbd_discounted_purchases;
mod nbd_expected_purchases;
mod nbd_expected_purchases_new;
mod nbd_fit;
mod nbd_p_alive;
mod nbd_p_alive_after;
mod nbd_purchases_lower;
mod nbd_purchases_probability;
mod nbd_purchases_probability_new;
mod nbd_purchases_upper;
mod nbd_purchases_variance;
mod nps;
mod nps_difference;
mod pareto_nbd_clv;
mod pareto_nbd_clv_lower;
mod pareto_nbd_clv_upper;
mod pareto_nbd_dert;
mod pareto_nbd_discounted_purchases;
mod pareto_nbd_expected_purchases;
mod pareto_nbd_expected_purchases_new;
mod pareto_nbd_fit;
mod pareto_nbd_p_alive;
mod pareto_nbd_p_alive_after;
mod pareto_nbd_purchases_lower;
mod pareto_nbd_purchases_probability;
mod pareto_nbd_purchases_probability_new;
mod pareto_nbd_purchases_upper;
mod pareto_nbd_purchases_variance;
mod payback_periods;
mod penalty_reward;
mod pfeifer_carraway_value;
mod pls_path;
mod pls_score;
mod purchase_model_comparison;
mod qini;
mod quantile_cuts;
mod rate;
mod referral_value;
mod regularity;
mod retention_elasticity;
mod return_on_marketing;
mod rlz_clv;
mod rlz_switching;
mod sample_ratio_mismatch;
mod sample_size_of_shares;
mod sbg_del;
mod sbg_derl;
mod sbg_fit;
mod sbg_retention;
mod sbg_survival;
mod stationary_shares;
mod survival_median;
mod survival_quantile;
mod theil;
mod top_share;
mod two_proportions;
mod uplift_deciles;
mod weight_drift;
mod wilson_lower;
mod wilson_upper;

/// Every SQL function this program adds to DataFusion's own, by name.
#[must_use]
pub fn all() -> Vec<Function> {
    vec![
        (&bdw_del::FUNCTION).into(),
        (&bdw_derl::FUNCTION).into(),
        (&bdw_fit::FUNCTION).into(),
        (&bdw_retention::FUNCTION).into(),
        (&bdw_survival::FUNCTION).into(),
        (&berger_nasr_clv::FUNCTION).into(),
        (&beta_binomial_fit::FUNCTION).into(),
        (&bgbb_dert::FUNCTION).into(),
        (&bgbb_expected_purchases::FUNCTION).into(),
        (&bgbb_expected_purchases_new::FUNCTION).into(),
        (&bgbb_fit::FUNCTION).into(),
        (&bgbb_p_alive::FUNCTION).into(),
        (&bgbb_p_alive_after::FUNCTION).into(),
        (&bgbb_purchases_lower::FUNCTION).into(),
        (&bgbb_purchases_probability::FUNCTION).into(),
        (&bgbb_purchases_probability_new::FUNCTION).into(),
        (&bgbb_purchases_upper::FUNCTION).into(),
        (&bgbb_purchases_variance::FUNCTION).into(),
        (&bgcnbd_dert::FUNCTION).into(),
        (&bgcnbd_expected_purchases::FUNCTION).into(),
        (&bgcnbd_expected_purchases_new::FUNCTION).into(),
        (&bgcnbd_fit::FUNCTION).into(),
        (&bgcnbd_p_alive::FUNCTION).into(),
        (&bgcnbd_p_alive_after::FUNCTION).into(),
        (&bgcnbd_purchases_lower::FUNCTION).into(),
        (&bgcnbd_purchases_probability::FUNCTION).into(),
        (&bgcnbd_purchases_probability_new::FUNCTION).into(),
        (&bgcnbd_purchases_upper::FUNCTION).into(),
        (&bgcnbd_purchases_variance::FUNCTION).into(),
        (&bgnbd_clv::FUNCTION).into(),
        (&bgnbd_clv_lower::FUNCTION).into(),
        (&bgnbd_clv_upper::FUNCTION).into(),
        (&bgnbd_dert::FUNCTION).into(),
        (&bgnbd_discounted_purchases::FUNCTION).into(),
        (&bgnbd_expected_purchases::FUNCTION).into(),
        (&bgnbd_expected_purchases_new::FUNCTION).into(),
        (&bgnbd_fit::FUNCTION).into(),
        (&bgnbd_p_alive::FUNCTION).into(),
        (&bgnbd_p_alive_after::FUNCTION).into(),
        (&bgnbd_purchases_lower::FUNCTION).into(),
        (&bgnbd_purchases_probability::FUNCTION).into(),
        (&bgnbd_purchases_probability_new::FUNCTION).into(),
        (&bgnbd_purchases_upper::FUNCTION).into(),
        (&bgnbd_purchases_variance::FUNCTION).into(),
        (&blattberg_deighton_acquisition_spending::FUNCTION).into(),
        (&blattberg_deighton_customer_equity::FUNCTION).into(),
        (&blattberg_deighton_rate::FUNCTION).into(),
        (&blattberg_deighton_responsiveness::FUNCTION).into(),
        (&blattberg_deighton_retention_spending::FUNCTION).into(),
        (&ces::FUNCTION).into(),
        (&clumpiness::FUNCTION).into(),
        (&clumpiness_p_value::FUNCTION).into(),
        (&cox::FUNCTION).into(),
        (&csat::FUNCTION).into(),
        (&cumulative_incidence::FUNCTION).into(),
        (&cuped::FUNCTION).into(),
        (&customer_engagement_value::FUNCTION).into(),
        (&customers_for_share::FUNCTION).into(),
        (&cut_score::FUNCTION).into(),
        (&detectable_difference::FUNCTION).into(),
        (&difference_in_differences::FUNCTION).into(),
        (&difference_in_means::FUNCTION).into(),
        (&dirichlet::FUNCTION).into(),
        (&driver_drift::FUNCTION).into(),
        (&entropy::FUNCTION).into(),
        (&gamma_gamma_expected_spend::FUNCTION).into(),
        (&gamma_gamma_fit::FUNCTION).into(),
        (&gamma_gamma_spend_variance::FUNCTION).into(),
        (&gini::FUNCTION).into(),
        (&growth_value::FUNCTION).into(),
        (&herfindahl::FUNCTION).into(),
        (&kano::FUNCTION).into(),
        (&kano_class::FUNCTION).into(),
        (&kaplan_meier::FUNCTION).into(),
        (&key_drivers::FUNCTION).into(),
        (&knowledge_value::FUNCTION).into(),
        (&log_rank::FUNCTION).into(),
        (&lorenz::FUNCTION).into(),
        (&margin_multiple::FUNCTION).into(),
        (&margin_multiple_with_first::FUNCTION).into(),
        (&margin_multiple_with_growth::FUNCTION).into(),
        (&mbgcnbd_dert::FUNCTION).into(),
        (&mbgcnbd_expected_purchases::FUNCTION).into(),
        (&mbgcnbd_expected_purchases_new::FUNCTION).into(),
        (&mbgcnbd_fit::FUNCTION).into(),
        (&mbgcnbd_p_alive::FUNCTION).into(),
        (&mbgcnbd_p_alive_after::FUNCTION).into(),
        (&mbgcnbd_purchases_lower::FUNCTION).into(),
        (&mbgcnbd_purchases_probability::FUNCTION).into(),
        (&mbgcnbd_purchases_probability_new::FUNCTION).into(),
        (&mbgcnbd_purchases_upper::FUNCTION).into(),
        (&mbgcnbd_purchases_variance::FUNCTION).into(),
        (&mbgnbd_clv::FUNCTION).into(),
        (&mbgnbd_clv_lower::FUNCTION).into(),
        (&mbgnbd_clv_upper::FUNCTION).into(),
        (&mbgnbd_dert::FUNCTION).into(),
        (&mbgnbd_discounted_purchases::FUNCTION).into(),
        (&mbgnbd_expected_purchases::FUNCTION).into(),
        (&mbgnbd_expected_purchases_new::FUNCTION).into(),
        (&mbgnbd_fit::FUNCTION).into(),
        (&mbgnbd_p_alive::FUNCTION).into(),
        (&mbgnbd_p_alive_after::FUNCTION).into(),
        (&mbgnbd_purchases_lower::FUNCTION).into(),
        (&mbgnbd_purchases_probability::FUNCTION).into(),
        (&mbgnbd_purchases_probability_new::FUNCTION).into(),
        (&mbgnbd_purchases_upper::FUNCTION).into(),
        (&mbgnbd_purchases_variance::FUNCTION).into(),
        (&nbd_clv::FUNCTION).into(),
        (&nbd_clv_lower::FUNCTION).into(),
        (&nbd_clv_upper::FUNCTION).into(),
        (&nbd_dert::FUNCTION).into(),
        (&nbd_discounted_purchases::FUNCTION).into(),
        (&nbd_expected_purchases::FUNCTION).into(),
        (&nbd_expected_purchases_new::FUNCTION).into(),
        (&nbd_fit::FUNCTION).into(),
        (&nbd_p_alive::FUNCTION).into(),
        (&nbd_p_alive_after::FUNCTION).into(),
        (&nbd_purchases_lower::FUNCTION).into(),
        (&nbd_purchases_probability::FUNCTION).into(),
        (&nbd_purchases_probability_new::FUNCTION).into(),
        (&nbd_purchases_upper::FUNCTION).into(),
        (&nbd_purchases_variance::FUNCTION).into(),
        (&nps::FUNCTION).into(),
        (&nps_difference::FUNCTION).into(),
        (&pareto_nbd_clv::FUNCTION).into(),
        (&pareto_nbd_clv_lower::FUNCTION).into(),
        (&pareto_nbd_clv_upper::FUNCTION).into(),
        (&pareto_nbd_dert::FUNCTION).into(),
        (&pareto_nbd_discounted_purchases::FUNCTION).into(),
        (&pareto_nbd_expected_purchases::FUNCTION).into(),
        (&pareto_nbd_expected_purchases_new::FUNCTION).into(),
        (&pareto_nbd_fit::FUNCTION).into(),
        (&pareto_nbd_p_alive::FUNCTION).into(),
        (&pareto_nbd_p_alive_after::FUNCTION).into(),
        (&pareto_nbd_purchases_lower::FUNCTION).into(),
        (&pareto_nbd_purchases_probability::FUNCTION).into(),
        (&pareto_nbd_purchases_probability_new::FUNCTION).into(),
        (&pareto_nbd_purchases_upper::FUNCTION).into(),
        (&pareto_nbd_purchases_variance::FUNCTION).into(),
        (&payback_periods::FUNCTION).into(),
        (&penalty_reward::FUNCTION).into(),
        (&pfeifer_carraway_value::FUNCTION).into(),
        (&pls_path::FUNCTION).into(),
        (&pls_score::FUNCTION).into(),
        (&purchase_model_comparison::FUNCTION).into(),
        (&qini::FUNCTION).into(),
        (&quantile_cuts::FUNCTION).into(),
        (&rate::FUNCTION).into(),
        (&referral_value::FUNCTION).into(),
        (&regularity::FUNCTION).into(),
        (&retention_elasticity::FUNCTION).into(),
        (&return_on_marketing::FUNCTION).into(),
        (&rlz_clv::FUNCTION).into(),
        (&rlz_switching::FUNCTION).into(),
        (&sample_ratio_mismatch::FUNCTION).into(),
        (&sample_size_of_shares::FUNCTION).into(),
        (&sbg_del::FUNCTION).into(),
        (&sbg_derl::FUNCTION).into(),
        (&sbg_fit::FUNCTION).into(),
        (&sbg_retention::FUNCTION).into(),
        (&sbg_survival::FUNCTION).into(),
        (&stationary_shares::FUNCTION).into(),
        (&survival_median::FUNCTION).into(),
        (&survival_quantile::FUNCTION).into(),
        (&theil::FUNCTION).into(),
        (&top_share::FUNCTION).into(),
        (&two_proportions::FUNCTION).into(),
        (&uplift_deciles::FUNCTION).into(),
        (&weight_drift::FUNCTION).into(),
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
