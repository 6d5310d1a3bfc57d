//! Two shares: their difference, its interval and its test.
//!
//! ```text
//! z     = (p₁ − p₀) / √(p(1 − p)(1/n₁ + 1/n₀)),   p the share of both together
//! lower = d − √((p₁ − l₁)² + (u₀ − p₀)²)          l, u Wilson's limits of each
//! upper = d + √((u₁ − p₁)² + (p₀ − l₀)²)
//! lift  = p₁/p₀ − 1, its limits those of ln(p₁/p₀) ± z √(1/x₁ − 1/n₁ + 1/x₀ − 1/n₀)
//! ```
//!
//! Sources: Newcombe (1998), "Interval Estimation for the Difference Between
//! Independent Proportions", Statistics in Medicine 17(8), 873–890, method 10;
//! the lift, Katz, Baptista, Azen and Pike (1978), "Obtaining Confidence
//! Intervals for the Risk Ratio in Cohort Studies", Biometrics 34(3), 469–474.

use crate::kernel::OutOfDomain;
use crate::kernel::difference::difference;
use crate::kernel::domain::ensure;
use crate::kernel::level::Level;
use crate::kernel::maths::normal::two_sided;
use crate::kernel::proportion::{Interval, wilson};

/// A share against another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Proportions {
    /// The first share, with Wilson's interval.
    pub share: Interval,
    /// The share it is compared with.
    pub share_other: Interval,
    /// The first minus the other, with Newcombe's interval.
    pub difference: Interval,
    /// z with the pooled share. `None` where that is 0 or 1.
    pub statistic: Option<f64>,
    /// How often equal shares would differ as much. `None` as there.
    pub p_value: Option<f64>,
    /// By which share of itself the other is exceeded. `None` where it is 0.
    pub relative_lift: Option<f64>,
    /// Limits of the lift. `None` where one share is 0, and where both are 1: then the logarithm has no
    /// error by Katz's formula, though few cases do not make sure that all would be successes.
    pub lift_limits: Option<(f64, f64)>,
}

impl Proportions {
    /// Why the lift has no limits, as a code; empty where it has.
    #[must_use]
    pub fn flag(&self) -> &'static str {
        match self.lift_limits {
            Some(_) => "",
            None if self.share.value.min(self.share_other.value) > 0.0 => "no_misses",
            None => "no_hits",
        }
    }
}

/// Compares `successes` of `n` with others. `None` where either n is 0.
///
/// # Errors
/// A number is negative or not finite, or there are more successes than cases.
pub fn two_proportions(
    successes: f64,
    n: f64,
    successes_other: f64,
    n_other: f64,
    level: Level,
) -> Result<Option<Proportions>, OutOfDomain> {
    check_size("n", n)?;
    check_size("n_other", n_other)?;
    let inside = (0.0..=n).contains(&successes);
    ensure(inside, "successes", "between 0 and `n`", successes)?;
    let inside = (0.0..=n_other).contains(&successes_other);
    ensure(inside, "successes_other", "between 0 and `n_other`", successes_other)?;
    let known = n > 0.0 && n_other > 0.0;
    Ok(known.then(|| compare([successes, n], [successes_other, n_other], level)))
}

/// Sizes may be effective ones, which are not whole.
fn check_size(name: &'static str, n: f64) -> Result<(), OutOfDomain> {
    ensure(n == 0.0 || (1e-3..=1e18).contains(&n), name, "0, or from 0.001 to 1e18", n)
}

fn compare([x, n]: [f64; 2], [x_other, n_other]: [f64; 2], level: Level) -> Proportions {
    let share = wilson(x / n, n, level);
    let other = wilson(x_other / n_other, n_other, level);
    let pooled = (x + x_other) / (n + n_other);
    let error = (pooled * (1.0 - pooled) * (1.0 / n + 1.0 / n_other)).sqrt();
    let statistic = (error > 0.0).then(|| (share.value - other.value) / error);
    let ratio = share.value / other.value;
    let log_error = (1.0 / x - 1.0 / n + 1.0 / x_other - 1.0 / n_other).max(0.0).sqrt();
    let limit = |side: f64| ratio * (side * level.z * log_error).exp() - 1.0;
    Proportions {
        share,
        share_other: other,
        difference: newcombe(share, other),
        statistic,
        p_value: statistic.map(two_sided),
        relative_lift: (x_other > 0.0).then_some(ratio - 1.0),
        lift_limits: (log_error > 0.0 && log_error.is_finite()).then(|| (limit(-1.0), limit(1.0))),
    }
}

