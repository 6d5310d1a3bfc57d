//! `nbd_purchases_probability_new(model, horizon, n)`

use crate::functions::argument::{HORIZON, PURCHASES};
use crate::functions::document::Example;
use crate::functions::model::{NBD, nbd};
use crate::functions::prospects::{Prospects, purchases_probability_new};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::nbd::Params;

pub(super) static FUNCTION: Rowwise<2, Prospects<Params, 3>> = Rowwise {
    name: "nbd_purchases_probability_new",
    summary: "Probability that a customer acquired just now will have exactly `n` repeat purchase \
              days within a horizon, under an NBD model.",
    shared: Shared::Model(NBD),
    arguments: [HORIZON, PURCHASES],
    returns: "a probability; the share of such customers that will have as many",
    nulls: "NULL in any argument gives NULL",
    source: "Ehrenberg (1959), Applied Statistics 8(1), 26–41",
    examples: &[Example::new(
        "CAST(nbd_purchases_probability_new(named_struct('r', 0.385, 'alpha', 12.072), 39, 0) AS \
         DECIMAL(12, 9))",
        "0.573897852",
    )],
    prepare: |parameters| nbd(parameters).map(Prospects::new),
    kernel: Kernel::Probability(purchases_probability_new),
};
