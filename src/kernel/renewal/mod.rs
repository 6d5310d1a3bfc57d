//! sBG and BdW: how long do customers with a contract stay?
//!
//! Every customer comes up for renewal once a period, and is lost there with an
//! individual probability θ ~ Beta(α, β). The share of a cohort that renews then rises from period
//! to period although nobody changes: those likely to leave leave first. Under BdW a customer's own
//! chance changes too, falling with time for c < 1 and rising for c > 1; with c = 1 it is sBG.
//!
//! ```text
//! S(t) = B(α, β+tᶜ)/B(α, β)       still there after t renewals
//! r(t) = S(t)/S(t−1)              renews the t-th time
//! ```
//!
//! A period, the time between renewals, is the unit of time.
//!
//! Sources: Fader and Hardie (2007), "How to Project Customer Retention",
//! Journal of Interactive Marketing 21(1), 76–90; Fader and Hardie (2010),
//! "Customer-Base Valuation in a Contractual Setting", Marketing Science 29(1),
//! 85–93, for the discounted values; Fader, Hardie, Liu, Davin and Steenburgh
//! (2018), "'How to Project Customer Retention' Revisited: The Role of Duration
//! Dependence", Journal of Interactive Marketing 43, 1–16, for BdW.

mod lifetime;
mod likelihood;

pub use self::likelihood::{
    Stay, fit_bdw, fit_bdw_weighted, fit_sbg, fit_sbg_weighted, log_likelihood,
};

use super::OutOfDomain;
use super::domain::{ensure, ensure_positive, ensure_whole};
use crate::kernel::maths::gamma::{ln_stays, rise};

/// The population: how the chances of being lost are spread, and how they change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    alpha: f64,
    beta: f64,
    c: f64,
}

/// More renewals than any contract will ever see.
const MOST: f64 = 1e6;

/// Checks a number of renewals.
fn check_renewals(name: &'static str, renewals: f64) -> Result<(), OutOfDomain> {
    ensure_whole(name, renewals)?;
    ensure(renewals <= MOST, name, "at most 1000000", renewals)
}

impl Params {
    /// Checks the parameters of sBG.
    ///
    /// # Errors
    /// One of them is not finite and positive.
    pub fn sbg(alpha: f64, beta: f64) -> Result<Self, OutOfDomain> {
        Self::bdw(alpha, beta, 1.0)
    }

    /// Checks the parameters of BdW.
    ///
    /// # Errors
    /// One of them is not finite and positive.
    pub fn bdw(alpha: f64, beta: f64, c: f64) -> Result<Self, OutOfDomain> {
        for (name, value) in [("alpha", alpha), ("beta", beta), ("c", c)] {
            ensure_positive(name, value)?;
        }
        Ok(Self { alpha, beta, c })
    }

    /// S(t): the share of a cohort that is still there after `renewals` renewals.
    ///
    /// # Errors
    /// `renewals` is not a whole number up to 1,000,000.
    pub fn survival(&self, renewals: f64) -> Result<f64, OutOfDomain> {
        check_renewals("renewals", renewals)?;
        Ok(self.ln_stays_between(0.0, renewals).exp())
    }

    /// r(t): of those who came to renewal number `renewal`, the share that renewed.
    ///
    /// # Errors
    /// `renewal` is not a whole number from 1 to 1,000,000.
    pub fn retention(&self, renewal: f64) -> Result<f64, OutOfDomain> {
        check_renewals("renewal", renewal)?;
        ensure(renewal >= 1.0, "renewal", "at least 1", renewal)?;
        Ok(self.ln_stays_between(renewal - 1.0, renewal).exp())
    }

    /// ln S(t)/S(s) for s ≤ t.
    fn ln_stays_between(&self, s: f64, t: f64) -> f64 {
        let (before, until) = (s.powf(self.c), t.powf(self.c));
        if until < FAR {
            return ln_stays(self.alpha, self.beta + before, until * share_since(s, t, self.c));
        }
        self.ln_stays_far(s, t)
    }

    /// The same where tᶜ may be too large for a number: with z = β + sᶜ
    ///
    /// ```text
    /// ln S(t)/S(s) = −α ln[(β + tᶜ)/z] + ln[Γ(z+α)/Γ(z)] − α ln z
    /// ```
    ///
    /// of which the second part is nothing where z is large too.
    fn ln_stays_far(&self, s: f64, t: f64) -> f64 {
        let Self { alpha, beta, c } = *self;
        let start = ln_sum(beta.ln(), c * s.ln());
        let step = c * t.ln() + share_since(s, t, c).ln();
        let growth = ln_sum(0.0, step - start);
        let z = start.exp();
        let near = if z < FAR.sqrt() { rise(z, alpha).value - alpha * start } else { 0.0 };
        near - alpha * growth
    }
}

/// From here on times are represented by their logarithms.
const FAR: f64 = 1e300;

/// 1 − (s/t)ᶜ, also where s and t are next to the same.
fn share_since(s: f64, t: f64, c: f64) -> f64 {
    if t > 0.0 { -(c * ((s - t) / t).ln_1p()).exp_m1() } else { 0.0 }
}

