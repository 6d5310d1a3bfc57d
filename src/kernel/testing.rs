//! What the tests of all models need: CDNOW, and how to compare.

use proptest::prelude::*;

use super::History;
use super::maths::maximise::{LogLikelihood, Maximum};

const SAMPLE: &str = include_str!("../../tests/data/cdnow/sample.csv");
const MASTER: &str = include_str!("../../tests/data/cdnow/master.csv");

/// The 2,357 customers in weeks, with the number that share each history.
pub(super) fn sample() -> Vec<(History, f64)> {
    histories(SAMPLE)
}

/// All 23,570 customers.
pub(super) fn master() -> Vec<(History, f64)> {
    histories(MASTER)
}

fn histories(csv: &str) -> Vec<(History, f64)> {
    csv.lines()
        .skip(1)
        .map(|line| {
            let numbers: Vec<f64> =
                line.split(',').map(|number| number.parse().expect("a number")).collect();
            let history = history(numbers[0], numbers[1] / 7.0, numbers[2] / 7.0);
            (history, numbers[numbers.len() - 1])
        })
        .collect()
}

pub(super) fn history(x: f64, t_x: f64, age: f64) -> History {
    History::new(x, t_x, age).expect("in domain")
}

pub(super) fn assert_close(got: f64, want: f64, relative: f64) {
    assert!((got / want - 1.0).abs() < relative, "got {got}, want {want}");
}

/// The same histories with times in years instead of weeks.
pub(super) fn in_years(weeks: Vec<(History, f64)>) -> Vec<(History, f64)> {
    let years = |weeks: f64| weeks * 7.0 / 365.25;
    weeks
        .into_iter()
        .map(|(h, n)| (History { x: h.x, t_x: years(h.t_x), age: years(h.age) }, n))
        .collect()
}

pub(super) fn assert_fit<const N: usize>(fit: &Maximum<N>, parameters: [f64; N], errors: [f64; N]) {
    for i in 0..N {
        assert_close(fit.parameters[i], parameters[i], 1e-9);
        assert_close(fit.standard_errors[i].expect("identified"), errors[i], 1e-6);
    }
    assert!(fit.converged && fit.identified && fit.bounds().next().is_none());
    assert!(fit.iterations <= 15, "{} iterations", fit.iterations);
}

/// First and second derivatives against central differences.
pub(super) fn assert_derivatives<const N: usize>(model: &impl LogLikelihood<N>, at: [f64; N]) {
    let local = model.at(at);
    for i in 0..N {
        let moved = |by: f64| {
            let mut there = at;
            there[i] *= 1.0 + by;
            model.at(there)
        };
        let (up, down, width) = (moved(1e-5), moved(-1e-5), 2e-5 * at[i]);
        assert_close((up.value - down.value) / width, local.gradient[i], 1e-6);
        for j in i..N {
            let slope = (up.gradient[j] - down.gradient[j]) / width;
            assert_close(slope, local.hessian[j][i], 1e-6);
        }
    }
}

/// A result, not an error, that says what is wrong with it.
pub(super) fn assert_flagged<const N: usize>(fit: &Maximum<N>) {
    assert!(!fit.identified, "{fit:?}");
    assert!(fit.parameters.iter().all(|parameter| parameter.is_finite() && *parameter > 0.0));
}

/// Customers that bought on the last day.
pub(super) fn never_leaving() -> Vec<(History, f64)> {
    (1_u32..=60).map(|i| (history(f64::from(i % 5 + 1), 30.0, 30.0), 1.0)).collect()
}

/// Customers that bought once.
pub(super) fn never_returning() -> Vec<(History, f64)> {
    (1_u32..=60).map(|i| (history(0.0, 0.0, f64::from(i)), 1.0)).collect()
}

/// Histories with how often each occurs.
pub(super) fn repeated() -> impl Strategy<Value = Vec<(History, usize)>> {
    let row = (0_u32..6, 0.0..1.0_f64, 1_u32..200, 1_usize..4);
    let row = row.prop_map(|(x, share, days, n)| {
        let age = f64::from(days) / 7.0;
        let t_x = if x == 0 { 0.0 } else { age * share };
        (history(f64::from(x), t_x, age), n)
    });
    prop::collection::vec(row, 2..60)
}

/// Fits with weights, and with the histories one by one in another order.
pub(super) fn both_ways<const N: usize>(
    rows: &[(History, usize)],
    turn: usize,
    fit: impl Fn(Vec<(History, f64)>) -> Option<Maximum<N>>,
) -> [Option<Maximum<N>>; 2] {
    let weighted = rows.iter().map(|&(history, n)| (history, n as f64)).collect();
    let mut single: Vec<_> =
        rows.iter().flat_map(|&(history, n)| std::iter::repeat_n((history, 1.0), n)).collect();
    let by = turn % single.len();
    single.rotate_left(by);
    [fit(weighted), fit(single)]
}
