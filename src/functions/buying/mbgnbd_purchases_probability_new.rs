//! `mbgnbd_purchases_probability_new(model, horizon, n)`

use crate::functions::argument::{HORIZON, PURCHASES};
use crate::functions::document::Example;
use crate::functions::model::{MBGNBD, mbgnbd};
use crate::functions::prospects::{Prospects, purchases_probability_new};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::beta_geometric::Params;

pub(super) static FUNCTION: Rowwise<2, Prospects<Params, 3>> = Rowwise {
    name: "mbgnbd_purchases_probability_new",
    summary: "Probability that a customer acquired just now will have exactly `n` repeat purchase \
              days within a horizon, under an MBG/NBD model.",
    shared: Shared::Model(MBGNBD),
    arguments: [HORIZON, PURCHASES],
    returns: "a probability; the share of such customers that will have as many",
    nulls: "NULL in any argument gives NULL",
    source: "Batislam, Denizel and Filiztekin (2007), International Journal of Research in \
             Marketing 24(3), 201–209",
    examples: &[Example::new(
        "CAST(mbgnbd_purchases_probability_new(named_struct('r', 0.525, 'alpha', 6.183, 'a', \
         0.891, 'b', 1.614), 39, 0) AS DECIMAL(12, 9))",
        "0.582473189",
    )],
    prepare: |parameters| mbgnbd(parameters).map(Prospects::new),
    kernel: Kernel::Probability(purchases_probability_new),
};
