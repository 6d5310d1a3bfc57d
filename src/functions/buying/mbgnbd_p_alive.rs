//! `mbgnbd_p_alive(model, frequency, recency, age)`

use crate::functions::argument::{AGE, FREQUENCY, RECENCY};
use crate::functions::document::Example;
use crate::functions::model::{MBGNBD, mbgnbd};
use crate::functions::prospects::p_alive;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::beta_geometric::Params;

pub(super) static FUNCTION: Rowwise<3, Params> = Rowwise {
    name: "mbgnbd_p_alive",
    summary: "Probability that a customer has not left by the cut-off, under an MBG/NBD model.",
    shared: Shared::Model(MBGNBD),
    arguments: [FREQUENCY, RECENCY, AGE],
    returns: "a probability; below 1 for a customer without repeat purchase too, who in this model \
              may have left at once",
    nulls: "NULL in any argument gives NULL",
    source: "Batislam, Denizel and Filiztekin (2007), International Journal of Research in Marketing \
             24(3), 201–209",
    examples: &[Example::new(
        "CAST(mbgnbd_p_alive(named_struct('r', 0.525, 'alpha', 6.183, 'a', 0.891, \
         'b', 1.614), \
         2, 213.0 / 7.0, 272.0 / 7.0) AS DECIMAL(12, 9))",
        "0.706215055",
    )],
    prepare: mbgnbd,
    kernel: Kernel::Probability(p_alive),
};
