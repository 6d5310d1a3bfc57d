//! The beta prime distribution: the ratio of two Gamma variables.
//!
//! Two questions about customers are one about it. The time of the nth purchase
//! at a Gamma(A, R) rate, over R, is BetaPrime(n, A), so its distribution says
//! whether n purchases happen in time; and the sum of n Gamma(p, ν) spends with
//! ν ~ Gamma(q, v), over v, is BetaPrime(pn, q).
//!
//! Its distribution function is the incomplete beta function. Given as odds, and
//! not as a share, the argument keeps its digits at both ends.
//!
//! Sources: DLMF 8.17.1 and 8.17.22 (continued fraction); Thompson and Barnett
//! (1986), "Coulomb and Bessel Functions of Complex Arguments and Order", Journal
//! of Computational Physics 64(2), 490–509, for how to sum it.

use crate::kernel::maths::gamma::{ln_gamma, rise};

/// P(Z ≤ `odds`) and P(Z > `odds`) for Z ~ BetaPrime(a, b), each with its own
/// digits where it is small.
pub(in crate::kernel) fn shares(a: f64, b: f64, odds: f64) -> [f64; 2] {
    BetaPrime::new(a, b).shares(odds).0
}

/// Z ~ BetaPrime(a, b), to be asked more than once.
#[derive(Debug, Clone, Copy)]
pub(in crate::kernel) struct BetaPrime {
    a: f64,
    b: f64,
    ln_beta: f64,
}

impl BetaPrime {
    pub(in crate::kernel) fn new(a: f64, b: f64) -> Self {
        Self { a, b, ln_beta: ln_beta(a, b) }
    }

    /// As [`shares`], and the density at the odds times the odds.
    pub(in crate::kernel) fn shares(self, odds: f64) -> ([f64; 2], f64) {
        if odds <= 0.0 {
            return ([0.0, 1.0], 0.0);
        }
        if odds == f64::INFINITY {
            return ([1.0, 0.0], 0.0);
        }
        let Self { a, b, .. } = self;
        let (below, above) = (odds / (1.0 + odds), 1.0 / (1.0 + odds));
        let front = self.front(odds);
        // Each fraction converges quickly on its own side of about the mean.
        let shares = if below < (a + 1.0) / (a + b + 2.0) {
            let share = front * fraction(a, b, below) / a;
            [share, 1.0 - share]
        } else {
            let share = front * fraction(b, a, above) / b;
            [1.0 - share, share]
        };
        (shares, front)
    }

    /// As [`front`].
    fn front(self, odds: f64) -> f64 {
        let logs = -self.a * (1.0 / odds).ln_1p() - self.b * odds.ln_1p();
        (logs - self.ln_beta).exp()
    }
}

/// P(Z ≤ `odds`).
pub(in crate::kernel) fn at_most(a: f64, b: f64, odds: f64) -> f64 {
    shares(a, b, odds)[0]
}

/// xᵃ(1−x)ᵇ/B(a, b), which is the density of Z at the odds, times the odds.
pub(in crate::kernel) fn front(a: f64, b: f64, odds: f64) -> f64 {
    BetaPrime::new(a, b).front(odds)
}

/// ln B(a, b), also where one of them is far larger than the other.
pub(in crate::kernel) fn ln_beta(a: f64, b: f64) -> f64 {
    let (small, large) = if a < b { (a, b) } else { (b, a) };
    ln_gamma(small) - rise(large, small).value
}

/// A step this close to 1 is rounding.
const SETTLED: f64 = 4.0 * f64::EPSILON;
/// Enough for shapes of 10¹⁰; the number of terms grows with their root.
const MOST_TERMS: u32 = 200_000;

/// The continued fraction, by Lentz's method.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    let away = |value: f64| if value.abs() < 1e-300 { 1e-300 } else { value };
    let mut up = 1.0;
    let mut down = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let mut value = down;
    for term in 1..MOST_TERMS {
        let m = f64::from(term);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut step = 1.0;
        for numerator in [even, odd] {
            down = 1.0 / away(1.0 + numerator * down);
            up = away(1.0 + numerator / up);
            step = up * down;
            value *= step;
        }
        if (step - 1.0).abs() <= SETTLED || step.is_nan() {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::testing::assert_close;
    use proptest::prelude::*;

    #[test]
    fn elementary_cases_come_out() {
        // One of the shapes is 1: a power.
        assert_close(at_most(1.0, 2.5, 0.3), 1.0 - 1.3_f64.powf(-2.5), 1e-14);
        assert_close(shares(3.5, 1.0, 0.3)[0], (0.3_f64 / 1.3).powf(3.5), 1e-14);
        // Alike shapes are even at 1.
        for shape in [0.01, 1.0, 7.3, 1e3, 1e6] {
            assert_close(at_most(shape, shape, 1.0), 0.5, 1e-9);
        }
        assert_eq!(shares(2.0, 3.0, 0.0).map(f64::to_bits), [0.0, 1.0].map(f64::to_bits));
        let ever = shares(2.0, 3.0, f64::INFINITY);
        assert_eq!(ever.map(f64::to_bits), [1.0, 0.0].map(f64::to_bits));
    }

    #[test]
    fn small_tails_keep_their_digits() {
        // a = 2: 1 − (1+z)^−b (1 + bz/(1+z)), which is b(b+1)z²/2 for small z.
        assert_close(at_most(2.0, 3.0, 1e-9), 6e-18, 1e-8);
        assert_close(shares(3.0, 2.0, 1e9)[1], 6e-18, 1e-8);
    }

    proptest! {
        #[test]
        fn a_step_of_a_shape_is_one_term(
            a in 0.01..200.0_f64, b in 0.01..2000.0_f64, log_odds in -6.0..6.0_f64,
        ) {
            // I(a, b) − I(a+1, b) = xᵃ(1−x)ᵇ / (a B(a, b)), DLMF 8.17.20.
            let odds = log_odds.exp();
            let step = at_most(a, b, odds) - at_most(a + 1.0, b, odds);
            prop_assert!((step - front(a, b, odds) / a).abs() < 1e-12);
            let [below, above] = shares(a, b, odds);
            prop_assert!((below + above - 1.0).abs() < 1e-15 && below >= 0.0 && above >= 0.0);
        }
    }
}
