//! The profile likelihood: how far a parameter can move if the others are re-optimised.
//!
//! A parameter is moved in steps towards an end of its range, and the others
//! are fitted again at each (the profile likelihood), until the log-likelihood has fallen by half
//! the 95 % quantile of χ² with one degree of freedom. If it reaches the end without falling that
//! far, the data do not bound it away from zero or infinity. Standard errors cannot show this: on a
//! plateau they depend on where the climb stopped.
//!
//! A walk stays in the basin that it starts in, and a profile may fall and rise again. So walks start
//! from each known summit in the confidence region, also from those at the ends of ranges, such as
//! a nested model; and the ends that no walk has reached are tried separately.
//!
//! Source: Venzon and Moolgavkar (1988), "A Method for Computing
//! Profile-Likelihood-Based Confidence Intervals", Applied Statistics 37(1), 87–94.

use super::climb::{Climb, Effort, Point, Search};
use super::{CONFIDENCE, LogLikelihood, Range};

/// How far parameters get within the 95 % confidence region, on the log scale.
#[derive(Debug, Clone, Copy)]
pub(in crate::kernel) struct Region<const N: usize> {
    low: [f64; N],
    high: [f64; N],
}

/// A step on the log scale.
const STEP: f64 = 2.0;
/// Standard errors below this on the log scale are those of an interval that ends.
const SURE: f64 = 0.4;
/// An interval that is wider than this on the log scale, a factor of 3,000, is open.
const WIDE: f64 = 8.0;

/// So many summits are starts for the ends of ranges.
const MOST_TRIED: usize = 3;

/// What walks from the summits have found.
#[derive(Debug)]
pub(in crate::kernel) struct Explored<const N: usize> {
    pub(in crate::kernel) region: Region<N>,
    /// A point above the highest summit, where the walks were abandoned.
    pub(in crate::kernel) higher: Option<Point<N>>,
    /// Whether a place in the confidence region was known that walks from the highest do not come to.
    pub(in crate::kernel) elsewhere: bool,
    /// The cost of the highest summit.
    cost: f64,
    /// Costs that differ by less are the same.
    rounding: f64,
}

impl<const N: usize> Explored<N> {
    /// Walks from the `summits`, the highest first, along each parameter that is not sure.
    pub(in crate::kernel) fn around<M: LogLikelihood<N>>(
        search: &Search<'_, N, M>,
        summits: &[Climb<N>],
    ) -> Self {
        let best = &summits[0];
        let mut explored = Self {
            region: Region::at(best.theta()),
            higher: None,
            elsewhere: false,
            cost: best.cost(),
            rounding: 10.0 * best.point.rounding(),
        };
        let is_unsure = explored.walks(search, best);
        let own = explored.region;
        for other in summits[1..].iter().filter(|other| other.cost() < best.cost() + CONFIDENCE) {
            explored.elsewhere |= !own.reaches(other.theta(), search.ranges);
            explored.region = explored.region.with(other.theta());
            explored.walks(search, other);
        }
        if is_unsure {
            explored.ends(search, &summits[..summits.len().min(MOST_TRIED)]);
        }
        explored
    }

    /// Walks both ways along each uncertain parameter at a summit. Whether there is one.
    fn walks<M: LogLikelihood<N>>(&mut self, search: &Search<'_, N, M>, summit: &Climb<N>) -> bool {
        let covariance = summit.log_covariance(search);
        let ends = Region::at(summit.theta()).open(search.ranges);
        let is_unsure = |i: &usize| covariance[*i][*i].sqrt() > SURE || ends[*i] != [false; 2];
        let unsure: Vec<usize> = (0..N).filter(is_unsure).collect();
        for i in &unsure {
            self.walk(search, summit, *i, -STEP);
            self.walk(search, summit, *i, STEP);
        }
        !unsure.is_empty()
    }

    /// Tries the ends that no walk has come to, from each of `summits` with that parameter moved there.
    fn ends<M: LogLikelihood<N>>(&mut self, search: &Search<'_, N, M>, summits: &[Climb<N>]) {
        for i in 0..N {
            let Range { zero, infinite, .. } = search.ranges[i];
            for (end, low) in [(zero, true), (infinite, false)] {
                for summit in summits {
                    let [zero, infinite] = self.region.open(search.ranges)[i];
                    if self.higher.is_some() || if low { zero } else { infinite } {
                        break;
                    }
                    let mut theta = summit.theta();
                    theta[i] = end;
                    self.step(search, i, theta);
                }
            }
        }
    }

    /// Fits the others with parameter `i` held, and takes what it comes to into the region. `None`
    /// if the data contradict it, or the end is higher than the summit.
    fn step<M: LogLikelihood<N>>(
        &mut self,
        search: &Search<'_, N, M>,
        i: usize,
        theta: [f64; N],
    ) -> Option<[f64; N]> {
        let held = search.holding(i);
        let end = held.climb(held.at(theta), Effort::ROUGH);
        let fall = end.cost() - self.cost;
        if fall < -self.rounding {
            self.higher = Some(end.point);
            return None;
        }
        (fall <= CONFIDENCE).then(|| {
            self.region = self.region.with(end.theta());
            end.theta()
        })
    }

    /// Moves parameter `i` until the data object.
    fn walk<M: LogLikelihood<N>>(
        &mut self,
        search: &Search<'_, N, M>,
        summit: &Climb<N>,
        i: usize,
        step: f64,
    ) {
        let Range { zero, infinite, .. } = search.ranges[i];
        let mut theta = summit.theta();
        let more = |here: f64| if step < 0.0 { here > zero } else { here < infinite };
        while self.higher.is_none() && more(theta[i]) {
            let moved = theta[i] + step;
            theta[i] = if step < 0.0 { moved.max(zero) } else { moved.min(infinite) };
            let Some(next) = self.step(search, i, theta) else { return };
            theta = next;
        }
    }
}

impl<const N: usize> Region<N> {
    fn at(theta: [f64; N]) -> Self {
        Self { low: theta, high: theta }
    }

    /// Whether a point lies in it or no step away; beyond where parameters are as good as gone, all is one.
    fn reaches(self, theta: [f64; N], ranges: [Range; N]) -> bool {
        (0..N).all(|i| {
            let Range { zero, infinite, .. } = ranges[i];
            let [low, high, there] =
                [self.low[i], self.high[i], theta[i]].map(|value| value.clamp(zero, infinite));
            (low - STEP..=high + STEP).contains(&there)
        })
    }

    /// With one more point.
    pub(in crate::kernel) fn with(self, theta: [f64; N]) -> Self {
        Self {
            low: std::array::from_fn(|i| self.low[i].min(theta[i])),
            high: std::array::from_fn(|i| self.high[i].max(theta[i])),
        }
    }

    /// Which parameters reach zero, and which infinity.
    ///
    /// One that follows another there need not come to the end of its own range
    /// before the other does: it is open towards the end that it came closer to.
    pub(in crate::kernel) fn open(self, ranges: [Range; N]) -> [[bool; 2]; N] {
        std::array::from_fn(|i| {
            let (low, high, range) = (self.low[i], self.high[i], ranges[i]);
            let wide = high - low >= WIDE;
            let up = range.most - high < low - range.least;
            [low <= range.zero || (wide && !up), high >= range.infinite || (wide && up)]
        })
    }
}
