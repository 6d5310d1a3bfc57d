//! Conversion of texts, dates, numbers and timestamps to instants, and of instants to the wall time
//! of their zone.

use std::sync::Arc;

use chrono::Utc;
use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Array, new_null_array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::compute::kernels::cast_utils::string_to_datetime;
use datafusion::arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Field, FieldRef, Float64Type, Int64Type, TimeUnit,
};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{exec_err, internal_err};
use datafusion::error::Result;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

use super::clock::{Clock, asked, columnar, per_second, scaled};

const YEARS: &str = "of the years 1 to 9999";
const WRITTEN: &str = "such as `2024-01-31 23:59:59`, of the years 1 to 9999";

/// A cast to a timestamp.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Convert {
    to: DataType,
    /// How many units of the numbers make a second.
    counted: i64,
    /// Whether an invalid value is NULL, and not an error.
    lenient: bool,
    signature: Signature,
}

/// Whether values of a type can become moments.
pub(super) fn is_convertible(from: &DataType) -> bool {
    let decimal = matches!(
        from,
        DataType::Decimal32(..) | DataType::Decimal64(..) | DataType::Decimal128(..)
    );
    let temporal = matches!(from, DataType::Date32 | DataType::Date64 | DataType::Timestamp(..));
    from.is_string() || from.is_integer() || from.is_floating() || decimal || temporal
}

impl Convert {
    /// As `cast` does.
    pub(super) fn exact(to: DataType) -> Self {
        let signature = Signature::any(1, Volatility::Immutable);
        Self { to, counted: 1, lenient: false, signature }
    }

    /// As `try_cast` does.
    pub(super) fn lenient(to: DataType) -> Self {
        Self { lenient: true, ..Self::exact(to) }
    }

    /// The cast where numbers count parts of a second.
    pub(super) fn counting(to: DataType, counted: i64) -> Self {
        Self { counted, ..Self::exact(to) }
    }

    /// The type that values become.
    pub(super) fn target(&self) -> &DataType {
        &self.to
    }

    /// The cast of a value.
    pub(super) fn of(self, value: Expr) -> Expr {
        ScalarUDF::from(self).call(vec![value])
    }

    /// The cast of an array.
    pub(super) fn array(&self, values: &ArrayRef) -> Result<ArrayRef> {
        let moments = match values.data_type() {
            DataType::Null => return Ok(new_null_array(&self.to, values.len())),
            text if text.is_string() => {
                let texts = cast(values, &DataType::Utf8View)?;
                return self.texts(&texts, moment, WRITTEN);
            }
            DataType::Timestamp(..) => self.timestamps(values)?,
            DataType::Date32 | DataType::Date64 => self.days(values)?,
            _ => self.counts(values)?,
        };
        self.all(values, moments, YEARS)
    }

    /// Texts that are parsed by a separate rule, and the message for invalid ones.
    pub(super) fn texts(
        &self,
        texts: &ArrayRef,
        read: impl Fn(&str, Clock, TimeUnit) -> Option<i64>,
        wrong: &str,
    ) -> Result<ArrayRef> {
        let (unit, clock) = self.unit()?;
        let clock = clock.unwrap_or(Clock::Ahead(0));
        let moments = texts.as_string_view().iter().map(|text| read(text?, clock, unit));
        self.all(texts, moments.collect(), wrong)
    }

    fn unit(&self) -> Result<(TimeUnit, Option<Clock>)> {
        let DataType::Timestamp(unit, zone) = &self.to else {
            return internal_err!("{} is no timestamp", self.to);
        };
        Ok((*unit, zone.as_deref().map(Clock::named).transpose()?))
    }

    /// The instant of each value, if it has one.
    fn timestamps(&self, values: &ArrayRef) -> Result<Vec<Option<i64>>> {
        let DataType::Timestamp(from, zoned) = values.data_type() else {
            return internal_err!("{} is no timestamp", values.data_type());
        };
        let (unit, zone) = self.unit()?;
        let zoned = zoned.as_deref().map(Clock::named).transpose()?;
        let (per, wanted) = (per_second(*from), per_second(unit));
        let placed = |value: i64| match (zoned, zone) {
            (Some(clock), None) => clock.wall(value, per),
            (None, Some(clock)) => clock.instant(value, per),
            _ => Some(value),
        };
        let moment = |value| placed(value).and_then(|moment| scaled(moment, per, wanted));
        let numbers = cast(values, &DataType::Int64)?;
        Ok(numbers.as_primitive::<Int64Type>().iter().map(|it| moment(it?)).collect())
    }

