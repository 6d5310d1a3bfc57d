//! BG/BB: will this customer come again, where there is an opportunity a period?
//!
//! For what can happen at most once in each of a row of opportunities: a yearly
//! donation, attending an annual meeting, buying on a cruise. A customer takes
//! an opportunity with probability p ~ Beta(α, β). Before each, the first
//! included, the customer may leave for good, with probability θ ~ Beta(γ, δ).
//! No parameter carries a unit; an opportunity is the unit of time.
//!
//! | symbol | column          | meaning                                | domain          |
//! |--------|-----------------|----------------------------------------|-----------------|
//! | `x`    | `frequency`     | opportunities taken                    | 0, 1, 2, …      |
//! | `t_x`  | `recency`       | number of the last one taken           | `x ≤ t_x ≤ n`   |
//! | `n`    | `opportunities` | opportunities there were               | 0, 1, 2, …      |
//!
//! Source: Fader, Hardie and Shang (2010), "Customer-Base Analysis in a
//! Discrete-Time Noncontractual Setting", Marketing Science 29(6), 1086–1108.

mod future;
mod law;
mod likelihood;

pub use self::future::Future;
pub use self::law::Law;
pub use self::likelihood::{fit, fit_weighted, log_likelihood};

use super::OutOfDomain;
use super::domain::{ensure, ensure_positive, ensure_whole};
use super::purchase_model::{Past, PurchaseModel};

/// One customer's past.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Record {
    x: u32,
    t_x: u32,
    n: u32,
}

/// More opportunities than any customer will ever have.
const MOST: f64 = 100_000.0;

impl Record {
    /// Checks one customer's numbers.
    ///
    /// # Errors
    /// A number is not whole, there are more than 100,000 opportunities, or
    /// `recency` is not possible with that many of them taken.
    pub fn new(frequency: f64, recency: f64, opportunities: f64) -> Result<Self, OutOfDomain> {
        let n = count("opportunities", opportunities)?;
        let x = count("frequency", frequency)?;
        let t_x = count("recency", recency)?;
        let between = "between `frequency` and `opportunities`";
        ensure((x..=n).contains(&t_x), "recency", between, recency)?;
        let none = "0 where `frequency` is 0";
        ensure(x > 0 || t_x == 0, "recency", none, recency)?;
        Ok(Self { x, t_x, n })
    }
}

impl Record {
    /// Opportunities taken, and how many there were.
    pub(super) fn counts(&self) -> [u32; 2] {
        [self.x, self.n]
    }
}

impl Past for Record {
    fn of(frequency: f64, recency: f64, opportunities: f64) -> Result<Self, OutOfDomain> {
        Self::new(frequency, recency, opportunities)
    }

    /// Somebody who has had no opportunity yet.
    fn acquired() -> Self {
        Self { x: 0, t_x: 0, n: 0 }
    }

    fn frequency(&self) -> f64 {
        f64::from(self.x)
    }
}

/// A number of opportunities.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked the line before"
)]
fn count(name: &'static str, value: f64) -> Result<u32, OutOfDomain> {
    ensure_whole(name, value)?;
    ensure(value <= MOST, name, "at most 100000", value)?;
    Ok(value as u32)
}

/// The population: how willingness and drop-out chances are spread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    alpha: f64,
    beta: f64,
    gamma: f64,
    delta: f64,
}

impl Params {
    /// Checks the four parameters.
    ///
    /// # Errors
    /// One of them is not finite and positive.
    pub fn new(alpha: f64, beta: f64, gamma: f64, delta: f64) -> Result<Self, OutOfDomain> {
        for (name, value) in [("alpha", alpha), ("beta", beta), ("gamma", gamma), ("delta", delta)]
        {
            ensure_positive(name, value)?;
        }
        Ok(Self { alpha, beta, gamma, delta })
    }
}

impl PurchaseModel for Params {
    type Past = Record;
    type Future = Future;

