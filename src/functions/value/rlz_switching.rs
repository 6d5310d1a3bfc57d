//! `rlz_switching(utilities, inertia)`

use super::lifetime::RLZ;
use crate::functions::document::{Argument, Example};
use crate::functions::domain::Domain;
use crate::functions::shape::{Answer, Shape};
use crate::functions::valuewise::Valuewise;
use crate::kernel::brand_switching::logit;

pub(super) static FUNCTION: Valuewise = Valuewise {
    name: "rlz_switching",
    summary: "The switching matrix of a logit model in which the brand bought last has an \
              advantage.",
    arguments: &[
        Argument::needed(
            "utilities",
            "utility of each brand, as the drivers of customer equity make it",
            Domain::List("at least one"),
        ),
        Argument::needed("inertia", "how much more utility the last brand has", Domain::Amount),
    ],
    returns: "a matrix: the last brand by row, the next brand by column",
    shape: Shape::Matrix,
    nulls: "NULL in any argument, or inside the list, gives NULL",
    source: RLZ,
    examples: &[Example::new("rlz_switching([1, 1], 0)", "[[0.5, 0.5], [0.5, 0.5]]")],
    kernel: |values| Ok(Some(Answer::Matrix(logit(&values.list(0), values.number(1))?))),
};
