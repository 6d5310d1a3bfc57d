//! Bootstrap: seeded resamples of people, at a cost that does
//! not grow with their number.
//!
//! A sample of up to 2,048 different rows is resampled row by row, each drawn
//! as often as a Poisson variable with the row's count for a mean, and under weights
//! with its share of Kish's effective size: a heavy row is drawn more often
//! and counts no more than others, so that limits do not depend on whether it was drawn. A larger
//! one is assigned at random to 2,048 groups of equal size, and groups are drawn instead of people:
//! means and correlations vary from resample to resample as they would, because random groups
//! differ as people do. The cost is that a standard error is itself uncertain by 1/√(2·2048) = 1.6
//! %, which is less than what a few hundred resamples leave uncertain anyway.
//!
//! The seed is fixed, and every resample has a separate stream, so the same
//! rows give the same resamples.
//!
//! Sources: Efron (1979), "Bootstrap Methods", Annals of Statistics 7(1), 1–26;
//! Hanley and `MacGibbon` (2006), "Creating non-parametric bootstrap samples
//! using Poisson frequencies", Computer Methods and Programs in Biomedicine
//! 83(1), 57–62; random groups: Wolter (2007), "Introduction to Variance
//! Estimation", 2nd ed., chapter 2; Poisson draws: Hörmann (1993), Insurance:
//! Mathematics and Economics 12(1), 39–45; limits: Efron (1981), "Nonparametric
//! standard errors and confidence intervals", Canadian Journal of Statistics 9(2),
//! 139–158; Davison and Hinkley (1997), "Bootstrap Methods and their Application"; of
//! shares: Fisher (1921), "On the 'Probable Error' of a Coefficient of Correlation Deduced from a
//! Small Sample", Metron 1, 3–32; weights: Kish (1965), "Survey Sampling", 11.7.

use rand::{Rng, RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::level::Level;
use super::sample::{Moments, Sample, Sums};
use crate::kernel::maths::gamma::ln_gamma;
use crate::kernel::maths::normal;

/// The seed of all resamples.
const SEED: u64 = 20_050_101;

/// How many rows or groups are drawn from.
pub(super) const MOST: usize = 2048;

/// The stream that assigns people to groups; resamples have those from 0.
const DEALING: u64 = u64::MAX;

/// What is drawn as one: rows of people who answered the same, or groups.
#[derive(Debug)]
pub(super) struct Units {
    /// How often each is drawn on average.
    means: Vec<f64>,
    /// Of one draw each, one after the other.
    sums: Vec<f64>,
    empty: Sums,
}

impl Units {
    /// Rows or groups of a sample. `None` without people.
    pub(super) fn new(sample: &Sample) -> Option<Self> {
        let empty = Sums::around(sample.centre()?);
        let mut units = Self { means: Vec::new(), sums: Vec::new(), empty };
        if sample.len() <= MOST {
            let total: f64 = sample.rows().map(|(_, weight, count)| weight * count as f64).sum();
            let size = sample.effective_size()?;
            for (values, weight, count) in sample.rows() {
                let mut sums = units.empty.clone();
                sums.add(values, 1.0);
                units.add(&sums, weight / total * size * count as f64);
            }
        } else {
            let people = dealt(sample, DEALING);
            for group in people.chunks(people.len().div_ceil(MOST)) {
                let mut sums = units.empty.clone();
                for place in group {
                    let (values, weight, _) = sample.row(*place);
                    sums.add(values, weight);
                }
                units.add(&sums, 1.0);
            }
        }
        Some(units)
    }

    fn add(&mut self, sums: &Sums, mean: f64) {
        self.means.push(mean);
        self.sums.extend_from_slice(sums.values());
    }

    /// Resample number `number`. `None` where nobody was drawn.
    pub(super) fn resample(&self, number: u64) -> Option<Moments> {
        let mut stream = stream(number);
        let mut total = self.empty.clone();
        for (mean, sums) in self.means.iter().zip(self.sums.chunks(total.values().len())) {
            let times = poisson(*mean, &mut stream);
            if times > 0.0 {
                total.add_sums(sums, times);
            }
        }
        total.moments()
    }
}

/// Stream number `number` of the random numbers.
pub(super) fn stream(number: u64) -> ChaCha8Rng {
    let mut stream = ChaCha8Rng::seed_from_u64(SEED);
    stream.set_stream(number);
    stream
}

/// Everybody's row, in the random order of a stream.
pub(super) fn dealt(sample: &Sample, number: u64) -> Vec<usize> {
    let mut people: Vec<usize> = Vec::new();
    for (place, (_, _, count)) in sample.rows().enumerate() {
        people.extend((0..count).map(|_| place));
    }
    shuffle(&mut people, &mut stream(number));
    people
}

/// Fisher and Yates's shuffle.
pub(super) fn shuffle<T>(items: &mut [T], stream: &mut impl RngCore) {
    for last in (1..items.len()).rev() {
        let other = stream.random_range(0..=last as u64);
        items.swap(last, usize::try_from(other).unwrap_or(last));
    }
}

/// A Poisson variable.
fn poisson(mean: f64, stream: &mut impl RngCore) -> f64 {
    if mean < 10.0 {
        poisson_by_inversion(mean, stream)
    } else {
        poisson_by_rejection(mean, stream)
    }
}

fn poisson_by_inversion(mean: f64, stream: &mut impl RngCore) -> f64 {
    let (mut rest, mut probability, mut drawn) = (stream.random::<f64>(), libm::exp(-mean), 0.0);
    while rest > probability && drawn < 1000.0 {
        rest -= probability;
        drawn += 1.0;
        probability *= mean / drawn;
    }
    drawn
}

/// Hörmann's transformed rejection with squeeze, for means from 10.
fn poisson_by_rejection(mean: f64, stream: &mut impl RngCore) -> f64 {
    let b = 0.931 + 2.53 * mean.sqrt();
    let a = -0.059 + 0.024_83 * b;
    let accepted = 0.9277 - 3.6224 / (b - 2.0);
    let scale = libm::log(1.1239 + 1.1328 / (b - 3.4));
    loop {
        let (u, v) = (stream.random::<f64>() - 0.5, stream.random::<f64>());
        let edge = 0.5 - u.abs();
        let drawn = ((2.0 * a / edge + b) * u + mean + 0.43).floor();
        if edge >= 0.07 && v <= accepted {
            return drawn;
        }
        if drawn < 0.0 || (edge < 0.013 && v > edge) {
            continue;
        }
        let height = libm::log(v) + scale - libm::log(a / (edge * edge) + b);
        if height <= drawn * libm::log(mean) - mean - ln_gamma(drawn + 1.0) {
            return drawn;
        }
    }
}

/// An interval from what resamples gave, and their standard deviation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Its lower end.
    pub lower: f64,
    /// Its upper end.
    pub upper: f64,
    /// The bootstrap standard error.
    pub standard_error: f64,
}

