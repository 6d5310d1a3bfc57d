//! A timestamp plus or minus months, days and nanoseconds, or a date plus or minus months and days.
//!
//! Months and days are calendar units: the result is the same wall time on another day. Smaller
//! units are elapsed time. A day that a month does not have is its last day. A result outside the
//! years 1 to 9999 is an error.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use chrono::{DateTime, Days, Months, NaiveDateTime};
use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Array};
use datafusion::arrow::compute::{CastOptions, cast, cast_with_options};
use datafusion::arrow::datatypes::{
    DataType, Date32Type, DurationMicrosecondType, Field, FieldRef, Int64Type,
    IntervalMonthDayNano, IntervalMonthDayNanoType, IntervalUnit, TimeUnit,
};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{internal_err, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Expr, Operator, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, Volatility,
};

use super::clock::{Clock, asked, columnar, per_second};
use crate::diagnostic::Place;
use crate::session::OutOfRange;

/// Seconds.
const DAY: i64 = 86_400;

/// `+` or `-` between a timestamp or a date and an interval, in the order they are written.
#[derive(Debug)]
struct Shift {
    operator: Operator,
    place: Option<Place>,
    signature: Signature,
}

/// A shifted timestamp or date, with the position of the operator if it is known.
pub(super) fn shifted(operator: Operator, place: Option<Place>, left: Expr, right: Expr) -> Expr {
    let signature = Signature::any(2, Volatility::Immutable);
    ScalarUDF::from(Shift { operator, place, signature }).call(vec![left, right])
}

/// An interval whose time may be longer than its type can represent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Amount {
    pub(super) months: i32,
    pub(super) days: i64,
    pub(super) nanoseconds: i128,
}

impl Shift {
    fn arrays(&self, sides: &[ArrayRef]) -> Result<ArrayRef> {
        let second = is_shifted(sides[1].data_type());
        let (from, amounts) = if second { (&sides[1], &sides[0]) } else { (&sides[0], &sides[1]) };
        match from.data_type() {
            DataType::Timestamp(unit, zone) => {
                let clock = zone.as_deref().map_or(Ok(Clock::Ahead(0)), Clock::named)?;
                let per = per_second(*unit);
                self.each(sides, from, amounts, |moment, by| {
                    clock.known(later(clock, per, moment, by)?, per)
                })
            }
            DataType::Date32 => self.each(sides, from, amounts, day),
            other => internal_err!("{other} is neither a moment nor a day"),
        }
    }

    /// The result for each value and amount, or the error that names both.
    fn each(
        &self,
        sides: &[ArrayRef],
        from: &ArrayRef,
        amounts: &ArrayRef,
        shift: impl Fn(i64, Amount) -> Option<i64>,
    ) -> Result<ArrayRef> {
        let numbers = match from.data_type() {
            DataType::Date32 => cast(&cast(from, &DataType::Int32)?, &DataType::Int64)?,
            _ => cast(from, &DataType::Int64)?,
        };
        let pairs = numbers.as_primitive::<Int64Type>().iter().zip(read(amounts)?);
        let shifted = pairs.enumerate().map(|(row, pair)| {
            let (Some(value), Some(amount)) = pair else { return Ok(None) };
            match self.signed(amount).and_then(|by| shift(value, by)) {
                None => Err(self.beyond(sides, row)?.into()),
                known => Ok(known),
            }
        });
        let shifted = shifted.collect::<Result<Int64Array>>()?;
        match from.data_type() {
            DataType::Date32 => {
                Ok(Arc::new(shifted.unary_opt::<_, Date32Type>(|it| it.try_into().ok())))
            }
            moment => Ok(cast(&shifted, moment)?),
        }
    }

    fn signed(&self, amount: Amount) -> Option<Amount> {
        if self.operator == Operator::Plus {
            return Some(amount);
        }
        let Amount { months, days, nanoseconds } = amount;
        let (months, days) = (months.checked_neg()?, days.checked_neg()?);
        Some(Amount { months, days, nanoseconds: nanoseconds.checked_neg()? })
    }

    fn beyond(&self, sides: &[ArrayRef], row: usize) -> Result<OutOfRange> {
        let [left, right] = [0, 1].map(|side| array_value_to_string(&sides[side], row));
        let message =
            format!("`{} {} {}` is beyond the years 1 to 9999", left?, self.operator, right?);
        let help = "leave such values as they are: `case when … < '9999-01-01' then … end`";
        Ok(OutOfRange::new(message, help, self.place.as_ref()))
    }
}

/// Whether a type can be shifted.
pub(super) fn is_shifted(of: &DataType) -> bool {
    matches!(of, DataType::Timestamp(..) | DataType::Date32)
}

