//! How many purchases those who are still alive will make.
//!
//! ```text
//! A = r + x,  y = t/(α+T),  p ~ Beta(a, B),  B = b + k tosses so far
//! P(alive at T+t)    = E_p[(1+py)^−A]
//! P(Y ≥ n)           = E_p[(1−p)ⁿ⁻¹] · P(N ≥ n)
//! P(Y = n)           = E_p[(1−p)ⁿ] · P(N = n) + E_p[p(1−p)ⁿ⁻¹] · P(N ≥ n)
//! E[Y(Y−1)]          = 2 E_p[(1−p)/p² · P(N_p ≥ 2)]
//! ```
//!
//! N is how often a customer who never leaves would buy, see
//! [`crate::kernel::arrivals`], and `N_p` how often purchases would come that end
//! in leaving. Nothing is subtracted, so that nothing cancels at large n.
//!
//! Source: Fader, Hardie and Lee (2005), Marketing Science 24(2), 275–284, whose
//! equation for a new customer has the second tail as one minus a sum.

use super::Future;
use crate::kernel::maths::arrivals::{Hump, at_least, exactly, twice_by_square};
use crate::kernel::maths::beta_prime::ln_beta;
use crate::kernel::purchase_model::{Dated, Law, Timed, Ways, Window, Within};

impl Law for Within<'_, Future> {
    fn survival(&self) -> f64 {
        let (future, y) = (self.future, self.reach());
        // The weights add up to one but for rounding.
        future.rule(y).mean(|p| (-future.shape * (p * y).ln_1p()).exp()).min(1.0)
    }

    fn purchases(&self) -> f64 {
        let Window { age, horizon } = self.window;
        self.future.purchases(horizon / (self.future.alpha + age))
    }

    fn mean_and_variance(&self) -> [f64; 2] {
        let (future, y) = (self.future, self.reach());
        let pairs = future.rule(y).mean(|p| (1.0 - p) * twice_by_square(future.shape, p * y));
        let mean = future.purchases(y);
        [self.purchases(), 2.0 * y * y * pairs - mean * mean + mean]
    }

    fn exactly(&self, n: f64) -> f64 {
        let (future, y) = (self.future, self.reach());
        let stays = future.all_stay(n) * exactly(future.shape, y, n);
        if n == 0.0 {
            return stays;
        }
        stays + future.leaves_at(n) * at_least(future.shape, y, n)
    }

    fn at_least(&self, n: f64) -> f64 {
        if n == 0.0 {
            return 1.0;
        }
        self.future.all_stay(n - 1.0) * at_least(self.future.shape, self.reach(), n)
    }
}

impl Dated for Future {
    fn dated(&self, window: Window) -> impl Timed {
        self.within(window)
    }
}

impl Timed for Within<'_, Future> {
    fn horizon(&self) -> f64 {
        self.window.horizon
    }

    fn ways(&self, n: f64) -> Ways {
        let future = self.future;
        let nth = Hump {
            rise: n - 1.0,
            falls: [future.shape + 1.0, 0.0],
            scales: [future.alpha + self.window.age; 2],
            until: self.window.horizon,
            front: future.leaves_at(n).ln() - ln_beta(n, future.shape),
        };
        let stays = future.all_stay(n) * exactly(future.shape, self.reach(), n);
        Ways { stays, leaves: nth.outline(), leaves_buying: true }
    }
}

impl Within<'_, Future> {
    /// y, up to where its square is still a number.
    fn reach(&self) -> f64 {
        let Window { age, horizon } = self.window;
        (horizon / (self.future.alpha + age)).min(1e150)
    }
}

impl Future {
    /// `E_p[(1−p)ⁿ]`: the next n tosses all fall on staying.
    fn all_stay(&self, n: f64) -> f64 {
        (ln_beta(self.a, self.stays + n) - ln_beta(self.a, self.stays)).exp()
    }

