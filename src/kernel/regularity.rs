//! How regularly customers return: the shape of their gaps between purchases.
//!
//! ```text
//! M = last gap / (last gap + gap before)     ~ Beta(k, k) if gaps ~ Gamma(k, ·)
//! V = mean of (M − ½)²                       = 1 / (4 (2k + 1))
//! k = (1 − 4V) / (8V)                        1: as random as a Poisson process
//! ```
//!
//! k above 1 is clockwork, k below 1 comes in bursts. Each customer may have an
//! individual pace, since it cancels in M. Around ½ the two gaps are treated symmetrically, so that
//! no random choice is needed, and swapping them has no effect.
//!
//! Limits are the k under which a V as low, or as high, is a tail of its distribution. D = 4(M − ½)²
//! is Beta(½, k), and its mean over n customers near the beta distribution of the same mean and
//! variance, which is skewed for few customers and regular ones. Where customers differ in k,
//! D varies more than under one k; n is then divided by how much more.
//!
//! Sources: Wheat and Morrison (1990), "Estimating Purchase Regularity with Two
//! Interpurchase Times", J. Marketing Research 27(1), 87–93; limits: Casella and Berger
//! (2002), "Statistical Inference", 2nd ed., 9.2.3.

use super::OutOfDomain;
use super::domain::ensure_positive;
use super::level::Level;
use super::mean::{Mean, mean};
use super::survey::Answer;
use crate::kernel::maths::incomplete_beta::incomplete_beta;
use crate::kernel::maths::root::falling;

/// The regularity of a population.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Regularity {
    /// Mean squared distance of M from ½: 0 to ¼.
    pub v: f64,
    /// The shape of the gaps. `None` where all pairs of gaps are equal, which is more regular
    /// than any number says.
    pub k: Option<f64>,
    /// Lower limit of `k`. `None` for too few customers, and where all are alike.
    pub lower: Option<f64>,
    /// Upper limit of `k`. `None` as the lower.
    pub upper: Option<f64>,
    /// Kish's effective sample size.
    pub n_effective: f64,
    /// Why a limit is `None`; empty where none is.
    pub flag: &'static str,
}

/// One customer's squared distance of M from ½, with weight and count.
///
/// # Errors
/// A gap is not above zero, or the weight is negative or not finite.
pub fn distance(
    last_gap: f64,
    previous_gap: f64,
    weight: f64,
    count: u64,
) -> Result<Answer, OutOfDomain> {
    ensure_positive("last_gap", last_gap)?;
    ensure_positive("previous_gap", previous_gap)?;
    // (a/(a+b) − ½)² = ((a−b)/(2(a+b)))², by halves, so that no sum overflows.
    let (a, b) = (last_gap / 2.0, previous_gap / 2.0);
    let away = (a - b) / (a + b) / 2.0;
    Answer::new(away * away, weight, count)
}

/// The regularity that the customers' distances show, summed in the order given.
///
/// `None` where all weights are zero.
#[must_use]
pub fn regularity(distances: &[Answer], level: Level) -> Option<Regularity> {
    let mean = mean(distances, level)?;
    let limits = mean.limits.and_then(|_| limits(&mean, level));
    Some(Regularity {
        v: mean.value,
        k: shape(mean.value),
        lower: limits.map(|(lower, _)| lower),
        upper: limits.map(|(_, upper)| upper),
        n_effective: mean.n_effective,
        flag: mean.flag(),
    })
}

/// Logarithms of the shapes among which limits are looked for.
const LOGS: [f64; 2] = [-700.0, 700.0];

/// The shapes under which what was seen is a tail. `None` where nothing varies.
fn limits(mean: &Mean, level: Level) -> Option<(f64, f64)> {
    let (k, seen) = (shape(mean.value)?, 4.0 * mean.value);
    let deviation = 4.0 * mean.standard_deviation?;
    let size = mean.n_effective * (variance(k) / (deviation * deviation)).min(1.0);
    let tails = |ln_k: f64| tails(ln_k.exp(), seen, size.max(1.0));
    let lower = falling(k.ln(), LOGS, |ln_k| level.tail - tails(ln_k)[0]);
    let upper = falling(k.ln(), LOGS, |ln_k| tails(ln_k)[1] - level.tail);
    Some((lower.exp(), upper.exp()))
}

