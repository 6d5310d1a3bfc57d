//! Shares of answers, with intervals that behave at 0 %, 100 % and small n.
//!
//! | symbol | meaning                                            | domain      |
//! |--------|----------------------------------------------------|-------------|
//! | `p`    | weighted share that answered so                    | 0 ≤ p ≤ 1   |
//! | `n`    | sample size, effective where answers have weights  | n > 0       |
//! | `z`    | point of the normal distribution for the level     | z > 0       |
//!
//! Sources: Wilson (1927),
//! "Probable Inference, the Law of Succession, and Statistical Inference", JASA
//! 22(158), 209–212; Rocks (2016), "Interval Estimation for the 'Net Promoter
//! Score'", The American Statistician 70(4), 365–372.

use super::domain::{OutOfDomain, ensure, ensure_not_negative};
use super::level::Level;

/// An estimate between its limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The estimate.
    pub value: f64,
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
}

/// A probability, without the trace by which rounding may have left its ends.
#[must_use]
pub fn probability(share: f64) -> f64 {
    let held = share.clamp(0.0, 1.0);
    debug_assert!(share.is_nan() || (share - held).abs() < 1e-9, "a probability of {share}");
    held
}

/// A rate and its interval; `None` where the denominator is 0.
///
/// # Errors
/// The denominator is negative or not finite, or the numerator lies outside 0 to the denominator.
pub fn share(
    numerator: f64,
    denominator: f64,
    level: Level,
) -> Result<Option<Interval>, OutOfDomain> {
    ensure_not_negative("denominator", denominator)?;
    let inside = (0.0..=denominator).contains(&numerator);
    ensure(inside, "numerator", "between 0 and the denominator", numerator)?;
    Ok((denominator > 0.0).then(|| wilson(numerator / denominator, denominator, level)))
}

/// Share `p` of `n` answers with Wilson's score interval.
#[must_use]
pub fn wilson(p: f64, n: f64, level: Level) -> Interval {
    let z2 = level.z * level.z / n;
    let centre = (p + z2 / 2.0) / (1.0 + z2);
    let half = (z2 * p * (1.0 - p) + z2 * z2 / 4.0).sqrt() / (1.0 + z2);
    // At both ends the limit is the share itself; rounding must not pass it.
    let lower = if p <= 0.0 { 0.0 } else { (centre - half).max(0.0) };
    let upper = if p >= 1.0 { 1.0 } else { (centre + half).min(1.0) };
    Interval { value: p, lower, upper }
}

/// From this many answers on, the limits of [`net_promoter_score`] have their nominal coverage, on
/// average over all possible scores, and never less than 83 % of it; for one answer they may always
/// be wrong.
pub const LEAST_FOR_NET_PROMOTERS: f64 = 5.0;

/// The limits of a net promoter score, −100 to 100, by the adjusted Wald interval: three more
/// answers are imagined, three quarters each of promoters and detractors. `None` for too few answers.
///
/// `promoters` and `detractors` are shares of `n` answers.
#[must_use]
pub fn net_promoter_limits(
    promoters: f64,
    detractors: f64,
    n: f64,
    level: Level,
) -> Option<(f64, f64)> {
    let (score, variance) = imagined_net_promoters(promoters, detractors, n);
    let half = level.z * variance.sqrt();
    let limits = ((100.0 * (score - half)).max(-100.0), (100.0 * (score + half)).min(100.0));
    // Rounding may leave five equal weights a trace short.
    (n > LEAST_FOR_NET_PROMOTERS - 1e-9).then_some(limits)
}

