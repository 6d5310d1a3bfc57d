//! When a customer may have left, given that nothing was heard since `t_x`.
//!
//! ```text
//! I = ∫ (α+u)^−(r+x) (β+u)^−(s+1) du,   u from t_x to T
//! ```
//!
//! The published form of it is a difference of hypergeometric functions, with
//! one case for α ≥ β and one for α < β. As an integral over positive terms it
//! has no cases and loses no digits, and its derivatives are averages over the
//! same moments u.
//!
//! With M the smaller of α and β, ln(M+u) is the scale on which the integrand
//! bends slowly. On it the integral is cut off where the integrand has fallen by
//! e⁻⁴⁵, and Gauss–Legendre nodes do the rest: 6 for a customer who was here just
//! now, 48 for one whose fall is steep. The logarithm of the fall is convex
//! there, so Newton's method finds the end from above.

use std::sync::LazyLock;

use super::{History, Params};
use crate::kernel::maths::beta::Rule;
use crate::kernel::purchase_model::rate::Time;

/// Moments as shares of the way, each with its weight.
type Nodes = Vec<(f64, f64)>;

/// Nodes on (0, 1) with their weights, and the bend up to which they are exact to
/// twelve digits or more. Worked out once.
static RULES: LazyLock<Vec<(f64, Nodes)>> = LazyLock::new(|| {
    [(0.5, 6), (1.0, 8), (4.0, 12), (8.0, 16), (16.0, 24), (32.0, 32), (f64::INFINITY, 48)]
        .map(|(bend, count)| (bend, Rule::gauss_jacobi(1.0, 1.0, count).nodes().collect()))
        .into()
});
/// What falls by more than e to the minus this is nothing.
const NOTHING: f64 = 45.0;
const MOST_STEPS: usize = 40;

/// The integrand of I for one history, relative to its value at `t_x`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leaving {
    /// r + x and s + 1.
    powers: [f64; 2],
    /// α + `t_x` and β + `t_x`.
    scales: [f64; 2],
    /// Which of the scales is the smaller, and its value.
    shorter: usize,
    least: f64,
    /// T − `t_x`.
    silence: f64,
}

/// A moment at which the customer may have left.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// `ln((α+u)/(α+t_x))` and `ln((β+u)/(β+t_x))`.
    pub(super) logs: [f64; 2],
    /// u − `t_x`.
    pub(super) since: f64,
    /// What the moment adds to the integral, over its value at `t_x`.
    pub(super) weight: f64,
}

impl Leaving {
    pub(super) fn new(
        Params { r, alpha, s, beta }: Params,
        History { x, t_x, age }: History,
    ) -> Self {
        let scales = [alpha + t_x, beta + t_x];
        let shorter = usize::from(scales[1] < scales[0]);
        let least = scales[shorter];
        Self { powers: [r + x, s + 1.0], scales, shorter, least, silence: age - t_x }
    }

    /// Moments from `t_x` to T; their weights add up to I over its integrand at `t_x`.
    pub(super) fn moments(self) -> impl Iterator<Item = Moment> {
        let end = self.end();
        self.nodes(end).iter().map(move |(share, weight)| {
            let step = share * end;
            let moment = self.moment(step);
            let density = (step - self.fall(moment.logs)).exp();
            Moment { weight: weight * end * self.least * density, ..moment }
        })
    }

    /// As many nodes as the integrand up to `end` needs.
    fn nodes(self, end: f64) -> &'static [(f64, f64)] {
        let last = self.slope(self.least * end.exp_m1()).abs();
        let bend = (self.slope(0.0).abs().max(last) + 1.0) * end;
        RULES.iter().find(|(most, _)| bend < *most).map_or(&[], |(_, nodes)| nodes)
    }

    /// The moment at which ln(M+u) has grown by `step`.
    fn moment(self, step: f64) -> Moment {
        let since = self.least * step.exp_m1();
        let mut logs = [step; 2];
        let longer = 1 - self.shorter;
        logs[longer] = (since / self.scales[longer]).ln_1p();
        Moment { logs, since, weight: 0.0 }
    }

    /// By how much the logarithm of the integrand has fallen.
    fn fall(self, logs: [f64; 2]) -> f64 {
        self.powers[0] * logs[0] + self.powers[1] * logs[1]
    }

    /// The slope of the fall on the scale of the steps, which rises.
    fn slope(self, since: f64) -> f64 {
        let [first, second] = self.scales.map(|scale| (self.least + since) / (scale + since));
        self.powers[0] * first + self.powers[1] * second - 1.0
    }

    /// How far ln(M+u) has to be followed.
    fn end(self) -> f64 {
        let whole = (self.silence / self.least).ln_1p();
        // Neither logarithm grows faster than the step.
        if (self.powers[0] + self.powers[1] - 1.0) * whole <= NOTHING {
            return whole;
        }
        let slope = self.slope(0.0);
        let mut end = if slope > 0.0 { whole.min(NOTHING / slope) } else { whole };
        for _ in 0..MOST_STEPS {
            let moment = self.moment(end);
            let surplus = self.fall(moment.logs) - end - NOTHING;
            if surplus <= 1.0 {
                break;
            }
            end -= surplus / self.slope(moment.since);
        }
        end
    }
}

