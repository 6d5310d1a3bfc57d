//! The logarithm of a sum of positive terms, with its derivatives.
//!
//! A history can have come about in several ways, and its likelihood is the sum
//! of theirs. Each is given by its logarithm; with wᵢ the share of a term in the
//! sum, g its gradient and H its Hessian,
//!
//! ```text
//! ∇ ln Σ = Σ wᵢ gᵢ
//! ∇²ln Σ = Σ wᵢ (Hᵢ + gᵢgᵢᵀ) − ∇∇ᵀ
//! ```
//!
//! Nothing overflows: all is kept relative to the largest term.

use crate::kernel::maths::maximise::Local;

/// The sum so far.
#[derive(Debug, Clone, Copy)]
pub(in crate::kernel) struct Mixture<const N: usize> {
    /// Logarithm of the largest term.
    top: f64,
    /// Sums of the terms over the largest: of themselves, times their gradient,
    /// and times what the second line of the header adds up.
    sum: f64,
    slopes: [f64; N],
    bends: [[f64; N]; N],
}

impl<const N: usize> Mixture<N> {
    /// No term yet.
    pub(in crate::kernel) fn new() -> Self {
        Self { top: f64::NEG_INFINITY, sum: 0.0, slopes: [0.0; N], bends: [[0.0; N]; N] }
    }

    /// Adds a term; one of logarithm −∞ is zero.
    pub(in crate::kernel) fn add(&mut self, term: &Local<N>) {
        if term.value == f64::NEG_INFINITY {
            return;
        }
        if term.value > self.top {
            self.shrink((self.top - term.value).exp());
            self.top = term.value;
        }
        let share = (term.value - self.top).exp();
        let g = term.gradient;
        self.sum += share;
        for i in 0..N {
            self.slopes[i] += share * g[i];
            for j in 0..=i {
                self.bends[i][j] += share * (term.hessian[i][j] + g[i] * g[j]);
            }
        }
    }

    fn shrink(&mut self, factor: f64) {
        self.sum *= factor;
        self.slopes = self.slopes.map(|slope| slope * factor);
        self.bends = self.bends.map(|row| row.map(|bend| bend * factor));
    }

    /// The logarithm of the sum; only the lower triangle of its Hessian is set.
    pub(in crate::kernel) fn log(&self) -> Local<N> {
        let mean = self.slopes.map(|slope| slope / self.sum);
        let hessian = std::array::from_fn(|i| {
            std::array::from_fn(|j| match j <= i {
                true => self.bends[i][j] / self.sum - mean[i] * mean[j],
                false => 0.0,
            })
        });
        Local { value: self.top + self.sum.ln(), gradient: mean, hessian }
    }
}

impl<const N: usize> Local<N> {
    /// Nothing, to which others are added.
    pub(in crate::kernel) fn zero() -> Self {
        Self { value: 0.0, gradient: [0.0; N], hessian: [[0.0; N]; N] }
    }

    /// Adds `weight` times another.
    pub(in crate::kernel) fn add(&mut self, weight: f64, other: &Self) {
        self.value += weight * other.value;
        for i in 0..N {
            self.gradient[i] += weight * other.gradient[i];
            for j in 0..=i {
                self.hessian[i][j] += weight * other.hessian[i][j];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ln(pᵐ), by p.
    fn power(p: f64, m: f64) -> Local<1> {
        Local { value: m * p.ln(), gradient: [m / p], hessian: [[-m / (p * p)]] }
    }

    #[test]
    fn the_sum_of_two_powers_has_the_derivatives_of_a_polynomial() {
        // ln(p + p³) at 2.
        for order in [[1.0, 3.0], [3.0, 1.0]] {
            let mut mixture = Mixture::new();
            for m in order {
                mixture.add(&power(2.0, m));
            }
            let log = mixture.log();
            assert!((log.value - 10.0_f64.ln()).abs() < 1e-15);
            assert!((log.gradient[0] - 1.3).abs() < 1e-15);
            assert!((log.hessian[0][0] - (1.2 - 1.69)).abs() < 1e-14);
        }
    }

    #[test]
    fn huge_terms_do_not_overflow_and_missing_ones_do_not_count() {
        let mut mixture = Mixture::new();
        mixture.add(&Local::<1> { value: f64::NEG_INFINITY, gradient: [7.0], hessian: [[1.0]] });
        mixture.add(&power(1e200, 40.0));
        mixture.add(&power(1e-200, 40.0));
        let log = mixture.log();
        assert_eq!(log.value.to_bits(), (40.0 * 1e200_f64.ln()).to_bits());
    }
}
