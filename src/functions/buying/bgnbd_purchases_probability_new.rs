//! `bgnbd_purchases_probability_new(model, horizon, n)`

use crate::functions::argument::{HORIZON, PURCHASES};
use crate::functions::document::Example;
use crate::functions::model::{BGNBD, bgnbd};
use crate::functions::prospects::{Prospects, purchases_probability_new};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::beta_geometric::Params;

pub(super) static FUNCTION: Rowwise<2, Prospects<Params, 3>> = Rowwise {
    name: "bgnbd_purchases_probability_new",
    summary: "Probability that a customer acquired just now will have exactly `n` repeat purchase \
              days within a horizon, under a BG/NBD model.",
    shared: Shared::Model(BGNBD),
    arguments: [HORIZON, PURCHASES],
    returns: "a probability; the share of such customers that will have as many",
    nulls: "NULL in any argument gives NULL",
    source: "Fader, Hardie and Lee (2005), Marketing Science 24(2), 275–284",
    examples: &[Example::new(
        "CAST(bgnbd_purchases_probability_new(named_struct('r', 0.243, 'alpha', 4.414, 'a', \
         0.793, 'b', 2.426), 39, 0) AS DECIMAL(12, 9))",
        "0.573786352",
    )],
    prepare: |parameters| bgnbd(parameters).map(Prospects::new),
    kernel: Kernel::Probability(purchases_probability_new),
};
