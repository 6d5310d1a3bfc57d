//! Maximum likelihood for models with a few positive parameters.
//!
//! Newton's method on the logarithms of the parameters, with the exact
//! gradient and Hessian that the model supplies. Three things make it work from
//! any start: eigenvalues of the Hessian are replaced by their absolute values,
//! so saddle points repel; a step moves no further than a factor e²; and a step
//! that does not improve enough is halved. It stops when the quadratic model
//! promises an improvement below 1e-18, far below what the parameters' printed
//! digits show.
//!
//! A model whose best parameters lie at zero or infinity runs into
//! [`Bound::Lower`] or [`Bound::Upper`], seven powers of ten from the
//! parameter's scale, and says so instead of failing.
//!
//! Sources: Dauphin et al. (2014), "Identifying and attacking the saddle point
//! problem", Advances in Neural Information Processing Systems 27 (absolute eigenvalues); Nocedal and Wright (2006),
//! "Numerical Optimization", 2nd ed., 3.1 (sufficient decrease).

use super::symmetric::{Eigen, eigen};

/// What a model has to answer.
pub(super) trait LogLikelihood<const N: usize> {
    /// Value and derivatives at `parameters`, all of them positive.
    fn at(&self, parameters: [f64; N]) -> Local<N>;
}

/// A log-likelihood around one point, by the parameters themselves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Local<const N: usize> {
    /// The log-likelihood.
    pub(super) value: f64,
    /// First derivatives.
    pub(super) gradient: [f64; N],
    /// Second derivatives; only the lower triangle is read.
    pub(super) hessian: [[f64; N]; N],
}

/// The end of the searched range at which a parameter stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// As good as zero.
    Lower,
    /// As good as infinity.
    Upper,
}

/// The best parameters, and how sure they are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Maximum<const N: usize> {
    /// In the order of the model.
    pub parameters: [f64; N],
    /// From the exact Hessian on the log scale. `None` at a bound, and for all
    /// parameters if the data do not identify them.
    pub standard_errors: [Option<f64>; N],
    /// At `parameters`.
    pub log_likelihood: f64,
    /// Newton steps taken.
    pub iterations: i32,
    /// Whether the search ended because nothing was left to gain.
    pub converged: bool,
    /// Which parameters ran to the end of the searched range.
    pub bounds: [Option<Bound>; N],
    /// Whether the likelihood bends downwards in every direction.
    pub identified: bool,
}

impl<const N: usize> Maximum<N> {
    /// Whether nothing speaks against a single summit.
    fn is_inside(&self) -> bool {
        self.converged && self.identified && self.bounds.iter().all(Option::is_none)
    }

    /// The higher of two, and the first if they differ by rounding only.
    fn better(self, other: Self) -> Self {
        let rounding = 1e-9 * self.log_likelihood.abs().max(1.0);
        let higher = other.log_likelihood - self.log_likelihood;
        let settled = other.converged && !self.converged && higher > -rounding;
        if settled || higher > rounding { other } else { self }
    }
}

/// Natural logarithm of 10⁷, the distance from a scale to its bounds.
const REACH: f64 = 16.118_095_650_958_32;
/// The Newton decrement at which nothing is left to gain.
const ENOUGH: f64 = 1e-18;
/// A decrement so small that a failing step means rounding, not a wrong model.
const ROUNDING: f64 = 1e-10;
/// The longest step on the log scale.
const LONGEST: f64 = 2.0;
const MOST_ITERATIONS: i32 = 500;
const MOST_HALVINGS: i32 = 40;

/// Climbs to the maximum from the first of `starts`.
///
/// A likelihood may have a second summit at a bound. So if the climb ends at
/// one, or the data do not identify the parameters, the other starts are tried
/// too, and the highest end counts.
///
/// `scale` holds the middle of the searched range of each parameter: 1 for
/// shapes, a typical time or amount for parameters that carry a unit.
pub(super) fn maximise<const N: usize, const STARTS: usize>(
    model: &impl LogLikelihood<N>,
    starts: [[f64; N]; STARTS],
    scale: [f64; N],
) -> Option<Maximum<N>> {
    let mut best: Option<Maximum<N>> = None;
    for start in starts {
        if best.is_some_and(|best| best.is_inside()) {
            break;
        }
        let end = climb(model, start, scale);
        best = Some(best.map_or(end, |best| best.better(end)));
    }
    best
}

/// As [`maximise`], but first finds out on `few` of the data, if there are such,
/// where to start: on all of them, two or three steps are then enough.
pub(super) fn maximise_by_way_of<const N: usize, const STARTS: usize>(
    few: Option<&impl LogLikelihood<N>>,
    model: &impl LogLikelihood<N>,
    mut starts: [[f64; N]; STARTS],
    scale: [f64; N],
) -> Option<Maximum<N>> {
    let near = few.and_then(|few| maximise(few, starts, scale)).filter(Maximum::is_inside);
    if let (Some(near), Some(first)) = (near, starts.first_mut()) {
        *first = near.parameters;
    }
    maximise(model, starts, scale)
}

/// Climbs to the maximum from `start`.
fn climb<const N: usize>(
    model: &impl LogLikelihood<N>,
    start: [f64; N],
    scale: [f64; N],
) -> Maximum<N> {
    let range = Range { middle: scale.map(f64::ln) };
    let mut here = Point::new(model, range.clamp(start.map(f64::ln)));
    let (mut iterations, mut converged) = (0, false);
    while iterations < MOST_ITERATIONS {
        let step = here.step(&range);
        if step.decrement < ENOUGH {
            converged = true;
            break;
        }
        let Some(next) = here.advance(model, &range, &step) else {
            converged = step.decrement < ROUNDING;
            break;
        };
        here = next;
        iterations += 1;
    }
    here.maximum(&range, iterations, converged)
}

