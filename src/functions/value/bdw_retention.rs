//! `bdw_retention(model, renewal)`

use super::renewal::{RENEWAL, retention};
use crate::functions::document::Example;
use crate::functions::model::{BDW, bdw};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::renewal::Params;

pub(super) static FUNCTION: Rowwise<1, Params> = Rowwise {
    name: "bdw_retention",
    summary: "Of the customers that come to a given renewal, the share that renews, under a BdW \
              model.",
    shared: Shared::Model(BDW),
    arguments: [RENEWAL],
    returns: "a share",
    nulls: "NULL in any argument gives NULL",
    source: "Fader, Hardie, Liu, Davin and Steenburgh (2018), Journal of Interactive Marketing \
              43, 1–16",
    examples: &[Example::new(
        "CAST(bdw_retention(named_struct('alpha', 0.26, 'beta', 0.58, 'c', 1.3), 1) AS \
             DECIMAL(12, 9))",
        "0.690476190",
    )],
    prepare: bdw,
    kernel: Kernel::Probability(retention),
};
