//! What the two functions of clumpiness share.

use crate::functions::document::Argument;
use crate::functions::domain::Domain;
use crate::functions::refusal::Refusal;
use crate::functions::valuewise::Values;
use crate::kernel::clumpiness::Events;

pub(super) const ARGUMENTS: [Argument; 2] = [
    Argument::needed(
        "times",
        "in which periods there was an event, in any order",
        Domain::List("whole numbers from 1 to `periods`, each once"),
    ),
    Argument::needed(
        "periods",
        "how many periods were watched: days, or steps of time of any length",
        Domain::WholeBetween(1.0, 100_000.0),
    ),
];

pub(super) const SOURCE: &str = "Zhang, Bradlow and Small (2013), Journal of Applied Statistics \
                                 40(11), 2533–2548; (2015), Marketing Science 34(2), 195–208";

/// The events in a row of `times` and `periods`.
pub(super) fn events(values: &Values) -> Result<Events, Refusal> {
    Ok(Events::new(&values.list(0), values.number(1))?)
}
