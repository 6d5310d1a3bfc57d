//! How well parameters explain the histories, and which explain them best.
//!
//! ```text
//! ln L = (k−1) Σ ln(gap) − x ln (k−1)!                 no parameter in it
//!      + lnΓ(A) − lnΓ(r) + r ln α,  A = r + kx
//!      + lnΓ(a+b) − lnΓ(a+b+n) + lnΓ(b+n) − lnΓ(b)     n tosses: x or x + 1
//!      + ln(Σ exp B_j + [n > 0] exp D),  j < k
//! B_j = −A ln(α+T) + ln((A)_j/j!) + j ln((T−t_x)/(α+T))     still a customer
//! D   = ln a − ln(b+n−1) − A ln(α+t_x)                      left at the last purchase
//! ```

use super::{History, phases, ticks_per_purchase, times};
use crate::kernel::OutOfDomain;
use crate::kernel::beta_geometric::{Coin, add_coins, ranges, starts};
use crate::kernel::domain::ensure;
use crate::kernel::maths::gamma::{Rising, ln_gamma};
use crate::kernel::maths::log_sum::Mixture;
use crate::kernel::maths::maximise::{Local, LogLikelihood, Maximum, maximise};
use crate::kernel::purchase_model::cells::{Cell, Cells};
use crate::kernel::purchase_model::rate::{Time, ticks};
use crate::kernel::weights::Weighted;

/// A history, and how its purchases are spaced.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spaced {
    history: History,
    /// Sum of the natural logarithms of the times between purchases.
    sum_log_gaps: f64,
}

/// By how much the mean logarithm of the gaps may exceed what is possible, for
/// times that were rounded; another unit of time exceeds it by far more.
const LEEWAY: f64 = 0.1;

impl Spaced {
    /// Checks that the gaps can be those of the history.
    ///
    /// # Errors
    /// The sum is not finite, not 0 without repeat purchases, or larger than the
    /// `frequency` gaps of one `recency` allow: equal gaps make it largest.
    pub fn new(history: History, sum_log_gaps: f64) -> Result<Self, OutOfDomain> {
        let History { x, t_x, .. } = history;
        let name = "sum_log_gaps";
        ensure(sum_log_gaps.is_finite(), name, "finite: no gap may be 0", sum_log_gaps)?;
        let none = x > 0.0 || sum_log_gaps == 0.0;
        ensure(none, name, "0 where `frequency` is 0", sum_log_gaps)?;
        let most = if x > 0.0 { x * ((t_x / x).ln() + LEEWAY) } else { 0.0 };
        let rule = "at most `frequency` * ln(`recency` / `frequency`), in one unit of time";
        ensure(sum_log_gaps <= most, name, rule, sum_log_gaps)?;
        Ok(Self { history, sum_log_gaps: sum_log_gaps + 0.0 })
    }

    /// The history alone.
    #[must_use]
    pub fn history(&self) -> History {
        self.history
    }
}

/// Finds the parameters (r, α, a, b) under which `histories` are most likely,
/// if every k-th tick is a purchase.
///
/// Each history comes with its weight: the number of customers that share it,
/// or that it represents. The result does not depend on their order.
/// `None` where no history has a weight above zero.
///
/// # Errors
/// k is not a whole number from 1 to 100.
pub fn fit(
    coin: Coin,
    k: f64,
    histories: impl IntoIterator<Item = (Spaced, f64)>,
) -> Result<Option<Maximum<4>>, OutOfDomain> {
    let Some(model) = Model::new(coin, ticks_per_purchase(k)?, histories) else {
        return Ok(None);
    };
    let coarse = model.cells.coarse().map(|cells| Model { cells, ..model });
    Ok(maximise(&model, coarse.as_ref(), starts(&model.cells, k), ranges(&model.cells)))
}

/// The log-likelihood of all `histories` by (r, α, a, b), to be asked anywhere.
///
/// # Errors
/// As [`fit`].
pub fn log_likelihood(
    coin: Coin,
    k: f64,
    histories: impl IntoIterator<Item = (Spaced, f64)>,
) -> Result<Option<impl Fn([f64; 4]) -> f64>, OutOfDomain> {
    let model = Model::new(coin, ticks_per_purchase(k)?, histories);
    Ok(model.map(|model| move |parameters| model.at(parameters).value))
}

