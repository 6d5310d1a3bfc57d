//! What every model of purchases can be asked, and what they share.
//!
//! ```text
//! PurchaseModel ── p_alive(past) ─────────────────────────► ZeroInflated ─► answer
//!       │ future(frequency)                                      ▲
//!       ▼                                                        │ given that the
//! GivenAlive ─── residual(past, rate), discounted_purchases(…) ──┤ customer is alive
//!       │ law(past, horizon)                                     │
//!       ▼                                                        │
//!      Law ───── survival, purchases, exactly, at_least, … ──────┘
//! ```
//!
//! A customer has left, and buys nothing, or is alive. Answers given that the customer
//! is alive depend on the frequency and little else of the past; what customers of one
//! frequency share is worked out once ([`PurchaseModel::future`]). [`ZeroInflated`] puts
//! both together, the same way in all models.

pub(super) mod cells;
mod history;
mod interval;
mod law;
#[cfg(test)]
mod published;
pub(super) mod rate;
#[cfg(test)]
pub(super) mod testing;
mod zero_inflated;

pub use self::history::History;
pub use self::interval::{End, MOST_PURCHASES, check_purchases, quantile};
pub use self::law::{Dated, Law, Timed, Ways, Window, Within};
pub use self::zero_inflated::ZeroInflated;

use std::fmt::Debug;

use super::OutOfDomain;
use super::domain::{ensure, ensure_not_negative, ensure_whole};

/// A model, with its parameters.
pub trait PurchaseModel {
    /// What it has to know of a customer.
    type Past: Past;
    /// What those customers of one frequency share who are still alive.
    type Future: GivenAlive<Past = Self::Past>;

    /// Probability that the customer has not left by the cut-off.
    fn p_alive(&self, past: Self::Past) -> f64;

    /// The future of customers with `frequency` repeat purchases.
    ///
    /// # Errors
    /// `frequency` is not a whole number.
    fn future(&self, frequency: f64) -> Result<Self::Future, OutOfDomain>;
}

/// What is known of a customer.
pub trait Past: Copy {
    /// Checks one customer's numbers.
    ///
    /// # Errors
    /// No customer can have them.
    fn of(frequency: f64, recency: f64, age: f64) -> Result<Self, OutOfDomain>;

    /// Somebody acquired just now.
    fn acquired() -> Self;

    /// How many repeat purchases there were.
    fn frequency(&self) -> f64;
}

/// The future of those customers of one frequency who are still alive.
pub trait GivenAlive: Debug {
    /// What is known of a customer.
    type Past: Past;
    /// How purchases within a horizon are distributed.
    type Law<'a>: Law
    where
        Self: 'a;

    /// The numbers of a past, besides the frequency, on which the future depends:
    /// customers that share them share all answers.
    fn depends_on(past: Self::Past) -> [f64; 2];

    /// What happens within `horizon` after the cut-off.
    ///
    /// # Errors
    /// The model has no such horizon.
    fn law(&self, past: Self::Past, horizon: f64) -> Result<Self::Law<'_>, OutOfDomain>;

    /// Discounted expected residual transactions (DERT): all purchases to come, at
    /// the rate `discount_rate` per unit of time.
    ///
    /// # Errors
    /// The rate is not positive: without discounting the sum need not be finite.
    fn residual(&mut self, past: Self::Past, discount_rate: f64) -> Result<f64, OutOfDomain>;

    /// The purchases of each of `steps` steps to come, those of step k divided
    /// by (1 + rate)ᵏ.
    ///
    /// # Errors
    /// `steps` is not a whole number up to 100,000, a time is negative or not
    /// finite, or the rate is not above −1.
    fn discounted_purchases(
        &self,
        past: Self::Past,
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
            let until = self.law(past, k * step_length)?.purchases();
            factor /= 1.0 + discount_rate;
            sum += (until - before) * factor;
            (before, k) = (until, k + 1.0);
        }
        Ok(sum)
    }
}

/// Enough for three centuries of days.
const MOST_STEPS: f64 = 100_000.0;
