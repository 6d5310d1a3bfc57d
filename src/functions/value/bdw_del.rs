//! `bdw_del(model, discount_rate)`

use super::renewal::{Contracts, RATE, del};
use crate::functions::document::Example;
use crate::functions::model::{BDW, bdw};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};

pub(super) static FUNCTION: Rowwise<1, Contracts> = Rowwise {
    name: "bdw_del",
    summary: "Discounted expected lifetime: the periods for which a new customer is expected to \
              pay, discounted, under a BdW model.",
    shared: Shared::Model(BDW),
    arguments: [RATE],
    returns: "a number of periods; the first is paid for now and counts in full. Times the margin \
              of a period it is the customer's lifetime value",
    nulls: "NULL in any argument gives NULL",
    source: "Fader and Hardie (2010), Marketing Science 29(1), 85–93; Fader, Hardie, Liu, Davin \
              and Steenburgh (2018), Journal of Interactive Marketing 43, 1–16, for the model",
    examples: &[Example::new(
        "CAST(bdw_del(named_struct('alpha', 0.26, 'beta', 0.58, 'c', 1.3), 0.1) AS DECIMAL(12, \
             9))",
        "4.947133631",
    )],
    prepare: |parameters| bdw(parameters).map(Contracts::new),
    kernel: Kernel::Strict(del),
};