/// As [`fit`], with the errors that the kind of the weights asks for.
///
/// # Errors
/// As [`fit`].
pub fn fit_weighted(
    coin: Coin,
    k: f64,
    histories: &Weighted<Spaced>,
) -> Result<Option<Maximum<4>>, OutOfDomain> {
    let ticks = ticks_per_purchase(k)?;
    let maximum = fit(coin, k, histories.rows())?;
    Ok(maximum.map(|maximum| histories.robust(maximum, |rows| Model::new(coin, ticks, rows))))
}

/// The histories, as this model sees them.
pub(super) struct Model {
    coin: Coin,
    k: usize,
    cells: Cells,
    /// (k−1) Σ ln(gap) − x ln (k−1)!, summed over all customers.
    spacing: f64,
}

impl Model {
    pub(super) fn new(
        coin: Coin,
        k: usize,
        histories: impl IntoIterator<Item = (Spaced, f64)>,
    ) -> Option<Self> {
        let histories: Vec<_> = histories.into_iter().collect();
        let cells = Cells::new(histories.iter().map(|(spaced, n)| (spaced.history, *n)))?;
        let gaps = histories.iter().map(|(spaced, n)| [spaced.sum_log_gaps, *n]);
        let orders = cells.purchases * ln_gamma(k as f64);
        let spacing = (k as f64 - 1.0) * sorted_sum(gaps.collect()) - orders;
        Some(Self { coin, k, cells, spacing })
    }
}

/// Σ weight · value, the same in any order of the rows and however they are split.
fn sorted_sum(mut rows: Vec<[f64; 2]>) -> f64 {
    rows.sort_unstable_by(|l, r| l[0].total_cmp(&r[0]).then(l[1].total_cmp(&r[1])));
    rows.chunk_by(|left, right| left[0].total_cmp(&right[0]).is_eq())
        .map(|same| same[0][0] * same.iter().map(|row| row[1]).sum::<f64>())
        .sum()
}

impl LogLikelihood<4> for Model {
    fn at(&self, [r, alpha, a, b]: [f64; 4]) -> Local<4> {
        let k = self.k as f64;
        let times = Time::all(&self.cells.times, alpha);
        let mut local = ticks(&self.cells, k, r, alpha);
        local.value += self.spacing;
        add_coins(&mut local, &self.cells, self.coin, a, b);
        for frequency in &self.cells.frequencies {
            let shape = r + k * frequency.x;
            let ways = Ways {
                shape,
                alpha,
                phases: phases(shape, self.k),
                toss: Toss::new(self.coin.tosses(frequency.x), a, b),
            };
            for cell in &frequency.cells {
                local.add(cell.weight, &ways.log_sum(&self.cells.times, &times, cell));
            }
        }
        local
    }
}

/// The last toss of the coin, if there was one.
#[derive(Debug, Clone, Copy)]
enum Toss {
    None,
    Last { a: f64, others: f64 },
}

impl Toss {
    fn new(tosses: f64, a: f64, b: f64) -> Self {
        // In this order, because b may be tiny.
        if tosses == 0.0 { Self::None } else { Self::Last { a, others: b + (tosses - 1.0) } }
    }
}

/// The ways in which histories of one frequency can have come about.
struct Ways {
    shape: f64,
    alpha: f64,
    phases: Vec<Rising>,
    toss: Toss,
}

impl Ways {
    /// The last line of ln L in the header, relative to a time of zero.
    fn log_sum(&self, all: &[f64], times: &[Time], cell: &Cell) -> Local<4> {
        let mut sum = Mixture::new();
        let end = self.alpha + all[cell.age()];
        let silence = ((all[cell.age()] - all[cell.recency()]) / end).ln();
        for j in 0..self.phases.len() {
            sum.add(&self.stayed(times[cell.age()], j, silence, end));
        }
        if let Toss::Last { a, others } = self.toss {
            sum.add(&self.left(times[cell.recency()], a, others));
        }
        sum.log()
    }

