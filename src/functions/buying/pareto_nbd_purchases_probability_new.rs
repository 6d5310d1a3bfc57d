//! `pareto_nbd_purchases_probability_new(model, horizon, n)`

use crate::functions::argument::{HORIZON, PURCHASES};
use crate::functions::document::Example;
use crate::functions::model::{PARETO_NBD, pareto_nbd};
use crate::functions::prospects::{Prospects, purchases_probability_new};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::pareto_nbd::Params;

pub(super) static FUNCTION: Rowwise<2, Prospects<Params, 3>> = Rowwise {
    name: "pareto_nbd_purchases_probability_new",
    summary: "Probability that a customer acquired just now will have exactly `n` repeat purchase \
              days within a horizon, under a Pareto/NBD model.",
    shared: Shared::Model(PARETO_NBD),
    arguments: [HORIZON, PURCHASES],
    returns: "a probability; the share of such customers that will have as many",
    nulls: "NULL in any argument gives NULL",
    source: "Fader and Hardie (2006), Deriving an Expression for P(X(t) = x) Under the Pareto/NBD \
             Model",
    examples: &[Example::new(
        "CAST(pareto_nbd_purchases_probability_new(named_struct('r', 0.553, 'alpha', 10.578, 's', \
         0.606, 'beta', 11.669), 39, 0) AS DECIMAL(12, 9))",
        "0.593625032",
    )],
    prepare: |parameters| pareto_nbd(parameters).map(Prospects::new),
    kernel: Kernel::Probability(purchases_probability_new),
};
