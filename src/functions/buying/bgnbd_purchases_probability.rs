//! `bgnbd_purchases_probability(model, frequency, recency, age, horizon, n)`

use crate::functions::argument::{AGE, FREQUENCY, HORIZON, PURCHASES, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{BGNBD, bgnbd};
use crate::functions::prospects::{Prospects, purchases_probability};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::beta_geometric::Params;

pub(super) static FUNCTION: Rowwise<5, Prospects<Params, 3>> = Rowwise {
    name: "bgnbd_purchases_probability",
    summary: "Probability that a customer will have exactly `n` purchase days within a horizon, \
              under a BG/NBD model.",
    shared: Shared::Model(BGNBD),
    arguments: [FREQUENCY, RECENCY, AGE, HORIZON, PURCHASES],
    returns: "a probability; over all `n` they add up to 1",
    nulls: "NULL in any argument gives NULL",
    source: "Fader, Hardie and Lee (2005), Marketing Science 24(2), 275–284, whose probability \
             for a new customer is here carried to one with a history",
    examples: &[Example::new(
        "CAST(bgnbd_purchases_probability(named_struct('r', 0.243, 'alpha', 4.414, 'a', 0.793, \
         'b', 2.426), 2, 213.0 / 7.0, 272.0 / 7.0, 39, 2) AS DECIMAL(12, 9))",
        "0.144187364",
    )],
    prepare: |parameters| bgnbd(parameters).map(Prospects::new),
    kernel: Kernel::Probability(purchases_probability),
};
