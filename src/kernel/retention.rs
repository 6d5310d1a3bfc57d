//! What a customer is worth when the same share stays from each period to the next.
//!
//! | symbol | argument        | meaning                                       | domain    |
//! |--------|-----------------|-----------------------------------------------|-----------|
//! | `r`    | `retention`     | share that stays from one period to the next  | 0 ≤ r ≤ 1 |
//! | `i`    | `discount_rate` | per period; 0.12 is 12 % a period             | i ≥ 0     |
//! | `g`    | `growth`        | of the margin, per period                     | g > −1    |
//!
//! ```text
//! multiple               r / (1 + i − r(1 + g))
//! with the first margin  (1 + i) / (1 + i − r)
//! elasticity             d ln multiple / d ln r = 1 + r / (1 + i − r)
//! case 1                 GC Σ_{t=0}^{n} q^t − M √(1 + i)⁻¹ Σ_{t=0}^{n−1} q^t,   q = r / (1 + i)
//! ```
//!
//! Sources: Gupta and Lehmann (2003), "Customers as Assets", Journal of
//! Interactive Marketing 17(1), 9–24; Gupta, Lehmann and Stuart (2004), "Valuing
//! Customers", Journal of Marketing Research 41(1), 7–18; Berger and Nasr (1998),
//! "Customer Lifetime Value: Marketing Models and Applications", Journal of
//! Interactive Marketing 12(1), 17–30.

use super::amount::ensure_amount;
use super::domain::{OutOfDomain, ensure, ensure_not_negative, ensure_whole};

/// Amounts that come back period after period, each worth `q` of the one before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stream {
    retention: f64,
    discount_rate: f64,
    q: f64,
    /// 1 − q, which keeps its digits where q is close to 1.
    lost: f64,
}

impl Stream {
    /// Checks how many stay and what waiting costs.
    ///
    /// # Errors
    /// `retention` is not within 0 to 1, or `discount_rate` is negative or not finite.
    pub fn new(retention: f64, discount_rate: f64) -> Result<Self, OutOfDomain> {
        Self::growing(retention, discount_rate, 0.0)
    }

    /// As [`Stream::new`], where what a customer gives grows by `growth` a period.
    ///
    /// # Errors
    /// As there, or `growth` is not above −1.
    pub fn growing(retention: f64, discount_rate: f64, growth: f64) -> Result<Self, OutOfDomain> {
        ensure((0.0..=1.0).contains(&retention), "retention", "between 0 and 1", retention)?;
        ensure_not_negative("discount_rate", discount_rate)?;
        ensure(growth.is_finite() && growth > -1.0, "growth", "finite and > -1", growth)?;
        let lost = (1.0 - retention + discount_rate - retention * growth) / (1.0 + discount_rate);
        let q = retention * (1.0 + growth) / (1.0 + discount_rate);
        Ok(Self { retention, discount_rate, q, lost })
    }

    /// 1 + q + q² + …, which may be infinite.
    fn endless(&self) -> f64 {
        if self.lost > 0.0 { 1.0 / self.lost } else { f64::INFINITY }
    }

    /// The first `terms` of 1 + q + q² + …
    fn first(&self, terms: f64) -> f64 {
        match (self.q, self.lost) {
            (_, 0.0) => terms,
            (0.0, _) => terms.min(1.0),
            (q, lost) => {
                let ln_q = if q < 0.5 { q.ln() } else { (-lost).ln_1p() };
                -(terms * ln_q).exp_m1() / lost
            }
        }
    }

    /// What one unit of margin a period is worth, from one period ahead for ever; infinite where
    /// margins do not shrink.
    #[must_use]
    pub fn margin_multiple(&self) -> f64 {
        self.retention / (1.0 + self.discount_rate) * self.endless()
    }

    /// As [`Stream::margin_multiple`], with a first margin now.
    #[must_use]
    pub fn margin_multiple_with_first(&self) -> f64 {
        self.endless()
    }

    /// By how many percent the value rises where retention rises by one percent; infinite as the value.
    #[must_use]
    pub fn elasticity(&self) -> f64 {
        self.endless()
    }

