//! The models of customers with a contract, a row each, and what is asked with.

use crate::functions::document::Argument;
use crate::functions::domain::Domain;
use crate::functions::family::Row;
use crate::functions::fitted::weighted;
use crate::functions::model::{BDW, Model, SBG, first};
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

/// sBG: each customer renews, or is lost, with an individual probability.
pub(super) struct Sbg;

impl Row for Sbg {
    type Params = Params;
    const MODEL: Model = SBG;
    const TITLE: &'static str = "an sBG model";
    const SOURCE: &'static str =
        "Fader and Hardie (2007), Journal of Interactive Marketing 21(1), 76–90";
    const EXAMPLE: &'static str =
        "named_struct('alpha', 0.704077298473517, 'beta', 1.18204302620948)";

    fn prepare(parameters: &[f64]) -> Result<Params, OutOfDomain> {
        let [alpha, beta] = first(parameters);
        Params::sbg(alpha, beta)
    }
}

/// BdW: sBG in which the chance to be lost changes with time.
pub(super) struct Bdw;

impl Row for Bdw {
    type Params = Params;
    const MODEL: Model = BDW;
    const TITLE: &'static str = "a BdW model";
    const SOURCE: &'static str = "Fader, Hardie, Liu, Davin and Steenburgh (2018), Journal of Interactive Marketing \
         43, 1–16";
    const EXAMPLE: &'static str = "named_struct('alpha', 0.26, 'beta', 0.58, 'c', 1.3)";

    fn prepare(parameters: &[f64]) -> Result<Params, OutOfDomain> {
        let [alpha, beta, c] = first(parameters);
        Params::bdw(alpha, beta, c)
    }
}
