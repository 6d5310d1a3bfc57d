//! The part of the likelihood that all purchase models share: how often.
//!
//! In each of them a customer buys at a Poisson rate λ ~ Gamma(r, α). Of the
//! logarithm of the likelihood that leaves, for the time τ a customer has been
//! there to buy,
//!
//! ```text
//! lnΓ(r+x) − lnΓ(r) + r ln α − (r+x) ln(α+τ)
//!   = [lnΓ(r+x) − lnΓ(r) − x ln α] − (r+x) ln(1+τ/α)
//! ```
//!
//! The second form is the one used: nothing in it cancels when α is large. Its
//! first part is [`counts`]; [`Time`] and [`Elapsed`] make up the second. r and
//! α are the first two parameters of every model.

use crate::kernel::maths::gamma::rising;
use crate::kernel::maths::maximise::Local;
use crate::kernel::purchase_model::cells::Cells;

/// lnΓ(r+x) − lnΓ(r) − x ln α, summed over all customers.
pub(in crate::kernel) fn counts<const N: usize>(cells: &Cells, r: f64, alpha: f64) -> Local<N> {
    ticks(cells, 1.0, r, alpha)
}

/// The same of k ticks of a clock per purchase: kx instead of x.
pub(in crate::kernel) fn ticks<const N: usize>(
    cells: &Cells,
    k: f64,
    r: f64,
    alpha: f64,
) -> Local<N> {
    let total = k * cells.purchases;
    let mut local = Local { value: 0.0, gradient: [0.0; N], hessian: [[0.0; N]; N] };
    local.value = -total * alpha.ln();
    local.gradient[1] = -total / alpha;
    local.hessian[1][1] = total / (alpha * alpha);
    for (frequency, buy) in cells.frequencies.iter().zip(rising(r, cells.counts().map(|x| k * x))) {
        let w = frequency.weight;
        local.value += w * buy.value;
        local.gradient[0] += w * buy.slope;
        local.hessian[0][0] += w * buy.curvature;
    }
    local
}

/// ln((α+t)/α) and 1/α − 1/(α+t): forms in which nothing cancels when the scale
/// α is large against t.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::kernel) struct Time {
    pub(in crate::kernel) log: f64,
    pub(in crate::kernel) inverse: f64,
}

impl Time {
    pub(in crate::kernel) fn new(time: f64, alpha: f64) -> Self {
        Self { log: (time / alpha).ln_1p(), inverse: time / (alpha * (alpha + time)) }
    }

    /// All of `times`, in their order.
    pub(in crate::kernel) fn all(times: &[f64], alpha: f64) -> Vec<Self> {
        times.iter().map(|&time| Self::new(time, alpha)).collect()
    }
}

/// Weighted sums over the customers of one frequency of what [`Time`] holds.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::kernel) struct Elapsed {
    log: f64,
    inverse: f64,
    inverse_squared: f64,
}

impl Elapsed {
    pub(in crate::kernel) fn add(&mut self, time: Time, weight: f64) {
        self.log += weight * time.log;
        self.inverse += weight * time.inverse;
        self.inverse_squared += weight * time.inverse * time.inverse;
    }

    /// Adds the value of −(r+x) ln(1+τ/α), `shape` being r+x.
    pub(in crate::kernel) fn add_value_to<const N: usize>(&self, local: &mut Local<N>, shape: f64) {
        local.value -= shape * self.log;
    }

    /// Adds its derivatives by r and α.
    pub(in crate::kernel) fn add_to<const N: usize>(
        &self,
        local: &mut Local<N>,
        shape: f64,
        alpha: f64,
    ) {
        local.gradient[0] -= self.log;
        local.gradient[1] += shape * self.inverse;
        local.hessian[1][0] += self.inverse;
        local.hessian[1][1] += shape * (self.inverse_squared - 2.0 * self.inverse / alpha);
    }
}
