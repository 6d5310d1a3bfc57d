//! `bgnbd_p_alive_after(model, frequency, recency, age, horizon)`

use crate::functions::argument::{AGE, FREQUENCY, HORIZON, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{BGNBD, bgnbd};
use crate::functions::prospects::{Prospects, p_alive_after};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::beta_geometric::Params;

pub(super) static FUNCTION: Rowwise<4, Prospects<Params, 2>> = Rowwise {
    name: "bgnbd_p_alive_after",
    summary: "Probability that a customer has not left by the end of a horizon that begins at the \
              cut-off, under a BG/NBD model.",
    shared: Shared::Model(BGNBD),
    arguments: [FREQUENCY, RECENCY, AGE, HORIZON],
    returns: "a probability, `p_alive` at most; with a horizon of 0 it is `p_alive`",
    nulls: "NULL in any argument gives NULL",
    source: "Fader, Hardie and Lee (2005), Marketing Science 24(2), 275–284, carried forward from \
             the cut-off",
    examples: &[Example::new(
        "CAST(bgnbd_p_alive_after(named_struct('r', 0.243, 'alpha', 4.414, 'a', 0.793, 'b', \
         2.426), 2, 213.0 / 7.0, 272.0 / 7.0, 39) AS DECIMAL(12, 9))",
        "0.567139100",
    )],
    prepare: |parameters| bgnbd(parameters).map(Prospects::new),
    kernel: Kernel::Probability(p_alive_after),
};
