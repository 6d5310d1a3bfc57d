//! As-of: the instant as of which a run sees the data, and which instants are allowed.
//!
//! A nightly run uses whole days of the pipeline's zone, or whole periods if the pipeline says so.
//! Schedulers pass instants of their own zone, which may be within a day of the pipeline's: using
//! them as they are would publish an incomplete day, and sometimes an incomplete month. Such an
//! instant is rejected unless the command line says how to use it.

use chrono::{DateTime, Datelike, NaiveDate};
use chrono_tz::Tz;

use super::RequestError;
use crate::declare::AsOf;
use crate::plan::Plan;
use crate::zone::{first_instant, parse, written};

/// How to use an as-of within a day or a period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Within {
    /// Refuse it.
    #[default]
    Refuse,
    /// Go back to the beginning of the day or the period.
    Snap,
    /// Use it as it is, and cut the day.
    Exact,
}

/// As-of from a date, a wall time of the pipeline's zone, or a timestamp with an offset.
///
/// # Errors
/// The text is none of these, or is within a day or a period and `within` rejects that.
pub fn as_of(plan: &Plan, text: &str, within: Within) -> Result<DateTime<Tz>, RequestError> {
    let instant = parse(plan.time_zone, text).ok_or_else(|| RequestError::AsOf(text.to_owned()))?;
    if !is_told(instant.date_naive()) || !is_told(instant.naive_utc().date()) {
        return Err(RequestError::Years { option: "--as-of", text: text.to_owned() });
    }
    let (begins, next) = around(plan, instant);
    let begin = first_instant(plan.time_zone, begins);
    match within {
        _ if begin == instant => Ok(instant),
        Within::Exact => Ok(instant),
        Within::Snap => Ok(begin),
        Within::Refuse => Err(RequestError::WithinAsOf {
            text: text.to_owned(),
            wall: written(instant),
            zone: plan.time_zone,
            unit: plan.as_of.noun(),
            begins,
            next,
        }),
    }
}

/// Whether a day, and the periods around it, can be represented as instants in every zone.
pub(super) fn is_told(day: NaiveDate) -> bool {
    (2..=9999).contains(&day.year())
}

/// The first day of the unit that contains an instant, and of the next one.
fn around(plan: &Plan, instant: DateTime<Tz>) -> (NaiveDate, NaiveDate) {
    let unit = plan.as_of.unit(plan.unit);
    let begins = unit.first_day(instant.date_naive());
    (begins, unit.next(begins))
}

impl AsOf {
    fn noun(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Period => "period",
        }
    }
}
