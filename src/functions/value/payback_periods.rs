//! `payback_periods(acquisition_cost, margin, retention, discount_rate)`

use super::lifetime::{RATE_PER_PERIOD, RETENTION};
use crate::functions::document::{Argument, Example};
use crate::functions::domain::Domain;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::retention::Stream;

pub(super) static FUNCTION: Rowwise<4, ()> = Rowwise {
    name: "payback_periods",
    summary: "After how many periods the discounted margins have paid back what winning a customer \
              cost.",
    shared: Shared::Nothing,
    arguments: [
        Argument::needed("acquisition_cost", "what winning the customer cost", Domain::Amount),
        Argument::needed(
            "margin",
            "contribution at the end of each period, from those who stay",
            Domain::Amount,
        ),
        RETENTION,
        RATE_PER_PERIOD,
    ],
    returns: "a whole number of periods; 0 where nothing was paid, NULL where the margins never \
              suffice",
    nulls: "NULL in any argument gives NULL",
    source: "Gupta and Lehmann (2003), Journal of Interactive Marketing 17(1), 9–24, for the \
             stream of margins",
    examples: &[
        Example::new("payback_periods(100, 50, 0.8, 0.1)", "5.0"),
        Example::new("payback_periods(120, 10, 1, 0)", "12.0"),
        Example::new("payback_periods(200, 50, 0.8, 0.1)", "NULL"),
    ],
    prepare: |_| Ok(()),
    kernel: Kernel::Lenient(|(), row| {
        let [Some(cost), Some(margin), Some(retention), Some(rate)] = row else {
            return Ok(None);
        };
        Stream::new(retention, rate)?.payback(cost, margin)
    }),
};
