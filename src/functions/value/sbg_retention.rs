//! `sbg_retention(model, renewal)`

use super::renewal::{RENEWAL, retention};
use crate::functions::document::Example;
use crate::functions::model::{SBG, sbg};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::renewal::Params;

pub(super) static FUNCTION: Rowwise<1, Params> = Rowwise {
    name: "sbg_retention",
    summary: "Of the customers that come to a given renewal, the share that renews, under an sBG \
              model.",
    shared: Shared::Model(SBG),
    arguments: [RENEWAL],
    returns: "a share; it rises from one renewal to the next, because those likely to leave leave \
              first",
    nulls: "NULL in any argument gives NULL",
    source: "Fader and Hardie (2007), Journal of Interactive Marketing 21(1), 76–90",
    examples: &[Example::new(
        "CAST(sbg_retention(named_struct('alpha', 0.704077298473517, 'beta', \
             1.18204302620948), 1) AS DECIMAL(12, 9))",
        "0.626706054",
    )],
    prepare: sbg,
    kernel: Kernel::Probability(retention),
};
