//! What customers of one frequency share, so that a million of them cost no more
//! than they differ.

use super::Params;
use super::law::Law;
use super::residual::Residual;
use crate::kernel::domain::{ensure_not_negative, ensure_positive, ensure_whole};
use crate::kernel::purchase_model::GivenAlive;
use crate::kernel::{History, OutOfDomain};

/// The future of those customers of one frequency who are still alive.
#[derive(Debug)]
pub struct Future {
    params: Params,
    frequency: f64,
    residual: Residual,
}

impl Future {
    /// What customers with `frequency` repeat purchase days have in common.
    ///
    /// # Errors
    /// `frequency` is not a whole number.
    pub fn new(params: Params, frequency: f64) -> Result<Self, OutOfDomain> {
        ensure_whole("frequency", frequency)?;
        let residual = Residual::new(params, frequency);
        Ok(Self { params, frequency, residual })
    }

    /// P(j), j < k.
    fn phases(&self, past: History) -> Vec<f64> {
        let weights = self.params.weights(History { x: self.frequency, ..past });
        let top = weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = weights.iter().map(|weight| (weight - top).exp()).sum();
        weights.into_iter().map(|weight| (weight - top).exp() / total).collect()
    }
}

impl GivenAlive for Future {
    type Past = History;
    type Law<'a> = Law;

    fn depends_on(past: History) -> [f64; 2] {
        [past.age, past.t_x]
    }

    fn law(&self, past: History, horizon: f64) -> Result<Law, OutOfDomain> {
        ensure_not_negative("horizon", horizon)?;
        let Params { a, b, alpha, coin, .. } = self.params;
        Ok(Law {
            phases: self.phases(past),
            shape: self.params.shape(self.frequency),
            y: horizon / (alpha + past.age),
            coin: [a, b + coin.tosses(self.frequency)],
        })
    }

