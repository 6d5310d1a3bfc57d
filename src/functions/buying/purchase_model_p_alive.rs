//! `purchase_model_p_alive(model, frequency, recency, age)`

use crate::functions::argument::{AGE, FREQUENCY, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{PURCHASE_MODEL, purchase_model};
use crate::functions::prospects::p_alive;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::purchase_model::Params;

pub(super) static FUNCTION: Rowwise<3, Params> = Rowwise {
    name: "purchase_model_p_alive",
    summary: "Probability that a customer has not left by the cut-off, under the model that was chosen.",
    shared: Shared::Model(PURCHASE_MODEL),
    arguments: [FREQUENCY, RECENCY, AGE],
    returns: "a probability",
    nulls: "NULL in any argument gives NULL",
    source: "that of the model's own `…_p_alive`",
    examples: &[
        Example::new(
            "CAST(purchase_model_p_alive(named_struct('model', 'mbgnbd', 'r', 0.525, 'alpha', 6.183, 'a', 0.891, 'b', 1.614), 0, 0, 272.0 / 7.0) AS DECIMAL(12, 9))",
            "0.389743002",
        ),
        Example::new(
            "CAST(purchase_model_p_alive(named_struct('model', 'pareto_nbd', 'r', 0.553, 'alpha', 10.578, 's', 0.606, 'beta', 11.669), 0, 0, 272.0 / 7.0) AS DECIMAL(12, 9))",
            "0.295303374",
        ),
    ],
    prepare: purchase_model,
    kernel: Kernel::Probability(p_alive),
};
