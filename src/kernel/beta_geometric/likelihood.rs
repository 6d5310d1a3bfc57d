//! How well parameters explain the histories, and which explain them best.
//!
//! Per cell of [`Cells`] it costs four loads, one exponential and one
//! logarithm.
//!
//! ```text
//! ln L = lnΓ(r+x) − lnΓ(r) + r ln α
//!      + lnΓ(a+b) − lnΓ(a+b+k) + lnΓ(b+k) − lnΓ(b)      k tosses: x or x + 1
//!      + ln(exp A₃ + [k > 0] exp A₄)
//! A₃ = −(r+x) ln(α+T)                          still a customer
//! A₄ = ln a − ln(b+k−1) − (r+x) ln(α+t_x)      left at the last purchase
//! ```

use super::{Coin, History, Params, log_odds_left};
use crate::kernel::maths::gamma::{ln_gamma, rising};
use crate::kernel::maths::maximise::{Local, LogLikelihood, Maximum, Range, maximise};
use crate::kernel::maths::odds::Odds;
use crate::kernel::purchase_model::cells::{Cell, Cells, Frequency};
use crate::kernel::purchase_model::rate::{Elapsed, Time, counts};
use crate::kernel::weights::Weighted;

/// Finds the parameters (r, α, a, b) under which `histories` are most likely.
///
/// Each history comes with its weight: the number of customers that share it,
/// or that it represents. The result does not depend on their order.
/// `None` where no history has a weight above zero.
pub fn fit(coin: Coin, histories: impl IntoIterator<Item = (History, f64)>) -> Option<Maximum<4>> {
    let model = Model { coin, cells: Cells::new(histories)? };
    let coarse = model.cells.coarse().map(|cells| Model { coin, cells });
    maximise(&model, coarse.as_ref(), starts(&model.cells, 1.0), ranges(&model.cells))
}

/// Where the parameters (r, α, a, b) are searched.
pub(in crate::kernel) fn ranges(cells: &Cells) -> [Range; 4] {
    [1.0, cells.unit(), 1.0, 1.0].map(Range::around)
}

/// Starting points: rates with little or much heterogeneity, of `ticks` per purchase,
/// and dropout probabilities that are homogeneous, spread out, or polarised.
pub(in crate::kernel) fn starts(cells: &Cells, ticks: f64) -> Vec<[f64; 4]> {
    let rate = ticks * cells.rate();
    let buying = [[0.3, 0.3 / rate], [0.3, 0.06 / rate], [3.0, 3.0 / rate], [3.0, 0.6 / rate]];
    let leaving = [[1.0, 3.0], [0.1, 0.1], [0.03, 0.3], [0.3, 0.03], [10.0, 30.0], [30.0, 10.0]];
    let with = |[r, alpha]: [f64; 2]| leaving.map(|[a, b]| [r, alpha, a, b]);
    buying.into_iter().flat_map(with).collect()
}

/// The log-likelihood of all `histories` by (r, α, a, b), to be asked anywhere.
pub fn log_likelihood_of(
    coin: Coin,
    histories: impl IntoIterator<Item = (History, f64)>,
) -> Option<impl Fn([f64; 4]) -> f64> {
    let model = Cells::new(histories).map(|cells| Model { coin, cells })?;
    Some(move |parameters| model.at(parameters).value)
}

/// As [`fit`], with the errors that the kind of the weights asks for.
pub fn fit_weighted(coin: Coin, histories: &Weighted<History>) -> Option<Maximum<4>> {
    let model = |rows| Some(Model { coin, cells: Cells::new(rows)? });
    Some(histories.robust(fit(coin, histories.rows())?, model))
}

/// The log-likelihood of one customer.
#[must_use]
pub fn log_likelihood(params: Params, history: History) -> f64 {
    let Params { coin, r, alpha, a, b } = params;
    let tosses = coin.tosses(history.x);
    let History { x, age, .. } = history;
    let counts = ln_gamma(r + x) - ln_gamma(r) + r * alpha.ln();
    let drop_out = ln_gamma(a + b) - ln_gamma(a + b + tosses) + ln_gamma(b + tosses) - ln_gamma(b);
    let stayed = -(r + x) * (alpha + age).ln();
    let left = Odds::new(log_odds_left(params, history)).log_total;
    counts + drop_out + stayed + left
}

