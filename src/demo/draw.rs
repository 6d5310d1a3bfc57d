//! Random draws that give the same bits on every machine.
//!
//! `rand_distr` calls the platform's `ln` and `pow`, which differ in the last
//! bit from one C library to the next; one such bit can move a cent. So the
//! few distributions needed are drawn here with `libm`'s functions, which are
//! plain Rust. This file knows nothing of customers.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// One stream of random numbers, independent of every other stream.
#[derive(Debug)]
pub(super) struct Draw(ChaCha8Rng);

impl Draw {
    /// Stream number `stream` of the generator seeded with `seed`.
    pub(super) fn stream(seed: u64, stream: u64) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(stream);
        Self(generator)
    }

    /// Uniform on [0, 1).
    pub(super) fn uniform(&mut self) -> f64 {
        self.0.random()
    }

    /// Uniform on [low, high).
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// True with probability `probability`.
    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.uniform() < probability
    }

    /// A whole number of `low..=high`; `low` if the range is empty.
    pub(super) fn whole(&mut self, low: u32, high: u32) -> u32 {
        if low < high { self.0.random_range(low..=high) } else { low }
    }

    /// An index below `length`; 0 if `length` is 0.
    pub(super) fn index(&mut self, length: usize) -> usize {
        let last = u32::try_from(length).unwrap_or(u32::MAX).saturating_sub(1);
        self.whole(0, last) as usize
    }

    /// One of `items`, which must not be empty, each as likely as the next.
    pub(super) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.index(items.len())]
    }

    /// One of `items`, which must not be empty, as likely as its weight says.
    pub(super) fn weighted<T: Copy>(&mut self, items: &[(T, f64)]) -> T {
        let mut rest = self.uniform() * items.iter().map(|(_, weight)| weight).sum::<f64>();
        for &(item, weight) in items {
            rest -= weight;
            if rest < 0.0 {
                return item;
            }
        }
        items[items.len() - 1].0
    }

    /// Exponential with mean 1.
    pub(super) fn exponential(&mut self) -> f64 {
        -libm::log(1.0 - self.uniform())
    }

    /// Standard normal, by the polar method (Marsaglia & Bray 1964).
    pub(super) fn normal(&mut self) -> f64 {
        loop {
            let (x, y) = (self.between(-1.0, 1.0), self.between(-1.0, 1.0));
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                return x * (-2.0 * libm::log(square) / square).sqrt();
            }
        }
    }

    /// Gamma of the given shape and rate 1 (Marsaglia & Tsang 2000).
    pub(super) fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let boost = libm::pow(1.0 - self.uniform(), 1.0 / shape);
            return boost * self.gamma(shape + 1.0);
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let root = 1.0 + c * x;
            if root <= 0.0 {
                continue;
            }
            let cube = root * root * root;
            if libm::log(1.0 - self.uniform()) < 0.5 * x * x + d * (1.0 - cube + libm::log(cube)) {
                return d * cube;
            }
        }
    }

    /// Beta, as the share of one gamma in the sum of two.
    pub(super) fn beta(&mut self, a: f64, b: f64) -> f64 {
        let (x, y) = (self.gamma(a), self.gamma(b));
        x / (x + y)
    }
}

/// The nearest whole number, from 0 to the largest a `u32` holds.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, which is the documented result"
)]
pub(super) fn nearest(value: f64) -> u32 {
    value.round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean_and_variance(mut next: impl FnMut() -> f64) -> (f64, f64) {
        let draws: Vec<f64> = (0..100_000).map(|_| next()).collect();
        let mean = draws.iter().sum::<f64>() / 1e5;
        (mean, draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 1e5)
    }

    #[track_caller]
    fn assert_near(got: (f64, f64), expected: (f64, f64)) {
        assert!((got.0 - expected.0).abs() < 0.02, "mean {} is not {}", got.0, expected.0);
        assert!((got.1 / expected.1 - 1.0).abs() < 0.05, "variance {} not {}", got.1, expected.1);
    }

    #[test]
    fn every_distribution_has_its_mean_and_variance() {
        let mut draw = Draw::stream(1, 0);
        assert_near(mean_and_variance(|| draw.exponential()), (1.0, 1.0));
        assert_near(mean_and_variance(|| draw.normal()), (0.0, 1.0));
        assert_near(mean_and_variance(|| draw.gamma(0.9)), (0.9, 0.9));
        assert_near(mean_and_variance(|| draw.gamma(4.0)), (4.0, 4.0));
        assert_near(mean_and_variance(|| draw.beta(0.8, 5.5)), (0.126_98, 0.015_186));
    }

    #[test]
    fn weights_decide_how_often_an_item_is_drawn() {
        let mut draw = Draw::stream(1, 1);
        let items = [('a', 1.0), ('b', 3.0)];
        let share = (0..10_000).filter(|_| draw.weighted(&items) == 'b').count();
        assert!((7_300..7_700).contains(&share), "{share}");
    }

    #[test]
    fn streams_of_one_seed_differ_and_repeat() {
        let first = |seed, stream| Draw::stream(seed, stream).uniform().to_bits();
        assert_eq!(first(7, 3), first(7, 3));
        assert_ne!(first(7, 3), first(7, 4));
        assert_ne!(first(7, 3), first(8, 3));
    }
}
