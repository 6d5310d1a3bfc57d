//! One of the purchase models in which customers leave, whichever was chosen.
//!
//! Source: those of the models, see [`crate::kernel::beta_geometric`] and
//! [`crate::kernel::pareto_nbd`].

use super::purchase_model::{Dated, GivenAlive, Law, PurchaseModel, Timed, Ways, Window, Within};
use super::{History, OutOfDomain, beta_geometric, pareto_nbd};

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

/// What happens within a horizon.
#[derive(Debug)]
pub enum ChosenLaw<'a> {
    /// Under BG/NBD or MBG/NBD.
    BetaGeometric(Within<'a, beta_geometric::Future>),
    /// Under Pareto/NBD.
    ParetoNbd(Within<'a, pareto_nbd::Future>),
}

impl PurchaseModel for Params {
    type Past = History;
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

impl GivenAlive for Future {
    type Past = History;
    type Law<'a> = ChosenLaw<'a>;

    fn depends_on(past: History) -> [f64; 2] {
        [past.age, 0.0]
    }

    fn law(&self, past: History, horizon: f64) -> Result<ChosenLaw<'_>, OutOfDomain> {
        match self {
            Self::BetaGeometric(future) => future.law(past, horizon).map(ChosenLaw::BetaGeometric),
            Self::ParetoNbd(future) => future.law(past, horizon).map(ChosenLaw::ParetoNbd),
        }
    }

    fn residual(&mut self, past: History, discount_rate: f64) -> Result<f64, OutOfDomain> {
        match self {
            Self::BetaGeometric(future) => future.residual(past, discount_rate),
            Self::ParetoNbd(future) => future.residual(past, discount_rate),
        }
    }
}

impl Dated for Future {
    fn dated(&self, window: Window) -> impl Timed {
        match self {
            Self::BetaGeometric(future) => ChosenLaw::BetaGeometric(Within { future, window }),
            Self::ParetoNbd(future) => ChosenLaw::ParetoNbd(Within { future, window }),
        }
    }
}

impl ChosenLaw<'_> {
    fn own(&self) -> &dyn Timed {
        match self {
            Self::BetaGeometric(law) => law,
            Self::ParetoNbd(law) => law,
        }
    }
}

impl Law for ChosenLaw<'_> {
    fn survival(&self) -> f64 {
        self.own().survival()
    }

    fn purchases(&self) -> f64 {
        self.own().purchases()
    }

    fn mean_and_variance(&self) -> [f64; 2] {
        self.own().mean_and_variance()
    }

    fn exactly(&self, n: f64) -> f64 {
        self.own().exactly(n)
    }

    fn at_least(&self, n: f64) -> f64 {
        self.own().at_least(n)
    }
}

impl Timed for ChosenLaw<'_> {
    fn horizon(&self) -> f64 {
        self.own().horizon()
    }

    fn ways(&self, n: f64) -> Ways {
        self.own().ways(n)
    }
}
