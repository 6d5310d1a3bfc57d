//! How many purchases the clock allows within the horizon, and how many of them
//! a customer known to be alive is still there for.
//!
//! ```text
//! y = t/(α+T),  N | j ~ negative binomial of shape A+j: P(N = n) from y
//! M = ⌊(j+N)/k⌋                           purchases that the clock allows
//! P(Y ≥ n) = E[(1−p)^(n−1)] P(M ≥ n)      and not left after one of the first
//! p ~ Beta(a, b+n) after n tosses
//! ```
//!
//! Everything is a sum of positive terms, and only negligible terms are left
//! out. The number of ticks is followed one by one up to some ten thousand;
//! beyond, it is next to continuous, and Gauss–Legendre nodes stand for many.

use std::sync::LazyLock;

use crate::kernel::maths::arrivals;
use crate::kernel::maths::beta::Rule;
use crate::kernel::maths::beta_prime::ln_beta;
use crate::kernel::maths::gamma::ln_stays;
use crate::kernel::purchase_model;

/// What is ahead of a customer known to be alive.
#[derive(Debug, Clone)]
pub struct Law {
    /// How the ticks since the last purchase are spread: P(j), j < k.
    pub(super) phases: Vec<f64>,
    /// A, the shape of the tick rate at the last purchase.
    pub(super) shape: f64,
    /// t/(α+T).
    pub(super) y: f64,
    /// The spread of the drop-out chance.
    pub(super) coin: [f64; 2],
}

/// What is asked of M, averaged over it.
#[derive(Debug, Clone, Copy, Default)]
struct Moments {
    /// E[(1−p)^M].
    survival: f64,
    /// E[Y].
    purchases: f64,
    /// E[Y(Y−1)].
    pairs: f64,
}

impl purchase_model::Law for Law {
    fn survival(&self) -> f64 {
        self.moments().survival
    }

    fn purchases(&self) -> f64 {
        self.moments().purchases
    }

    fn mean_and_variance(&self) -> [f64; 2] {
        let Moments { purchases, pairs, .. } = self.moments();
        [purchases, pairs + purchases * (1.0 - purchases)]
    }

    fn exactly(&self, n: f64) -> f64 {
        if n == 0.0 {
            return self.allows(0.0);
        }
        let [a, b] = self.coin;
        let leaves = self.stays(n - 1.0) * a / (a + b + n - 1.0);
        leaves * self.allowed(n) + self.stays(n) * self.allows(n)
    }

    fn at_least(&self, n: f64) -> f64 {
        if n == 0.0 { 1.0 } else { self.stays(n - 1.0) * self.allowed(n) }
    }
}

impl Law {
    /// E[(1−p)^m].
    fn stays(&self, m: f64) -> f64 {
        let [a, b] = self.coin;
        ln_stays(a, b, m).exp()
    }

    /// P(M ≥ n).
    fn allowed(&self, n: f64) -> f64 {
        let needed = n * self.k();
        let chance = |j: f64| arrivals::at_least(self.shape + j, self.y, needed - j);
        self.weighted().map(|(j, weight)| weight * chance(j)).sum()
    }

    /// P(M = n).
    fn allows(&self, n: f64) -> f64 {
        let chance = |j: f64| -> f64 {
            let ticks = (0..self.phases.len()).map(|over| n * self.k() + over as f64 - j);
            ticks
                .filter(|count| *count >= 0.0)
                .map(|count| arrivals::exactly(self.shape + j, self.y, count))
                .sum()
        };
        self.weighted().map(|(j, weight)| weight * chance(j)).sum()
    }

    fn k(&self) -> f64 {
        self.phases.len() as f64
    }

    /// Each phase that can be with its probability.
    fn weighted(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let phases = self.phases.iter().enumerate();
        phases.map(|(j, weight)| (j as f64, *weight)).filter(|(_, weight)| *weight > 0.0)
    }

    fn moments(&self) -> Moments {
        let (mut near, mut far) = (Vec::new(), Vec::new());
        for (j, (at, weight)) in self.weighted().enumerate() {
            let Counts { first, each, beyond } = Counts::new(self.shape + at, self.y);
            for (n, chance) in (first + j..).zip(each) {
                let m = n / self.phases.len();
                near.resize(near.len().max(m + 1), 0.0);
                near[m] += weight * chance;
            }
            // Of many ticks, the last purchase was (k−1)/2 ago on average.
            let lag = at - 0.5 * (self.k() - 1.0);
            far.extend(beyond.iter().map(|(n, w)| ((n + lag) / self.k(), weight * w)));
        }
        let mut moments = self.near(&near);
        self.add_far(&mut moments, &far);
        moments
    }

    /// Σ P(M = m) of what is said about m, from one m to the next.
    fn near(&self, chances: &[f64]) -> Moments {
        let [a, b] = self.coin;
        let (mut at, mut sum) =
            (Moments { survival: 1.0, ..Moments::default() }, Moments::default());
        for (m, chance) in chances.iter().enumerate() {
            let m = m as f64;
            sum.add(*chance, at);
            at.purchases += at.survival;
            at.pairs += 2.0 * m * at.survival;
            at.survival *= (b + m) / (a + b + m);
        }
        sum
    }

    /// The same for m that are not followed one by one.
    fn add_far(&self, moments: &mut Moments, far: &[(f64, f64)]) {
        if far.is_empty() {
            return;
        }
        let [a, b] = self.coin;
        let rule = Rule::double_exponential(a, b);
        for (m, weight) in far {
            let at = Moments {
                survival: self.stays(*m),
                purchases: rule.mean(|p| once(p, *m)),
                pairs: rule.mean(|p| twice(p, *m)),
            };
            moments.add(*weight, at);
        }
    }
}

