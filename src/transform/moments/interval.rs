//! A moment so many months, days and nanoseconds later or earlier.
//!
//! Months and days are of the calendar: the clock shows the same time on another day. What is shorter
//! is time that passes. A day that a month does not have is the last one it has.

use std::sync::Arc;

use chrono::{DateTime, Days, Months, NaiveDateTime};
use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{
    DataType, Int64Type, IntervalMonthDayNano, IntervalMonthDayNanoType, IntervalUnit,
};
use datafusion::common::{exec_err, internal_err};
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::clock::{Clock, columnar, per_second};

/// The direction of a shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Shift {
    sign: i8,
}

/// The shift as a function.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Shifted {
    shift: Shift,
    signature: Signature,
}

impl Shift {
    /// Towards the future.
    pub(super) const LATER: Self = Self { sign: 1 };
    /// Towards the past.
    pub(super) const EARLIER: Self = Self { sign: -1 };

    /// A moment shifted by an interval.
    pub(super) fn of(self, moment: Expr, interval: Expr) -> Expr {
        let signature = Signature::any(2, Volatility::Immutable);
        ScalarUDF::from(Shifted { shift: self, signature }).call(vec![moment, interval])
    }

    fn arrays(self, moments: &ArrayRef, intervals: &ArrayRef) -> Result<ArrayRef> {
        let DataType::Timestamp(unit, Some(zone)) = moments.data_type() else {
            return internal_err!("{} is no moment", moments.data_type());
        };
        let (clock, per) = (Clock::named(zone)?, per_second(*unit));
        let numbers = cast(moments, &DataType::Int64)?;
        let intervals = cast(intervals, &DataType::Interval(IntervalUnit::MonthDayNano))?;
        let pairs = numbers
            .as_primitive::<Int64Type>()
            .iter()
            .zip(intervals.as_primitive::<IntervalMonthDayNanoType>().iter());
        let shifted = pairs.map(|pair| {
            let (Some(moment), Some(interval)) = pair else { return Ok(None) };
            let shifted = self.shifted(clock, per, moment, interval);
            if shifted.is_none() {
                return exec_err!("a moment and an interval are too large to be added");
            }
            Ok(shifted)
        });
        let shifted = Arc::new(shifted.collect::<Result<Int64Array>>()?) as ArrayRef;
        Ok(cast(&shifted, moments.data_type())?)
    }

    fn shifted(
        self,
        clock: Clock,
        per: i64,
        moment: i64,
        interval: IntervalMonthDayNano,
    ) -> Option<i64> {
        let sign = i32::from(self.sign);
        let (months, days) = (interval.months.checked_mul(sign)?, interval.days.checked_mul(sign)?);
        let moment = match (months, days) {
            (0, 0) => moment,
            _ => calendar(clock, per, moment, months, days)?,
        };
        let nanos = i128::from(interval.nanoseconds) * i128::from(sign);
        let passed = (nanos * i128::from(per)).div_euclid(1_000_000_000);
        moment.checked_add(i64::try_from(passed).ok()?)
    }
}

/// The same time of another day, by the same offset where it comes twice.
fn calendar(clock: Clock, per: i64, moment: i64, months: i32, days: i32) -> Option<i64> {
    let ahead = clock.ahead(moment.div_euclid(per))?;
    let wall = moment.checked_add(ahead.checked_mul(per)?)?;
    let local = DateTime::from_timestamp(wall.div_euclid(per), 0)?.naive_utc();
    let local = by_days(by_months(local, months)?, days)?;
    let wall = local.and_utc().timestamp().checked_mul(per)?.checked_add(wall.rem_euclid(per))?;
    let same = wall.checked_sub(ahead.checked_mul(per)?)?;
    if clock.wall(same, per) == Some(wall) { Some(same) } else { clock.instant(wall, per) }
}

fn by_months(local: NaiveDateTime, months: i32) -> Option<NaiveDateTime> {
    let by = Months::new(months.unsigned_abs());
    if months < 0 { local.checked_sub_months(by) } else { local.checked_add_months(by) }
}

fn by_days(local: NaiveDateTime, days: i32) -> Option<NaiveDateTime> {
    let by = Days::new(days.unsigned_abs().into());
    if days < 0 { local.checked_sub_days(by) } else { local.checked_add_days(by) }
}

impl ScalarUDFImpl for Shifted {
    fn name(&self) -> &'static str {
        if self.shift == Shift::LATER { "later" } else { "earlier" }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        Ok(arguments[0].clone())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        columnar(&args.args, |arrays| self.shift.arrays(&arrays[0], &arrays[1]))
    }
}
