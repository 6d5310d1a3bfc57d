//! `bdw_survival(model, renewals)`

use super::renewal::{RENEWALS, survival};
use crate::functions::document::Example;
use crate::functions::model::{BDW, bdw};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::renewal::Params;

pub(super) static FUNCTION: Rowwise<1, Params> = Rowwise {
    name: "bdw_survival",
    summary: "Share of a cohort that is still there after a number of renewals, under a BdW model.",
    shared: Shared::Model(BDW),
    arguments: [RENEWALS],
    returns: "a share; 1 after none",
    nulls: "NULL in any argument gives NULL",
    source: "Fader, Hardie, Liu, Davin and Steenburgh (2018), Journal of Interactive Marketing \
              43, 1–16",
    examples: &[Example::new(
        "CAST(bdw_survival(named_struct('alpha', 0.26, 'beta', 0.58, 'c', 1.3), 12) AS \
             DECIMAL(12, 9))",
        "0.314554496",
    )],
    prepare: bdw,
    kernel: Kernel::Probability(survival),
};
