//! The days the demo covers, and instants counted from the first of them.

use std::io::Write as _;

use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime};

/// Seconds since the midnight the window opens at.
pub(super) type Moment = u32;

/// Seconds in an hour.
pub(super) const HOUR: Moment = 3_600;
/// Seconds in a day.
pub(super) const DAY: Moment = 24 * HOUR;

/// Longer windows would not fit a [`Moment`].
const MOST_MONTHS: u32 = 1_200;
/// The last year of dates with four digits, less one for what comes late.
const LAST: i32 = 9998;

/// A half-open run of whole days.
#[derive(Debug)]
pub(super) struct Window {
    opens: i64,
    labels: Vec<String>,
}

impl Window {
    /// `months` calendar months from `start`; none if that is no month, more
    /// than a century, or past the end of the calendar.
    pub(super) fn new(start: NaiveDate, months: u32) -> Option<Self> {
        let end = start.checked_add_months(Months::new(months)).filter(|end| end.year() <= LAST)?;
        let days = u64::try_from(end.signed_duration_since(start).num_days()).ok()?;
        let dates = (0..days).filter_map(|day| start.checked_add_days(Days::new(day)));
        let labels = dates.map(|date| date.to_string()).collect();
        let opens = start.and_time(NaiveTime::MIN).and_utc().timestamp();
        (1..=MOST_MONTHS).contains(&months).then_some(Self { opens, labels })
    }

    /// The number of days, at least 1.
    pub(super) fn days(&self) -> u32 {
        u32::try_from(self.labels.len()).unwrap_or(u32::MAX)
    }

    /// The first instant after the window.
    pub(super) fn end(&self) -> Moment {
        self.days() * DAY
    }

    /// `moment`, or the window's last second if that is earlier.
    pub(super) fn clip(&self, moment: Moment) -> Moment {
        moment.min(self.end() - 1)
    }

    /// The date of a day, as `2023-01-31`.
    pub(super) fn label(&self, day: u32) -> &str {
        self.labels.get(day as usize).map_or("", String::as_str)
    }

    /// Microseconds since 1970.
    pub(super) fn micros(&self, moment: Moment) -> i64 {
        (self.opens + i64::from(moment)) * 1_000_000
    }

    /// Appends `2023-01-31 08:15:00`.
    pub(super) fn write(&self, moment: Moment, out: &mut Vec<u8>) -> std::io::Result<()> {
        let (hour, minute) = (moment % DAY / HOUR, moment % HOUR / 60);
        write!(out, "{} {hour:02}:{minute:02}:{:02}", self.label(moment / DAY), moment % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(months: u32) -> Option<Window> {
        Window::new(NaiveDate::from_ymd_opt(2023, 1, 1)?, months)
    }

    #[test]
    fn a_moment_is_written_as_the_date_and_time_it_is() {
        let (window, mut out) = (window(36).unwrap(), Vec::new());
        window.write(31 * DAY + 8 * HOUR + 15 * 60 + 9, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "2023-02-01 08:15:09");
        assert_eq!(window.micros(1), 1_672_531_201_000_000);
    }

    #[test]
    fn three_years_have_their_leap_day() {
        assert_eq!(window(36).unwrap().days(), 1_096);
    }

    #[test]
    fn a_window_has_from_one_month_to_a_century() {
        assert!(window(0).is_none());
        assert!(window(1_200).is_some());
        assert!(window(1_201).is_none());
    }
}
