//! `bgcnbd_dert(model, frequency, recency, age, discount_rate)`

use super::condensed::{Customers, dert};
use crate::functions::argument::{AGE, DISCOUNT_RATE, FREQUENCY, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{BGCNBD, bgcnbd};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};

pub(super) static FUNCTION: Rowwise<4, Customers> = Rowwise {
    name: "bgcnbd_dert",
    summary: "Discounted expected residual transactions: all purchase days to come, discounted, \
              under a BG/CNBD-k model.",
    shared: Shared::Model(BGCNBD),
    arguments: [FREQUENCY, RECENCY, AGE, DISCOUNT_RATE],
    returns: "a number of purchase days, each worth one today",
    nulls: "NULL in any argument gives NULL",
    source: "Reutterer, Platzer and Schröder (2021), International Journal of Research in \
              Marketing 38(1), 194–215, for the model; Fader, Hardie and Lee (2005), Journal of \
              Marketing Research 42(4), 415–430, for the idea",
    examples: &[Example::new(
        "CAST(bgcnbd_dert(named_struct('r', 0.227, 'alpha', 1.463, 'a', 0.944, 'b', 2.074, \
             'k', 2), 2, 30.4, 38.9, 0.0027) AS DECIMAL(12, 9))",
        "4.587356338",
    )],
    prepare: |parameters| bgcnbd(parameters).map(Customers::new),
    kernel: Kernel::Strict(dert),
};
