//! What a customer known to be alive will do next.
//!
//! ```text
//! p | alive ~ Beta(α+x, β+n−x),  θ | alive ~ Beta(γ, δ+n)
//! eᵢ = E[(1−θ)ⁱ]                            alive at the i-th opportunity to come
//! E[Y(m)]   = E[p] Σ eᵢ,  i ≤ m
//! DERT(d)   = E[p] Σ eᵢ/(1+d)ⁱ = E[p] E[(1−θ)/(d+θ)]
//! ```
//!
//! These are the paper's closed forms before they are summed, where they divide
//! by γ − 1. A past without opportunities is that of a new customer.

use super::{MOST, Params, Record};
use crate::kernel::OutOfDomain;
use crate::kernel::beta::Rule;
use crate::kernel::domain::{ensure, ensure_positive, ensure_whole};
use crate::kernel::gamma::ln_stays;

/// The future of those customers who are still alive, of one number of
/// opportunities and of those taken.
#[derive(Debug, Clone, Copy)]
pub struct Future {
    /// The spread of p.
    takes: [f64; 2],
    /// The spread of θ.
    leaves: [f64; 2],
}

/// Checks a number of opportunities to come.
///
/// # Errors
/// It is not whole, or above 100,000.
fn check_horizon(horizon: f64) -> Result<(), OutOfDomain> {
    ensure_whole("horizon", horizon)?;
    ensure(horizon <= MOST, "horizon", "at most 100000", horizon)
}

impl Future {
    /// What follows the past, given that the customer is alive.
    #[must_use]
    pub fn new(params: Params, Record { x, n, .. }: Record) -> Self {
        let Params { alpha, beta, gamma, delta } = params;
        let takes = [alpha + f64::from(x), beta + f64::from(n - x)];
        Self { takes, leaves: [gamma, delta + f64::from(n)] }
    }

    /// Probability of being alive at the `horizon`-th opportunity to come. At 1
    /// it is that of being there for the next; at 0 it is 1.
    ///
    /// # Errors
    /// `horizon` is not a whole number up to 100,000; so for all below.
    pub fn survival(&self, horizon: f64) -> Result<f64, OutOfDomain> {
        check_horizon(horizon)?;
        Ok(self.ln_stays(horizon).exp())
    }

    /// E[Y(m)], m = `horizon`.
    ///
    /// # Errors
    /// As [`Self::survival`].
    pub fn purchases(&self, horizon: f64) -> Result<f64, OutOfDomain> {
        Ok(self.mean_and_variance(horizon)?[0])
    }

    /// E[Y(m)] and Var[Y(m)], m = `horizon`.
    ///
    /// # Errors
    /// As [`Self::survival`].
    pub fn mean_and_variance(&self, horizon: f64) -> Result<[f64; 2], OutOfDomain> {
        check_horizon(horizon)?;
        let ([a, b], [gamma, delta]) = (self.takes, self.leaves);
        let (mut stays, mut mean, mut pairs, mut before) = (1.0, 0.0, 0.0, 0.0);
        while before < horizon {
            stays *= (delta + before) / (gamma + delta + before);
            mean += stays;
            pairs += 2.0 * before * stays;
            before += 1.0;
        }
        let p = a / (a + b);
        let (mean, pairs) = (p * mean, p * (a + 1.0) / (a + b + 1.0) * pairs);
        Ok([mean, pairs + mean * (1.0 - mean)])
    }

    /// P(Y(m) ≥ y): the y-th purchase comes at one of the opportunities up to m.
    ///
    /// # Errors
    /// As [`Self::survival`].
    pub fn at_least(&self, horizon: f64, y: f64) -> Result<f64, OutOfDomain> {
        check_horizon(horizon)?;
        if y == 0.0 {
            return Ok(1.0);
        }
        let [gamma, delta] = self.leaves;
        let mut log = self.ln_takes(y) + self.ln_stays(y);
        let (mut t, mut sum) = (y, 0.0);
        while t <= horizon {
            sum += log.exp();
            let stays = (delta + t) / (gamma + delta + t);
            log += (t / (t - y + 1.0) * self.misses(t, y) * stays).ln();
            t += 1.0;
        }
        Ok(sum)
    }

    /// P(Y(m) = y): as many taken, whether or not the customer stays to the end.
    ///
    /// # Errors
    /// As [`Self::survival`].
    pub fn exactly(&self, horizon: f64, y: f64) -> Result<f64, OutOfDomain> {
        check_horizon(horizon)?;
        if y > horizon {
            return Ok(0.0);
        }
        let [gamma, delta] = self.leaves;
        let leaves = |t: f64| (gamma / (gamma + delta + t)).ln() + self.ln_stays(t);
        let (mut takes, mut leaving) = (self.ln_takes(y), leaves(y));
        let (mut t, mut sum) = (y, 0.0);
        while t < horizon {
            sum += (takes + leaving).exp();
            takes += ((t + 1.0) / (t + 1.0 - y) * self.misses(t, y)).ln();
            leaving += ((delta + t) / (gamma + delta + t + 1.0)).ln();
            t += 1.0;
        }
        Ok(sum + (takes + self.ln_stays(horizon)).exp())
    }

    /// Discounted expected residual transactions (DERT): all purchases to come,
    /// that at the i-th opportunity divided by (1 + `discount_rate`)ⁱ.
    ///
    /// # Errors
    /// The rate is not positive: without discounting the sum need not be finite.
    pub fn residual(&self, discount_rate: f64) -> Result<f64, OutOfDomain> {
        ensure_positive("discount_rate", discount_rate)?;
        let ([a, b], [gamma, delta]) = (self.takes, self.leaves);
        let leaving = Rule::double_exponential(gamma, delta);
        Ok(a / (a + b) * leaving.mean(|theta| (1.0 - theta) / (discount_rate + theta)))
    }

