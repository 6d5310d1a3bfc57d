//! What customers do: concentration, rhythm, brands, duration, scores, contacts.

use super::document::Function;

mod concentrated;
mod placed;
mod spells;

mod beta_binomial_fit;
mod clumpiness;
mod clumpiness_p_value;
mod cox;
mod cumulative_incidence;
mod customers_for_share;
mod cut_score;
mod dirichlet;
mod entropy;
mod erlang_c;
mod gini;
mod herfindahl;
mod kaplan_meier;
mod log_rank;
mod lorenz;
mod poisson_lower;
mod poisson_upper;
mod quantile_cuts;
mod regularity;
mod survival_median;
mod survival_quantile;
mod theil;
mod top_share;

/// The functions of this family.
pub(super) fn all() -> Vec<Function> {
    vec![
        (&beta_binomial_fit::FUNCTION).into(),
        (&clumpiness::FUNCTION).into(),
        (&clumpiness_p_value::FUNCTION).into(),
        (&cox::FUNCTION).into(),
        (&cumulative_incidence::FUNCTION).into(),
        (&customers_for_share::FUNCTION).into(),
        (&cut_score::FUNCTION).into(),
        (&dirichlet::FUNCTION).into(),
        (&entropy::FUNCTION).into(),
        (&erlang_c::FUNCTION).into(),
        (&gini::FUNCTION).into(),
        (&herfindahl::FUNCTION).into(),
        (&kaplan_meier::FUNCTION).into(),
        (&log_rank::FUNCTION).into(),
        (&lorenz::FUNCTION).into(),
        (&poisson_lower::FUNCTION).into(),
        (&poisson_upper::FUNCTION).into(),
        (&quantile_cuts::FUNCTION).into(),
        (&regularity::FUNCTION).into(),
        (&survival_median::FUNCTION).into(),
        (&survival_quantile::FUNCTION).into(),
        (&theil::FUNCTION).into(),
        (&top_share::FUNCTION).into(),
    ]
}
