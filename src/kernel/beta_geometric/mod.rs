//! BG/NBD and MBG/NBD: will this customer buy again, and how often?
//!
//! A customer buys at a Poisson rate λ ~ Gamma(r, α), and now and then tosses a
//! coin whether to leave for good, which falls that way with probability
//! p ~ Beta(a, b). Four population parameters and three numbers per customer
//! then give everything in closed form, without simulation.
//!
//! The two models differ in when the coin is tossed, see [`Coin`], and in
//! nothing else: wherever BG/NBD has the number of tosses that fell on staying,
//! MBG/NBD has one more.
//!
//! α carries the unit of time. See [`History`] for `x`, `t_x` and `T`.
//!
//! Sources: Fader, Hardie and Lee (2005), "'Counting Your Customers' the Easy
//! Way", Marketing Science 24(2), 275–284; its numerically stable form is in
//! Fader and Hardie (2013), "Overcoming the BG/NBD Model's #NUM! Error Problem".
//! Batislam, Denizel and Filiztekin (2007), "Empirical Validation and Comparison
//! of Models for Customer Base Analysis", International Journal of Research in
//! Marketing 24(3), 201–209, for the toss at the first purchase.

mod future;
mod law;
mod likelihood;

pub use self::future::Future;
pub(super) use self::likelihood::{add_coins, ranges, starts};
pub use self::likelihood::{fit, fit_weighted, log_likelihood, log_likelihood_of};

use super::OutOfDomain;
use super::domain::ensure_positive;
use crate::kernel::History;
use crate::kernel::purchase_model::PurchaseModel;

/// When customers toss their coin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coin {
    /// After each repeat purchase: BG/NBD. Who bought once cannot have left.
    AfterRepeats,
    /// After each purchase, the first included: MBG/NBD.
    AfterAll,
}

impl Coin {
    /// How many tosses a customer with `x` repeat purchases has made.
    pub(super) fn tosses(self, x: f64) -> f64 {
        match self {
            Self::AfterRepeats => x,
            Self::AfterAll => x + 1.0,
        }
    }
}

/// The population: how purchase rates and drop-out chances are spread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    coin: Coin,
    r: f64,
    alpha: f64,
    a: f64,
    b: f64,
}

impl Params {
    /// Checks the four parameters.
    ///
    /// # Errors
    /// One of them is not finite and positive.
    pub fn new(coin: Coin, r: f64, alpha: f64, a: f64, b: f64) -> Result<Self, OutOfDomain> {
        for (name, value) in [("r", r), ("alpha", alpha), ("a", a), ("b", b)] {
            ensure_positive(name, value)?;
        }
        Ok(Self { coin, r, alpha, a, b })
    }
}

impl PurchaseModel for Params {
    type Past = History;
    type Future = Future;

    /// With k tosses of the coin, k = x or x + 1:
    ///
    /// ```text
    /// k = 0   1, because nobody leaves without tossing
    /// k > 0   1 / (1 + a/(b+k−1) · ((α+T)/(α+t_x))^(r+x))
    /// ```
    ///
    /// The power overflows for heavy buyers, so it is formed as a log-odds.
    fn p_alive(&self, history: History) -> f64 {
        1.0 / (1.0 + log_odds_left(*self, history).exp())
    }

    fn future(&self, frequency: f64) -> Result<Future, OutOfDomain> {
        Future::new(*self, frequency)
    }
}

