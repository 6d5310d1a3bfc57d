//! `nbd_expected_purchases(model, frequency, recency, age, horizon)`

use crate::functions::argument::{AGE, FREQUENCY, HORIZON, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{NBD, nbd};
use crate::functions::prospects::{Prospects, expected_purchases};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::nbd::Params;

pub(super) static FUNCTION: Rowwise<4, Prospects<Params, 2>> = Rowwise {
    name: "nbd_expected_purchases",
    summary: "Purchase days that a customer is expected to have within a horizon, under an NBD \
              model.",
    shared: Shared::Model(NBD),
    arguments: [FREQUENCY, RECENCY, AGE, HORIZON],
    returns: "a number of purchase days; as nobody leaves in this model, too many where they do",
    nulls: "NULL in any argument gives NULL",
    source: "Ehrenberg (1988), Repeat-Buying, 2nd ed., Oxford University Press (conditional trend \
             analysis)",
    examples: &[Example::new(
        "nbd_expected_purchases(named_struct('r', 0.5, 'alpha', 12), 2, 30, 38, 10)",
        "0.5",
    )],
    prepare: |parameters| nbd(parameters).map(Prospects::new),
    kernel: Kernel::Strict(expected_purchases),
};
