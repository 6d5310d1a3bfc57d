//! How many purchases those who are still alive will make.
//!
//! ```text
//! A = r + x,  R = α + T,  G = β + T,  N(u): purchases until u of who never leaves
//! P(alive at T+t) = (G/(G+t))^s
//! P(Y ≥ n) = ∫₀ᵗ (G/(G+u))^s dP(N(u) ≥ n)
//! P(Y = n) = (G/(G+t))^s P(N(t) = n) + ∫₀ᵗ s/G (G/(G+u))^(s+1) P(N(u) = n) du
//! E[Y(Y−1)] = 2 A(A+1)/R² ∫₀ᵗ u (G/(G+u))^s du
//! ```
//!
//! The published probabilities (Fader and Hardie 2006, "Deriving an Expression
//! for P(X(t) = x) Under the Pareto/NBD Model") subtract two series of
//! hypergeometric functions. Before that step they are integrals of positive
//! terms, and are added up as such.

use super::{Future, future::NODES};
use crate::kernel::maths::arrivals::{Hump, exactly};
use crate::kernel::maths::beta_prime::ln_beta;
use crate::kernel::purchase_model::{Dated, Law, Timed, Ways, Window, Within};

impl Law for Within<'_, Future> {
    fn survival(&self) -> f64 {
        let Window { age, horizon } = self.window;
        (-self.future.s * self.future.stretch(age, horizon)).exp()
    }

    fn purchases(&self) -> f64 {
        let Window { age, horizon } = self.window;
        self.future.mean(age, horizon)
    }

    fn mean_and_variance(&self) -> [f64; 2] {
        let (future, Window { age, horizon }) = (self.future, self.window);
        let (pace, log) = (future.pace(age), future.stretch(age, horizon));
        let mean = self.purchases();
        let pairs = 2.0 * (1.0 + 1.0 / future.shape) * twice(future.s, log, 2.0 * pace.ln());
        [mean, pairs - mean * mean + mean]
    }

    fn exactly(&self, n: f64) -> f64 {
        (self.staying_after(n) + self.leaving_after(n).sum()).min(1.0)
    }

    fn at_least(&self, n: f64) -> f64 {
        if n == 0.0 {
            return 1.0;
        }
        let future = self.future;
        let hump = Hump {
            rise: n - 1.0,
            falls: [future.shape + 1.0, future.s],
            scales: self.scales(),
            until: self.window.horizon,
            front: -ln_beta(n, future.shape),
        };
        // The nodes add up to one but for rounding.
        hump.sum().min(1.0)
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
        Ways {
            stays: self.staying_after(n),
            leaves: self.leaving_after(n).outline(),
            leaves_buying: false,
        }
    }
}

impl Within<'_, Future> {
    /// α+T and β+T.
    fn scales(&self) -> [f64; 2] {
        [self.future.alpha, self.future.beta].map(|scale| scale + self.window.age)
    }

    /// Stays beyond the horizon, with `n` purchases within it.
    fn staying_after(&self, n: f64) -> f64 {
        let reach = self.window.horizon / self.scales()[0];
        self.survival() * exactly(self.future.shape, reach, n)
    }

    /// Leaves within the horizon, after `n` purchases.
    fn leaving_after(&self, n: f64) -> Hump {
        let (Future { shape, s, .. }, scales) = (*self.future, self.scales());
        let orders = if n == 0.0 { 0.0 } else { -n.ln() - ln_beta(n, shape) };
        Hump {
            rise: n,
            falls: [shape, s + 1.0],
            scales,
            until: self.window.horizon,
            front: orders + (s * scales[0] / scales[1]).ln(),
        }
    }
}

/// ∫ (e^v − 1) e^((1−s)v) dv from 0 to `log`, times e to the `front`: that of u (G/(G+u))^s over G².
/// NaN where there is no number of panels.
fn twice(s: f64, log: f64, front: f64) -> f64 {
    // Beyond, nothing is left of what falls with e^((2−s)v).
    let end = if s > 3.0 { log.min(45.0 / (s - 2.0)) } else { log };
    let panels = (end * (1.0 + (1.0 - s).abs()) / 8.0).ceil();
    let width = end / panels;
    // Together, as neither factor need be a number by itself.
    let density = |v: f64| -(-v).exp_m1() * ((2.0 - s) * v + front).exp();
    if panels.is_nan() || panels > MOST_PANELS {
        return f64::NAN;
    }
    let starts = std::iter::successors(Some(0.0), |panel| Some(panel + 1.0));
    let starts = starts.take_while(|panel| *panel < panels).map(|panel| panel * width);
    let panel = |start: f64| {
        NODES.iter().map(|(at, w)| w * width * density(start + at * width)).sum::<f64>()
    };
    starts.map(panel).sum()
}

