//! `blattberg_deighton_customer_equity(margin, acquisition_spending, acquisition_rate, retention_spending, retention_rate, discount_rate)`

use super::document::{Argument, Example};
use super::lifetime::{BLATTBERG_DEIGHTON, MARGIN, RATE_PER_PERIOD};
use super::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::blattberg_deighton::{Effort, customer_equity};

pub(super) static FUNCTION: Rowwise<6, ()> = Rowwise {
    name: "blattberg_deighton_customer_equity",
    summary: "Customer equity per prospect: the first margin of those won, less the cost of \
              winning them, and what they bring later, less the cost of keeping them.",
    shared: Shared::Nothing,
    arguments: [
        MARGIN,
        Argument {
            name: "acquisition_spending",
            meaning: "money spent per prospect",
            domain: ">= 0",
            optional: false,
        },
        Argument {
            name: "acquisition_rate",
            meaning: "share of prospects that it wins",
            domain: "between 0 and 1",
            optional: false,
        },
        Argument {
            name: "retention_spending",
            meaning: "money spent per customer and period",
            domain: ">= 0",
            optional: false,
        },
        Argument {
            name: "retention_rate",
            meaning: "share of customers that it keeps each period",
            domain: "between 0 and 1",
            optional: false,
        },
        RATE_PER_PERIOD,
    ],
    returns: "an amount of money per prospect",
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
