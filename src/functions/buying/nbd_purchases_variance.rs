//! `nbd_purchases_variance(model, frequency, recency, age, horizon)`

use crate::functions::argument::{AGE, FREQUENCY, HORIZON, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{NBD, nbd};
use crate::functions::prospects::{Prospects, purchases_variance};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::nbd::Params;

pub(super) static FUNCTION: Rowwise<4, Prospects<Params, 2, [f64; 2]>> = Rowwise {
    name: "nbd_purchases_variance",
    summary: "Variance of the number of purchase days that a customer will have within a horizon, \
              under an NBD model.",
    shared: Shared::Model(NBD),
    arguments: [FREQUENCY, RECENCY, AGE, HORIZON],
    returns: "the exact variance, in purchase days squared; it contains what is not known of the \
              customer, and not what is not known of the parameters",
    nulls: "NULL in any argument gives NULL",
    source: "Ehrenberg (1988), Repeat-Buying, 2nd ed., Oxford University Press (conditional trend \
             analysis)",
    examples: &[Example::new(
        "CAST(nbd_purchases_variance(named_struct('r', 0.385, 'alpha', 12.072), 2, 213.0 / 7.0, \
         272.0 / 7.0, 39) AS DECIMAL(12, 9))",
        "3.224933105",
    )],
    prepare: |parameters| nbd(parameters).map(Prospects::new),
    kernel: Kernel::Strict(purchases_variance),
};