/// Of so many parts of one are points that limits lie at.
const PARTS: usize = 1_000_000_000;

/// What resamples gave, in order.
struct Resampled {
    values: Vec<f64>,
    last: usize,
    level: Level,
    mean: f64,
    standard_error: f64,
}

impl Resampled {
    /// `None` for fewer resamples than the level takes.
    fn new(mut values: Vec<f64>, level: Level) -> Option<Self> {
        if values.len() < level.fewest_resamples() as usize {
            return None;
        }
        let last = values.len() - 1;
        values.sort_by(f64::total_cmp);
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
        let standard_error = (squares / last as f64).sqrt();
        Some(Self { values, last, level, mean, standard_error })
    }

    /// The points beyond which the tails of the level lie.
    fn points(&self) -> (f64, f64) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a tail is above 0 and at most a quarter"
        )]
        let tail = (self.level.tail * PARTS as f64).round() as usize;
        (self.point(tail), self.point(PARTS - tail))
    }

    /// A point in [`PARTS`], type 7: in whole numbers, so that one that falls on a value is that value.
    fn point(&self, parts: usize) -> f64 {
        let (rank, rest) = (self.last * parts / PARTS, self.last * parts % PARTS);
        self.between(rank, rest as f64 / PARTS as f64)
    }

    /// The point that a share stays below, type 7.
    fn point_at(&self, share: f64) -> f64 {
        let rank = share.clamp(0.0, 1.0) * self.last as f64;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 0 to the last rank"
        )]
        let below = rank as usize;
        self.between(below, rank - below as f64)
    }

    fn between(&self, rank: usize, rest: f64) -> f64 {
        let (below, above) = (self.values[rank], self.values[(rank + 1).min(self.last)]);
        below + (above - below) * rest
    }

    fn spread(&self, lower: f64, upper: f64) -> Spread {
        Spread { lower, upper, standard_error: self.standard_error }
    }
}

