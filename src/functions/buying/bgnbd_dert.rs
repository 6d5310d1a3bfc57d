//! `bgnbd_dert(model, frequency, recency, age, discount_rate)`

use crate::functions::argument::{AGE, DISCOUNT_RATE, FREQUENCY, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{BGNBD, bgnbd};
use crate::functions::prospects::{Prospects, dert};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::beta_geometric::Params;

pub(super) static FUNCTION: Rowwise<4, Prospects<Params, 2>> = Rowwise {
    name: "bgnbd_dert",
    summary: "Discounted expected residual transactions: all purchase days to come, discounted, \
              under a BG/NBD model.",
    shared: Shared::Model(BGNBD),
    arguments: [FREQUENCY, RECENCY, AGE, DISCOUNT_RATE],
    returns: "a number of purchase days, each worth one today",
    nulls: "NULL in any argument gives NULL",
    source: "Fader, Hardie and Lee (2005), Journal of Marketing Research 42(4), 415–430, for the \
             idea under another model; here its integral under BG/NBD",
    examples: &[Example::new(
        "CAST(bgnbd_dert(named_struct('r', 0.243, 'alpha', 4.414, 'a', 0.793, 'b', 2.426), \
         0, 0, 272.0 / 7.0, 0.0027) AS DECIMAL(12, 6))",
        "1.015746",
    )],
    prepare: |parameters| bgnbd(parameters).map(Prospects::new),
    kernel: Kernel::Strict(dert),
};
