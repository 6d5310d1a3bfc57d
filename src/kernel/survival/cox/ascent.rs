//! Newton's method for a number of parameters that the data decide, some of which may
//! be on the way to infinity.
//!
//! Steps that do not improve are halved. A coefficient that hardly gains although it has
//! far to go has no finite maximum: it is held where it is, so that the others find theirs.

use super::Coefficient;
use super::partial_likelihood::{Data, Local, Scale};
use crate::kernel::maths::maximise::Bound;
use crate::kernel::survival::information::Information;

/// Where the climb is.
pub(super) struct Here {
    pub(super) beta: Vec<f64>,
    /// Which of them are on the way to infinity, and far enough.
    pub(super) held: Vec<bool>,
    pub(super) local: Local,
    pub(super) information: Information,
    /// The step that Newton would take.
    step: Vec<f64>,
    pub(super) iterations: i32,
}

const MOST_ITERATIONS: i32 = 100;
const MOST_HALVINGS: i32 = 40;
/// The Newton decrement at which nothing is left to gain.
const ENOUGH: f64 = 1e-18;
/// A decrement so small that a failing step means rounding.
const ROUNDING: f64 = 1e-10;
/// A decrement at which it is time to see who is on the way to infinity.
const LITTLE: f64 = 1e-6;
/// The variance of a coefficient, in standard units, that only the way to infinity has: all
/// events together say less of it than a millionth of a millionth of one could.
const ENDLESS: f64 = 1e8;

/// Climbs from `start`. Says whether nothing was left to gain.
pub(super) fn climb(data: &Data, start: Here) -> (Here, bool) {
    let mut here = start;
    loop {
        let decrement = here.decrement();
        if decrement < LITTLE && here.endless().contains(&true) {
            here = here.hold(data);
            continue;
        }
        if decrement < ENOUGH {
            // One step more doubles the digits, and costs nothing to refuse.
            let last = here.advance(data).filter(|last| last.decrement() < decrement);
            return (last.unwrap_or(here), true);
        }
        if here.iterations == MOST_ITERATIONS {
            return (here, false);
        }
        match here.advance(data) {
            Some(next) => here = next,
            None => return (here, decrement < ROUNDING),
        }
    }
}

impl Here {
    pub(super) fn new(data: &Data, beta: Vec<f64>, held: Vec<bool>, iterations: i32) -> Self {
        let mut local = data.at(&beta);
        for (i, row) in local.curvature.iter_mut().enumerate() {
            let parts = row.iter_mut().zip(&held);
            parts.filter(|(_, other)| held[i] || **other).for_each(|(element, _)| *element = 0.0);
        }
        let information = Information::new(&local.curvature, &local.squares);
        let step = information.solve(&local.gradient);
        Self { beta, held, local, information, step, iterations }
    }

    /// The same place, where what is on the way to infinity moves no further.
    fn hold(self, data: &Data) -> Self {
        let endless = self.endless();
        let held = self.held.iter().zip(endless).map(|(held, endless)| *held || endless).collect();
        Self::new(data, self.beta, held, self.iterations)
    }

    /// Twice the improvement that the quadratic model promises.
    pub(super) fn decrement(&self) -> f64 {
        self.step.iter().zip(&self.local.gradient).map(|(step, slope)| step * slope).sum()
    }

    /// Where a long way is left to go to gain next to nothing.
    fn endless(&self) -> Vec<bool> {
        let variance = |i| self.information.variance(i);
        (0..self.beta.len()).map(|i| variance(i).is_some_and(|v| v > ENDLESS)).collect()
    }

    /// The first point along the step, halved as needed, that improves enough.
    fn advance(&self, data: &Data) -> Option<Self> {
        let noise = self.local.value.abs() * 1e-14;
        (0..MOST_HALVINGS).map(|halvings| 0.5_f64.powi(halvings)).find_map(|share| {
            let moved = self.beta.iter().zip(&self.step).map(|(beta, step)| beta + share * step);
            let next = Self::new(data, moved.collect(), self.held.clone(), self.iterations + 1);
            let enough = self.local.value + 1e-4 * share * self.decrement() - noise;
            (next.local.value >= enough && next.is_finite()).then_some(next)
        })
    }

    fn is_finite(&self) -> bool {
        let curvature = self.local.curvature.iter().flatten();
        self.local.gradient.iter().chain(curvature).all(|value| value.is_finite())
    }

    /// What covariate `i` does, if it said something of its own at the `start`.
    pub(super) fn coefficient(&self, i: usize, scale: Scale, start: &Information) -> Coefficient {
        let bound = self.held[i].then(|| match self.beta[i] < 0.0 {
            true => Bound::Lower,
            false => Bound::Upper,
        });
        // Where others have gone to infinity, it may have nothing left to say.
        let identified = start.tells(i) && (self.held[i] || self.information.tells(i));
        let known = identified && bound.is_none();
        let finite = |value: f64| (known && value.is_finite()).then_some(value);
        let variance = self.information.variance(i);
        Coefficient {
            value: finite(self.beta[i] * scale.per_deviation),
            standard_error: variance.and_then(|v| finite(v.sqrt() * scale.per_deviation)),
            bound,
            identified,
        }
    }
}
