//! How much to spend on winning a customer, and how much on keeping one.
//!
//! | symbol    | argument         | meaning                                         | domain      |
//! |-----------|------------------|-------------------------------------------------|-------------|
//! | `ceiling` | `ceiling`        | the rate that no spending exceeds               | 0 < c ≤ 1   |
//! | `k`       | `responsiveness` | how fast spending approaches it, per money unit | k > 0       |
//! | `m`       | `margin`         | of a customer, per period, before both spendings | amount     |
//! | `d`       | `discount_rate`  | per period                                      | d ≥ 0       |
//!
//! ```text
//! rate      a(A) = ceiling (1 − e^(−kA))
//! A*        the top of a(A) m − A           = ln(ceiling k m) / k
//! R*        the top of (m − R/r) r′/(1 − r′) = (m r(R) − R) / (1 + d − r(R)),   r′ = r/(1 + d)
//! equity    a m − A + a (m r − R) / (1 + d − r)      per prospect
//! ```
//!
//! Source: Blattberg and Deighton (1996), "Manage Marketing by the Customer
//! Equity Test", Harvard Business Review 74(4), 136–144.

use super::amount::ensure_amount;
use super::domain::{OutOfDomain, ensure, ensure_not_negative, ensure_positive};

/// How a rate answers to spending.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Response {
    ceiling: f64,
    k: f64,
}

impl Response {
    /// Checks the two numbers of the curve.
    ///
    /// # Errors
    /// `ceiling` is not above 0 and at most 1, or `responsiveness` is not above 0.
    pub fn new(ceiling: f64, responsiveness: f64) -> Result<Self, OutOfDomain> {
        ensure(ceiling > 0.0 && ceiling <= 1.0, "ceiling", "above 0 and at most 1", ceiling)?;
        ensure_positive("responsiveness", responsiveness)?;
        Ok(Self { ceiling, k: responsiveness })
    }

    /// The curve to `ceiling` on which `spending` gives `rate`.
    ///
    /// # Errors
    /// `spending` is not above 0, or `rate` not between 0 and the ceiling.
    pub fn through(spending: f64, rate: f64, ceiling: f64) -> Result<Self, OutOfDomain> {
        ensure_positive("spending", spending)?;
        ensure(rate > 0.0 && rate < ceiling, "rate", "above 0 and below `ceiling`", rate)?;
        Self::new(ceiling, -(-rate / ceiling).ln_1p() / spending)
    }

    /// How fast spending approaches the ceiling.
    #[must_use]
    pub fn responsiveness(&self) -> f64 {
        self.k
    }

    /// The rate that `spending` per head gives.
    ///
    /// # Errors
    /// `spending` is negative or not finite.
    pub fn rate(&self, spending: f64) -> Result<f64, OutOfDomain> {
        ensure_not_negative("spending", spending)?;
        Ok(self.at(spending))
    }

    fn at(&self, spending: f64) -> f64 {
        -self.ceiling * (-self.k * spending).exp_m1()
    }

    /// The spending per prospect at which the first margin, less the spending,
    /// is highest; 0 where no spending pays.
    ///
    /// # Errors
    /// `margin` is not finite.
    pub fn acquisition_spending(&self, margin: f64) -> Result<f64, OutOfDomain> {
        ensure_amount("margin", margin)?;
        let first = self.ceiling * self.k * margin;
        Ok(if first > 1.0 { first.ln() / self.k } else { 0.0 })
    }

    /// The spending per customer and period at which what a customer is still
    /// to bring is highest; 0 where no spending pays.
    ///
    /// # Errors
    /// `margin` is not finite, or `discount_rate` is negative or not finite.
    pub fn retention_spending(&self, margin: f64, discount_rate: f64) -> Result<f64, OutOfDomain> {
        ensure_amount("margin", margin)?;
        ensure_not_negative("discount_rate", discount_rate)?;
        let most = margin * (1.0 + discount_rate);
        // Has the sign of the slope of the value, and falls all the way.
        let slope = |spending: f64| {
            let rise = self.ceiling * self.k * (-self.k * spending).exp();
            rise * (most - spending) - (1.0 + discount_rate - self.at(spending))
        };
        Ok(if slope(0.0) > 0.0 { last_above_zero(slope, most) } else { 0.0 })
    }
}

/// Halves 0 to `end` until the place where `falling` crosses zero has no inside.
fn last_above_zero(falling: impl Fn(f64) -> f64, end: f64) -> f64 {
    let (mut low, mut high) = (0.0, end);
    loop {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            return middle;
        }
        if falling(middle) > 0.0 { low = middle } else { high = middle }
    }
}

/// What is spent on one head, and the rate that it gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effort {
    spending: f64,
    rate: f64,
}

