//! `bgbb_expected_purchases_new(model, horizon)`

use super::beta_bernoulli::{Donors, TO_COME, expected_purchases_new};
use crate::functions::document::Example;
use crate::functions::model::{BGBB, bgbb};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};

pub(super) static FUNCTION: Rowwise<1, Donors> = Rowwise {
    name: "bgbb_expected_purchases_new",
    summary: "Opportunities that a new customer is expected to take of the first ones, under a \
              BG/BB model.",
    shared: Shared::Model(BGBB),
    arguments: [TO_COME],
    returns: "a number of opportunities",
    nulls: "NULL in any argument gives NULL",
    source: "Fader, Hardie and Shang (2010), Marketing Science 29(6), 1086–1108",
    examples: &[Example::new(
        "CAST(bgbb_expected_purchases_new(named_struct('alpha', 1.204, 'beta', 0.75, 'gamma', \
             0.657, 'delta', 2.783), 6) AS DECIMAL(12, 9))",
        "2.219631393",
    )],
    prepare: |parameters| bgbb(parameters).map(Donors::new),
    kernel: Kernel::Strict(expected_purchases_new),
};
