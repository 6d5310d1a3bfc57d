//! `mbgnbd_p_alive_after(model, frequency, recency, age, horizon)`

use crate::functions::argument::{AGE, FREQUENCY, HORIZON, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{MBGNBD, mbgnbd};
use crate::functions::prospects::{Prospects, p_alive_after};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::beta_geometric::Params;

pub(super) static FUNCTION: Rowwise<4, Prospects<Params, 2>> = Rowwise {
    name: "mbgnbd_p_alive_after",
    summary: "Probability that a customer has not left by the end of a horizon that begins at the \
              cut-off, under an MBG/NBD model.",
    shared: Shared::Model(MBGNBD),
    arguments: [FREQUENCY, RECENCY, AGE, HORIZON],
    returns: "a probability, `p_alive` at most; with a horizon of 0 it is `p_alive`",
    nulls: "NULL in any argument gives NULL",
    source: "Batislam, Denizel and Filiztekin (2007), International Journal of Research in \
             Marketing 24(3), 201–209, carried forward from the cut-off",
    examples: &[Example::new(
        "CAST(mbgnbd_p_alive_after(named_struct('r', 0.525, 'alpha', 6.183, 'a', 0.891, 'b', \
         1.614), 2, 213.0 / 7.0, 272.0 / 7.0, 39) AS DECIMAL(12, 9))",
        "0.530826416",
    )],
    prepare: |parameters| mbgnbd(parameters).map(Prospects::new),
    kernel: Kernel::Probability(p_alive_after),
};
