//! `pareto_nbd_p_alive(model, frequency, recency, age)`

use crate::functions::argument::{AGE, FREQUENCY, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{PARETO_NBD, pareto_nbd};
use crate::functions::prospects::p_alive;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::pareto_nbd::Params;

pub(super) static FUNCTION: Rowwise<3, Params> = Rowwise {
    name: "pareto_nbd_p_alive",
    summary: "Probability that a customer has not left by the cut-off, under a Pareto/NBD model.",
    shared: Shared::Model(PARETO_NBD),
    arguments: [FREQUENCY, RECENCY, AGE],
    returns: "a probability; it falls with silence for customers without repeat purchase, too",
    nulls: "NULL in any argument gives NULL",
    source: "Schmittlein, Morrison and Colombo (1987), Management Science 33(1), 1–24",
    examples: &[Example::new(
        "CAST(pareto_nbd_p_alive(named_struct('r', 0.553, 'alpha', 10.578, 's', 0.606, \
         'beta', 11.669), \
         2, 213.0 / 7.0, 272.0 / 7.0) AS DECIMAL(12, 9))",
        "0.869186155",
    )],
    prepare: pareto_nbd,
    kernel: Kernel::Probability(p_alive),
};
