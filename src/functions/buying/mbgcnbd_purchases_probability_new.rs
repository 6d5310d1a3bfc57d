//! `mbgcnbd_purchases_probability_new(model, horizon, n)`

use super::condensed::{Customers, purchases_probability_new};
use crate::functions::argument::{HORIZON, PURCHASES};
use crate::functions::document::Example;
use crate::functions::model::{MBGCNBD, mbgcnbd};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};

pub(super) static FUNCTION: Rowwise<2, Customers> = Rowwise {
    name: "mbgcnbd_purchases_probability_new",
    summary: "Probability that a customer acquired just now has exactly n repeat purchase days \
              within a horizon, under an MBG/CNBD-k model.",
    shared: Shared::Model(MBGCNBD),
    arguments: [HORIZON, PURCHASES],
    returns: "a probability; over all n they add up to 1",
    nulls: "NULL in any argument gives NULL",
    source: "Reutterer, Platzer and Schröder (2021), International Journal of Research in \
              Marketing 38(1), 194–215, for the model; the answer is exact, not their \
              approximation",
    examples: &[Example::new(
        "CAST(mbgcnbd_purchases_probability_new(named_struct('r', 0.58, 'alpha', 2.288, 'a', \
             1.134, 'b', 1.585, 'k', 2), 39, 1) AS DECIMAL(12, 9))",
        "0.182433845",
    )],
    prepare: |parameters| mbgcnbd(parameters).map(Customers::new),
    kernel: Kernel::Probability(purchases_probability_new),
};
