//! `mbgnbd_dert(model, frequency, recency, age, discount_rate)`

use crate::functions::argument::{AGE, DISCOUNT_RATE, FREQUENCY, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{MBGNBD, mbgnbd};
use crate::functions::prospects::{Prospects, dert};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::beta_geometric::Params;

pub(super) static FUNCTION: Rowwise<4, Prospects<Params, 2>> = Rowwise {
    name: "mbgnbd_dert",
    summary: "Discounted expected residual transactions: all purchase days to come, discounted, \
              under an MBG/NBD model.",
    shared: Shared::Model(MBGNBD),
    arguments: [FREQUENCY, RECENCY, AGE, DISCOUNT_RATE],
    returns: "a number of purchase days, each worth one today",
    nulls: "NULL in any argument gives NULL",
    source: "Fader, Hardie and Lee (2005), Journal of Marketing Research 42(4), 415–430, for the \
             idea under another model; here its integral under MBG/NBD",
    examples: &[Example::new(
        "CAST(mbgnbd_dert(named_struct('r', 0.525, 'alpha', 6.183, 'a', 0.891, \
         'b', 1.614), \
         2, 213.0 / 7.0, 272.0 / 7.0, 0.0027) AS DECIMAL(12, 6))",
        "4.913278",
    )],
    prepare: |parameters| mbgnbd(parameters).map(Prospects::new),
    kernel: Kernel::Strict(dert),
};
