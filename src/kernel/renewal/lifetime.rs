//! How many periods of a contract are still to be paid for, discounted.
//!
//! ```text
//! DEL(d)      = Σ S(t)/(1+d)ᵗ,  t ≥ 0                       of a new customer
//! DERL(d, n)  = Σ S(t)/S(n) · (1+d)^(n+1−t),  t > n         before renewal n+1
//! ```
//!
//! With c = 1 the sums are averages over the chance θ of being lost, of a ratio:
//! of customers who have renewed n times θ ~ Beta(α, β+n), and each is worth
//! (1−θ)(1+d)/(d+θ). Otherwise they are added up term by term; as S falls, the
//! terms from t on are no more than S(t)(1+d)^(1−t)/d together, which says when
//! to stop. A sum too long for that goes over into an integral (Euler–Maclaurin
//! from the middle between two terms), when the next term of the expansion is
//! below 1e-12.

use std::sync::LazyLock;

use super::{Params, check_renewals};
use crate::kernel::OutOfDomain;
use crate::kernel::domain::ensure_positive;
use crate::kernel::maths::beta::Rule;
use crate::kernel::maths::panels::panels;

/// Terms that are added up one by one.
const TERMS: u32 = 1024;
/// What adds less than this, as a share, does not show.
const NEGLIGIBLE: f64 = 1e-17;
/// 16 nodes on (0, 1) and their weights.
static NODES: LazyLock<Vec<(f64, f64)>> =
    LazyLock::new(|| Rule::gauss_jacobi(1.0, 1.0, 16).nodes().collect());

impl Params {
    /// Discounted expected lifetime of a new customer: periods to be paid for at
    /// their start, the first now, that after t periods divided by
    /// (1 + `discount_rate`)ᵗ.
    ///
    /// # Errors
    /// The rate is not positive: without discounting the sum need not be finite.
    pub fn del(&self, discount_rate: f64) -> Result<f64, OutOfDomain> {
        ensure_positive("discount_rate", discount_rate)?;
        Ok(1.0 + self.coming(0.0, discount_rate) / (1.0 + discount_rate))
    }

    /// Discounted expected residual lifetime of a customer who has renewed
    /// `renewals` times and is about to come up again: that renewal counts in
    /// full if it is made, the next divided by 1 + `discount_rate`, and so on.
    ///
    /// # Errors
    /// `renewals` is not a whole number up to 1,000,000, or the rate is not positive.
    pub fn derl(&self, renewals: f64, discount_rate: f64) -> Result<f64, OutOfDomain> {
        check_renewals("renewals", renewals)?;
        ensure_positive("discount_rate", discount_rate)?;
        Ok(self.coming(renewals, discount_rate))
    }

    fn coming(&self, renewals: f64, rate: f64) -> f64 {
        if self.c.to_bits() != 1.0_f64.to_bits() {
            return Residual { params: *self, renewals, log: rate.ln_1p() }.sum(rate);
        }
        let chance = Rule::double_exponential(self.alpha, self.beta + renewals);
        (1.0 + rate) * chance.mean(|theta| (1.0 - theta) / (rate + theta))
    }
}

/// The sum of DERL.
struct Residual {
    params: Params,
    renewals: f64,
    /// ln(1+d).
    log: f64,
}

impl Residual {
    fn sum(&self, rate: f64) -> f64 {
        let most = (1.0 + rate) / rate;
        let mut sum = 0.0;
        for i in 0..TERMS {
            let term = self.term(f64::from(i));
            sum += term;
            if term * most <= NEGLIGIBLE * sum {
                return sum;
            }
        }
        sum + self.integral(f64::from(TERMS) - 0.5)
    }

    /// The i-th term from 0, for any i.
    fn term(&self, i: f64) -> f64 {
        let t = self.renewals + 1.0 + i;
        let stayed = self.params.ln_stays_between(self.renewals, t);
        (stayed - i * self.log).exp()
    }