    /// `B_j`.
    fn stayed(&self, age: Time, j: usize, silence: f64, end: f64) -> Local<4> {
        let (mut term, phase) = (self.waited(age), &self.phases[j]);
        term.value += phase.value + times(j, silence);
        term.gradient[0] += phase.slope;
        term.gradient[1] -= j as f64 / end;
        term.hessian[0][0] += phase.curvature;
        term.hessian[1][1] += j as f64 / (end * end);
        term
    }

    /// D.
    fn left(&self, last: Time, a: f64, others: f64) -> Local<4> {
        let mut term = self.waited(last);
        term.value += (a / others).ln();
        term.gradient[2] = 1.0 / a;
        term.gradient[3] = -1.0 / others;
        term.hessian[2][2] = -1.0 / (a * a);
        term.hessian[3][3] = 1.0 / (others * others);
        term
    }

    /// −A ln(1+τ/α).
    fn waited(&self, time: Time) -> Local<4> {
        let mut term = Local::zero();
        term.value = -self.shape * time.log;
        term.gradient[0] = -time.log;
        term.gradient[1] = self.shape * time.inverse;
        term.hessian[1][0] = time.inverse;
        term.hessian[1][1] = self.shape * time.inverse * (time.inverse - 2.0 / self.alpha);
        term
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::beta_geometric;
    use crate::kernel::testing::*;
    use proptest::prelude::*;

    const GAPS: &str = include_str!("../../../tests/data/cdnow/sample_gaps.csv");

    /// The CDNOW sample in weeks, with its gaps.
    fn spaced_sample() -> Vec<(Spaced, f64)> {
        GAPS.lines()
            .skip(1)
            .map(|line| {
                let n: Vec<f64> = line.split(',').map(|n| n.parse().expect("a number")).collect();
                let past = history(n[0], n[1] / 7.0, n[2] / 7.0);
                (Spaced::new(past, n[3] - n[0] * 7.0_f64.ln()).expect("in domain"), n[4])
            })
            .collect()
    }

    /// Histories with gaps as equal as they can be.
    fn evenly(histories: Vec<(History, f64)>) -> Vec<(Spaced, f64)> {
        let gaps = |h: History| if h.x > 0.0 { h.x * (h.t_x.max(1e-3) / h.x).ln() } else { 0.0 };
        let spaced = |h| Spaced { history: h, sum_log_gaps: gaps(h) };
        histories.into_iter().map(|(h, n)| (spaced(h), n)).collect()
    }

    fn best(coin: Coin, k: f64, histories: Vec<(Spaced, f64)>) -> Maximum<4> {
        fit(coin, k, histories).expect("in domain").expect("customers")
    }

    const BG: Coin = Coin::AfterRepeats;
    const MBG: Coin = Coin::AfterAll;

    /// The reference fits of the CDNOW sample.
    const FITS: [(Coin, f64, [f64; 4], f64); 3] = [
        (
            BG,
            2.0,
            [0.226_917_214_187, 1.462_919_634_87, 0.944_002_253_854, 2.074_328_870_15],
            -9_855.326_974_093_3,
        ),
        (
            MBG,
            2.0,
            [0.579_896_159_506, 2.288_148_801_06, 1.134_452_695_97, 1.584_974_224_51],
            -9_853.253_128_515_7,
        ),
        (
            MBG,
            3.0,
            [0.532_968_359_322, 1.258_195_589_61, 1.288_663_987_82, 1.845_209_428_64],
            -10_394.362_651_624_8,
        ),
    ];

    #[test]
    fn the_sample_gives_the_reference_parameters_and_likelihoods() {
        for (coin, k, parameters, log_likelihood) in FITS {
            let got = best(coin, k, spaced_sample());
            for (got, want) in got.parameters.into_iter().zip(parameters) {
                assert_close(got, want, 1e-9);
            }
            assert!((got.log_likelihood - log_likelihood).abs() < 1e-8, "{got:?}");
            assert!(got.converged && got.identified && got.bounds().next().is_none());
            assert!(got.standard_errors.iter().all(Option::is_some) && got.iterations <= 15);
        }
    }

    #[test]
    fn one_tick_per_purchase_is_the_model_without_a_clock() {
        for coin in [BG, MBG] {
            let got = best(coin, 1.0, spaced_sample());
            let want = beta_geometric::fit(coin, sample()).expect("customers");
            for i in 0..4 {
                assert_close(got.parameters[i], want.parameters[i], 1e-11);
                let errors = [got, want].map(|fit| fit.standard_errors[i].expect("identified"));
                assert_close(errors[0], errors[1], 1e-9);
            }
            assert!((got.log_likelihood - want.log_likelihood).abs() < 1e-9);
        }
    }

    #[test]
    fn the_start_does_not_matter() {
        for (coin, k, parameters, _) in FITS {
            let model = Model::new(coin, ticks_per_purchase(k).expect("whole"), spaced_sample())
                .expect("customers");
            for start in [[0.1; 4], [10.0; 4], [1.0; 4], [1.0, 10.0, 1.0, 10.0]] {
                let got = maximise(&model, None, [start], ranges(&model.cells)).expect("a start");
                assert!(got.converged, "from {start:?}");
                for (got, want) in got.parameters.into_iter().zip(parameters) {
                    assert_close(got, want, 1e-9);
                }
            }
        }
    }

    #[test]
    fn the_closed_derivatives_match_differences() {
        for (coin, k) in [(BG, 1), (BG, 2), (MBG, 2), (MBG, 5)] {
            let model = Model::new(coin, k, spaced_sample()).expect("customers");
            assert_derivatives(&model, [0.4, 2.0, 0.7, 1.9]);
        }
    }

    #[test]
    fn the_unit_of_time_changes_alpha_only() {
        let weeks = best(MBG, 2.0, spaced_sample());
        let days = spaced_sample().into_iter().map(|(Spaced { history: h, sum_log_gaps }, n)| {
            let history = History { x: h.x, t_x: h.t_x * 7.0, age: h.age * 7.0 };
            (Spaced { history, sum_log_gaps: sum_log_gaps + h.x * 7.0_f64.ln() }, n)
        });
        let days = best(MBG, 2.0, days.collect());
        assert_close(days.parameters[1] / 7.0, weeks.parameters[1], 1e-9);
        for i in [0, 2, 3] {
            assert_close(days.parameters[i], weeks.parameters[i], 1e-9);
        }
    }

    #[test]
    fn customers_that_never_leave_or_never_return_are_a_flag_and_not_a_failure() {
        for coin in [BG, MBG] {
            assert_flagged(&best(coin, 2.0, evenly(never_leaving())));
            assert_flagged(&best(coin, 3.0, evenly(never_returning())));
        }
    }

    #[test]
    fn nobody_gives_nothing_and_impossible_gaps_name_the_rule() {
        assert_eq!(fit(BG, 2.0, []), Ok(None));
        for ((x, t_x, age), gaps, want) in [
            ((2.0, 10.0, 20.0), f64::NEG_INFINITY, "finite: no gap may be 0, got -inf"),
            ((0.0, 0.0, 20.0), 1.0, "0 where `frequency` is 0, got 1"),
            (
                (2.0, 10.0, 20.0),
                7.0,
                "at most `frequency` * ln(`recency` / `frequency`), in one unit of time, got 7",
            ),
        ] {
            let error = Spaced::new(history(x, t_x, age), gaps).expect_err("out of domain");
            assert_eq!(error.to_string(), format!("`sum_log_gaps` must be {want}"));
        }
        let error = fit(BG, 0.0, spaced_sample()).expect_err("out of domain");
        assert_eq!(error.to_string(), "`k` must be a whole number from 1 to 100, got 0");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn order_and_repetition_do_not_change_a_digit(
            coin in prop_oneof![Just(BG), Just(MBG)], k in 1_u32..5, rows in repeated(),
            turn in 0_usize..60,
        ) {
            let [want, got] = both_ways(&rows, turn, |histories| {
                fit(coin, f64::from(k), evenly(histories)).expect("in domain")
            });
            prop_assert_eq!(want, got);
            prop_assert!(want.is_some_and(|fit| fit.converged));
        }
    }
}
