//! `bgcnbd_purchases_probability_new(model, horizon, n)`

use super::condensed::{Customers, purchases_probability_new};
use crate::functions::argument::{HORIZON, PURCHASES};
use crate::functions::document::Example;
use crate::functions::model::{BGCNBD, bgcnbd};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};

pub(super) static FUNCTION: Rowwise<2, Customers> = Rowwise {
    name: "bgcnbd_purchases_probability_new",
    summary: "Probability that a customer acquired just now has exactly n repeat purchase days \
              within a horizon, under a BG/CNBD-k model.",
    shared: Shared::Model(BGCNBD),
    arguments: [HORIZON, PURCHASES],
    returns: "a probability; over all n they add up to 1",
    nulls: "NULL in any argument gives NULL",
    source: "Reutterer, Platzer and Schröder (2021), International Journal of Research in \
              Marketing 38(1), 194–215, for the model; the answer is exact, not their \
              approximation",
    examples: &[Example::new(
        "CAST(bgcnbd_purchases_probability_new(named_struct('r', 0.227, 'alpha', 1.463, 'a', \
             0.944, 'b', 2.074, 'k', 2), 39, 1) AS DECIMAL(12, 9))",
        "0.205147770",
    )],
    prepare: |parameters| bgcnbd(parameters).map(Customers::new),
    kernel: Kernel::Probability(purchases_probability_new),
};