    /// Probability that the customer has not left by the last opportunity.
    ///
    /// The chance to leave before the next one is not part of it: who took the
    /// last opportunity is alive for sure. See [`Law`] for later.
    ///
    /// ```text
    /// stayed  B(α+x, β+n−x) B(γ, δ+n)
    /// left    Σ B(α+x, β+t−x) B(γ+1, δ+t) over t_x ≤ t < n     after opportunity t
    /// ```
    ///
    /// Each term follows from the one before; the first of those that left is
    /// the largest, and all are kept relative to it.
    fn p_alive(&self, Record { x, t_x, n }: Record) -> f64 {
        let Self { alpha, beta, gamma, delta } = *self;
        let (mut term, mut left) = (1.0, 0.0);
        for t in t_x..n {
            let (missed, next) = (f64::from(t - x), t + 1);
            left += term;
            let passes = (beta + missed) / (alpha + beta + f64::from(t)) * (delta + f64::from(t));
            if next == n {
                let stayed = term * passes / gamma;
                return stayed / (stayed + left);
            }
            term *= passes / (gamma + delta + f64::from(next));
        }
        1.0
    }

    fn future(&self, frequency: f64) -> Result<Future, OutOfDomain> {
        ensure_whole("frequency", frequency).map(|()| Future::new(*self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The published estimates for the donations.
    pub(super) fn donations() -> Params {
        Params::new(1.204, 0.750, 0.657, 2.783).expect("in domain")
    }

    pub(super) fn record(x: u32, t_x: u32, n: u32) -> Record {
        Record::new(x.into(), t_x.into(), n.into()).expect("in domain")
    }

    #[test]
    fn who_took_the_last_opportunity_is_alive() {
        for n in [0, 1, 6, 5000] {
            let alive = donations().p_alive(record(n.min(3), n, n));
            assert_eq!(alive.to_bits(), 1.0_f64.to_bits());
        }
    }

    #[test]
    fn thousands_of_opportunities_neither_overflow_nor_get_lost() {
        let alive = |x, t_x, n| donations().p_alive(record(x, t_x, n));
        assert_eq!(alive(1000, 1000, 6000).to_bits(), 0.0_f64.to_bits());
        assert!(alive(1, 1000, 100_000) > 0.0);
        assert!((alive(2500, 4999, 5000) - 1.0).abs() < 0.01);
    }

    #[test]
    fn an_impossible_record_names_the_column_and_the_rule() {
        for ((x, t_x, n), want) in [
            ((2.0, 1.0, 6.0), "`recency` must be between `frequency` and `opportunities`, got 1"),
            ((2.0, 7.0, 6.0), "`recency` must be between `frequency` and `opportunities`, got 7"),
            ((0.0, 3.0, 6.0), "`recency` must be 0 where `frequency` is 0, got 3"),
            ((1.5, 2.0, 6.0), "`frequency` must be a whole number >= 0, got 1.5"),
            ((1.0, 2.0, 6.5), "`opportunities` must be a whole number >= 0, got 6.5"),
            ((1.0, 2.0, 1e9), "`opportunities` must be at most 100000, got 1000000000"),
        ] {
            assert_eq!(Record::new(x, t_x, n).expect_err("out of domain").to_string(), want);
        }
        let error = Params::new(1.0, 1.0, -1.0, 1.0).expect_err("out of domain");
        assert_eq!(error.to_string(), "`gamma` must be finite and > 0, got -1");
    }

    proptest! {
        #[test]
        fn a_longer_silence_never_raises_the_chance_of_being_alive(
            x in 1_u32..40, gap in 0_u32..40, silence in 0_u32..200,
            alpha in 0.01..20.0_f64, beta in 0.01..20.0_f64, gamma in 0.01..20.0_f64, delta in 0.01..20.0_f64,
        ) {
            let params = Params::new(alpha, beta, gamma, delta).expect("in domain");
            let at = |silence| params.p_alive(record(x, x + gap, x + gap + silence));
            prop_assert!((0.0..=1.0).contains(&at(silence)) && at(silence + 1) <= at(silence));
        }
    }
}