    /// Margins of 1 at the ends of the next `periods`, while the customer stays.
    pub(super) fn in_arrears(&self, periods: Periods) -> f64 {
        self.q * self.first(periods.0)
    }

    /// Lifetime value where a contribution comes now and at the end of each
    /// period, and a promotion is paid in the middle of each (case 1).
    ///
    /// # Errors
    /// An amount is not finite.
    pub fn berger_nasr(
        &self,
        gross_contribution: f64,
        promotion_cost: f64,
        periods: Periods,
    ) -> Result<f64, OutOfDomain> {
        ensure_amount("gross_contribution", gross_contribution)?;
        ensure_amount("promotion_cost", promotion_cost)?;
        let contributions = gross_contribution * self.first(periods.0 + 1.0);
        let promotions = promotion_cost * self.first(periods.0);
        Ok(contributions - promotions / (1.0 + self.discount_rate).sqrt())
    }

    /// After how many periods the discounted margins have paid back what winning
    /// the customer cost. `None` where they never do.
    ///
    /// # Errors
    /// An amount is not finite.
    pub fn payback(&self, acquisition_cost: f64, margin: f64) -> Result<Option<f64>, OutOfDomain> {
        ensure_amount("acquisition_cost", acquisition_cost)?;
        ensure_amount("margin", margin)?;
        Ok(if acquisition_cost > 0.0 { self.suffices(acquisition_cost, margin) } else { Some(0.0) })
    }

    /// The first period with which margins reach a cost above 0.
    fn suffices(&self, acquisition_cost: f64, margin: f64) -> Option<f64> {
        let earned = |periods: f64| margin * self.q * self.first(periods);
        let share = acquisition_cost / margin / self.q * self.lost;
        let exact = match self.lost {
            0.0 => acquisition_cost / margin,
            _ => (-share).ln_1p() / (-self.lost).ln_1p(),
        };
        // All margins together are at most a cost that equals them up to the rounding of `lost`.
        let rounding = 4.0 * f64::EPSILON * (1.0 + 1.0 / self.lost);
        let suffice = self.lost == 0.0 || share < 1.0 - rounding;
        let reached = margin > 0.0 && self.q > 0.0 && suffice && exact.is_finite();
        // Rounding may put the exact time on the wrong side of a whole number.
        let first = (exact.round() - 1.0).max(1.0);
        let enough = acquisition_cost * (1.0 - 1e-13);
        let around = [first, first + 1.0, first + 2.0].into_iter();
        around.filter(|_| reached).find(|&periods| earned(periods) >= enough)
    }
}

/// A number of periods to look ahead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Periods(pub(super) f64);

/// How far to look ahead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Horizon {
    /// A number of periods.
    Until(Periods),
    /// Without end.
    Forever,
}

/// More periods than this are a mistake.
const MOST: f64 = 100_000.0;

impl Periods {
    /// Checks the number of periods.
    ///
    /// # Errors
    /// `periods` is not a whole number from 0 to 100,000.
    pub fn new(periods: f64) -> Result<Self, OutOfDomain> {
        Self::named("periods", periods)
    }

