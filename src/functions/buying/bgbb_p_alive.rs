//! `bgbb_p_alive(model, frequency, recency, opportunities)`

use super::beta_bernoulli::{LAST_TAKEN, OPPORTUNITIES, TAKEN, p_alive};
use crate::functions::document::Example;
use crate::functions::model::{BGBB, bgbb};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::beta_bernoulli::Params;

pub(super) static FUNCTION: Rowwise<3, Params> = Rowwise {
    name: "bgbb_p_alive",
    summary: "Probability that a customer has not left by the last opportunity there was, under a \
              BG/BB model.",
    shared: Shared::Model(BGBB),
    arguments: [TAKEN, LAST_TAKEN, OPPORTUNITIES],
    returns: "a probability; 1 for who took that opportunity. The chance to be there for the next \
              one is `bgbb_p_alive_after` with a horizon of 1",
    nulls: "NULL in any argument gives NULL",
    source: "Fader, Hardie and Shang (2010), Marketing Science 29(6), 1086–1108",
    examples: &[Example::new(
        "CAST(bgbb_p_alive(named_struct('alpha', 1.204, 'beta', 0.75, 'gamma', 0.657, 'delta', \
             2.783), 0, 0, 6) AS DECIMAL(12, 9))",
        "0.116096613",
    )],
    prepare: bgbb,
    kernel: Kernel::Probability(p_alive),
};