/// Intervals, durations as intervals, and whole numbers as days.
pub(super) fn read(amounts: &ArrayRef) -> Result<Vec<Option<Amount>>> {
    if amounts.data_type().is_integer() {
        let strict = CastOptions { safe: false, ..CastOptions::default() };
        let days = cast_with_options(amounts, &DataType::Int64, &strict)?;
        let amount = |days| Amount { months: 0, days, nanoseconds: 0 };
        return Ok(days.as_primitive::<Int64Type>().iter().map(|it| it.map(amount)).collect());
    }
    if let DataType::Duration(_) = amounts.data_type() {
        let micros = cast(amounts, &DataType::Duration(TimeUnit::Microsecond))?;
        let micros = micros.as_primitive::<DurationMicrosecondType>().iter();
        let amount =
            |micros| Amount { months: 0, days: 0, nanoseconds: i128::from(micros) * 1_000 };
        return Ok(micros.map(|it: Option<i64>| it.map(amount)).collect());
    }
    let intervals = cast(amounts, &DataType::Interval(IntervalUnit::MonthDayNano))?;
    let amount = |it: IntervalMonthDayNano| Amount {
        months: it.months,
        days: it.days.into(),
        nanoseconds: it.nanoseconds.into(),
    };
    let intervals = intervals.as_primitive::<IntervalMonthDayNanoType>();
    Ok(intervals.iter().map(|it| it.map(amount)).collect())
}

fn later(clock: Clock, per: i64, moment: i64, by: Amount) -> Option<i64> {
    let moment = match (by.months, by.days) {
        (0, 0) => moment,
        (months, days) => calendar(clock, per, moment, months, days)?,
    };
    let passed = by.nanoseconds.checked_mul(per.into())?.div_euclid(1_000_000_000);
    moment.checked_add(i64::try_from(passed).ok()?)
}

/// A number of days since 1970 later.
fn day(day: i64, by: Amount) -> Option<i64> {
    let midnight = DateTime::from_timestamp(day.checked_mul(DAY)?, 0)?.naive_utc();
    let midnight = by_days(by_months(midnight, by.months)?, by.days)?;
    let seconds = midnight.and_utc().timestamp();
    Clock::Ahead(0).known(seconds, 1).map(|seconds| seconds / DAY)
}

/// The same time of another day, with the same offset if it occurs twice.
fn calendar(clock: Clock, per: i64, moment: i64, months: i32, days: i64) -> Option<i64> {
    let ahead = clock.ahead(moment.div_euclid(per))?;
    let wall = moment.checked_add(ahead.checked_mul(per)?)?;
    let local = DateTime::from_timestamp(wall.div_euclid(per), 0)?.naive_utc();
    let local = by_days(by_months(local, months)?, days)?;
    let wall = local.and_utc().timestamp().checked_mul(per)?.checked_add(wall.rem_euclid(per))?;
    let same = wall.checked_sub(ahead.checked_mul(per)?)?;
    if clock.wall(same, per) == Some(wall) { Some(same) } else { clock.instant(wall, per) }
}

/// A number of months later on the calendar.
pub(super) fn by_months(local: NaiveDateTime, months: i32) -> Option<NaiveDateTime> {
    let by = Months::new(months.unsigned_abs());
    if months < 0 { local.checked_sub_months(by) } else { local.checked_add_months(by) }
}

fn by_days(local: NaiveDateTime, days: i64) -> Option<NaiveDateTime> {
    let by = Days::new(days.unsigned_abs());
    if days < 0 { local.checked_sub_days(by) } else { local.checked_add_days(by) }
}

impl ScalarUDFImpl for Shift {
    fn name(&self) -> &'static str {
        if self.operator == Operator::Plus { "later" } else { "earlier" }
    }

    /// Columns are named as for the engine's operator.
    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        let sides: Vec<String> = args.iter().map(|arg| arg.schema_name().to_string()).collect();
        Ok(sides.join(&format!(" {} ", self.operator)))
    }

    fn display_name(&self, args: &[Expr]) -> Result<String> {
        let sides: Vec<String> = args.iter().map(ToString::to_string).collect();
        Ok(sides.join(&format!(" {} ", self.operator)))
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, sides: &[DataType]) -> Result<DataType> {
        let shifted = sides.iter().find(|of| is_shifted(of)).cloned();
        shifted.map_or_else(|| plan_err!("`{}` has no moment or day beside it", self.operator), Ok)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let types: Vec<_> = args.arg_fields.iter().map(|it| it.data_type().clone()).collect();
        let nullable = args.arg_fields.iter().any(|it| it.is_nullable());
        Ok(Arc::new(Field::new(self.name(), self.return_type(&types)?, nullable)))
    }

    fn simplify(&self, args: Vec<Expr>, _: &SimplifyContext) -> Result<ExprSimplifyResult> {
        asked(&args, |sides| columnar(sides, |sides| self.arrays(sides)))?;
        Ok(ExprSimplifyResult::Original(args))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        columnar(&args.args, |sides| self.arrays(sides))
    }
}

// An operator is the same wherever it is written.
impl PartialEq for Shift {
    fn eq(&self, other: &Self) -> bool {
        self.operator == other.operator
    }
}

impl Eq for Shift {}

impl Hash for Shift {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.operator.hash(state);
    }
}