/// The score with three more answers, three quarters each of promoters and detractors, from −1 to 1,
/// and its variance.
pub(super) fn imagined_net_promoters(promoters: f64, detractors: f64, n: f64) -> (f64, f64) {
    let (p, d) = ((promoters * n + 0.75) / (n + 3.0), (detractors * n + 0.75) / (n + 3.0));
    (p - d, (p + d - (p - d) * (p - d)) / (n + 3.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rounding_does_not_leave_the_range_of_a_probability() {
        for (share, want) in [(-1e-12, 0.0_f64), (1.0 + 1e-12, 1.0), (0.25, 0.25), (0.0, 0.0)] {
            assert_eq!(probability(share).to_bits(), want.to_bits(), "{share}");
        }
        assert!(probability(f64::NAN).is_nan());
    }

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
            let got = wilson(hits / n, n, Level::USUAL);
            assert!((got.lower - lower).abs() < 1e-12, "{hits}/{n}: {got:?}");
            assert!((got.upper - upper).abs() < 1e-12, "{hits}/{n}: {got:?}");
        }
    }

    #[test]
    fn net_promoter_limits_match_the_reference_values() {
        for (p, d, n, lower, upper) in [
            (50.0, 20.0, 100.0, 14.051_130_178_8, 44.201_297_005_7),
            (6.0, 2.0, 10.0, -12.585_579_968_8, 74.124_041_507_3),
            (10.0, 0.0, 10.0, 47.503_551_544_8, 100.0),
            (0.0, 0.0, 7.0, -24.004_558_381_8, 24.004_558_381_8),
        ] {
            let got = net_promoter_limits(p / n, d / n, n, Level::USUAL).expect("enough");
            assert!((got.0 - lower).abs() < 1e-10, "{p}/{d}/{n}: {got:?}");
            assert!((got.1 - upper).abs() < 1e-10, "{p}/{d}/{n}: {got:?}");
        }
    }

    /// The share of samples of `n` whose limits contain the score, at the worst of a grid of
    /// shares.
    fn worst_coverage(n: u64) -> f64 {
        let factorial = |k: u64| (1..=k).map(|i| i as f64).product::<f64>();
        let power = |base: f64, k: u64| (0..k).map(|_| base).product::<f64>();
        let mut worst = 1.0_f64;
        for (i, j) in (0..=20_u32).flat_map(|i| (0..=20 - i).map(move |j| (i, j))) {
            let (p, d) = (f64::from(i) / 20.0, f64::from(j) / 20.0);
            let mut coverage = 0.0;
            for (a, b) in (0..=n).flat_map(|a| (0..=n - a).map(move |b| (a, b))) {
                let (x, y) = (a as f64 / n as f64, b as f64 / n as f64);
                let limits = net_promoter_limits(x, y, n as f64, Level::USUAL);
                let (lower, upper) = limits.unwrap_or((-100.0, 100.0));
                if (lower - 1e-9..=upper + 1e-9).contains(&(100.0 * (p - d))) {
                    let rest = (1.0 - p - d).max(0.0);
                    let ways = factorial(n) / factorial(a) / factorial(b) / factorial(n - a - b);
                    coverage += ways * power(p, a) * power(d, b) * power(rest, n - a - b);
                }
            }
            worst = worst.min(coverage);
        }
        worst
    }

    #[test]
    fn net_promoter_limits_are_given_from_where_they_hold() {
        assert!(net_promoter_limits(0.0, 1.0, 1.0, Level::USUAL).is_none());
        for n in [5, 8, 12] {
            assert!(worst_coverage(n) > 0.83, "{n}: {}", worst_coverage(n));
        }
    }

    #[test]
    fn a_level_moves_the_limits() {
        // Wilson's formula with the quantiles of another library.
        for (level, lower, upper) in LEVELS {
            let got = wilson(0.8, 100.0, Level::of(level));
            assert!((got.lower - lower).abs() < 1e-9, "{level}: {got:?}");
            assert!((got.upper - upper).abs() < 1e-9, "{level}: {got:?}");
        }
        assert!(Level::new(Some(95.0)).is_err());
    }

    const LEVELS: [(f64, f64, f64); 2] = [
        (0.9, 0.726_696_191_190_383_3, 0.857_498_176_339_712_3),
        (0.99, 0.679_826_467_384_555_2, 0.882_841_119_985_951),
    ];

    proptest! {
        #[test]
        fn intervals_hold_their_estimate_and_stay_on_the_scale(
            p in 0.0..=1.0_f64, share in 0.0..=1.0_f64, n in 0.01..1e7_f64,
        ) {
            let got = wilson(p, n, Level::USUAL);
            prop_assert!(0.0 <= got.lower && got.lower <= p && p <= got.upper && got.upper <= 1.0);
            if let Some((lower, upper)) =
                net_promoter_limits(p, (1.0 - p) * share, n, Level::USUAL)
            {
                prop_assert!(-100.0 <= lower && lower <= upper && upper <= 100.0);
            }
        }
    }
}
