//! Whether it worked, and on whom.

use super::document::Function;

mod experiment;
mod two_estimates;

mod benjamini_hochberg;
mod cuped;
mod detectable_difference;
mod difference_in_differences;
mod difference_in_means;
mod difference_lower;
mod difference_p_value;
mod difference_upper;
mod holm;
mod qini;
mod sample_ratio_mismatch;
mod sample_size_of_shares;
mod two_proportions;
mod uplift_deciles;

/// The functions of this family.
pub(super) fn all() -> Vec<Function> {
    vec![
        (&benjamini_hochberg::FUNCTION).into(),
        (&cuped::FUNCTION).into(),
        (&detectable_difference::FUNCTION).into(),
        (&difference_in_differences::FUNCTION).into(),
        (&difference_in_means::FUNCTION).into(),
        (&difference_lower::FUNCTION).into(),
        (&difference_p_value::FUNCTION).into(),
        (&difference_upper::FUNCTION).into(),
        (&holm::FUNCTION).into(),
        (&qini::FUNCTION).into(),
        (&sample_ratio_mismatch::FUNCTION).into(),
        (&sample_size_of_shares::FUNCTION).into(),
        (&two_proportions::FUNCTION).into(),
        (&uplift_deciles::FUNCTION).into(),
    ]
}