/// No logarithm of doubles needs more than 550.
const MOST_PANELS: f64 = 1000.0;

#[cfg(test)]
mod tests {
    use super::super::Params;
    use super::*;
    use crate::kernel::maths::draws::Draws;
    use crate::kernel::maths::{arrivals, normal};
    use crate::kernel::purchase_model::PurchaseModel;
    use crate::kernel::purchase_model::quantile;
    use crate::kernel::purchase_model::testing::*;
    use crate::kernel::testing::{assert_close, history};
    use crate::kernel::{History, OutOfDomain};
    use proptest::prelude::*;

    fn params(r: f64, alpha: f64, s: f64, beta: f64) -> Params {
        Params::new(r, alpha, s, beta).expect("in domain")
    }

    /// The published estimates for CDNOW, in weeks.
    fn cdnow() -> Params {
        params(0.553, 10.578, 0.606, 11.669)
    }

    #[test]
    fn variances_match_the_reference_values() {
        let age = 272.0 / 7.0;
        let cases = [
            ((2.0, 213.0 / 7.0, age), 3.182_354_843_763_192),
            ((1.0, 12.0 / 7.0, age), 0.466_978_957_926_802),
            ((0.0, 0.0, age), 0.219_298_771_458_691_8),
            ((7.0, 206.0 / 7.0, age), 13.541_919_228_905_22),
            ((29.0, 265.0 / 7.0, age), 88.793_537_846_079_58),
            ((1.0, 180.0 / 7.0, 27.0), 2.774_114_327_821_037),
            ((20.0, 5.0, age), 2.145_143_624_741_985e-7),
        ];
        assert_variances(&cdnow(), &cases);
    }

    #[test]
    fn the_most_frequent_buyers_buy_again() {
        let ahead = window(38.0, 39.0);
        let reach: f64 = 39.0 / (10.578 + 38.0);
        for x in [1e3, 1e6, 1e9, 1e12] {
            // Nearly nobody leaves here, so it is as if nobody could.
            let stays = params(0.553, 10.578, 1e-15, 1e3).future(x).expect("in domain");
            let mean = x * reach;
            for deviations in [-3.0, -1.0, 0.0, 1.0, 3.0] {
                let n = (mean + deviations * (mean * (1.0 + reach)).sqrt()).round();
                // The normal limit from 10⁶ on; before, the exact one.
                let want = match x < 1e6 {
                    true => arrivals::at_least(x + 0.553, reach, n),
                    false => normal::upper_tail(deviations),
                };
                let tolerance = if x < 1e6 { 1e-9 } else { 2e-3 };
                let got = stays.within(ahead).at_least(n);
                assert!((got - want).abs() < tolerance, "x={x} n={n}: {got}, want {want}");
            }
            // Most stay to the end, so the upper end is where they come to by then.
            let future = cdnow().future(x).expect("in domain");
            let upper = quantile(0.025, |n| Ok::<_, OutOfDomain>(future.within(ahead).at_least(n)));
            let (upper, spread) = (upper.expect("no error"), (1.0 + reach).sqrt() / mean.sqrt());
            assert!((upper / mean - 1.0).abs() < 3.0 * spread, "x={x}: {upper}, mean {mean}");
        }
    }

    #[test]
    fn new_customers_buy_as_often_as_the_reference_says() {
        let wants = [
            0.593_625_031_602_384,
            0.165_562_947_277_176,
            0.082_487_184_116_316_6,
            0.049_039_953_642_814_3,
        ];
        for (n, want) in (0_u32..).zip(wants) {
            let got = probability(&cdnow(), History::acquired(), 39.0, f64::from(n));
            assert_close(got, want, 1e-12);
        }
    }

    #[test]
    fn chances_agree_with_direct_integration_over_the_time_of_leaving() {
        let future = cdnow().future(3.0).expect("in domain");
        let (age, horizon, steps) = (20.0, 30.0, 200_000);
        let (rate, stay) = (10.578 + age, 11.669 + age);
        for n in [0.0, 1.0, 5.0, 40.0] {
            let width = horizon / f64::from(steps);
            let left: f64 = (0..steps)
                .map(|step| width * (f64::from(step) + 0.5))
                .map(|u| {
                    let density = 0.606 / stay * (stay / (stay + u)).powf(1.606);
                    width * density * exactly(3.553, u / rate, n)
                })
                .sum();
            let stays = (stay / (stay + horizon)).powf(0.606) * exactly(3.553, horizon / rate, n);
            assert_close(future.within(window(age, horizon)).exactly(n), left + stays, 1e-7);
        }
    }

