//! BG/CNBD-k and MBG/CNBD-k: will this customer buy again, and how often, if
//! purchases come more regularly than by chance?
//!
//! As [`super::beta_geometric`], but a clock ticks at a Poisson rate
//! λ ~ Gamma(r, α), and only every k-th tick is a purchase: the times between
//! purchases are Erlang-k. The larger k, the more regular the customers, and the
//! sooner a silence says something. k = 1 is BG/NBD and MBG/NBD.
//!
//! A, the shape of the tick rate given the past, is r + kx. `t_x` was the moment
//! of a tick. The ticks since then, fewer than k, are not seen; j of them have
//!
//! ```text
//! c_j = (A)_j/j! · ((T−t_x)/(α+T))ʲ         weight, given no purchase since t_x
//! λ | j ~ Gamma(A+j, α+T)
//! ```
//!
//! α carries the unit of time. See [`History`] for `x`, `t_x` and `T`.
//!
//! Sources: Reutterer, Platzer and Schröder (2021), "Leveraging Purchase
//! Regularity for Predicting Customer Behavior the Easy Way", International
//! Journal of Research in Marketing 38(1), 194–215; Platzer and Reutterer
//! (2016), "Ticking Away the Moments", Marketing Science 35(5), 779–799. What is
//! expected of a customer is exact here, not the papers' approximation.

mod future;
mod law;
mod likelihood;
mod residual;

pub use self::future::Future;
pub use self::law::Law;
pub use self::likelihood::{Spaced, fit, fit_weighted, log_likelihood};

use super::OutOfDomain;
use super::beta_geometric::Coin;
use super::domain::{ensure, ensure_positive};
use crate::kernel::History;
use crate::kernel::maths::gamma::{Rising, ln_gamma, rising};
use crate::kernel::maths::odds::Odds;
use crate::kernel::purchase_model::PurchaseModel;

/// The population: how rates and drop-out chances are spread, and how regular
/// purchases are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    coin: Coin,
    k: usize,
    r: f64,
    alpha: f64,
    a: f64,
    b: f64,
}

impl Params {
    /// Checks k and the four parameters.
    ///
    /// # Errors
    /// k is not a whole number from 1 to 100, or a parameter is not finite and
    /// positive.
    pub fn new(coin: Coin, k: f64, [r, alpha, a, b]: [f64; 4]) -> Result<Self, OutOfDomain> {
        for (name, value) in [("r", r), ("alpha", alpha), ("a", a), ("b", b)] {
            ensure_positive(name, value)?;
        }
        Ok(Self { coin, k: ticks_per_purchase(k)?, r, alpha, a, b })
    }

    /// ln S₁.
    fn left(&self, History { x, t_x, age }: History) -> f64 {
        let tosses = self.coin.tosses(x);
        if tosses == 0.0 {
            return f64::NEG_INFINITY;
        }
        let last = (self.a / (self.b + (tosses - 1.0))).ln();
        last + self.shape(x) * ((age - t_x) / (self.alpha + t_x)).ln_1p()
    }

    /// ln `c_j` for each j < k.
    fn weights(&self, History { x, t_x, age }: History) -> Vec<f64> {
        let silence = ((age - t_x) / (self.alpha + age)).ln();
        phases(self.shape(x), self.k)
            .iter()
            .enumerate()
            .map(|(j, phase)| phase.value + times(j, silence))
            .collect()
    }

    /// A, the shape of the tick rate given `x` purchases.
    fn shape(&self, x: f64) -> f64 {
        self.r + self.k as f64 * x
    }
}

impl PurchaseModel for Params {
    type Past = History;
    type Future = Future;

    /// ```text
    /// S₂/(S₁+S₂),  S₂ = Σ c_j over j < k
    /// S₁ = a/(b+n−1) · ((α+T)/(α+t_x))^A       n tosses: x or x + 1; 0 if none
    /// ```
    fn p_alive(&self, history: History) -> f64 {
        let weights = self.weights(history);
        let top = weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let stayed = top + weights.iter().map(|weight| (weight - top).exp()).sum::<f64>().ln();
        Odds::new(self.left(history) - stayed).stayed
    }

    fn future(&self, frequency: f64) -> Result<Future, OutOfDomain> {
        Future::new(*self, frequency)
    }
}

/// The most regular purchases that are modelled: a hundred ticks of the clock
/// leave a tenth of the spread of the times between them.
const MOST_TICKS: f64 = 100.0;