    /// `E_p[p(1−p)ⁿ⁻¹]`: the nth toss is the first that does not.
    fn leaves_at(&self, n: f64) -> f64 {
        self.all_stay(n - 1.0) * self.a / (self.a + self.stays + (n - 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Coin, Params};
    use super::*;
    use crate::kernel::History;
    use crate::kernel::maths::draws::Draws;
    use crate::kernel::purchase_model::PurchaseModel;
    use crate::kernel::purchase_model::testing::*;
    use crate::kernel::testing::assert_close;
    use proptest::prelude::*;

    const AGE: f64 = 272.0 / 7.0;

    /// The published estimates for CDNOW, in weeks.
    fn bg() -> Params {
        Params::new(Coin::AfterRepeats, 0.243, 4.414, 0.793, 2.426).expect("in domain")
    }

    fn mbg() -> Params {
        Params::new(Coin::AfterAll, 0.525, 6.183, 0.891, 1.614).expect("in domain")
    }

    #[test]
    fn variances_match_the_reference_values() {
        let histories = [
            (2.0, 213.0 / 7.0, AGE),
            (1.0, 12.0 / 7.0, AGE),
            (0.0, 0.0, AGE),
            (7.0, 206.0 / 7.0, AGE),
            (29.0, 265.0 / 7.0, AGE),
            (1.0, 180.0 / 7.0, 27.0),
            (20.0, 5.0, AGE),
        ];
        let after_repeats = [
            2.529_185_513_555_223,
            0.469_311_259_756_561_2,
            0.307_375_061_008_967_7,
            13.322_594_402_287_07,
            117.542_391_462_462_1,
            1.964_055_797_778_905,
            2.687_283_882_010_012e-10,
        ];
        let after_all = [
            2.631_393_228_199_236,
            0.456_591_581_409_082,
            0.268_148_857_700_353_9,
            12.750_508_487_249,
            112.323_454_652_031_6,
            2.177_915_955_218_073,
            2.172_641_731_124_2e-9,
        ];
        for (model, wants) in [(bg(), after_repeats), (mbg(), after_all)] {
            let cases: Vec<_> = histories.into_iter().zip(wants).collect();
            assert_variances(&model, &cases);
        }
    }

    #[test]
    fn new_customers_buy_as_often_as_the_reference_says() {
        let wants = [
            0.573_786_352_096_01,
            0.199_395_280_835_91,
            0.085_429_759_539_061,
            0.045_860_353_848,
            0.027_671_449_335_782,
            0.017_965_493_866_579,
        ];
        for (n, want) in (0_u32..).zip(wants) {
            let got = probability(&bg(), History::acquired(), 39.0, f64::from(n));
            assert_close(got, want, 1e-11);
        }
        let rare = probability(&bg(), History::acquired(), 2.0, 10.0);
        assert_close(rare, 1.078_689_640_37e-7, 1e-11);
    }

    #[test]
    fn the_sample_is_expected_to_buy_as_often_as_the_reference_says() {
        let params = Params::new(
            Coin::AfterRepeats,
            0.242_594_522_430_157,
            4.413_602_019_013_51,
            0.792_922_017_225_765,
            2.425_906_776_827,
        )
        .expect("in domain");
        let wants = [1_407.684_346_59, 460.323_463_042, 192.461_413_962, 101.164_196_227];
        for (n, want) in (0_u32..).zip(wants) {
            let expected = |(history, customers): (History, f64)| {
                let fresh = History::acquired();
                customers * probability(&params, fresh, history.age(), f64::from(n))
            };
            let sum: f64 = crate::kernel::testing::sample().into_iter().map(expected).sum();
            assert_close(sum, want, 1e-10);
        }
    }

    #[test]
    fn chances_are_averages_over_the_chance_to_leave() {
        for model in [bg(), mbg()] {
            let future = model.future(3.0).expect("in domain");
            let (soon, y) = (window(20.0, 30.0), 30.0 / (future.alpha + 20.0));
            for n in [1.0, 2.0, 17.0, 500.0] {
                let given = |p: f64| {
                    let (all, first) = ((1.0 - p).powf(n), p * (1.0 - p).powf(n - 1.0));
                    all * exactly(future.shape, y, n) + first * at_least(future.shape, y, n)
                };
                assert_close(future.within(soon).exactly(n), future.average(given), 1e-10);
            }
        }
    }

    #[test]
    fn simulated_customers_buy_and_leave_as_often_as_they_should() {
        let (customers, horizon, mut draws) = (200_000, 30.0, Draws::new(4));
        let future = bg().future(2.0).expect("in domain");
        let (mut counts, mut alive) = ([0.0; 4], 0.0);
        for _ in 0..customers {
            let (rate, p) = (draws.gamma(2.243, 4.414 + AGE), draws.beta(0.793, 4.426));
            let (mut now, mut count, mut left) = (draws.wait(rate), 0, false);
            while now < horizon && !left {
                (count, left) = (count + 1, draws.chance(p));
                now += draws.wait(rate);
            }
            counts[count.min(3)] += 1.0;
            alive += if left { 0.0 } else { 1.0 };
        }
        let soon = window(AGE, horizon);
        let wants = [0.0, 1.0, 2.0].map(|n| future.within(soon).exactly(n));
        for (got, want) in counts.into_iter().zip(wants).chain([
            (counts[3], future.within(soon).at_least(3.0)),
            (alive, future.within(soon).survival()),
        ]) {
            let error = (want * (1.0 - want) / f64::from(customers)).sqrt();
            assert!((got / f64::from(customers) - want).abs() < 4.0 * error, "{got}, want {want}");
        }
    }

    #[test]
    fn whole_shapes_and_tiny_ones_are_no_special_cases() {
        for a in [1.0, 2.0, 1e-8] {
            let at = |a: f64| {
                let params = Params::new(Coin::AfterRepeats, 0.5, 5.0, a, 2.0).expect("in domain");
                variance(&params, History::new(3.0, 9.0, 30.0).expect("in domain"), 10.0)
            };
            assert_close(at(a * (1.0 + 1e-10)), at(a), 1e-9);
            assert_close(at(a * (1.0 - 1e-10)), at(a), 1e-9);
        }
    }

    #[test]
    fn in_next_to_no_time_at_most_one_purchase_comes() {
        for model in [bg(), mbg()] {
            let future = model.future(4.0).expect("in domain");
            let rate = future.shape / (future.alpha + 30.0);
            let soon = window(30.0, 1e-9);
            assert_close(future.within(soon).exactly(1.0), rate * 1e-9, 1e-7);
            assert_close(future.within(soon).mean_and_variance()[1], rate * 1e-9, 1e-7);
            assert_close(1.0 - future.within(soon).exactly(0.0), rate * 1e-9, 1e-6);
            let now = window(30.0, 0.0);
            assert_eq!(future.within(now).exactly(0.0).to_bits(), 1.0_f64.to_bits());
            assert_eq!(future.within(now).exactly(3.0).to_bits(), 0.0_f64.to_bits());
            assert_eq!(future.within(now).survival().to_bits(), 1.0_f64.to_bits());
            assert_eq!(future.within(now).mean_and_variance()[1].to_bits(), 0.0_f64.to_bits());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_probabilities_are_a_distribution(
            r in 0.05..10.0_f64, alpha in 1.0..50.0_f64, a in 0.05..5.0_f64, b in 0.05..20.0_f64,
            x in 0_u32..40, age in 1.0..200.0_f64, share in 0.001..1.5_f64,
        ) {
            let params = Params::new(Coin::AfterAll, r, alpha, a, b).expect("in domain");
            let future = params.future(f64::from(x)).expect("in domain");
            assert_distribution(&future.within(window(age, share * (alpha + age))));
            let n = 500.0;
            let chance = future.within(window(age, share * (alpha + age))).exactly(n);
            prop_assert!((0.0..=1.0).contains(&chance));
        }

        #[test]
        fn who_stays_longer_has_stayed_before(
            x in 0_u32..60, age in 0.0..200.0_f64, step in 0.01..300.0_f64,
        ) {
            let future = bg().future(f64::from(x)).expect("in domain");
            let once = future.within(window(age, step)).survival();
            let twice = future.within(window(age, 2.0 * step)).survival();
            prop_assert!(0.0 < twice && twice < once && once < 1.0);
        }
    }
}
