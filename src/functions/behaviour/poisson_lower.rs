//! `poisson_lower(count [, level])`

use crate::functions::argument::ROW_LEVEL;
use crate::functions::document::{Argument, Example};
use crate::functions::domain::Domain;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::level::Level;
use crate::kernel::poisson::{MOST, lower};

/// What was counted.
pub(super) const COUNT: Argument = Argument::needed(
    "count",
    "how many events there were, such as calls in a month",
    Domain::WholeBetween(0.0, MOST),
);

/// Where the limits come from.
pub(super) const GARWOOD: &str = "Garwood (1936), Biometrika 28(3/4), 437–442";

/// What NULLs do.
pub(super) const NULLS: &str = "NULL in `count` gives NULL; in `level` it is left out";

pub(super) static FUNCTION: Rowwise<2, ()> = Rowwise {
    name: "poisson_lower",
    summary: "Lower exact limit of the mean of a count, 95 % if nothing else is said.",
    shared: Shared::Nothing,
    arguments: [COUNT, ROW_LEVEL],
    returns: "events, in the time in which they were counted; over how many were expected in that time, the \
              lower limit of the ratio. 0 for a count of 0. The events are taken to come independently: where \
              one leads to others, the limits are too narrow",
    nulls: NULLS,
    source: GARWOOD,
    examples: &[
        Example::new("CAST(poisson_lower(7) AS DECIMAL(16, 12))", "2.814363051520"),
        Example::new("CAST(poisson_lower(3120) / 3000 AS DECIMAL(16, 12))", "1.003824193098"),
        Example::new("poisson_lower(0)", "0.0"),
    ],
    prepare: |_| Ok(()),
    kernel: Kernel::Lenient(|(), [count, level]| {
        count.map(|count| lower(count, Level::new(level)?)).transpose()
    }),
};
