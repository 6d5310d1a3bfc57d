//! `nbd_p_alive(model, frequency, recency, age)`

use crate::functions::argument::{AGE, FREQUENCY, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{NBD, nbd};
use crate::functions::prospects::p_alive;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::nbd::Params;

pub(super) static FUNCTION: Rowwise<3, Params> = Rowwise {
    name: "nbd_p_alive",
    summary: "Probability that a customer has not left by the cut-off, under an NBD model: 1.",
    shared: Shared::Model(NBD),
    arguments: [FREQUENCY, RECENCY, AGE],
    returns: "1, because nobody leaves in this model; it is here so that one query does for all \
              models",
    nulls: "NULL in any argument gives NULL",
    source: "Ehrenberg (1988), Repeat-Buying, 2nd ed., Oxford University Press (conditional trend \
             analysis)",
    examples: &[Example::new(
        "nbd_p_alive(named_struct('r', 0.385, 'alpha', 12.072), 2, 213.0 / 7.0, 272.0 / 7.0)",
        "1.0",
    )],
    prepare: nbd,
    kernel: Kernel::Strict(p_alive),
};
