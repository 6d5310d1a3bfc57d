//! `sbg_survival(model, renewals)`

use super::renewal::{RENEWALS, survival};
use crate::functions::document::Example;
use crate::functions::model::{SBG, sbg};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::renewal::Params;

pub(super) static FUNCTION: Rowwise<1, Params> = Rowwise {
    name: "sbg_survival",
    summary: "Share of a cohort that is still there after a number of renewals, under an sBG \
              model.",
    shared: Shared::Model(SBG),
    arguments: [RENEWALS],
    returns: "a share; 1 after none",
    nulls: "NULL in any argument gives NULL",
    source: "Fader and Hardie (2007), Journal of Interactive Marketing 21(1), 76–90",
    examples: &[Example::new(
        "CAST(sbg_survival(named_struct('alpha', 0.704077298473517, 'beta', 1.18204302620948), \
             12) AS DECIMAL(12, 9))",
        "0.170037453",
    )],
    prepare: sbg,
    kernel: Kernel::Probability(survival),
};
