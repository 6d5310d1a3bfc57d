//! Periods: the calendar intervals that snapshot tables are built for.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime};

use crate::declare::PeriodUnit;

/// A calendar interval, and how much of it a run may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    /// The first day; it names the period.
    pub first_day: NaiveDate,
    /// The end of the interval, or as-of if that is sooner; exclusive.
    pub end: NaiveDateTime,
}

impl Period {
    /// The start of the interval, inclusive.
    pub fn start(&self) -> NaiveDateTime {
        self.first_day.and_time(NaiveTime::MIN)
    }
}

/// The periods from the one holding `from` to the one holding `to`, as seen at `as_of`.
///
/// Periods that begin at or after as-of hold nothing yet and are left out. Without `from` and `to`
/// there is one: the period open just before as-of.
pub fn periods(
    unit: PeriodUnit,
    as_of: NaiveDateTime,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> Vec<Period> {
    let last_instant = as_of - chrono::TimeDelta::microseconds(1);
    let open = unit.first_day(last_instant.date());
    let last = to.map_or(open, |day| unit.first_day(day)).min(open);
    let mut first_day = from.map_or(last, |day| unit.first_day(day));
    let mut periods = Vec::new();
    while first_day <= last {
        let next = unit.next(first_day);
        periods.push(Period { first_day, end: next.and_time(NaiveTime::MIN).min(as_of) });
        first_day = next;
    }
    periods
}

impl PeriodUnit {
    /// The first day of the period that holds `day`.
    pub(crate) fn first_day(self, day: NaiveDate) -> NaiveDate {
        let month = |month| NaiveDate::from_ymd_opt(day.year(), month, 1).unwrap_or(day);
        match self {
            Self::Day => day,
            Self::Week => day - Days::new(u64::from(day.weekday().num_days_from_monday())),
            Self::Month => month(day.month()),
            Self::Quarter => month((day.month() - 1) / 3 * 3 + 1),
            Self::Year => month(1),
        }
    }

    /// The first day of the period after the one that starts on `first_day`.
    fn next(self, first_day: NaiveDate) -> NaiveDate {
        match self {
            Self::Day => first_day + Days::new(1),
            Self::Week => first_day + Days::new(7),
            Self::Month => first_day + Months::new(1),
            Self::Quarter => first_day + Months::new(3),
            Self::Year => first_day + Months::new(12),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{PeriodUnit, periods};
    use chrono::{NaiveDate, NaiveDateTime};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn midnight(text: &str) -> NaiveDateTime {
        day(text).and_hms_opt(0, 0, 0).unwrap()
    }

    #[test]
    fn at_the_first_of_a_month_the_open_period_is_the_month_before() {
        let [period] = periods(PeriodUnit::Month, midnight("2026-11-01"), None, None)[..] else {
            panic!("one period");
        };
        assert_eq!((period.first_day, period.end), (day("2026-10-01"), midnight("2026-11-01")));
    }

    #[test]
    fn an_open_period_ends_at_as_of() {
        let [period] = periods(PeriodUnit::Month, midnight("2026-11-15"), None, None)[..] else {
            panic!("one period");
        };
        assert_eq!((period.first_day, period.end), (day("2026-11-01"), midnight("2026-11-15")));
    }

    #[test]
    fn a_backfill_builds_every_period_between_and_none_after_as_of() {
        let (from, to) = (Some(day("2026-01-20")), Some(day("2026-12-31")));
        let months = periods(PeriodUnit::Month, midnight("2026-04-01"), from, to);
        let first: Vec<String> = months.iter().map(|month| month.first_day.to_string()).collect();
        assert_eq!(first, ["2026-01-01", "2026-02-01", "2026-03-01"]);
    }

    #[test]
    fn weeks_start_on_monday_and_quarters_in_january() {
        assert_eq!(PeriodUnit::Week.first_day(day("2026-11-22")), day("2026-11-16"));
        assert_eq!(PeriodUnit::Quarter.first_day(day("2026-11-22")), day("2026-10-01"));
        assert_eq!(PeriodUnit::Quarter.next(day("2026-10-01")), day("2027-01-01"));
    }
}
