//! Multiples of an interval: `n * interval '1 day'`.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, DurationMicrosecondArray, Int64Array, IntervalMonthDayNanoArray,
};
use datafusion::arrow::compute::{CastOptions, cast, cast_with_options};
use datafusion::arrow::datatypes::{
    DataType, DurationMicrosecondType, Int64Type, IntervalMonthDayNano, IntervalUnit, TimeUnit,
};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{Diagnostic, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Expr, Operator, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

use super::clock::{asked, columnar};
use super::interval::{Amount, read};
use super::length::is_length;
use super::span;
use crate::diagnostic::Place;
use crate::session::OutOfRange;

/// An interval times an integer, in the order they are written.
#[derive(Debug)]
pub(super) struct Multiple {
    place: Option<Place>,
    signature: Signature,
}

/// The product of an interval and an integer; rejects every other operator and number.
pub(super) fn multiple(
    operator: Operator,
    place: Option<Place>,
    sides: &[Expr; 2],
    types: &[DataType; 2],
) -> Result<Expr> {
    if operator != Operator::Multiply || !types.iter().any(DataType::is_integer) {
        let named = sides.iter().find(|side| span(side).is_some());
        let said = Diagnostic::new_error("an operator beside time", named.and_then(span));
        return plan_err!(
            "'{operator}' does not go with a length of time and {}: multiply by a whole number, or \
             compute with its seconds, `extract(epoch from …)`",
            types.iter().find(|of| !is_length(of)).unwrap_or(&DataType::Null); diagnostic = said
        );
    }
    let signature = Signature::any(2, Volatility::Immutable);
    Ok(ScalarUDF::from(Multiple { place, signature }).call(sides.to_vec()))
}

impl Multiple {
    fn arrays(&self, sides: &[ArrayRef]) -> Result<ArrayRef> {
        let second = is_length(sides[1].data_type());
        let (lengths, times) = if second { (&sides[1], &sides[0]) } else { (&sides[0], &sides[1]) };
        let strict = CastOptions { safe: false, ..CastOptions::default() };
        let times = cast_with_options(times, &DataType::Int64, &strict)?;
        let times = times.as_primitive::<Int64Type>();
        match lengths.data_type() {
            DataType::Duration(_) => self.durations(sides, lengths, times),
            _ => self.intervals(sides, lengths, times),
        }
    }

    fn durations(
        &self,
        sides: &[ArrayRef],
        lengths: &ArrayRef,
        times: &Int64Array,
    ) -> Result<ArrayRef> {
        let micros = cast(lengths, &DataType::Duration(TimeUnit::Microsecond))?;
        let micros = micros.as_primitive::<DurationMicrosecondType>().iter();
        let products = micros.zip(times).enumerate().map(|(row, pair)| {
            let (Some(length), Some(times)) = pair else { return Ok(None) };
            self.known(length.checked_mul(times), sides, row)
        });
        Ok(Arc::new(products.collect::<Result<DurationMicrosecondArray>>()?))
    }

    fn intervals(
        &self,
        sides: &[ArrayRef],
        lengths: &ArrayRef,
        times: &Int64Array,
    ) -> Result<ArrayRef> {
        let products = read(lengths)?.into_iter().zip(times).enumerate().map(|(row, pair)| {
            let (Some(length), Some(times)) = pair else { return Ok(None) };
            self.known(product(length, times), sides, row)
        });
        Ok(Arc::new(products.collect::<Result<IntervalMonthDayNanoArray>>()?))
    }

    fn known<T>(&self, product: Option<T>, sides: &[ArrayRef], row: usize) -> Result<Option<T>> {
        if product.is_some() {
            return Ok(product);
        }
        let [left, right] = [0, 1].map(|side| array_value_to_string(&sides[side], row));
        let message = format!("`{} * {}` is longer than any length of time", left?, right?);
        Err(OutOfRange::new(message, "multiply by less", self.place.as_ref()).into())
    }
}

fn product(length: Amount, times: i64) -> Option<IntervalMonthDayNano> {
    let part = |part: i64| part.checked_mul(times);
    Some(IntervalMonthDayNano {
        months: part(length.months.into())?.try_into().ok()?,
        days: part(length.days)?.try_into().ok()?,
        nanoseconds: part(length.nanoseconds.try_into().ok()?)?,
    })
}

impl ScalarUDFImpl for Multiple {
    fn name(&self) -> &'static str {
        "multiple"
    }

    /// Columns are named as for the engine's operator.
    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        let sides: Vec<String> = args.iter().map(|arg| arg.schema_name().to_string()).collect();
        Ok(sides.join(" * "))
    }

    fn display_name(&self, args: &[Expr]) -> Result<String> {
        let sides: Vec<String> = args.iter().map(ToString::to_string).collect();
        Ok(sides.join(" * "))
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, sides: &[DataType]) -> Result<DataType> {
        let duration = sides.iter().any(|of| matches!(of, DataType::Duration(_)));
        Ok(match duration {
            true => DataType::Duration(TimeUnit::Microsecond),
            false => DataType::Interval(IntervalUnit::MonthDayNano),
        })
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
impl PartialEq for Multiple {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Multiple {}

impl Hash for Multiple {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}
