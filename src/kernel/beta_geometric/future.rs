//! What a customer will do next, given the past.
//!
//! [`Future`] contains what customers of one frequency share, so that a million
//! customers cost some ten thousand integrals.
//!
//! ```text
//! A = r + x,  y = t/(α+T),  p ~ Beta(a, b+k),  k tosses of the coin: x or x + 1
//! E[Y(t) | alive]  = E_p[(1 − (1+py)^−A) / p]
//! DERT(δ) | alive  = A ∫₀^∞ exp(−δ(α+T)v) E_p[(1+pv)^−(A+1)] dv
//! ```
//!
//! Both are the paper's closed forms before the hypergeometric function is
//! introduced. As averages of positive terms they lose no digits, and are valid
//! at a = 1 and at a + b + x < 1 where the published forms divide by zero.

use std::collections::HashMap;

use super::Params;
use crate::kernel::History;
use crate::kernel::OutOfDomain;
use crate::kernel::domain::{ensure_positive, ensure_whole};
use crate::kernel::maths::beta::Rule;
use crate::kernel::maths::panels::panels;
use crate::kernel::purchase_model::{GivenAlive, Window, Within};

/// The future of those customers of one frequency who are still alive.
#[derive(Debug)]
pub struct Future {
    /// A, the shape of the purchase rate given the past.
    pub(super) shape: f64,
    pub(super) alpha: f64,
    /// The shapes of the chance to leave at a purchase, given the past.
    pub(super) a: f64,
    pub(super) stays: f64,
    /// The sharpest bend, as a multiple of y, that the quick rules have to follow.
    bend: f64,
    quickest: Rule,
    quick: Rule,
    sure: Rule,
    /// Nodes and weights of the panels of DERT's integral, by start and end:
    /// they double, and customers of other ages use the same.
    panels: HashMap<(u64, u64), Vec<(f64, f64)>>,
}

impl GivenAlive for Future {
    type Past = History;
    type Law<'a> = Within<'a, Self>;

    fn depends_on(past: History) -> [f64; 2] {
        [past.age, 0.0]
    }

    fn law(&self, past: History, horizon: f64) -> Result<Within<'_, Self>, OutOfDomain> {
        Window::after(past, horizon).map(|window| self.within(window))
    }

    fn residual(&mut self, past: History, discount_rate: f64) -> Result<f64, OutOfDomain> {
        ensure_positive("discount_rate", discount_rate)?;
        let rate = discount_rate * (self.alpha + past.age);
        let sum: f64 = panels(rate, 0.5).map(|(start, end)| self.discount(start, end, rate)).sum();
        Ok(self.shape * sum)
    }
}

impl Future {
    /// What customers with `frequency` repeat purchase days have in common.
    ///
    /// # Errors
    /// `frequency` is not a whole number.
    pub fn new(params: Params, frequency: f64) -> Result<Self, OutOfDomain> {
        ensure_whole("frequency", frequency)?;
        let Params { coin, r, alpha, a, b } = params;
        let (shape, stays) = (r + frequency, b + coin.tosses(frequency));
        Ok(Self {
            shape,
            alpha,
            a,
            stays,
            bend: (shape / (1.0 + stays)).max(1.0),
            quickest: Rule::gauss_jacobi(a, stays, 32),
            quick: Rule::gauss_jacobi(a, stays, 64),
            sure: Rule::double_exponential(a, stays),
            panels: HashMap::new(),
        })
    }

