//! How well parameters explain the histories, and which explain them best.
//!
//! ```text
//! ln L = lnΓ(r+x) − lnΓ(r) + r ln α + s ln β + ln(exp A₁ + exp A₂)
//! A₁ = −(r+x) ln(α+T) − s ln(β+T)      still a customer
//! A₂ = ln s + ln I                     left between t_x and T
//! ```
//!
//! with the integral I of [`super::leaving`]. Its derivatives come from the same
//! moments: the first are averages over them, and the second contain their
//! covariances.

use super::leaving::{Leaving, Stayed, log_odds_left};
use super::{History, Params};
use crate::kernel::maths::gamma::ln_gamma;
use crate::kernel::maths::maximise::{Local, LogLikelihood, Maximum, Range, maximise};
use crate::kernel::maths::odds::Odds;
use crate::kernel::purchase_model::cells::{Cell, Cells};
use crate::kernel::purchase_model::rate::{Time, counts};
use crate::kernel::weights::{Weighted, unit};

/// Finds the parameters (r, α, s, β) under which `histories` are most likely.
///
/// Each history comes with its weight: the number of customers that share it,
/// or that it represents. The result does not depend on their order.
/// `None` where no history has a weight above zero.
pub fn fit(histories: impl IntoIterator<Item = (History, f64)>) -> Option<Maximum<4>> {
    let rows: Vec<_> = histories.into_iter().collect();
    let unit = extreme_unit(rows.iter().map(|(history, _)| *history));
    let fit = fit_near(rows.iter().map(|(history, weight)| (history.in_units(unit), *weight)))?;
    Some(in_given_time(fit, unit, rows.iter().copied()))
}

/// The power of two near the longest time, where squares of times would leave the range of floats; else 1.
fn extreme_unit(histories: impl Iterator<Item = History>) -> f64 {
    let longest = histories.map(|history| history.age).fold(0.0, f64::max);
    if (1e-60..=1e60).contains(&longest) { 1.0 } else { unit(longest) }
}

/// A fit of times in units, in the time of the `histories`.
fn in_given_time(
    mut fit: Maximum<4>,
    unit: f64,
    histories: impl Iterator<Item = (History, f64)>,
) -> Maximum<4> {
    for scale in [1, 3] {
        fit.parameters[scale] *= unit;
        fit.standard_errors[scale] = fit.standard_errors[scale].map(|error| error * unit);
    }
    let purchases: f64 = histories.map(|(history, weight)| history.x * weight).sum();
    fit.log_likelihood -= purchases * unit.ln();
    fit
}

/// As [`fit`], of times whose squares are in range.
fn fit_near(histories: impl IntoIterator<Item = (History, f64)>) -> Option<Maximum<4>> {
    let model = Model { cells: Cells::new(histories)? };
    let unit = model.cells.unit();
    let ranges = [1.0, unit, 1.0, unit].map(Range::around);
    let coarse = model.cells.coarse().map(|cells| Model { cells });
    maximise(&model, coarse.as_ref(), starts(&model.cells), ranges)
}

/// Starting points: rates with little or much heterogeneity, and lifetimes that are
/// short or long, homogeneous, spread out, or polarised.
fn starts(cells: &Cells) -> Vec<[f64; 4]> {
    let (rate, unit) = (cells.rate(), cells.unit());
    let buying = [[0.3, 0.3 / rate], [0.3, 0.06 / rate], [3.0, 3.0 / rate], [3.0, 0.6 / rate]];
    let staying = [
        [0.01, 1e-5],
        [0.1, 0.1],
        [0.1, 10.0],
        [1.0, 10.0],
        [1.0, 100.0],
        [10.0, 100.0],
        [10.0, 1000.0],
    ];
    let with = |[r, alpha]: [f64; 2]| staying.map(|[s, beta]| [r, alpha, s, beta * unit]);
    buying.into_iter().flat_map(with).collect()
}

/// The log-likelihood of all `histories` by (r, α, s, β), to be asked anywhere.
pub fn log_likelihood_of(
    histories: impl IntoIterator<Item = (History, f64)>,
) -> Option<impl Fn([f64; 4]) -> f64> {
    let model = Cells::new(histories).map(|cells| Model { cells })?;
    Some(move |parameters| model.at(parameters).value)
}

/// As [`fit`], with the errors that the kind of the weights asks for.
pub fn fit_weighted(histories: &Weighted<History>) -> Option<Maximum<4>> {
    let model = |rows| Some(Model { cells: Cells::new(rows)? });
    let unit = extreme_unit(histories.rows().map(|(history, _)| history));
    let near = histories.map(|history| history.in_units(unit));
    let fit = near.robust(fit_near(near.rows())?, model);
    Some(in_given_time(fit, unit, histories.rows()))
}

