//! How a customer's purchases within a horizon are distributed, given that the
//! customer is alive at the cut-off.

use super::History;
use crate::kernel::OutOfDomain;
use crate::kernel::domain::ensure_not_negative;

/// The distribution of Y, the number of purchases within a horizon, of a customer
/// known to be alive at the cut-off.
pub trait Law {
    /// Probability of being alive at the end of the horizon.
    fn survival(&self) -> f64;

    /// E[Y].
    fn purchases(&self) -> f64;

    /// E[Y] and Var[Y].
    fn mean_and_variance(&self) -> [f64; 2];

    /// P(Y = n), for a whole `n`.
    fn exactly(&self, n: f64) -> f64;

    /// P(Y ≥ n), for a whole `n`.
    fn at_least(&self, n: f64) -> f64;
}

/// A distribution that includes the times of purchases.
pub trait Timed: Law {
    /// The length of the horizon.
    fn horizon(&self) -> f64;

    /// How Y = n comes about, for any `n` ≥ 1: probabilities to three digits.
    fn ways(&self, n: f64) -> Ways;
}

/// The future in models that include the times of purchases.
pub trait Dated {
    /// What happens within a time from the cut-off.
    fn dated(&self, window: Window) -> impl Timed;
}

/// The ways in which a number of purchases comes about. Purchases are spread
/// evenly over the time until the customer leaves or the horizon ends.
#[derive(Debug, Clone)]
pub struct Ways {
    /// Probability that the customer stays to the end.
    pub(in crate::kernel) stays: f64,
    /// Times of leaving, with probabilities.
    pub(in crate::kernel) leaves: Vec<(f64, f64)>,
    /// Whether the last purchase is the moment of leaving.
    pub(in crate::kernel) leaves_buying: bool,
}

/// From when, and how far, to look ahead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    pub(in crate::kernel) age: f64,
    pub(in crate::kernel) horizon: f64,
}

impl Window {
    /// What begins at the cut-off.
    ///
    /// # Errors
    /// The horizon is negative or not finite.
    pub fn after(past: History, horizon: f64) -> Result<Self, OutOfDomain> {
        ensure_not_negative("horizon", horizon)?;
        Ok(Self { age: past.age, horizon })
    }
}

/// The law of models in which a customer known to be alive has no memory: the time
/// since the last purchase says nothing more.
#[derive(Debug, Clone, Copy)]
pub struct Within<'a, F> {
    pub(in crate::kernel) future: &'a F,
    pub(in crate::kernel) window: Window,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::beta_geometric::{self, Coin};
    use crate::kernel::gamma_gamma::{self, Spend};
    use crate::kernel::lifetime_value::LifetimeValue;
    use crate::kernel::purchase_model::testing::*;
    use crate::kernel::purchase_model::{PurchaseModel, quantile};
    use crate::kernel::testing::{assert_close, history};
    use crate::kernel::{nbd, pareto_nbd};
    use proptest::prelude::*;

    /// Variance, and chances of 0, 1, 7 and 60 purchases.
    fn answers(model: &impl PurchaseModel<Past = History>) -> [f64; 5] {
        let past = history(3.0, 20.0, 20.0);
        let [first, second, third, fourth] =
            [0.0, 1.0, 7.0, 60.0].map(|n| probability(model, past, 30.0, n));
        [variance(model, past, 30.0), first, second, third, fourth]
    }

    #[test]
    fn where_hardly_anybody_leaves_all_models_are_the_one_where_nobody_does() {
        let wants = answers(&nbd::Params::new(0.5, 9.0).expect("in domain"));
        let coin = |coin| beta_geometric::Params::new(coin, 0.5, 9.0, 1e-10, 3.0);
        let pareto = pareto_nbd::Params::new(0.5, 9.0, 1e-10, 7.0).expect("in domain");
        for got in [
            answers(&coin(Coin::AfterRepeats).expect("in domain")),
            answers(&coin(Coin::AfterAll).expect("in domain")),
            answers(&pareto),
        ] {
            for (got, want) in got.into_iter().zip(wants) {
                assert_close(got, want, 1e-7);
            }
        }
    }

    /// A positive number of any size.
    fn any() -> impl Strategy<Value = f64> {
        (-6.0..5.0_f64).prop_map(|power| 10.0_f64.powf(power))
    }

    fn assert_sane<M: PurchaseModel<Past = History>>(model: &M, past: History, horizon: f64, n: f64)
    where
        M::Future: Dated,
    {
        let future = model.future(past.x).expect("in domain");
        let law = future.dated(window(past.age, horizon));
        let spend = gamma_gamma::Params::new(2.0, 0.5, 10.0).expect("in domain");
        let known = Spend::new(past.x, 7.0).expect("in domain");
        let value = LifetimeValue::new(&law, 0.01, spend);
        for p in [model.p_alive(past), law.survival(), law.exactly(n)] {
            assert!((0.0..=1.0).contains(&p), "{p}");
        }
        let [tail, less] = [n + 1.0, n].map(|n| law.at_least(n));
        assert!((0.0..=1.0).contains(&tail) && tail <= less * (1.0 + 1e-9), "{tail} {less}");
        let [_, spread] = law.mean_and_variance();
        assert!(spread.is_finite() && spread >= 0.0, "{spread}");
        let ends = [0.975, 0.5, 0.025].map(|above| {
            quantile(above, |n| Ok::<_, OutOfDomain>(law.at_least(n))).expect("in domain")
        });
        assert!(ends.is_sorted() && ends[2].is_finite(), "{ends:?}");
        let ends = [0.975, 0.5, 0.025].map(|above| value.exceeded(1.0, spend, known, above));
        assert!(ends.is_sorted() && ends[2].is_finite() && ends[0] >= 0.0, "{ends:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn numbers_of_any_size_give_chances_and_never_nothing(
            [r, alpha, first, second] in [any(), any(), any(), any()], x in 0_u32..6000,
            [age, horizon] in [any(), any()], recent in 0.0..1.0_f64, n in 0_u32..100_000,
        ) {
            let past = history(f64::from(x), if x == 0 { 0.0 } else { recent * age }, age);
            let n = f64::from(n);
            assert_sane(&nbd::Params::new(r, alpha).expect("in domain"), past, horizon, n);
            for coin in [Coin::AfterRepeats, Coin::AfterAll] {
                let params = beta_geometric::Params::new(coin, r, alpha, first, second);
                assert_sane(&params.expect("in domain"), past, horizon, n);
            }
            let params = pareto_nbd::Params::new(r, alpha, first, second);
            assert_sane(&params.expect("in domain"), past, horizon, n);
        }
    }
}
