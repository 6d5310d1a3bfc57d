//! `mbgnbd_discounted_purchases(model, frequency, recency, age, steps, step_length, discount_rate)`

use crate::functions::argument::{AGE, FREQUENCY, RATE_PER_STEP, RECENCY, STEP_LENGTH, STEPS};
use crate::functions::document::Example;
use crate::functions::model::{MBGNBD, mbgnbd};
use crate::functions::prospects::{Prospects, discounted_purchases};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::beta_geometric::Params;

pub(super) static FUNCTION: Rowwise<6, Prospects<Params, 4>> = Rowwise {
    name: "mbgnbd_discounted_purchases",
    summary: "Purchase days expected in each of the steps to come, those of step k divided by (1 \
              + discount_rate)^k, under an MBG/NBD model.",
    shared: Shared::Model(MBGNBD),
    arguments: [FREQUENCY, RECENCY, AGE, STEPS, STEP_LENGTH, RATE_PER_STEP],
    returns: "a number of purchase days, each worth one today; times the expected spend it is the \
              customer's lifetime value",
    nulls: "NULL in any argument gives NULL",
    source: "Fader, Hardie and Lee (2005), Journal of Marketing Research 42(4), 415–430",
    examples: &[Example::new(
        "CAST(mbgnbd_discounted_purchases(named_struct('r', 0.525, 'alpha', 6.183, 'a', 0.891, \
         'b', 1.614), 2, 213.0 / 7.0, 272.0 / 7.0, 12, 4.345, 0.01) AS DECIMAL(12, 9))",
        "1.508469520",
    )],
    prepare: |parameters| mbgnbd(parameters).map(Prospects::new),
    kernel: Kernel::Strict(discounted_purchases),
};
