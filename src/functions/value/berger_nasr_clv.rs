//! `berger_nasr_clv(gross_contribution, promotion_cost, retention, discount_rate, periods)`

use super::lifetime::{PERIODS, RATE_PER_PERIOD, RETENTION, amount};
use crate::functions::document::Example;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::retention::{Periods, Stream};

pub(super) static FUNCTION: Rowwise<5, ()> = Rowwise {
    name: "berger_nasr_clv",
    summary: "Lifetime value over a number of periods with a promotion cost in each (case 1 of \
              Berger and Nasr).",
    shared: Shared::Nothing,
    arguments: [
        amount(
            "gross_contribution",
            "contribution of a customer who stays, now and at the end of each period",
        ),
        amount("promotion_cost", "cost of keeping the customer, in the middle of each period"),
        RETENTION,
        RATE_PER_PERIOD,
        PERIODS,
    ],
    returns: "an amount in the unit of the contribution",
    nulls: "NULL in any argument gives NULL",
    source: "Berger and Nasr (1998), Journal of Interactive Marketing 12(1), 17–30",
    examples: &[Example::new(
        "CAST(berger_nasr_clv(260, 50, 0.75, 0.2, 10) AS DECIMAL(16, 9))",
        "568.783067434",
    )],
    prepare: |_| Ok(()),
    kernel: Kernel::Strict(|(), [contribution, cost, retention, rate, periods]| {
        let periods = Periods::new(periods)?;
        Stream::new(retention, rate)?.berger_nasr(contribution, cost, periods)
    }),
};
