//! `bgbb_purchases_probability_new(model, horizon, n)`

use super::beta_bernoulli::{Donors, TO_COME, TO_TAKE, purchases_probability_new};
use crate::functions::document::Example;
use crate::functions::model::{BGBB, bgbb};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};

pub(super) static FUNCTION: Rowwise<2, Donors> = Rowwise {
    name: "bgbb_purchases_probability_new",
    summary: "Probability that a new customer takes exactly n of the first opportunities, under a \
              BG/BB model.",
    shared: Shared::Model(BGBB),
    arguments: [TO_COME, TO_TAKE],
    returns: "a probability; over all n they add up to 1",
    nulls: "NULL in any argument gives NULL",
    source: "Fader, Hardie and Shang (2010), Marketing Science 29(6), 1086–1108",
    examples: &[Example::new(
        "CAST(bgbb_purchases_probability_new(named_struct('alpha', 1.204, 'beta', 0.75, \
             'gamma', 0.657, 'delta', 2.783), 6, 0) AS DECIMAL(12, 9))",
        "0.311217743",
    )],
    prepare: |parameters| bgbb(parameters).map(Donors::new),
    kernel: Kernel::Probability(purchases_probability_new),
};
