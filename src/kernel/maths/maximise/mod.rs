//! Maximum likelihood for models with a few positive parameters.
//!
//! A likelihood may have several local maxima ("summits"), and an ascent
//! ("climb") ends at the one nearest to its start. So climbs start from many points, most of them
//! short and on a coarse version of large data, and the highest summit counts. Then the profile
//! likelihood shows how far each parameter can move without contradicting the data ([`profile`]):
//! that, and not the position of the summit, decides whether the data identify the parameters.
//!
//! [`climb`]: Newton's method from one start. [`profile`]: which parameters the data do not
//! identify.

mod climb;
mod profile;

use self::climb::{Climb, Effort, Search};
use self::profile::Explored;

/// What a model has to answer.
pub(in crate::kernel) trait LogLikelihood<const N: usize> {
    /// Value and derivatives at `parameters`, all of them positive.
    fn at(&self, parameters: [f64; N]) -> Local<N>;
}

/// A log-likelihood around one point, by the parameters themselves.
#[derive(Debug, Clone, Copy)]
pub(in crate::kernel) struct Local<const N: usize> {
    /// The log-likelihood.
    pub(in crate::kernel) value: f64,
    /// First derivatives.
    pub(in crate::kernel) gradient: [f64; N],
    /// Second derivatives; only the lower triangle is read.
    pub(in crate::kernel) hessian: [[f64; N]; N],
}

/// The end of a parameter's range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// Zero.
    Lower,
    /// Infinity.
    Upper,
}

/// The best parameters, and how sure they are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Maximum<const N: usize> {
    /// In the order of the model.
    pub parameters: [f64; N],
    /// From the exact Hessian on the log scale. `None` for parameters that the
    /// data leave open.
    pub standard_errors: [Option<f64>; N],
    /// At `parameters`.
    pub log_likelihood: f64,
    /// Newton steps taken.
    pub iterations: i32,
    /// Whether the search ended because nothing was left to gain.
    pub converged: bool,
    /// Whether the data bound all parameters away from zero and infinity, and no other
    /// summit is nearly as high.
    pub identified: bool,
    /// Whether another summit, or a high point at an end of the ranges that no path leads to, lies
    /// within the 95 % confidence region.
    pub second_optimum: bool,
    /// Which parameters the data do not keep from zero, and from infinity.
    open: [[bool; 2]; N],
    /// Of the logarithms of all parameters, those that are open among them: what is not known of one is
    /// not known of what it is tied to.
    pub(in crate::kernel) log_covariance: [[f64; N]; N],
}

impl<const N: usize> Maximum<N> {
    /// The same if the data do not identify a parameter, as known from the model.
    pub(in crate::kernel) fn leaving_open(mut self, parameter: usize) -> Self {
        self.open[parameter] = [true; 2];
        self.standard_errors[parameter] = None;
        Self { identified: false, ..self }
    }

    /// The same with parameter `i` times the power of `base` ≥ 1 that parameter `by` is: it is as unsure as
    /// both, and runs away with either.
    pub(in crate::kernel) fn times_power(mut self, i: usize, base: f64, by: usize) -> Self {
        let power = self.parameters[by];
        let slope = power * base.ln();
        self.parameters[i] *= base.powf(power);
        for j in 0..N {
            self.log_covariance[i][j] += slope * self.log_covariance[by][j];
        }
        for j in 0..N {
            self.log_covariance[j][i] += slope * self.log_covariance[j][by];
        }
        if base > 1.0 && self.open[by][1] {
            self.open[i] = [false, true];
        }
        self.open[i][1] |= !self.parameters[i].is_finite();
        self.identified &= !self.open[i][1];
        self.standard_errors[i] = (self.open[i] == [false; 2])
            .then(|| self.parameters[i] * self.log_covariance[i][i].sqrt());
        self
    }

    /// The standard errors that say something: one of zero is what rounding left.
    #[must_use]
    pub fn known_errors(&self) -> [Option<f64>; N] {
        self.standard_errors.map(|error| error.filter(|error| *error > 0.0))
    }

    /// The parameters that the data do not keep from an end of their range: at
    /// a level of 95 %, zero or infinity explains the data as well.
    pub fn bounds(&self) -> impl Iterator<Item = (usize, Bound)> {
        (0..N).flat_map(move |i| {
            let [lower, upper] = self.open[i];
            let lower = lower.then_some((i, Bound::Lower));
            lower.into_iter().chain(upper.then_some((i, Bound::Upper)))
        })
    }
}

/// Where a parameter is searched, and from where on it counts as zero or
/// infinite, on the log scale.
#[derive(Debug, Clone, Copy)]
pub(in crate::kernel) struct Range {
    least: f64,
    zero: f64,
    infinite: f64,
    most: f64,
}

/// Natural logarithm of 10⁷, the distance from a scale to the ends of a search.
const REACH: f64 = 16.118_095_650_958_32;
/// Natural logarithm of 10⁵, where a parameter is as good as gone. What it is
/// tied to can still follow.
const GONE: f64 = 11.512_925_464_970_229;