/// The log-likelihood of one customer.
#[must_use]
pub fn log_likelihood(params: Params, history: History) -> f64 {
    let Params { r, alpha, s, beta } = params;
    let History { x, age, .. } = history;
    let age = [Time::new(age, alpha), Time::new(age, beta)];
    let buys = ln_gamma(r + x) - ln_gamma(r) - x * alpha.ln();
    let odds = Odds::new(log_odds_left(params, history));
    buys + Stayed { shape: r + x, s, age }.log() + odds.log_total
}

/// The histories, as this model sees them.
struct Model {
    cells: Cells,
}

impl LogLikelihood<4> for Model {
    fn at(&self, [r, alpha, s, beta]: [f64; 4]) -> Local<4> {
        let point = Point {
            params: Params { r, alpha, s, beta },
            times: &self.cells.times,
            buying: Time::all(&self.cells.times, alpha),
            staying: Time::all(&self.cells.times, beta),
        };
        let mut local = counts(&self.cells, r, alpha);
        for frequency in &self.cells.frequencies {
            for cell in &frequency.cells {
                point.add_to(&mut local, frequency.x, cell);
            }
        }
        local
    }
}

/// Parameters, with all that depends on them and on one time only.
struct Point<'a> {
    params: Params,
    times: &'a [f64],
    /// By the scale α.
    buying: Vec<Time>,
    /// By the scale β.
    staying: Vec<Time>,
}

impl Point<'_> {
    fn add_to(&self, local: &mut Local<4>, x: f64, cell: &Cell) {
        let Params { r, s, beta, .. } = self.params;
        let [age, last] =
            [cell.age(), cell.recency()].map(|time| [self.buying[time], self.staying[time]]);
        let history = History { x, t_x: self.times[cell.recency()], age: self.times[cell.age()] };
        let stayed = Stayed { shape: r + x, s, age };
        let (sum, left) = self.left(history, last);
        let odds = Odds::new(stayed.log_odds_left(beta, last, sum));
        local.value += cell.weight * (stayed.log() + odds.log_total);
        mix(local, cell.weight, odds, &self.stayed(stayed), &left);
    }

    /// Derivatives of A₁.
    fn stayed(&self, Stayed { shape, s, age: [buys, stays] }: Stayed) -> Branch {
        let Params { alpha, beta, .. } = self.params;
        let gradient = [-buys.log, shape * buys.inverse, -stays.log, s * stays.inverse];
        let mut branch = Branch { gradient, hessian: [[0.0; 4]; 4] };
        branch.hessian[1][0] = buys.inverse;
        branch.hessian[1][1] = shape * bend(buys.inverse, buys.inverse * buys.inverse, alpha);
        branch.hessian[3][2] = stays.inverse;
        branch.hessian[3][3] = s * bend(stays.inverse, stays.inverse * stays.inverse, beta);
        branch
    }

    /// The integral over its integrand at `t_x`, and the derivatives of A₂.
    fn left(&self, history: History, last: [Time; 2]) -> (f64, Branch) {
        let Params { r, alpha, s, beta } = self.params;
        let (shape, power) = (r + history.x, s + 1.0);
        let (mut sum, mut total) = (0.0, 0.0);
        let (mut mean, mut second) = ([0.0; 4], [[0.0; 4]; 4]);
        for moment in Leaving::new(self.params, history).moments() {
            let u = history.t_x + moment.since;
            let slopes = [
                -(last[0].log + moment.logs[0]),
                shape * u / (alpha * (alpha + u)),
                -(last[1].log + moment.logs[1]),
                power * u / (beta * (beta + u)),
            ];
            sum += moment.weight;
            // Nothing weighs anything where T = t_x, but averages exist.
            let weight = moment.weight.max(f64::MIN_POSITIVE);
            total += weight;
            for i in 0..4 {
                mean[i] += weight * slopes[i];
                (0..=i).for_each(|j| second[i][j] += weight * slopes[i] * slopes[j]);
            }
        }
        let mean = mean.map(|sum| sum / total);
        let second = second.map(|row| row.map(|sum| sum / total));
        let mut branch = Branch { gradient: mean, hessian: second };
        for i in 0..4 {
            (0..=i).for_each(|j| branch.hessian[i][j] -= mean[i] * mean[j]);
        }
        branch.hessian[1][0] += mean[1] / shape;
        branch.hessian[1][1] +=
            shape * bend(mean[1] / shape, second[1][1] / (shape * shape), alpha);
        branch.hessian[3][2] += mean[3] / power;
        branch.hessian[3][3] += power * bend(mean[3] / power, second[3][3] / (power * power), beta);
        branch.add_front(s, beta);
        (sum, branch)
    }
}