/// The difference of two independent shares by the distances to their limits.
pub(super) fn newcombe(share: Interval, other: Interval) -> Interval {
    let Interval { value, lower, upper } = difference(share, other);
    Interval { value, lower: lower.max(-1.0), upper: upper.min(1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(x: f64, n: f64, x_other: f64, n_other: f64) -> Proportions {
        two_proportions(x, n, x_other, n_other, Level::USUAL).expect("in domain").expect("cases")
    }

    #[test]
    fn newcombe_printed_these() {
        // Table II, method 10.
        for (x, n, x_other, n_other, lower, upper) in [
            (56.0, 70.0, 48.0, 80.0, 0.0524, 0.3339),
            (9.0, 10.0, 3.0, 10.0, 0.1705, 0.8090),
            (6.0, 7.0, 2.0, 7.0, 0.0582, 0.8062),
            (5.0, 56.0, 0.0, 29.0, -0.0381, 0.1926),
            (0.0, 10.0, 0.0, 20.0, -0.1611, 0.2775),
            (10.0, 10.0, 0.0, 20.0, 0.6791, 1.0),
            (10.0, 10.0, 0.0, 10.0, 0.6075, 1.0),
        ] {
            let got = of(x, n, x_other, n_other).difference;
            assert!((got.lower - lower).abs() < 6e-5, "{x}/{n} {x_other}/{n_other}: {got:?}");
            assert!((got.upper - upper).abs() < 6e-5, "{x}/{n} {x_other}/{n_other}: {got:?}");
        }
    }

    #[test]
    fn a_lift_without_limits_has_a_reason() {
        for (x, x_other, flag) in
            [(5.0, 4.0, ""), (0.0, 4.0, "no_hits"), (4.0, 0.0, "no_hits"), (9.0, 9.0, "no_misses")]
        {
            let got = of(x, 9.0, x_other, 9.0);
            assert_eq!((got.flag(), got.lift_limits.is_none()), (flag, !flag.is_empty()));
        }
    }

    #[test]
    fn the_test_and_the_lift() {
        let got = of(120.0, 1000.0, 100.0, 1000.0);
        let error = (0.11 * 0.89 * 0.002_f64).sqrt();
        assert!((got.statistic.expect("spread") - 0.02 / error).abs() < 1e-12);
        assert!((got.relative_lift.expect("a base") - 0.2).abs() < 1e-12);
        let (lower, upper) = got.lift_limits.expect("successes");
        let half = Level::USUAL.z * (1.0 / 120.0 + 1.0 / 100.0 - 0.002_f64).sqrt();
        assert!((lower - (1.2 * (-half).exp() - 1.0)).abs() < 1e-12);
        assert!((upper - (1.2 * half.exp() - 1.0)).abs() < 1e-12);
    }

    #[test]
    fn limits_of_other_levels_are_those_of_another_library() {
        // statsmodels 0.15: confint_proportions_2indep by `newcomb`, and by `log` less 1.
        for (level, lower, upper, lift_lower, lift_upper) in [
            (
                0.9,
                0.076_564_191_544_072_07,
                0.313_644_583_582_943_84,
                0.114_285_985_838_694_87,
                0.595_441_206_630_351_6,
            ),
            (
                0.99,
                0.005_370_869_250_078_403,
                0.371_808_431_775_773_6,
                0.006_658_121_732_594_724,
                0.766_019_405_593_213_9,
            ),
        ] {
            let got = two_proportions(56.0, 70.0, 48.0, 80.0, Level::of(level));
            let got = got.expect("in domain").expect("cases");
            let lift = got.lift_limits.expect("successes");
            let got = [got.difference.lower, got.difference.upper, lift.0, lift.1];
            for (got, want) in got.into_iter().zip([lower, upper, lift_lower, lift_upper]) {
                assert!((got - want).abs() < 1e-12, "{level}: {got}, want {want}");
            }
        }
    }

    #[test]
    fn what_cannot_be_known_is_not() {
        let none = of(0.0, 10.0, 0.0, 20.0);
        assert_eq!((none.statistic, none.p_value, none.relative_lift), (None, None, None));
        let all = of(10.0, 10.0, 20.0, 20.0);
        assert_eq!((all.statistic, all.relative_lift), (None, Some(0.0)));
        assert_eq!(two_proportions(0.0, 0.0, 1.0, 2.0, Level::USUAL), Ok(None));
        let error =
            two_proportions(3.0, 2.0, 1.0, 2.0, Level::USUAL).expect_err("too many").to_string();
        assert_eq!(error, "`successes` must be between 0 and `n`, got 3");
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_difference_and_has_a_mirror(
            n in 1_u32..500, n_other in 1_u32..500, a in 0.0..=1.0_f64, b in 0.0..=1.0_f64,
        ) {
            let (n, n_other) = (f64::from(n), f64::from(n_other));
            let (x, x_other) = ((a * n).floor(), (b * n_other).floor());
            let (got, back) = (of(x, n, x_other, n_other), of(x_other, n_other, x, n));
            let Interval { value, lower, upper } = got.difference;
            prop_assert!(-1.0 <= lower && lower <= value && value <= upper && upper <= 1.0);
            prop_assert!((lower + back.difference.upper).abs() < 1e-12);
            if let (Some(lift), Some((low, high))) = (got.relative_lift, got.lift_limits) {
                prop_assert!(low <= lift && lift <= high && low >= -1.0);
            }
        }
    }
}
