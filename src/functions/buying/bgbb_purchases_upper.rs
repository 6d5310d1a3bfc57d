//! `bgbb_purchases_upper(model, frequency, recency, opportunities, horizon, level)`

use super::beta_bernoulli::{Donors, LAST_TAKEN, OPPORTUNITIES, TAKEN, TO_COME, purchases_upper};
use crate::functions::argument::LEVEL;
use crate::functions::document::Example;
use crate::functions::model::{BGBB, bgbb};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};

pub(super) static FUNCTION: Rowwise<5, Donors> = Rowwise {
    name: "bgbb_purchases_upper",
    summary: "Upper end of the interval in which the number of opportunities taken lies with a \
              given probability, under a BG/BB model.",
    shared: Shared::Model(BGBB),
    arguments: [TAKEN, LAST_TAKEN, OPPORTUNITIES, TO_COME, LEVEL],
    returns: "a whole number: more have at most the probability (1 - level)/2",
    nulls: "NULL in any argument gives NULL",
    source: "Fader, Hardie and Shang (2010), Marketing Science 29(6), 1086–1108, for the model",
    examples: &[Example::new(
        "bgbb_purchases_upper(named_struct('alpha', 1.204, 'beta', 0.75, 'gamma', 0.657, \
             'delta', 2.783), 6, 6, 6, 10, 0.8)",
        "10.0",
    )],
    prepare: |parameters| bgbb(parameters).map(Donors::new),
    kernel: Kernel::Strict(purchases_upper),
};
