//! `mbgnbd_expected_purchases_new(model, horizon)`

use crate::functions::argument::HORIZON;
use crate::functions::document::Example;
use crate::functions::model::{MBGNBD, mbgnbd};
use crate::functions::prospects::{Prospects, expected_purchases_new};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::beta_geometric::Params;

pub(super) static FUNCTION: Rowwise<1, Prospects<Params, 1>> = Rowwise {
    name: "mbgnbd_expected_purchases_new",
    summary: "Repeat purchase days expected of a customer acquired just now, under an MBG/NBD \
              model.",
    shared: Shared::Model(MBGNBD),
    arguments: [HORIZON],
    returns: "a number of purchase days, without the first",
    nulls: "NULL in any argument gives NULL",
    source: "Batislam, Denizel and Filiztekin (2007), International Journal of Research in Marketing \
             24(3), 201–209",
    examples: &[Example::new(
        "CAST(mbgnbd_expected_purchases_new(named_struct('r', 0.525, 'alpha', 6.183, 'a', 0.891, \
         'b', 1.614), 39) \
         AS DECIMAL(12, 9))",
        "1.182953666",
    )],
    prepare: |parameters| mbgnbd(parameters).map(Prospects::new),
    kernel: Kernel::Strict(expected_purchases_new),
};
