//! The difference of two independent estimates, of which only the limits are known.
//!
//! ```text
//! lower = d − √((x − l)² + (v − y)²)     d = x − y,  x from l to u,  y from k to v
//! upper = d + √((u − x)² + (y − k)²)
//! z     = d / (distance from d to its limit on the side of 0, by the quantile of the level)
//! ```
//!
//! The distance from an estimate to its limit represents its error on that side, so that limits
//! which are not symmetric, such as Wilson's, give a difference whose limits are not. The test uses
//! the side on which 0 lies: it finds a difference at 5 % exactly if the limits of 95 % exclude 0.
//!
//! Sources: Zou and Donner (2008), "Construction of confidence limits about effect measures: A general
//! approach", Statistics in Medicine 27(10), 1693–1702; of Wilson's limits, Newcombe (1998), "Interval
//! Estimation for the Difference Between Independent Proportions", Statistics in Medicine 17(8), 873–890.

use super::OutOfDomain;
use super::amount::ensure_amount;
use super::domain::ensure;
use super::level::Level;
use super::maths::normal::two_sided;
use super::proportion::Interval;

/// Checks two estimates, each with its limits. Either may lie a little outside of them, as those of a score
/// among people who all answer alike do.
///
/// # Errors
/// A number is not finite or above 1e60 either way, or limits are in the wrong order.
pub fn estimates(
    [value, lower, upper, other, other_lower, other_upper]: [f64; 6],
) -> Result<[Interval; 2], OutOfDomain> {
    for (name, number) in [("value", value), ("lower", lower), ("upper", upper)] {
        ensure_amount(name, number)?;
    }
    ensure(lower <= upper, "lower", "at most `upper`", lower)?;
    for (name, number) in
        [("other", other), ("other_lower", other_lower), ("other_upper", other_upper)]
    {
        ensure_amount(name, number)?;
    }
    ensure(other_lower <= other_upper, "other_lower", "at most `other_upper`", other_lower)?;
    let other = Interval { value: other, lower: other_lower, upper: other_upper };
    Ok([Interval { value, lower, upper }, other])
}

/// One estimate minus another, with its limits.
#[must_use]
pub fn difference(one: Interval, other: Interval) -> Interval {
    let value = one.value - other.value;
    Interval { value, lower: value - below(one, other), upper: value + above(one, other) }
}

/// How often estimates of the same value would be that far apart, by limits of that level. `None`
/// if the limits are degenerate.
#[must_use]
pub fn p_value(one: Interval, other: Interval, level: Level) -> Option<f64> {
    let value = one.value - other.value;
    let reach = if value > 0.0 { below(one, other) } else { above(one, other) };
    (reach > 0.0).then(|| two_sided(value / reach * level.z))
}

/// How far below the difference its limit lies.
fn below(one: Interval, other: Interval) -> f64 {
    (one.value - one.lower).hypot(other.upper - other.value)
}

/// How far above the difference its limit lies.
fn above(one: Interval, other: Interval) -> f64 {
    (one.upper - one.value).hypot(other.value - other.lower)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(value: f64, lower: f64, upper: f64) -> Interval {
        Interval { value, lower, upper }
    }

    #[test]
    fn differences_of_shares_are_those_of_another_library() {
        // statsmodels 0.15, 56 of 70 and 48 of 80: `proportion_confint` by `wilson`, and
        // `confint_proportions_2indep` by `newcomb`; Newcombe (1998), table II, prints 0.0524 and 0.3339.
        let one = of(0.8, 0.691_833_555_037_469_5, 0.876_952_607_516_370_5);
        let other = of(0.6, 0.490_454_650_051_603_8, 0.700_381_724_041_290_6);
        let Interval { value, lower, upper } = difference(one, other);
        assert!((value - 0.2).abs() < 1e-12);
        assert!((lower - 0.052_431_472_402_364_98).abs() < 1e-12, "{lower}");
        assert!((upper - 0.333_872_654_036_906_14).abs() < 1e-12, "{upper}");
    }

    #[test]
    fn of_normal_means_it_is_the_z_test() {
        // Standard errors of 3 and 4, a difference of 10: z = 2.
        let z = Level::USUAL.z;
        let (one, other) = (of(10.0, 10.0 - 3.0 * z, 10.0 + 3.0 * z), of(0.0, -4.0 * z, 4.0 * z));
        let p = p_value(one, other, Level::USUAL).expect("limits");
        assert!((p - 0.045_500_263_896_358_4).abs() < 1e-15, "{p}");
        let p = p_value(other, one, Level::USUAL).expect("limits");
        assert!((p - 0.045_500_263_896_358_4).abs() < 1e-15, "{p}");
    }

    #[test]
    fn the_side_of_zero_tells_and_limits_of_another_level_mean_another_error() {
        // SciPy 1.17: 2 · norm.sf(d / reach · norm.ppf((1 + level) / 2)) of the shares above, by limits of
        // 95 % and by those of 90 % (statsmodels 0.15, `proportion_confint` by `wilson`).
        let usual = (
            of(0.8, 0.691_833_555_037_469_5, 0.876_952_607_516_370_5),
            of(0.6, 0.490_454_650_051_603_9, 0.700_381_724_041_290_6),
            0.007_899_295_108_377_245,
        );
        let narrower = (
            of(0.8, 0.710_870_903_159_285_1, 0.866_801_692_418_214_8),
            of(0.6, 0.508_061_839_980_327_4, 0.685_395_567_247_527_6),
            0.007_696_181_254_785_704,
        );
        for (level, (one, other, expected)) in [(0.95, usual), (0.9, narrower)] {
            let level = Level::new(Some(level)).expect("in domain");
            for (one, other) in [(one, other), (other, one)] {
                let p = p_value(one, other, level).expect("limits");
                assert!((p - expected).abs() < 1e-14, "{p}");
            }
        }
    }

    #[test]
    fn limits_without_width_say_nothing_of_chance() {
        assert_eq!(p_value(of(1.0, 1.0, 1.0), of(2.0, 2.0, 2.0), Level::USUAL), None);
        assert_eq!(p_value(of(1.0, 0.5, 1.0), of(1.0, 0.5, 2.0), Level::USUAL), Some(1.0));
    }

    #[test]
    fn limits_have_an_order_and_numbers_an_end() {
        let error = |numbers| estimates(numbers).expect_err("no estimates").to_string();
        let swapped = error([1.0, 2.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(swapped, "`lower` must be at most `upper`, got 2");
        let swapped = error([1.0, 0.0, 2.0, 0.0, 1.0, -1.0]);
        assert_eq!(swapped, "`other_lower` must be at most `other_upper`, got 1");
        let endless = error([1.0, 0.0, f64::INFINITY, 0.0, 0.0, 0.0]);
        assert_eq!(endless, "`upper` must be between -1e60 and 1e60, got inf");
        assert!(estimates([0.0, 0.0, 0.0, f64::NAN, 0.0, 0.0]).is_err());
    }

    proptest! {
        #[test]
        fn the_test_and_the_limits_agree(
            x in -9.0..9.0_f64, y in -9.0..9.0_f64, reach in prop::array::uniform4(0.01..9.0_f64),
        ) {
            let (one, other) = (of(x, x - reach[0], x + reach[1]), of(y, y - reach[2], y + reach[3]));
            let Interval { lower, upper, .. } = difference(one, other);
            let p = p_value(one, other, Level::USUAL).expect("limits");
            prop_assume!((p - 0.05).abs() > 1e-9);
            prop_assert_eq!(p < 0.05, lower > 0.0 || upper < 0.0);
        }
    }
}