/// Logarithm of the odds that a customer has left.
pub(super) fn log_odds_left(params: Params, history: History) -> f64 {
    let sum: f64 = Leaving::new(params, history).moments().map(|moment| moment.weight).sum();
    let Params { r, alpha, s, beta } = params;
    let History { x, t_x, age } = history;
    let [buys, buys_last] = [age, t_x].map(|time| Time::new(time, alpha));
    let [stays, stays_last] = [age, t_x].map(|time| Time::new(time, beta));
    let stayed = Stayed { shape: r + x, s, age: [buys, stays] };
    stayed.log_odds_left(beta, [buys_last, stays_last], sum)
}

/// A history at its cut-off.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stayed {
    /// r + x.
    pub(super) shape: f64,
    pub(super) s: f64,
    /// T by the scales α and β.
    pub(super) age: [Time; 2],
}

impl Stayed {
    /// ln((1+T/α)^−(r+x) (1+T/β)^−s): still a customer.
    pub(super) fn log(self) -> f64 {
        -self.shape * self.age[0].log - self.s * self.age[1].log
    }

    /// Of the odds that the customer left between `t_x`, by the scales `last`, and
    /// T, where `sum` is the integral over its integrand at `t_x`.
    pub(super) fn log_odds_left(self, beta: f64, last: [Time; 2], sum: f64) -> f64 {
        let at_last = -self.shape * last[0].log - (self.s + 1.0) * last[1].log;
        (self.s / beta * sum).ln() + at_last - self.log()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::testing::{assert_close, history};

    /// The integral over its integrand at `t_x`, in many small panels of u.
    fn directly(params: Params, past: History) -> f64 {
        let leaving = Leaving::new(params, past);
        let whole = (leaving.silence / leaving.least).ln_1p();
        let panels = 4000;
        let width = whole / f64::from(panels);
        (0..panels)
            .flat_map(|panel| RULES[4].1.iter().map(move |node| (f64::from(panel), *node)))
            .map(|(panel, (share, weight))| {
                let step = width * (panel + share);
                let moment = leaving.moment(step);
                width * weight * leaving.least * (step - leaving.fall(moment.logs)).exp()
            })
            .sum()
    }

    #[test]
    fn a_few_moments_are_as_good_as_many_thousand() {
        for [r, alpha, s, beta] in [
            [0.553, 10.578, 0.606, 11.669],
            [10.465, 0.007_985_651_81, 3.0516, 2.820],
            [0.1, 0.1, 0.1, 0.1],
            [10.0, 10.0, 10.0, 10.0],
            [0.5, 10.0, 0.6, 0.01],
            [0.5, 0.01, 0.6, 10.0],
            [0.5, 1e6, 0.6, 1e-5],
            [0.5, 1e-5, 0.6, 1e6],
            [50.0, 1000.0, 0.01, 0.5],
            [0.01, 0.5, 50.0, 1000.0],
        ] {
            let params = Params::new(r, alpha, s, beta).expect("in domain");
            for (x, t_x, age) in [
                (0.0, 0.0, 0.1),
                (0.0, 0.0, 39.0),
                (1.0, 0.1, 39.0),
                (2.0, 30.0, 39.0),
                (29.0, 5.0, 39.0),
                (29.0, 38.0, 39.0),
                (207.0, 100.0, 150.0),
                (5000.0, 1.0, 150.0),
                (5000.0, 149.9, 150.0),
            ] {
                let past = history(x, t_x, age);
                let got: f64 = Leaving::new(params, past).moments().map(|m| m.weight).sum();
                assert_close(got, directly(params, past), 1e-12);
            }
        }
    }

    #[test]
    fn alike_scales_give_the_elementary_integral() {
        // α = β: one power, from t_x to T.
        let params = Params::new(0.5, 8.0, 0.7, 8.0).expect("in domain");
        for (x, t_x, age) in [(0.0, 0.0, 39.0_f64), (3.0, 20.0, 39.0), (40.0, 1.0, 39.0)] {
            let power = 0.5 + x + 0.7;
            let ratio = (8.0 + age) / (8.0 + t_x);
            let want = (8.0 + t_x) * (1.0 - f64::powf(ratio, -power)) / power;
            let past = history(x, t_x, age);
            let got: f64 = Leaving::new(params, past).moments().map(|m| m.weight).sum();
            assert_close(got, want, 1e-12);
        }
    }
}
