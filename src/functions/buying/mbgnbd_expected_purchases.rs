//! `mbgnbd_expected_purchases(model, frequency, recency, age, horizon)`

use crate::functions::argument::{AGE, FREQUENCY, HORIZON, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{MBGNBD, mbgnbd};
use crate::functions::prospects::{Prospects, expected_purchases};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::beta_geometric::Params;

pub(super) static FUNCTION: Rowwise<4, Prospects<Params, 2>> = Rowwise {
    name: "mbgnbd_expected_purchases",
    summary: "Purchase days that a customer is expected to have within a horizon, under an MBG/NBD \
              model.",
    shared: Shared::Model(MBGNBD),
    arguments: [FREQUENCY, RECENCY, AGE, HORIZON],
    returns: "a number of purchase days",
    nulls: "NULL in any argument gives NULL",
    source: "Batislam, Denizel and Filiztekin (2007), International Journal of Research in Marketing \
             24(3), 201–209",
    examples: &[Example::new(
        "CAST(mbgnbd_expected_purchases(named_struct('r', 0.525, 'alpha', 6.183, 'a', 0.891, \
         'b', 1.614), \
         2, 213.0 / 7.0, 272.0 / 7.0, 39) AS DECIMAL(12, 9))",
        "1.263050263",
    )],
    prepare: |parameters| mbgnbd(parameters).map(Prospects::new),
    kernel: Kernel::Strict(expected_purchases),
};
