//! `bgbb_purchases_variance(model, frequency, recency, opportunities, horizon)`

use super::beta_bernoulli::{
    Donors, LAST_TAKEN, OPPORTUNITIES, TAKEN, TO_COME, purchases_variance,
};
use crate::functions::document::Example;
use crate::functions::model::{BGBB, bgbb};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};

pub(super) static FUNCTION: Rowwise<4, Donors> = Rowwise {
    name: "bgbb_purchases_variance",
    summary: "Variance of the number of opportunities to come that a customer takes, under a BG/BB \
              model.",
    shared: Shared::Model(BGBB),
    arguments: [TAKEN, LAST_TAKEN, OPPORTUNITIES, TO_COME],
    returns: "a variance; its root is how far off the expectation usually is",
    nulls: "NULL in any argument gives NULL",
    source: "Fader, Hardie and Shang (2010), Marketing Science 29(6), 1086–1108, for the model",
    examples: &[Example::new(
        "CAST(bgbb_purchases_variance(named_struct('alpha', 1.204, 'beta', 0.75, 'gamma', \
             0.657, 'delta', 2.783), 1, 6, 6, 5) AS DECIMAL(12, 9))",
        "1.379316098",
    )],
    prepare: |parameters| bgbb(parameters).map(Donors::new),
    kernel: Kernel::Strict(purchases_variance),
};
