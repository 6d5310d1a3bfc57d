//! `sbg_del(model, discount_rate)`

use super::renewal::{Contracts, RATE, del};
use crate::functions::document::Example;
use crate::functions::model::{SBG, sbg};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};

pub(super) static FUNCTION: Rowwise<1, Contracts> = Rowwise {
    name: "sbg_del",
    summary: "Discounted expected lifetime: the periods for which a new customer is expected to \
              pay, discounted, under an sBG model.",
    shared: Shared::Model(SBG),
    arguments: [RATE],
    returns: "a number of periods; the first is paid for now and counts in full. Times the margin \
              of a period it is the customer's lifetime value",
    nulls: "NULL in any argument gives NULL",
    source: "Fader and Hardie (2010), Marketing Science 29(1), 85–93",
    examples: &[Example::new(
        "CAST(sbg_del(named_struct('alpha', 0.704077298473517, 'beta', 1.18204302620948), 0.1) \
             AS DECIMAL(12, 9))",
        "3.694908428",
    )],
    prepare: |parameters| sbg(parameters).map(Contracts::new),
    kernel: Kernel::Strict(del),
};
