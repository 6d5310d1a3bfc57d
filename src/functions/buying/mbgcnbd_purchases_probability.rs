//! `mbgcnbd_purchases_probability(model, frequency, recency, age, horizon, n)`

use super::condensed::{Customers, purchases_probability};
use crate::functions::argument::{AGE, FREQUENCY, HORIZON, PURCHASES, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{MBGCNBD, mbgcnbd};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};

pub(super) static FUNCTION: Rowwise<5, Customers> = Rowwise {
    name: "mbgcnbd_purchases_probability",
    summary: "Probability that a customer has exactly n purchase days within a horizon, under an \
              MBG/CNBD-k model.",
    shared: Shared::Model(MBGCNBD),
    arguments: [FREQUENCY, RECENCY, AGE, HORIZON, PURCHASES],
    returns: "a probability; over all n they add up to 1",
    nulls: "NULL in any argument gives NULL",
    source: "Reutterer, Platzer and Schröder (2021), International Journal of Research in \
              Marketing 38(1), 194–215, for the model; the answer is exact, not their \
              approximation",
    examples: &[Example::new(
        "CAST(mbgcnbd_purchases_probability(named_struct('r', 0.58, 'alpha', 2.288, 'a', \
             1.134, 'b', 1.585, 'k', 2), 2, 30.4, 38.9, 39, 1) AS DECIMAL(12, 9))",
        "0.251197305",
    )],
    prepare: |parameters| mbgcnbd(parameters).map(Customers::new),
    kernel: Kernel::Probability(purchases_probability),
};
