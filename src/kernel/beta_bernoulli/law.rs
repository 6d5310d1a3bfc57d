//! How many of the opportunities to come a customer known to be alive will take.
//!
//! ```text
//! p | alive ~ Beta(α+x, β+n−x),  θ | alive ~ Beta(γ, δ+n)
//! eᵢ = E[(1−θ)ⁱ]                            alive at the i-th opportunity to come
//! E[Y(m)]   = E[p] Σ eᵢ,  i ≤ m
//! ```
//!
//! These are the paper's closed forms before they are summed, where they divide
//! by γ − 1.

use super::MOST;
use super::future::Posterior;
use crate::kernel::OutOfDomain;
use crate::kernel::domain::{ensure, ensure_whole};
use crate::kernel::maths::gamma::ln_stays;
use crate::kernel::purchase_model;

/// What happens at the next `horizon` opportunities.
#[derive(Debug, Clone, Copy)]
pub struct Law {
    pub(super) posterior: Posterior,
    pub(super) horizon: f64,
}

/// Checks a number of opportunities to come.
///
/// # Errors
/// It is not whole, or above 100,000.
pub(super) fn check_horizon(horizon: f64) -> Result<(), OutOfDomain> {
    ensure_whole("horizon", horizon)?;
    ensure(horizon <= MOST, "horizon", "at most 100000", horizon)
}

impl purchase_model::Law for Law {
    /// At a horizon of 1 it is the chance of being there for the next opportunity; at 0
    /// it is 1.
    fn survival(&self) -> f64 {
        self.ln_stays(self.horizon).exp()
    }

    fn purchases(&self) -> f64 {
        self.mean_and_variance()[0]
    }

    fn mean_and_variance(&self) -> [f64; 2] {
        let Posterior { takes: [a, b], leaves: [gamma, delta] } = self.posterior;
        let (mut stays, mut mean, mut pairs, mut before) = (1.0, 0.0, 0.0, 0.0);
        while before < self.horizon {
            stays *= (delta + before) / (gamma + delta + before);
            mean += stays;
            pairs += 2.0 * before * stays;
            before += 1.0;
        }
        let p = a / (a + b);
        let (mean, pairs) = (p * mean, p * (a + 1.0) / (a + b + 1.0) * pairs);
        [mean, pairs + mean * (1.0 - mean)]
    }

    /// The y-th purchase comes at one of the opportunities within the horizon.
    fn at_least(&self, y: f64) -> f64 {
        if y == 0.0 {
            return 1.0;
        }
        let [gamma, delta] = self.posterior.leaves;
        let mut log = self.ln_takes(y) + self.ln_stays(y);
        let (mut t, mut sum) = (y, 0.0);
        while t <= self.horizon {
            sum += log.exp();
            let stays = (delta + t) / (gamma + delta + t);
            log += (t / (t - y + 1.0) * self.misses(t, y) * stays).ln();
            t += 1.0;
        }
        sum
    }

    /// As many taken, whether or not the customer stays to the end.
    fn exactly(&self, y: f64) -> f64 {
        if y > self.horizon {
            return 0.0;
        }
        let [gamma, delta] = self.posterior.leaves;
        let leaves = |t: f64| (gamma / (gamma + delta + t)).ln() + self.ln_stays(t);
        let (mut takes, mut leaving) = (self.ln_takes(y), leaves(y));
        let (mut t, mut sum) = (y, 0.0);
        while t < self.horizon {
            sum += (takes + leaving).exp();
            takes += ((t + 1.0) / (t + 1.0 - y) * self.misses(t, y)).ln();
            leaving += ((delta + t) / (gamma + delta + t + 1.0)).ln();
            t += 1.0;
        }
        sum + (takes + self.ln_stays(self.horizon)).exp()
    }
}

impl Law {
    /// ln eₜ.
    fn ln_stays(&self, t: f64) -> f64 {
        let [gamma, delta] = self.posterior.leaves;
        ln_stays(gamma, delta, t)
    }

    /// ln E[pʸ].
    fn ln_takes(&self, y: f64) -> f64 {
        let [a, b] = self.posterior.takes;
        ln_stays(b, a, y)
    }

