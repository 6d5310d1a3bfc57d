//! `referral_value(margin, acquisition_cost_saved, would_have_come, years, discount_rate)`

use super::lifetime::amount;
use crate::functions::document::{Argument, Example};
use crate::functions::domain::Domain;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::engagement::{Referral, referral};

pub(super) static FUNCTION: Rowwise<5, ()> = Rowwise {
    name: "referral_value",
    summary: "Referral value of one referred customer: margin and saved acquisition cost of one \
              who would not have come otherwise, the saved cost alone of one who would.",
    shared: Shared::Nothing,
    arguments: [
        amount(
            "margin",
            "contribution of the referred customer over the lifetime, as of the day of coming, \
             less the reward for the referral; not looked at where `would_have_come` is 1",
        ),
        Argument::needed(
            "acquisition_cost_saved",
            "what winning the referred customer would have cost otherwise",
            Domain::NotNegative,
        ),
        Argument::needed(
            "would_have_come",
            "1 where the referred customer would have come anyway, else 0",
            Domain::YesNo,
        ),
        Argument::needed(
            "years",
            "time until the referred customer comes; 0 for one who is there",
            Domain::NotNegative,
        ),
        Argument::needed("discount_rate", "rate per year", Domain::NotNegative),
    ],
    returns: "an amount of contribution today; sum it over the referred of a customer",
    nulls: "NULL in any argument gives NULL, but for `margin` where it is not looked at",
    source: "Kumar, Petersen and Leone (2010), Journal of Marketing 74(5), 1–17",
    examples: &[
        Example::new("CAST(referral_value(100, 21, 0, 2, 0.1) AS DECIMAL(12, 9))", "100.000000000"),
        Example::new(
            "CAST(referral_value(NULL, 24.2, 1, 2, 0.1) AS DECIMAL(12, 9))",
            "20.000000000",
        ),
    ],
    prepare: |_| Ok(()),
    kernel: Kernel::Lenient(|(), [margin, cost, anyway, years, rate]| {
        let (Some(cost), Some(anyway), Some(years), Some(rate)) = (cost, anyway, years, rate)
        else {
            return Ok(None);
        };
        let kind = Referral::new(margin, anyway)?;
        kind.map(|kind| referral(kind, cost, years, rate)).transpose()
    }),
};
