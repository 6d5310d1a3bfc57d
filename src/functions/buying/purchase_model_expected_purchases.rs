//! `purchase_model_expected_purchases(model, frequency, recency, age, horizon)`

use crate::functions::argument::{AGE, FREQUENCY, HORIZON, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{PURCHASE_MODEL, purchase_model};
use crate::functions::prospects::{Prospects, expected_purchases};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::purchase_model::Params;

pub(super) static FUNCTION: Rowwise<4, Prospects<Params, 2>> = Rowwise {
    name: "purchase_model_expected_purchases",
    summary: "Purchase days that a customer is expected to have within a horizon, under the model that was chosen.",
    shared: Shared::Model(PURCHASE_MODEL),
    arguments: [FREQUENCY, RECENCY, AGE, HORIZON],
    returns: "a number of purchase days",
    nulls: "NULL in any argument gives NULL",
    source: "that of the model's own `…_expected_purchases`",
    examples: &[
        Example::new(
            "CAST(purchase_model_expected_purchases(named_struct('model', 'mbgnbd', 'r', 0.525, 'alpha', 6.183, 'a', 0.891, 'b', 1.614), 2, 213.0 / 7.0, 272.0 / 7.0, 39) AS DECIMAL(12, 9))",
            "1.263050263",
        ),
        Example::new(
            "CAST(purchase_model_expected_purchases(named_struct('model', 'pareto_nbd', 'r', 0.553, 'alpha', 10.578, 's', 0.606, 'beta', 11.669), 2, 213.0 / 7.0, 272.0 / 7.0, 39) AS DECIMAL(12, 9))",
            "1.455226131",
        ),
    ],
    prepare: |parameters| purchase_model(parameters).map(Prospects::new),
    kernel: Kernel::Strict(expected_purchases),
};
