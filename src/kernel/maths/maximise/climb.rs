//! Newton's method from one start.
//!
//! On the logarithms of the parameters, with the exact gradient and Hessian that
//! the model supplies. Three things make it work from any start: eigenvalues of
//! the Hessian are replaced by their absolute values, so saddle points repel; a
//! step moves no further than a factor e²; and a step that does not improve
//! enough is halved. It stops when the quadratic model promises an improvement
//! below 1e-18, far below what the parameters' printed digits show, or where steps no longer bring
//! more than rounding: on a flat ridge rounding alone would lead them on.
//!
//! A model whose best parameters are at zero or infinity converges to
//! an end of the searched range.
//!
//! Sources: Dauphin et al. (2014), "Identifying and attacking the saddle point
//! problem", Advances in Neural Information Processing Systems 27 (absolute eigenvalues); Nocedal and Wright (2006),
//! "Numerical Optimization", 2nd ed., 3.1 (sufficient decrease).

use super::{Bound, LogLikelihood, REACH, Range};
use crate::kernel::maths::symmetric::{Eigen, eigen};

/// The Newton decrement at which nothing is left to gain.
const ENOUGH: f64 = 1e-18;
/// A decrement so small that a failing step means rounding, not a wrong model.
const ROUNDING: f64 = 1e-10;
/// The longest step on the log scale.
const LONGEST: f64 = 2.0;
const MOST_HALVINGS: i32 = 40;
/// So many steps in a row that bring no more than rounding are a walk along a ridge that nothing tells apart.
const MOST_IDLE: i32 = 8;

/// How far to climb.
#[derive(Debug, Clone, Copy)]
pub(in crate::kernel) struct Effort {
    steps: i32,
    enough: f64,
}

impl Effort {
    /// To the top.
    pub(in crate::kernel) const FULL: Self = Self { steps: 500, enough: ENOUGH };
    /// To see where it leads.
    pub(in crate::kernel) const SCOUT: Self = Self { steps: 4, enough: 1e-6 };
    /// To a thousandth of what matters.
    pub(in crate::kernel) const ROUGH: Self = Self { steps: 40, enough: 1e-3 };
}

/// A model and where its parameters are searched.
#[derive(Debug)]
pub(in crate::kernel) struct Search<'a, const N: usize, M> {
    model: &'a M,
    pub(in crate::kernel) ranges: [Range; N],
    /// A parameter that stays where it is.
    held: Option<usize>,
}

/// A climb and where it ended.
#[derive(Debug, Clone)]
pub(in crate::kernel) struct Climb<const N: usize> {
    pub(in crate::kernel) point: Point<N>,
    pub(in crate::kernel) iterations: i32,
    pub(in crate::kernel) converged: bool,
}

impl<'a, const N: usize, M: LogLikelihood<N>> Search<'a, N, M> {
    pub(in crate::kernel) fn new(model: &'a M, ranges: [Range; N]) -> Self {
        Self { model, ranges, held: None }
    }

    /// The same with one parameter that does not move.
    pub(in crate::kernel) fn holding(&self, i: usize) -> Self {
        Self { held: Some(i), ..*self }
    }

    /// The point at these logarithms of parameters, or the nearest that is searched.
    pub(in crate::kernel) fn at(&self, theta: [f64; N]) -> Point<N> {
        let ranges = &self.ranges;
        let inside = |i: usize| theta[i].clamp(ranges[i].least, ranges[i].most);
        Point::new(self.model, std::array::from_fn(inside))
    }

    pub(in crate::kernel) fn climb(&self, start: Point<N>, effort: Effort) -> Climb<N> {
        self.go_on(Climb { point: start, iterations: 0, converged: false }, effort)
    }

    /// Continues from where another ascent ended, maybe on other data.
    pub(in crate::kernel) fn again(&self, before: &Climb<N>) -> Climb<N> {
        let point = self.at(before.theta());
        let iterations = before.iterations;
        self.go_on(Climb { point, iterations, converged: false }, Effort::FULL)
    }

