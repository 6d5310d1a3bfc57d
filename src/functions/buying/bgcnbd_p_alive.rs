//! `bgcnbd_p_alive(model, frequency, recency, age)`

use super::condensed::p_alive;
use crate::functions::argument::{AGE, FREQUENCY, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{BGCNBD, bgcnbd};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::condensed::Params;

pub(super) static FUNCTION: Rowwise<3, Params> = Rowwise {
    name: "bgcnbd_p_alive",
    summary: "Probability that a customer has not left by the cut-off, under a BG/CNBD-k model.",
    shared: Shared::Model(BGCNBD),
    arguments: [FREQUENCY, RECENCY, AGE],
    returns: "a probability; the more regular the purchases are, the sooner a silence lowers it",
    nulls: "NULL in any argument gives NULL",
    source: "Reutterer, Platzer and Schröder (2021), International Journal of Research in \
              Marketing 38(1), 194–215",
    examples: &[Example::new(
        "CAST(bgcnbd_p_alive(named_struct('r', 0.227, 'alpha', 1.463, 'a', 0.944, 'b', 2.074, \
             'k', 2), 2, 30.4, 38.9) AS DECIMAL(12, 9))",
        "0.693752012",
    )],
    prepare: bgcnbd,
    kernel: Kernel::Probability(p_alive),
};
