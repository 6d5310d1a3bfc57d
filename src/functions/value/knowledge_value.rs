//! `knowledge_value(accepted_suggestions, value_per_suggestion)`

use super::lifetime::{KUMAR, amount};
use crate::functions::document::{Argument, Example};
use crate::functions::domain::Domain;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::LARGEST;
use crate::kernel::engagement::knowledge;

pub(super) static FUNCTION: Rowwise<2, ()> = Rowwise {
    name: "knowledge_value",
    summary: "Knowledge value of a customer: what the suggestions that were taken up are worth.",
    shared: Shared::Nothing,
    arguments: [
        Argument::needed(
            "accepted_suggestions",
            "suggestions of the customer that were taken up",
            Domain::WholeBetween(0.0, LARGEST),
        ),
        amount("value_per_suggestion", "contribution of one, discounted to today"),
    ],
    returns: "an amount of contribution today",
    nulls: "NULL in any argument gives NULL",
    source: KUMAR,
    examples: &[Example::new("knowledge_value(3, 40)", "120.0")],
    prepare: |_| Ok(()),
    kernel: Kernel::Strict(|(), [accepted, value]| knowledge(accepted, value)),
};
