//! Seeded random draws, with which tests simulate what a model describes.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A stream that is the same on every machine.
pub(in crate::kernel) struct Draws(ChaCha8Rng);

impl Draws {
    pub(in crate::kernel) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Uniform on (0, 1].
    pub(in crate::kernel) fn uniform(&mut self) -> f64 {
        1.0 - self.0.random::<f64>()
    }

    pub(in crate::kernel) fn chance(&mut self, probability: f64) -> bool {
        self.uniform() <= probability
    }

    /// Exponential with the given rate.
    pub(in crate::kernel) fn wait(&mut self, rate: f64) -> f64 {
        -libm::log(self.uniform()) / rate
    }

    /// Standard normal, by the polar method (Marsaglia and Bray 1964).
    pub(in crate::kernel) fn normal(&mut self) -> f64 {
        loop {
            let [x, y] = [(); 2].map(|()| 2.0 * self.uniform() - 1.0);
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                return x * (-2.0 * libm::log(square) / square).sqrt();
            }
        }
    }

    /// Gamma with the given shape and rate (Marsaglia and Tsang 2000).
    pub(in crate::kernel) fn gamma(&mut self, shape: f64, rate: f64) -> f64 {
        if shape < 1.0 {
            let boost = libm::pow(self.uniform(), 1.0 / shape);
            return boost * self.gamma(shape + 1.0, rate);
        }
        let d = shape - 1.0 / 3.0;
        loop {
            let x = self.normal();
            let root = 1.0 + x / (9.0 * d).sqrt();
            let cube = root * root * root;
            if root > 0.0
                && libm::log(self.uniform()) < 0.5 * x * x + d * (1.0 - cube + libm::log(cube))
            {
                return d * cube / rate;
            }
        }
    }

    /// Beta, as the share of one gamma in the sum of two.
    pub(in crate::kernel) fn beta(&mut self, a: f64, b: f64) -> f64 {
        let [x, y] = [a, b].map(|shape| self.gamma(shape, 1.0));
        x / (x + y)
    }
}
