//! When the rows of a file happened, and which of them came late.
//!
//! Only rows that are accepted and happened before as-of are looked at, so that a run of an old night
//! says again what that night said.

use std::collections::{BTreeMap, HashMap};

use datafusion::arrow::array::{Array, ArrayRef};

use super::settle::{Judged, moment};
use super::{InputFile, Inventory};
use crate::declare::TimeSpan;
use crate::plan::SourcePlan;

const DAY: i64 = 86_400_000_000;

/// What the times of some rows come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Times {
    /// When the newest row happened: microseconds on the pipeline's clock since 1970.
    pub newest: Option<i64>,
    /// Late rows by the day on which they happened, counted from 1970-01-01.
    pub late: BTreeMap<i64, u64>,
}

/// How a source tells times: fixed before the first file is opened.
#[derive(Debug)]
pub(super) struct Clock {
    /// The column that says when a row happened.
    pub(super) event: Option<usize>,
    /// The first microsecond on the pipeline's clock that is not used.
    pub(super) as_of: i64,
    /// The microseconds after which a row is late.
    late_after: Option<i64>,
    /// The column that says when a row arrived.
    arrival: Option<usize>,
    /// When files were changed last, by name.
    changed: HashMap<String, i64>,
}

impl Clock {
    pub(super) fn new(source: &SourcePlan, inventory: &Inventory, as_of: i64) -> Self {
        let named = |name: &String| source.columns.iter().position(|field| field.name == *name);
        let timeliness = &source.timeliness;
        let changed = |file: &InputFile| {
            let local = file.meta.last_modified.with_timezone(&source.time_zone).naive_local();
            (file.name.clone(), local.and_utc().timestamp_micros())
        };
        Self {
            event: source.event_time.as_ref().and_then(named),
            as_of,
            late_after: timeliness.late_after.map(TimeSpan::micros),
            arrival: timeliness.arrival_time.as_ref().and_then(named),
            changed: inventory.files.iter().map(changed).collect(),
        }
    }

    /// Whether the values of a column are needed to tell times.
    pub(super) fn needs(&self, column: usize) -> bool {
        self.event == Some(column) || (self.late_after.is_some() && self.arrival == Some(column))
    }

    /// When a row arrived.
    fn arrival(&self, file: &str, arrivals: Option<&ArrayRef>, row: usize) -> Option<i64> {
        match arrivals {
            Some(arrivals) => moment(arrivals, row),
            None => self.changed.get(file).copied(),
        }
    }
}

impl Times {
    /// Notes the rows of a batch that are used.
    pub(super) fn note(&mut self, clock: &Clock, file: &str, judged: &Judged) {
        let column = |at: Option<usize>| at.and_then(|at| judged.columns[at].as_ref());
        let Some(events) = column(clock.event) else { return };
        let arrivals = column(clock.arrival);
        for row in 0..events.len() {
            if judged.faults.of(row).is_some() || events.is_null(row) {
                continue;
            }
            let Some(event) = moment(events, row).filter(|event| *event < clock.as_of) else {
                continue;
            };
            self.newest = self.newest.max(Some(event));
            if let Some(late_after) = clock.late_after
                && let Some(arrival) = clock.arrival(file, arrivals, row)
                && arrival.saturating_sub(event) > late_after
            {
                *self.late.entry(event.div_euclid(DAY)).or_default() += 1;
            }
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.newest = self.newest.max(other.newest);
        for (day, rows) in &other.late {
            *self.late.entry(*day).or_default() += rows;
        }
    }
}