    fn residual(&mut self, past: History, discount_rate: f64) -> Result<f64, OutOfDomain> {
        ensure_positive("discount_rate", discount_rate)?;
        let rate = discount_rate * (self.params.alpha + past.age);
        Ok(self.residual.sum(&self.phases(past), rate))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::beta_geometric::{self, Coin};
    use crate::kernel::maths::draws::Draws;
    use crate::kernel::purchase_model::testing::window;
    use crate::kernel::purchase_model::{Dated, Law as _, PurchaseModel};
    use crate::kernel::testing::{assert_close, history};
    use proptest::prelude::*;

    const BG: Coin = Coin::AfterRepeats;
    const MBG: Coin = Coin::AfterAll;

    fn params(coin: Coin, k: f64, parameters: [f64; 4]) -> Params {
        Params::new(coin, k, parameters).expect("in domain")
    }

    /// A customer of any frequency, which the future knows.
    fn silence(recency: f64, age: f64) -> History {
        History { x: f64::NAN, t_x: recency, age }
    }

    fn future(model: Params, frequency: f64) -> Future {
        Future::new(model, frequency).expect("in domain")
    }

    /// The published estimates for CDNOW without a clock, in weeks.
    const CDNOW: [f64; 4] = [0.243, 4.414, 0.793, 2.426];
    const AGE: f64 = 272.0 / 7.0;

    #[test]
    fn one_tick_per_purchase_gives_the_reference_predictions() {
        let model = params(BG, 1.0, CDNOW);
        for ((x, t_x, age), [purchases, variance, residual]) in [
            (
                (2.0, 213.0 / 7.0, AGE),
                [1.226_115_806_149_322, 2.529_185_513_555_223, 5.156_649_773_573_742],
            ),
            (
                (1.0, 12.0 / 7.0, AGE),
                [0.203_351_041_086_805_7, 0.469_311_259_756_561_2, 0.915_724_430_383_986_7],
            ),
            (
                (0.0, 0.0, AGE),
                [0.195_109_664_993_088_5, 0.307_375_061_008_967_7, 1.015_746_008_755_471],
            ),
            (
                (29.0, 265.0 / 7.0, AGE),
                [19.365_246_430_212_52, 117.542_391_462_462_1, 69.929_938_872_973_18],
            ),
        ] {
            let alive = model.p_alive(history(x, t_x, age));
            let mut future = future(model, x);
            let law = future.law(silence(t_x, age), 39.0).expect("in domain");
            let [mean, spread] = law.mean_and_variance();
            assert_close(alive * mean, purchases, 1e-12);
            assert_close(alive * (spread + (1.0 - alive) * mean * mean), variance, 1e-11);
            let residuals = future.residual(silence(t_x, age), 0.0027).expect("in domain");
            assert_close(alive * residuals, residual, 1e-11);
        }
        let new = future(model, 0.0).law(silence(0.0, 0.0), 39.0).expect("in domain");
        for (n, want) in [
            (0.0, 0.573_786_352_096_01),
            (1.0, 0.199_395_280_835_91),
            (2.0, 0.085_429_759_539_061),
            (5.0, 0.017_965_493_866_579),
        ] {
            assert_close(new.exactly(n), want, 1e-12);
        }
        let soon = future(model, 0.0).law(silence(0.0, 0.0), 2.0).expect("in domain");
        assert_close(soon.exactly(10.0), 1.078_689_640_37e-7, 1e-11);
    }

    #[test]
    fn far_horizons_and_heavy_buyers_agree_with_the_model_without_a_clock() {
        for parameters in [CDNOW, [0.1, 1e-4, 0.5, 0.01], [30.0, 2.0, 1.7, 9.0]] {
            for coin in [BG, MBG] {
                let model = params(coin, 1.0, parameters);
                let [r, alpha, a, b] = parameters;
                let plain = beta_geometric::Params::new(coin, r, alpha, a, b).expect("in domain");
                for x in [0.0, 3.0, 400.0] {
                    let plain = PurchaseModel::future(&plain, x).expect("in domain");
                    for horizon in [1e-9, 0.5, 40.0, 1e4, 1e6, 1e9] {
                        let want = plain.dated(window(30.0, horizon)).purchases();
                        let law = future(model, x).law(silence(25.0, 30.0), horizon);
                        let close = if horizon < 1e3 { 1e-11 } else { 1e-8 };
                        assert_close(law.expect("in domain").purchases(), want, close);
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_said_of_each_number_adds_up_to_what_is_said_of_all() {
        for (coin, k, x, t_x) in [(BG, 2.0, 0.0, 0.0), (MBG, 3.0, 4.0, 11.0), (BG, 7.0, 2.0, 29.0)]
        {
            let model = params(coin, k, [0.6, 1.3, 0.9, 2.1]);
            let law = future(model, x).law(silence(t_x, 30.0), 52.0).expect("in domain");
            let (mut total, mut mean, mut square, mut above) = (0.0, 0.0, 0.0, 0.0);
            for n in (0..2000).map(f64::from) {
                let chance = law.exactly(n);
                let step = law.at_least(n) - law.at_least(n + 1.0);
                assert!((chance - step).abs() < 1e-13, "n={n}: {chance} {step}");
                total += chance;
                mean += n * chance;
                square += n * n * chance;
                above += if n > 0.0 { law.at_least(n) } else { 0.0 };
            }
            let [want_mean, want_variance] = law.mean_and_variance();
            assert_close(total, 1.0, 1e-12);
            assert_close(mean, want_mean, 1e-11);
            assert_close(above, want_mean, 1e-11);
            assert_close(square - mean * mean, want_variance, 1e-10);
        }
    }

    /// A customer's silent start, and what comes after.
    struct Life {
        alive: bool,
        alive_later: bool,
        purchases: f64,
        worth: f64,
    }

    /// One who has bought `x` times at `t_x`, simulated from there: kept if
    /// nothing is bought up to `age`. What comes `HORIZON` later is counted.
    fn live(draws: &mut Draws, model: Params, x: f64, t_x: f64, age: f64) -> Option<Life> {
        let rate = draws.gamma(model.shape(x), model.alpha + t_x);
        // Left at the last purchase, or not: the odds of the coin's posterior.
        let tosses = model.coin.tosses(x);
        let mut life = Life { alive: true, alive_later: true, purchases: 0.0, worth: 0.0 };
        let others = model.a + model.b + tosses - 1.0;
        if tosses > 0.0 && draws.chance(model.a / others) {
            life.alive = false;
            life.alive_later = false;
            return Some(life);
        }
        let p = draws.beta(model.a, model.b + tosses);
        let mut now = t_x;
        while life.alive_later && now < age + 4000.0 {
            now += (0..model.k).map(|_| draws.wait(rate)).sum::<f64>();
            if now <= age {
                return None;
            }
            life.worth += (-DISCOUNT * (now - age)).exp();
            life.purchases += f64::from(u8::from(now <= age + HORIZON));
            let leaves = draws.chance(p);
            life.alive_later = !(leaves && now <= age + HORIZON);
            if leaves {
                break;
            }
        }
        Some(life)
    }

    const HORIZON: f64 = 26.0;
    const DISCOUNT: f64 = 0.02;

    #[test]
    fn a_simulation_of_what_the_model_says_agrees() {
        let mut draws = Draws::new(20_210_401);
        for (coin, k, x, t_x, age) in
            [(BG, 2.0, 0.0, 0.0, 6.0), (MBG, 2.0, 3.0, 20.0, 26.0), (MBG, 4.0, 1.0, 3.0, 9.0)]
        {
            let model = params(coin, k, [0.9, 1.2, 0.9, 2.1]);
            let lives: Vec<Life> =
                (0..60_000).filter_map(|_| live(&mut draws, model, x, t_x, age)).collect();
            let of = |f: fn(&Life) -> f64| {
                let mean = lives.iter().map(f).sum::<f64>() / lives.len() as f64;
                let square = lives.iter().map(|l| (f(l) - mean).powi(2)).sum::<f64>();
                (mean, square / lives.len() as f64)
            };
            let near = |f: fn(&Life) -> f64, want: f64| {
                let (mean, variance) = of(f);
                let error = (variance / lives.len() as f64).sqrt();
                let near = (mean - want).abs() <= 4.0 * error;
                assert!(near, "{coin:?} k={k}: {mean} ± {error}, want {want}");
            };
            let alive = model.p_alive(history(x, t_x, age));
            let mut future = future(model, x);
            let law = future.law(silence(t_x, age), HORIZON).expect("in domain");
            let [mean, variance] = law.mean_and_variance();
            near(|l| f64::from(u8::from(l.alive)), alive);
            near(|l| f64::from(u8::from(l.alive_later)), alive * law.survival());
            near(|l| l.purchases, alive * mean);
            near(
                |l| f64::from(u8::from((l.purchases - 2.0).abs() < 0.5)),
                alive * law.exactly(2.0),
            );
            near(|l| f64::from(u8::from(l.purchases >= 3.0)), alive * law.at_least(3.0));
            let residual = future.residual(silence(t_x, age), DISCOUNT).expect("in domain");
            near(|l| l.worth, alive * residual);
            let all = alive * (variance + (1.0 - alive) * mean * mean);
            assert!((of(|l| l.purchases).1 / all - 1.0).abs() < 0.05, "variance");
        }
    }

    #[test]
    fn discounting_agrees_with_what_comes_year_by_year() {
        let model = params(MBG, 3.0, [0.53, 1.26, 1.29, 1.85]);
        let mut future = future(model, 4.0);
        let (past, rate, steps) = (silence(11.0, 30.0), 0.05, 6000);
        let width = 600.0 / f64::from(steps);
        let (mut before, mut sum) = (0.0, 0.0);
        for step in 1..=steps {
            let until = future.law(past, width * f64::from(step)).expect("in domain").purchases();
            sum += (until - before) * (-rate * width * (f64::from(step) - 0.5)).exp();
            before = until;
        }
        assert_close(future.residual(past, rate).expect("in domain"), sum, 1e-5);
    }

    #[test]
    fn an_impossible_question_names_the_argument_and_the_rule() {
        let mut future = future(params(BG, 2.0, CDNOW), 1.0);
        let past = silence(3.0, 9.0);
        for (error, want) in [
            (future.residual(past, 0.0), "`discount_rate` must be finite and > 0, got 0"),
            (
                future.law(past, -1.0).map(|law| law.purchases()),
                "`horizon` must be finite and >= 0, got -1",
            ),
        ] {
            assert_eq!(error.expect_err("out of domain").to_string(), want);
        }
    }

    #[test]
    fn models_at_the_ends_of_what_doubles_hold_have_an_answer_or_none() {
        for parameters in [
            [1e308; 4],
            [1e-300; 4],
            [1e300, 1e-300, 1e300, 1e-300],
            [1e-300, 1e300, 1e-300, 1e300],
        ] {
            let mut future = future(params(BG, 2.0, parameters), 3.0);
            let residual = future.residual(silence(1.0, 2.0), 0.01).expect("in domain");
            assert!(residual.is_nan() || residual >= 0.0, "{residual}");
            let purchases = future.law(silence(1.0, 2.0), 9.0).expect("in domain").purchases();
            assert!(purchases.is_nan() || purchases >= 0.0, "{purchases}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn probabilities_are_probabilities_and_more_time_never_means_fewer_purchases(
            k in 1_u32..9, r in 0.01..20.0_f64, alpha in 0.01..50.0_f64, a in 0.01..5.0_f64,
            b in 0.01..20.0_f64, x in 0_u32..60, share in 0.0..1.0_f64, age in 0.0..200.0_f64,
            step in 0.01..30.0_f64,
        ) {
            let model = params(MBG, f64::from(k), [r, alpha, a, b]);
            let mut future = future(model, f64::from(x));
            let past = silence(share * age, age);
            let [once, twice] = [1.0, 2.0].map(|n| future.law(past, n * step).expect("domain"));
            prop_assert!(twice.survival() <= once.survival() * (1.0 + 1e-12));
            prop_assert!((0.0..=1.0 + 1e-12).contains(&once.survival()));
            let [mean, variance] = once.mean_and_variance();
            prop_assert!(0.0 < mean && mean <= twice.purchases() * (1.0 + 1e-12));
            prop_assert!(variance >= -1e-12 * mean && variance.is_finite());
            // P(Y ≥ 1) ≤ E[Y], and no purchase and some are all there is.
            prop_assert!(once.at_least(1.0) <= mean * (1.0 + 1e-10));
            prop_assert!((once.exactly(0.0) + once.at_least(1.0) - 1.0).abs() < 1e-11);
            let residual = future.residual(past, 0.01).expect("in domain");
            prop_assert!(residual > 0.0 && residual.is_finite());
        }
    }
}
