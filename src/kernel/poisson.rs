//! Counts of random events: calls, complaints, orders.
//!
//! If events are independent, their number k is Poisson with an unknown mean. The exact
//! limits of the mean are those under which the count would be in a tail of the level:
//!
//! ```text
//! lower   half the α/2 point of χ² with 2k degrees of freedom; 0 where k is 0
//! upper   half the 1 − α/2 point of χ² with 2k + 2
//! ```
//!
//! They contain the mean at least as often as their level, since counts are integers. A count and
//! its limits over what was expected make a ratio with its limits.
//!
//! Source: Garwood (1936), "Fiducial Limits for the Poisson Distribution", Biometrika 28(3/4), 437–442.

use super::domain::{OutOfDomain, ensure, ensure_whole};
use super::level::Level;
use crate::kernel::maths::chi_square::point;

/// The largest count that has limits.
pub const MOST: f64 = 1e9;

/// The least mean that such a count does not contradict.
///
/// # Errors
/// `count` is not a whole number up to 1,000,000,000.
pub fn lower(count: f64, level: Level) -> Result<f64, OutOfDomain> {
    check(count)?;
    Ok(if count > 0.0 { point(1.0 - level.tail, 2.0 * count) / 2.0 } else { 0.0 })
}

/// The greatest mean that such a count does not contradict.
///
/// # Errors
/// As [`lower`].
pub fn upper(count: f64, level: Level) -> Result<f64, OutOfDomain> {
    check(count)?;
    Ok(point(level.tail, 2.0 * count + 2.0) / 2.0)
}

fn check(count: f64) -> Result<(), OutOfDomain> {
    ensure_whole("count", count)?;
    ensure(count <= MOST, "count", "at most 1000000000", count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::testing::assert_close;

    #[test]
    fn limits_are_those_of_another_library() {
        // scipy 1.17: chi2.ppf(tail, 2k)/2 and chi2.isf(tail, 2k + 2)/2.
        for (count, level, low, high) in LIMITS {
            let level = Level::of(level);
            match low > 0.0 {
                true => assert_close(lower(count, level).expect("a count"), low, 1e-10),
                false => assert_eq!(lower(count, level), Ok(0.0)),
            }
            assert_close(upper(count, level).expect("a count"), high, 1e-10);
        }
    }

    #[test]
    fn no_event_leaves_a_mean_up_to_the_logarithm_of_the_tail() {
        // P(0) = e^−mean.
        assert_close(upper(0.0, Level::of(0.95)).expect("a count"), -0.025_f64.ln(), 1e-13);
        assert_close(upper(0.0, Level::of(0.5)).expect("a count"), -0.25_f64.ln(), 1e-13);
    }

    #[test]
    fn limits_hold_the_mean_as_often_as_they_say() {
        for mean in [0.02_f64, 0.7, 3.0, 17.5] {
            let (mut chance, mut held) = ((-mean).exp(), 0.0);
            for count in 0..120 {
                let count = f64::from(count);
                let limits = lower(count, Level::USUAL).expect("a count")
                    ..=upper(count, Level::USUAL).expect("a count");
                held += if limits.contains(&mean) { chance } else { 0.0 };
                chance *= mean / (count + 1.0);
            }
            assert!(held >= 0.95, "{mean}: {held}");
        }
    }

    #[test]
    fn what_is_no_count_is_refused() {
        for (count, rule) in [
            (2.5, "`count` must be a whole number >= 0, got 2.5"),
            (-1.0, "`count` must be a whole number >= 0, got -1"),
            (1e10, "`count` must be at most 1000000000, got 10000000000"),
        ] {
            for limit in [lower, upper] {
                assert_eq!(limit(count, Level::USUAL).expect_err("no count").to_string(), rule);
            }
        }
    }

    const LIMITS: [(f64, f64, f64, f64); 9] = [
        (0.0, 0.95, 0.0, 3.688_879_454_113_935_4),
        (1.0, 0.95, 0.025_317_807_984_289_897, 5.571_643_390_938_898),
        (7.0, 0.95, 2.814_363_051_519_867, 14.422_675_361_702_376),
        (3120.0, 0.95, 3_011.472_579_295_395, 3_231.439_226_513_092_3),
        (7.0, 0.9, 3.285_315_691_894_671, 13.148_113_802_432_121),
        (0.0, 0.9, 0.0, 2.995_732_273_553_991_3),
        (42.0, 0.99, 27.183_832_595_539_535, 61.760_852_110_888_344),
        (1e6, 0.95, 998_040.983_340_293_9, 1_001_961.911_945_432_2),
        (1e9, 0.999, 999_895_947.684_112_5, 1_000_104_059.867_650_3),
    ];
}
