//! `pareto_nbd_expected_purchases_new(model, horizon)`

use crate::functions::argument::HORIZON;
use crate::functions::document::Example;
use crate::functions::model::{PARETO_NBD, pareto_nbd};
use crate::functions::prospects::{Prospects, expected_purchases_new};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::pareto_nbd::Params;

pub(super) static FUNCTION: Rowwise<1, Prospects<Params, 1>> = Rowwise {
    name: "pareto_nbd_expected_purchases_new",
    summary: "Repeat purchase days expected of a customer acquired just now, under a Pareto/NBD \
              model.",
    shared: Shared::Model(PARETO_NBD),
    arguments: [HORIZON],
    returns: "a number of purchase days, without the first",
    nulls: "NULL in any argument gives NULL",
    source: "Schmittlein, Morrison and Colombo (1987), Management Science 33(1), 1–24",
    examples: &[Example::new(
        "CAST(pareto_nbd_expected_purchases_new(named_struct('r', 0.553, 'alpha', 10.578, 's', 0.606, \
         'beta', 11.669), 39) \
         AS DECIMAL(12, 9))",
        "1.213002844",
    )],
    prepare: |parameters| pareto_nbd(parameters).map(Prospects::new),
    kernel: Kernel::Strict(expected_purchases_new),
};