    /// All terms from the one after `from`.
    fn integral(&self, from: f64) -> f64 {
        let (scale, rate) = (from + self.renewals, self.log * (from + self.renewals));
        let area: f64 = panels(rate, 0.5_f64.min(1.0 / self.params.c))
            .map(|(start, end)| {
                let width = end - start;
                let at = |share: f64| self.term(from + scale * (start + share * width));
                NODES.iter().map(|(share, weight)| weight * width * at(*share)).sum::<f64>()
            })
            .sum();
        let slope = self.term(from + 0.5) - self.term(from - 0.5);
        scale * area + slope / 24.0
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::regular;
    use super::*;
    use crate::kernel::testing::assert_close;
    use proptest::prelude::*;

    #[test]
    fn the_reference_values_come_out() {
        assert_close(regular().del(0.1).expect("in domain"), 3.694_908_427_512_111, 1e-12);
        for (renewals, want) in [
            (0.0, 2.964_399_270_263_322),
            (1.0, 4.103_139_775_083_836),
            (4.0, 5.894_095_361_380_857),
        ] {
            assert_close(regular().derl(renewals, 0.1).expect("in domain"), want, 1e-12);
        }
    }

    #[test]
    fn the_series_and_its_integral_agree_with_the_average() {
        let Params { alpha, beta, .. } = regular();
        for (alpha, beta) in [(alpha, beta), (0.05, 3.0), (8.0, 400.0)] {
            let sbg = Params::sbg(alpha, beta).expect("in domain");
            for rate in [2.0_f64, 0.1, 0.005, 1e-4, 1e-6] {
                for renewals in [0.0, 3.0, 500.0] {
                    let series = Residual { params: sbg, renewals, log: rate.ln_1p() }.sum(rate);
                    assert_close(series, sbg.derl(renewals, rate).expect("in domain"), 1e-10);
                }
            }
        }
    }

    #[test]
    fn a_change_of_the_chances_changes_the_lifetime_gradually() {
        let at = |c| Params::bdw(0.7, 1.2, c).expect("in domain").derl(2.0, 0.08).expect("domain");
        assert!(at(0.5) > at(0.9) && at(0.9) > at(1.0) && at(1.0) > at(1.1) && at(1.1) > at(2.0));
        assert_close(at(1.0 + 1e-9), at(1.0), 1e-8);
    }

    #[test]
    fn a_long_series_agrees_with_all_its_terms() {
        for c in [0.4, 0.8, 1.3, 2.5] {
            let params = Params::bdw(0.6, 5.0, c).expect("in domain");
            let residual = Residual { params, renewals: 2.0, log: 0.002_f64.ln_1p() };
            let all: f64 = (0..25_000).rev().map(|i| residual.term(f64::from(i))).sum();
            assert_close(residual.sum(0.002), all, 1e-12);
        }
    }

    #[test]
    fn an_impossible_question_names_the_argument_and_the_rule() {
        for (error, want) in [
            (regular().del(0.0), "`discount_rate` must be finite and > 0, got 0"),
            (regular().derl(1.0, -0.1), "`discount_rate` must be finite and > 0, got -0.1"),
            (regular().derl(0.5, 0.1), "`renewals` must be a whole number >= 0, got 0.5"),
        ] {
            assert_eq!(error.expect_err("out of domain").to_string(), want);
        }
    }

    proptest! {
        #[test]
        fn a_new_customer_pays_now_and_then_is_about_to_renew(
            alpha in 0.01..20.0_f64, beta in 0.01..20.0_f64, c in 0.1..3.0_f64, rate in 0.001..2.0_f64,
        ) {
            let params = Params::bdw(alpha, beta, c).expect("in domain");
            let (new, residual) = (params.del(rate), params.derl(0.0, rate));
            let (new, residual) = (new.expect("in domain"), residual.expect("in domain"));
            prop_assert!((new - 1.0 - residual / (1.0 + rate)).abs() < 1e-12 * new);
            prop_assert!(residual > 0.0 && residual <= (1.0 + rate) / rate);
            // The first renewal, and what it is worth to be there for the second.
            let first = params.survival(1.0).expect("in domain");
            let then = params.derl(1.0, rate).expect("in domain");
            prop_assert!((residual / (first * (1.0 + then / (1.0 + rate))) - 1.0).abs() < 1e-10);
        }
    }
}
