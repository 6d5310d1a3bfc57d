//! Texts, dates and timestamps as moments, and moments as what the clocks of their zone show.

use std::sync::Arc;

use chrono::Utc;
use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::compute::kernels::cast_utils::string_to_datetime;
use datafusion::arrow::datatypes::{DataType, Int64Type, TimeUnit};
use datafusion::common::{exec_err, internal_err};
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::clock::{Clock, per_second};

/// A cast to a timestamp.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Convert {
    to: DataType,
    /// Whether what does not fit is NULL, and not an error.
    lenient: bool,
    signature: Signature,
}

impl Convert {
    /// As `cast` does.
    pub(super) fn exact(to: DataType) -> Self {
        Self { to, lenient: false, signature: Signature::any(1, Volatility::Immutable) }
    }

    /// As `try_cast` does.
    pub(super) fn lenient(to: DataType) -> Self {
        Self { lenient: true, ..Self::exact(to) }
    }

    /// The cast of a value.
    pub(super) fn of(self, value: Expr) -> Expr {
        ScalarUDF::from(self).call(vec![value])
    }

    fn array(&self, values: &ArrayRef) -> Result<ArrayRef> {
        let DataType::Timestamp(unit, zone) = &self.to else {
            return internal_err!("{} is no timestamp", self.to);
        };
        let zone = zone.as_deref().map(Clock::named).transpose()?;
        let converted = match values.data_type() {
            text if text.is_string() => self.texts(values, zone, *unit)?,
            _ => self.numbers(values, zone, *unit)?,
        };
        Ok(cast(&(Arc::new(converted) as ArrayRef), &self.to)?)
    }

    fn texts(&self, values: &ArrayRef, zone: Option<Clock>, unit: TimeUnit) -> Result<Int64Array> {
        let texts = cast(values, &DataType::Utf8View)?;
        let moments = texts.as_string_view().iter().map(|text| {
            let Some(text) = text else { return Ok(None) };
            let moment = moment(text, zone.unwrap_or(Clock::Ahead(0)), unit);
            self.fits(moment, || format!("`{text}`"))
        });
        moments.collect()
    }

    fn numbers(
        &self,
        values: &ArrayRef,
        zone: Option<Clock>,
        unit: TimeUnit,
    ) -> Result<Int64Array> {
        let (values, from, zoned) = match values.data_type() {
            DataType::Timestamp(from, zoned) => {
                (Arc::clone(values), *from, zoned.as_deref().map(Clock::named).transpose()?)
            }
            _ => (
                cast(values, &DataType::Timestamp(TimeUnit::Millisecond, None))?,
                TimeUnit::Millisecond,
                None,
            ),
        };
        let (per, wanted) = (per_second(from), per_second(unit));
        let placed = |value: i64| match (zoned, zone) {
            (Some(clock), None) => clock.wall(value, per),
            (None, Some(clock)) => clock.instant(value, per),
            _ => Some(value),
        };
        let numbers = cast(&values, &DataType::Int64)?;
        let moments = numbers.as_primitive::<Int64Type>().iter().map(|value| {
            let Some(value) = value else { return Ok(None) };
            let moment = placed(value).and_then(|moment| scaled(moment, per, wanted));
            self.fits(moment, || "a value".to_owned())
        });
        moments.collect()
    }

    fn fits(&self, moment: Option<i64>, what: impl FnOnce() -> String) -> Result<Option<i64>> {
        match moment {
            None if !self.lenient => exec_err!("{} is no {}", what(), self.to),
            moment => Ok(moment),
        }
    }
}

/// A number of one unit in another; what is finer is cut off downwards, also before 1970.
fn scaled(value: i64, from: i64, to: i64) -> Option<i64> {
    if from > to { Some(value.div_euclid(from / to)) } else { value.checked_mul(to / from) }
}

/// What a text says, by the clock if it does not say an offset.
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

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        super::clock::columnar(&args.args, |arrays| self.array(&arrays[0]))
    }
}
