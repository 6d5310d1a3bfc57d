//! `margin_multiple(retention, discount_rate)`

use super::lifetime::{RATE_PER_PERIOD, RETENTION};
use crate::functions::document::Example;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::retention::Stream;

pub(super) static FUNCTION: Rowwise<2, ()> = Rowwise {
    name: "margin_multiple",
    summary: "What one unit of margin a period is worth, from one period ahead for ever: r / (1 + \
              i - r).",
    shared: Shared::Nothing,
    arguments: [RETENTION, RATE_PER_PERIOD],
    returns: "a number of margins; times the margin of a period it is the lifetime value. The \
              first margin comes after one period, from those who stay. NULL where that is endless: all \
              stay and nothing is discounted",
    nulls: "NULL in any argument gives NULL",
    source: "Gupta and Lehmann (2003), Journal of Interactive Marketing 17(1), 9–24",
    examples: &[
        Example::new("CAST(margin_multiple(0.8, 0.12) AS DECIMAL(16, 12))", "2.500000000000"),
        Example::new("margin_multiple(0, 0.12)", "0.0"),
        Example::new("margin_multiple(1, 0)", "NULL"),
    ],
    prepare: |_| Ok(()),
    kernel: Kernel::Strict(|(), [retention, rate]| {
        Ok(Stream::new(retention, rate)?.margin_multiple())
    }),
};