    fn days(&self, values: &ArrayRef) -> Result<Vec<Option<i64>>> {
        let (unit, zone) = self.unit()?;
        let clock = zone.unwrap_or(Clock::Ahead(0));
        let per = per_second(unit);
        let first =
            |day: i32| clock.instant(i64::from(day).checked_mul(86_400)?.checked_mul(per)?, per);
        let days = cast(values, &DataType::Date32)?;
        Ok(days.as_primitive::<Date32Type>().iter().map(|day| first(day?)).collect())
    }

    fn counts(&self, values: &ArrayRef) -> Result<Vec<Option<i64>>> {
        let (unit, _) = self.unit()?;
        let (counted, wanted) = (i128::from(self.counted), i128::from(per_second(unit)));
        let exact = |value: i128, parts: i128| {
            let moment = value.checked_mul(wanted)?.div_euclid(counted.checked_mul(parts)?);
            i64::try_from(moment).ok()
        };
        if values.data_type().is_floating() {
            let floats = cast(values, &DataType::Float64)?;
            let factor = per_second(unit) as f64 / self.counted as f64;
            let moment = |value: f64| nearest(value * factor);
            return Ok(floats.as_primitive::<Float64Type>().iter().map(|it| moment(it?)).collect());
        }
        let (precision, scale) = match values.data_type() {
            DataType::Decimal32(_, scale)
            | DataType::Decimal64(_, scale)
            | DataType::Decimal128(_, scale) => (38, *scale),
            _ => (20, 0),
        };
        let parts = 10_i128.pow(u32::try_from(scale).unwrap_or(0));
        let values = cast(values, &DataType::Decimal128(precision, scale))?;
        let values = values.as_primitive::<Decimal128Type>().iter();
        Ok(values.map(|value| exact(value?, parts)).collect())
    }

    /// The instants in the declared type; an invalid value is NULL or an error.
    fn all(&self, values: &ArrayRef, moments: Vec<Option<i64>>, wrong: &str) -> Result<ArrayRef> {
        let (unit, clock) = self.unit()?;
        let clock = clock.unwrap_or(Clock::Ahead(0));
        let moments = moments.into_iter().enumerate().map(|(row, moment)| {
            match moment.and_then(|moment| clock.known(moment, per_second(unit))) {
                None if !self.lenient && values.is_valid(row) => {
                    let written = array_value_to_string(values, row)?;
                    exec_err!("`{written}` is no timestamp {wrong}")
                }
                moment => Ok(moment),
            }
        });
        let moments = Arc::new(moments.collect::<Result<Int64Array>>()?) as ArrayRef;
        Ok(cast(&moments, &self.to)?)
    }
}

/// The integer nearest to a float, if it fits into 64 bits.
#[expect(clippy::cast_possible_truncation, reason = "the bounds are checked")]
fn nearest(value: f64) -> Option<i64> {
    (value.abs() < 9.0e18).then(|| value.round() as i64)
}

/// The instant of a text, in the zone if it has no offset.
fn moment(text: &str, clock: Clock, unit: TimeUnit) -> Option<i64> {
    let text = text.trim();
    let read = string_to_datetime(&Utc, text).ok()?;
    let says = text.get(10..)?.contains(|c: char| c.is_alphabetic() && !matches!(c, 'T' | 't'))
        || text.get(10..)?.contains(['+', '-']);
    let per = per_second(unit);
    let fraction = i64::from(read.timestamp_subsec_nanos()) / (1_000_000_000 / per);
    let number = read.timestamp().checked_mul(per)?.checked_add(fraction)?;
    if says { Some(number) } else { clock.instant(number, per) }
}

impl ScalarUDFImpl for Convert {
    fn name(&self) -> &'static str {
        if self.lenient { "try_moment" } else { "moment" }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.to.clone())
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let nullable = self.lenient || args.arg_fields[0].is_nullable();
        Ok(Arc::new(Field::new(self.name(), self.to.clone(), nullable)))
    }

    fn simplify(&self, args: Vec<Expr>, _: &SimplifyContext) -> Result<ExprSimplifyResult> {
        asked(&args, |values| columnar(values, |arrays| self.array(&arrays[0])))?;
        Ok(ExprSimplifyResult::Original(args))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        columnar(&args.args, |arrays| self.array(&arrays[0]))
    }
}