    /// Climbs on.
    pub(in crate::kernel) fn go_on(&self, before: Climb<N>, effort: Effort) -> Climb<N> {
        let Climb { point: mut here, mut iterations, mut converged } = before;
        let most = iterations + effort.steps;
        let mut idle = 0;
        while !converged && iterations < most {
            let step = here.step(self);
            if step.decrement < effort.enough {
                converged = effort.enough <= ENOUGH;
                break;
            }
            let Some(next) = here.advance(self, &step) else {
                converged = step.decrement < ROUNDING;
                break;
            };
            let gains = next.cost < here.cost - here.noise();
            idle = if gains { 0 } else { idle + 1 };
            here = next;
            iterations += 1;
            if idle == MOST_IDLE && step.decrement < ROUNDING {
                converged = effort.enough <= ENOUGH;
                break;
            }
        }
        Climb { point: here, iterations, converged }
    }

    fn bound(&self, theta: [f64; N], i: usize) -> Option<Bound> {
        let Range { least, most, .. } = self.ranges[i];
        match theta[i] {
            below if below <= least + 1e-11 => Some(Bound::Lower),
            above if above >= most - 1e-11 => Some(Bound::Upper),
            _ => None,
        }
    }

    /// Which parameters stay, or sit at a bound that `direction` leads across.
    fn blocks(&self, theta: [f64; N], direction: [f64; N]) -> [bool; N] {
        std::array::from_fn(|i| match self.bound(theta, i) {
            _ if self.held == Some(i) => true,
            Some(Bound::Lower) => direction[i] <= 0.0,
            Some(Bound::Upper) => direction[i] >= 0.0,
            None => false,
        })
    }

    /// The share of a step that stays inside the box.
    fn share(&self, theta: [f64; N], direction: [f64; N]) -> f64 {
        let end = |i: usize| match direction[i] < 0.0 {
            true => self.ranges[i].least,
            false => self.ranges[i].most,
        };
        (0..N)
            .filter(|&i| direction[i] != 0.0)
            .map(|i| (end(i) - theta[i]) / direction[i])
            .fold(1.0, f64::min)
            .max(0.0)
    }
}

impl<const N: usize> Climb<N> {
    /// Logarithms of the parameters.
    pub(in crate::kernel) fn theta(&self) -> [f64; N] {
        self.point.theta
    }

    /// The negative log-likelihood.
    pub(in crate::kernel) fn cost(&self) -> f64 {
        self.point.cost
    }

    /// Whether it ended higher, and not by rounding only.
    pub(in crate::kernel) fn is_better_than(&self, other: &Self) -> bool {
        let rounding = self.point.rounding();
        let higher = other.cost() - self.cost();
        let settled = self.converged && !other.converged && higher > -rounding;
        settled || higher > rounding || other.cost().is_nan()
    }

    /// Whether neither is higher, up to rounding.
    pub(in crate::kernel) fn is_as_high_as(&self, other: &Self) -> bool {
        (self.cost() - other.cost()).abs() <= self.point.rounding()
    }

    /// Covariances of the logarithms of the parameters: the inverse of the Hessian without the
    /// parameters that sit at a bound and would improve beyond it; large where the likelihood is flat.
    pub(in crate::kernel) fn log_covariance<M: LogLikelihood<N>>(
        &self,
        search: &Search<'_, N, M>,
    ) -> [[f64; N]; N] {
        let parts = self.point.parts(self.point.held(search));
        let level = flatness(&parts);
        std::array::from_fn(|i| {
            std::array::from_fn(|j| {
                parts.iter().map(|(value, v)| v[i] * v[j] / value.max(level)).sum()
            })
        })
    }

    /// Whether the likelihood falls in every direction that it was searched in.
    pub(in crate::kernel) fn is_summit<M: LogLikelihood<N>>(
        &self,
        search: &Search<'_, N, M>,
    ) -> bool {
        let held = self.point.held(search);
        let parts = self.point.parts(held);
        let level = flatness(&parts);
        // A held parameter has a separate eigenvalue of zero.
        let flat = parts.iter().filter(|(value, _)| *value <= level).count();
        self.converged && flat == held.iter().filter(|held| **held).count()
    }

    /// The largest difference between logarithms of parameters.
    pub(in crate::kernel) fn distance(&self, other: &Self) -> f64 {
        let pairs = self.theta().into_iter().zip(other.theta());
        pairs.map(|(here, there)| (here - there).abs()).fold(0.0, f64::max)
    }
}

