//! `date_trunc` and `date_bin`, in the zone's wall time.
//!
//! Units shorter than a day are truncated by the offset of the instant, also in an hour that occurs
//! twice; longer units begin at the first instant of their first day. The engine counts nanoseconds
//! internally, which end in the year 2262; here it is microseconds.

use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDateTime};
use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Int64Type, IntervalMonthDayNano};
use datafusion::common::{internal_err, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::clock::{Clock, columnar, per_second, scaled};
use super::interval::by_months;

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;
/// The first Monday of 1970.
const MONDAY: i64 = 4 * DAY;

/// The length of the unit to which timestamps are truncated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Length {
    /// Microseconds at a fixed offset.
    Time(i64),
    /// Microseconds of whole days.
    Days(i64),
    Months(i32),
}

/// The truncation as a function of a timestamp and perhaps of an origin.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Cut {
    length: Length,
    /// Where counting begins if no origin is given, in microseconds on the wall.
    origin: i64,
    signature: Signature,
}

/// A moment cut to a unit.
pub(super) fn truncated(unit: &str, moment: Expr) -> Result<Expr> {
    let (length, origin) = match unit.to_lowercase().as_str() {
        "microsecond" => (Length::Time(1), 0),
        "millisecond" => (Length::Time(1_000), 0),
        "second" => (Length::Time(SECOND), 0),
        "minute" => (Length::Time(60 * SECOND), 0),
        "hour" => (Length::Time(3_600 * SECOND), 0),
        "day" => (Length::Days(DAY), 0),
        "week" => (Length::Days(7 * DAY), MONDAY),
        "month" => (Length::Months(1), 0),
        "quarter" => (Length::Months(3), 0),
        "year" => (Length::Months(12), 0),
        _ => {
            return plan_err!(
                "'date_trunc' cannot cut to '{unit}', but to a microsecond, millisecond, second, \
                 minute, hour, day, week, month, quarter or year"
            );
        }
    };
    Ok(Cut::call(length, origin, vec![moment]))
}

/// A timestamp truncated to bins of a length, counted from an origin; from 1970-01-01 if there is
/// none.
pub(super) fn binned(
    length: IntervalMonthDayNano,
    moment: Expr,
    origin: Option<Expr>,
) -> Result<Expr> {
    let IntervalMonthDayNano { months, days, nanoseconds } = length;
    let micros =
        i64::from(days).checked_mul(DAY).and_then(|it| it.checked_add(nanoseconds / 1_000));
    let length = match (months, micros) {
        _ if nanoseconds % 1_000 != 0 => None,
        (1.., Some(0)) => Some(Length::Months(months)),
        (0, Some(micros @ 1..)) if micros % DAY == 0 => Some(Length::Days(micros)),
        (0, Some(micros @ 1..)) => Some(Length::Time(micros)),
        _ => None,
    };
    let Some(length) = length else {
        return plan_err!(
            "'date_bin' takes a length above zero, of months alone or of days, hours and parts of \
             them down to a microsecond"
        );
    };
    Ok(Cut::call(length, 0, std::iter::once(moment).chain(origin).collect()))
}

impl Length {
    /// The beginning of the unit that contains a timestamp, in microseconds.
    fn cut(self, clock: Clock, moment: i64, origin: i64) -> Option<i64> {
        let wall = clock.wall(moment, SECOND)?;
        let over = |length: i64| Some(wall.checked_sub(origin)?.rem_euclid(length));
        match self {
            Self::Time(length) => moment.checked_sub(over(length)?),
            Self::Days(length) => clock.instant(wall.checked_sub(over(length)?)?, SECOND),
            Self::Months(months) => clock.instant(of_months(wall, origin, months)?, SECOND),
        }
    }
}

/// The last of the steps of so many months from an origin that is not after a wall time.
fn of_months(wall: i64, origin: i64, months: i32) -> Option<i64> {
    let [at, from] = [wall, origin].map(DateTime::from_timestamp_micros);
    let (at, from) = (at?.naive_utc(), from?.naive_utc());
    let count = |day: &NaiveDateTime| day.year() * 12 + i32::try_from(day.month0()).unwrap_or(0);
    let apart = count(&at).checked_sub(count(&from))?;
    let steps = apart.checked_sub(apart.rem_euclid(months))?;
    let begin = by_months(from, steps)?;
    let begin = if begin > at { by_months(from, steps.checked_sub(months)?)? } else { begin };
    Some(begin.and_utc().timestamp_micros())
}

impl Cut {
    fn call(length: Length, origin: i64, arguments: Vec<Expr>) -> Expr {
        let signature = Signature::variadic_any(Volatility::Immutable);
        ScalarUDF::from(Self { length, origin, signature }).call(arguments)
    }

    fn arrays(&self, moments: &ArrayRef, origins: Option<&ArrayRef>) -> Result<ArrayRef> {
        let (clock, per) = clock(moments)?;
        let walls = origins.map(walls).transpose()?;
        let numbers = cast(moments, &DataType::Int64)?;
        let numbers = numbers.as_primitive::<Int64Type>();
        let cut = numbers.iter().enumerate().map(|(row, moment)| {
            let origin = walls
                .as_ref()
                .map_or(Some(self.origin), |walls| walls.is_valid(row).then(|| walls.value(row)))?;
            let cut = self.length.cut(clock, scaled(moment?, per, SECOND)?, origin)?;
            scaled(cut, SECOND, per)
        });
        let cut = Arc::new(cut.collect::<Int64Array>()) as ArrayRef;
        Ok(cast(&cut, moments.data_type())?)
    }
}

/// The clock of timestamps, and how many of their units make a second.
fn clock(moments: &ArrayRef) -> Result<(Clock, i64)> {
    let DataType::Timestamp(unit, zone) = moments.data_type() else {
        return internal_err!("{} is no timestamp", moments.data_type());
    };
    let clock = zone.as_deref().map_or(Ok(Clock::Ahead(0)), Clock::named)?;
    Ok((clock, per_second(*unit)))
}

/// What clocks show at moments, in microseconds.
fn walls(moments: &ArrayRef) -> Result<Int64Array> {
    let (clock, per) = clock(moments)?;
    let numbers = cast(moments, &DataType::Int64)?;
    let wall = |moment: i64| clock.wall(scaled(moment, per, SECOND)?, SECOND);
    Ok(numbers.as_primitive::<Int64Type>().iter().map(|moment| wall(moment?)).collect())
}

impl ScalarUDFImpl for Cut {
    fn name(&self) -> &'static str {
        "cut_moment"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        Ok(arguments[0].clone())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        columnar(&args.args, |arrays| self.arrays(&arrays[0], arrays.get(1)))
    }
}
