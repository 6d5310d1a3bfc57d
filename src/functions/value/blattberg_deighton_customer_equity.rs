//! `blattberg_deighton_customer_equity(margin, acquisition_spending, acquisition_rate, retention_spending, retention_rate, discount_rate)`

use super::lifetime::{BLATTBERG_DEIGHTON, MARGIN, RATE_PER_PERIOD};
use crate::functions::document::{Argument, Example};
use crate::functions::domain::Domain;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::blattberg_deighton::{Effort, customer_equity};

pub(super) static FUNCTION: Rowwise<6, ()> = Rowwise {
    name: "blattberg_deighton_customer_equity",
    summary: "Customer equity per prospect: the first margin of those won, less the cost of \
              winning them, and what they bring later, less the cost of keeping them.",
    shared: Shared::Nothing,
    arguments: [
        MARGIN,
        Argument::needed("acquisition_spending", "money spent per prospect", Domain::NotNegative),
        Argument::needed(
            "acquisition_rate",
            "share of prospects that it wins",
            Domain::Between(0.0, 1.0),
        ),
        Argument::needed(
            "retention_spending",
            "money spent per customer and period",
            Domain::NotNegative,
        ),
        Argument::needed(
            "retention_rate",
            "share of customers that it keeps each period",
            Domain::Between(0.0, 1.0),
        ),
        RATE_PER_PERIOD,
    ],
    returns: "an amount of money per prospect; NULL where it is endless: all stay and nothing is \
              discounted",
    nulls: "NULL in any argument gives NULL",
    source: BLATTBERG_DEIGHTON,
    examples: &[Example::new(
        "CAST(blattberg_deighton_customer_equity(100, 14.698412747227, 0.25981633739714, \
         22.787539157697, 0.65970038905027, 0.1) AS DECIMAL(16, 8))",
        "36.76477638",
    )],
    prepare: |_| Ok(()),
    kernel: Kernel::Strict(|(), [margin, a_spending, a_rate, r_spending, r_rate, rate]| {
        let win = Effort::to_win(a_spending, a_rate)?;
        let keep = Effort::to_keep(r_spending, r_rate)?;
        customer_equity(margin, win, keep, rate)
    }),
};