/// The histories, as this model sees them.
struct Model {
    coin: Coin,
    cells: Cells,
}

/// Sums over the cells of one frequency; `p` is the posterior chance of having
/// left, `v` = p(1−p), and the two derivatives are those of A₄ − A₃ by r and α.
#[derive(Default)]
struct Sums {
    value: f64,
    elapsed: Elapsed,
    p: f64,
    v: f64,
    v_r: f64,
    v_alpha: f64,
    v_r_r: f64,
    v_r_alpha: f64,
    v_alpha_alpha: f64,
}

impl Sums {
    /// Of customers who cannot have left.
    fn without_toss(cells: &[Cell], times: &[Time], shape: f64) -> Self {
        cells.iter().fold(Self::default(), |mut sums, cell| {
            let (age, w) = (times[cell.age()], cell.weight);
            sums.value -= w * shape * age.log;
            sums.elapsed.add(age, w);
            sums
        })
    }

    fn with_tosses(cells: &[Cell], times: &[Time], shape: f64, log_odds: f64) -> Self {
        cells.iter().fold(Self::default(), |mut sums, cell| {
            let (age, last, w) = (times[cell.age()], times[cell.recency()], cell.weight);
            let by_r = age.log - last.log;
            let by_alpha = shape * (last.inverse - age.inverse);
            let odds = Odds::new(log_odds + shape * by_r);
            let v = w * odds.left * odds.stayed;
            sums.value += w * (odds.log_total - shape * age.log);
            sums.elapsed.add(age, w * odds.stayed);
            sums.elapsed.add(last, w * odds.left);
            sums.p += w * odds.left;
            sums.v += v;
            sums.v_r += v * by_r;
            sums.v_alpha += v * by_alpha;
            sums.v_r_r += v * by_r * by_r;
            sums.v_r_alpha += v * by_r * by_alpha;
            sums.v_alpha_alpha += v * by_alpha * by_alpha;
            sums
        })
    }

    fn add_to(&self, local: &mut Local<4>, shape: f64, alpha: f64, [by_a, by_b]: [f64; 2]) {
        self.elapsed.add_to(local, shape, alpha);
        local.value += self.value;
        local.gradient[2] += self.p * by_a;
        local.gradient[3] += self.p * by_b;
        let hessian = &mut local.hessian;
        hessian[0][0] += self.v_r_r;
        hessian[1][0] += self.v_r_alpha;
        hessian[1][1] += self.v_alpha_alpha;
        hessian[2][0] += self.v_r * by_a;
        hessian[2][1] += self.v_alpha * by_a;
        hessian[2][2] += (self.v - self.p) * by_a * by_a;
        hessian[3][0] += self.v_r * by_b;
        hessian[3][1] += self.v_alpha * by_b;
        hessian[3][2] += self.v * by_a * by_b;
        hessian[3][3] += (self.v + self.p) * by_b * by_b;
    }
}

impl LogLikelihood<4> for Model {
    fn at(&self, [r, alpha, a, b]: [f64; 4]) -> Local<4> {
        let times = Time::all(&self.cells.times, alpha);
        let mut local = counts(&self.cells, r, alpha);
        add_coins(&mut local, &self.cells, self.coin, a, b);
        for Frequency { x, cells, .. } in &self.cells.frequencies {
            let (shape, tosses) = (r + x, self.coin.tosses(*x));
            // In this order, because b may be tiny.
            let others = b + (tosses - 1.0);
            let (sums, by_coin) = if tosses == 0.0 {
                (Sums::without_toss(cells, &times, shape), [0.0, 0.0])
            } else {
                let sums = Sums::with_tosses(cells, &times, shape, (a / others).ln());
                (sums, [1.0 / a, -1.0 / others])
            };
            sums.add_to(&mut local, shape, alpha, by_coin);
        }
        local
    }
}