/// The cost (the negative log-likelihood) around one point, on the log scale.
#[derive(Debug, Clone)]
pub(in crate::kernel) struct Point<const N: usize> {
    theta: [f64; N],
    cost: f64,
    gradient: [f64; N],
    hessian: [[f64; N]; N],
}

/// An eigenvalue of the Hessian at or below which there is no curvature: an error
/// from the second would span the whole range searched.
fn flatness<const N: usize>(parts: &Eigen<N>) -> f64 {
    let steepest = parts.iter().map(|(value, _)| *value).fold(0.0, f64::max);
    (steepest * 1e-11).max(1.0 / (REACH * REACH))
}

struct Step<const N: usize> {
    direction: [f64; N],
    /// Twice the improvement that the quadratic model promises.
    decrement: f64,
}

impl<const N: usize> Point<N> {
    fn new(model: &impl LogLikelihood<N>, theta: [f64; N]) -> Self {
        let p = theta.map(f64::exp);
        let local = model.at(p);
        let gradient = std::array::from_fn(|i| -p[i] * local.gradient[i]);
        let hessian = std::array::from_fn(|i| {
            std::array::from_fn(|j| {
                let curvature = -p[i] * p[j] * local.hessian[i.max(j)][i.min(j)];
                if i == j { curvature + gradient[i] } else { curvature }
            })
        });
        Self { theta, cost: -local.value, gradient, hessian }
    }

    /// The Hessian's parts, with held parameters cut out of it.
    fn parts(&self, held: [bool; N]) -> Eigen<N> {
        eigen(std::array::from_fn(|i| {
            std::array::from_fn(|j| if held[i] || held[j] { 0.0 } else { self.hessian[i][j] })
        }))
    }

    /// Which parameters stay, or sit at a bound and would improve beyond it.
    fn held<M: LogLikelihood<N>>(&self, search: &Search<'_, N, M>) -> [bool; N] {
        search.blocks(self.theta, self.gradient.map(|slope| -slope))
    }

    /// The Newton step inside the box: parameters that it would push out of it
    /// are held, one after the other, and it is cut where it meets a bound.
    fn step<M: LogLikelihood<N>>(&self, search: &Search<'_, N, M>) -> Step<N> {
        let mut held = self.held(search);
        loop {
            let mut step = self.newton(held);
            let blocked = search.blocks(self.theta, step.direction);
            let more = std::array::from_fn(|i| held[i] || blocked[i]);
            if more == held {
                step.shorten(search.share(self.theta, step.direction));
                return step;
            }
            held = more;
        }
    }

    fn newton(&self, held: [bool; N]) -> Step<N> {
        let parts = self.parts(held);
        let steepest = parts.iter().map(|(value, _)| value.abs()).fold(0.0, f64::max);
        let floor = (steepest * 1e-13).max(f64::MIN_POSITIVE);
        // Where the whole range would gain less than rounding, there is no slope.
        let level = self.cost.abs() * 1e-13 / REACH;
        let mut step = Step { direction: [0.0; N], decrement: 0.0 };
        for (value, vector) in parts {
            let slope: f64 =
                (0..N).filter(|&i| !held[i]).map(|i| vector[i] * self.gradient[i]).sum();
            if slope.abs() <= level && value.abs() <= steepest * 1e-9 {
                continue;
            }
            let length = slope / value.abs().max(floor);
            step.decrement += slope * length;
            (0..N).for_each(|i| step.direction[i] -= length * vector[i]);
        }
        step
    }

    /// The first point along the step, halved as needed, that improves enough.
    fn advance<M: LogLikelihood<N>>(
        &self,
        search: &Search<'_, N, M>,
        step: &Step<N>,
    ) -> Option<Self> {
        let noise = self.noise();
        (0..MOST_HALVINGS).map(|halvings| 0.5_f64.powi(halvings)).find_map(|share| {
            let moved = std::array::from_fn(|i| self.theta[i] + share * step.direction[i]);
            let next = search.at(moved);
            let promised: f64 =
                (0..N).map(|i| self.gradient[i] * (next.theta[i] - self.theta[i])).sum();
            let enough = self.cost + 1e-4 * promised.min(0.0) + noise;
            (next.moved_from(self) && next.is_finite() && next.cost <= enough).then_some(next)
        })
    }

