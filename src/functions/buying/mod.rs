//! Who will buy again, how often, and for how much.

use super::document::Function;

mod beta_bernoulli;
mod condensed;
mod worth;

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
mod gamma_gamma_expected_spend;
mod gamma_gamma_fit;
mod gamma_gamma_spend_variance;
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
mod purchase_model_comparison;
mod purchase_model_discounted_purchases;
mod purchase_model_expected_purchases;
mod purchase_model_fit;
mod purchase_model_p_alive;
mod regular_purchase_model_comparison;

/// The functions of this family.
pub(super) fn all() -> Vec<Function> {
    one_model().into_iter().chain(any_model()).collect()
}

/// Those of whichever model was chosen, and those that help to choose.
fn any_model() -> Vec<Function> {
    vec![
        (&purchase_model_comparison::FUNCTION).into(),
        (&purchase_model_discounted_purchases::FUNCTION).into(),
        (&purchase_model_expected_purchases::FUNCTION).into(),
        (&purchase_model_fit::FUNCTION).into(),
        (&purchase_model_p_alive::FUNCTION).into(),
        (&regular_purchase_model_comparison::FUNCTION).into(),
    ]
}

/// Those of one model each.
fn one_model() -> Vec<Function> {
    vec![
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
        (&gamma_gamma_expected_spend::FUNCTION).into(),
        (&gamma_gamma_fit::FUNCTION).into(),
        (&gamma_gamma_spend_variance::FUNCTION).into(),
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
    ]
}
