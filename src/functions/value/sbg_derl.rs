//! `sbg_derl(model, renewals, discount_rate)`

use super::renewal::{Contracts, RATE, RENEWALS, derl};
use crate::functions::document::Example;
use crate::functions::model::{SBG, sbg};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};

pub(super) static FUNCTION: Rowwise<2, Contracts> = Rowwise {
    name: "sbg_derl",
    summary: "Discounted expected residual lifetime: the periods still to come of a customer who \
              has renewed a number of times and is about to come up for the next renewal, under \
              an sBG model.",
    shared: Shared::Model(SBG),
    arguments: [RENEWALS, RATE],
    returns: "a number of periods; the one that the coming renewal is for counts in full, the next \
              is divided by 1 + discount_rate, and so on",
    nulls: "NULL in any argument gives NULL",
    source: "Fader and Hardie (2010), Marketing Science 29(1), 85–93",
    examples: &[Example::new(
        "CAST(sbg_derl(named_struct('alpha', 0.704077298473517, 'beta', 1.18204302620948), 1, \
             0.1) AS DECIMAL(12, 9))",
        "4.103139775",
    )],
    prepare: |parameters| sbg(parameters).map(Contracts::new),
    kernel: Kernel::Strict(derl),
};