    #[test]
    fn simulated_customers_buy_and_leave_as_often_as_they_should() {
        let (customers, age, horizon, mut draws) = (200_000, 20.0, 30.0, Draws::new(5));
        let future = cdnow().future(2.0).expect("in domain");
        let (mut counts, mut alive) = ([0.0; 4], 0.0);
        for _ in 0..customers {
            let rate = draws.gamma(2.553, 10.578 + age);
            let leaves = draws.gamma(0.606, 11.669 + age);
            let leaves = draws.wait(leaves);
            let (mut now, mut count) = (draws.wait(rate), 0);
            while now < f64::min(horizon, leaves) {
                count += 1;
                now += draws.wait(rate);
            }
            counts[count.min(3)] += 1.0;
            alive += if leaves > horizon { 1.0 } else { 0.0 };
        }
        let soon = window(age, horizon);
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
    fn whole_shapes_are_no_special_cases() {
        for s in [1.0, 2.0, 3.0] {
            let at = |s| variance(&params(0.5, 10.0, s, 12.0), history(3.0, 20.0, 30.0), 39.0);
            assert_close(at(s * (1.0 + 1e-10)), at(s), 1e-9);
            assert_close(at(s * (1.0 - 1e-10)), at(s), 1e-9);
        }
        // s = 2: the logarithm of the published form's limit.
        let (g, t): (f64, f64) = (42.0, 39.0);
        let scaled = ((g + t) / g).ln() + g / (g + t) - 1.0;
        assert_close(twice(2.0, (t / g).ln_1p(), 0.0), scaled, 1e-12);
        // s = 1: u less a logarithm.
        assert_close(twice(1.0, (t / g).ln_1p(), 0.0), t / g - ((g + t) / g).ln(), 1e-12);
        // Far from both, the published form.
        for (s, g, t) in [(0.05, 3.0_f64, 500.0_f64), (7.5, 1.0, 1e6), (400.0, 9.0, 5.0)] {
            let power = |e: f64| (((t / g).ln_1p() * e).exp() - 1.0) / e;
            assert_close(twice(s, (t / g).ln_1p(), 0.0), power(2.0 - s) - power(1.0 - s), 1e-9);
        }
    }

    #[test]
    fn the_longest_horizon_of_the_shortest_life_has_an_end() {
        // Sixty-digit arithmetic. Horizon by beta, and what is raised to a power, are no doubles.
        for (s, mean, variance) in [
            (0.5, 2.0, 2.666_666_666_666_666_9e300),
            (1.5, 2e-300, 1e-299),
            (2.5, 6.666_666_666_666_667e-301, 6.666_666_666_666_667e-301),
        ] {
            let future = params(1.0, 1.0, s, 1e-300).future(0.0).expect("in domain");
            assert_close(future.mean(0.0, 1e300), mean, 1e-11);
            assert_close(future.within(window(0.0, 1e300)).mean_and_variance()[1], variance, 1e-11);
        }
        let future = params(1.0, 1.0, 0.001, 1e-300).future(0.0).expect("in domain");
        assert_close(future.mean(0.0, 1e300), 2.514_400_832_341_922e299, 1e-11);
        assert!(
            !future.within(window(0.0, 1e300)).mean_and_variance()[1].is_finite(),
            "4e599 is no number"
        );
    }

    #[test]
    fn in_next_to_no_time_at_most_one_purchase_comes() {
        let future = cdnow().future(4.0).expect("in domain");
        let rate = 4.553 / 40.578;
        let soon = window(30.0, 1e-9);
        assert_close(future.within(soon).exactly(1.0), rate * 1e-9, 1e-7);
        assert_close(future.within(soon).mean_and_variance()[1], rate * 1e-9, 1e-7);
        let now = window(30.0, 0.0);
        assert_eq!(future.within(now).exactly(0.0).to_bits(), 1.0_f64.to_bits());
        assert_eq!(future.within(now).exactly(3.0).to_bits(), 0.0_f64.to_bits());
        assert_eq!(future.within(now).mean_and_variance()[1].to_bits(), 0.0_f64.to_bits());
        assert_close(future.within(window(30.0, 41.669)).survival(), 0.5_f64.powf(0.606), 1e-14);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_probabilities_are_a_distribution(
            r in 0.05..10.0_f64, alpha in 1.0..50.0_f64, s in 0.05..5.0_f64, beta in 0.5..80.0_f64,
            x in 0_u32..40, age in 1.0..200.0_f64, share in 0.001..1.5_f64,
        ) {
            let future = params(r, alpha, s, beta).future(f64::from(x)).expect("in domain");
            assert_distribution(&future.within(window(age, share * (alpha + age))));
            let chance = future.within(window(age, share * (alpha + age))).exactly(500.0);
            prop_assert!((0.0..=1.0).contains(&chance));
        }
    }
}
