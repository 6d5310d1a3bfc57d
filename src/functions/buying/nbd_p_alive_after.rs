//! `nbd_p_alive_after(model, frequency, recency, age, horizon)`

use crate::functions::argument::{AGE, FREQUENCY, HORIZON, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{NBD, nbd};
use crate::functions::prospects::{Prospects, p_alive_after};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::nbd::Params;

pub(super) static FUNCTION: Rowwise<4, Prospects<Params, 2>> = Rowwise {
    name: "nbd_p_alive_after",
    summary: "Probability that a customer has not left by the end of a horizon that begins at the \
              cut-off, under an NBD model.",
    shared: Shared::Model(NBD),
    arguments: [FREQUENCY, RECENCY, AGE, HORIZON],
    returns: "1, because nobody leaves in this model; it is here so that one query does for all \
              models",
    nulls: "NULL in any argument gives NULL",
    source: "Ehrenberg (1988), Repeat-Buying, 2nd ed., Oxford University Press (conditional trend \
             analysis)",
    examples: &[Example::new(
        "CAST(nbd_p_alive_after(named_struct('r', 0.385, 'alpha', 12.072), 2, 213.0 / 7.0, 272.0 \
         / 7.0, 39) AS DECIMAL(12, 9))",
        "1.000000000",
    )],
    prepare: |parameters| nbd(parameters).map(Prospects::new),
    kernel: Kernel::Strict(p_alive_after),
};
