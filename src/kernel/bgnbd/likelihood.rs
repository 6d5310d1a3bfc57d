//! How well parameters explain the histories, and which explain them best.
//!
//! Customers with the same three numbers are one cell with a weight: a million
//! customers are some hundred thousand cells, and how often each distinct time
//! and frequency occurs no longer matters. Logarithms are taken once per
//! distinct time and gamma functions once per distinct frequency, so that a
//! cell costs four loads, one exponential and one logarithm.
//!
//! ```text
//! ln L = lnΓ(r+x) − lnΓ(r) + r ln α
//!      + lnΓ(a+b) − lnΓ(a+b+x) + lnΓ(b+x) − lnΓ(b)
//!      + ln(exp A₃ + [x > 0] exp A₄)
//! A₃ = −(r+x) ln(α+T)                          still a customer
//! A₄ = ln a − ln(b+x−1) − (r+x) ln(α+t_x)      left at the last purchase
//! ```

use std::cmp::Ordering;

use super::{History, Params, log_odds_left};
use crate::kernel::gamma::{ln_gamma, rising};
use crate::kernel::maximise::{Local, LogLikelihood, Maximum, maximise};

/// Finds the parameters (r, α, a, b) under which `histories` are most likely.
///
/// Each history comes with its weight: that many customers share it, or it
/// stands for that many. The result does not depend on their order.
/// `None` where no history has a weight above zero.
pub fn fit(histories: impl IntoIterator<Item = (History, f64)>) -> Option<Maximum<4>> {
    let cells = Cells::new(histories)?;
    let unit = cells.unit();
    let starts =
        [[1.0, 3.0, 1.0, 3.0], [0.1; 4], [10.0; 4]].map(|[r, alpha, a, b]| [r, alpha * unit, a, b]);
    maximise(&cells, starts, [1.0, unit, 1.0, 1.0])
}

/// The log-likelihood of one customer.
#[must_use]
pub fn log_likelihood(params: Params, history: History) -> f64 {
    let Params { r, alpha, a, b } = params;
    let History { x, age, .. } = history;
    let counts = ln_gamma(r + x) - ln_gamma(r) + r * alpha.ln();
    let drop_out = ln_gamma(a + b) - ln_gamma(a + b + x) + ln_gamma(b + x) - ln_gamma(b);
    let stayed = -(r + x) * (alpha + age).ln();
    let left = if x == 0.0 { 0.0 } else { soft_plus(log_odds_left(params, history)) };
    counts + drop_out + stayed + left
}

/// ln(1 + eˣ) without overflow.
fn soft_plus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// All histories, compressed.
struct Cells {
    frequencies: Vec<Frequency>,
    /// Every recency and age that occurs, ascending.
    times: Vec<f64>,
    /// Weighted number of repeat purchases.
    purchases: f64,
}

/// The cells that share a frequency.
struct Frequency {
    x: f64,
    weight: f64,
    cells: Vec<Cell>,
}

/// Customers with the same history; times are places in [`Cells::times`].
struct Cell {
    recency: usize,
    age: usize,
    weight: f64,
}

impl Cells {
    fn new(histories: impl IntoIterator<Item = (History, f64)>) -> Option<Self> {
        let mut rows: Vec<_> =
            histories.into_iter().map(|(h, weight)| [h.x, h.t_x, h.age, weight]).collect();
        rows.retain(|row| row[3] > 0.0);
        // Weights are part of the order, so that sums of them are, too.
        rows.sort_unstable_by(compare);
        let mut times: Vec<f64> = rows.iter().flat_map(|row| [row[1], row[2]]).collect();
        times.sort_unstable_by(f64::total_cmp);
        times.dedup();
        let frequencies: Vec<_> = rows
            .chunk_by(|left, right| left[0].total_cmp(&right[0]).is_eq())
            .map(|rows| Frequency::new(rows, &times))
            .collect();
        let purchases = frequencies.iter().map(|frequency| frequency.x * frequency.weight).sum();
        (!frequencies.is_empty()).then_some(Self { frequencies, times, purchases })
    }

    /// A time of the size at which α is usually found: a fortieth of the longest.
    fn unit(&self) -> f64 {
        match self.times.last() {
            Some(&longest) if longest > 0.0 => longest / 40.0,
            _ => 1.0,
        }
    }
}

