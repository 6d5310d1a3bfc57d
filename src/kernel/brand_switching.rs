//! What a customer is worth to each brand of a market, when customers switch.
//!
//! | symbol | argument             | meaning                                         | domain    |
//! |--------|----------------------|-------------------------------------------------|-----------|
//! | `M`    | `switching`          | from the last brand (row) to the next (column)  | rows sum to 1 |
//! | `v`    | `margin`             | contribution of one purchase                    | finite    |
//! | `d`    | `discount_rate`      | per year                                        | d ≥ 0     |
//! | `f`    | `purchases_per_year` |                                                 | f > 0     |
//!
//! ```text
//! to purchase T   CLV_j = v Σ_{t=1}^{T} q^(−t) (e M^t)_j        q = (1 + d)^(1/f)
//! for ever        CLV_j = v e (I − M/q)⁻¹ (M/q) e_j             d > 0
//! logit           M_jk = exp(u_k + inertia·1{j=k}) / Σ_l exp(u_l + inertia·1{j=l})
//! ```
//!
//! e is 1 at the last brand and 0 elsewhere.
//!
//! Source: Rust, Lemon and Zeithaml (2004), "Return on Marketing: Using Customer
//! Equity to Focus Marketing Strategy", Journal of Marketing 68(1), 109–127.

use super::amount::ensure_amount;
use super::domain::{OutOfDomain, ensure, ensure_not_negative, ensure_positive};
use super::retention::{Horizon, Periods};
use super::transition::Transitions;

/// A buyer in a market.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Buyer {
    last_brand: f64,
    margin: f64,
    /// What a purchase later is worth less: (1 + d)^(1/f).
    q: f64,
}

impl Buyer {
    /// Checks the last brand bought, counted from 1, and what purchases are worth.
    ///
    /// # Errors
    /// A number is outside the domain above.
    pub fn new(
        last_brand: f64,
        margin: f64,
        discount_rate: f64,
        purchases_per_year: f64,
    ) -> Result<Self, OutOfDomain> {
        ensure_amount("margin", margin)?;
        ensure_not_negative("discount_rate", discount_rate)?;
        ensure_positive("purchases_per_year", purchases_per_year)?;
        let q = (discount_rate.ln_1p() / purchases_per_year).exp();
        Ok(Self { last_brand, margin, q })
    }

    /// 1 at the last brand.
    fn start(&self, brands: usize) -> Result<Vec<f64>, OutOfDomain> {
        let is_last = |brand: usize| (brand as f64).total_cmp(&self.last_brand).is_eq();
        let start: Vec<f64> =
            (1..=brands).map(|brand| f64::from(u8::from(is_last(brand)))).collect();
        let found = start.iter().any(|share| *share > 0.0);
        let rule = "the number of a brand, counted from 1";
        ensure(found, "last_brand", rule, self.last_brand)?;
        Ok(start)
    }

    /// The buyer's lifetime value to each brand, over a number of purchases or
    /// for ever.
    ///
    /// # Errors
    /// The last brand is not one of the market's, or the value for ever is infinite.
    pub fn value(
        &self,
        switching: &Transitions,
        horizon: Horizon,
    ) -> Result<Vec<f64>, OutOfDomain> {
        let start = self.start(switching.size())?;
        let shares = match horizon {
            Horizon::Until(purchases) => self.discounted(switching, start, purchases),
            Horizon::Forever => {
                let rule = "> 0, or the value is infinite";
                ensure(self.q > 1.0, "discount_rate", rule, self.q - 1.0)?;
                let visits = switching.step(&switching.visits(self.q, &start));
                visits.into_iter().map(|visits| visits / self.q).collect()
            }
        };
        Ok(shares.into_iter().map(|share| self.margin * share).collect())
    }

    /// Σ_{t=1}^{T} q^(−t) e M^t, brand by brand.
    fn discounted(&self, switching: &Transitions, start: Vec<f64>, purchases: Periods) -> Vec<f64> {
        let (mut shares, mut sums) = (start, vec![0.0; switching.size()]);
        let mut purchase = 0.0;
        while purchase < purchases.0 {
            shares = switching.step(&shares).into_iter().map(|share| share / self.q).collect();
            sums.iter_mut().zip(&shares).for_each(|(sum, share)| *sum += share);
            purchase += 1.0;
        }
        sums
    }
}

/// The switching matrix of a logit model, in which the last brand has
/// `inertia` more utility than it would have otherwise.
///
/// # Errors
/// There is no brand, or a number is not finite.
pub fn logit(utilities: &[f64], inertia: f64) -> Result<Vec<Vec<f64>>, OutOfDomain> {
    ensure(!utilities.is_empty(), "utilities", "at least one number", 0.0)?;
    ensure_amount("inertia", inertia)?;
    for utility in utilities {
        ensure(utility.is_finite(), "utilities", "made of finite numbers", *utility)?;
    }
    Ok((0..utilities.len()).map(|last| choice(utilities, inertia, last)).collect())
}

