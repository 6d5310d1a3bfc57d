//! `mbgcnbd_dert(model, frequency, recency, age, discount_rate)`

use super::condensed::{Customers, dert};
use crate::functions::argument::{AGE, DISCOUNT_RATE, FREQUENCY, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{MBGCNBD, mbgcnbd};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};

pub(super) static FUNCTION: Rowwise<4, Customers> = Rowwise {
    name: "mbgcnbd_dert",
    summary: "Discounted expected residual transactions: all purchase days to come, discounted, \
              under an MBG/CNBD-k model.",
    shared: Shared::Model(MBGCNBD),
    arguments: [FREQUENCY, RECENCY, AGE, DISCOUNT_RATE],
    returns: "a number of purchase days, each worth one today",
    nulls: "NULL in any argument gives NULL",
    source: "Reutterer, Platzer and Schröder (2021), International Journal of Research in \
              Marketing 38(1), 194–215, for the model; Fader, Hardie and Lee (2005), Journal of \
              Marketing Research 42(4), 415–430, for the idea",
    examples: &[Example::new(
        "CAST(mbgcnbd_dert(named_struct('r', 0.58, 'alpha', 2.288, 'a', 1.134, 'b', 1.585, \
             'k', 2), 2, 30.4, 38.9, 0.0027) AS DECIMAL(12, 9))",
        "4.205296716",
    )],
    prepare: |parameters| mbgcnbd(parameters).map(Customers::new),
    kernel: Kernel::Strict(dert),
};