/// Σ (1−p)^(i−1) for i ≤ m.
fn once(p: f64, m: f64) -> f64 {
    -(m * (-p).ln_1p()).exp_m1() / p
}

/// Σ 2(i−1) (1−p)^(i−1) for i ≤ m.
fn twice(p: f64, m: f64) -> f64 {
    let before = m - 1.0;
    if before * p < 1e-5 {
        return m * before * (1.0 - 2.0 / 3.0 * (m - 2.0) * p);
    }
    let log = before * (-p).ln_1p();
    2.0 * (1.0 - p) * (-log.exp_m1() - before * p * log.exp()) / (p * p)
}

impl Moments {
    fn add(&mut self, weight: f64, other: Self) {
        self.survival += weight * other.survival;
        self.purchases += weight * other.purchases;
        self.pairs += weight * other.pairs;
    }
}

/// How many ticks come, at a Gamma rate.
struct Counts {
    first: usize,
    /// P(N = n) from `first` on.
    each: Vec<f64>,
    /// Numbers beyond, and the probability that each represents.
    beyond: Vec<(f64, f64)>,
}

/// Counts are followed one by one up to here.
const NEAR: f64 = 65_536.0;
/// What is less likely than the likeliest by this factor does not show.
const NEGLIGIBLE: f64 = 1e-25;
/// Panels after which a sum does not end: more than ln n up to 700 takes.
const MOST_PANELS: usize = 2_000;
/// 16 nodes on (0, 1) and their weights.
static NODES: LazyLock<Vec<(f64, f64)>> =
    LazyLock::new(|| Rule::gauss_jacobi(1.0, 1.0, 16).nodes().collect());

impl Counts {
    fn new(shape: f64, y: f64) -> Self {
        if y == 0.0 {
            return Self { first: 0, each: vec![1.0], beyond: Vec::new() };
        }
        let likeliest = ((shape - 1.0) * y).floor().max(0.0);
        let top = ln_chance(shape, y, likeliest);
        let middle = likeliest.min(NEAR);
        let start = (ln_chance(shape, y, middle) - top).exp();
        let mut each = below(shape, y, middle, start);
        each.reverse();
        let first = whole(middle) - each.len();
        let end = above(shape, y, middle, start, &mut each);
        let beyond = if end < NEAR { Vec::new() } else { far(shape, y, likeliest, top) };
        let total = each.iter().sum::<f64>() + beyond.iter().map(|(_, w)| w).sum::<f64>();
        let share = |weight: f64| weight / total;
        Self {
            first,
            each: each.into_iter().map(share).collect(),
            beyond: beyond.into_iter().map(|(n, weight)| (n, share(weight))).collect(),
        }
    }
}

/// ln P(N = n).
fn ln_chance(shape: f64, y: f64, n: f64) -> f64 {
    let none = -shape * y.ln_1p();
    if n == 0.0 { none } else { none - n * (1.0 / y).ln_1p() - n.ln() - ln_beta(n, shape) }
}

/// From just below `middle` down to where nothing shows.
fn below(shape: f64, y: f64, middle: f64, start: f64) -> Vec<f64> {
    let step = |&(n, weight): &(f64, f64)| {
        let next = weight * n * (1.0 + y) / ((shape + n - 1.0) * y);
        (n >= 1.0 && next > NEGLIGIBLE).then_some((n - 1.0, next))
    };
    std::iter::successors(Some((middle, start)), step).skip(1).map(|(_, weight)| weight).collect()
}

/// From `middle` up to where nothing shows, or too far. Returns the last.
fn above(shape: f64, y: f64, middle: f64, start: f64, each: &mut Vec<f64>) -> f64 {
    let (mut n, mut weight) = (middle, start);
    each.push(weight);
    while n < NEAR && weight > NEGLIGIBLE {
        weight *= (shape + n) * y / ((n + 1.0) * (1.0 + y));
        n += 1.0;
        each.push(weight);
    }
    n
}

/// From [`NEAR`] on, in panels of ln n that are narrow against how widely it is
/// spread.
fn far(shape: f64, y: f64, likeliest: f64, top: f64) -> Vec<(f64, f64)> {
    let reach = 45.0 / shape + (90.0 / shape).sqrt();
    let width = 0.5_f64.min(2.0 / (1.0 + shape).sqrt());
    let mut start = (NEAR + 0.5).ln().max(likeliest.max(1.0).ln() - reach);
    let mut nodes: Vec<(f64, f64)> = Vec::new();
    for _ in 0..MOST_PANELS {
        let panel = NODES.iter().map(|(share, weight)| {
            let n = (start + share * width).exp();
            (n, weight * width * n * (ln_chance(shape, y, n) - top).exp())
        });
        let before = nodes.len();
        nodes.extend(panel);
        start += width;
        let added: f64 = nodes[before..].iter().map(|(_, weight)| weight).sum();
        let past = start.exp() > likeliest.max(y);
        if past && added <= NEGLIGIBLE || start > 700.0 || added.is_nan() {
            return nodes;
        }
    }
    // So narrow a hump, so far out, is out of the reach of doubles.
    vec![(f64::NAN, f64::NAN)]
}

/// A count as a place.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to [`NEAR`]")]
fn whole(count: f64) -> usize {
    count as usize
}
