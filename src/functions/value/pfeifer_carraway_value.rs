//! `pfeifer_carraway_value(transitions, rewards, discount_rate [, periods])`

use super::lifetime::{RATE_PER_PERIOD, horizon};
use crate::functions::document::{Argument, Example};
use crate::functions::domain::Domain;
use crate::functions::shape::{Answer, Shape};
use crate::functions::valuewise::Valuewise;
use crate::kernel::transition::Transitions;

pub(super) static FUNCTION: Valuewise = Valuewise {
    name: "pfeifer_carraway_value",
    summary: "Lifetime value of a customer in each state of a Markov chain, such as the time since \
              the last purchase.",
    arguments: &[
        Argument::needed(
            "transitions",
            "share of those in the state of a row who are in the state of a column a period later",
            Domain::Matrix("square, shares from 0 to 1, each row sums to 1"),
        ),
        Argument::needed(
            "rewards",
            "what a customer brings, less what is spent on him, in each state",
            Domain::List("one for each state"),
        ),
        RATE_PER_PERIOD,
        Argument::optional(
            "periods",
            "how many periods to look ahead after the first reward, which is now; for ever if \
             left out, for which the discount rate must be above 0",
            Domain::WholeBetween(0.0, 100_000.0),
        ),
    ],
    returns: "a list of amounts, one for each state",
    shape: Shape::Numbers,
    nulls: "NULL in any argument, or inside a list, gives NULL",
    source: "Pfeifer and Carraway (2000), Journal of Interactive Marketing 14(2), 43–55",
    examples: &[
        Example::new(
            "CAST(pfeifer_carraway_value([[0.3, 0.7], [0, 1]], [36, 0], 0.2)[1] AS DECIMAL(9, 6))",
            "48.000000",
        ),
        Example::new("pfeifer_carraway_value([[0.5, 0.5], [0, 1]], [36, 0], 0, 2)", "[63.0, 0.0]"),
    ],
    kernel: |values| {
        let transitions = Transitions::new("transitions", values.matrix(0))?;
        let Some(horizon) = horizon(values, 3, "periods")? else { return Ok(None) };
        Ok(Some(Answer::List(transitions.value(&values.list(1), values.number(2), horizon)?)))
    },
};