/// Choice shares of those who bought `last` last.
fn choice(utilities: &[f64], inertia: f64, last: usize) -> Vec<f64> {
    let utility = |(brand, u): (usize, &f64)| if brand == last { u + inertia } else { *u };
    let with_inertia: Vec<f64> = utilities.iter().enumerate().map(utility).collect();
    let top = with_inertia.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let odds: Vec<f64> = with_inertia.iter().map(|u| (u - top).exp()).collect();
    let sum: f64 = odds.iter().sum();
    odds.into_iter().map(|odds| odds / sum).collect()
}

/// Return on an expenditure that raises customer equity: (ΔCE − E) / E.
///
/// # Errors
/// `equity_change` is not finite, or `expenditure` is not above 0.
pub fn return_on_marketing(equity_change: f64, expenditure: f64) -> Result<f64, OutOfDomain> {
    ensure_amount("equity_change", equity_change)?;
    ensure_positive("expenditure", expenditure)?;
    let roi = (equity_change - expenditure) / expenditure;
    ensure(roi.is_finite(), "expenditure", "large enough to divide by", expenditure)?;
    Ok(roi)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(got: &[f64], want: &[f64]) {
        assert_eq!(got.len(), want.len());
        for (got, want) in got.iter().zip(want) {
            assert!((got / want - 1.0).abs() < 1e-12, "got {got}, want {want}");
        }
    }

    fn market() -> Transitions {
        Transitions::new("switching", vec![vec![0.7, 0.3], vec![0.2, 0.8]]).expect("shares")
    }

    fn value(last: f64, f: f64, purchases: Option<f64>) -> Vec<f64> {
        let until = |n| Horizon::Until(Periods::new(n).expect("in domain"));
        let horizon = purchases.map_or(Horizon::Forever, until);
        let buyer = Buyer::new(last, 10.0, 0.1, f).expect("in domain");
        buyer.value(&market(), horizon).expect("finite")
    }

    #[test]
    fn the_constructed_market() {
        near(&value(1.0, 2.0, Some(20.0)), &[55.822_555_977_489_28, 70.067_878_565_940_85]);
        near(&value(1.0, 2.0, None), &[87.418_738_096_818_36, 117.462_146_720_196_79]);
        near(&value(2.0, 2.0, None)[..1], &[78.308_097_813_464_53]);
        near(&value(1.0, 1.0, Some(3.0))[..1], &[19_270.0 / 1331.0]);
    }

    #[test]
    fn shares_after_some_purchases_are_exact() {
        let mut shares = vec![1.0, 0.0];
        for want in [7.0 / 10.0, 11.0 / 20.0, 19.0 / 40.0, 7.0 / 16.0] {
            shares = market().step(&shares);
            near(&shares[..1], &[want]);
        }
    }

    #[test]
    fn inertia_keeps_and_utility_draws() {
        let even = logit(&[1.0, 1.0], 0.0).expect("finite");
        near(&even.concat(), &[0.5; 4]);
        let matrix = logit(&[0.3, -0.2, 0.9], 1.1).expect("finite");
        let want = 1.4_f64.exp() / (1.4_f64.exp() + (-0.2_f64).exp() + 0.9_f64.exp());
        near(&matrix[0][..1], &[want]);
        let far = logit(&[-900.0, 900.0], 5.0).expect("finite");
        assert!(far.concat().iter().all(|share| (0.0..=1.0).contains(share)));
        assert!(Transitions::new("switching", far).is_ok());
    }

    #[test]
    fn the_return_of_the_printed_case() {
        // 44.7 % on 70 million.
        let got = return_on_marketing(101.29, 70.0).expect("in domain");
        assert!((got - 0.447).abs() < 1e-12);
        assert!(return_on_marketing(1.0, 0.0).is_err());
    }

    #[test]
    fn a_brand_that_is_not_there_names_the_rule() {
        let buyer = Buyer::new(3.0, 10.0, 0.1, 2.0).expect("in domain");
        let error = buyer.value(&market(), Horizon::Forever).expect_err("two brands");
        assert_eq!(
            error.to_string(),
            "`last_brand` must be the number of a brand, counted from 1, got 3"
        );
        let endless = Buyer::new(1.0, 10.0, 0.0, 2.0).expect("in domain");
        let error = endless.value(&market(), Horizon::Forever).expect_err("infinite");
        assert_eq!(
            error.to_string(),
            "`discount_rate` must be > 0, or the value is infinite, got 0"
        );
    }

    proptest! {
        #[test]
        fn all_brands_together_get_every_purchase(
            stay in 0.0..=1.0_f64, come in 0.0..=1.0_f64, d in 0.05..1.0_f64, f in 0.5..4.0_f64,
        ) {
            let rows = vec![vec![stay, 1.0 - stay], vec![come, 1.0 - come]];
            let market = Transitions::new("switching", rows).expect("shares");
            let buyer = Buyer::new(1.0, 10.0, d, f).expect("in domain");
            let forever: f64 = buyer.value(&market, Horizon::Forever).expect("finite").iter().sum();
            let want = 10.0 / ((1.0 + d).powf(1.0 / f) - 1.0);
            prop_assert!((forever / want - 1.0).abs() < 1e-10, "{forever} {want}");
            let long = Periods::new(3000.0).expect("in domain");
            let finite: f64 = buyer.value(&market, Horizon::Until(long)).expect("finite").iter().sum();
            prop_assert!((forever / finite - 1.0).abs() < 1e-9);
        }
    }
}
