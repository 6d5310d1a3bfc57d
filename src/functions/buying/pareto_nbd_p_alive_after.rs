//! `pareto_nbd_p_alive_after(model, frequency, recency, age, horizon)`

use crate::functions::argument::{AGE, FREQUENCY, HORIZON, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{PARETO_NBD, pareto_nbd};
use crate::functions::prospects::{Prospects, p_alive_after};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::pareto_nbd::Params;

pub(super) static FUNCTION: Rowwise<4, Prospects<Params, 2>> = Rowwise {
    name: "pareto_nbd_p_alive_after",
    summary: "Probability that a customer has not left by the end of a horizon that begins at the \
              cut-off, under a Pareto/NBD model.",
    shared: Shared::Model(PARETO_NBD),
    arguments: [FREQUENCY, RECENCY, AGE, HORIZON],
    returns: "a probability, `p_alive` at most; with a horizon of 0 it is `p_alive`",
    nulls: "NULL in any argument gives NULL",
    source: "Schmittlein, Morrison and Colombo (1987), Management Science 33(1), 1–24, carried \
             forward from the cut-off",
    examples: &[Example::new(
        "CAST(pareto_nbd_p_alive_after(named_struct('r', 0.553, 'alpha', 10.578, 's', 0.606, \
         'beta', 11.669), 2, 213.0 / 7.0, 272.0 / 7.0, 39) AS DECIMAL(12, 9))",
        "0.614556704",
    )],
    prepare: |parameters| pareto_nbd(parameters).map(Prospects::new),
    kernel: Kernel::Probability(p_alive_after),
};
