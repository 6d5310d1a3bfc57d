//! `bgbb_dert(model, frequency, recency, opportunities, discount_rate)`

use super::beta_bernoulli::{Donors, LAST_TAKEN, OPPORTUNITIES, RATE, TAKEN, dert};
use crate::functions::document::Example;
use crate::functions::model::{BGBB, bgbb};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};

pub(super) static FUNCTION: Rowwise<4, Donors> = Rowwise {
    name: "bgbb_dert",
    summary: "Discounted expected residual transactions: all opportunities to come that a customer \
              takes, discounted, under a BG/BB model.",
    shared: Shared::Model(BGBB),
    arguments: [TAKEN, LAST_TAKEN, OPPORTUNITIES, RATE],
    returns: "a number of opportunities; that at the next one is divided by 1 + discount_rate, and \
              so on",
    nulls: "NULL in any argument gives NULL",
    source: "Fader, Hardie and Shang (2010), Marketing Science 29(6), 1086–1108",
    examples: &[Example::new(
        "CAST(bgbb_dert(named_struct('alpha', 1.204, 'beta', 0.75, 'gamma', 0.657, 'delta', \
             2.783), 1, 6, 6, 0.1) AS DECIMAL(12, 9))",
        "1.807707803",
    )],
    prepare: |parameters| bgbb(parameters).map(Donors::new),
    kernel: Kernel::Strict(dert),
};
