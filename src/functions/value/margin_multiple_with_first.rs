//! `margin_multiple_with_first(retention, discount_rate)`

use super::lifetime::{RATE_PER_PERIOD, RETENTION};
use crate::functions::document::Example;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::retention::Stream;

pub(super) static FUNCTION: Rowwise<2, ()> = Rowwise {
    name: "margin_multiple_with_first",
    summary: "As `margin_multiple`, with a first margin now: (1 + i) / (1 + i - r).",
    shared: Shared::Nothing,
    arguments: [RETENTION, RATE_PER_PERIOD],
    returns: "a number of margins, 1 more than `margin_multiple`; NULL where that is",
    nulls: "NULL in any argument gives NULL",
    source: "Gupta and Lehmann (2003), Journal of Interactive Marketing 17(1), 9–24",
    examples: &[Example::new(
        "CAST(margin_multiple_with_first(0.8, 0.12) AS DECIMAL(16, 12))",
        "3.500000000000",
    )],
    prepare: |_| Ok(()),
    kernel: Kernel::Strict(|(), [retention, rate]| {
        Ok(Stream::new(retention, rate)?.margin_multiple_with_first())
    }),
};
