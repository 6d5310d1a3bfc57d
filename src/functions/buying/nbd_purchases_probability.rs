//! `nbd_purchases_probability(model, frequency, recency, age, horizon, n)`

use crate::functions::argument::{AGE, FREQUENCY, HORIZON, PURCHASES, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{NBD, nbd};
use crate::functions::prospects::{Prospects, purchases_probability};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::nbd::Params;

pub(super) static FUNCTION: Rowwise<5, Prospects<Params, 3>> = Rowwise {
    name: "nbd_purchases_probability",
    summary: "Probability that a customer will have exactly `n` purchase days within a horizon, \
              under an NBD model.",
    shared: Shared::Model(NBD),
    arguments: [FREQUENCY, RECENCY, AGE, HORIZON, PURCHASES],
    returns: "a probability; over all `n` they add up to 1",
    nulls: "NULL in any argument gives NULL",
    source: "Ehrenberg (1988), Repeat-Buying, 2nd ed., Oxford University Press (conditional trend \
             analysis)",
    examples: &[Example::new(
        "CAST(nbd_purchases_probability(named_struct('r', 0.385, 'alpha', 12.072), 2, 213.0 / \
         7.0, 272.0 / 7.0, 39, 2) AS DECIMAL(12, 9))",
        "0.195617439",
    )],
    prepare: |parameters| nbd(parameters).map(Prospects::new),
    kernel: Kernel::Probability(purchases_probability),
};
