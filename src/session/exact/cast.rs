//! Casts that the engine computes through binary fractions or truncates towards 1970.
//!
//! A float becomes the decimal of its notation ([`super::written`]). A timestamp that
//! loses digits is rounded down; the engine truncates towards zero, which is forwards before 1970:
//! half a second before midnight of 1969-12-31 became 1970.

use std::hash::Hash;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, Int64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float32Type, Float64Type, Int64Type, TimeUnit};
use datafusion::common::{DFSchema, Result, ScalarValue, internal_err};
use datafusion::logical_expr::expr::{Cast, ScalarFunction, TryCast};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ExprSchemable, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

use super::decimal::within;
use super::written::Written;
use crate::session::OutOfRange;

/// The cast that replaces the engine's, if it is one of ours.
pub(super) fn exact(expr: &Expr, schema: &DFSchema) -> Result<Option<Expr>> {
    let (inner, field, lenient) = match expr {
        Expr::Cast(Cast { expr, field }) => (expr, field, false),
        Expr::TryCast(TryCast { expr, field }) => (expr, field, true),
        Expr::ScalarFunction(function) if function.func.name() == "arrow_cast" => {
            return named(function, &expr.get_type(schema)?, schema);
        }
        _ => return Ok(None),
    };
    let (from, target) = (inner.get_type(schema)?, field.data_type());
    Ok(is_ours(&from, target).then(|| call(inner.as_ref().clone(), target, lenient)))
}

fn call(inner: Expr, target: &DataType, lenient: bool) -> Expr {
    let signature = Signature::any(1, Volatility::Immutable);
    ScalarUDF::new_from_impl(Exact { target: target.clone(), lenient, signature }).call(vec![inner])
}

fn is_ours(from: &DataType, target: &DataType) -> bool {
    match (from, target) {
        (DataType::Float32 | DataType::Float64, DataType::Decimal128(..)) => true,
        // From one clock to another is not a matter of digits.
        (DataType::Timestamp(from, here), DataType::Timestamp(to, there)) => {
            here == there && ticks(*from) > ticks(*to)
        }
        _ => false,
    }
}

/// `arrow_cast`, which becomes a cast only later.
fn named(function: &ScalarFunction, target: &DataType, schema: &DFSchema) -> Result<Option<Expr>> {
    let inner = &function.args[0];
    let ours = is_ours(&inner.get_type(schema)?, target);
    Ok(ours.then(|| call(inner.clone(), target, false)))
}

/// How many of a unit make a second.
fn ticks(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => 1,
        TimeUnit::Millisecond => 1_000,
        TimeUnit::Microsecond => 1_000_000,
        TimeUnit::Nanosecond => 1_000_000_000,
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Exact {
    target: DataType,
    lenient: bool,
    signature: Signature,
}

impl ScalarUDFImpl for Exact {
    fn name(&self) -> &'static str {
        "exact_cast"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.target.clone())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let constant = matches!(args.args[0], ColumnarValue::Scalar(_));
        let column = ColumnarValue::values_to_arrays(&args.args)?.swap_remove(0);
        let answer = match (column.data_type(), &self.target) {
            (DataType::Float64, DataType::Decimal128(precision, scale)) => {
                let values = column.as_primitive::<Float64Type>().iter();
                let texts = values.map(|value| value.map(|value| format!("{value:e}")));
                self.decimals(texts, *precision, *scale)?
            }
            (DataType::Float32, DataType::Decimal128(precision, scale)) => {
                let values = column.as_primitive::<Float32Type>().iter();
                let texts = values.map(|value| value.map(|value| format!("{value:e}")));
                self.decimals(texts, *precision, *scale)?
            }
            (DataType::Timestamp(from, _), DataType::Timestamp(to, _)) => {
                moments(&column, ticks(*from) / ticks(*to), &self.target)?
            }
            (from, target) => return internal_err!("a cast from {from} to {target}"),
        };
        match constant {
            true => Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&answer, 0)?)),
            false => Ok(ColumnarValue::Array(answer)),
        }
    }
}

impl Exact {
    fn decimals(
        &self,
        texts: impl Iterator<Item = Option<String>>,
        precision: u8,
        scale: i8,
    ) -> Result<ArrayRef> {
        let values = texts.map(|text| {
            let Some(text) = text else { return Ok(None) };
            let value = Written::parse(&text).and_then(|written| written.rounded(scale.into()));
            match value.and_then(|value| within(value, precision)) {
                None if !self.lenient => Err(beyond(&text, precision, scale)),
                value => Ok(value),
            }
        });
        let values = values.collect::<Result<Decimal128Array, OutOfRange>>()?;
        Ok(Arc::new(values.with_precision_and_scale(precision, scale)?))
    }
}

fn beyond(text: &str, precision: u8, scale: i8) -> OutOfRange {
    let number = text.parse().map_or_else(|_| text.to_owned(), |number: f64| number.to_string());
    let message = format!("`{number}` is beyond decimal({precision},{scale})");
    OutOfRange::new(message, "cast to a wider decimal, or use `try_cast` for NULL instead", None)
}

fn moments(column: &ArrayRef, ticks: i64, target: &DataType) -> Result<ArrayRef> {
    let counts = cast(column, &DataType::Int64)?;
    let counts: Int64Array = counts.as_primitive::<Int64Type>().unary(|at| at.div_euclid(ticks));
    Ok(cast(&counts, target)?)
}
