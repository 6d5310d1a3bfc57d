//! Pareto/NBD: will this customer buy again, if leaving shows at no purchase?
//!
//! A customer buys at a Poisson rate λ ~ Gamma(r, α) and leaves for good after
//! an exponential time with rate μ ~ Gamma(s, β), at any moment and not only
//! after a purchase. Lifetimes then follow a Pareto distribution.
//!
//! α and β carry the unit of time. See [`History`] for `x`, `t_x` and `T`.
//!
//! Sources: Schmittlein, Morrison and Colombo (1987), "Counting Your Customers:
//! Who Are They and What Will They Do Next?", Management Science 33(1), 1–24;
//! Fader and Hardie (2005), "A Note on Deriving the Pareto/NBD Model and Related
//! Expressions".

mod future;
mod law;
mod leaving;
mod likelihood;

pub use self::future::Future;
pub use self::likelihood::{fit, fit_weighted, log_likelihood, log_likelihood_of};

use self::leaving::log_odds_left;
use super::OutOfDomain;
use super::domain::ensure_positive;
use crate::kernel::History;
use crate::kernel::purchase_model::PurchaseModel;

/// The population: how purchase rates and lifetimes are spread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    r: f64,
    alpha: f64,
    s: f64,
    beta: f64,
}

impl Params {
    /// Checks the four parameters.
    ///
    /// # Errors
    /// One of them is not finite and positive.
    pub fn new(r: f64, alpha: f64, s: f64, beta: f64) -> Result<Self, OutOfDomain> {
        for (name, value) in [("r", r), ("alpha", alpha), ("s", s), ("beta", beta)] {
            ensure_positive(name, value)?;
        }
        Ok(Self { r, alpha, s, beta })
    }
}

impl PurchaseModel for Params {
    type Past = History;
    type Future = Future;

    /// `1 / (1 + s·I·(α+T)^(r+x)·(β+T)^s)`, with the integral I of [`leaving`];
    /// formed as a log-odds, because the powers overflow for heavy buyers.
    fn p_alive(&self, history: History) -> f64 {
        1.0 / (1.0 + log_odds_left(*self, history).exp())
    }

    fn future(&self, frequency: f64) -> Result<Future, OutOfDomain> {
        Future::new(*self, frequency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::testing::{assert_close, history};
    use proptest::prelude::*;

    /// The published estimates for CDNOW, in weeks.
    fn cdnow() -> Params {
        Params::new(0.553, 10.578, 0.606, 11.669).expect("in domain")
    }

    #[test]
    fn heavy_buyers_long_gone_keep_their_digits() {
        let steep = Params::new(10.465, 0.007_985_651_81, 3.0516, 2.820).expect("in domain");
        assert_close(steep.p_alive(history(50.0, 4.0, 37.0)), 6.732_974_871_799_163e-60, 1e-12);
        assert_close(cdnow().p_alive(history(26.0, 30.86, 31.0)), 0.997_918_731_055_08, 1e-13);
        assert_eq!(cdnow().p_alive(history(5000.0, 1.0, 500.0)).to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn a_purchase_on_the_last_day_leaves_no_doubt() {
        assert_eq!(cdnow().p_alive(history(3.0, 30.0, 30.0)).to_bits(), 1.0_f64.to_bits());
        assert_eq!(cdnow().p_alive(History::acquired()).to_bits(), 1.0_f64.to_bits());
    }

    #[test]
    fn an_impossible_parameter_names_itself_and_the_rule() {
        let error = Params::new(1.0, 1.0, 1.0, -2.0).expect_err("out of domain");
        assert_eq!(error.to_string(), "`beta` must be finite and > 0, got -2");
    }

    proptest! {
        #[test]
        fn a_longer_silence_never_raises_the_chance_of_being_alive(
            x in 0_u32..300, recent in 0.0..1.0_f64, age in 0.1..500.0_f64, more in 0.0..100.0_f64,
        ) {
            let t_x = if x == 0 { 0.0 } else { recent * age };
            let now = cdnow().p_alive(history(f64::from(x), t_x, age));
            let later = cdnow().p_alive(history(f64::from(x), t_x, age + more));
            prop_assert!((0.0..=1.0).contains(&now));
            prop_assert!(later <= now * (1.0 + 1e-10));
        }

        #[test]
        fn a_later_last_purchase_never_lowers_the_chance_of_being_alive(
            x in 1_u32..300, early in 0.0..1.0_f64, late in 0.0..1.0_f64, age in 0.1..500.0_f64,
        ) {
            let (early, late) = (early.min(late) * age, early.max(late) * age);
            let at = |t_x| cdnow().p_alive(history(f64::from(x), t_x, age));
            prop_assert!(at(early) <= at(late) * (1.0 + 1e-10));
        }
    }
}
