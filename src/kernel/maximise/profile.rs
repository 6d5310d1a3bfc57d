//! What the data leave open: how far a parameter can go if the others follow.
//!
//! A parameter is moved in steps towards an end of its range, and the others are
//! fitted anew at each (the profile likelihood), until the log-likelihood has
//! fallen by half the 95 % quantile of χ² with one degree of freedom. Where it
//! gets to the end without falling that far, the data do not keep it from zero or
//! infinity. Standard errors cannot tell: on a plateau they depend on where the
//! climb stopped.
//!
//! Source: Venzon and Moolgavkar (1988), "A Method for Computing
//! Profile-Likelihood-Based Confidence Intervals", Applied Statistics 37(1), 87–94.

use super::climb::{Climb, Effort, Point, Search};
use super::{CONFIDENCE, LogLikelihood, Range};

/// How far parameters get within the 95 % confidence region, on the log scale.
#[derive(Debug, Clone, Copy)]
pub(super) struct Region<const N: usize> {
    low: [f64; N],
    high: [f64; N],
}

/// A step on the log scale.
const STEP: f64 = 2.0;
/// Standard errors below this on the log scale are those of an interval that ends.
const SURE: f64 = 0.4;
/// An interval that is wider than this on the log scale, a factor of 3,000, is open.
const WIDE: f64 = 8.0;

/// What walks from a summit have found.
#[derive(Debug)]
pub(super) struct Explored<const N: usize> {
    pub(super) region: Region<N>,
    /// A point above the summit, where the walks were given up.
    pub(super) higher: Option<Point<N>>,
}

impl<const N: usize> Explored<N> {
    /// Walks from the summit along each parameter that is not sure.
    pub(super) fn around<M: LogLikelihood<N>>(
        search: &Search<'_, N, M>,
        summit: &Climb<N>,
    ) -> Self {
        let mut explored = Self { region: Region::at(summit.theta()), higher: None };
        let covariance = summit.log_covariance(search);
        let ends = explored.region.open(search.ranges);
        for i in (0..N).filter(|&i| covariance[i][i].sqrt() > SURE || ends[i] != [false; 2]) {
            explored.walk(search, summit, i, -STEP);
            explored.walk(search, summit, i, STEP);
        }
        explored
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
        let (held, mut theta) = (search.holding(i), summit.theta());
        let more = |here: f64| if step < 0.0 { here > zero } else { here < infinite };
        while self.higher.is_none() && more(theta[i]) {
            let moved = theta[i] + step;
            theta[i] = if step < 0.0 { moved.max(zero) } else { moved.min(infinite) };
            let end = held.climb(held.at(theta), Effort::ROUGH);
            let fall = end.cost() - summit.cost();
            if fall < -10.0 * summit.point.rounding() {
                self.higher = Some(end.point);
                return;
            }
            if fall.is_nan() || fall > CONFIDENCE {
                return;
            }
            theta = end.theta();
            self.region = self.region.with(theta);
        }
    }
}

impl<const N: usize> Region<N> {
    fn at(theta: [f64; N]) -> Self {
        Self { low: theta, high: theta }
    }

    /// With one more point.
    pub(super) fn with(self, theta: [f64; N]) -> Self {
        Self {
            low: std::array::from_fn(|i| self.low[i].min(theta[i])),
            high: std::array::from_fn(|i| self.high[i].max(theta[i])),
        }
    }

    /// Which parameters reach zero, and which infinity.
    ///
    /// One that follows another there need not come to the end of its own range
    /// before the other does: it is open towards the end that it came closer to.
    pub(super) fn open(self, ranges: [Range; N]) -> [[bool; 2]; N] {
        std::array::from_fn(|i| {
            let (low, high, range) = (self.low[i], self.high[i], ranges[i]);
            let wide = high - low >= WIDE;
            let up = range.most - high < low - range.least;
            [low <= range.zero || (wide && !up), high >= range.infinite || (wide && up)]
        })
    }
}
