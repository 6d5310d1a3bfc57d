//! When the rows of a file happened, and which of them arrived late.
//!
//! Only rows that are accepted and happened before as-of are considered, so that repeating a run of
//! an old night gives the same result.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta};
use chrono_tz::Tz;
use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DataType, Date32Type, TimestampMicrosecondType};
use serde::{Deserialize, Serialize};

use super::validate::Converted;
use crate::declare::TimeSpan;
use crate::plan::SourcePlan;
use crate::read::list::{InputFile, Inventory};
use crate::zone::first_instant;

const DAY: i64 = 86_400_000_000;

/// The times of some rows, summarised.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// When the newest row happened: microseconds since 1970 in UTC.
    pub newest: Option<i64>,
    /// Late rows by the day of the pipeline's zone on which they happened, counted from 1970-01-01.
    pub late: BTreeMap<i64, u64>,
}

/// The time columns of a source: fixed before the first file is opened.
#[derive(Debug)]
pub(in crate::read) struct Clock {
    /// The column that says when a row happened.
    pub(super) event: Option<usize>,
    /// The first microsecond since 1970 in UTC that is not used.
    as_of: i64,
    /// The zone of days.
    zone: Tz,
    /// The microseconds after which a row is late.
    late_after: Option<i64>,
    /// The column that says when a row arrived.
    arrival: Option<usize>,
    /// When files were changed last, by name.
    changed: HashMap<String, i64>,
}

impl Clock {
    pub(in crate::read) fn new(
        source: &SourcePlan,
        inventory: &Inventory,
        as_of: DateTime<Tz>,
    ) -> Self {
        let named = |name: &String| source.columns.iter().position(|field| field.name == *name);
        let timeliness = &source.timeliness;
        let changed =
            |file: &InputFile| (file.name.clone(), file.meta.last_modified.timestamp_micros());
        Self {
            event: source.event_time.as_ref().and_then(named),
            as_of: as_of.timestamp_micros(),
            zone: source.time_zone,
            late_after: timeliness.late_after.as_ref().map(TimeSpan::micros),
            arrival: timeliness.arrival_time.as_ref().and_then(named),
            changed: inventory.files.iter().map(changed).collect(),
        }
    }

    /// Whether the values of a column are needed for times.
    pub(in crate::read) fn needs(&self, column: usize) -> bool {
        self.event == Some(column) || (self.late_after.is_some() && self.arrival == Some(column))
    }

    /// Whether something happened at or after as-of.
    pub(super) fn is_after(&self, events: &ArrayRef, row: usize) -> bool {
        self.instant(events, row).is_some_and(|instant| instant >= self.as_of)
    }

    /// Microseconds since 1970 in UTC; a day is its first instant.
    fn instant(&self, values: &ArrayRef, row: usize) -> Option<i64> {
        match values.data_type() {
            DataType::Date32 => {
                let days = values.as_primitive_opt::<Date32Type>()?.value(row).into();
                Some(match self.zone {
                    Tz::UTC => days * DAY,
                    zone => first_instant(zone, date(days)?).timestamp_micros(),
                })
            }
            _ => Some(values.as_primitive_opt::<TimestampMicrosecondType>()?.value(row)),
        }
    }

    /// The day of an instant, counted from 1970-01-01.
    fn day(&self, instant: i64) -> i64 {
        let instant = DateTime::from_timestamp_micros(instant).unwrap_or_default();
        let date = instant.with_timezone(&self.zone).date_naive();
        i64::from(date.num_days_from_ce() - NaiveDate::default().num_days_from_ce())
    }

    /// When a row arrived.
    fn arrival(&self, file: &str, arrivals: Option<&ArrayRef>, row: usize) -> Option<i64> {
        match arrivals {
            Some(arrivals) => self.instant(arrivals, row),
            None => self.changed.get(file).copied(),
        }
    }
}

impl Times {
    /// Notes the rows of a batch that are used.
    pub(in crate::read) fn note(&mut self, clock: &Clock, file: &str, converted: &Converted) {
        let column = |at: Option<usize>| at.and_then(|at| converted.columns[at].as_ref());
        let Some(events) = column(clock.event) else { return };
        let arrivals = column(clock.arrival);
        for row in 0..events.len() {
            if converted.faults.of(row).is_some() || events.is_null(row) {
                continue;
            }
            let Some(event) = clock.instant(events, row).filter(|event| *event < clock.as_of)
            else {
                continue;
            };
            self.newest = self.newest.max(Some(event));
            if let Some(late_after) = clock.late_after
                && let Some(arrival) = clock.arrival(file, arrivals, row)
                && arrival.saturating_sub(event) > late_after
            {
                *self.late.entry(clock.day(event)).or_default() += 1;
            }
        }
    }

    pub(in crate::read) fn add(&mut self, other: &Self) {
        self.newest = self.newest.max(other.newest);
        for (day, rows) in &other.late {
            *self.late.entry(*day).or_default() += rows;
        }
    }
}

/// The date so many days after 1970-01-01.
fn date(days: i64) -> Option<NaiveDate> {
    NaiveDate::default().checked_add_signed(TimeDelta::try_days(days)?)
}
