//! `bgnbd_purchases_variance(model, frequency, recency, age, horizon)`

use crate::functions::argument::{AGE, FREQUENCY, HORIZON, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{BGNBD, bgnbd};
use crate::functions::prospects::{Prospects, purchases_variance};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::beta_geometric::Params;

pub(super) static FUNCTION: Rowwise<4, Prospects<Params, 2, [f64; 2]>> = Rowwise {
    name: "bgnbd_purchases_variance",
    summary: "Variance of the number of purchase days that a customer will have within a horizon, \
              under a BG/NBD model.",
    shared: Shared::Model(BGNBD),
    arguments: [FREQUENCY, RECENCY, AGE, HORIZON],
    returns: "the exact variance, in purchase days squared; it contains what is not known of the \
              customer, and not what is not known of the parameters",
    nulls: "NULL in any argument gives NULL",
    source: "the mean is in Fader, Hardie and Lee (2005), Marketing Science 24(2), 275–284; here \
             the second moment in the same way",
    examples: &[Example::new(
        "CAST(bgnbd_purchases_variance(named_struct('r', 0.243, 'alpha', 4.414, 'a', 0.793, 'b', \
         2.426), 2, 213.0 / 7.0, 272.0 / 7.0, 39) AS DECIMAL(12, 9))",
        "2.529185514",
    )],
    prepare: |parameters| bgnbd(parameters).map(Prospects::new),
    kernel: Kernel::Strict(purchases_variance),
};
