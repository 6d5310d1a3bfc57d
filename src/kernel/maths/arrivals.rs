//! How often somebody buys in a time, at a rate λ ~ Gamma(A, R) and as long as
//! nothing stops it, and when the nth purchase comes: what the models share once
//! the past is known.
//!
//! ```text
//! z = t/R,  N | λ ~ Poisson(λt)
//! P(N = n) = (z/(1+z))ⁿ (1+z)^−A / (n B(n, A))       negative binomial
//! P(N ≥ n) = P(BetaPrime(n, A) ≤ z)                  the nth comes in time
//! ```
//!
//! Whoever may leave meanwhile needs an integral over the time u of the nth
//! purchase, or of leaving after it:
//!
//! ```text
//! ∫ (1+R/u)^−m (1+u/R)^−k (1+u/G)^−c du/R,   u from 0 to t
//! ```
//!
//! With M the smaller of R and G, its logarithm is concave on the scale of
//! ln(M+u): one hump. The moments that [`Hump`] gives are Gauss–Legendre nodes
//! on both sides of the top, down to where the integrand has fallen by e⁻⁴².
//!
//! Source of the two probabilities: Johnson, Kemp and Kotz (2005), "Univariate
//! Discrete Distributions", 3rd ed., 5.1 and 5.6.

use std::sync::LazyLock;

use crate::kernel::maths::beta::Rule;
use crate::kernel::maths::beta_prime::{at_most, front};

/// P(N = n).
pub(in crate::kernel) fn exactly(shape: f64, z: f64, n: f64) -> f64 {
    match n {
        0.0 => (-shape * z.ln_1p()).exp(),
        _ if z == 0.0 => 0.0,
        _ => front(n, shape, z) / n,
    }
}

/// P(N ≥ n).
pub(in crate::kernel) fn at_least(shape: f64, z: f64, n: f64) -> f64 {
    if n == 0.0 { 1.0 } else { at_most(n, shape, z) }
}

/// P(N ≥ 2)/z², which is A(A+1)/2 at z = 0.
pub(in crate::kernel) fn twice_by_square(shape: f64, z: f64) -> f64 {
    if z >= 1.0 || shape * z >= 1.0 {
        let log = shape * z.ln_1p();
        return (-(-log).exp_m1() - (-log).exp() * shape * z / (1.0 + z)) / (z * z);
    }
    let ratio = z / (1.0 + z);
    let mut term = 0.5 * shape * (shape + 1.0) * (-(shape + 2.0) * z.ln_1p()).exp();
    let (mut n, mut sum) = (2.0, 0.0);
    while term > sum * 1e-17 {
        sum += term;
        term *= ratio * (shape + n) / (n + 1.0);
        n += 1.0;
    }
    sum
}

/// The integral of the header.
#[derive(Debug, Clone, Copy)]
pub(in crate::kernel) struct Hump {
    /// m.
    pub(in crate::kernel) rise: f64,
    /// k and c.
    pub(in crate::kernel) falls: [f64; 2],
    /// R and G.
    pub(in crate::kernel) scales: [f64; 2],
    /// t.
    pub(in crate::kernel) until: f64,
    /// Logarithm of what the integral is multiplied with.
    pub(in crate::kernel) front: f64,
}

/// 24 nodes on (0, 1) and their weights, worked out once.
static NODES: LazyLock<Vec<(f64, f64)>> =
    LazyLock::new(|| Rule::gauss_jacobi(1.0, 1.0, 24).nodes().collect());
/// What falls by more than e to the minus this is nothing.
const NOTHING: f64 = 42.0;
/// The same where averages over the hump are asked for and not how much it is.
const LITTLE: f64 = 16.0;
/// As many nodes on both sides together are enough for those.
static FEW_NODES: LazyLock<Vec<(f64, f64)>> =
    LazyLock::new(|| Rule::gauss_jacobi(1.0, 1.0, 8).nodes().collect());
/// On the scale of ln(M+u) the integrand is singular at a distance of π from the
/// axis; longer panels would notice.
const LONGEST_PANEL: f64 = 4.0;
/// The end of the scale of ln(1+u/M): no model has anything left there.
const FARTHEST: f64 = 600.0;
/// How well the top, and then the distances of the ends from it, have to be known
/// to place nodes, each as a share of itself: of frequent buyers the hump is narrow
/// and close to 0.
const PRECISION: [f64; 2] = [1e-11, 0.03];

impl Hump {
    /// Moments u, and weights that add up to the integral.
    pub(in crate::kernel) fn moments(self) -> Vec<(f64, f64)> {
        self.followed(NOTHING, PRECISION, &NODES)
    }

    /// Fewer of them, for averages over the hump of what bends slowly: their weights add up to the
    /// integral to three digits.
    pub(in crate::kernel) fn outline(self) -> Vec<(f64, f64)> {
        self.followed(LITTLE, [0.001, PRECISION[1]], &FEW_NODES)
    }

    /// Moments down to where the integrand has fallen by e to the minus `fall`.
    fn followed(self, fall: f64, precision: [f64; 2], nodes: &[(f64, f64)]) -> Vec<(f64, f64)> {
        let whole = (self.until / self.least()).ln_1p().min(FARTHEST);
        if whole == 0.0 {
            return Vec::new();
        }
        let top = first(whole, precision[0], |v| self.slope(v) <= 0.0);
        let floor = self.height(top) - fall;
        let before = first(top, precision[1], |way| self.height(top - way) < floor);
        let after = first(whole - top, precision[1], |way| self.height(top + way) < floor);
        let mut moments = self.side(top - before, top, nodes);
        moments.extend(self.side(top, top + after, nodes));
        moments
    }

    /// The integral.
    pub(in crate::kernel) fn sum(self) -> f64 {
        self.moments().into_iter().map(|(_, weight)| weight).sum()
    }