    /// What happens within a time from now.
    pub(super) fn within(&self, window: Window) -> Within<'_, Self> {
        Within { future: self, window }
    }

    /// `E_p[(1 − (1+py)^−A) / p]`.
    pub(super) fn purchases(&self, y: f64) -> f64 {
        self.rule(y).mean(|p| -(-self.shape * (p * y).ln_1p()).exp_m1() / p)
    }

    /// `E_p[(1+pv)^−(A+1)]`.
    fn mean_power(&self, v: f64) -> f64 {
        self.rule(v).mean(|p| (-(self.shape + 1.0) * (p * v).ln_1p()).exp())
    }

    /// E[f(p)], however sharply f bends.
    #[cfg(test)]
    pub(super) fn average(&self, f: impl Fn(f64) -> f64) -> f64 {
        self.sure.mean(f)
    }

    /// The cheapest rule that is exact for integrands that bend like (1+py)^−A.
    pub(super) fn rule(&self, y: f64) -> &Rule {
        match y * self.bend {
            bend if bend <= 1.0 => &self.quickest,
            bend if bend <= 3.0 => &self.quick,
            _ => &self.sure,
        }
    }

    /// The integral of DERT from `start` to `end`.
    fn discount(&mut self, start: f64, end: f64, rate: f64) -> f64 {
        let panel = (start.to_bits(), end.to_bits());
        if !self.panels.contains_key(&panel) {
            let powers = self.powers(start, end);
            self.panels.insert(panel, powers);
        }
        self.panels[&panel].iter().map(|(v, weight)| weight * (-rate * v).exp()).sum()
    }

    /// Nodes in v, and weights that include the mean power at each.
    fn powers(&self, start: f64, end: f64) -> Vec<(f64, f64)> {
        let flat = Rule::gauss_jacobi(1.0, 1.0, 16);
        flat.nodes()
            .map(|(share, weight)| {
                let v = start + share * (end - start);
                (v, weight * (end - start) * self.mean_power(v))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Coin;
    use super::*;
    use crate::kernel::History;
    use crate::kernel::purchase_model::testing::*;
    use crate::kernel::purchase_model::{Law, PurchaseModel};
    use crate::kernel::testing::assert_close;
    use proptest::prelude::*;

    fn params(r: f64, alpha: f64, a: f64, b: f64) -> Params {
        Params::new(Coin::AfterRepeats, r, alpha, a, b).expect("in domain")
    }

    /// The published estimates for CDNOW, in weeks.
    fn cdnow() -> Params {
        params(0.243, 4.414, 0.793, 2.426)
    }

    #[test]
    fn predictions_match_the_reference_values() {
        let age = 272.0 / 7.0;
        let cases = [
            (
                (2.0, 213.0 / 7.0, age),
                [0.726_589_721_835_494_8, 1.226_115_806_149_322, 5.156_649_773_573_742],
            ),
            (
                (1.0, 12.0 / 7.0, age),
                [0.212_260_062_554_613_3, 0.203_351_041_086_805_7, 0.915_724_430_383_986_7],
            ),
            ((0.0, 0.0, age), [1.0, 0.195_109_664_993_088_5, 1.015_746_008_755_471]),
            (
                (7.0, 206.0 / 7.0, age),
                [0.641_796_002_248_666_5, 3.337_439_351_620_737, 12.671_878_390_732_27],
            ),
            (
                (29.0, 265.0 / 7.0, age),
                [0.950_897_194_094_930_8, 19.365_246_430_212_52, 69.929_938_872_973_18],
            ),
            (
                (1.0, 180.0 / 7.0, 27.0),
                [0.743_879_666_137_795_8, 0.936_516_001_558_903_3, 3.855_613_294_032_238],
            ),
            (
                (20.0, 5.0, age),
                [1.052_483_762_323_739e-12, 1.491_622_283_733_635e-11, 5.429_549_298_592_142e-11],
            ),
        ];
        assert_predictions(&cdnow(), &cases);
    }

    #[test]
    fn new_customers_match_the_reference_values() {
        for (horizon, want) in [
            (1.0 / 7.0, 0.007_826_011_171_847_57),
            (1.0, 0.053_267_891_171_658_28),
            (3.0, 0.150_865_230_893_046_7),
            (39.0, 1.196_723_193_320_817),
            (78.0, 1.860_519_057_942_769),
        ] {
            assert_close(purchases(&cdnow(), History::acquired(), horizon), want, 1e-12);
        }
    }

    /// The published estimates of MBG/NBD for CDNOW, in weeks.
    fn cdnow_mbg() -> Params {
        Params::new(Coin::AfterAll, 0.525, 6.183, 0.891, 1.614).expect("in domain")
    }

    #[test]
    fn a_toss_at_the_first_purchase_gives_the_reference_predictions() {
        let age = 272.0 / 7.0;
        let cases = [
            (
                (2.0, 213.0 / 7.0, age),
                [0.706_215_055_462_196, 1.263_050_263_341_914, 4.913_278_409_726_582],
            ),
            (
                (1.0, 12.0 / 7.0, age),
                [0.170_967_488_040_518_8, 0.188_991_550_594_549_7, 0.782_689_147_013_333_5],
            ),
            (
                (0.0, 0.0, age),
                [0.389_743_001_685_518_5, 0.154_024_485_148_435_5, 0.722_878_672_720_006_6],
            ),
            (
                (7.0, 206.0 / 7.0, age),
                [0.622_765_039_106_139_8, 3.167_942_822_091_443, 11.153_712_029_895_98],
            ),
            (
                (29.0, 265.0 / 7.0, age),
                [0.946_543_832_389_748_6, 18.298_151_515_598_52, 61.153_834_497_882_35],
            ),
            (
                (1.0, 180.0 / 7.0, 27.0),
                [0.734_198_449_697_311_3, 1.047_226_128_416_582, 3.951_366_444_255_834],
            ),
            (
                (20.0, 5.0, age),
                [9.255_118_876_903_894e-12, 1.250_818_220_627_885e-10, 4.215_752_096_449_862e-10],
            ),
        ];
        assert_predictions(&cdnow_mbg(), &cases);
        for (horizon, want) in [
            (1.0 / 7.0, 0.007_780_799_810_489_109),
            (1.0, 0.053_084_795_263_701_84),
            (3.0, 0.150_863_288_606_641_2),
            (39.0, 1.182_953_665_597_173),
            (78.0, 1.804_757_577_553_142),
        ] {
            assert_close(purchases(&cdnow_mbg(), History::acquired(), horizon), want, 1e-12);
        }
    }

    #[test]
    fn both_futures_agree_with_direct_integration_of_the_rate() {
        // E[Y(t)] and DERT are integrals of the rate at which a customer, alive
        // now, buys at u: the difference of E[Y] over a short time.
        for model in [cdnow(), cdnow_mbg()] {
            let mut future = model.future(3.0).expect("in domain");
            let (age, rate, steps) = (20.0, 0.05, 6_000);
            let width = 600.0 / f64::from(steps);
            let (mut before, mut sum) = (0.0, 0.0);
            for step in 1..=steps {
                let until = future.within(window(age, width * f64::from(step))).purchases();
                sum += (until - before) * (-rate * width * (f64::from(step) - 0.5)).exp();
                before = until;
            }
            assert_close(future.residual(aged(age), rate).expect("in domain"), sum, 1e-5);
        }
    }

    #[test]
    fn the_published_forms_that_divide_by_zero_are_exact_here() {
        // a = 1 to the last bit, and a + b + x < 1.
        let near = Future::new(params(0.5, 5.0, 1.0, 2.0), 3.0).expect("in domain");
        assert_close(near.within(window(30.0, 10.0)).purchases(), 0.906_543_167_859_408_1, 1e-13);
        let below = Future::new(params(0.11, 2.24, 0.31, 0.5), 0.0).expect("in domain");
        assert_close(below.within(window(1.0, 30.0)).purchases(), 0.564_588_615_532_784_7, 1e-13);
    }

    #[test]
    fn discounting_by_steps_gives_the_published_lifetime_values() {
        // Twelve months of 4.345 weeks at 1 % a month, times the expected spend.
        // The published data have times rounded to two decimals.
        let age = 38.86;
        for (x, t_x, spend, want) in [
            (2.0, 30.43, 24.663_713_910_761_15, 36.289_211_125_599),
            (1.0, 1.71, 18.916_852_057_842_05, 4.637_294_659_747_2),
            (7.0, 29.43, 71.469_670_896_967_09, 283.532_776_317_09),
        ] {
            let alive = cdnow().p_alive(History::new(x, t_x, age).expect("in domain"));
            let future = Future::new(cdnow(), x).expect("in domain");
            let purchases =
                future.discounted_purchases(aged(age), 12.0, 4.345, 0.01).expect("in domain");
            assert_close(alive * purchases * spend, want, 1e-10);
        }
    }

    #[test]
    fn the_quick_rules_agree_with_the_sure_one_where_they_are_used() {
        for (r, a, b) in [
            (0.243, 0.793, 2.426),
            (0.01, 0.001, 0.01),
            (20.0, 0.3, 0.5),
            (3.0, 9.0, 0.05),
            (1e4, 0.5, 2.0),
            (0.5, 1e4, 3e4),
            (0.5, 1e-7, 1e7),
        ] {
            for x in [0.0, 1.0, 5.0, 29.0, 200.0, 5000.0] {
                let future = Future::new(params(r, 1.0, a, b), x).expect("in domain");
                let widest = 3.0 / future.bend;
                for y in [widest * 1e-6, widest * 0.3, widest * 0.333_333, widest] {
                    let a1 = future.shape;
                    let exact = future.sure.mean(|p| -(-a1 * (p * y).ln_1p()).exp_m1() / p);
                    assert_close(future.purchases(y), exact, 1e-12);
                }
            }
        }
    }

    #[test]
    fn an_impossible_question_names_the_argument_and_the_rule() {
        let mut future = Future::new(cdnow(), 1.0).expect("in domain");
        for (error, want) in [
            (
                future.law(aged(1.0), -1.0).map(|law| law.purchases()),
                "`horizon` must be finite and >= 0, got -1",
            ),
            (future.residual(aged(1.0), 0.0), "`discount_rate` must be finite and > 0, got 0"),
            (
                future.discounted_purchases(aged(1.0), 1.5, 1.0, 0.0),
                "`steps` must be a whole number >= 0, got 1.5",
            ),
            (
                future.discounted_purchases(aged(1.0), 1.0, 1.0, -1.0),
                "`discount_rate` must be finite and > -1, got -1",
            ),
        ] {
            assert_eq!(error.expect_err("out of domain").to_string(), want);
        }
    }

    proptest! {
        #[test]
        fn more_time_never_means_fewer_purchases_and_steps_without_interest_add_up(
            r in 0.01..20.0_f64, alpha in 0.1..50.0_f64, a in 0.01..5.0_f64, b in 0.01..20.0_f64,
            x in 0_u32..60, age in 0.0..200.0_f64, step in 0.01..30.0_f64,
        ) {
            let future = Future::new(params(r, alpha, a, b), f64::from(x)).expect("in domain");
            let once = future.within(window(age, step)).purchases();
            let twice = future.within(window(age, 2.0 * step)).purchases();
            let rate = (r + f64::from(x)) / (alpha + age);
            prop_assert!(0.0 < once && once <= twice && once <= rate * step * (1.0 + 1e-12));
            let steps = future.discounted_purchases(aged(age), 2.0, step, 0.0).expect("in domain");
            prop_assert!((steps / twice - 1.0).abs() < 1e-12);
        }

        #[test]
        fn heavy_discounting_leaves_the_present_rate(
            x in 0_u32..60, age in 0.0..200.0_f64,
        ) {
            let mut future = Future::new(cdnow(), f64::from(x)).expect("in domain");
            let rate = (0.243 + f64::from(x)) / (4.414 + age);
            let residual = future.residual(aged(age), 1e6).expect("in domain");
            prop_assert!((residual * 1e6 / rate - 1.0).abs() < 1e-3);
        }
    }
}