/// Of one D, which is Beta(½, k).
fn variance(k: f64) -> f64 {
    2.0 * k / ((2.0 * k + 1.0) * (2.0 * k + 1.0) * (k + 1.5))
}

/// How likely the mean D of so many customers is at most, and at least, what was seen.
fn tails(k: f64, seen: f64, size: f64) -> [f64; 2] {
    let both = size * (k + 1.5) - 1.0;
    let (a, b) = (both / (2.0 * k + 1.0), both / (1.0 + 0.5 / k));
    let rest = 1.0 - seen;
    [incomplete_beta(seen, rest, a, b), incomplete_beta(rest, seen, b, a)]
}

/// The k at which the mean squared distance is `v`; above ¼ there is only zero.
fn shape(v: f64) -> Option<f64> {
    let k = (1.0 - 4.0 * v) / (8.0 * v);
    (v > 0.0 && k.is_finite()).then(|| k.max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::maths::draws::Draws;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    const SAMPLE: &str = include_str!("../../tests/data/cdnow/CDNOW_sample.txt");

    fn of(gaps: &[(f64, f64)]) -> Regularity {
        let distances: Vec<Answer> = gaps
            .iter()
            .map(|(last, previous)| distance(*last, *previous, 1.0, 1).expect("in domain"))
            .collect();
        regularity(&distances, Level::USUAL).expect("customers")
    }

    /// The last two gaps of everybody with three purchase days.
    fn last_two_gaps(log: &str) -> Vec<(f64, f64)> {
        let mut days: BTreeMap<&str, Vec<i32>> = BTreeMap::new();
        for line in log.lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [customer, _, date, ..] = words[..] else { continue };
            days.entry(customer).or_default().push(day(date));
        }
        days.into_values()
            .filter_map(|mut days| {
                days.sort_unstable();
                days.dedup();
                let [.., first, second, third] = days[..] else { return None };
                Some((f64::from(third - second), f64::from(second - first)))
            })
            .collect()
    }

    /// Days since the start of 1997.
    fn day(date: &str) -> i32 {
        let number = |range: std::ops::Range<usize>| date[range].parse::<i32>().expect("digits");
        let starts = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
        let month = usize::try_from(number(4..6)).expect("a month");
        (number(0..4) - 1997) * 365 + starts[month - 1] + number(6..8)
    }

    #[test]
    fn the_sample_is_as_regular_as_published() {
        let gaps = last_two_gaps(SAMPLE);
        assert_eq!(gaps.len(), 736);
        let got = of(&gaps);
        assert!((got.v - 0.084_172_054_053).abs() < 1e-12, "{got:?}");
        assert!((got.k.expect("irregular") - 0.985_053_458_732).abs() < 1e-11, "{got:?}");
        assert!(got.lower < got.k && got.k < got.upper);
    }

    #[test]
    fn limits_are_those_of_the_beta_distribution_in_another_library() {
        // scipy.stats.beta of SciPy 1.17, with the mean and variance of D, inverted by brentq.
        let gaps = [
            (3.0, 1.0),
            (2.0, 5.0),
            (4.0, 6.0),
            (9.0, 2.0),
            (5.0, 8.0),
            (1.0, 7.0),
            (3.0, 5.0),
            (6.0, 1.0),
        ];
        // Customers who differ: the variance is that of 3.32 customers of one k.
        let differ = [
            (1.0, 1.01),
            (5.0, 5.2),
            (1.0, 30.0),
            (40.0, 1.0),
            (7.0, 7.5),
            (2.0, 2.2),
            (9.0, 8.0),
            (1.0, 60.0),
        ];
        for (gaps, level, lower, upper) in [
            (gaps, 0.9, 0.597_553_748_945_030_5, 2.863_886_065_924_941),
            (gaps, 0.95, 0.501_429_564_612_220_4, 3.248_084_892_203_935),
            (gaps, 0.99, 0.348_557_997_242_494_3, 4.100_902_504_299_619),
            (differ, 0.95, 0.147_700_232_323_052_96, 3.250_468_248_969_604_6),
        ] {
            let distances =
                gaps.map(|(last, previous)| distance(last, previous, 1.0, 1).expect("gaps"));
            let got = regularity(&distances, Level::of(level)).expect("customers");
            for (got, want) in [(got.lower, lower), (got.upper, upper)] {
                let got = got.expect("spread");
                assert!((got / want - 1.0).abs() < 1e-8, "{level}: {got} {want}");
            }
            assert_eq!(got.flag, "");
        }
    }

    #[test]
    fn limits_miss_to_both_sides_as_seldom_as_they_promise() {
        let samples = 1000;
        for (n, k) in [(5, 2.0), (10, 2.0), (20, 6.0), (20, 1.0)] {
            let mut draws = Draws::new(n);
            let mut beyond = [0; 2];
            for _ in 0..samples {
                let mut gap = || draws.gamma(k, 1.0);
                let distances: Vec<_> =
                    (0..n).map(|_| distance(gap(), gap(), 1.0, 1).expect("gaps")).collect();
                let got = regularity(&distances, Level::USUAL).expect("customers");
                beyond[0] += u32::from(got.lower.expect("spread") > k);
                beyond[1] += u32::from(got.upper.expect("spread") < k);
            }
            // 25 are expected to each side, and 5 is the standard deviation of their number.
            assert!(beyond.iter().all(|count| *count <= 42), "{n} {k}: {beyond:?}");
        }
    }

    #[test]
    fn equal_gaps_are_beyond_any_shape_and_extreme_ones_have_none() {
        let clockwork = of(&[(3.0, 3.0), (8.0, 8.0)]);
        assert_eq!((clockwork.v, clockwork.k, clockwork.upper), (0.0, None, None));
        let bursts = of(&[(1e-300, 1e300), (1e300, 1e-300)]);
        assert_eq!((bursts.v, bursts.k), (0.25, Some(0.0)));
        assert_eq!(of(&[(1.0, 2.0)]).lower, None);
    }

    #[test]
    fn poisson_gaps_have_a_v_of_a_twelfth_and_k_of_one() {
        // M is uniform then; at the middles of equal strips the mean is within 1/(12 n²).
        let n = 1000;
        let pairs: Vec<_> = (0..n).map(|i| (f64::from(i) + 0.5) / f64::from(n)).collect();
        let got = of(&pairs.into_iter().map(|m| (m, 1.0 - m)).collect::<Vec<_>>());
        assert!((got.v - 1.0 / 12.0).abs() < 1e-6 && (got.k.expect("some") - 1.0).abs() < 1e-5);
    }

    #[test]
    fn a_gap_of_nothing_is_refused() {
        let error = distance(0.0, 3.0, 1.0, 1).expect_err("no gap");
        assert_eq!(error.to_string(), "`last_gap` must be finite and > 0, got 0");
        assert_eq!(regularity(&[], Level::USUAL), None);
    }

    proptest! {
        #[test]
        fn which_gap_came_last_does_not_change_a_digit(
            gaps in prop::collection::vec((0.001..1e4_f64, 0.001..1e4_f64), 1..30), flip in any::<u32>(),
        ) {
            let swapped: Vec<_> = gaps
                .iter()
                .enumerate()
                .map(|(i, (a, b))| if flip >> (i % 32) & 1 == 1 { (*b, *a) } else { (*a, *b) })
                .collect();
            prop_assert_eq!(of(&gaps), of(&swapped));
            let got = of(&gaps);
            prop_assert!((0.0..=0.25).contains(&got.v));
            prop_assert!(got.k.is_none_or(|k| k >= 0.0));
        }

        #[test]
        fn the_pace_of_a_customer_does_not_matter(
            gaps in prop::collection::vec((0.001..1e4_f64, 0.001..1e4_f64), 1..30),
        ) {
            let faster: Vec<_> = gaps.iter().map(|(a, b)| (a / 16.0, b / 16.0)).collect();
            prop_assert_eq!(of(&gaps), of(&faster));
        }
    }
}
