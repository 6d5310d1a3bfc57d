//! What a customer who is still alive will do next.
//!
//! ```text
//! G = β+T,  rate = (r+x)/(α+T)
//! E[Y(t)] | alive  = rate ∫₀ᵗ (G/(G+u))^s du
//! DERT(δ) | alive  = rate ∫₀^∞ exp(−δu) (G/(G+u))^s du
//! ```
//!
//! The first is elementary, and written so that s = 1, where the published form
//! divides by zero, is not a special case. The second is Tricomi's function in the
//! literature; here it is added up in panels that double.

use std::sync::LazyLock;

use super::Params;
use crate::kernel::History;
use crate::kernel::OutOfDomain;
use crate::kernel::domain::{ensure_positive, ensure_whole};
use crate::kernel::maths::beta::Rule;
use crate::kernel::maths::panels::panels;
use crate::kernel::purchase_model::{GivenAlive, Window, Within};

/// The future of those customers of one frequency who are still alive.
#[derive(Debug, Clone, Copy)]
pub struct Future {
    /// r + x, the shape of the purchase rate given the past.
    pub(super) shape: f64,
    pub(super) alpha: f64,
    pub(super) s: f64,
    pub(super) beta: f64,
}

/// The nodes of one panel of DERT.
pub(super) static NODES: LazyLock<Vec<(f64, f64)>> =
    LazyLock::new(|| Rule::gauss_jacobi(1.0, 1.0, 16).nodes().collect());

impl Future {
    /// What customers with `frequency` repeat purchase days have in common.
    ///
    /// # Errors
    /// `frequency` is not a whole number.
    pub fn new(Params { r, alpha, s, beta }: Params, frequency: f64) -> Result<Self, OutOfDomain> {
        ensure_whole("frequency", frequency)?;
        Ok(Self { shape: r + frequency, alpha, s, beta })
    }

    /// What happens within a time from now.
    pub(super) fn within(&self, window: Window) -> Within<'_, Self> {
        Within { future: self, window }
    }

    /// The present rate of purchases times β+T.
    pub(super) fn pace(&self, age: f64) -> f64 {
        self.shape * (self.beta + age) / (self.alpha + age)
    }

    /// ln((G+t)/G), for any G above 0: t/G need not be a number.
    pub(super) fn stretch(&self, age: f64, horizon: f64) -> f64 {
        let ratio = horizon / (self.beta + age);
        if ratio.is_finite() { ratio.ln_1p() } else { horizon.ln() - (self.beta + age).ln() }
    }

    /// E[Y(t)].
    pub(super) fn mean(&self, age: f64, horizon: f64) -> f64 {
        let log = self.stretch(age, horizon);
        let fall = (self.s - 1.0) * log;
        match fall < -LARGEST {
            true => (self.pace(age).ln() - fall).exp() / (1.0 - self.s),
            false => self.pace(age) * log * fading(fall),
        }
    }
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
        let age = past.age;
        let (s, rate) = (self.s, discount_rate * (self.beta + age));
        let density = |v: f64| (-rate * v - s * v.ln_1p()).exp();
        let sum: f64 = panels(rate, 0.5_f64.min(1.0 / s))
            .map(|(start, end)| {
                let width = end - start;
                NODES
                    .iter()
                    .map(|(at, weight)| weight * width * density(start + at * width))
                    .sum::<f64>()
            })
            .sum();
        Ok(self.pace(age) * sum)
    }
}

/// The exponential of more is no number; of this one, the rest of 1 is not seen.
const LARGEST: f64 = 700.0;