    /// The chance to miss the next after y of t are taken.
    fn misses(&self, t: f64, y: f64) -> f64 {
        let [a, b] = self.posterior.takes;
        (b + (t - y)) / (a + b + t)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{donations, record};
    use super::super::{Future, Params, Record};
    use super::*;
    use crate::kernel::purchase_model::{GivenAlive, Law as _, Past, PurchaseModel};
    use crate::kernel::testing::assert_close;
    use proptest::prelude::*;

    /// A customer known to be alive.
    #[derive(Clone, Copy)]
    struct Alive(Params, Record);

    fn given(params: Params, past: Record) -> Alive {
        Alive(params, past)
    }

    impl Alive {
        fn law(self, horizon: f64) -> Law {
            Future::new(self.0).law(self.1, horizon).expect("in domain")
        }

        fn residual(self, rate: f64) -> f64 {
            Future::new(self.0).residual(self.1, rate).expect("in domain")
        }
    }

    #[test]
    fn predictions_match_the_reference_values() {
        for ((x, t_x), [next, purchases, residual]) in [
            ((0, 0), [0.108_016_584_168_67, 0.072_802_877_475_043, 0.114_646_996_181_76]),
            ((1, 1), [0.069_408_093_206_55, 0.085_635_398_337_87, 0.134_855_125_604_5]),
            ((1, 6), [0.930_402_542_372_88, 1.147_926_540_692_7, 1.807_707_803_484_2]),
        ] {
            let past = record(x, t_x, 6);
            let (alive, future) = (donations().p_alive(past), given(donations(), past));
            assert_close(alive * future.law(1.0).survival(), next, 1e-12);
            assert_close(alive * future.law(5.0).purchases(), purchases, 1e-12);
            assert_close(alive * future.residual(0.1), residual, 1e-12);
        }
        let new = given(donations(), Record::acquired());
        assert_close(new.law(6.0).purchases(), 2.219_631_393_487_299, 1e-14);
    }

    #[test]
    fn what_is_said_of_each_number_adds_up_to_what_is_said_of_all() {
        for (past, horizon) in
            [(record(0, 0, 0), 6.0), (record(2, 5, 9), 40.0), (record(700, 990, 1000), 300.0)]
        {
            let future = given(donations(), past);
            let (mut total, mut mean, mut square) = (0.0, 0.0, 0.0);
            for y in (0..=300).map(f64::from) {
                let chance = future.law(horizon).exactly(y);
                let tail = |y| future.law(horizon).at_least(y);
                assert!((chance - (tail(y) - tail(y + 1.0))).abs() < 1e-12, "{past:?} y={y}");
                total += chance;
                mean += y * chance;
                square += y * y * chance;
            }
            let [want_mean, want_variance] = future.law(horizon).mean_and_variance();
            assert_close(total, 1.0, 1e-11);
            assert_close(mean, want_mean, 1e-11);
            assert_close(square - mean * mean, want_variance, 1e-9);
        }
    }

    #[test]
    fn discounting_agrees_with_the_sum_over_opportunities() {
        for past in [record(0, 0, 0), record(3, 5, 6), record(50, 100, 100)] {
            let future = given(donations(), past);
            let (mut before, mut sum) = (0.0, 0.0);
            for i in (1..=400).map(f64::from) {
                let until = future.law(i).purchases();
                sum += (until - before) * 1.1_f64.powf(-i);
                before = until;
            }
            assert_close(future.residual(0.1), sum, 1e-12);
        }
    }

    #[test]
    fn thousands_of_opportunities_keep_their_digits() {
        let future = given(donations(), record(2500, 5000, 5000));
        let near = future.law(5000.0).exactly(2500.0);
        assert!(near > 1e-3 && near < 1.0);
        assert_close(future.law(5000.0).at_least(1.0), 1.0, 1e-3);
        assert!(future.law(5000.0).at_least(4999.0) >= 0.0);
    }

    #[test]
    fn an_impossible_question_names_the_argument_and_the_rule() {
        let (past, mut future) = (Record::acquired(), Future::new(donations()));
        for (error, want) in [
            (
                future.law(past, 1.5).map(|law| law.purchases()),
                "`horizon` must be a whole number >= 0, got 1.5",
            ),
            (
                future.law(past, 1e6).map(|law| law.survival()),
                "`horizon` must be at most 100000, got 1000000",
            ),
            (future.residual(past, 0.0), "`discount_rate` must be finite and > 0, got 0"),
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
            let future = given(params, record(x, x, x + misses));
            let m = f64::from(horizon);
            let [mean, variance] = future.law(m).mean_and_variance();
            let later = future.law(m + 1.0).purchases();
            prop_assert!(0.0 < mean && mean <= later && mean <= m && variance > -1e-12);
            let stays = future.law(m).survival();
            prop_assert!((0.0..=1.0 + 1e-12).contains(&stays));
            let some = future.law(m).at_least(1.0);
            let none = future.law(m).exactly(0.0);
            prop_assert!((none + some - 1.0).abs() < 1e-11 && some <= mean * (1.0 + 1e-11));
        }
    }
}
