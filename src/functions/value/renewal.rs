//! Fits and projections of contracts: what their functions share.

use crate::functions::document::Argument;
use crate::functions::domain::Domain;
use crate::functions::fitted::weighted;
use crate::functions::memory::Memory;
use crate::functions::multiset::Counted;
use crate::kernel::renewal::{Params, Stay};
use crate::kernel::{OutOfDomain, Weighted, Weights};

pub(super) const PERIODS: Argument = Argument {
    name: "periods",
    meaning: "renewals that have come up, the one at which the customer was lost included; at least 1 where `lost` is 1",
    domain: Domain::WholeBetween(0.0, 1_000_000.0),
    optional: false,
};

pub(super) const LOST: Argument = Argument {
    name: "lost",
    meaning: "whether the customer did not renew the last time; false for who is there yet",
    domain: Domain::YesNo,
    optional: false,
};

pub(super) const RENEWALS: Argument = Argument {
    name: "renewals",
    meaning: "how many times customers have renewed; 0 for new ones",
    domain: Domain::WholeBetween(0.0, 1_000_000.0),
    optional: false,
};

pub(super) const RENEWAL: Argument = Argument {
    name: "renewal",
    meaning: "which renewal, counted from 1",
    domain: Domain::WholeBetween(1.0, 1_000_000.0),
    optional: false,
};

pub(super) const RATE: Argument = Argument {
    name: "discount_rate",
    meaning: "rate per period; 0.1 is 10 % a year if contracts run for a year",
    domain: Domain::Positive,
    optional: false,
};

/// Rows of periods, lost and weight as stays.
pub(super) fn stays(rows: &[Counted<3>], weights: Weights) -> Result<Weighted<Stay>, OutOfDomain> {
    weighted(rows, weights, |[periods, lost, _]| Stay::new(periods, lost), |_| true)
}

/// A model with the lifetimes that were worked out so far.
#[derive(Debug)]
pub(super) struct Contracts {
    model: Params,
    memory: Memory<2>,
}

impl Contracts {
    pub(super) fn new(model: Params) -> Self {
        Self { model, memory: Memory::default() }
    }
}

/// `…_survival(model, renewals)`
pub(super) fn survival(model: &mut Params, [renewals]: [f64; 1]) -> Result<f64, OutOfDomain> {
    model.survival(renewals)
}

/// `…_retention(model, renewal)`
pub(super) fn retention(model: &mut Params, [renewal]: [f64; 1]) -> Result<f64, OutOfDomain> {
    model.retention(renewal)
}

/// `…_del(model, discount_rate)`
pub(super) fn del(contracts: &mut Contracts, [rate]: [f64; 1]) -> Result<f64, OutOfDomain> {
    let model = contracts.model;
    contracts.memory.recall([0.0, rate], || model.del(rate))
}

/// `…_derl(model, renewals, discount_rate)`
pub(super) fn derl(
    contracts: &mut Contracts,
    [renewals, rate]: [f64; 2],
) -> Result<f64, OutOfDomain> {
    let model = contracts.model;
    contracts.memory.recall([renewals, rate], || model.derl(renewals, rate))
}