/// (1 − exp(−y))/y, which is 1 at 0.
fn fading(y: f64) -> f64 {
    if y == 0.0 { 1.0 } else { -(-y).exp_m1() / y }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::History;
    use crate::kernel::purchase_model::testing::*;
    use crate::kernel::purchase_model::{Law, PurchaseModel};
    use crate::kernel::testing::{assert_close, history};
    use proptest::prelude::*;

    fn params(r: f64, alpha: f64, s: f64, beta: f64) -> Params {
        Params::new(r, alpha, s, beta).expect("in domain")
    }

    /// The published estimates for CDNOW, in weeks.
    fn cdnow() -> Params {
        params(0.553, 10.578, 0.606, 11.669)
    }

    #[test]
    fn predictions_match_the_reference_values() {
        let age = 272.0 / 7.0;
        let cases = [
            (
                (2.0, 213.0 / 7.0, age),
                [0.869_186_154_651_161_8, 1.455_226_130_949_346, 6.484_143_063_301_988],
            ),
            (
                (1.0, 12.0 / 7.0, age),
                [0.168_127_151_017_669_8, 0.171_228_550_186_887_6, 0.762_953_875_222_991_5],
            ),
            (
                (0.0, 0.0, age),
                [0.295_303_374_265_795_5, 0.107_092_833_820_643_1, 0.477_180_309_492_151_7],
            ),
            (
                (7.0, 206.0 / 7.0, age),
                [0.749_542_718_957_020_6, 3.712_639_188_177_264, 16.542_641_124_000_46],
            ),
            (
                (29.0, 265.0 / 7.0, age),
                [0.983_530_163_562_808, 19.061_458_481_634_82, 84.933_345_520_314_52],
            ),
            (
                (1.0, 180.0 / 7.0, 27.0),
                [0.979_168_425_618_981_3, 1.255_986_650_157_792, 5.248_789_913_080_786],
            ),
            (
                (20.0, 5.0, age),
                [9.346_985_032_353_73e-10, 1.259_834_912_916_68e-8, 5.613_526_061_523_64e-8],
            ),
        ];
        assert_predictions(&cdnow(), &cases);
    }

    #[test]
    fn published_predictions_come_out() {
        assert_close(
            purchases(&cdnow(), history(2.0, 30.43, 38.86), 39.0),
            1.455_123_193_257_602,
            1e-12,
        );
        let documented = params(0.55, 10.57, 0.61, 11.64);
        let got = residual(&documented, history(7.0, 35.0, 77.86), 0.0027);
        assert_close(got, 0.881_629_437_397_305, 1e-11);
        let heavy = params(0.55, 10.58, 0.61, 11.67);
        for (x, want) in [(132.0, 6.206_051_788_962_932), (133.0, 6.252_872_247_574_497)] {
            assert_close(purchases(&heavy, history(x, 200.0, 200.0), 10.0), want, 1e-12);
        }
    }

    #[test]
    fn new_customers_match_the_reference_values() {
        for (horizon, want) in [
            (1.0 / 7.0, 0.007_440_807_135_080_479),
            (1.0, 0.050_979_843_245_990_99),
            (3.0, 0.146_061_185_050_196_2),
            (39.0, 1.213_002_844_281_016),
            (78.0, 1.909_398_129_313_685),
        ] {
            assert_close(purchases(&cdnow(), History::acquired(), horizon), want, 1e-12);
        }
    }

    #[test]
    fn whole_shapes_are_no_special_cases() {
        for s in [1.0, 2.0] {
            let at = |s| purchases(&params(0.5, 10.0, s, 12.0), history(3.0, 20.0, 30.0), 39.0);
            assert_close(at(s * (1.0 + 1e-9)), at(s), 1e-8);
            assert_close(at(s * (1.0 - 1e-9)), at(s), 1e-8);
        }
        // s = 1 is a logarithm, s = 2 a ratio.
        let once = Future::new(params(0.5, 10.0, 1.0, 12.0), 3.0).expect("in domain");
        let want = 3.5 * 42.0 / 40.0 * (81.0_f64 / 42.0).ln();
        assert_close(once.within(window(30.0, 39.0)).purchases(), want, 1e-14);
        let twice = Future::new(params(0.5, 10.0, 2.0, 12.0), 3.0).expect("in domain");
        let want = 3.5 * 42.0 / 40.0 * (1.0 - 42.0 / 81.0);
        assert_close(twice.within(window(30.0, 39.0)).purchases(), want, 1e-14);
    }

    #[test]
    fn a_short_time_holds_the_present_rate_of_purchases() {
        let future = Future::new(cdnow(), 4.0).expect("in domain");
        let rate = 4.553 / (10.578 + 30.0);
        assert_close(future.within(window(30.0, 1e-9)).purchases() * 1e9, rate, 1e-9);
        assert_eq!(future.within(window(30.0, 0.0)).purchases().to_bits(), 0.0_f64.to_bits());
    }

    /// Both integrals of the header, in small steps of the trapezoidal rule on
    /// the logarithm of G+u.
    fn directly(s: f64, scale: f64, until: f64, discount: f64) -> f64 {
        let panels = 200_000;
        let whole = (until / scale).ln_1p();
        let width = whole / f64::from(panels);
        let density = |i: i32| {
            let log = width * f64::from(i);
            let u = scale * log.exp_m1();
            (-discount * u - s * log + log).exp() * scale
        };
        let inner: f64 = (1..panels).map(density).sum();
        width * (inner + 0.5 * (density(0) + density(panels)))
    }

    #[test]
    fn closed_forms_agree_with_direct_integration() {
        for (s, beta, age) in
            [(0.6, 11.7, 30.0), (0.05, 0.4, 3.0), (3.0, 2.0, 0.0), (25.0, 400.0, 40.0)]
        {
            let mut future = Future::new(params(1.0, 5.0, s, beta), 2.0).expect("in domain");
            let rate = 3.0 / (5.0 + age);
            let got = future.within(window(age, 39.0)).purchases();
            assert_close(got, rate * directly(s, beta + age, 39.0, 0.0), 1e-8);
            let got = future.residual(aged(age), 0.01).expect("in domain");
            assert_close(got, rate * directly(s, beta + age, 5000.0, 0.01), 1e-7);
        }
    }

    #[test]
    fn an_impossible_question_names_the_argument_and_the_rule() {
        let mut future = cdnow().future(1.0).expect("in domain");
        for (error, want) in [
            (
                future.law(aged(1.0), -1.0).map(|law| law.purchases()),
                "`horizon` must be finite and >= 0, got -1",
            ),
            (future.residual(aged(1.0), 0.0), "`discount_rate` must be finite and > 0, got 0"),
        ] {
            assert_eq!(error.expect_err("out of domain").to_string(), want);
        }
        let error = cdnow().future(0.5).expect_err("out of domain");
        assert_eq!(error.to_string(), "`frequency` must be a whole number >= 0, got 0.5");
    }

    proptest! {
        #[test]
        fn more_time_never_means_fewer_purchases(
            r in 0.01..20.0_f64, alpha in 0.1..50.0_f64, s in 0.01..5.0_f64, beta in 0.01..50.0_f64,
            x in 0_u32..60, age in 0.0..200.0_f64, step in 0.01..30.0_f64,
        ) {
            let future = Future::new(params(r, alpha, s, beta), f64::from(x)).expect("in domain");
            let once = future.within(window(age, step)).purchases();
            let twice = future.within(window(age, 2.0 * step)).purchases();
            let rate = (r + f64::from(x)) / (alpha + age);
            prop_assert!(0.0 < once && once <= twice && once <= rate * step * (1.0 + 1e-12));
        }

        #[test]
        fn heavy_discounting_leaves_the_present_rate_and_light_discounting_what_is_to_come(
            s in 1.5..5.0_f64, x in 0_u32..60, age in 0.0..200.0_f64,
        ) {
            let mut future = Future::new(params(0.5, 4.0, s, 9.0), f64::from(x)).expect("in domain");
            let rate = (0.5 + f64::from(x)) / (4.0 + age);
            let heavy = future.residual(aged(age), 1e6).expect("in domain");
            prop_assert!((heavy * 1e6 / rate - 1.0).abs() < 1e-3);
            let light = future.residual(aged(age), 1e-9).expect("in domain");
            let ever = rate * (9.0 + age) / (s - 1.0);
            prop_assert!(light <= ever * (1.0 + 1e-12) && light > 0.9 * ever);
        }
    }
}