impl Effort {
    /// An effort to win prospects.
    ///
    /// # Errors
    /// `acquisition_spending` is negative, or `acquisition_rate` not within 0 to 1.
    pub fn to_win(spending: f64, rate: f64) -> Result<Self, OutOfDomain> {
        ensure_not_negative("acquisition_spending", spending)?;
        ensure((0.0..=1.0).contains(&rate), "acquisition_rate", "between 0 and 1", rate)?;
        Ok(Self { spending, rate })
    }

    /// An effort to keep customers.
    ///
    /// # Errors
    /// `retention_spending` is negative, or `retention_rate` not within 0 to 1.
    pub fn to_keep(spending: f64, rate: f64) -> Result<Self, OutOfDomain> {
        ensure_not_negative("retention_spending", spending)?;
        ensure((0.0..=1.0).contains(&rate), "retention_rate", "between 0 and 1", rate)?;
        Ok(Self { spending, rate })
    }
}

/// Customer equity per prospect: the first margin of those won, less the cost of
/// winning, and what they bring from the next period on; infinite where everybody
/// stays for ever at no discount.
///
/// # Errors
/// `margin` is not finite, or `discount_rate` is negative.
pub fn customer_equity(
    margin: f64,
    win: Effort,
    keep: Effort,
    discount_rate: f64,
) -> Result<f64, OutOfDomain> {
    ensure_amount("margin", margin)?;
    ensure_not_negative("discount_rate", discount_rate)?;
    let lost = 1.0 + discount_rate - keep.rate;
    let each = margin * keep.rate - keep.spending;
    // Of nobody won, and of nothing brought, there is nothing for ever.
    let later = if win.rate > 0.0 && each != 0.0 { each / lost } else { 0.0 };
    Ok(win.rate * (margin + later) - win.spending)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(got: f64, want: f64) {
        assert!((got / want - 1.0).abs() < 1e-12, "got {got}, want {want}");
    }

    #[test]
    fn the_constructed_case() {
        let winning = Response::through(5.0, 0.12, 0.4).expect("in domain");
        let keeping = Response::through(10.0, 0.5, 0.7).expect("in domain");
        near(winning.responsiveness(), 0.071_334_988_787_746_48);
        near(keeping.responsiveness(), 0.125_276_296_849_536_8);
        let a_spending = winning.acquisition_spending(100.0).expect("in domain");
        let a = winning.rate(a_spending).expect("in domain");
        near(a_spending, 14.698_412_747_227);
        near(a, 0.259_816_337_397_14);
        near(a * 100.0 - a_spending, 11.283_220_992_487);
        let r_spending = keeping.retention_spending(100.0, 0.1).expect("in domain");
        let r = keeping.rate(r_spending).expect("in domain");
        near(r_spending, 22.787_539_157_697);
        near(r, 0.659_700_389_050_27);
        let win = Effort::to_win(a_spending, a).expect("in domain");
        let keep = Effort::to_keep(r_spending, r).expect("in domain");
        near(customer_equity(100.0, win, keep, 0.1).expect("finite"), 36.764_776_381_109);
    }

    #[test]
    fn what_does_not_pay_gets_nothing() {
        let response = Response::new(0.4, 0.01).expect("in domain");
        for margin in [-50.0, 0.0, 100.0, 249.0] {
            assert!(response.acquisition_spending(margin).expect("in domain") < 1e-300);
            assert!(response.retention_spending(margin, 0.1).expect("in domain") < 1e-300);
        }
        assert!(response.acquisition_spending(251.0).expect("in domain") > 0.0);
        assert!(response.retention_spending(251.0, 0.1).expect("in domain") > 0.0);
    }

    #[test]
    fn a_rate_above_its_ceiling_names_the_rule() {
        let error = Response::through(5.0, 0.5, 0.4).expect_err("above");
        assert_eq!(error.to_string(), "`rate` must be above 0 and below `ceiling`, got 0.5");
        let error = Response::new(1.4, 0.1).expect_err("above");
        assert_eq!(error.to_string(), "`ceiling` must be above 0 and at most 1, got 1.4");
    }

    proptest! {
        #[test]
        fn no_other_spending_is_better(
            ceiling in 0.01..=1.0_f64, k in 0.001..2.0_f64, margin in 0.0..2000.0_f64,
            d in 0.0..1.0_f64, share in 0.0..3.0_f64,
        ) {
            let response = Response::new(ceiling, k).expect("in domain");
            let best = response.acquisition_spending(margin).expect("in domain");
            let first = |spending: f64| response.at(spending) * margin - spending;
            prop_assert!(first(best) >= first(best * share) - 1e-9 * margin.max(1.0));
            prop_assert!(first(best) >= first(margin * share) - 1e-9 * margin.max(1.0));
            let best = response.retention_spending(margin, d).expect("in domain");
            let later = |spending: f64| {
                let rate = response.at(spending);
                (margin * rate - spending) / (1.0 + d - rate)
            };
            prop_assert!(later(best) >= later(best * share) - 1e-9 * later(best).abs().max(1.0));
            prop_assert!(later(best) >= later(margin * share) - 1e-9 * later(best).abs().max(1.0));
        }
    }
}
