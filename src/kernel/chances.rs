//! What a customer's future may turn out to be, beyond what it is on average.
//!
//! As in [`super::outlook`], all answers are conditional on being alive at the
//! cut-off, and depend on frequency and age only. The probability of at least n
//! purchases is a sum of positive terms in every model, so tails keep their
//! digits, and a quantile is found by asking for a few of them.

use super::OutOfDomain;
use super::domain::{ensure, ensure_not_negative, ensure_whole};
use super::outlook::Foresight;

/// From when, and how far, to look ahead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ahead {
    pub(super) age: f64,
    pub(super) horizon: f64,
}

impl Ahead {
    /// Checks both times.
    ///
    /// # Errors
    /// A time is negative or not finite.
    pub fn new(age: f64, horizon: f64) -> Result<Self, OutOfDomain> {
        ensure_not_negative("age", age)?;
        ensure_not_negative("horizon", horizon)?;
        Ok(Self { age, horizon })
    }
}

/// The future of customers known to be alive, with Y the number of purchases
/// within the horizon.
pub trait Chances: Foresight {
    /// P(alive at T+t | alive at T), t = `horizon`.
    fn survival(&self, ahead: Ahead) -> f64;

    /// Var[Y].
    fn variance(&self, ahead: Ahead) -> f64;

    /// P(Y = n), for a whole `n`.
    fn exactly(&self, ahead: Ahead, n: f64) -> f64;

    /// P(Y ≥ n), for a whole `n`.
    fn at_least(&self, ahead: Ahead, n: f64) -> f64;

    /// How Y = n comes about, for any `n` ≥ 1.
    fn ways(&self, ahead: Ahead, n: f64) -> Ways;
}

/// The ways in which a number of purchases comes about. Purchases are spread
/// evenly over the time until the customer leaves or the horizon ends.
#[derive(Debug, Clone)]
pub struct Ways {
    /// Probability that the customer stays to the end.
    pub(super) stays: f64,
    /// Times of leaving, with probabilities.
    pub(super) leaves: Vec<(f64, f64)>,
    /// Whether the last purchase is the moment of leaving.
    pub(super) leaves_buying: bool,
}

/// Of a mean and variance, those of what comes true with probability `p`, and
/// is 0 otherwise.
#[must_use]
pub fn perhaps_variance(p: f64, mean: f64, variance: f64) -> f64 {
    p * (variance + (1.0 - p) * mean * mean)
}

/// Passes for a number of purchases.
///
/// # Errors
/// `n` is not a whole number.
pub fn check_purchases(n: f64) -> Result<(), OutOfDomain> {
    ensure_whole("n", n)
}

/// An end of an interval with equal tails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Below it lies (1 − level)/2.
    Lower,
    /// Above it lies (1 − level)/2.
    Upper,
}

impl End {
    /// The probability that lies above this end.
    ///
    /// # Errors
    /// `level` is not between 0 and 1.
    pub fn above(self, level: f64) -> Result<f64, OutOfDomain> {
        ensure(level > 0.0 && level < 1.0, "level", "between 0 and 1, both excluded", level)?;
        Ok(match self {
            Self::Lower => 0.5 * (1.0 + level),
            Self::Upper => 0.5 * (1.0 - level),
        })
    }
}

/// The least n for which P(Y > n) ≤ `above`, where `at_least` gives P(Y ≥ n). NaN
/// where that has no value, and beyond [`MOST_PURCHASES`].
///
/// # Errors
/// What `at_least` finds.
pub fn quantile<E>(above: f64, mut at_least: impl FnMut(f64) -> Result<f64, E>) -> Result<f64, E> {
    let mut enough =
        |n: f64| at_least(n + 1.0).map(|chance| (!chance.is_nan()).then_some(chance <= above));
    match enough(0.0)? {
        Some(true) => return Ok(0.0),
        Some(false) => {}
        None => return Ok(f64::NAN),
    }
    let (mut low, mut high) = (0.0, 1.0);
    while enough(high)? == Some(false) {
        (low, high) = (high, 2.0 * high);
        if high > MOST_PURCHASES {
            return Ok(f64::NAN);
        }
    }
    while high - low > 1.0 {
        let middle = f64::midpoint(low, high).floor();
        match enough(middle)? {
            Some(true) => high = middle,
            Some(false) => low = middle,
            None => return Ok(f64::NAN),
        }
    }
    Ok(if enough(high)?.is_some() { high } else { f64::NAN })
}

/// From here on whole numbers are not told apart.
pub(super) const MOST_PURCHASES: f64 = 4_503_599_627_370_496.0;

/// The questions as the tests of all models put them.
#[cfg(test)]
pub(super) mod testing {
    use super::*;
    use crate::kernel::cells::testing::assert_close;
    use crate::kernel::history::History;
    use crate::kernel::outlook::Outlook;

    pub(in crate::kernel) fn ahead(age: f64, horizon: f64) -> Ahead {
        Ahead::new(age, horizon).expect("in domain")
    }

    /// Var[Y(t)] of a customer with this past.
    pub(in crate::kernel) fn variance<M: Outlook>(model: &M, past: History, horizon: f64) -> f64
    where
        M::Future: Chances,
    {
        let future = model.future(past.x).expect("in domain");
        let ahead = ahead(past.age, horizon);
        let mean = future.purchases(past.age, horizon).expect("in domain");
        perhaps_variance(model.p_alive(past), mean, future.variance(ahead))
    }

    /// P(Y(t) = n) of a customer with this past.
    pub(in crate::kernel) fn probability<M: Outlook>(
        model: &M,
        past: History,
        horizon: f64,
        n: f64,
    ) -> f64
    where
        M::Future: Chances,
    {
        let future = model.future(past.x).expect("in domain");
        let p = model.p_alive(past);
        let left = if n == 0.0 { 1.0 - p } else { 0.0 };
        left + p * future.exactly(ahead(past.age, horizon), n)
    }

