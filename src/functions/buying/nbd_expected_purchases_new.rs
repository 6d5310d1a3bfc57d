//! `nbd_expected_purchases_new(model, horizon)`

use crate::functions::argument::HORIZON;
use crate::functions::document::Example;
use crate::functions::model::{NBD, nbd};
use crate::functions::prospects::{Prospects, expected_purchases_new};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::nbd::Params;

pub(super) static FUNCTION: Rowwise<1, Prospects<Params, 1>> = Rowwise {
    name: "nbd_expected_purchases_new",
    summary: "Repeat purchase days expected of a customer acquired just now, under an NBD model.",
    shared: Shared::Model(NBD),
    arguments: [HORIZON],
    returns: "a number of purchase days, without the first",
    nulls: "NULL in any argument gives NULL",
    source: "Ehrenberg (1959), Applied Statistics 8(1), 26–41",
    examples: &[Example::new(
        "nbd_expected_purchases_new(named_struct('r', 0.5, 'alpha', 10), 30)",
        "1.5",
    )],
    prepare: |parameters| nbd(parameters).map(Prospects::new),
    kernel: Kernel::Strict(expected_purchases_new),
};
