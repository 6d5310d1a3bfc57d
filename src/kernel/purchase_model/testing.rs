//! The questions as the tests of all models put them.

use super::*;
use crate::kernel::testing::assert_close;

/// `horizon` from `age` on.
pub(in crate::kernel) fn window(age: f64, horizon: f64) -> Window {
    Window::after(aged(age), horizon).expect("in domain")
}

/// A customer of an age, of whom nothing else matters.
pub(in crate::kernel) fn aged(age: f64) -> History {
    History::of(0.0, 0.0, age).expect("in domain")
}

/// Whether this customer is alive, and the answers if so.
fn parts<M: PurchaseModel<Past = History>>(model: &M, past: History) -> (ZeroInflated, M::Future) {
    let future = model.future(past.x).expect("in domain");
    (ZeroInflated::new(model.p_alive(past)), future)
}

/// E[Y(t)] of a customer with this past.
pub(in crate::kernel) fn purchases(
    model: &impl PurchaseModel<Past = History>,
    past: History,
    horizon: f64,
) -> f64 {
    let (alive, future) = parts(model, past);
    alive.mean(future.law(past, horizon).expect("in domain").purchases())
}

/// DERT of a customer with this past.
pub(in crate::kernel) fn residual(
    model: &impl PurchaseModel<Past = History>,
    past: History,
    rate: f64,
) -> f64 {
    let (alive, mut future) = parts(model, past);
    alive.mean(future.residual(past, rate).expect("in domain"))
}

/// Var[Y(t)] of a customer with this past.
pub(in crate::kernel) fn variance(
    model: &impl PurchaseModel<Past = History>,
    past: History,
    horizon: f64,
) -> f64 {
    let (alive, future) = parts(model, past);
    alive.variance(future.law(past, horizon).expect("in domain").mean_and_variance())
}

/// P(Y(t) = n) of a customer with this past.
pub(in crate::kernel) fn probability(
    model: &impl PurchaseModel<Past = History>,
    past: History,
    horizon: f64,
    n: f64,
) -> f64 {
    let (alive, future) = parts(model, past);
    alive.exactly(n, future.law(past, horizon).expect("in domain").exactly(n))
}

/// A history `(x, t_x, T)`, and its P(alive), E[Y(39)] and DERT at 0.0027.
pub(in crate::kernel) type Case = ((f64, f64, f64), [f64; 3]);

pub(in crate::kernel) fn assert_predictions(
    model: &impl PurchaseModel<Past = History>,
    cases: &[Case],
) {
    for &((x, t_x, age), want) in cases {
        let past = History::new(x, t_x, age).expect("in domain");
        let alive = model.p_alive(past);
        let got = [alive, purchases(model, past, 39.0), residual(model, past, 0.0027)];
        for (got, want) in got.into_iter().zip(want) {
            assert!((got / want - 1.0).abs() < 1e-11, "x={x} t_x={t_x}: {got}, want {want}");
        }
    }
}

/// A history `(x, t_x, T)` and its variance over 39.
pub(in crate::kernel) fn assert_variances(
    model: &impl PurchaseModel<Past = History>,
    cases: &[((f64, f64, f64), f64)],
) {
    for &((x, t_x, age), want) in cases {
        let past = History::new(x, t_x, age).expect("in domain");
        assert_close(variance(model, past, 39.0), want, 1e-11);
    }
}

/// That the probabilities make up a distribution with the right mean and
/// variance, each tail what is left of it.
pub(in crate::kernel) fn assert_distribution(law: &impl Timed) {
    let [mean, variance] = law.mean_and_variance();
    let (mut total, mut first, mut second, mut n) = (0.0, 0.0, 0.0, 0.0);
    while n < 20_000.0 {
        let tail = law.at_least(n);
        assert!((1.0 - total - tail).abs() < 1e-11, "tail at {n}: {tail} and {total}");
        if tail * (1.0 + n * n) < 1e-13 {
            break;
        }
        let chance = law.exactly(n);
        assert!(chance >= 0.0, "{chance} at {n}");
        let ways = law.ways(n.max(1.0));
        let leaves: f64 = ways.leaves.iter().map(|(_, weight)| weight).sum();
        let whole = if n == 0.0 { law.exactly(1.0) } else { chance };
        assert!((ways.stays + leaves - whole).abs() < 1e-3 * whole, "{ways:?} at {n}");
        total += chance;
        first += chance * n;
        second += chance * n * n;
        n += 1.0;
    }
    assert_close(total, 1.0, 1e-11);
    assert_close(first, mean, 1e-9);
    assert_close(second - first * first, variance, 1e-8);
}
