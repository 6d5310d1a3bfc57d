//! `mbgnbd_purchases_variance(model, frequency, recency, age, horizon)`

use crate::functions::argument::{AGE, FREQUENCY, HORIZON, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{MBGNBD, mbgnbd};
use crate::functions::prospects::{Prospects, purchases_variance};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::beta_geometric::Params;

pub(super) static FUNCTION: Rowwise<4, Prospects<Params, 2, [f64; 2]>> = Rowwise {
    name: "mbgnbd_purchases_variance",
    summary: "Variance of the number of purchase days that a customer will have within a horizon, \
              under an MBG/NBD model.",
    shared: Shared::Model(MBGNBD),
    arguments: [FREQUENCY, RECENCY, AGE, HORIZON],
    returns: "the exact variance, in purchase days squared; it contains what is not known of the \
              customer, and not what is not known of the parameters",
    nulls: "NULL in any argument gives NULL",
    source: "the model is of Batislam, Denizel and Filiztekin (2007), International Journal of \
             Research in Marketing 24(3), 201–209; here its second moment",
    examples: &[Example::new(
        "CAST(mbgnbd_purchases_variance(named_struct('r', 0.525, 'alpha', 6.183, 'a', 0.891, 'b', \
         1.614), 2, 213.0 / 7.0, 272.0 / 7.0, 39) AS DECIMAL(12, 9))",
        "2.631393228",
    )],
    prepare: |parameters| mbgnbd(parameters).map(Prospects::new),
    kernel: Kernel::Strict(purchases_variance),
};