/// Checks k.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked the line before"
)]
fn ticks_per_purchase(k: f64) -> Result<usize, OutOfDomain> {
    let holds = (1.0..=MOST_TICKS).contains(&k) && k.fract() == 0.0;
    ensure(holds, "k", "a whole number from 1 to 100", k)?;
    Ok(k as usize)
}

/// ln((A)_j/j!) for each j < k, with its derivatives by A.
fn phases(shape: f64, k: usize) -> Vec<Rising> {
    let mut phases = rising(shape, (0..k).map(|j| j as f64));
    for (j, phase) in phases.iter_mut().enumerate() {
        phase.value -= ln_gamma(j as f64 + 1.0);
    }
    phases
}

/// j·ln(share), where nothing to the power of zero is one.
fn times(j: usize, log: f64) -> f64 {
    if j == 0 { 0.0 } else { j as f64 * log }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::beta_geometric;
    use crate::kernel::testing::{assert_close, history};
    use proptest::prelude::*;

    const BEST: [f64; 4] = [0.58, 2.29, 1.13, 1.58];

    fn params(coin: Coin, k: f64) -> Params {
        Params::new(coin, k, BEST).expect("in domain")
    }

    #[test]
    fn one_tick_per_purchase_is_the_model_without_a_clock() {
        for coin in [Coin::AfterRepeats, Coin::AfterAll] {
            let [r, alpha, a, b] = BEST;
            let plain = beta_geometric::Params::new(coin, r, alpha, a, b).expect("in domain");
            for past in
                [history(0.0, 0.0, 30.0), history(3.0, 12.0, 30.0), history(9.0, 30.0, 30.0)]
            {
                assert_close(params(coin, 1.0).p_alive(past), plain.p_alive(past), 1e-13);
            }
        }
    }

    #[test]
    fn the_chance_of_being_alive_is_the_share_of_the_ways_written_out() {
        // k = 2, x = 3, t_x = 12, T = 30.
        let [r, alpha, a, b] = BEST;
        let shape = r + 6.0;
        let stayed = (alpha + 30.0).powf(-shape) * (1.0 + shape * 18.0 / (alpha + 30.0));
        let left = a / (b + 3.0) * (alpha + 12.0).powf(-shape);
        let got = params(Coin::AfterAll, 2.0).p_alive(history(3.0, 12.0, 30.0));
        assert_close(got, stayed / (stayed + left), 1e-13);
    }

    #[test]
    fn the_more_regular_customers_are_the_more_a_silence_says() {
        let at = |k| params(Coin::AfterAll, k).p_alive(history(5.0, 10.0, 20.0));
        assert!(at(1.0) > at(2.0) && at(2.0) > at(3.0) && at(3.0) > at(8.0));
        let gone = params(Coin::AfterAll, 100.0).p_alive(history(1000.0, 10.0, 100.0));
        assert_eq!(gone.to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn an_impossible_parameter_names_itself_and_the_rule() {
        for (k, want) in [
            (0.0, "`k` must be a whole number from 1 to 100, got 0"),
            (1.5, "`k` must be a whole number from 1 to 100, got 1.5"),
            (101.0, "`k` must be a whole number from 1 to 100, got 101"),
            (f64::NAN, "`k` must be a whole number from 1 to 100, got NaN"),
        ] {
            let error = Params::new(Coin::AfterAll, k, BEST).expect_err("out of domain");
            assert_eq!(error.to_string(), want);
        }
        let error = Params::new(Coin::AfterAll, 2.0, [1.0, 0.0, 1.0, 1.0]).expect_err("domain");
        assert_eq!(error.to_string(), "`alpha` must be finite and > 0, got 0");
    }

    proptest! {
        #[test]
        fn a_longer_silence_never_raises_the_chance_of_being_alive(
            k in 1_u32..12, x in 0_u32..300, share in 0.0..1.0_f64, age in 0.1..500.0_f64,
            more in 0.0..100.0_f64,
        ) {
            let model = params(Coin::AfterAll, f64::from(k));
            let t_x = if x == 0 { 0.0 } else { share * age };
            let now = model.p_alive(history(f64::from(x), t_x, age));
            let later = model.p_alive(history(f64::from(x), t_x, age + more));
            prop_assert!((0.0..=1.0).contains(&now) && later <= now * (1.0 + 1e-12));
        }
    }
}
