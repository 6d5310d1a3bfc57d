//! How old the newest row of a source is at as-of, and how many rows arrived late.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, NaiveDate, SecondsFormat, TimeDelta, Utc};
use chrono_tz::Tz;

use super::source::{LateRows, SourceResult};
use crate::declare::{PeriodUnit, TimeSpan};
use crate::plan::Plan;
use crate::read::Times;

impl SourceResult {
    /// Adds the times of the rows and files.
    pub fn timed(
        self,
        times: &Times,
        newest_file: Option<DateTime<Utc>>,
        as_of: DateTime<Tz>,
        plan: &Plan,
    ) -> Self {
        let event = times.newest.and_then(DateTime::from_timestamp_micros);
        let event = event.map(|event| event.with_timezone(&plan.time_zone));
        let file = newest_file.map(|file| file.with_timezone(&plan.time_zone));
        Self {
            newest_event: event.map(to_the_second),
            event_age_seconds: event.map(|event| (as_of - event).num_seconds()),
            newest_file: file.map(to_the_second),
            late: self.late.as_ref().map(|_| by_period(&times.late, plan.unit)),
            ..self
        }
    }

    /// The source as stale, if its newest row is older than `limit`, or there is none.
    pub fn older_than(&self, key: &str, limit: Option<&TimeSpan>) -> Option<StaleSource> {
        let limit = limit?;
        let fresh = self.event_age_seconds.is_some_and(|age| age <= limit.seconds());
        let newest = self.newest_event.clone().zip(self.event_age_seconds.map(age));
        let (source, limit) = (self.source.clone(), format!("{key}: {limit}"));
        (!fresh).then_some(StaleSource { source, newest, limit })
    }
}

/// A source whose newest row is too old.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaleSource {
    /// The source.
    pub source: String,
    /// When its newest row happened and how long before as-of that was, if there is a row.
    pub newest: Option<(String, String)>,
    /// What is allowed: the key and its value.
    pub limit: String,
}

impl fmt::Display for StaleSource {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let Self { source, newest, limit } = self;
        write!(formatter, "source `{source}` is stale: ")?;
        match newest {
            Some((newest, age)) => {
                write!(formatter, "its newest row is of {newest}, {age} before as-of")?;
            }
            None => formatter.write_str("it has no row before as-of")?,
        }
        write!(formatter, "; `{limit}`")
    }
}

fn to_the_second(instant: DateTime<Tz>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The periods that contain some days.
fn by_period(late: &BTreeMap<i64, u64>, unit: PeriodUnit) -> Vec<LateRows> {
    let mut periods: BTreeMap<NaiveDate, u64> = BTreeMap::new();
    for (day, rows) in late {
        let day = NaiveDate::default() + TimeDelta::days(*day);
        *periods.entry(unit.first_day(day)).or_default() += rows;
    }
    let late = |(period, rows): (NaiveDate, u64)| LateRows { period: period.to_string(), rows };
    periods.into_iter().map(late).collect()
}

/// A duration in a suitable unit: whole days, hours or minutes, rounded down.
pub(crate) fn age(seconds: i64) -> String {
    let units = [(86_400, "days"), (3_600, "hours"), (60, "minutes")];
    let suits = units.into_iter().find(|(unit, _)| seconds >= 2 * unit);
    suits.map_or_else(
        || format!("{seconds} seconds"),
        |(unit, name)| format!("{} {name}", seconds / unit),
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{age, by_period};
    use crate::declare::PeriodUnit;

    #[test]
    fn an_age_has_the_unit_that_suits_it() {
        let ages = [0, 119, 120, 7_199, 7_200, 172_799, 172_800, 3_000_000].map(age);
        assert_eq!(
            ages,
            [
                "0 seconds",
                "119 seconds",
                "2 minutes",
                "119 minutes",
                "2 hours",
                "47 hours",
                "2 days",
                "34 days"
            ]
        );
    }

    #[test]
    fn late_rows_are_counted_in_the_period_in_which_they_happened() {
        let late = BTreeMap::from([(-1, 1), (0, 2), (30, 3), (31, 4)]);
        let found = by_period(&late, PeriodUnit::Month).into_iter();
        let found: Vec<(String, u64)> = found.map(|late| (late.period, late.rows)).collect();
        let expected = [("1969-12-01", 1), ("1970-01-01", 5), ("1970-02-01", 4)];
        assert_eq!(found, expected.map(|(period, rows)| (period.to_owned(), rows)));
    }
}
