//! `clumpiness(times, periods)`

use super::placed::{ARGUMENTS, SOURCE, events};
use crate::functions::document::Example;
use crate::functions::shape::{Answer, Shape};
use crate::functions::valuewise::Valuewise;

pub(super) static FUNCTION: Valuewise = Valuewise {
    name: "clumpiness",
    summary: "Whether the events of one customer come in clumps: visits, views, purchases.",
    arguments: &ARGUMENTS,
    returns: "a share from 0, evenly spread, to 1, all at once; it grows with `periods` for the \
              same number of events, so compare customers who were watched equally long, or their \
              `clumpiness_p_value`",
    shape: Shape::Number,
    nulls: "NULL in any argument, and an empty list, give NULL",
    source: SOURCE,
    examples: &[
        Example::new("round(clumpiness([1, 2, 3], 39), 12)", "0.74840813416"),
        Example::new("round(clumpiness([10, 20, 30], 39), 12)", "0.0"),
    ],
    kernel: |values| Ok(events(values)?.clumpiness().map(Answer::Number)),
};