    /// ln eₜ.
    fn ln_stays(&self, t: f64) -> f64 {
        let [gamma, delta] = self.leaves;
        ln_stays(gamma, delta, t)
    }

    /// ln E[pʸ].
    fn ln_takes(&self, y: f64) -> f64 {
        let [a, b] = self.takes;
        ln_stays(b, a, y)
    }

    /// The chance to miss the next after y of t are taken.
    fn misses(&self, t: f64, y: f64) -> f64 {
        let [a, b] = self.takes;
        (b + (t - y)) / (a + b + t)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{donations, record};
    use super::*;
    use crate::kernel::cells::testing::assert_close;
    use proptest::prelude::*;

    #[test]
    fn predictions_match_the_reference_values() {
        for ((x, t_x), [next, purchases, residual]) in [
            ((0, 0), [0.108_016_584_168_67, 0.072_802_877_475_043, 0.114_646_996_181_76]),
            ((1, 1), [0.069_408_093_206_55, 0.085_635_398_337_87, 0.134_855_125_604_5]),
            ((1, 6), [0.930_402_542_372_88, 1.147_926_540_692_7, 1.807_707_803_484_2]),
        ] {
            let past = record(x, t_x, 6);
            let (alive, future) = (donations().p_alive(past), Future::new(donations(), past));
            assert_close(alive * future.survival(1.0).expect("in domain"), next, 1e-12);
            assert_close(alive * future.purchases(5.0).expect("in domain"), purchases, 1e-12);
            assert_close(alive * future.residual(0.1).expect("in domain"), residual, 1e-12);
        }
        let new = Future::new(donations(), Record::acquired());
        assert_close(new.purchases(6.0).expect("in domain"), 2.219_631_393_487_299, 1e-14);
    }

    #[test]
    fn what_is_said_of_each_number_adds_up_to_what_is_said_of_all() {
        for (past, horizon) in
            [(record(0, 0, 0), 6.0), (record(2, 5, 9), 40.0), (record(700, 990, 1000), 300.0)]
        {
            let future = Future::new(donations(), past);
            let (mut total, mut mean, mut square) = (0.0, 0.0, 0.0);
            for y in (0..=300).map(f64::from) {
                let chance = future.exactly(horizon, y).expect("in domain");
                let tail = |y| future.at_least(horizon, y).expect("in domain");
                assert!((chance - (tail(y) - tail(y + 1.0))).abs() < 1e-12, "{past:?} y={y}");
                total += chance;
                mean += y * chance;
                square += y * y * chance;
            }
            let [want_mean, want_variance] = future.mean_and_variance(horizon).expect("in domain");
            assert_close(total, 1.0, 1e-11);
            assert_close(mean, want_mean, 1e-11);
            assert_close(square - mean * mean, want_variance, 1e-9);
        }
    }

    #[test]
    fn discounting_agrees_with_the_sum_over_opportunities() {
        for past in [record(0, 0, 0), record(3, 5, 6), record(50, 100, 100)] {
            let future = Future::new(donations(), past);
            let (mut before, mut sum) = (0.0, 0.0);
            for i in (1..=400).map(f64::from) {
                let until = future.purchases(i).expect("in domain");
                sum += (until - before) * 1.1_f64.powf(-i);
                before = until;
            }
            assert_close(future.residual(0.1).expect("in domain"), sum, 1e-12);
        }
    }

    #[test]
    fn thousands_of_opportunities_keep_their_digits() {
        let future = Future::new(donations(), record(2500, 5000, 5000));
        let near = future.exactly(5000.0, 2500.0).expect("in domain");
        assert!(near > 1e-3 && near < 1.0);
        assert_close(future.at_least(5000.0, 1.0).expect("in domain"), 1.0, 1e-3);
        assert!(future.at_least(5000.0, 4999.0).expect("in domain") >= 0.0);
    }

    #[test]
    fn an_impossible_question_names_the_argument_and_the_rule() {
        let future = Future::new(donations(), Record::acquired());
        for (error, want) in [
            (future.purchases(1.5), "`horizon` must be a whole number >= 0, got 1.5"),
            (future.survival(1e6), "`horizon` must be at most 100000, got 1000000"),
            (future.residual(0.0), "`discount_rate` must be finite and > 0, got 0"),
        ] {
            assert_eq!(error.expect_err("out of domain").to_string(), want);
        }
    }

    proptest! {
        #[test]
        fn probabilities_are_probabilities_and_more_time_never_means_fewer_purchases(
            alpha in 0.01..20.0_f64, beta in 0.01..20.0_f64, gamma in 0.01..20.0_f64,
            delta in 0.01..20.0_f64, x in 0_u32..20, misses in 0_u32..20, horizon in 1_u32..60,
        ) {
            let params = Params::new(alpha, beta, gamma, delta).expect("in domain");
            let future = Future::new(params, record(x, x, x + misses));
            let m = f64::from(horizon);
            let [mean, variance] = future.mean_and_variance(m).expect("in domain");
            let later = future.purchases(m + 1.0).expect("in domain");
            prop_assert!(0.0 < mean && mean <= later && mean <= m && variance > -1e-12);
            let stays = future.survival(m).expect("in domain");
            prop_assert!((0.0..=1.0 + 1e-12).contains(&stays));
            let some = future.at_least(m, 1.0).expect("in domain");
            let none = future.exactly(m, 0.0).expect("in domain");
            prop_assert!((none + some - 1.0).abs() < 1e-11 && some <= mean * (1.0 + 1e-11));
        }
    }
}
