//! `nbd_purchases_upper(model, frequency, recency, age, horizon, level)`

use crate::functions::argument::{AGE, FREQUENCY, HORIZON, LEVEL, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{NBD, nbd};
use crate::functions::prospects::{Prospects, purchases_upper};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::nbd::Params;

pub(super) static FUNCTION: Rowwise<5, Prospects<Params, 3>> = Rowwise {
    name: "nbd_purchases_upper",
    summary: "Upper end of the interval in which the number of purchase days within a horizon \
              will lie, under an NBD model.",
    shared: Shared::Model(NBD),
    arguments: [FREQUENCY, RECENCY, AGE, HORIZON, LEVEL],
    returns: "the least number at which the probability of more is (1 − level)/2 or less; numbers \
              are whole, so the interval holds with probability `level` or more",
    nulls: "NULL in any argument gives NULL",
    source: "a quantile of the probabilities of `nbd_purchases_probability`",
    examples: &[Example::new(
        "nbd_purchases_upper(named_struct('r', 0.385, 'alpha', 12.072), 2, 213.0 / 7.0, 272.0 / \
         7.0, 39, 0.95)",
        "6.0",
    )],
    prepare: |parameters| nbd(parameters).map(Prospects::new),
    kernel: Kernel::Strict(purchases_upper),
};
