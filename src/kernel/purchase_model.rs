//! One of the purchase models in which customers leave, whichever was chosen.
//!
//! Source: those of the models, see [`super::beta_geometric`] and
//! [`super::pareto_nbd`].

use super::history::History;
use super::outlook::{Foresight, Outlook};
use super::{OutOfDomain, beta_geometric, pareto_nbd};

/// A model, with its parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Params {
    /// BG/NBD or MBG/NBD.
    BetaGeometric(beta_geometric::Params),
    /// Pareto/NBD.
    ParetoNbd(pareto_nbd::Params),
}

/// The future of customers of one frequency.
#[derive(Debug)]
pub enum Future {
    /// Under BG/NBD or MBG/NBD.
    BetaGeometric(beta_geometric::Future),
    /// Under Pareto/NBD.
    ParetoNbd(pareto_nbd::Future),
}

impl Outlook for Params {
    type Future = Future;

    fn p_alive(&self, history: History) -> f64 {
        match self {
            Self::BetaGeometric(params) => params.p_alive(history),
            Self::ParetoNbd(params) => params.p_alive(history),
        }
    }

    fn future(&self, frequency: f64) -> Result<Future, OutOfDomain> {
        match self {
            Self::BetaGeometric(params) => params.future(frequency).map(Future::BetaGeometric),
            Self::ParetoNbd(params) => params.future(frequency).map(Future::ParetoNbd),
        }
    }
}

impl Foresight for Future {
    fn purchases(&self, age: f64, horizon: f64) -> Result<f64, OutOfDomain> {
        match self {
            Self::BetaGeometric(future) => future.purchases(age, horizon),
            Self::ParetoNbd(future) => future.purchases(age, horizon),
        }
    }

    fn residual(&mut self, age: f64, discount_rate: f64) -> Result<f64, OutOfDomain> {
        match self {
            Self::BetaGeometric(future) => future.residual(age, discount_rate),
            Self::ParetoNbd(future) => future.residual(age, discount_rate),
        }
    }
}
