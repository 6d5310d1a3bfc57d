//! `bgcnbd_expected_purchases_new(model, horizon)`

use super::condensed::{Customers, expected_purchases_new};
use crate::functions::argument::HORIZON;
use crate::functions::document::Example;
use crate::functions::model::{BGCNBD, bgcnbd};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};

pub(super) static FUNCTION: Rowwise<1, Customers> = Rowwise {
    name: "bgcnbd_expected_purchases_new",
    summary: "Repeat purchase days expected of a customer acquired just now, under a BG/CNBD-k \
              model.",
    shared: Shared::Model(BGCNBD),
    arguments: [HORIZON],
    returns: "a number of purchase days, without the first",
    nulls: "NULL in any argument gives NULL",
    source: "Reutterer, Platzer and Schröder (2021), International Journal of Research in \
              Marketing 38(1), 194–215, for the model; the expectation is exact, not their \
              approximation",
    examples: &[Example::new(
        "CAST(bgcnbd_expected_purchases_new(named_struct('r', 0.227, 'alpha', 1.463, 'a', \
             0.944, 'b', 2.074, 'k', 2), 39) AS DECIMAL(12, 9))",
        "1.209018493",
    )],
    prepare: |parameters| bgcnbd(parameters).map(Customers::new),
    kernel: Kernel::Strict(expected_purchases_new),
};
