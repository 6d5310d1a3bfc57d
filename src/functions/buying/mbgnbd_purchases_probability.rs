//! `mbgnbd_purchases_probability(model, frequency, recency, age, horizon, n)`

use crate::functions::argument::{AGE, FREQUENCY, HORIZON, PURCHASES, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{MBGNBD, mbgnbd};
use crate::functions::prospects::{Prospects, purchases_probability};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::beta_geometric::Params;

pub(super) static FUNCTION: Rowwise<5, Prospects<Params, 3>> = Rowwise {
    name: "mbgnbd_purchases_probability",
    summary: "Probability that a customer will have exactly `n` purchase days within a horizon, \
              under an MBG/NBD model.",
    shared: Shared::Model(MBGNBD),
    arguments: [FREQUENCY, RECENCY, AGE, HORIZON, PURCHASES],
    returns: "a probability; over all `n` they add up to 1",
    nulls: "NULL in any argument gives NULL",
    source: "the model is of Batislam, Denizel and Filiztekin (2007), International Journal of \
             Research in Marketing 24(3), 201–209; here its probabilities, as integrals of \
             positive terms",
    examples: &[Example::new(
        "CAST(mbgnbd_purchases_probability(named_struct('r', 0.525, 'alpha', 6.183, 'a', 0.891, \
         'b', 1.614), 2, 213.0 / 7.0, 272.0 / 7.0, 39, 2) AS DECIMAL(12, 9))",
        "0.145977584",
    )],
    prepare: |parameters| mbgnbd(parameters).map(Prospects::new),
    kernel: Kernel::Probability(purchases_probability),
};