/// The searched box, on the log scale.
struct Range<const N: usize> {
    middle: [f64; N],
}

impl<const N: usize> Range<N> {
    fn clamp(&self, theta: [f64; N]) -> [f64; N] {
        std::array::from_fn(|i| theta[i].clamp(self.middle[i] - REACH, self.middle[i] + REACH))
    }

    fn bound(&self, theta: [f64; N], i: usize) -> Option<Bound> {
        match theta[i] - self.middle[i] {
            below if below <= -REACH * (1.0 - 1e-12) => Some(Bound::Lower),
            above if above >= REACH * (1.0 - 1e-12) => Some(Bound::Upper),
            _ => None,
        }
    }

    /// Which parameters sit at a bound that `direction` leads across.
    fn blocks(&self, theta: [f64; N], direction: [f64; N]) -> [bool; N] {
        std::array::from_fn(|i| match self.bound(theta, i) {
            Some(Bound::Lower) => direction[i] <= 0.0,
            Some(Bound::Upper) => direction[i] >= 0.0,
            None => false,
        })
    }

    /// The share of a step that stays inside the box.
    fn share(&self, theta: [f64; N], direction: [f64; N]) -> f64 {
        (0..N)
            .filter(|&i| direction[i] != 0.0)
            .map(|i| (self.middle[i] + REACH.copysign(direction[i]) - theta[i]) / direction[i])
            .fold(1.0, f64::min)
            .max(0.0)
    }
}

/// The cost (the negative log-likelihood) around one point, on the log scale.
struct Point<const N: usize> {
    theta: [f64; N],
    cost: f64,
    gradient: [f64; N],
    hessian: [[f64; N]; N],
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

    /// Which parameters sit at a bound and would improve beyond it.
    fn held(&self, range: &Range<N>) -> [bool; N] {
        range.blocks(self.theta, self.gradient.map(|slope| -slope))
    }

    /// The Newton step inside the box: parameters that it would push out of it
    /// are held, one after the other, and it is cut where it meets a bound.
    fn step(&self, range: &Range<N>) -> Step<N> {
        let mut held = self.held(range);
        loop {
            let mut step = self.newton(held);
            let blocked = range.blocks(self.theta, step.direction);
            let more = std::array::from_fn(|i| held[i] || blocked[i]);
            if more == held {
                step.shorten(range.share(self.theta, step.direction));
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
    fn advance(
        &self,
        model: &impl LogLikelihood<N>,
        range: &Range<N>,
        step: &Step<N>,
    ) -> Option<Self> {
        // A sum of many terms is not exact; less than this is no worsening.
        let noise = self.cost.abs() * 1e-13;
        (0..MOST_HALVINGS).map(|halvings| 0.5_f64.powi(halvings)).find_map(|share| {
            let moved = std::array::from_fn(|i| self.theta[i] + share * step.direction[i]);
            let next = Self::new(model, range.clamp(moved));
            let promised: f64 =
                (0..N).map(|i| self.gradient[i] * (next.theta[i] - self.theta[i])).sum();
            let enough = self.cost + 1e-4 * promised.min(0.0) + noise;
            (next.moved_from(self) && next.is_finite() && next.cost <= enough).then_some(next)
        })
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

    fn maximum(&self, range: &Range<N>, iterations: i32, converged: bool) -> Maximum<N> {
        let parameters = self.theta.map(f64::exp);
        let held = self.held(range);
        let parts = self.parts(held);
        let steepest = parts.iter().map(|(value, _)| *value).fold(0.0, f64::max);
        // Below the second, an error would span the whole range searched.
        let level = (steepest * 1e-11).max(1.0 / (REACH * REACH));
        // A held parameter has an eigenvalue of zero of its own.
        let flat = parts.iter().filter(|(value, _)| *value <= level).count();
        let identified = flat == held.iter().filter(|held| **held).count();
        let standard_errors = std::array::from_fn(|i| {
            let variance: f64 = parts
                .iter()
                .filter(|(value, _)| *value > level)
                .map(|(value, vector)| vector[i] * vector[i] / value)
                .sum();
            (identified && !held[i]).then(|| parameters[i] * variance.sqrt())
        });
        Maximum {
            parameters,
            standard_errors,
            log_likelihood: -self.cost,
            iterations,
            converged,
            bounds: std::array::from_fn(|i| range.bound(self.theta, i)),
            identified,
        }
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

    /// n draws from a Gamma distribution with these sufficient statistics.
    struct Gamma {
        n: f64,
        mean: f64,
        mean_log: f64,
    }

    impl LogLikelihood<2> for Gamma {
        fn at(&self, [shape, rate]: [f64; 2]) -> Local<2> {
            use crate::kernel::gamma::{digamma, ln_gamma, trigamma};
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
        let want = climb(&model, [1.0, 1.0], [1.0, 1.0]);
        assert!(want.converged && want.identified);
        assert!((want.parameters[0] / want.parameters[1] - 2.0).abs() < 1e-12);
        for start in [[0.01, 0.01], [100.0, 100.0], [1e4, 1e-4], [1e-4, 1e4]] {
            let got = climb(&model, start, [1.0, 1.0]);
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
        let got = climb(&Silence, [1.0], [1.0]);
        assert!(got.converged);
        assert_eq!(got.bounds, [Some(Bound::Lower)]);
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
        let got = climb(&Saddle, [1.0], [1.0]);
        assert!(got.converged && got.parameters[0] > 1.0, "{got:?}");
    }
}
