//! The purchase process, with the parameters a fit should recover.
//!
//! BG/NBD (Fader, Hardie & Lee 2005): while a customer lives, purchases come
//! at a constant rate λ ~ Gamma(r, α); after each repeat purchase the customer
//! leaves with probability p ~ Beta(a, b). Gamma-Gamma (Fader & Hardie 2013):
//! what an order is worth is Gamma(p, ν) with ν ~ Gamma(q, v), whatever λ and p.
//!
//! Waiting times are rounded to whole days and never to none, because the
//! warehouse counts purchase days: nothing merges, and the rounding moves
//! the mean wait by less than a thousandth.

use serde::Serialize;

use super::draw::{Draw, nearest};

/// Parameters of the purchases and of leaving; time in weeks.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct BgNbd {
    /// Shape of the purchase rate.
    pub r: f64,
    /// Rate parameter of the purchase rate, in weeks.
    pub alpha: f64,
    /// First parameter of the chance of leaving.
    pub a: f64,
    /// Second parameter of the chance of leaving.
    pub b: f64,
}

/// Parameters of what an order is worth.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct GammaGamma {
    /// Shape of an order's value.
    pub p: f64,
    /// Shape of the rate behind a customer's order values.
    pub q: f64,
    /// Rate parameter of that rate, in units of money.
    pub v: f64,
}

/// When customers buy: 5.1 repeat purchases on average over births spread evenly
/// across three years.
pub const PURCHASES: BgNbd = BgNbd { r: 0.9, alpha: 7.0, a: 0.8, b: 5.5 };

/// What they spend: 90.00 an order on average.
pub const SPEND: GammaGamma = GammaGamma { p: 6.0, q: 4.0, v: 45.0 };

impl GammaGamma {
    /// The mean order value over all customers, p·v / (q − 1).
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.p * self.v / (self.q - 1.0)
    }
}

/// What a customer is like, as the process sees them.
#[derive(Debug)]
pub(super) struct Habits {
    /// Purchases per day.
    pub(super) rate: f64,
    /// Chance of leaving after a repeat purchase.
    pub(super) leaving: f64,
    /// Rate of the gamma distribution of order values.
    pub(super) thrift: f64,
}

/// The days a customer bought on.
#[derive(Debug)]
pub(super) struct History {
    /// Days of the window, ascending.
    pub(super) days: Vec<u32>,
    /// Still alive at the end of the window.
    pub(super) alive: bool,
}

impl Habits {
    pub(super) fn draw(draw: &mut Draw) -> Self {
        Self {
            rate: draw.gamma(PURCHASES.r) / PURCHASES.alpha / 7.0,
            leaving: draw.beta(PURCHASES.a, PURCHASES.b),
            thrift: draw.gamma(SPEND.q) / SPEND.v,
        }
    }

    /// Every purchase from the first, on day `first`, up to day `end`, exclusive.
    pub(super) fn history(&self, draw: &mut Draw, first: u32, end: u32) -> History {
        let mut history = self.future(draw, first, first, end);
        history.days.insert(0, first);
        history
    }

    /// Every purchase after day `now` of a customer who last bought on day `last` and has not left.
    /// What is to come of an exponential wait does not depend on how long it has lasted; a wait
    /// that is not over by the end of `now` has lasted half a day longer, for waits are rounded.
    pub(super) fn future(&self, draw: &mut Draw, last: u32, now: u32, end: u32) -> History {
        let mut waited = if now > last { f64::from(now - last) + 0.5 } else { 0.0 };
        let mut days = Vec::new();
        let mut today = last;
        loop {
            let wait = (waited + draw.exponential() / self.rate).round().max(1.0);
            if wait >= f64::from(end - today) {
                return History { days, alive: true };
            }
            waited = 0.0;
            today += nearest(wait);
            days.push(today);
            if draw.chance(self.leaving) {
                return History { days, alive: false };
            }
        }
    }

    /// What one order is worth, in cents, at least 1.
    pub(super) fn spend(&self, draw: &mut Draw) -> u32 {
        nearest(100.0 * draw.gamma(SPEND.p) / self.thrift).max(1)
    }
}
