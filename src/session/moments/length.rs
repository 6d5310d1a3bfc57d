//! How long durations and intervals are.
//!
//! The engine casts a duration beside an interval to an interval, and compares months, then
//! days, then nanoseconds: no number of hours then equals a day. Here lengths in microseconds are
//! compared, with 24 hours a day and 30 days a month, as in `PostgreSQL`. If the result is one of
//! the compared values, months are rejected: as 30 days they would not be what was written.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, DurationMicrosecondArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::compute::kernels::cast_utils::IntervalUnit;
use datafusion::arrow::datatypes::{
    DataType, DurationMicrosecondType, Float64Type, Int32Type, TimeUnit,
};
use datafusion::common::{exec_datafusion_err, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::clock::{asked, columnar};
use super::interval::{Amount, read};

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;
const MICROS: DataType = DataType::Duration(TimeUnit::Microsecond);

/// Whether values of a type are durations or intervals.
pub(super) fn is_length(of: &DataType) -> bool {
    matches!(of, DataType::Interval(_) | DataType::Duration(_))
}

/// Whether a type contains intervals, which the engine compares part by part.
pub(super) fn is_interval(of: &DataType) -> bool {
    matches!(of, DataType::Interval(_))
}

/// A duration or interval as a duration in microseconds.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Length {
    /// How many days a month is, if months are allowed.
    month: Option<i64>,
    signature: Signature,
}

/// The length that is compared.
pub(super) fn compared(value: Expr) -> Expr {
    Length::call(Some(30), value)
}

/// The length that may be the result.
pub(super) fn answered(value: Expr) -> Expr {
    Length::call(None, value)
}

impl Length {
    fn call(month: Option<i64>, value: Expr) -> Expr {
        let signature = Signature::any(1, Volatility::Immutable);
        ScalarUDF::from(Self { month, signature }).call(vec![value])
    }

    fn micros(&self, amount: Amount) -> Result<i64> {
        let month = match (self.month, amount.months) {
            (Some(days), _) => days,
            (None, 0) => 0,
            (None, _) => {
                return plan_err!(
                    "A month has no one length: of intervals with months, `least`, `greatest` and \
                     `nullif` have no answer. Write days, or a `case` with a comparison, in which a \
                     month is 30 days"
                );
            }
        };
        let days = i128::from(amount.months) * i128::from(month) + i128::from(amount.days);
        let micros = days * i128::from(DAY) + amount.nanoseconds.div_euclid(1_000);
        i64::try_from(micros)
            .map_err(|_| exec_datafusion_err!("an interval of more than 292,000 years"))
    }

    fn array(&self, values: &ArrayRef) -> Result<ArrayRef> {
        let micros = read(values)?.into_iter().map(|it| it.map(|it| self.micros(it)).transpose());
        Ok(Arc::new(micros.collect::<Result<DurationMicrosecondArray>>()?))
    }
}

impl ScalarUDFImpl for Length {
    fn name(&self) -> &'static str {
        "length_of_time"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(MICROS)
    }

    fn simplify(&self, args: Vec<Expr>, _: &SimplifyContext) -> Result<ExprSimplifyResult> {
        asked(&args, |values| columnar(values, |arrays| self.array(&arrays[0])))?;
        Ok(ExprSimplifyResult::Original(args))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        columnar(&args.args, |arrays| self.array(&arrays[0]))
    }
}

/// A part of a duration: whole days, and the remaining hours, minutes and seconds.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Part {
    /// Microseconds of one, and after how many counting restarts; `None` for all of it in seconds.
    unit: Option<(i64, i64)>,
    signature: Signature,
}

/// The part of a duration by its name in `extract`. The engine returns the total in every unit, and
/// uses nanoseconds, which end after 292 years, for the seconds.
pub(super) fn part(name: &str, duration: Expr) -> Result<Expr> {
    let name = name.trim_matches(['\'', '"']);
    let unit = match name.parse() {
        _ if name.eq_ignore_ascii_case("epoch") => None,
        Ok(IntervalUnit::Day) => Some((DAY, i64::MAX)),
        Ok(IntervalUnit::Hour) => Some((3_600 * SECOND, 24)),
        Ok(IntervalUnit::Minute) => Some((60 * SECOND, 60)),
        Ok(IntervalUnit::Second) => Some((SECOND, 60)),
        Ok(IntervalUnit::Millisecond) => Some((1_000, 60_000)),
        Ok(IntervalUnit::Microsecond) => Some((1, 60 * SECOND)),
        _ => {
            return super::refused_at(
                &duration,
                &format!(
                    "A difference of moments has no '{}': it has days, and hours, minutes and seconds besides, \
             and `extract(epoch from …)` is all of it in seconds",
                    name.to_lowercase()
                ),
            );
        }
    };
    let signature = Signature::any(1, Volatility::Immutable);
    Ok(ScalarUDF::from(Part { unit, signature }).call(vec![duration]))
}

impl Part {
    #[expect(clippy::cast_precision_loss, reason = "a float holds no more")]
    fn array(&self, durations: &ArrayRef) -> Result<ArrayRef> {
        let micros = cast(durations, &MICROS)?;
        let micros = micros.as_primitive::<DurationMicrosecondType>();
        Ok(match self.unit {
            None => Arc::new(micros.unary::<_, Float64Type>(|it| it as f64 / SECOND as f64)),
            Some((unit, within)) => Arc::new(
                micros.unary_opt::<_, Int32Type>(|it| i32::try_from(it / unit % within).ok()),
            ),
        })
    }
}

impl ScalarUDFImpl for Part {
    fn name(&self) -> &'static str {
        "part_of_time"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(if self.unit.is_some() { DataType::Int32 } else { DataType::Float64 })
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        columnar(&args.args, |arrays| self.array(&arrays[0]))
    }
}
