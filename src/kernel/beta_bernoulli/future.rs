//! What a customer known to be alive will do next.
//!
//! ```text
//! p | alive ~ Beta(α+x, β+n−x),  θ | alive ~ Beta(γ, δ+n)
//! DERT(d)   = E[p] Σ eᵢ/(1+d)ⁱ = E[p] E[(1−θ)/(d+θ)],  eᵢ = E[(1−θ)ⁱ]
//! ```
//!
//! This is the paper's closed form before it is summed, where it divides by γ − 1. A
//! past without opportunities is that of a new customer.

use super::law::{Law, check_horizon};
use super::{Params, Record};
use crate::kernel::OutOfDomain;
use crate::kernel::domain::ensure_positive;
use crate::kernel::maths::beta::Rule;
use crate::kernel::purchase_model::GivenAlive;

/// The future of those customers who are still alive. What follows is so quickly worked
/// out that customers of one frequency share nothing.
#[derive(Debug, Clone, Copy)]
pub struct Future {
    params: Params,
}

/// How the chances of customers who are still alive are spread.
#[derive(Debug, Clone, Copy)]
pub(super) struct Posterior {
    /// The spread of p.
    pub(super) takes: [f64; 2],
    /// The spread of θ.
    pub(super) leaves: [f64; 2],
}

impl Posterior {
    /// What follows from the past, given that the customer is alive.
    pub(super) fn new(params: Params, Record { x, n, .. }: Record) -> Self {
        let Params { alpha, beta, gamma, delta } = params;
        let takes = [alpha + f64::from(x), beta + f64::from(n - x)];
        Self { takes, leaves: [gamma, delta + f64::from(n)] }
    }
}

impl Future {
    /// Takes the population.
    pub(super) fn new(params: Params) -> Self {
        Self { params }
    }
}

impl GivenAlive for Future {
    type Past = Record;
    type Law<'a> = Law;

    fn depends_on(past: Record) -> [f64; 2] {
        [f64::from(past.n), 0.0]
    }

    fn law(&self, past: Record, horizon: f64) -> Result<Law, OutOfDomain> {
        check_horizon(horizon)?;
        Ok(Law { posterior: Posterior::new(self.params, past), horizon })
    }

    /// All purchases to come, that at the i-th opportunity divided by
    /// (1 + `discount_rate`)ⁱ.
    fn residual(&mut self, past: Record, discount_rate: f64) -> Result<f64, OutOfDomain> {
        ensure_positive("discount_rate", discount_rate)?;
        let Posterior { takes: [a, b], leaves: [gamma, delta] } = Posterior::new(self.params, past);
        let leaving = Rule::double_exponential(gamma, delta);
        Ok(a / (a + b) * leaving.mean(|theta| (1.0 - theta) / (discount_rate + theta)))
    }
}
