//! `clumpiness_p_value(times, periods)`

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::placed::{ARGUMENTS, SOURCE, events};
use crate::functions::document::Example;
use crate::functions::shape::{Answer, Shape};
use crate::functions::valuewise::Valuewise;
use crate::kernel::clumpiness::Chance;

pub(super) static FUNCTION: Valuewise = Valuewise {
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
    kernel: |values| {
        let events = events(values)?;
        let observed = events.clumpiness();
        Ok(observed
            .zip(chance(events.size()))
            .map(|(observed, chance)| Answer::Number(chance.p_value(observed))))
    },
};

/// What was drawn for a number of events and periods; customers share it.
type Drawn = BTreeMap<(u32, u32), Arc<Chance>>;

static DRAWN: Mutex<Drawn> = Mutex::new(Drawn::new());
/// More than these are simulated again; each takes eight kilobytes.
const KEPT: usize = 4096;

fn chance(size: (u32, u32)) -> Option<Arc<Chance>> {
    let drawn = || DRAWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = drawn().get(&size) {
        return Some(Arc::clone(known));
    }
    let chance = Arc::new(Chance::new(size)?);
    let mut drawn = drawn();
    if drawn.len() < KEPT {
        drawn.insert(size, Arc::clone(&chance));
    }
    Some(chance)
}