/// ln(eˣ + eʸ).
fn ln_sum(x: f64, y: f64) -> f64 {
    x.max(y) + (-(x - y).abs()).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::testing::assert_close;
    use proptest::prelude::*;

    /// Seven years of the published "Regular" cohort.
    pub(super) fn regular() -> Params {
        Params::sbg(0.704_077_298_473_517, 1.182_043_026_209_48).expect("in domain")
    }

    #[test]
    fn projections_match_the_reference_values() {
        for (t, want) in [
            (8.0, 22.008_496_653_4),
            (9.0, 20.441_078_661_5),
            (10.0, 19.119_019_101_8),
            (11.0, 17.986_499_242_5),
            (12.0, 17.003_745_281_2),
        ] {
            assert_close(100.0 * regular().survival(t).expect("in domain"), want, 1e-11);
        }
        for (t, want) in [
            (1.0, 0.626_706_054_084),
            (2.0, 0.756_047_143_131),
            (3.0, 0.818_822_568_616),
            (4.0, 0.855_902_586_984),
        ] {
            assert_close(regular().retention(t).expect("in domain"), want, 1e-11);
        }
    }

    #[test]
    fn everyone_is_there_at_first_and_an_impossible_question_names_the_rule() {
        let start = regular().survival(0.0).expect("in domain");
        assert_eq!(start.to_bits(), 1.0_f64.to_bits());
        for (error, want) in [
            (regular().survival(1.5), "`renewals` must be a whole number >= 0, got 1.5"),
            (regular().survival(1e7), "`renewals` must be at most 1000000, got 10000000"),
            (regular().retention(0.0), "`renewal` must be at least 1, got 0"),
            (Params::sbg(0.0, 1.0).map(|_| 0.0), "`alpha` must be finite and > 0, got 0"),
            (Params::bdw(1.0, 1.0, -1.0).map(|_| 0.0), "`c` must be finite and > 0, got -1"),
        ] {
            assert_eq!(error.expect_err("out of domain").to_string(), want);
        }
    }

    #[test]
    fn times_beyond_all_numbers_have_finite_answers() {
        // α = β = 1: S(t) = 1/(1 + tᶜ), of which nothing but a power of a ratio is left.
        let of = |c| Params::bdw(1.0, 1.0, c).expect("in domain");
        let survival = of(60.0).survival(1e6).expect("in domain");
        assert_eq!(survival.to_bits(), 0.0_f64.to_bits());
        let kept = (60.0 * (-1.0 / 999_999.0_f64).ln_1p()).exp();
        assert_close(of(60.0).retention(999_999.0).expect("in domain"), kept, 1e-12);
        assert_close(of(2000.0).del(0.1).expect("in domain"), 1.0 + 0.5 / 1.1, 1e-14);
        let kept = (400.0 * (12.0_f64 / 13.0).ln()).exp();
        assert_close(of(400.0).retention(13.0).expect("in domain"), kept, 1e-11);
        assert_close(of(400.0).derl(12.0, 0.1).expect("in domain"), kept, 1e-11);
        let nobody = of(2000.0).retention(2.0).expect("in domain");
        assert_eq!(nobody.to_bits(), 0.0_f64.to_bits());
        // S(t) = (1 + tᶜ/β)^(−α) for large β, on both sides of the largest number.
        for c in [299.0, 301.0, 306.0] {
            let params = Params::bdw(0.25, 1e300, c).expect("in domain");
            let want = |t: f64| -0.25 * ((c * t.ln() - 1e300_f64.ln()).exp()).ln_1p();
            let survival = params.survival(10.0).expect("in domain");
            assert_close(survival, want(10.0).exp(), 1e-11);
            let kept = params.retention(10.0).expect("in domain");
            assert_close(kept, (want(10.0) - want(9.0)).exp(), 1e-11);
        }
    }

    proptest! {
        #[test]
        fn survival_is_the_product_of_the_retentions_and_falls(
            alpha in 0.01..50.0_f64, beta in 0.01..50.0_f64, c in 0.05..3.0_f64, t in 1_u32..60,
        ) {
            let params = Params::bdw(alpha, beta, c).expect("in domain");
            let survival = |t| params.survival(f64::from(t)).expect("in domain");
            let retained = params.retention(f64::from(t)).expect("in domain");
            prop_assert!(retained > 0.0 && retained <= 1.0);
            prop_assert!((survival(t) - survival(t - 1) * retained).abs() < 1e-12);
        }

        #[test]
        fn who_does_not_change_is_retained_ever_better_by_a_ratio(
            alpha in 0.01..50.0_f64, beta in 0.01..50.0_f64, t in 1_u32..1000,
        ) {
            let params = Params::sbg(alpha, beta).expect("in domain");
            let t = f64::from(t);
            let want = (beta + t - 1.0) / (alpha + beta + t - 1.0);
            let got = params.retention(t).expect("in domain");
            prop_assert!((got / want - 1.0).abs() < 1e-12);
            prop_assert!(params.retention(t + 1.0).expect("in domain") > got);
        }
    }
}