    /// As [`Periods::new`], with errors that speak of `name`.
    ///
    /// # Errors
    /// As there.
    pub fn named(name: &'static str, periods: f64) -> Result<Self, OutOfDomain> {
        ensure_whole(name, periods)?;
        ensure(periods <= MOST, name, "at most 100000", periods)?;
        Ok(Self(periods))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stream(retention: f64, discount_rate: f64) -> Stream {
        Stream::new(retention, discount_rate).expect("in domain")
    }

    fn near(got: f64, want: f64) {
        assert!((got - want).abs() < 1e-12 * want.abs().max(1.0), "got {got}, want {want}");
    }

    #[test]
    fn margin_multiples_are_those_of_the_table() {
        for (retention, multiples) in [
            (0.6, [6.0 / 5.0, 15.0 / 13.0, 10.0 / 9.0, 15.0 / 14.0]),
            (0.7, [7.0 / 4.0, 5.0 / 3.0, 35.0 / 22.0, 35.0 / 23.0]),
            (0.8, [8.0 / 3.0, 5.0 / 2.0, 40.0 / 17.0, 20.0 / 9.0]),
            (0.9, [9.0 / 2.0, 45.0 / 11.0, 15.0 / 4.0, 45.0 / 13.0]),
        ] {
            for (discount_rate, want) in [0.10, 0.12, 0.14, 0.16].into_iter().zip(multiples) {
                near(stream(retention, discount_rate).margin_multiple(), want);
            }
        }
    }

    #[test]
    fn variants_have_their_own_tables() {
        for (retention, grown, with_first) in [
            (0.6, 60.0 / 49.0, 28.0 / 13.0),
            (0.7, 20.0 / 11.0, 8.0 / 3.0),
            (0.8, 20.0 / 7.0, 7.0 / 2.0),
            (0.9, 36.0 / 7.0, 56.0 / 11.0),
        ] {
            let growing = Stream::growing(retention, 0.12, 0.05).expect("in domain");
            near(growing.margin_multiple(), grown);
            let level = stream(retention, 0.12);
            near(level.margin_multiple_with_first(), with_first);
        }
        near(stream(0.8, 0.12).elasticity(), 3.5);
    }

    #[test]
    fn five_points_of_retention_are_worth_a_fifth() {
        near(stream(0.80, 0.1).margin_multiple_with_first(), 11.0 / 3.0);
        near(stream(0.85, 0.1).margin_multiple_with_first(), 22.0 / 5.0);
    }

    #[test]
    fn the_first_case_of_berger_and_nasr() {
        let periods = Periods::new(10.0).expect("in domain");
        near(
            stream(0.75, 0.2).berger_nasr(260.0, 50.0, periods).expect("in domain"),
            568.783_067_433_597,
        );
        let none = Periods::new(0.0).expect("in domain");
        near(stream(0.75, 0.2).berger_nasr(260.0, 50.0, none).expect("in domain"), 260.0);
    }

    #[test]
    fn nobody_staying_and_nobody_leaving_are_limits_like_others() {
        let periods = Periods::new(7.0).expect("in domain");
        near(
            stream(0.0, 0.2).berger_nasr(260.0, 50.0, periods).expect("in domain"),
            260.0 - 50.0 / 1.2_f64.sqrt(),
        );
        near(
            stream(1.0, 0.0).berger_nasr(260.0, 50.0, periods).expect("in domain"),
            8.0 * 260.0 - 7.0 * 50.0,
        );
        let almost = stream(1.0 - 1e-15, 0.0);
        near(
            almost.berger_nasr(260.0, 50.0, periods).expect("in domain"),
            8.0 * 260.0 - 7.0 * 50.0,
        );
        near(stream(1.0, 1e-9).margin_multiple() * 1e-9, 1.0);
    }

    #[test]
    fn paying_back_takes_whole_periods() {
        for (retention, discount_rate, cost, margin, want) in [
            (1.0, 0.0, 120.0, 10.0, Some(12.0)),
            (1.0, 0.0, 121.0, 10.0, Some(13.0)),
            (0.8, 0.1, 0.0, 0.0, Some(0.0)),
            // 100 · 8/11 = 72.7, and with the second year 125.6.
            (0.8, 0.1, 72.0, 100.0, Some(1.0)),
            (0.8, 0.1, 73.0, 100.0, Some(2.0)),
            // In all it brings 266.67.
            (0.8, 0.1, 267.0, 100.0, None),
            // In all they bring the cost to the cent, and less after any number of periods.
            (0.8, 0.0, 200.0, 50.0, None),
            (0.9, 0.0, 900.0, 100.0, None),
            (0.99, 0.0, 99.0, 1.0, None),
            (0.5, 0.25, 200.0, 300.0, None),
            (0.999, 0.0, 999.0, 1.0, None),
            // 0.8ⁿ is a 2e8th at 85.66.
            (0.8, 0.0, 199.999_999, 50.0, Some(86.0)),
            (0.8, 0.1, 1.0, 0.0, None),
            (0.0, 0.1, 1.0, 5.0, None),
            (0.8, 0.1, 1.0, -5.0, None),
        ] {
            let got = stream(retention, discount_rate).payback(cost, margin);
            assert_eq!(got, Ok(want), "{retention} {discount_rate} {cost} {margin}");
        }
    }

    #[test]
    fn a_mistake_names_the_argument_and_the_rule() {
        for (error, want) in [
            (Stream::new(1.2, 0.1).expect_err("r"), "`retention` must be between 0 and 1, got 1.2"),
            (
                Stream::new(0.8, -0.1).expect_err("i"),
                "`discount_rate` must be finite and >= 0, got -0.1",
            ),
            (
                Periods::new(1.5).expect_err("periods"),
                "`periods` must be a whole number >= 0, got 1.5",
            ),
        ] {
            assert_eq!(error.to_string(), want);
        }
    }

    proptest! {
        #[test]
        fn the_closed_form_is_the_sum(
            retention in 0.0..=1.0_f64, discount_rate in 0.0..2.0_f64, periods in 0_u8..60,
        ) {
            let (q, half) = (retention / (1.0 + discount_rate), (1.0 + discount_rate).sqrt());
            let contributions: f64 = (0..=i32::from(periods)).map(|t| q.powi(t)).sum();
            let promotions: f64 = (0..i32::from(periods)).map(|t| q.powi(t)).sum();
            let want = 260.0 * contributions - 50.0 * promotions / half;
            let periods = Periods::new(f64::from(periods)).expect("in domain");
            let got = stream(retention, discount_rate).berger_nasr(260.0, 50.0, periods).expect("in domain");
            prop_assert!((got - want).abs() < 1e-11 * want.abs().max(260.0), "{got} {want}");
        }

        #[test]
        fn nothing_in_the_domain_overflows(
            retention in prop_oneof![Just(0.0), Just(1.0), Just(1e-300), 0.0..=1.0_f64],
            discount_rate in prop_oneof![Just(0.0), Just(f64::MAX), Just(1e-300), 0.0..9.0_f64],
            amount in prop_oneof![Just(1e60), Just(-1e60), Just(5e-324), -9.0..9.0_f64],
            periods in prop_oneof![Just(0_u32), Just(100_000), 0..50_u32],
        ) {
            let stream = stream(retention, discount_rate);
            let periods = Periods::new(f64::from(periods)).expect("in domain");
            let value = stream.berger_nasr(amount, -amount, periods).expect("in domain");
            prop_assert!(value.is_finite() && stream.in_arrears(periods).is_finite());
            for (cost, margin) in [(amount, 1.0), (1.0, amount), (amount, amount)] {
                let payback = stream.payback(cost, margin).expect("in domain");
                prop_assert!(payback.is_none_or(|n| n.is_finite() && n >= 0.0), "{payback:?}");
            }
            let multiple = stream.margin_multiple();
            prop_assert!(multiple >= 0.0 && (multiple.is_finite() || stream.lost <= 0.0));
        }

        #[test]
        fn the_elasticity_is_the_slope(r in 0.05..0.95_f64, i in 0.01..1.0_f64) {
            let ln = |r: f64| stream(r, i).margin_multiple().ln();
            let step: f64 = 1e-5;
            let slope = (ln(r * step.exp()) - ln(r * (-step).exp())) / (2.0 * step);
            let got = stream(r, i).elasticity();
            prop_assert!((got / slope - 1.0).abs() < 1e-6, "{got} {slope}");
        }

        #[test]
        fn payback_is_the_first_period_that_suffices(
            cost in 1.0..500.0_f64, r in 0.1..=1.0_f64, i in 0.0..0.5_f64,
        ) {
            let q = r / (1.0 + i);
            let earned = |n: u32| (1..=n).map(|t| 10.0 * q.powf(f64::from(t))).sum::<f64>();
            let want = (1..=600).find(|&n| earned(n) >= cost * (1.0 - 1e-12)).map(f64::from);
            let got = stream(r, i).payback(cost, 10.0).expect("in domain");
            // After 600 periods a long way may still be left.
            prop_assert!(got == want || (want.is_none() && got.is_none_or(|n| n > 600.0)));
        }
    }
}
