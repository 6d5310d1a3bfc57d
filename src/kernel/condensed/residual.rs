//! All purchases to come, discounted.
//!
//! ```text
//! u = λ/(λ+δ),  λ | j ~ Gamma(A+j, R),  R = α+T
//! DERT | alive  = Σ P(j) E_λ[u^(k−j) g(uᵏ)]
//! g(w)          = E_p[1/((1−w) + wp)],  p ~ Beta(a, b+n)
//! ```
//!
//! A tick at rate λ is worth u after discounting; the first purchase is k−j
//! ticks away, each later one k more, if the coin lets it. So g(w) is the sum of
//! (1−p)^(i−1) w^(i−1), worked out.
//!
//! The average over λ is added up on a grid of ln(λ/δ). On it u, and with it g,
//! depends on nothing else, so customers of one frequency share the costly part
//! whatever their age or the discount rate.

use std::collections::HashMap;

use super::{Params, times};
use crate::kernel::maths::beta::Rule;
use crate::kernel::maths::gamma::ln_gamma;

/// What the customers of one frequency share.
#[derive(Debug)]
pub(super) struct Residual {
    shape: f64,
    k: usize,
    rule: Rule,
    /// The grid's step, small against the spread of ln λ.
    step: f64,
    /// k ln u and ln g, by place on the grid.
    grid: HashMap<i32, [f64; 2]>,
}

/// The widest step: halving it changes nothing.
const STEP: f64 = 0.125;
/// What adds less than this does not show.
const NEGLIGIBLE: f64 = 1e-18;
/// Places in one direction after which the sum does not end; a hundred are many.
const MOST_PLACES: usize = 100_000;

impl Residual {
    pub(super) fn new(params: Params, frequency: f64) -> Self {
        let (shape, k) = (params.shape(frequency), params.k);
        let rule = Rule::double_exponential(params.a, params.b + params.coin.tosses(frequency));
        let step = STEP.min(0.5 / (shape + k as f64).sqrt());
        Self { shape, k, rule, step, grid: HashMap::new() }
    }

    /// DERT of a customer known to be alive; `rate` is δR. NaN where parameters
    /// are so large or small that doubles cannot represent them.
    pub(super) fn sum(&mut self, phases: &[f64], rate: f64) -> f64 {
        let logs: Vec<_> = phases
            .iter()
            .enumerate()
            .map(|(j, chance)| chance.ln() - ln_gamma(self.shape + j as f64))
            .collect();
        let middle = (self.shape / rate).ln() / self.step;
        if middle.is_nan() || middle.abs() > FARTHEST {
            return f64::NAN;
        }
        let middle = nearest(middle);
        let up = self.side(&logs, rate, middle..i32::MAX);
        let down = self.side(&logs, rate, (i32::MIN..middle).rev());
        self.step * (up + down)
    }

    /// One direction of the grid, up to where nothing is left; NaN where that is
    /// nowhere.
    fn side(&mut self, logs: &[f64], rate: f64, places: impl Iterator<Item = i32>) -> f64 {
        let (mut sum, mut before) = (0.0, 0.0);
        for place in places.take(MOST_PLACES) {
            let term = self.term(logs, rate, place);
            sum += term;
            if term.is_nan() || term <= before && term <= NEGLIGIBLE * sum {
                return sum;
            }
            before = term;
        }
        f64::NAN
    }

    /// The integrand by ln λ.
    fn term(&mut self, logs: &[f64], rate: f64, place: i32) -> f64 {
        let ln_ratio = f64::from(place) * self.step;
        let [ln_w, ln_g] = self.at(place, ln_ratio);
        let ln_u = ln_w / self.k as f64;
        // Rλ, whose Gamma distribution has a rate of 1.
        let ln_z = ln_ratio + rate.ln();
        let all = self.shape * ln_z - ln_z.exp() + ln_w + ln_g;
        logs.iter().enumerate().map(|(j, log)| (all + log + times(j, ln_z - ln_u)).exp()).sum()
    }

    /// k ln u and ln g.
    fn at(&mut self, place: i32, ln_ratio: f64) -> [f64; 2] {
        let (k, rule) = (self.k as f64, &self.rule);
        *self.grid.entry(place).or_insert_with(|| {
            let ln_w = -k * soft_plus(-ln_ratio);
            let (w, rest) = (ln_w.exp(), -ln_w.exp_m1());
            [ln_w, rule.mean(|p| 1.0 / (rest + w * p)).ln()]
        })
    }
}

/// ln(1 + eˣ) without overflow.
fn soft_plus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// The largest place that a grid begins at.
const FARTHEST: f64 = 1e9;

/// The nearest whole number.
#[expect(clippy::cast_possible_truncation, reason = "no grid reaches that far")]
fn nearest(value: f64) -> i32 {
    value.round() as i32
}
