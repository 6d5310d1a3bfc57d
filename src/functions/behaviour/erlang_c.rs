//! `erlang_c(arrival_rate, mean_handling_time, agents [, target_time])`

use datafusion::common::ScalarValue;

use crate::functions::answers::float;
use crate::functions::document::{Argument, Example};
use crate::functions::domain::Domain;
use crate::functions::shape::{Answer, Shape};
use crate::functions::valuewise::Valuewise;
use crate::kernel::erlang::{MOST_AGENTS, Queue};

pub(super) static FUNCTION: Valuewise = Valuewise {
    name: "erlang_c",
    summary: "How long callers wait for a number of agents, if nobody hangs up.",
    arguments: &[
        Argument::needed(
            "arrival_rate",
            "calls per unit of time: of 180 in half an hour, 0.1 a second",
            Domain::NotNegative,
        ),
        Argument::needed(
            "mean_handling_time",
            "how long a call keeps an agent busy, what is done after it included, in the same unit",
            Domain::Positive,
        ),
        Argument::needed("agents", "who answer at once", Domain::WholeBetween(1.0, MOST_AGENTS)),
        Argument::optional(
            "target_time",
            "within which calls are to be answered, in the same unit",
            Domain::NotNegative,
        ),
    ],
    returns: "the load and what it does to callers. With no more agents than load everybody waits, and the \
              queue has no end. Calls are taken to come at random at one rate, and handling times to be \
              exponential; where callers hang up, fewer wait than this says",
    shape: Shape::Struct(&[
        float("load", "how many agents the calls keep busy (erlangs)"),
        float("occupancy", "share of the agents' time that is spent on calls, at most 1"),
        float("wait_probability", "share of callers that wait at all"),
        float(
            "mean_wait",
            "of all callers (average speed of answer), in the unit of time; NULL where the queue has no end",
        ),
        float(
            "service_level",
            "share of callers that wait no longer than `target_time`; NULL where that is left out",
        ),
    ]),
    nulls: "NULL in any argument gives NULL; in `target_time` it is left out",
    source: "Erlang (1917), Elektroteknikeren 13, 5–13; Gans, Koole and Mandelbaum (2003), Manufacturing and \
             Service Operations Management 5(2), 79–141",
    examples: &[
        Example::new(
            "CAST(erlang_c(0.1, 240, 30, 20)['service_level'] AS DECIMAL(13, 12))",
            "0.895153863440",
        ),
        Example::new(
            "CAST(erlang_c(0.1, 240, 30)['mean_wait'] AS DECIMAL(13, 12))",
            "6.914482219874",
        ),
        Example::new("erlang_c(2, 30, 50)['mean_wait'] IS NULL", "true"),
    ],
    kernel: |values| {
        let [rate, handling, agents] = [0, 1, 2].map(|i| values.number(i));
        let queue = Queue::new(rate, handling, agents)?;
        let within = values.perhaps(3).map(|target| queue.answered_within(target)).transpose()?;
        let numbers = [
            Some(queue.load()),
            Some(queue.occupancy()),
            Some(queue.waits()),
            queue.mean_wait(),
            within,
        ];
        Ok(Some(Answer::Fields(numbers.map(ScalarValue::Float64).to_vec())))
    },
};
