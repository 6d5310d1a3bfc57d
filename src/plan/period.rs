//! Periods: the calendar intervals for which snapshot tables are built.

use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;

use crate::declare::PeriodUnit;
use crate::zone::first_instant;

/// A calendar interval, and how much of it a run may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    /// The first day; it names the period.
    pub first_day: NaiveDate,
    /// The first day of the interval before.
    pub previous_first_day: NaiveDate,
    /// The end of the interval, or as-of if that is sooner; exclusive, in the pipeline's zone.
    pub end: DateTime<Tz>,
}

impl Period {
    /// The start of the interval, inclusive: the first instant of its first day.
    pub fn start(&self) -> DateTime<Tz> {
        first_instant(self.end.timezone(), self.first_day)
    }

    /// The start of the interval before, inclusive.
    pub fn previous_start(&self) -> DateTime<Tz> {
        first_instant(self.end.timezone(), self.previous_first_day)
    }
}

/// The periods from the one holding `from` to the one holding `to`, as seen at `as_of`.
///
/// Periods that begin at or after as-of have no data yet and are left out. Without `from` and `to`
/// there is one: the period open just before as-of. At most `most` + 1 are returned; the last one
/// means that there are too many.
pub fn periods(
    unit: PeriodUnit,
    as_of: DateTime<Tz>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    most: usize,
) -> Vec<Period> {
    let open = unit.first_day(last_day(as_of));
    let last = to.map_or(open, |day| unit.first_day(day)).min(open);
    let mut first_day = from.map_or(last, |day| unit.first_day(day));
    let mut periods = Vec::new();
    while first_day <= last && periods.len() <= most {
        let next = unit.next(first_day);
        let end = first_instant(as_of.timezone(), next).min(as_of);
        periods.push(Period { first_day, previous_first_day: unit.previous(first_day), end });
        first_day = next;
    }
    periods
}

/// The day of the last instant before as-of.
fn last_day(as_of: DateTime<Tz>) -> NaiveDate {
    (as_of - chrono::TimeDelta::microseconds(1)).date_naive()
}

#[cfg(test)]
mod tests {
    use super::{PeriodUnit, periods};
    use crate::zone::{parse, written};
    use chrono::{DateTime, NaiveDate};
    use chrono_tz::{Africa, America, Tz};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn midnight(text: &str) -> DateTime<Tz> {
        parse(Tz::UTC, text).unwrap()
    }

    #[test]
    fn at_the_first_of_a_month_the_open_period_is_the_month_before() {
        let [period] = periods(PeriodUnit::Month, midnight("2026-11-01"), None, None, 9)[..] else {
            panic!("one period");
        };
        assert_eq!((period.first_day, period.end), (day("2026-10-01"), midnight("2026-11-01")));
    }

    #[test]
    fn an_open_period_ends_at_as_of() {
        let [period] = periods(PeriodUnit::Month, midnight("2026-11-15"), None, None, 9)[..] else {
            panic!("one period");
        };
        assert_eq!((period.first_day, period.end), (day("2026-11-01"), midnight("2026-11-15")));
    }

    #[test]
    fn the_period_before_begins_on_the_clock_of_its_own_first_day() {
        let begins = |unit, zone, as_of: &str| {
            let as_of = parse(zone, as_of).unwrap();
            written(periods(unit, as_of, None, None, 9)[0].previous_start())
        };
        let month = |as_of| begins(PeriodUnit::Month, America::New_York, as_of);
        assert_eq!(month("2024-04-15"), "2024-03-01T00:00:00-05:00");
        assert_eq!(month("2024-02-01"), "2023-12-01T00:00:00-05:00");
        let quarter = begins(PeriodUnit::Quarter, Tz::UTC, "2024-05-31");
        assert_eq!(quarter, "2024-01-01T00:00:00Z");
        assert_eq!(begins(PeriodUnit::Week, Tz::UTC, "2024-01-03"), "2023-12-25T00:00:00Z");
        assert_eq!(begins(PeriodUnit::Year, Tz::UTC, "2024-01-03"), "2023-01-01T00:00:00Z");
        // The day before has no midnight.
        let day = begins(PeriodUnit::Day, Africa::Cairo, "2024-04-28");
        assert_eq!(day, "2024-04-26T01:00:00+03:00");
    }

    #[test]
    fn a_backfill_builds_every_period_between_and_none_after_as_of() {
        let (from, to) = (Some(day("2026-01-20")), Some(day("2026-12-31")));
        let months = periods(PeriodUnit::Month, midnight("2026-04-01"), from, to, 9);
        let first: Vec<String> = months.iter().map(|month| month.first_day.to_string()).collect();
        assert_eq!(first, ["2026-01-01", "2026-02-01", "2026-03-01"]);
    }

    #[test]
    fn periods_are_counted_as_far_as_they_may_go() {
        let years = Some(day("0002-01-01"));
        assert_eq!(periods(PeriodUnit::Day, midnight("2026-04-01"), years, None, 9).len(), 10);
    }

    #[test]
    fn days_without_a_midnight_and_long_ones_follow_each_other_without_gap() {
        let shown = |zone: Tz, as_of: &str, from: &str| -> Vec<(String, String)> {
            let as_of = parse(zone, as_of).unwrap();
            let days = periods(PeriodUnit::Day, as_of, Some(day(from)), None, 9).into_iter();
            days.map(|day| (written(day.start()), written(day.end))).collect()
        };
        let pair = |(from, to): (&str, &str)| (from.to_owned(), to.to_owned());
        let cairo = [
            ("2024-04-25T00:00:00+02:00", "2024-04-26T01:00:00+03:00"),
            ("2024-04-26T01:00:00+03:00", "2024-04-27T00:00:00+03:00"),
        ];
        assert_eq!(shown(Africa::Cairo, "2024-04-27", "2024-04-25"), cairo.map(pair));
        let new_york = [("2024-11-03T00:00:00-04:00", "2024-11-04T00:00:00-05:00")];
        assert_eq!(shown(America::New_York, "2024-11-04", "2024-11-03"), new_york.map(pair));
    }

    #[test]
    fn as_of_an_instant_at_which_a_day_without_midnight_begins_builds_the_day_that_ended() {
        let as_of = parse(Africa::Cairo, "2024-04-25T22:00:00Z").unwrap();
        let [period] = periods(PeriodUnit::Day, as_of, None, None, 9)[..] else {
            panic!("one period");
        };
        assert_eq!((period.first_day, period.end), (day("2024-04-25"), as_of));
    }

    #[test]
    fn weeks_start_on_monday_and_quarters_in_january() {
        assert_eq!(PeriodUnit::Week.first_day(day("2026-11-22")), day("2026-11-16"));
        assert_eq!(PeriodUnit::Quarter.first_day(day("2026-11-22")), day("2026-10-01"));
        assert_eq!(PeriodUnit::Quarter.next(day("2026-10-01")), day("2027-01-01"));
    }
}
