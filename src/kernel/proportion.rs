//! Shares of answers, with 95 % intervals that behave at 0 %, 100 % and small n.
//!
//! | symbol | meaning                                            | domain      |
//! |--------|----------------------------------------------------|-------------|
//! | `p`    | weighted share that answered so                    | 0 ≤ p ≤ 1   |
//! | `n`    | sample size, effective where answers have weights  | n > 0       |
//! | `z`    | 97.5 % point of the normal distribution            | 1.959964    |
//!
//! Sources: Wilson (1927),
//! "Probable Inference, the Law of Succession, and Statistical Inference", JASA
//! 22(158), 209–212; Rocks (2016), "Interval Estimation for the 'Net Promoter
//! Score'", The American Statistician 70(4), 365–372.

use super::domain::{OutOfDomain, ensure, ensure_not_negative};

/// The 97.5 % point of the standard normal distribution.
pub(super) const Z: f64 = 1.959_963_984_540_054;

/// An estimate between its limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The estimate.
    pub value: f64,
    /// Lower 95 % limit.
    pub lower: f64,
    /// Upper 95 % limit.
    pub upper: f64,
}

/// A rate and its interval; `None` where the denominator is 0.
///
/// # Errors
/// The denominator is negative or not finite, or the numerator lies outside 0 to the denominator.
pub fn share(numerator: f64, denominator: f64) -> Result<Option<Interval>, OutOfDomain> {
    ensure_not_negative("denominator", denominator)?;
    let inside = (0.0..=denominator).contains(&numerator);
    ensure(inside, "numerator", "between 0 and the denominator", numerator)?;
    Ok((denominator > 0.0).then(|| wilson(numerator / denominator, denominator)))
}

/// Share `p` of `n` answers with Wilson's score interval.
#[must_use]
pub fn wilson(p: f64, n: f64) -> Interval {
    let z2 = Z * Z / n;
    let centre = (p + z2 / 2.0) / (1.0 + z2);
    let half = (z2 * p * (1.0 - p) + z2 * z2 / 4.0).sqrt() / (1.0 + z2);
    // At both ends the limit is the share itself; rounding must not pass it.
    let lower = if p <= 0.0 { 0.0 } else { (centre - half).max(0.0) };
    let upper = if p >= 1.0 { 1.0 } else { (centre + half).min(1.0) };
    Interval { value: p, lower, upper }
}

/// Net promoter score, −100 to 100, with the adjusted Wald interval: three more
/// answers are imagined, three quarters each of promoters and detractors.
///
/// `promoters` and `detractors` are shares of `n` answers.
#[must_use]
pub fn net_promoter_score(promoters: f64, detractors: f64, n: f64) -> Interval {
    let (p, d) = ((promoters * n + 0.75) / (n + 3.0), (detractors * n + 0.75) / (n + 3.0));
    let half = Z * ((p + d - (p - d) * (p - d)) / (n + 3.0)).sqrt();
    Interval {
        value: 100.0 * (promoters - detractors),
        lower: (100.0 * (p - d - half)).max(-100.0),
        upper: (100.0 * (p - d + half)).min(100.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn wilson_matches_the_reference_values() {
        for (hits, n, lower, upper) in [
            (80.0, 100.0, 0.711_170_834_406_841, 0.866_633_066_668_968),
            (0.0, 10.0, 0.0, 0.277_532_799_862_889),
            (10.0, 10.0, 0.722_467_200_137_111, 1.0),
            (1.0, 1.0, 0.206_549_314_377_237, 1.0),
            (0.0, 1.0, 0.0, 0.793_450_685_622_763),
            (150.0, 200.0, 0.685_659_016_879_542, 0.804_918_319_931_825),
            (7.0, 12.0, 0.319_511_312_549_55, 0.806_739_686_341_243),
        ] {
            let got = wilson(hits / n, n);
            assert!((got.lower - lower).abs() < 1e-12, "{hits}/{n}: {got:?}");
            assert!((got.upper - upper).abs() < 1e-12, "{hits}/{n}: {got:?}");
        }
    }

    #[test]
    fn net_promoter_scores_match_the_reference_values() {
        for (p, d, n, value, lower, upper) in [
            (50.0, 20.0, 100.0, 30.0, 14.051_130_178_8, 44.201_297_005_7),
            (6.0, 2.0, 10.0, 40.0, -12.585_579_968_8, 74.124_041_507_3),
            (10.0, 0.0, 10.0, 100.0, 47.503_551_544_8, 100.0),
            (0.0, 0.0, 7.0, 0.0, -24.004_558_381_8, 24.004_558_381_8),
        ] {
            let got = net_promoter_score(p / n, d / n, n);
            assert!((got.value - value).abs() < 1e-12, "{p}/{d}/{n}: {got:?}");
            assert!((got.lower - lower).abs() < 1e-10, "{p}/{d}/{n}: {got:?}");
            assert!((got.upper - upper).abs() < 1e-10, "{p}/{d}/{n}: {got:?}");
        }
    }

    proptest! {
        #[test]
        fn intervals_hold_their_estimate_and_stay_on_the_scale(
            p in 0.0..=1.0_f64, share in 0.0..=1.0_f64, n in 0.01..1e7_f64,
        ) {
            let got = wilson(p, n);
            prop_assert!(0.0 <= got.lower && got.lower <= p && p <= got.upper && got.upper <= 1.0);
            let score = net_promoter_score(p, (1.0 - p) * share, n);
            prop_assert!(-100.0 <= score.lower && score.lower <= score.upper && score.upper <= 100.0);
        }
    }
}
