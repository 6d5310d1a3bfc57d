//! `mbgcnbd_expected_purchases_new(model, horizon)`

use super::condensed::{Customers, expected_purchases_new};
use crate::functions::argument::HORIZON;
use crate::functions::document::Example;
use crate::functions::model::{MBGCNBD, mbgcnbd};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};

pub(super) static FUNCTION: Rowwise<1, Customers> = Rowwise {
    name: "mbgcnbd_expected_purchases_new",
    summary: "Repeat purchase days expected of a customer acquired just now, under an MBG/CNBD-k \
              model.",
    shared: Shared::Model(MBGCNBD),
    arguments: [HORIZON],
    returns: "a number of purchase days, without the first",
    nulls: "NULL in any argument gives NULL",
    source: "Reutterer, Platzer and Schröder (2021), International Journal of Research in \
              Marketing 38(1), 194–215, for the model; the expectation is exact, not their \
              approximation",
    examples: &[Example::new(
        "CAST(mbgcnbd_expected_purchases_new(named_struct('r', 0.58, 'alpha', 2.288, 'a', \
             1.134, 'b', 1.585, 'k', 2), 39) AS DECIMAL(12, 9))",
        "1.194034957",
    )],
    prepare: |parameters| mbgcnbd(parameters).map(Customers::new),
    kernel: Kernel::Strict(expected_purchases_new),
};
