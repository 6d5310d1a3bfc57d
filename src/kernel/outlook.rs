//! What every model of customers that leave can be asked.
//!
//! All answers about the future are P(alive) times an answer that is conditional
//! on being alive, and the conditional one depends on frequency and age only:
//! the recency is spent in P(alive). [`Outlook::future`] holds what customers of
//! one frequency share.

use super::OutOfDomain;
use super::domain::{ensure, ensure_not_negative, ensure_whole};
use super::history::History;

/// A model, with its parameters.
pub trait Outlook {
    /// What those customers of one frequency share who are still alive.
    type Future: Foresight;

    /// Probability that the customer has not left by `age`.
    fn p_alive(&self, history: History) -> f64;

    /// The future of customers with `frequency` repeat purchase days.
    ///
    /// # Errors
    /// `frequency` is not a whole number.
    fn future(&self, frequency: f64) -> Result<Self::Future, OutOfDomain>;
}

/// The future of customers known to be alive.
pub trait Foresight {
    /// E[Y(t)] of a customer known to be alive at `age`, t = `horizon`.
    ///
    /// # Errors
    /// A time is negative or not finite.
    fn purchases(&self, age: f64, horizon: f64) -> Result<f64, OutOfDomain>;

    /// Discounted expected residual transactions (DERT): all purchases to come,
    /// at the continuous rate `discount_rate` per unit of time.
    ///
    /// # Errors
    /// `age` is negative, or the rate is not positive: without discounting the
    /// sum need not be finite.
    fn residual(&mut self, age: f64, discount_rate: f64) -> Result<f64, OutOfDomain>;

    /// The purchases of each of `steps` steps to come, those of step k divided
    /// by (1 + rate)ᵏ.
    ///
    /// # Errors
    /// `steps` is not a whole number up to 100,000, a time is negative or not
    /// finite, or the rate is not above −1.
    fn discounted_purchases(
        &self,
        age: f64,
        steps: f64,
        step_length: f64,
        discount_rate: f64,
    ) -> Result<f64, OutOfDomain> {
        ensure_whole("steps", steps)?;
        ensure(steps <= MOST_STEPS, "steps", "at most 100000", steps)?;
        ensure_not_negative("step_length", step_length)?;
        let rate = discount_rate.is_finite() && discount_rate > -1.0;
        ensure(rate, "discount_rate", "finite and > -1", discount_rate)?;
        let (mut k, mut before, mut factor, mut sum) = (1.0, 0.0, 1.0, 0.0);
        while k <= steps {
            let until = self.purchases(age, k * step_length)?;
            factor /= 1.0 + discount_rate;
            sum += (until - before) * factor;
            (before, k) = (until, k + 1.0);
        }
        Ok(sum)
    }
}

/// Enough for three centuries of days.
const MOST_STEPS: f64 = 100_000.0;

/// Panels in which to add up an integral from 0 to ∞ over exp(−`rate`·v) times
/// something that bends no faster than on the scale of `first`: each is twice as
/// long as all before it, up to where nothing is left.
pub(super) fn panels(rate: f64, mut first: f64) -> impl Iterator<Item = (f64, f64)> {
    while first * rate > 4.0 {
        first *= 0.5;
    }
    let doubled = std::iter::successors(Some(first), |end| Some(2.0 * end))
        .take_while(move |start| start * rate < 45.0)
        .map(|start| (start, 2.0 * start));
    std::iter::once((0.0, first)).chain(doubled)
}

/// The questions again, as the tests of all models put them.
#[cfg(test)]
pub(super) mod testing {
    use super::*;

    /// E[Y(t)] of a customer with this past.
    pub(in crate::kernel) fn purchases(model: &impl Outlook, past: History, horizon: f64) -> f64 {
        let future = model.future(past.x).expect("in domain");
        model.p_alive(past) * future.purchases(past.age, horizon).expect("in domain")
    }

    /// DERT of a customer with this past.
    pub(in crate::kernel) fn residual(model: &impl Outlook, past: History, rate: f64) -> f64 {
        let mut future = model.future(past.x).expect("in domain");
        model.p_alive(past) * future.residual(past.age, rate).expect("in domain")
    }

    /// A history `(x, t_x, T)`, and its P(alive), E[Y(39)] and DERT at 0.0027.
    pub(in crate::kernel) type Case = ((f64, f64, f64), [f64; 3]);

    pub(in crate::kernel) fn assert_outlook(model: &impl Outlook, cases: &[Case]) {
        for &((x, t_x, age), want) in cases {
            let past = History::new(x, t_x, age).expect("in domain");
            let alive = model.p_alive(past);
            let got = [alive, purchases(model, past, 39.0), residual(model, past, 0.0027)];
            for (got, want) in got.into_iter().zip(want) {
                assert!((got / want - 1.0).abs() < 1e-11, "x={x} t_x={t_x}: {got}, want {want}");
            }
        }
    }
}