    fn side(self, start: f64, end: f64, nodes: &[(f64, f64)]) -> Vec<(f64, f64)> {
        let panels = ((end - start) / LONGEST_PANEL).ceil();
        let width = (end - start) / panels;
        std::iter::successors(Some(0.0), |panel| Some(panel + 1.0))
            .take_while(|panel| *panel < panels)
            .flat_map(|panel| nodes.iter().map(move |(share, weight)| (panel + share, weight)))
            .map(|(place, weight)| {
                let v = start + place * width;
                (self.time(v), weight * width * self.height(v).exp())
            })
            .collect()
    }

    fn least(self) -> f64 {
        self.scales[0].min(self.scales[1])
    }

    /// u, where v = ln(1 + u/M).
    fn time(self, v: f64) -> f64 {
        self.least() * v.exp_m1()
    }

    /// Logarithm of the integrand by v.
    fn height(self, v: f64) -> f64 {
        let u = self.time(v);
        let [rate, stay] = self.scales;
        let rise = if self.rise == 0.0 { 0.0 } else { self.rise * (rate / u).ln_1p() };
        let fall = self.falls[0] * (u / rate).ln_1p() + self.falls[1] * (u / stay).ln_1p();
        self.front - rise - fall + v + (self.least() / rate).ln()
    }

    fn slope(self, v: f64) -> f64 {
        let u = self.time(v);
        let by_v = self.least() + u;
        let [rate, stay] = self.scales.map(|scale| by_v / (scale + u));
        let rise = if self.rise == 0.0 { 0.0 } else { self.rise * rate * self.scales[0] / u };
        rise + 1.0 - self.falls[0] * rate - self.falls[1] * stay
    }
}

/// The point between 0 and `end` from which `holds` is true, and not before; slightly beyond it.
fn first(end: f64, precision: f64, holds: impl Fn(f64) -> bool) -> f64 {
    if end == 0.0 || !holds(end) {
        return end;
    }
    let (mut low, mut high) = (0.0, end);
    while high - low > precision * high && high > f64::MIN_POSITIVE {
        let middle = f64::midpoint(low, high);
        if holds(middle) { high = middle } else { low = middle }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::maths::beta_prime::ln_beta;
    use crate::kernel::testing::assert_close;
    use proptest::prelude::*;

    #[test]
    fn two_purchases_in_next_to_no_time_keep_their_digits() {
        assert_close(twice_by_square(0.243, 1e-200), 0.5 * 0.243 * 1.243, 1e-14);
        // Both ways of adding up meet.
        for (shape, z) in [(3.0, 0.333), (1e-3, 0.999), (200.0, 0.004_99), (0.3, 0.97)] {
            let whole = at_least(shape, z, 2.0) / (z * z);
            assert_close(twice_by_square(shape, z), whole, 1e-12);
            let more = z * 1.01;
            assert_close(
                twice_by_square(shape, more),
                at_least(shape, more, 2.0) / (more * more),
                1e-12,
            );
        }
    }

    #[test]
    fn the_hump_of_the_nth_purchase_is_its_probability() {
        for shape in [0.01, 0.3, 2.5, 40.0, 5000.0] {
            for z in [1e-3, 0.4, 1.0, 30.0, 1e6] {
                for n in [1.0, 2.0, 7.0, 60.0, 500.0, 20_000.0] {
                    let hump = Hump {
                        rise: n - 1.0,
                        falls: [shape + 1.0, 0.0],
                        scales: [7.0, 7.0],
                        until: 7.0 * z,
                        front: -ln_beta(n, shape),
                    };
                    let want = at_least(shape, z, n);
                    let got = hump.sum();
                    assert!(
                        (got - want).abs() <= 1e-11 * want.max(1e-280),
                        "A={shape} z={z} n={n}: {got}, want {want}"
                    );
                }
            }
        }
    }

    #[test]
    fn humps_agree_with_many_small_steps() {
        for scales in [[10.0, 50.0], [50.0, 10.0], [1e-4, 1e3], [1e3, 1e-4], [3.0, 3.0]] {
            for (rise, falls) in [
                (0.0, [0.6, 1.6]),
                (0.0, [0.01, 0.02]),
                (3.0, [3.5, 0.606]),
                (50.0, [60.0, 3.0]),
                (500.0, [503.0, 30.0]),
                (2.0, [900.0, 0.1]),
            ] {
                for until in [0.1, 39.0, 1e5] {
                    let hump = Hump { rise, falls, scales, until, front: 0.0 };
                    let (got, want) = (hump.sum(), directly(hump));
                    assert!(
                        (got - want).abs() <= 1e-11 * want.max(1e-290),
                        "{hump:?}: {got}, want {want}"
                    );
                }
            }
        }
    }

    /// The same integral in twenty thousand panels of v.
    fn directly(hump: Hump) -> f64 {
        let panels = 20_000;
        let width = (hump.until / hump.least()).ln_1p() / f64::from(panels);
        let nodes: Vec<_> = Rule::gauss_jacobi(1.0, 1.0, 8).nodes().collect();
        (0..panels)
            .flat_map(|panel| nodes.iter().map(move |(share, w)| (f64::from(panel) + share, w)))
            .map(|(place, weight)| weight * width * hump.height(place * width).exp())
            .sum()
    }

    proptest! {
        #[test]
        fn one_more_purchase_is_the_difference_of_the_tails(
            shape in 0.01..100.0_f64, z in 0.001..50.0_f64, n in 0_u32..600,
        ) {
            let n = f64::from(n);
            let step = at_least(shape, z, n) - at_least(shape, z, n + 1.0);
            prop_assert!((exactly(shape, z, n) - step).abs() < 1e-12);
        }
    }
}
