//! `mbgcnbd_purchases_lower(model, frequency, recency, age, horizon, level)`

use super::condensed::{Customers, purchases_lower};
use crate::functions::argument::{AGE, FREQUENCY, HORIZON, LEVEL, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{MBGCNBD, mbgcnbd};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};

pub(super) static FUNCTION: Rowwise<5, Customers> = Rowwise {
    name: "mbgcnbd_purchases_lower",
    summary: "Lower end of the interval in which the number of purchase days within a horizon lies \
              with a given probability, under an MBG/CNBD-k model.",
    shared: Shared::Model(MBGCNBD),
    arguments: [FREQUENCY, RECENCY, AGE, HORIZON, LEVEL],
    returns: "a whole number: fewer have at most the probability (1 - level)/2",
    nulls: "NULL in any argument gives NULL",
    source: "Reutterer, Platzer and Schröder (2021), International Journal of Research in \
              Marketing 38(1), 194–215, for the model; the answer is exact, not their \
              approximation",
    examples: &[Example::new(
        "mbgcnbd_purchases_lower(named_struct('r', 0.58, 'alpha', 2.288, 'a', 1.134, 'b', \
             1.585, 'k', 2), 2, 30.4, 38.9, 39, 0.8)",
        "0.0",
    )],
    prepare: |parameters| mbgcnbd(parameters).map(Customers::new),
    kernel: Kernel::Strict(purchases_lower),
};
