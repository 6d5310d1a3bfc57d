//! `nbd_expected_purchases(model, frequency, age, horizon)`

use super::argument::{AGE, FREQUENCY, HORIZON};
use super::document::{Argument, Example};
use super::model::{NBD, nbd};
use super::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::History;
use crate::kernel::nbd::{Params, expected_purchases};

pub(super) static FUNCTION: Rowwise<3, Params> = Rowwise {
    name: "nbd_expected_purchases",
    summary: "Purchase days that a customer is expected to have within a horizon, under an NBD \
              model.",
    shared: Shared::Model(NBD),
    arguments: [
        FREQUENCY,
        Argument { meaning: "time from the first purchase to the cut-off", ..AGE },
        HORIZON,
    ],
    returns: "a number of purchase days; as nobody leaves in this model, too many where they do",
    nulls: "NULL in any argument gives NULL",
    source: "Ehrenberg (1988), Repeat-Buying, 2nd ed., Oxford University Press (conditional trend \
             analysis)",
    examples: &[Example::new(
        "nbd_expected_purchases(named_struct('r', 0.5, 'alpha', 12), 2, 38, 10)",
        "0.5",
    )],
    prepare: nbd,
    kernel: Kernel::Strict(|params, [frequency, age, horizon]| {
        expected_purchases(*params, History::without_recency(frequency, age)?, horizon)
    }),
};
