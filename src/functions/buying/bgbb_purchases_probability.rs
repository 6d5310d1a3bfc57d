//! `bgbb_purchases_probability(model, frequency, recency, opportunities, horizon, n)`

use super::beta_bernoulli::{
    Donors, LAST_TAKEN, OPPORTUNITIES, TAKEN, TO_COME, TO_TAKE, purchases_probability,
};
use crate::functions::document::Example;
use crate::functions::model::{BGBB, bgbb};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};

pub(super) static FUNCTION: Rowwise<5, Donors> = Rowwise {
    name: "bgbb_purchases_probability",
    summary: "Probability that a customer takes exactly n of the opportunities to come, under a \
              BG/BB model.",
    shared: Shared::Model(BGBB),
    arguments: [TAKEN, LAST_TAKEN, OPPORTUNITIES, TO_COME, TO_TAKE],
    returns: "a probability; over all n they add up to 1",
    nulls: "NULL in any argument gives NULL",
    source: "Fader, Hardie and Shang (2010), Marketing Science 29(6), 1086–1108",
    examples: &[Example::new(
        "CAST(bgbb_purchases_probability(named_struct('alpha', 1.204, 'beta', 0.75, 'gamma', \
             0.657, 'delta', 2.783), 1, 6, 6, 5, 1) AS DECIMAL(12, 9))",
        "0.294061892",
    )],
    prepare: |parameters| bgbb(parameters).map(Donors::new),
    kernel: Kernel::Probability(purchases_probability),
};