impl Range {
    /// Around the size at which a parameter is usually found: 1 for shapes, a
    /// typical time or amount for parameters that carry a unit.
    pub(in crate::kernel) fn around(middle: f64) -> Self {
        let middle = middle.ln();
        let [least, zero, infinite, most] =
            [-REACH, -GONE, GONE, REACH].map(|distance| middle + distance);
        Self { least, zero, infinite, most }
    }

    /// With an end of its own, that no other parameter follows to.
    pub(in crate::kernel) fn up_to(most: f64) -> Self {
        Self { infinite: most.ln(), most: most.ln(), ..Self::around(1.0) }
    }

    /// With its upper end further up by a factor.
    pub(in crate::kernel) fn up_by(self, factor: f64) -> Self {
        Self { most: self.most + factor.ln(), ..self }
    }

    /// With its lower end further down by a factor.
    pub(in crate::kernel) fn down_by(self, factor: f64) -> Self {
        Self { least: self.least - factor.ln(), zero: self.zero - factor.ln(), ..self }
    }
}

/// Half of the 95 % quantile of χ² with one degree of freedom: what
/// log-likelihoods may differ by within a confidence region.
pub(in crate::kernel) const CONFIDENCE: f64 = 1.920_729_410_347_062;
/// Summits closer than this on the log scale are one.
const APART: f64 = 0.05;
/// So many summits are looked at to the end.
const MOST_SUMMITS: usize = 6;
/// How many climbs are continued to convergence for them.
const MOST_CLIMBS: usize = 16;
/// Lower summits of the coarse version are ignored.
const CONTENDING: f64 = 10.0;

/// Finds the highest summit of `model` that can be reached from `starts`.
///
/// `coarse` is the same data with less detail, if there are many: the
/// summits are searched on it, followed by two or three steps on all data. `None` without a start.
pub(in crate::kernel) fn maximise<const N: usize, M: LogLikelihood<N>>(
    model: &M,
    coarse: Option<&M>,
    starts: impl IntoIterator<Item = [f64; N]>,
    ranges: [Range; N],
) -> Option<Maximum<N>> {
    let scout = Search::new(coarse.unwrap_or(model), ranges);
    let mut summits = scout.summits(starts);
    if summits.is_empty() {
        return None;
    }
    let mut explored = Explored::around(&scout, &summits);
    for _ in 0..MOST_SUMMITS {
        let Some(higher) = explored.higher.take() else { break };
        summits.push(scout.climb(higher, Effort::FULL));
        summits = ranked(summits);
        explored = Explored::around(&scout, &summits);
    }
    let search = Search::new(model, ranges);
    if coarse.is_some() {
        let worst = summits[0].cost() + CONTENDING;
        let contending = summits.into_iter().filter(|summit| summit.cost() <= worst);
        summits = ranked(contending.map(|summit| search.again(&summit)).collect());
    }
    Some(search.maximum(&summits, &explored))
}

impl<const N: usize, M: LogLikelihood<N>> Search<'_, N, M> {
    /// Where climbs from `starts` end, the highest first.
    ///
    /// Those that begin highest are followed first, until they have led to enough heights. A plateau is
    /// one height, however many of them it takes: it must not keep others from their summit.
    fn summits(&self, starts: impl IntoIterator<Item = [f64; N]>) -> Vec<Climb<N>> {
        let scouts =
            starts.into_iter().map(|start| self.climb(self.at(start.map(f64::ln)), Effort::SCOUT));
        let (mut ends, mut heights): (Vec<Climb<N>>, usize) = (Vec::new(), 0);
        for scout in apart(scouts.collect()).into_iter().take(MOST_CLIMBS) {
            if heights == MOST_SUMMITS {
                break;
            }
            let end = self.go_on(scout, Effort::FULL);
            heights += usize::from(!ends.iter().any(|other| other.is_as_high_as(&end)));
            ends.push(end);
        }
        ranked(ends)
    }

    /// What is known of the first of `summits`.
    fn maximum(&self, summits: &[Climb<N>], explored: &Explored<N>) -> Maximum<N> {
        let best = &summits[0];
        let open = explored.region.with(best.theta()).open(self.ranges);
        let near = best.cost() + CONFIDENCE;
        let second_optimum = explored.elsewhere
            || summits[1..].iter().any(|other| other.cost() < near && other.is_summit(self));
        let log_covariance = best.log_covariance(self);
        let parameters = best.theta().map(f64::exp);
        Maximum {
            parameters,
            standard_errors: std::array::from_fn(|i| {
                (open[i] == [false; 2]).then(|| parameters[i] * log_covariance[i][i].sqrt())
            }),
            log_likelihood: -best.cost(),
            iterations: best.iterations,
            converged: best.converged,
            identified: open == [[false; 2]; N] && !second_optimum,
            second_optimum,
            open,
            log_covariance,
        }
    }
}

