//! `bgcnbd_purchases_probability(model, frequency, recency, age, horizon, n)`

use super::condensed::{Customers, purchases_probability};
use crate::functions::argument::{AGE, FREQUENCY, HORIZON, PURCHASES, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{BGCNBD, bgcnbd};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};

pub(super) static FUNCTION: Rowwise<5, Customers> = Rowwise {
    name: "bgcnbd_purchases_probability",
    summary: "Probability that a customer has exactly n purchase days within a horizon, under a \
              BG/CNBD-k model.",
    shared: Shared::Model(BGCNBD),
    arguments: [FREQUENCY, RECENCY, AGE, HORIZON, PURCHASES],
    returns: "a probability; over all n they add up to 1",
    nulls: "NULL in any argument gives NULL",
    source: "Reutterer, Platzer and Schröder (2021), International Journal of Research in \
              Marketing 38(1), 194–215, for the model; the answer is exact, not their \
              approximation",
    examples: &[Example::new(
        "CAST(bgcnbd_purchases_probability(named_struct('r', 0.227, 'alpha', 1.463, 'a', \
             0.944, 'b', 2.074, 'k', 2), 2, 30.4, 38.9, 39, 1) AS DECIMAL(12, 9))",
        "0.258985895",
    )],
    prepare: |parameters| bgcnbd(parameters).map(Customers::new),
    kernel: Kernel::Probability(purchases_probability),
};
