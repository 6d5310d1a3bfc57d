//! `poisson_upper(count [, level])`

use super::poisson_lower::{COUNT, GARWOOD, NULLS};
use crate::functions::argument::ROW_LEVEL;
use crate::functions::document::Example;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::level::Level;
use crate::kernel::poisson::upper;

pub(super) static FUNCTION: Rowwise<2, ()> = Rowwise {
    name: "poisson_upper",
    summary: "Upper exact limit of the mean of a count, 95 % if nothing else is said.",
    shared: Shared::Nothing,
    arguments: [COUNT, ROW_LEVEL],
    returns: "events, as `poisson_lower`; above 0 for a count of 0 too",
    nulls: NULLS,
    source: GARWOOD,
    examples: &[
        Example::new("CAST(poisson_upper(7) AS DECIMAL(16, 12))", "14.422675361702"),
        Example::new("CAST(poisson_upper(0) AS DECIMAL(16, 12))", "3.688879454114"),
        Example::new("CAST(poisson_upper(0, 0.9) AS DECIMAL(16, 12))", "2.995732273554"),
    ],
    prepare: |_| Ok(()),
    kernel: Kernel::Lenient(|(), [count, level]| {
        count.map(|count| upper(count, Level::new(level)?)).transpose()
    }),
};
