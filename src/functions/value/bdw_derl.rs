//! `bdw_derl(model, renewals, discount_rate)`

use super::renewal::{Contracts, RATE, RENEWALS, derl};
use crate::functions::document::Example;
use crate::functions::model::{BDW, bdw};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};

pub(super) static FUNCTION: Rowwise<2, Contracts> = Rowwise {
    name: "bdw_derl",
    summary: "Discounted expected residual lifetime: the periods still to come of a customer who \
              has renewed a number of times and is about to come up for the next renewal, under a \
              BdW model.",
    shared: Shared::Model(BDW),
    arguments: [RENEWALS, RATE],
    returns: "a number of periods; the one that the coming renewal is for counts in full, the next \
              is divided by 1 + discount_rate, and so on",
    nulls: "NULL in any argument gives NULL",
    source: "Fader and Hardie (2010), Marketing Science 29(1), 85–93; Fader, Hardie, Liu, Davin \
              and Steenburgh (2018), Journal of Interactive Marketing 43, 1–16, for the model",
    examples: &[Example::new(
        "CAST(bdw_derl(named_struct('alpha', 0.26, 'beta', 0.58, 'c', 1.3), 1, 0.1) AS \
             DECIMAL(12, 9))",
        "5.817011418",
    )],
    prepare: |parameters| bdw(parameters).map(Contracts::new),
    kernel: Kernel::Strict(derl),
};
