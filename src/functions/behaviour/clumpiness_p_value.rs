//! `clumpiness_p_value(times, periods)`

use std::sync::Arc;

use super::placed::{ARGUMENTS, SOURCE, events};
use crate::functions::document::Example;
use crate::functions::memory::SharedMemory;
use crate::functions::refusal::Refusal;
use crate::functions::shape::{Answer, Shape};
use crate::functions::valuewise::{Remembering, Values, Valuewise};
use crate::kernel::clumpiness::Chance;

pub(super) static FUNCTION: Valuewise<Remembering<Drawn>> = Valuewise {
    name: "clumpiness_p_value",
    summary: "How often chance alone clumps the events of one customer as much.",
    arguments: &ARGUMENTS,
    returns: "a share from 0.001 to 1: of 999 random placements of as many events in as many \
              periods and the one observed, how many clump as much; the placements are drawn from \
              a fixed seed, so the same question has the same answer every night",
    shape: Shape::Number,
    nulls: "NULL in any argument, and an empty list, give NULL",
    source: SOURCE,
    examples: &[
        Example::new("clumpiness_p_value([10, 20, 30], 39)", "1.0"),
        Example::new("clumpiness_p_value([1, 2, 3], 39) < 0.01", "true"),
    ],
    kernel: Remembering(kernel),
};

/// The simulations for a number of events and periods, shared by customers. Each takes eight
/// kilobytes.
type Drawn = SharedMemory<2, Option<Arc<Chance>>, 4096>;

fn kernel(drawn: &Drawn, values: &Values) -> Result<Option<Answer>, Refusal> {
    let events = events(values)?;
    let size @ (number, periods) = events.size();
    let question = [number, periods].map(f64::from);
    let chance = drawn.recall(question, || Chance::new(size).map(Arc::new));
    let observed = events.clumpiness().zip(chance);
    Ok(observed.map(|(observed, chance)| Answer::Number(chance.p_value(observed))))
}
