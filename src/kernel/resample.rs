//! The same survey, asked again: seeded resamples of people, at a cost that
//! does not grow with their number.
//!
//! A sample of up to 2,048 different rows is resampled row by row, each drawn
//! as often as a Poisson variable with the row's count for a mean. A larger one
//! is dealt at random into 2,048 groups of equal size, and groups are drawn
//! instead of people: means and correlations vary from resample to resample as
//! they would, because groups of strangers differ as strangers do. The price is
//! that a standard error is itself uncertain by 1/√(2·2048) = 1.6 %, which is
//! less than what a few hundred resamples leave uncertain anyway.
//!
//! The seed is fixed, and every resample has a stream of its own, so the same
//! rows give the same resamples.
//!
//! Sources: Efron (1979), "Bootstrap Methods", Annals of Statistics 7(1), 1–26;
//! Hanley and `MacGibbon` (2006), "Creating non-parametric bootstrap samples
//! using Poisson frequencies", Computer Methods and Programs in Biomedicine
//! 83(1), 57–62; random groups: Wolter (2007), "Introduction to Variance
//! Estimation", 2nd ed., chapter 2; Poisson draws: Hörmann (1993), Insurance:
//! Mathematics and Economics 12(1), 39–45.

use rand::{Rng, RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::gamma::ln_gamma;
use super::sample::{Moments, Sample, Sums};

/// The seed of all resamples.
const SEED: u64 = 20_050_101;

/// How many rows or groups are drawn from.
pub(super) const MOST: usize = 2048;

/// The stream by which people are dealt into groups; resamples have those from 0.
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
            for place in 0..sample.len() {
                units.push(sample, &[place], sample.row(place).2 as f64);
            }
        } else {
            let people = dealt(sample, DEALING);
            for group in people.chunks(people.len().div_ceil(MOST)) {
                units.push(sample, group, 1.0);
            }
        }
        Some(units)
    }

    /// Adds the sums of people, given by the rows that they are in.
    fn push(&mut self, sample: &Sample, people: &[usize], mean: f64) {
        let mut sums = self.empty.clone();
        for place in people {
            let (values, weight, _) = sample.row(*place);
            sums.add(values, weight);
        }
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

/// A percentile interval of what resamples gave, and their standard deviation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The 2.5 % point, type 7.
    pub lower: f64,
    /// The 97.5 % point, type 7.
    pub upper: f64,
    /// The bootstrap standard error.
    pub standard_error: f64,
}

/// `None` for fewer than two resamples.
pub(super) fn spread(mut values: Vec<f64>) -> Option<Spread> {
    let last = values.len().checked_sub(1).filter(|last| *last > 0)?;
    values.sort_by(f64::total_cmp);
    // Whole numbers, so that a point that falls on a value is that value.
    let point = |thousandths: usize| {
        let (rank, rest) = (last * thousandths / 1000, last * thousandths % 1000);
        let (below, above) = (values[rank], values[(rank + 1).min(last)]);
        below + (above - below) * (rest as f64 / 1000.0)
    };
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    let standard_error = (squares / last as f64).sqrt();
    Some(Spread { lower: point(25), upper: point(975), standard_error })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::sample::tests::sample;

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
            let got = spread(means).expect("resamples").standard_error;
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
        let got = spread(means.map(|moments| moments.means[0]).collect()).expect("resamples");
        assert!((got.standard_error / 0.014_491 - 1.0).abs() < 0.06, "{got:?}");
    }

    #[test]
    fn the_interval_is_type_seven() {
        let got = spread((0..=1000).map(f64::from).collect()).expect("values");
        assert_eq!((got.lower, got.upper), (25.0, 975.0));
        assert_eq!(spread(vec![1.0]), None);
    }
}
