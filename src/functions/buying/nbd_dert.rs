//! `nbd_dert(model, frequency, recency, age, discount_rate)`

use crate::functions::argument::{AGE, DISCOUNT_RATE, FREQUENCY, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{NBD, nbd};
use crate::functions::prospects::{Prospects, dert};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::nbd::Params;

pub(super) static FUNCTION: Rowwise<4, Prospects<Params, 2>> = Rowwise {
    name: "nbd_dert",
    summary: "Discounted expected residual transactions: all purchase days to come, discounted, \
              under an NBD model.",
    shared: Shared::Model(NBD),
    arguments: [FREQUENCY, RECENCY, AGE, DISCOUNT_RATE],
    returns: "a number of purchase days, each worth one today: the present rate for ever; as \
              nobody leaves in this model, too many where they do",
    nulls: "NULL in any argument gives NULL",
    source: "Fader, Hardie and Lee (2005), Journal of Marketing Research 42(4), 415–430, for the \
             idea under another model; here under NBD",
    examples: &[Example::new(
        "CAST(nbd_dert(named_struct('r', 0.385, 'alpha', 12.072), 2, 213.0 / 7.0, 272.0 / 7.0, \
         0.0027) AS DECIMAL(12, 6))",
        "17.344359",
    )],
    prepare: |parameters| nbd(parameters).map(Prospects::new),
    kernel: Kernel::Strict(dert),
};
