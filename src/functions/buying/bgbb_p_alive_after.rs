//! `bgbb_p_alive_after(model, frequency, recency, opportunities, horizon)`

use super::beta_bernoulli::{Donors, LAST_TAKEN, OPPORTUNITIES, TAKEN, TO_COME, p_alive_after};
use crate::functions::document::Example;
use crate::functions::model::{BGBB, bgbb};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};

pub(super) static FUNCTION: Rowwise<4, Donors> = Rowwise {
    name: "bgbb_p_alive_after",
    summary: "Probability that a customer is still there at the given opportunity to come, under a \
              BG/BB model.",
    shared: Shared::Model(BGBB),
    arguments: [TAKEN, LAST_TAKEN, OPPORTUNITIES, TO_COME],
    returns: "a probability; a horizon of 1 is the next opportunity, as published; 0 is the last \
              one there was, as `bgbb_p_alive`",
    nulls: "NULL in any argument gives NULL",
    source: "Fader, Hardie and Shang (2010), Marketing Science 29(6), 1086–1108",
    examples: &[Example::new(
        "CAST(bgbb_p_alive_after(named_struct('alpha', 1.204, 'beta', 0.75, 'gamma', 0.657, \
             'delta', 2.783), 0, 0, 6, 1) AS DECIMAL(12, 9))",
        "0.108016584",
    )],
    prepare: |parameters| bgbb(parameters).map(Donors::new),
    kernel: Kernel::Probability(p_alive_after),
};
