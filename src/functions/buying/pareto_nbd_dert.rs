//! `pareto_nbd_dert(model, frequency, recency, age, discount_rate)`

use crate::functions::argument::{AGE, DISCOUNT_RATE, FREQUENCY, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{PARETO_NBD, pareto_nbd};
use crate::functions::prospects::{Prospects, dert};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::pareto_nbd::Params;

pub(super) static FUNCTION: Rowwise<4, Prospects<Params, 2>> = Rowwise {
    name: "pareto_nbd_dert",
    summary: "Discounted expected residual transactions: all purchase days to come, discounted, \
              under a Pareto/NBD model.",
    shared: Shared::Model(PARETO_NBD),
    arguments: [FREQUENCY, RECENCY, AGE, DISCOUNT_RATE],
    returns: "a number of purchase days, each worth one today",
    nulls: "NULL in any argument gives NULL",
    source: "Fader, Hardie and Lee (2005), Journal of Marketing Research 42(4), 415–430",
    examples: &[Example::new(
        "CAST(pareto_nbd_dert(named_struct('r', 0.553, 'alpha', 10.578, 's', 0.606, \
         'beta', 11.669), \
         2, 213.0 / 7.0, 272.0 / 7.0, 0.0027) AS DECIMAL(12, 6))",
        "6.484143",
    )],
    prepare: |parameters| pareto_nbd(parameters).map(Prospects::new),
    kernel: Kernel::Strict(dert),
};