/// First and second derivatives of the logarithm of one way to explain a history.
#[derive(Debug, Clone, Copy)]
struct Branch {
    gradient: [f64; 4],
    hessian: [[f64; 4]; 4],
}

impl Branch {
    /// Adds the derivatives of ln(s/β).
    fn add_front(&mut self, s: f64, beta: f64) {
        self.gradient[2] += 1.0 / s;
        self.gradient[3] -= 1.0 / beta;
        self.hessian[2][2] -= 1.0 / (s * s);
        self.hessian[3][3] += 1.0 / (beta * beta);
    }
}

/// The second derivative of −ln(1+t/α) by α, from 1/α − 1/(α+t) and its square.
fn bend(inverse: f64, inverse_squared: f64, scale: f64) -> f64 {
    inverse_squared - 2.0 * inverse / scale
}

/// Adds the derivatives of ln(exp A₁ + exp A₂).
fn mix(local: &mut Local<4>, weight: f64, odds: Odds, stayed: &Branch, left: &Branch) {
    let (p, q) = (weight * odds.left, weight * odds.stayed);
    let apart: [f64; 4] = std::array::from_fn(|i| left.gradient[i] - stayed.gradient[i]);
    for i in 0..4 {
        local.gradient[i] += q * stayed.gradient[i] + p * left.gradient[i];
        for j in 0..=i {
            local.hessian[i][j] += q * stayed.hessian[i][j]
                + p * left.hessian[i][j]
                + p * odds.stayed * apart[i] * apart[j];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::testing::*;
    use crate::kernel::weights::Weights;
    use proptest::prelude::*;

    const BEST: [f64; 4] =
        [0.553_277_046_853_196, 10.577_683_463_302_4, 0.606_239_989_127_702, 11.668_735_288_850_6];

    fn model() -> Model {
        Model { cells: Cells::new(sample()).expect("customers") }
    }

    #[test]
    fn the_sample_gives_the_reference_parameters_errors_and_likelihood() {
        let fit = fit(sample()).expect("customers");
        assert_fit(&fit, BEST, [0.047_627_93, 0.842_722_53, 0.187_281_34, 6.211_113_59]);
        assert!((fit.log_likelihood + 9_594.976_178_939_54).abs() < 1e-8);
    }

    #[test]
    fn the_master_gives_the_reference_parameters_errors_and_likelihood() {
        let fit = fit(master()).expect("customers");
        let parameters = [
            0.597_419_966_344_723,
            11.585_657_781_603_3,
            0.522_185_610_788_912,
            8.827_759_150_366_35,
        ];
        assert_fit(&fit, parameters, [0.017_372_64, 0.296_764_69, 0.046_341_13, 1.474_226_56]);
        assert!((fit.log_likelihood + 95_415.118_617_469_8).abs() < 1e-7);
    }

    #[test]
    fn the_start_does_not_matter() {
        for start in [[0.1; 4], [10.0; 4], [1.0; 4], [1.0, 3.0, 1.0, 3.0]] {
            let got = maximise(&model(), None, [start], [Range::around(1.0); 4]).expect("a start");
            assert!(got.converged, "from {start:?}");
            for (got, want) in got.parameters.into_iter().zip(BEST) {
                assert_close(got, want, 1e-9);
            }
        }
    }

    #[test]
    fn the_unit_of_time_changes_the_scales_only() {
        let weeks = fit(sample()).expect("customers");
        let years = fit(in_years(sample())).expect("customers");
        for i in 0..4 {
            let unit = if i % 2 == 1 { 365.25 / 7.0 } else { 1.0 };
            assert_close(years.parameters[i] * unit, weeks.parameters[i], 1e-8);
        }
    }

    #[test]
    fn extreme_units_of_time_change_the_scales_only() {
        let rows = || {
            (0..60_u32).map(|i| {
                let (x, last) = (f64::from(i % 4), f64::from(i * 7 % 19 + 1));
                (if x > 0.0 { [x, last, 20.0 + f64::from(i % 9)] } else { [0.0, 0.0, 20.0] }, 1.0)
            })
        };
        let scaled = |by: f64| {
            let history = |[x, t_x, age]: [f64; 3]| History { x, t_x: t_x * by, age: age * by };
            let rows = rows().map(|(row, weight)| (history(row), weight));
            let weighted = rows.map(|(row, weight)| (row, weight, 1));
            let weighted = Weighted::new(weighted, Weights::Design, |_| true).expect("in domain");
            fit_weighted(&weighted).expect("customers")
        };
        let want = scaled(1.0);
        for power in [-500, 500] {
            let by = libm::ldexp(1.0, power);
            let got = scaled(by);
            assert_eq!(got.bounds().collect::<Vec<_>>(), want.bounds().collect::<Vec<_>>());
            assert_eq!(got.identified, want.identified);
            for i in 0..4 {
                let unit = if i % 2 == 1 { by } else { 1.0 };
                assert_close(got.parameters[i] / unit, want.parameters[i], 1e-7);
                let [got, want] = [got, want].map(|fit| fit.standard_errors[i]);
                assert_eq!(got.is_some(), want.is_some());
                got.zip(want)
                    .into_iter()
                    .for_each(|(got, want)| assert_close(got / unit, want, 1e-5));
            }
        }
    }

    #[test]
    fn the_closed_derivatives_match_differences() {
        for at in [[0.7, 8.0, 0.5, 14.0], [0.4, 14.0, 1.3, 6.0]] {
            assert_derivatives(&model(), at);
        }
    }

    #[test]
    fn single_customers_have_the_reference_likelihoods() {
        let rounded = Params::new(0.553, 10.578, 0.606, 11.669).expect("in domain");
        let age = 272.0 / 7.0;
        for (x, t_x, age, want) in [
            (2.0, 213.0 / 7.0, age, -9.554_122_824_149_03),
            (1.0, 12.0 / 7.0, age, -4.450_813_028_190_36),
            (0.0, 0.0, age, -0.521_036_856_410_156_6),
            (7.0, 206.0 / 7.0, age, -21.594_227_549_005_14),
            (29.0, 265.0 / 7.0, age, -45.570_610_540_215_41),
            (1.0, 180.0 / 7.0, 27.0, -5.624_820_795_207_494),
            (20.0, 5.0, age, -18.447_714_500_828_94),
        ] {
            assert_close(log_likelihood(rounded, history(x, t_x, age)), want, 1e-11);
        }
        let steep = Params::new(10.465, 0.007_985_651_81, 3.0516, 2.820).expect("in domain");
        let heavy = log_likelihood(steep, history(500.0, 4.0, 37.0));
        assert_close(heavy, 1_888.821_249_738_940_7, 1e-13);
    }

    #[test]
    fn the_published_parameters_have_the_reference_likelihood() {
        let rounded = Params::new(0.553, 10.578, 0.606, 11.669).expect("in domain");
        let one_by_one: f64 = sample().iter().map(|(h, n)| n * log_likelihood(rounded, *h)).sum();
        assert_close(one_by_one, -9_594.976_259_272_634, 1e-12);
        let together = model().at([0.553, 10.578, 0.606, 11.669]).value;
        assert_close(together, -9_594.976_259_272_634, 1e-12);
    }

    #[test]
    fn probabilities_of_all_numbers_of_purchases_add_up() {
        // ∫ L dt_x over the last purchase, with the x−1 others anywhere before.
        let params = Params::new(1.2, 3.0, 0.8, 2.0).expect("in domain");
        let (age, steps) = (2.0, 400);
        let none = log_likelihood(params, history(0.0, 0.0, age)).exp();
        let some: f64 = (1_u32..60)
            .map(|x| {
                let x = f64::from(x);
                let width = age / f64::from(steps);
                let density = |i: i32| {
                    let t_x = width * (f64::from(i) - 0.5);
                    let others = (x - 1.0) * t_x.ln() - ln_gamma(x);
                    (log_likelihood(params, history(x, t_x, age)) + others).exp()
                };
                width * (1..=steps).map(density).sum::<f64>()
            })
            .sum();
        assert!((none + some - 1.0).abs() < 1e-4, "{}", none + some);
    }

    #[test]
    fn customers_that_never_leave_or_never_return_are_a_flag_and_not_a_failure() {
        assert_flagged(&fit(never_leaving()).expect("customers"));
        assert_flagged(&fit(never_returning()).expect("customers"));
    }

    #[test]
    fn nobody_gives_nothing() {
        assert_eq!(fit([]), None);
        assert_eq!(fit([(history(0.0, 0.0, 1.0), 0.0)]), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn order_and_repetition_do_not_change_a_digit(rows in repeated(), turn in 0_usize..60) {
            let [want, got] = both_ways(&rows, turn, fit);
            prop_assert_eq!(want, got);
            prop_assert!(want.is_some_and(|fit| fit.converged), "{:?}", want);
        }
    }
}
