//! Averages over a Beta distribution: E[f(p)], p ~ Beta(a, b), as Σ wᵢ f(pᵢ).
//!
//! Two rules, because no single one is both quick and always right.
//! Gauss–Jacobi is exact for polynomials and needs few nodes where f bends
//! slowly. The double-exponential rule has some two hundred nodes, crowded at
//! both ends, and stays exact where f bends sharply near 0.
//!
//! Sources: Golub and Welsch (1969), "Calculation of Gauss Quadrature Rules",
//! Mathematics of Computation 23(106), 221–230; Takahasi and Mori (1974),
//! "Double Exponential Formulas for Numerical Integration", Publications of the
//! RIMS 9(3), 721–741.

use std::f64::consts::PI;

use crate::kernel::maths::symmetric::tridiagonal;

/// Nodes in (0, 1) and weights that sum to one.
#[derive(Debug, Clone)]
pub(in crate::kernel) struct Rule {
    nodes: Vec<(f64, f64)>,
}

impl Rule {
    /// The `count`-point Gauss–Jacobi rule for Beta(a, b).
    pub(in crate::kernel) fn gauss_jacobi(a: f64, b: f64, count: usize) -> Self {
        let (mut diagonal, mut beside) = recurrence(a, b, count);
        let first = tridiagonal(&mut diagonal, &mut beside);
        let nodes = diagonal.into_iter().zip(first).map(|(p, v)| (inside(p), v * v)).collect();
        Self { nodes }
    }

    /// The trapezoidal rule in s where logit(p) = π sinh(s).
    pub(in crate::kernel) fn double_exponential(a: f64, b: f64) -> Self {
        let middle = ((a / b).ln() / PI).asinh();
        let width = (1.0 / a + 1.0 / b).sqrt() / (PI * middle.cosh());
        if width < POINT {
            return Self { nodes: vec![(inside(log_weight(a, b, middle).0), 1.0)] };
        }
        let step = STEP.min(width / 4.0);
        let left = heavy(a, b, (1..).map(|i| middle - step * f64::from(i)));
        let right = heavy(a, b, (0..).map(|i| middle + step * f64::from(i)));
        let points: Vec<_> = left.chain(right).collect();
        let top = points.iter().map(|(_, weight)| *weight).fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = points.iter().map(|(_, weight)| (weight - top).exp()).sum();
        let share = |weight: f64| (weight - top).exp() / total;
        Self { nodes: points.into_iter().map(|(p, weight)| (inside(p), share(weight))).collect() }
    }

    /// Each node with its weight.
    pub(in crate::kernel) fn nodes(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.nodes.iter().copied()
    }

    /// E[f(p)].
    pub(in crate::kernel) fn mean(&self, f: impl Fn(f64) -> f64) -> f64 {
        self.nodes.iter().map(|&(p, weight)| weight * f(p)).sum()
    }
}

/// The widest step of the double-exponential rule: halving it changes nothing.
const STEP: f64 = 0.04;
/// Narrower than this, the distribution is a point to all digits, and steps would come to nothing.
const POINT: f64 = 1e-7;
/// Logarithm of the weight, relative to the middle's, at which points end.
const NEGLIGIBLE: f64 = -52.0;

/// The points of one side, up to where no weight is left.
fn heavy(a: f64, b: f64, points: impl Iterator<Item = f64>) -> impl Iterator<Item = (f64, f64)> {
    let (_, middle) = log_weight(a, b, ((a / b).ln() / PI).asinh());
    points
        .map(move |s| log_weight(a, b, s))
        .take_while(move |(_, weight)| weight - middle > NEGLIGIBLE)
}

/// p, and the logarithm of the density times dp/ds, up to a constant.
fn log_weight(a: f64, b: f64, s: f64) -> (f64, f64) {
    let logit = PI * s.sinh();
    let (ln_p, ln_q) = (-soft_plus(-logit), -soft_plus(logit));
    (ln_p.exp(), a * ln_p + b * ln_q + s.cosh().ln())
}

/// ln(1 + eˣ) without overflow.
fn soft_plus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// A node must not reach the end: there f divides by p, and products with p
/// must not underflow.
fn inside(p: f64) -> f64 {
    p.clamp(1e-200, 1.0)
}

/// Jacobi's three-term recurrence, moved from (−1, 1) to (0, 1).
///
/// Written so that nothing cancels when all nodes are close to zero.
fn recurrence(a: f64, b: f64, count: usize) -> (Vec<f64>, Vec<f64>) {
    let s = a + b - 2.0;
    let diagonal = (1..count).map(|k| {
        let (k, twice) = (k as f64, 2.0 * k as f64 + s);
        (2.0 * k * (k + s + 1.0) + s * a) / (twice * (twice + 2.0))
    });
    let beside = (1..=count).map(|k| {
        let (first, k, twice) = (k == 1, k as f64, 2.0 * k as f64 + s);
        // At the first, these two factors are the same, and may be zero.
        let shared = if first { 1.0 } else { (k + s) / (twice - 1.0) };
        (k * (k + a - 1.0) * (k + b - 1.0) * shared / (twice * twice * (twice + 1.0))).sqrt()
    });
    (std::iter::once(a / (a + b)).chain(diagonal).collect(), beside.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// E[pᵏ] in closed form.
    fn moment(a: f64, b: f64, k: u32) -> f64 {
        (0..k).map(|i| (a + f64::from(i)) / (a + b + f64::from(i))).product()
    }

    #[test]
    fn both_rules_give_the_moments_of_the_distribution() {
        for (a, b) in [(0.793, 2.426), (0.31, 0.5), (1e-3, 40.0), (7.0, 0.02), (0.8, 1002.4)] {
            for rule in [
                Rule::gauss_jacobi(a, b, 32),
                Rule::gauss_jacobi(a, b, 64),
                Rule::double_exponential(a, b),
            ] {
                for k in [0, 1, 2, 5] {
                    let got = rule.mean(|p| p.powi(i32::try_from(k).expect("small")));
                    let error = (got / moment(a, b, k) - 1.0).abs();
                    assert!(error < 1e-12, "a={a} b={b} k={k} nodes={}: {error}", rule.nodes.len());
                }
            }
        }
    }

    #[test]
    fn the_rules_agree_on_a_function_that_is_no_polynomial() {
        let f = |p: f64| (1.0 + 2.0 * p).powf(-7.3);
        for (a, b) in [(0.793, 9.426), (0.31, 0.5), (40.0, 120.0)] {
            let quick = Rule::gauss_jacobi(a, b, 64).mean(f);
            let sure = Rule::double_exponential(a, b).mean(f);
            assert!((quick / sure - 1.0).abs() < 1e-13, "a={a} b={b}: {quick} {sure}");
        }
    }
}
