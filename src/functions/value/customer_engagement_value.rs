//! `customer_engagement_value(lifetime_value, referral_value, growth_value, knowledge_value, counted_twice)`

use super::lifetime::{KUMAR, amount};
use crate::functions::document::Example;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::engagement::total;

pub(super) static FUNCTION: Rowwise<5, ()> = Rowwise {
    name: "customer_engagement_value",
    summary: "The four kinds of value of a customer together, less what is counted twice.",
    shared: Shared::Nothing,
    arguments: [
        amount("lifetime_value", "margin of purchases like those so far, discounted to today"),
        amount("referral_value", "as `referral_value` gives it, summed over the referred"),
        amount("growth_value", "as `growth_value` gives it"),
        amount("knowledge_value", "as `knowledge_value` gives it"),
        amount(
            "counted_twice",
            "what more than one of the four holds; for a sum over all customers also the margins \
             of the referred, which are their own lifetime value",
        ),
    ],
    returns: "an amount of contribution today, in the currency of the parts",
    nulls: "a total of which a part is unknown is unknown: NULL in any argument gives NULL. A kind \
            that the customer is known not to have is 0",
    source: KUMAR,
    examples: &[
        Example::new("customer_engagement_value(500, 121, 90, 120, 0)", "831.0"),
        Example::new("customer_engagement_value(500, 121, 90, NULL, 0)", "NULL"),
    ],
    prepare: |_| Ok(()),
    kernel: Kernel::Strict(|(), [lifetime, referral, growth, knowledge, twice]| {
        total(lifetime, referral, growth, knowledge, twice)
    }),
};
