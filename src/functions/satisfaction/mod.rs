//! What people answered: scores, rates, drivers, path models, groups.

use super::document::Function;

mod complete;
mod kano_pair;
mod pls_estimate;

mod ces;
mod csat;
mod driver_drift;
mod isotonic_fit;
mod k_means;
mod k_means_cluster;
mod kano;
mod kano_class;
mod key_drivers;
mod least_squares;
mod nps;
mod nps_difference;
mod penalty_reward;
mod pls_path;
mod pls_score;
mod rate;
mod weight_drift;
mod wilson_lower;
mod wilson_upper;

/// The functions of this family.
pub(super) fn all() -> Vec<Function> {
    vec![
        (&ces::FUNCTION).into(),
        (&csat::FUNCTION).into(),
        (&driver_drift::FUNCTION).into(),
        (&isotonic_fit::FUNCTION).into(),
        (&k_means::FUNCTION).into(),
        (&k_means_cluster::FUNCTION).into(),
        (&kano::FUNCTION).into(),
        (&kano_class::FUNCTION).into(),
        (&key_drivers::FUNCTION).into(),
        (&least_squares::FUNCTION).into(),
        (&nps::FUNCTION).into(),
        (&nps_difference::FUNCTION).into(),
        (&penalty_reward::FUNCTION).into(),
        (&pls_path::FUNCTION).into(),
        (&pls_score::FUNCTION).into(),
        (&rate::FUNCTION).into(),
        (&weight_drift::FUNCTION).into(),
        (&wilson_lower::FUNCTION).into(),
        (&wilson_upper::FUNCTION).into(),
    ]
}
