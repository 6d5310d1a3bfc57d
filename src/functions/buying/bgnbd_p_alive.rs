//! `bgnbd_p_alive(model, frequency, recency, age)`

use crate::functions::argument::{AGE, FREQUENCY, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{BGNBD, bgnbd};
use crate::functions::prospects::p_alive;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::beta_geometric::Params;

pub(super) static FUNCTION: Rowwise<3, Params> = Rowwise {
    name: "bgnbd_p_alive",
    summary: "Probability that a customer has not left by the cut-off, under a BG/NBD model.",
    shared: Shared::Model(BGNBD),
    arguments: [FREQUENCY, RECENCY, AGE],
    returns: "a probability; 1 for a customer without repeat purchase, who in this model cannot \
              have left",
    nulls: "NULL in any argument gives NULL",
    source: "Fader, Hardie and Lee (2005), Marketing Science 24(2), 275–284",
    examples: &[
        Example::new(
            "bgnbd_p_alive(named_struct('r', 0.243, 'alpha', 4.414, 'a', 0.793, 'b', 2.426), \
             2, 30.43, 38.86)",
            "0.726578570080673",
        ),
        Example::new(
            "bgnbd_p_alive(named_struct('r', 0.243, 'alpha', 4.414, 'a', 0.793, 'b', 2.426), \
             0, 0, 38.86)",
            "1.0",
        ),
    ],
    prepare: bgnbd,
    kernel: Kernel::Probability(p_alive),
};
