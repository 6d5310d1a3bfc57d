//! `blattberg_deighton_retention_spending(margin, ceiling, responsiveness, discount_rate)`

use super::lifetime::{BLATTBERG_DEIGHTON, CEILING, MARGIN, RATE_PER_PERIOD, RESPONSIVENESS};
use crate::functions::document::Example;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::blattberg_deighton::Response;

pub(super) static FUNCTION: Rowwise<4, ()> = Rowwise {
    name: "blattberg_deighton_retention_spending",
    summary: "The spending per customer and period at which what a customer is still to bring is \
              highest.",
    shared: Shared::Nothing,
    arguments: [MARGIN, CEILING, RESPONSIVENESS, RATE_PER_PERIOD],
    returns: "an amount of money per customer and period; 0 where no spending pays",
    nulls: "NULL in any argument gives NULL",
    source: BLATTBERG_DEIGHTON,
    examples: &[Example::new(
        "CAST(blattberg_deighton_retention_spending(100, 0.7, 0.1252762968495368, 0.1) AS \
         DECIMAL(16, 10))",
        "22.7875391577",
    )],
    prepare: |_| Ok(()),
    kernel: Kernel::Strict(|(), [margin, ceiling, responsiveness, rate]| {
        Response::new(ceiling, responsiveness)?.retention_spending(margin, rate)
    }),
};
