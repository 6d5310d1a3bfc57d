//! `bgnbd_expected_purchases(model, frequency, recency, age, horizon)`

use crate::functions::argument::{AGE, FREQUENCY, HORIZON, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{BGNBD, bgnbd};
use crate::functions::prospects::{Prospects, expected_purchases};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::beta_geometric::Params;

pub(super) static FUNCTION: Rowwise<4, Prospects<Params, 2>> = Rowwise {
    name: "bgnbd_expected_purchases",
    summary: "Purchase days that a customer is expected to have within a horizon, under a BG/NBD \
              model.",
    shared: Shared::Model(BGNBD),
    arguments: [FREQUENCY, RECENCY, AGE, HORIZON],
    returns: "a number of purchase days",
    nulls: "NULL in any argument gives NULL",
    source: "Fader, Hardie and Lee (2005), Marketing Science 24(2), 275–284, equation 10",
    examples: &[Example::new(
        "CAST(bgnbd_expected_purchases(named_struct('r', 0.243, 'alpha', 4.414, 'a', 0.793, \
         'b', 2.426), 2, 30.43, 38.86, 39) AS DECIMAL(12, 9))",
        "1.226028175",
    )],
    prepare: |parameters| bgnbd(parameters).map(Prospects::new),
    kernel: Kernel::Strict(expected_purchases),
};