fn compare(left: &[f64; 4], right: &[f64; 4]) -> Ordering {
    let mut pairs = left.iter().zip(right).map(|(l, r)| l.total_cmp(r));
    pairs.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

impl Frequency {
    fn new(rows: &[[f64; 4]], times: &[f64]) -> Self {
        let place = |time: f64| times.partition_point(|&earlier| earlier < time);
        let cells: Vec<_> = rows
            .chunk_by(|left, right| left[..3] == right[..3])
            .map(|same| Cell {
                recency: place(same[0][1]),
                age: place(same[0][2]),
                weight: same.iter().map(|row| row[3]).sum(),
            })
            .collect();
        let weight = cells.iter().map(|cell| cell.weight).sum();
        Self { x: rows[0][0], weight, cells }
    }
}

/// ln((α+t)/α) and 1/α − 1/(α+t): forms in which nothing cancels when α is
/// large against t.
#[derive(Clone, Copy)]
struct Time {
    log: f64,
    inverse: f64,
}

impl Time {
    fn new(time: f64, alpha: f64) -> Self {
        Self { log: (time / alpha).ln_1p(), inverse: time / (alpha * (alpha + time)) }
    }
}

/// Sums over the cells of one frequency; `p` is the posterior chance of having
/// left, `v` = p(1−p), and the two derivatives are those of A₄ − A₃ by r and α.
#[derive(Default)]
struct Sums {
    value: f64,
    log: f64,
    inverse: f64,
    inverse_squared: f64,
    p: f64,
    v: f64,
    v_r: f64,
    v_alpha: f64,
    v_r_r: f64,
    v_r_alpha: f64,
    v_alpha_alpha: f64,
}

impl Sums {
    /// Nobody leaves before a repeat purchase.
    fn without_repeat(cells: &[Cell], times: &[Time], shape: f64) -> Self {
        cells.iter().fold(Self::default(), |mut sums, cell| {
            let (age, w) = (times[cell.age], cell.weight);
            sums.value -= w * shape * age.log;
            sums.log += w * age.log;
            sums.inverse += w * age.inverse;
            sums.inverse_squared += w * age.inverse * age.inverse;
            sums
        })
    }

    fn with_repeat(cells: &[Cell], times: &[Time], shape: f64, log_odds: f64) -> Self {
        cells.iter().fold(Self::default(), |mut sums, cell| {
            let (age, last, w) = (times[cell.age], times[cell.recency], cell.weight);
            let by_r = age.log - last.log;
            let by_alpha = shape * (last.inverse - age.inverse);
            let odds = log_odds + shape * by_r;
            let small = (-odds.abs()).exp();
            let (p, q) = if odds > 0.0 { (1.0, small) } else { (small, 1.0) };
            let (p, q) = (p / (1.0 + small), q / (1.0 + small));
            let v = w * p * q;
            sums.value += w * (odds.max(0.0) + small.ln_1p() - shape * age.log);
            sums.log += w * (q * age.log + p * last.log);
            sums.inverse += w * (q * age.inverse + p * last.inverse);
            sums.inverse_squared +=
                w * (q * age.inverse * age.inverse + p * last.inverse * last.inverse);
            sums.p += w * p;
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
        local.value += self.value;
        local.gradient[0] -= self.log;
        local.gradient[1] += shape * self.inverse;
        local.gradient[2] += self.p * by_a;
        local.gradient[3] += self.p * by_b;
        let hessian = &mut local.hessian;
        hessian[0][0] += self.v_r_r;
        hessian[1][0] += self.v_r_alpha + self.inverse;
        hessian[1][1] +=
            self.v_alpha_alpha + shape * (self.inverse_squared - 2.0 * self.inverse / alpha);
        hessian[2][0] += self.v_r * by_a;
        hessian[2][1] += self.v_alpha * by_a;
        hessian[2][2] += (self.v - self.p) * by_a * by_a;
        hessian[3][0] += self.v_r * by_b;
        hessian[3][1] += self.v_alpha * by_b;
        hessian[3][2] += self.v * by_a * by_b;
        hessian[3][3] += (self.v + self.p) * by_b * by_b;
    }
}

impl LogLikelihood<4> for Cells {
    fn at(&self, [r, alpha, a, b]: [f64; 4]) -> Local<4> {
        let times: Vec<Time> = self.times.iter().map(|&time| Time::new(time, alpha)).collect();
        let mut local = self.unconditional([r, alpha, a, b]);
        for Frequency { x, cells, .. } in &self.frequencies {
            let shape = r + x;
            // In this order, because b may be tiny.
            let others = b + (x - 1.0);
            if *x == 0.0 {
                Sums::without_repeat(cells, &times, shape).add_to(
                    &mut local,
                    shape,
                    alpha,
                    [0.0, 0.0],
                );
            } else {
                Sums::with_repeat(cells, &times, shape, (a / others).ln()).add_to(
                    &mut local,
                    shape,
                    alpha,
                    [1.0 / a, -1.0 / others],
                );
            }
        }
        local
    }
}

impl Cells {
    /// The part of the likelihood in which times do not occur, with −x ln α
    /// taken out of the part in which they do.
    fn unconditional(&self, [r, alpha, a, b]: [f64; 4]) -> Local<4> {
        let counts = || self.frequencies.iter().map(|frequency| frequency.x);
        let (buys, stays, coins) =
            (rising(r, counts()), rising(b, counts()), rising(a + b, counts()));
        let total = self.purchases;
        let mut local =
            Local { value: -total * alpha.ln(), gradient: [0.0; 4], hessian: [[0.0; 4]; 4] };
        local.gradient[1] = -total / alpha;
        local.hessian[1][1] = total / (alpha * alpha);
        for (((frequency, buy), stay), coin) in
            self.frequencies.iter().zip(buys).zip(stays).zip(coins)
        {
            let w = frequency.weight;
            local.value += w * (buy.value + stay.value - coin.value);
            local.gradient[0] += w * buy.slope;
            local.gradient[2] -= w * coin.slope;
            local.gradient[3] += w * (stay.slope - coin.slope);
            local.hessian[0][0] += w * buy.curvature;
            local.hessian[2][2] -= w * coin.curvature;
            local.hessian[3][2] -= w * coin.curvature;
            local.hessian[3][3] += w * (stay.curvature - coin.curvature);
        }
        local
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SAMPLE: &str = include_str!("../../../tests/data/cdnow/sample.csv");
    const MASTER: &str = include_str!("../../../tests/data/cdnow/master.csv");

    /// Histories in weeks, with the number of customers that share each.
    fn histories(csv: &str) -> Vec<(History, f64)> {
        csv.lines()
            .skip(1)
            .map(|line| {
                let numbers: Vec<f64> =
                    line.split(',').map(|number| number.parse().expect("a number")).collect();
                let history = History::new(numbers[0], numbers[1] / 7.0, numbers[2] / 7.0);
                (history.expect("in domain"), numbers[numbers.len() - 1])
            })
            .collect()
    }

    fn assert_close(got: f64, want: f64, relative: f64) {
        assert!((got / want - 1.0).abs() < relative, "got {got}, want {want}");
    }

    #[test]
    fn the_sample_gives_the_reference_parameters_errors_and_likelihood() {
        let fit = fit(histories(SAMPLE)).expect("customers");
        let parameters =
            [0.242_594_522_430_157, 4.413_602_019_013_51, 0.792_922_017_225_765, 2.425_906_776_827];
        let errors = [0.012_557_38, 0.378_224_06, 0.185_733_82, 0.705_414_26];
        for i in 0..4 {
            assert_close(fit.parameters[i], parameters[i], 1e-10);
            assert_close(fit.standard_errors[i].expect("identified"), errors[i], 1e-6);
        }
        assert!((fit.log_likelihood + 9_582.429_206_673_93).abs() < 1e-8);
        assert!(fit.converged && fit.identified && fit.bounds == [None; 4]);
        assert!(fit.iterations <= 12, "{} iterations", fit.iterations);
    }

    #[test]
    fn the_master_gives_the_reference_parameters_errors_and_likelihood() {
        let fit = fit(histories(MASTER)).expect("customers");
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
        let cells = Cells::new(histories(SAMPLE)).expect("customers");
        let want = fit(histories(SAMPLE)).expect("customers");
        for start in [[0.1; 4], [10.0; 4], [1.0; 4], [1.0, 10.0, 1.0, 10.0]] {
            let got = maximise(&cells, [start], [1.0; 4]).expect("a start");
            assert!(got.converged, "from {start:?}");
            for i in 0..4 {
                assert_close(got.parameters[i], want.parameters[i], 1e-9);
            }
        }
    }

    #[test]
    fn the_unit_of_time_changes_alpha_only() {
        let weeks = fit(histories(SAMPLE)).expect("customers");
        let years = histories(SAMPLE).into_iter().map(|(h, n)| {
            (History { x: h.x, t_x: h.t_x * 7.0 / 365.25, age: h.age * 7.0 / 365.25 }, n)
        });
        let years = fit(years).expect("customers");
        assert_close(years.parameters[1] * 365.25 / 7.0, weeks.parameters[1], 1e-9);
        for i in [0, 2, 3] {
            assert_close(years.parameters[i], weeks.parameters[i], 1e-9);
        }
    }

    #[test]
    fn the_closed_derivatives_match_differences() {
        let cells = Cells::new(histories(SAMPLE)).expect("customers");
        let at = [0.4, 5.0, 0.7, 1.9];
        let local = cells.at(at);
        for i in 0..4 {
            let moved = |by: f64| {
                let mut there = at;
                there[i] *= 1.0 + by;
                cells.at(there)
            };
            let (up, down, width) = (moved(1e-5), moved(-1e-5), 2e-5 * at[i]);
            assert_close((up.value - down.value) / width, local.gradient[i], 1e-6);
            for j in i..4 {
                let slope = (up.gradient[j] - down.gradient[j]) / width;
                assert_close(slope, local.hessian[j][i], 1e-6);
            }
        }
    }

    #[test]
    fn single_customers_have_the_reference_likelihoods() {
        let rounded = Params::new(0.243, 4.414, 0.793, 2.426).expect("in domain");
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
        let rounded = Params::new(0.243, 4.414, 0.793, 2.426).expect("in domain");
        let one_by_one: f64 =
            histories(SAMPLE).iter().map(|(h, n)| n * log_likelihood(rounded, *h)).sum();
        let cells = Cells::new(histories(SAMPLE)).expect("customers");
        assert_close(one_by_one, -9_582.430_478_013_672, 1e-12);
        assert_close(cells.at([0.243, 4.414, 0.793, 2.426]).value, -9_582.430_478_013_672, 1e-12);
    }

    #[test]
    fn customers_that_never_leave_are_a_flag_and_not_a_failure() {
        let faithful = (1_u32..=60).map(|i| {
            let x = f64::from(i % 5 + 1);
            (History::new(x, 30.0, 30.0).expect("in domain"), 1.0)
        });
        let fit = fit(faithful).expect("customers");
        assert!(fit.bounds.iter().any(Option::is_some) || !fit.identified, "{fit:?}");
        assert!(fit.parameters.iter().all(|parameter| parameter.is_finite() && *parameter > 0.0));
    }

    #[test]
    fn customers_that_never_return_are_a_flag_and_not_a_failure() {
        let lost =
            (1_u32..=60).map(|i| (History::new(0.0, 0.0, f64::from(i)).expect("in domain"), 1.0));
        let fit = fit(lost).expect("customers");
        assert!(fit.bounds.iter().any(Option::is_some) || !fit.identified, "{fit:?}");
        assert!(fit.parameters.iter().all(|parameter| parameter.is_finite() && *parameter > 0.0));
    }

    #[test]
    fn nobody_gives_nothing() {
        assert_eq!(fit([]), None);
        assert_eq!(fit([(History::new(0.0, 0.0, 1.0).expect("in domain"), 0.0)]), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn order_and_repetition_do_not_change_a_digit(
            rows in prop::collection::vec((0_u32..6, 0.0..1.0_f64, 1_u32..200, 1_u32..4), 2..60),
            turn in 0_usize..60,
        ) {
            let weighted: Vec<_> = rows
                .into_iter()
                .map(|(x, share, days, n)| {
                    let age = f64::from(days) / 7.0;
                    let t_x = if x == 0 { 0.0 } else { age * share };
                    (History::new(f64::from(x), t_x, age).expect("in domain"), n as usize)
                })
                .collect();
            let mut repeated: Vec<_> = weighted
                .iter()
                .flat_map(|&(history, n)| std::iter::repeat_n((history, 1.0), n))
                .collect();
            let half = turn % repeated.len();
            repeated.rotate_left(half);
            let weighted = weighted.into_iter().map(|(history, n)| (history, n as f64));
            let (want, got) = (fit(weighted), fit(repeated));
            prop_assert_eq!(want, got);
            prop_assert!(want.is_some_and(|fit| fit.converged));
        }
    }
}
