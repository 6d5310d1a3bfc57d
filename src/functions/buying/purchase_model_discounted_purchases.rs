//! `purchase_model_discounted_purchases(model, frequency, recency, age, steps, step_length, discount_rate)`

use crate::functions::argument::{AGE, FREQUENCY, RATE_PER_STEP, RECENCY, STEP_LENGTH, STEPS};
use crate::functions::document::Example;
use crate::functions::model::{PURCHASE_MODEL, purchase_model};
use crate::functions::prospects::{Prospects, discounted_purchases};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::purchase_model::Params;

pub(super) static FUNCTION: Rowwise<6, Prospects<Params, 4>> = Rowwise {
    name: "purchase_model_discounted_purchases",
    summary: "Purchase days expected in each of the steps to come, those of step k divided by (1 + discount_rate)^k, under the model that was chosen.",
    shared: Shared::Model(PURCHASE_MODEL),
    arguments: [FREQUENCY, RECENCY, AGE, STEPS, STEP_LENGTH, RATE_PER_STEP],
    returns: "a number of purchase days, each worth one today; times the expected spend it is the customer's lifetime value",
    nulls: "NULL in any argument gives NULL",
    source: "that of the model's own `…_discounted_purchases`",
    examples: &[Example::new(
        "CAST(24.66371391076115 * purchase_model_discounted_purchases(named_struct('model', 'bgnbd', 'r', 0.243, 'alpha', 4.414, 'a', 0.793, 'b', 2.426), 2, 30.43, 38.86, 12, 4.345, 0.01) AS DECIMAL(12, 6))",
        "36.289211",
    )],
    prepare: |parameters| purchase_model(parameters).map(Prospects::new),
    kernel: Kernel::Strict(discounted_purchases),
};
