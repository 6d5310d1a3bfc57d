//! Whether subjects were assigned to the arms as intended.
//!
//! ```text
//! χ² = (n₁ − πn)² / (π(1 − π)n)     one degree of freedom
//! ```
//!
//! A mismatch says that something affected who is in which arm, or who is missing
//! from one; then no result of the experiment can be trusted. Because the check is made for every
//! experiment, p below 0.001 is the usual alarm.
//!
//! Source: Fabijan et al. (2019), "Diagnosing Sample Ratio Mismatch in Online
//! Controlled Experiments", KDD '19, 2156–2164.

use super::arm::Subject;
use crate::kernel::OutOfDomain;
use crate::kernel::domain::ensure;
use crate::kernel::level::Level;
use crate::kernel::maths::normal::two_sided;
use crate::kernel::proportion::{Interval, wilson};

/// How many were treated, against how many should have been.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RatioMismatch {
    /// Share of the treated, with Wilson's interval.
    pub share: Interval,
    /// The treated.
    pub treated: u64,
    /// All subjects.
    pub n: u64,
    /// χ² with one degree of freedom.
    pub statistic: f64,
    /// How often chance alone would deal as unevenly.
    pub p_value: f64,
    /// Fewer than 5 expected in an arm, too few for χ².
    pub is_small: bool,
}

/// Counts the treated against `expected_share` of all. `None` without subjects.
///
/// # Errors
/// `expected_share` is not between 0 and 1.
pub fn sample_ratio_mismatch(
    subjects: &[Subject<0>],
    expected_share: f64,
    level: Level,
) -> Result<Option<RatioMismatch>, OutOfDomain> {
    let inside = expected_share > 0.0 && expected_share < 1.0;
    ensure(inside, "expected_share", "above 0 and below 1", expected_share)?;
    let n: u64 = subjects.iter().map(|subject| subject.count).sum();
    let treated = subjects.iter().filter(|s| s.is_treated).map(|s| s.count).sum::<u64>();
    let (all, expected) = (n as f64, n as f64 * expected_share);
    let z = (treated as f64 - expected) / (expected * (1.0 - expected_share)).sqrt();
    Ok((n > 0).then(|| RatioMismatch {
        share: wilson(treated as f64 / all, all, level),
        treated,
        n,
        statistic: z * z,
        p_value: two_sided(z),
        is_small: expected.min(all - expected) < 5.0,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arms(treated: u64, control: u64) -> [Subject<0>; 2] {
        [(true, treated), (false, control)].map(|(is_treated, count)| Subject {
            values: [],
            is_treated,
            weight: 1.0,
            count,
        })
    }

    #[test]
    fn a_published_mismatch_is_found() {
        // Kohavi, Tang and Xu (2020), "Trustworthy Online Controlled Experiments",
        // 3: 821,588 against 815,482 where halves were meant.
        let got =
            sample_ratio_mismatch(&arms(821_588, 815_482), 0.5, Level::USUAL).expect("in domain");
        let got = got.expect("subjects");
        assert!((got.statistic - 22.774_3).abs() < 1e-4, "{got:?}");
        assert!((got.p_value / 1.8e-6 - 1.0).abs() < 0.05, "{got:?}");
        assert!(got.share.lower > 0.5 && !got.is_small);
    }

    #[test]
    fn limits_of_other_levels_are_those_of_another_library() {
        // statsmodels 0.15: proportion_confint(30, 100, 1 - level, "wilson")
        for (level, lower, upper) in [
            (0.9, 0.230_704_954_369_145_23, 0.379_832_133_944_124_46),
            (0.99, 0.197_460_656_209_905_16, 0.427_427_618_876_424),
        ] {
            let got = sample_ratio_mismatch(&arms(30, 70), 0.3, Level::of(level));
            let share = got.expect("in domain").expect("subjects").share;
            assert!((share.lower - lower).abs() < 1e-12, "{level}: {share:?}");
            assert!((share.upper - upper).abs() < 1e-12, "{level}: {share:?}");
        }
    }

    #[test]
    fn an_even_deal_has_nothing_to_show() {
        let got = sample_ratio_mismatch(&arms(30, 70), 0.3, Level::USUAL)
            .expect("in domain")
            .expect("subjects");
        assert!(got.statistic < 1e-25 && (got.p_value - 1.0).abs() < 1e-12);
        let few = sample_ratio_mismatch(&arms(0, 6), 0.5, Level::USUAL)
            .expect("in domain")
            .expect("subjects");
        assert!((few.statistic - 6.0).abs() < 1e-12 && few.is_small);
        assert_eq!(sample_ratio_mismatch(&[], 0.5, Level::USUAL), Ok(None));
        let error = sample_ratio_mismatch(&[], 1.0, Level::USUAL).expect_err("nobody is control");
        assert_eq!(error.to_string(), "`expected_share` must be above 0 and below 1, got 1");
    }
}
