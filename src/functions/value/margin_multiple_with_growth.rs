//! `margin_multiple_with_growth(retention, discount_rate, growth)`

use super::lifetime::{RATE_PER_PERIOD, RETENTION};
use crate::functions::document::{Argument, Example};
use crate::functions::domain::Domain;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::retention::Stream;

pub(super) static FUNCTION: Rowwise<3, ()> = Rowwise {
    name: "margin_multiple_with_growth",
    summary: "As `margin_multiple`, where the margin of those who stay grows: r / (1 + i - r(1 + \
              g)).",
    shared: Shared::Nothing,
    arguments: [
        RETENTION,
        RATE_PER_PERIOD,
        Argument::needed(
            "growth",
            "how much more a customer who stays gives each period than the period before; 0.05 is \
             5 %",
            Domain::Above(-1.0),
        ),
    ],
    returns: "a number of margins of the first period; NULL where it is endless: r(1 + g) is not below 1 + i",
    nulls: "NULL in any argument gives NULL",
    source: "Gupta and Lehmann (2003), Journal of Interactive Marketing 17(1), 9–24",
    examples: &[Example::new(
        "CAST(margin_multiple_with_growth(0.8, 0.12, 0.05) AS DECIMAL(16, 12))",
        "2.857142857143",
    )],
    prepare: |_| Ok(()),
    kernel: Kernel::Strict(|(), [retention, rate, growth]| {
        Ok(Stream::growing(retention, rate, growth)?.margin_multiple())
    }),
};
