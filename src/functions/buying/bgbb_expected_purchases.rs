//! `bgbb_expected_purchases(model, frequency, recency, opportunities, horizon)`

use super::beta_bernoulli::{
    Donors, LAST_TAKEN, OPPORTUNITIES, TAKEN, TO_COME, expected_purchases,
};
use crate::functions::document::Example;
use crate::functions::model::{BGBB, bgbb};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};

pub(super) static FUNCTION: Rowwise<4, Donors> = Rowwise {
    name: "bgbb_expected_purchases",
    summary: "Opportunities that a customer is expected to take of those to come, under a BG/BB \
              model.",
    shared: Shared::Model(BGBB),
    arguments: [TAKEN, LAST_TAKEN, OPPORTUNITIES, TO_COME],
    returns: "a number of opportunities",
    nulls: "NULL in any argument gives NULL",
    source: "Fader, Hardie and Shang (2010), Marketing Science 29(6), 1086–1108",
    examples: &[Example::new(
        "CAST(bgbb_expected_purchases(named_struct('alpha', 1.204, 'beta', 0.75, 'gamma', \
             0.657, 'delta', 2.783), 1, 6, 6, 5) AS DECIMAL(12, 9))",
        "1.147926541",
    )],
    prepare: |parameters| bgbb(parameters).map(Donors::new),
    kernel: Kernel::Strict(expected_purchases),
};
