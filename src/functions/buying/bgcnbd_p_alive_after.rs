//! `bgcnbd_p_alive_after(model, frequency, recency, age, horizon)`

use super::condensed::{Customers, p_alive_after};
use crate::functions::argument::{AGE, FREQUENCY, HORIZON, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{BGCNBD, bgcnbd};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};

pub(super) static FUNCTION: Rowwise<4, Customers> = Rowwise {
    name: "bgcnbd_p_alive_after",
    summary: "Probability that a customer has not left by the end of the horizon, under a \
              BG/CNBD-k model.",
    shared: Shared::Model(BGCNBD),
    arguments: [FREQUENCY, RECENCY, AGE, HORIZON],
    returns: "a probability; at horizon 0 that of the cut-off",
    nulls: "NULL in any argument gives NULL",
    source: "Reutterer, Platzer and Schröder (2021), International Journal of Research in \
              Marketing 38(1), 194–215, for the model; the answer is exact, not their \
              approximation",
    examples: &[Example::new(
        "CAST(bgcnbd_p_alive_after(named_struct('r', 0.227, 'alpha', 1.463, 'a', 0.944, 'b', \
             2.074, 'k', 2), 2, 30.4, 38.9, 39) AS DECIMAL(12, 9))",
        "0.482027476",
    )],
    prepare: |parameters| bgcnbd(parameters).map(Customers::new),
    kernel: Kernel::Probability(p_alive_after),
};