/// Logarithm of the odds that the customer has left: −∞ where that cannot be.
fn log_odds_left(params: Params, History { x, t_x, age }: History) -> f64 {
    let Params { coin, r, alpha, a, b } = params;
    let tosses = coin.tosses(x);
    if tosses == 0.0 {
        return f64::NEG_INFINITY;
    }
    (a / (b + (tosses - 1.0))).ln() + (r + x) * ((age - t_x) / (alpha + t_x)).ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The published estimates for CDNOW, in weeks, of both models.
    fn both() -> impl Strategy<Value = Params> {
        prop_oneof![
            Just(cdnow()),
            Just(Params::new(Coin::AfterAll, 0.525, 6.183, 0.891, 1.614).expect("in domain")),
        ]
    }

    fn cdnow() -> Params {
        Params::new(Coin::AfterRepeats, 0.243, 4.414, 0.793, 2.426).expect("in domain")
    }

    fn history(x: f64, t_x: f64, age: f64) -> History {
        History::new(x, t_x, age).expect("in domain")
    }

    #[test]
    fn p_alive_matches_the_reference_values() {
        let age = 272.0 / 7.0;
        for (x, t_x, age, want) in [
            (0.0, 0.0, age, 1.0),
            (1.0, 12.0 / 7.0, age, 0.212_260_062_554_613_3),
            (2.0, 213.0 / 7.0, age, 0.726_589_721_835_494_8),
            (2.0, 30.43, 38.86, 0.726_578_570_080_673),
            (7.0, 206.0 / 7.0, age, 0.641_796_002_248_666_5),
            (29.0, 265.0 / 7.0, age, 0.950_897_194_094_930_8),
            (1.0, 180.0 / 7.0, 27.0, 0.743_879_666_137_795_8),
            (20.0, 5.0, age, 1.052_483_762_323_739e-12),
        ] {
            let got = cdnow().p_alive(history(x, t_x, age));
            assert!((got / want - 1.0).abs() < 1e-13, "x={x} t_x={t_x}: got {got}, want {want}");
        }
    }

    #[test]
    fn a_heavy_buyer_long_gone_is_dead_without_overflow() {
        let params = Params::new(
            Coin::AfterRepeats,
            0.242_594_522_430_157,
            4.413_602_019_013_51,
            0.792_922_017_225_765,
            2.425_906_776_827,
        )
        .expect("in domain");
        assert_eq!(params.p_alive(history(1000.0, 10.0, 100.0)).to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn an_impossible_parameter_names_itself_and_the_rule() {
        let error = Params::new(Coin::AfterAll, 1.0, 0.0, 1.0, 1.0).expect_err("out of domain");
        assert_eq!(error.to_string(), "`alpha` must be finite and > 0, got 0");
    }

    #[test]
    fn who_bought_once_may_have_left_only_where_the_first_purchase_has_a_toss() {
        let [repeats, all] = [Coin::AfterRepeats, Coin::AfterAll]
            .map(|coin| Params::new(coin, 0.5, 6.0, 0.9, 1.6).expect("in domain"));
        assert_eq!(repeats.p_alive(history(0.0, 0.0, 20.0)).to_bits(), 1.0_f64.to_bits());
        assert!(all.p_alive(history(0.0, 0.0, 20.0)) < 0.5);
        let fresh = all.p_alive(History::acquired());
        assert!((fresh - 1.6 / 2.5).abs() < 1e-15, "the mean of the Beta distribution: {fresh}");
    }

    proptest! {
        #[test]
        fn a_longer_silence_never_raises_the_chance_of_being_alive(
            model in both(), x in 0_u32..300, recent in 0.0..1.0_f64, age in 0.1..500.0_f64, more in 0.0..100.0_f64,
        ) {
            let x = f64::from(x);
            let t_x = if x == 0.0 { 0.0 } else { recent * age };
            let now = model.p_alive(history(x, t_x, age));
            let later = model.p_alive(history(x, t_x, age + more));
            prop_assert!((0.0..=1.0).contains(&now));
            prop_assert!(later <= now);
        }

        #[test]
        fn a_later_last_purchase_never_lowers_the_chance_of_being_alive(
            model in both(), x in 1_u32..300, early in 0.0..1.0_f64, late in 0.0..1.0_f64, age in 0.1..500.0_f64,
        ) {
            let (early, late) = (early.min(late) * age, early.max(late) * age);
            let x = f64::from(x);
            let before = model.p_alive(history(x, early, age));
            prop_assert!(before <= model.p_alive(history(x, late, age)));
        }
    }
}