/// The percentile interval, for what resamples scatter around. `None` for fewer resamples than the
/// level takes.
pub(super) fn spread(values: Vec<f64>, level: Level) -> Option<Spread> {
    let resampled = Resampled::new(values, level)?;
    let (lower, upper) = resampled.points();
    Some(resampled.spread(lower, upper))
}

/// An interval for a share of explained variance, `point` standard errors to each side. `None` for
/// fewer resamples than the level takes.
///
/// A share is a square, and its root u = artanh √share is near normal, as Fisher's of a correlation is:
/// with an error of σ its square varies by 2σ⁴ + 4u²σ², which determines σ. Resamples of u² lie above it by
/// as much as it lies above the truth; the lower limit starts from u² less that excess, so that it
/// holds 0, which is the truth of what explains nothing.
pub(super) fn spread_of_square(
    estimate: f64,
    values: Vec<f64>,
    level: Level,
    point: f64,
) -> Option<Spread> {
    let resampled = Resampled::new(values, level)?;
    let squares = resampled.values.iter().map(|share| turned(*share)).collect();
    let (square, again) = (turned(estimate), Resampled::new(squares, level)?);
    let half_variance = again.standard_error * again.standard_error / 2.0;
    let sum = (square * square + half_variance).sqrt() + square;
    let error = if sum > 0.0 { (half_variance / sum).sqrt() } else { 0.0 };
    let centre = (2.0 * square - again.mean).clamp(0.0, square).sqrt();
    let [lower, upper] = [(centre - point * error).max(0.0), square.sqrt() + point * error]
        .map(|root| root.tanh() * root.tanh());
    // Back and forth, rounding may pass the share.
    Some(resampled.spread(lower.min(estimate.max(0.0)), upper.max(estimate)))
}

/// The square of artanh √share.
fn turned(share: f64) -> f64 {
    let root = share.clamp(0.0, 1.0 - 1e-14).sqrt().atanh();
    root * root
}