/// lnΓ(a+b) − lnΓ(a+b+k) + lnΓ(b+k) − lnΓ(b), summed over all customers.
pub(in crate::kernel) fn add_coins(
    local: &mut Local<4>,
    cells: &Cells,
    coin: Coin,
    a: f64,
    b: f64,
) {
    let tosses = || cells.counts().map(|x| coin.tosses(x));
    let (stays, coins) = (rising(b, tosses()), rising(a + b, tosses()));
    for ((frequency, stay), coin) in cells.frequencies.iter().zip(stays).zip(coins) {
        let w = frequency.weight;
        local.value += w * (stay.value - coin.value);
        local.gradient[2] -= w * coin.slope;
        local.gradient[3] += w * (stay.slope - coin.slope);
        local.hessian[2][2] -= w * coin.curvature;
        local.hessian[3][2] -= w * coin.curvature;
        local.hessian[3][3] += w * (stay.curvature - coin.curvature);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::maths::draws::Draws;
    use crate::kernel::maths::maximise::Bound;
    use crate::kernel::testing::*;
    use proptest::prelude::*;

    const BG: Coin = Coin::AfterRepeats;
    const MBG: Coin = Coin::AfterAll;
    const BEST_MBG: [f64; 4] =
        [0.524_843_159_106_33, 6.183_085_279_576_2, 0.891_359_390_732_146, 1.614_002_240_170_08];

    #[test]
    fn the_sample_gives_the_reference_parameters_errors_and_likelihood() {
        let fit = fit(BG, sample()).expect("customers");
        let parameters =
            [0.242_594_522_430_157, 4.413_602_019_013_51, 0.792_922_017_225_765, 2.425_906_776_827];
        let errors = [0.012_557_38, 0.378_224_06, 0.185_733_82, 0.705_414_26];
        for i in 0..4 {
            assert_close(fit.parameters[i], parameters[i], 1e-10);
            assert_close(fit.standard_errors[i].expect("identified"), errors[i], 1e-6);
        }
        assert!((fit.log_likelihood + 9_582.429_206_673_93).abs() < 1e-8);
        assert!(fit.converged && fit.identified && fit.bounds().next().is_none());
        assert!(fit.iterations <= 12, "{} iterations", fit.iterations);
    }

    #[test]
    fn the_master_gives_the_reference_parameters_errors_and_likelihood() {
        let fit = fit(BG, master()).expect("customers");
        let parameters = [
            0.251_623_958_852_123,
            4.788_942_961_859_95,
            0.723_433_576_757_575,
            2.161_088_358_941_63,
        ];
        let errors = [0.004_201_97, 0.131_254_91, 0.053_929_24, 0.198_589_30];
        for i in 0..4 {
            assert_close(fit.parameters[i], parameters[i], 1e-10);
            assert_close(fit.standard_errors[i].expect("identified"), errors[i], 1e-6);
        }
        assert!((fit.log_likelihood + 95_368.443_933_160_77).abs() < 1e-7);
    }

    #[test]
    fn the_start_does_not_matter() {
        let model = Model { coin: BG, cells: Cells::new(sample()).expect("customers") };
        let want = fit(BG, sample()).expect("customers");
        for start in [[0.1; 4], [10.0; 4], [1.0; 4], [1.0, 10.0, 1.0, 10.0]] {
            let got = maximise(&model, None, [start], [Range::around(1.0); 4]).expect("a start");
            assert!(got.converged, "from {start:?}");
            for i in 0..4 {
                assert_close(got.parameters[i], want.parameters[i], 1e-9);
            }
        }
    }

    #[test]
    fn the_unit_of_time_changes_alpha_only() {
        let weeks = fit(BG, sample()).expect("customers");
        let years = sample().into_iter().map(|(h, n)| {
            (History { x: h.x, t_x: h.t_x * 7.0 / 365.25, age: h.age * 7.0 / 365.25 }, n)
        });
        let years = fit(BG, years).expect("customers");
        assert_close(years.parameters[1] * 365.25 / 7.0, weeks.parameters[1], 1e-9);
        for i in [0, 2, 3] {
            assert_close(years.parameters[i], weeks.parameters[i], 1e-9);
        }
    }

    #[test]
    fn the_closed_derivatives_match_differences() {
        for coin in [BG, MBG] {
            let model = Model { coin, cells: Cells::new(sample()).expect("customers") };
            assert_derivatives(&model, [0.4, 5.0, 0.7, 1.9]);
        }
    }

    #[test]
    fn a_toss_at_the_first_purchase_gives_the_reference_fits() {
        let of_sample = fit(MBG, sample()).expect("customers");
        assert_fit(&of_sample, BEST_MBG, [0.083_268_21, 0.695_620_64, 0.154_789_93, 0.537_494_80]);
        assert!((of_sample.log_likelihood + 9_582.135_715_553_75).abs() < 1e-8);
        let of_master = fit(MBG, master()).expect("customers");
        let parameters = [
            0.637_139_733_444_267,
            7.310_289_541_994_13,
            0.807_474_117_948_831,
            1.228_393_995_655_92,
        ];
        for (got, want) in of_master.parameters.into_iter().zip(parameters) {
            assert_close(got, want, 1e-9);
        }
        assert!((of_master.log_likelihood + 95_336.958_319_879_54).abs() < 1e-7);
    }

    #[test]
    fn the_start_does_not_matter_with_a_toss_at_the_first_purchase_either() {
        let model = Model { coin: MBG, cells: Cells::new(sample()).expect("customers") };
        for start in [[0.1; 4], [10.0; 4], [1.0; 4], [1.0, 10.0, 1.0, 10.0]] {
            let got = maximise(&model, None, [start], [Range::around(1.0); 4]).expect("a start");
            assert!(got.converged, "from {start:?}");
            for (got, want) in got.parameters.into_iter().zip(BEST_MBG) {
                assert_close(got, want, 1e-9);
            }
        }
    }

    #[test]
    fn cells_add_up_to_what_customers_say_one_by_one() {
        let [r, alpha, a, b] = BEST_MBG;
        let params = Params::new(MBG, r, alpha, a, b).expect("in domain");
        let one_by_one: f64 = sample().iter().map(|(h, n)| n * log_likelihood(params, *h)).sum();
        assert_close(one_by_one, -9_582.135_715_553_75, 1e-12);
    }

    #[test]
    fn single_customers_have_the_reference_likelihoods() {
        let rounded = Params::new(BG, 0.243, 4.414, 0.793, 2.426).expect("in domain");
        let age = 272.0 / 7.0;
        for (x, t_x, age, want) in [
            (2.0, 213.0 / 7.0, age, -9.458_473_557_488_497),
            (1.0, 12.0 / 7.0, age, -4.469_760_929_574_855),
            (0.0, 0.0, age, -0.554_697_231_962_602_3),
            (7.0, 206.0 / 7.0, age, -21.862_859_831_933_9),
            (29.0, 265.0 / 7.0, age, -44.435_600_179_179_64),
            (1.0, 180.0 / 7.0, 27.0, -5.325_779_214_542_392),
            (20.0, 5.0, age, -11.371_683_795_785_77),
        ] {
            let history = History::new(x, t_x, age).expect("in domain");
            assert_close(log_likelihood(rounded, history), want, 1e-11);
        }
        let best = Params::new(
            BG,
            0.242_594_522_430_157,
            4.413_602_019_013_51,
            0.792_922_017_225_765,
            2.425_906_776_827,
        )
        .expect("in domain");
        for (t_x, want) in [(10.0, 3_225.166_823_498_413), (99.0, 1_254.204_687_857_482)] {
            let history = History::new(1000.0, t_x, 100.0).expect("in domain");
            assert_close(log_likelihood(best, history), want, 1e-11);
        }
    }

    #[test]
    fn the_published_parameters_have_the_reference_likelihood() {
        let rounded = Params::new(BG, 0.243, 4.414, 0.793, 2.426).expect("in domain");
        let one_by_one: f64 = sample().iter().map(|(h, n)| n * log_likelihood(rounded, *h)).sum();
        let model = Model { coin: BG, cells: Cells::new(sample()).expect("customers") };
        assert_close(one_by_one, -9_582.430_478_013_672, 1e-12);
        assert_close(model.at([0.243, 4.414, 0.793, 2.426]).value, -9_582.430_478_013_672, 1e-12);
    }

    #[test]
    fn customers_that_never_leave_or_never_return_are_a_flag_and_not_a_failure() {
        for coin in [BG, MBG] {
            assert_flagged(&fit(coin, never_leaving()).expect("customers"));
            assert_flagged(&fit(coin, never_returning()).expect("customers"));
        }
    }

    #[test]
    fn a_model_within_the_model_that_is_as_likely_leaves_its_parameters_open() {
        let rows = [
            (0.0, 0.0, 96.0),
            (3.0, 42.0, 1.0),
            (3.0, 41.0, 1.0),
            (2.0, 38.0, 1.0),
            (2.0, 21.0, 1.0),
            (1.0, 45.0, 1.0),
            (1.0, 27.0, 1.0),
            (1.0, 19.0, 1.0),
            (1.0, 16.0, 1.0),
        ];
        let rows = rows.map(|(x, t_x, weight)| (history(x, t_x, 52.0), weight));
        let found = fit(Coin::AfterAll, rows).expect("customers");
        // NBD, where nobody leaves whatever b is, is less likely by 0.79, and 1.92 would matter.
        let nbd = crate::kernel::nbd::fit(rows).expect("customers");
        assert!((found.log_likelihood - nbd.log_likelihood - 0.789_485).abs() < 1e-4);
        let open: Vec<_> = found.bounds().collect();
        for bound in [(2, Bound::Lower), (2, Bound::Upper), (3, Bound::Lower), (3, Bound::Upper)] {
            assert!(open.contains(&bound), "{bound:?} {open:?}");
        }
        assert!(found.second_optimum && !found.identified);
        let value = log_likelihood_of(Coin::AfterAll, rows).expect("customers");
        let [r, alpha] = nbd.parameters;
        for b in [1e-2_f64, 1.0, 1e3, 1e6] {
            assert!(value([r, alpha, 1e-7 * b.min(1.0), b]) > found.log_likelihood - 0.8, "{b}");
        }
    }

    #[test]
    fn what_the_data_leave_open_does_not_depend_on_a_customer_more_or_less() {
        // All leave with the same probability, so the heterogeneity is not identified; whether
        // an ascent ends at 30 or at the end of the range is chance.
        let mut draws = Draws::new(3);
        let buyers: Vec<_> = (0..300)
            .map(|_| {
                let (rate, age) = (draws.gamma(2.0, 10.0), 40.0);
                let (mut x, mut last) = (0.0, 0.0);
                loop {
                    let next = last + draws.wait(rate);
                    if next > age {
                        break;
                    }
                    (x, last) = (x + 1.0, next);
                    if draws.chance(0.2) {
                        break;
                    }
                }
                (history(x, last, age), 1.0)
            })
            .collect();
        for without in 0..30 {
            let mut fewer = buyers.clone();
            fewer.swap_remove(without);
            let fit = fit(BG, fewer).expect("customers");
            let open: Vec<_> = fit.bounds().collect();
            assert_eq!(open, [(2, Bound::Upper), (3, Bound::Upper)], "without {without}: {fit:?}");
            assert!(!fit.identified && fit.standard_errors[2..] == [None; 2]);
            assert!(fit.standard_errors[..2].iter().all(Option::is_some));
            let share = fit.parameters[2] / (fit.parameters[2] + fit.parameters[3]);
            assert!((0.15..0.25).contains(&share), "{fit:?}");
        }
    }

    #[test]
    fn nobody_gives_nothing() {
        assert_eq!(fit(BG, []), None);
        assert_eq!(fit(BG, [(History::new(0.0, 0.0, 1.0).expect("in domain"), 0.0)]), None);
    }

    #[test]
    fn a_coarse_picture_of_many_leads_to_the_same_maximum() {
        // Each history of the master a few times, at ages a little apart.
        let many: Vec<_> = (0..8_u32)
            .flat_map(|i| {
                let later = move |h: History| History { age: h.age + f64::from(i) * 1e-3, ..h };
                master().into_iter().map(move |(h, n)| (later(h), n))
            })
            .collect();
        let model = Model { coin: BG, cells: Cells::new(many.clone()).expect("customers") };
        assert!(model.cells.coarse().is_some());
        let want = maximise(&model, None, [[1.0; 4]], [Range::around(1.0); 4]).expect("a start");
        let got = fit(BG, many).expect("customers");
        assert!(want.converged && got.converged);
        for (got, want) in got.parameters.into_iter().zip(want.parameters) {
            assert_close(got, want, 1e-10);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn order_and_repetition_do_not_change_a_digit(
            coin in prop_oneof![Just(BG), Just(MBG)], rows in repeated(), turn in 0_usize..60,
        ) {
            let [want, got] = both_ways(&rows, turn, |histories| fit(coin, histories));
            prop_assert_eq!(want, got);
            prop_assert!(want.is_some_and(|fit| fit.converged));
        }
    }
}