    /// A sum of many terms is not exact; less than this is neither better nor worse.
    fn noise(&self) -> f64 {
        self.cost.abs() * 1e-13
    }

    /// Log-likelihoods that differ by less are the same.
    pub(in crate::kernel) fn rounding(&self) -> f64 {
        1e-11 * self.cost.abs().max(1.0)
    }

    fn moved_from(&self, other: &Self) -> bool {
        self.theta.map(f64::to_bits) != other.theta.map(f64::to_bits)
    }

    fn is_finite(&self) -> bool {
        self.cost.is_finite()
            && self
                .gradient
                .iter()
                .chain(self.hessian.as_flattened())
                .all(|value| value.is_finite())
    }
}

impl<const N: usize> Step<N> {
    /// Takes at most `share` of the step, and no more than the longest.
    fn shorten(&mut self, share: f64) {
        let length = self.direction.iter().map(|d| d * d).sum::<f64>().sqrt();
        let share = share.min(LONGEST / length);
        if share < 1.0 {
            self.direction = self.direction.map(|d| d * share);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::maths::maximise::{Local, Maximum, maximise};

    fn climb<const N: usize>(model: &impl LogLikelihood<N>, start: [f64; N]) -> Maximum<N> {
        let ranges = [Range::around(1.0); N];
        maximise(model, None, [start], ranges).expect("a start")
    }

    /// n draws from a Gamma distribution with these sufficient statistics.
    struct Gamma {
        n: f64,
        mean: f64,
        mean_log: f64,
    }

    impl LogLikelihood<2> for Gamma {
        fn at(&self, [shape, rate]: [f64; 2]) -> Local<2> {
            use crate::kernel::maths::gamma::{digamma, ln_gamma, trigamma};
            let Self { n, mean, mean_log } = *self;
            let value =
                shape * rate.ln() - ln_gamma(shape) + (shape - 1.0) * mean_log - rate * mean;
            Local {
                value: n * value,
                gradient: [n * (rate.ln() - digamma(shape) + mean_log), n * (shape / rate - mean)],
                hessian: [[-n * trigamma(shape), f64::NAN], [n / rate, -n * shape / (rate * rate)]],
            }
        }
    }

    #[test]
    fn every_start_reaches_the_same_maximum() {
        let model = Gamma { n: 100.0, mean: 2.0, mean_log: 0.5 };
        let want = climb(&model, [1.0, 1.0]);
        assert!(want.converged && want.identified);
        assert!((want.parameters[0] / want.parameters[1] - 2.0).abs() < 1e-12);
        for start in [[0.01, 0.01], [100.0, 100.0], [1e4, 1e-4], [1e-4, 1e4]] {
            let got = climb(&model, start);
            assert!(got.converged, "from {start:?}");
            assert!((got.parameters[0] / want.parameters[0] - 1.0).abs() < 1e-9, "from {start:?}");
        }
    }

    /// A Poisson rate of which no event was seen.
    struct Silence;

    impl LogLikelihood<1> for Silence {
        fn at(&self, [rate]: [f64; 1]) -> Local<1> {
            Local { value: -rate, gradient: [-1.0], hessian: [[0.0]] }
        }
    }

    #[test]
    fn a_maximum_at_zero_is_a_flag_and_not_a_failure() {
        let got = climb(&Silence, [1.0]);
        assert!(got.converged);
        assert_eq!(got.bounds().collect::<Vec<_>>(), [(0, Bound::Lower)]);
        assert_eq!(got.standard_errors, [None]);
    }

    /// Two summits, the higher one beyond a saddle.
    struct Saddle;

    impl LogLikelihood<1> for Saddle {
        fn at(&self, [p]: [f64; 1]) -> Local<1> {
            // −(t²−4)² + t at t = ln p, in terms of p.
            let t = p.ln();
            let slope = 1.0 - 4.0 * t * (t * t - 4.0);
            let curvature = 16.0 - 12.0 * t * t;
            let value = t - (t * t - 4.0) * (t * t - 4.0);
            Local { value, gradient: [slope / p], hessian: [[(curvature - slope) / (p * p)]] }
        }
    }

    #[test]
    fn a_saddle_repels() {
        let got = climb(&Saddle, [1.0]);
        assert!(got.converged && got.parameters[0] > 1.0, "{got:?}");
    }
}
