//! `bgnbd_expected_purchases_new(model, horizon)`

use crate::functions::argument::HORIZON;
use crate::functions::document::Example;
use crate::functions::model::{BGNBD, bgnbd};
use crate::functions::prospects::{Prospects, expected_purchases_new};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::beta_geometric::Params;

pub(super) static FUNCTION: Rowwise<1, Prospects<Params, 1>> = Rowwise {
    name: "bgnbd_expected_purchases_new",
    summary: "Repeat purchase days expected of a customer acquired just now, under a BG/NBD model.",
    shared: Shared::Model(BGNBD),
    arguments: [HORIZON],
    returns: "a number of purchase days, without the first",
    nulls: "NULL in any argument gives NULL",
    source: "Fader, Hardie and Lee (2005), Marketing Science 24(2), 275–284, equation 9",
    examples: &[Example::new(
        "CAST(bgnbd_expected_purchases_new(named_struct('r', 0.243, 'alpha', 4.414, 'a', 0.793, \
         'b', 2.426), 39) AS DECIMAL(12, 9))",
        "1.196723193",
    )],
    prepare: |parameters| bgnbd(parameters).map(Prospects::new),
    kernel: Kernel::Strict(expected_purchases_new),
};
