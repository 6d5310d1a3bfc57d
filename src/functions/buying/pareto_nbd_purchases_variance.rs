//! `pareto_nbd_purchases_variance(model, frequency, recency, age, horizon)`

use crate::functions::argument::{AGE, FREQUENCY, HORIZON, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{PARETO_NBD, pareto_nbd};
use crate::functions::prospects::{Prospects, purchases_variance};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::pareto_nbd::Params;

pub(super) static FUNCTION: Rowwise<4, Prospects<Params, 2, [f64; 2]>> = Rowwise {
    name: "pareto_nbd_purchases_variance",
    summary: "Variance of the number of purchase days that a customer will have within a horizon, \
              under a Pareto/NBD model.",
    shared: Shared::Model(PARETO_NBD),
    arguments: [FREQUENCY, RECENCY, AGE, HORIZON],
    returns: "the exact variance, in purchase days squared; it contains what is not known of the \
              customer, and not what is not known of the parameters",
    nulls: "NULL in any argument gives NULL",
    source: "the model is of Schmittlein, Morrison and Colombo (1987), Management Science 33(1), \
             1–24; here its second moment",
    examples: &[Example::new(
        "CAST(pareto_nbd_purchases_variance(named_struct('r', 0.553, 'alpha', 10.578, 's', 0.606, \
         'beta', 11.669), 2, 213.0 / 7.0, 272.0 / 7.0, 39) AS DECIMAL(12, 9))",
        "3.182354844",
    )],
    prepare: |parameters| pareto_nbd(parameters).map(Prospects::new),
    kernel: Kernel::Strict(purchases_variance),
};