/// An interval for what is found by making it large, such as a path between constructs whose weights
/// were chosen for it. `None` for fewer resamples than the level takes.
///
/// It is the widest of three: the percentiles; those corrected for the share of resamples below the
/// estimate (Efron 1981); and the percentiles turned around the estimate (Davison and Hinkley 1997,
/// 5.2.1). The first alone holds a path that is 0 in about four samples of five. Beyond -1 and 1 it
/// goes only as far as resamples do.
pub(super) fn spread_of_maximum(estimate: f64, values: Vec<f64>, level: Level) -> Option<Spread> {
    let resampled = Resampled::new(values, level)?;
    let count = resampled.values.len() as f64;
    let below = resampled.values.partition_point(|value| *value < estimate) as f64;
    let equal = resampled.values.partition_point(|value| *value <= estimate) as f64 - below;
    let share = ((below + equal / 2.0) / count).clamp(0.5 / count, 1.0 - 0.5 / count);
    let shift = 2.0 * normal::quantile(share);
    let corrected = |z: f64| resampled.point_at(normal::upper_tail(-(shift + z)));
    let (low, high) = resampled.points();
    let lower = low.min(corrected(-level.z)).min(2.0 * estimate - high);
    let upper = high.max(corrected(level.z)).max(2.0 * estimate - low);
    let (first, last) = (resampled.values.first()?, resampled.values.last()?);
    Some(resampled.spread(lower.max(first.min(-1.0)), upper.min(last.max(1.0))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::sample::tests::sample;
    use proptest::prelude::*;

    #[test]
    fn poisson_draws_have_mean_and_variance_alike() {
        for mean in [0.3, 9.0, 12.0, 1e6] {
            let mut stream = stream(7);
            let draws: Vec<f64> = (0..20_000).map(|_| poisson(mean, &mut stream)).collect();
            let average = draws.iter().sum::<f64>() / 2e4;
            let variance = draws.iter().map(|x| (x - average).powi(2)).sum::<f64>() / 2e4;
            assert!((average / mean - 1.0).abs() < 4.0 / (mean * 2e4).sqrt(), "{mean}: {average}");
            assert!((variance / mean - 1.0).abs() < 0.05, "{mean}: {variance}");
        }
    }

    #[test]
    fn resamples_of_rows_and_of_groups_spread_as_theory_says() {
        for people in [500_u32, 9000] {
            let rows: Vec<[f64; 1]> = (0..people).map(|i| [f64::from(i * 7919 % people)]).collect();
            let units = Units::new(&sample(&rows)).expect("people");
            let means = (0..700).filter_map(|number| units.resample(number));
            let means: Vec<f64> = means.map(|moments| moments.means[0]).collect();
            let n = f64::from(people);
            let theory = ((n * n - 1.0) / 12.0 / n).sqrt();
            let got = spread(means, Level::USUAL).expect("resamples").standard_error;
            assert!((got / theory - 1.0).abs() < 0.1, "{people}: {got} {theory}");
        }
    }

    #[test]
    fn a_row_that_counts_for_many_is_drawn_as_many() {
        let mut counted = Sample::new(1);
        for (value, count) in [(0.0, 300), (1.0, 700)] {
            counted.push(&[value], 1.0, count).expect("finite");
        }
        let units = Units::new(&counted).expect("people");
        let means = (0..2000).filter_map(|number| units.resample(number));
        let means = means.map(|moments| moments.means[0]).collect();
        let got = spread(means, Level::USUAL).expect("resamples");
        assert!((got.standard_error / 0.014_491 - 1.0).abs() < 0.06, "{got:?}");
    }

    #[test]
    fn weights_spread_resamples_as_the_effective_size_says() {
        let mut weighted = Sample::new(1);
        for i in 0..60_u32 {
            weighted.push(&[f64::from(i * 7 % 60)], f64::from(1 + i % 3), 1).expect("finite");
        }
        // 120² / (20 · 14) effective people; the weighted variance divided by it.
        let (n, moments) = (14_400.0 / 280.0, weighted.moments().expect("people"));
        let units = Units::new(&weighted).expect("people");
        let means = (0..2000).filter_map(|number| units.resample(number));
        let means = means.map(|moments| moments.means[0]).collect();
        let got = spread(means, Level::USUAL).expect("resamples").standard_error;
        let want = (moments.covariance.at(0, 0) / n).sqrt();
        assert!((got / want - 1.0).abs() < 0.06, "{got} {want}");
    }

    #[test]
    fn the_interval_is_type_seven() {
        let values: Vec<f64> = (0..=2000).map(f64::from).collect();
        for (level, lower, upper) in [
            (0.5, 500.0, 1500.0),
            (0.9, 100.0, 1900.0),
            (0.95, 50.0, 1950.0),
            (0.99, 10.0, 1990.0),
            (0.999, 1.0, 1999.0),
        ] {
            let got = spread(values.clone(), Level::of(level)).expect("values");
            assert_eq!((got.lower, got.upper), (lower, upper), "{level}");
        }
        // numpy.quantile(range(500), [0.025, 0.975])
        let got = spread(values[..500].to_vec(), Level::USUAL).expect("values");
        assert!((got.lower - 12.475).abs() < 1e-12 && (got.upper - 486.525).abs() < 1e-12);
    }

    #[test]
    fn a_tail_without_a_resample_has_no_limit() {
        let limits: [&dyn Fn(Vec<f64>, Level) -> Option<Spread>; 3] = [
            &spread,
            &|values, level| spread_of_square(0.5, values, level, level.z),
            &|values, level| spread_of_maximum(0.5, values, level),
        ];
        for (level, fewest) in [(0.5, 3), (0.95, 39), (0.999, 1999_u32)] {
            let values: Vec<f64> = (0..fewest).map(|i| f64::from(i) / 2000.0).collect();
            for limits in limits {
                assert_eq!(limits(values[1..].to_vec(), Level::of(level)), None, "{level}");
                assert!(limits(values.clone(), Level::of(level)).is_some(), "{level}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_higher_level_holds_all_that_a_lower_one_does(
            values in prop::collection::vec(0.0..1.0_f64, 199..400), estimate in 0.0..1.0_f64,
        ) {
            let at = |level: f64| {
                let (values, level) = (|| values.clone(), Level::of(level));
                [
                    spread(values(), level),
                    spread_of_square(estimate, values(), level, level.z),
                    spread_of_maximum(estimate, values(), level),
                ]
                .map(|spread| spread.expect("enough"))
            };
            for (inner, outer) in [(0.5, 0.9), (0.9, 0.95), (0.95, 0.99)] {
                for (inner, outer) in at(inner).into_iter().zip(at(outer)) {
                    prop_assert!(outer.lower <= inner.lower && inner.upper <= outer.upper);
                }
            }
        }
    }
}
