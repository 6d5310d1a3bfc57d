//! How regularly customers return: the shape of their gaps between purchases.
//!
//! ```text
//! M = last gap / (last gap + gap before)     ~ Beta(k, k) if gaps ~ Gamma(k, ·)
//! V = mean of (M − ½)²                       = 1 / (4 (2k + 1))
//! k = (1 − 4V) / (8V)                        1: as random as a Poisson process
//! ```
//!
//! k above 1 is clockwork, k below 1 comes in bursts. Each customer has an own
//! pace, for it cancels in M. Around ½ the two gaps are treated alike, so that
//! nothing has to be drawn at random, and swapping them changes nothing.
//!
//! Source: Wheat and Morrison (1990), "Estimating Purchase Regularity with Two
//! Interpurchase Times", J. Marketing Research 27(1), 87–93.

use super::OutOfDomain;
use super::domain::ensure_positive;
use super::level::Level;
use super::mean::mean;
use super::survey::Answer;

/// The regularity of a population.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Regularity {
    /// Mean squared distance of M from ½: 0 to ¼.
    pub v: f64,
    /// The shape of the gaps. `None` where all pairs of gaps are equal, which is more regular
    /// than any number says.
    pub k: Option<f64>,
    /// Lower limit of `k`. `None` for one customer.
    pub lower: Option<f64>,
    /// Upper limit of `k`. `None` where `k` may be as high as one likes.
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
/// The limits are those of V by Student's t, carried over to k. `None` where all
/// weights are zero.
#[must_use]
pub fn regularity(distances: &[Answer], level: Level) -> Option<Regularity> {
    let mean = mean(distances, level)?;
    let limits = mean.limits;
    let upper = limits.and_then(|(v, _)| shape(v));
    let open = if limits.is_some() && upper.is_none() { "k_upper" } else { "" };
    Some(Regularity {
        v: mean.value,
        k: shape(mean.value),
        lower: limits.and_then(|(_, v)| shape(v)),
        upper,
        n_effective: mean.n_effective,
        flag: if limits.is_none() { mean.flag() } else { open },
    })
}

/// The k at which the mean squared distance is `v`; above ¼ there is only zero.
fn shape(v: f64) -> Option<f64> {
    let k = (1.0 - 4.0 * v) / (8.0 * v);
    (v > 0.0 && k.is_finite()).then(|| k.max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
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
    fn limits_of_other_levels_are_those_of_students_t_in_another_library() {
        // numpy's mean and std(ddof=1) of (M − ½)², scipy.stats.t.ppf of SciPy 1.17.
        let gaps = [(3, 1), (2, 5), (4, 6), (9, 2), (5, 8), (1, 7), (3, 5), (6, 1)];
        let distances = gaps.map(|(last, previous)| {
            distance(f64::from(last), f64::from(previous), 1.0, 1).expect("in domain")
        });
        for (level, lower, upper, flag) in [
            (0.9, 0.751_205_335_087_038_4, Some(3.767_740_915_368_616_3), ""),
            // The lower limit of V is below 0 there.
            (0.99, 0.462_927_823_860_531_94, None, "k_upper"),
        ] {
            let got = regularity(&distances, Level::of(level)).expect("customers");
            assert!((got.lower.expect("spread") - lower).abs() < 1e-11, "{got:?}");
            assert_eq!((got.upper.is_some(), got.flag), (upper.is_some(), flag));
            let differ = got.upper.zip(upper).map(|(got, want)| (got - want).abs());
            assert!(differ.is_none_or(|differ| differ < 1e-10), "{got:?}");
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