    /// A history `(x, t_x, T)` and its variance over 39.
    pub(in crate::kernel) fn assert_variances<M: Outlook>(
        model: &M,
        cases: &[((f64, f64, f64), f64)],
    ) where
        M::Future: Chances,
    {
        for &((x, t_x, age), want) in cases {
            let past = History::new(x, t_x, age).expect("in domain");
            assert_close(variance(model, past, 39.0), want, 1e-11);
        }
    }

    /// That the probabilities make up a distribution with the right mean and
    /// variance, each tail what is left of it.
    pub(in crate::kernel) fn assert_distribution(future: &impl Chances, age: f64, horizon: f64) {
        let ahead = ahead(age, horizon);
        let mean = future.purchases(age, horizon).expect("in domain");
        let (mut total, mut first, mut second, mut n) = (0.0, 0.0, 0.0, 0.0);
        while n < 20_000.0 {
            let tail = future.at_least(ahead, n);
            assert!((1.0 - total - tail).abs() < 1e-11, "tail at {n}: {tail} and {total}");
            if tail * (1.0 + n * n) < 1e-13 {
                break;
            }
            let chance = future.exactly(ahead, n);
            assert!(chance >= 0.0, "{chance} at {n}");
            let ways = future.ways(ahead, n.max(1.0));
            let leaves: f64 = ways.leaves.iter().map(|(_, weight)| weight).sum();
            let whole = if n == 0.0 { future.exactly(ahead, 1.0) } else { chance };
            assert!((ways.stays + leaves - whole).abs() < 1e-12, "{ways:?} at {n}");
            total += chance;
            first += chance * n;
            second += chance * n * n;
            n += 1.0;
        }
        assert_close(total, 1.0, 1e-11);
        assert_close(first, mean, 1e-9);
        assert_close(second - first * first, future.variance(ahead), 1e-8);
    }
}

#[cfg(test)]
mod tests {
    use super::testing::*;
    use super::*;
    use crate::kernel::beta_geometric::{self, Coin};
    use crate::kernel::cells::testing::{assert_close, history};
    use crate::kernel::gamma_gamma::{self, Spend};
    use crate::kernel::history::History;
    use crate::kernel::lifetime_value::Worth;
    use crate::kernel::outlook::Outlook;
    use crate::kernel::{nbd, pareto_nbd};
    use proptest::prelude::*;

    /// Variance, and chances of 0, 1, 7 and 60 purchases.
    fn answers<M: Outlook<Future: Chances>>(model: &M) -> [f64; 5] {
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

    #[test]
    fn a_quantile_is_the_least_number_that_is_enough() {
        // P(Y ≥ n) = 2⁻ⁿ.
        for (above, want) in [(0.6, 0.0), (0.5, 0.0), (0.49, 1.0), (0.25, 1.0), (1e-3, 9.0)] {
            let got = quantile(above, |n| Ok::<_, OutOfDomain>(0.5_f64.powf(n)));
            assert_eq!(got.map(f64::to_bits), Ok(f64::to_bits(want)), "{above}");
        }
        for without_end in [1.0, f64::NAN] {
            let got = quantile(0.5, |_| Ok::<_, OutOfDomain>(without_end));
            assert!(got.is_ok_and(f64::is_nan), "{without_end}");
        }
        let error = End::Upper.above(1.0).expect_err("out of domain");
        assert_eq!(error.to_string(), "`level` must be between 0 and 1, both excluded, got 1");
    }

    /// A positive number of any size.
    fn any() -> impl Strategy<Value = f64> {
        (-6.0..5.0_f64).prop_map(|power| 10.0_f64.powf(power))
    }

    fn assert_sane<M: Outlook<Future: Chances>>(model: &M, past: History, soon: Ahead, n: f64) {
        let future = model.future(past.x).expect("in domain");
        let spend = gamma_gamma::Params::new(2.0, 0.5, 10.0).expect("in domain");
        let known = Spend::new(past.x, 7.0).expect("in domain");
        let worth = Worth::new(&future, soon, 0.01, spend);
        for p in [model.p_alive(past), future.survival(soon), future.exactly(soon, n)] {
            assert!((0.0..=1.0).contains(&p), "{p}");
        }
        let [tail, less] = [n + 1.0, n].map(|n| future.at_least(soon, n));
        assert!((0.0..=1.0).contains(&tail) && tail <= less * (1.0 + 1e-9), "{tail} {less}");
        let spread = future.variance(soon);
        assert!(spread.is_finite() && spread >= 0.0, "{spread}");
        let ends = [0.975, 0.5, 0.025].map(|above| {
            quantile(above, |n| Ok::<_, OutOfDomain>(future.at_least(soon, n))).expect("in domain")
        });
        assert!(ends.is_sorted() && ends[2].is_finite(), "{ends:?}");
        let ends = [0.975, 0.5, 0.025].map(|above| worth.exceeded(1.0, spend, known, above));
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
            let (soon, n) = (ahead(age, horizon), f64::from(n));
            assert_sane(&nbd::Params::new(r, alpha).expect("in domain"), past, soon, n);
            for coin in [Coin::AfterRepeats, Coin::AfterAll] {
                let params = beta_geometric::Params::new(coin, r, alpha, first, second);
                assert_sane(&params.expect("in domain"), past, soon, n);
            }
            let params = pareto_nbd::Params::new(r, alpha, first, second);
            assert_sane(&params.expect("in domain"), past, soon, n);
        }
    }
}