/// The highest of them.
fn ranked<const N: usize>(climbs: Vec<Climb<N>>) -> Vec<Climb<N>> {
    let mut ranked = apart(climbs);
    ranked.truncate(MOST_SUMMITS);
    ranked
}

/// The highest first, and each of those that are the same once.
fn apart<const N: usize>(climbs: Vec<Climb<N>>) -> Vec<Climb<N>> {
    let mut left = climbs;
    let mut apart: Vec<Climb<N>> = Vec::new();
    while !left.is_empty() {
        let best = (1..left.len()).fold(0, |best, i| match left[i].is_better_than(&left[best]) {
            true => i,
            false => best,
        });
        let best = left.remove(best);
        left.retain(|other| best.distance(other) > APART);
        apart.push(best);
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One parameter, through a curve on the log scale with its first two derivatives.
    struct Curve(fn(f64) -> [f64; 3]);

    impl LogLikelihood<1> for Curve {
        fn at(&self, [p]: [f64; 1]) -> Local<1> {
            let [value, slope, bend] = self.0(p.ln());
            Local { value, gradient: [slope / p], hessian: [[(bend - slope) / (p * p)]] }
        }
    }

    fn fit(curve: fn(f64) -> [f64; 3]) -> Maximum<1> {
        let starts = [[0.1], [1.0], [10.0]];
        maximise(&Curve(curve), None, starts, [Range::around(1.0)]).expect("a start")
    }

    /// Highest at t = 1, and from there down to `depth` below as t grows:
    /// −d(1 − e^(1−t))².
    fn saturating(depth: f64, t: f64) -> [f64; 3] {
        let left = (1.0 - t).exp();
        let missing = 1.0 - left;
        let slope = -2.0 * depth * missing * left;
        [-depth * missing * missing, slope, -2.0 * depth * left * (left - missing)]
    }

    #[test]
    fn a_parameter_is_open_where_its_limit_is_within_the_confidence_region() {
        // Half the quantile of chi-square is 1.92; all three have their summit at e.
        let open = fit(|t| saturating(1.9, t));
        assert_eq!(open.bounds().collect::<Vec<_>>(), [(0, Bound::Upper)]);
        assert_eq!(open.standard_errors, [None]);
        let with = |error| Maximum { standard_errors: [error], ..open }.known_errors();
        assert_eq!((with(Some(0.0)), with(Some(0.5))), ([None], [Some(0.5)]));
        let nearly = fit(|t| saturating(1.8, t));
        assert_eq!(nearly.bounds().collect::<Vec<_>>(), [(0, Bound::Upper)]);
        let closed = fit(|t| saturating(1.95, t));
        assert!(closed.identified && closed.bounds().next().is_none(), "{closed:?}");
        // From the curvature at the summit, 2d: that of e^t is e times that of t.
        let error = closed.standard_errors[0].expect("identified");
        assert!((error - 1.0_f64.exp() / 3.9_f64.sqrt()).abs() < 1e-9, "{error}");
        for fit in [open, nearly, closed] {
            assert!(fit.converged && (fit.parameters[0] - 1.0_f64.exp()).abs() < 1e-9, "{fit:?}");
        }
    }

    /// Flat at 0 up to t = −4; beyond, a summit of height 1 at t = 11 with a long way up.
    fn beyond_a_plateau(t: f64) -> [f64; 3] {
        let left = t - 11.0;
        if t < -4.0 { [0.0; 3] } else { [1.0 - left * left / 8.0, -left / 4.0, -0.25] }
    }

    #[test]
    fn starts_on_a_plateau_do_not_crowd_out_a_summit() {
        // After a few steps the last is still below the others, which all lead to one height.
        let starts = [-12.0, -11.0, -10.0, -9.0, -8.0, -7.0, -6.0, -1.0_f64].map(|t| [t.exp()]);
        let fit = maximise(&Curve(beyond_a_plateau), None, starts, [Range::around(1.0)]);
        let fit = fit.expect("a start");
        assert!((fit.log_likelihood - 1.0).abs() < 1e-12, "{fit:?}");
        assert!((fit.parameters[0].ln() - 11.0).abs() < 1e-9, "{fit:?}");
    }

    /// −(t²−4)² + tilt·t: two summits near ±2, some 4·tilt apart in height.
    fn two_summits(tilt: f64, t: f64) -> [f64; 3] {
        let well = t * t - 4.0;
        [tilt * t - well * well, tilt - 4.0 * t * well, 16.0 - 12.0 * t * t]
    }

    #[test]
    fn a_second_summit_is_told_where_it_is_nearly_as_high() {
        let close = fit(|t| two_summits(0.3, t));
        assert!(close.second_optimum && !close.identified && close.parameters[0] > 1.0);
        let lower = fit(|t| two_summits(-0.3, t));
        assert!(lower.second_optimum && lower.parameters[0] < 1.0);
        let far = fit(|t| two_summits(0.7, t));
        assert!(!far.second_optimum && far.identified && far.parameters[0] > 1.0);
    }
}
