//! `growth_value(spend_change, margin_rate, retention, discount_rate, periods)`

use super::lifetime::{KUMAR, PERIODS, RATE_PER_PERIOD, RETENTION, amount};
use crate::functions::document::{Argument, Example};
use crate::functions::domain::Domain;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::engagement::growth;
use crate::kernel::retention::{Periods, Stream};

pub(super) static FUNCTION: Rowwise<5, ()> = Rowwise {
    name: "growth_value",
    summary: "Growth value of a customer: the margin of an expected change of spending, at the end \
              of each period, while the customer stays.",
    shared: Shared::Nothing,
    arguments: [
        amount(
            "spend_change",
            "expected change of spending per period, from buying other things too",
        ),
        Argument::needed("margin_rate", "share of spending that is contribution", Domain::Amount),
        RETENTION,
        RATE_PER_PERIOD,
        PERIODS,
    ],
    returns: "an amount of contribution today; must not be in the lifetime value too",
    nulls: "NULL in any argument gives NULL",
    source: KUMAR,
    examples: &[
        Example::new("growth_value(200, 0.25, 1, 0, 4)", "200.0"),
        Example::new("CAST(growth_value(200, 0.3, 0.8, 0.1, 1) AS DECIMAL(12, 6))", "43.636364"),
    ],
    prepare: |_| Ok(()),
    kernel: Kernel::Strict(|(), [change, margin_rate, retention, rate, periods]| {
        growth(change, margin_rate, Stream::new(retention, rate)?, Periods::new(periods)?)
    }),
};
