//! `pareto_nbd_purchases_probability(model, frequency, recency, age, horizon, n)`

use crate::functions::argument::{AGE, FREQUENCY, HORIZON, PURCHASES, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{PARETO_NBD, pareto_nbd};
use crate::functions::prospects::{Prospects, purchases_probability};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::pareto_nbd::Params;

pub(super) static FUNCTION: Rowwise<5, Prospects<Params, 3>> = Rowwise {
    name: "pareto_nbd_purchases_probability",
    summary: "Probability that a customer will have exactly `n` purchase days within a horizon, \
              under a Pareto/NBD model.",
    shared: Shared::Model(PARETO_NBD),
    arguments: [FREQUENCY, RECENCY, AGE, HORIZON, PURCHASES],
    returns: "a probability; over all `n` they add up to 1",
    nulls: "NULL in any argument gives NULL",
    source: "Fader and Hardie (2006), Deriving an Expression for P(X(t) = x) Under the Pareto/NBD \
             Model; here as integrals of positive terms, and for a customer with a history",
    examples: &[Example::new(
        "CAST(pareto_nbd_purchases_probability(named_struct('r', 0.553, 'alpha', 10.578, 's', \
         0.606, 'beta', 11.669), 2, 213.0 / 7.0, 272.0 / 7.0, 39, 2) AS DECIMAL(12, 9))",
        "0.151759734",
    )],
    prepare: |parameters| pareto_nbd(parameters).map(Prospects::new),
    kernel: Kernel::Probability(purchases_probability),
};
