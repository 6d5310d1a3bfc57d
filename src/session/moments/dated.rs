//! Dates are in the years 1 to 9999, however they are made from text or numbers.
//!
//! The engine supports others, which most readers do not: `to_date(20240131)` is a day of the year
//! 57385, and `0000-01-01` of the year before 1. Other dates are an error here, or NULL in a
//! `try_cast`.

use std::sync::Arc;

use chrono::format::{Item, StrftimeItems};
use datafusion::arrow::array::{ArrayRef, AsArray, Date32Array};
use datafusion::arrow::datatypes::{DataType, Date32Type, Field, FieldRef};
use datafusion::arrow::temporal_conversions::date32_to_datetime;
use datafusion::common::{DFSchema, exec_err, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::expr::{Cast, ScalarFunction, TryCast};
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ExprSchemable, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature, Volatility,
};

use super::clock::{Clock, asked, columnar};

/// A conversion of text or numbers to a date, limited to the years 1 to 9999.
pub(super) fn dated(expression: &Expr, schema: &DFSchema) -> Result<Option<Expr>> {
    let lenient = match expression {
        Expr::Cast(Cast { expr, .. }) if is_plain(expr, schema) => false,
        Expr::TryCast(TryCast { expr, .. }) if is_plain(expr, schema) => true,
        Expr::ScalarFunction(call) if call.args.iter().all(|arg| is_plain(arg, schema)) => {
            known_pattern(call)?;
            call.func.name().contains("try_")
        }
        _ => return Ok(None),
    };
    let is_date = expression.get_type(schema)? == DataType::Date32;
    Ok(is_date.then(|| Dated::call(lenient, expression.clone())))
}

fn is_plain(value: &Expr, schema: &DFSchema) -> bool {
    value.get_type(schema).is_ok_and(|of| of.is_string() || of.is_numeric())
}

/// Rejects invalid patterns of `to_date`.
fn known_pattern(call: &ScalarFunction) -> Result<()> {
    let patterns = call.args.iter().skip(1).filter(|_| call.func.name() == "to_date");
    for pattern in patterns.filter_map(super::text) {
        if StrftimeItems::new(pattern).any(|item| item == Item::Error) {
            return plan_err!("'to_date': `{pattern}` is not a strftime pattern");
        }
    }
    Ok(())
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Dated {
    /// Whether an invalid date is NULL, and not an error.
    lenient: bool,
    signature: Signature,
}

impl Dated {
    fn call(lenient: bool, date: Expr) -> Expr {
        let signature = Signature::any(1, Volatility::Immutable);
        ScalarUDF::from(Self { lenient, signature }).call(vec![date])
    }

    fn array(&self, dates: &ArrayRef) -> Result<ArrayRef> {
        let days = dates.as_primitive::<Date32Type>().iter();
        let known = days.map(|day| match day {
            Some(day) if Clock::Ahead(0).known(i64::from(day) * 86_400, 1).is_none() => {
                if self.lenient { Ok(None) } else { beyond(day) }
            }
            day => Ok(day),
        });
        Ok(Arc::new(known.collect::<Result<Date32Array>>()?))
    }
}

fn beyond(day: i32) -> Result<Option<i32>> {
    let written = date32_to_datetime(day)
        .map_or_else(|| format!("day {day} since 1970"), |day| day.date().to_string());
    exec_err!("`{written}` is no date of the years 1 to 9999")
}

impl ScalarUDFImpl for Dated {
    fn name(&self) -> &'static str {
        if self.lenient { "try_dated" } else { "dated" }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Date32)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let nullable = self.lenient || args.arg_fields[0].is_nullable();
        Ok(Arc::new(Field::new(self.name(), DataType::Date32, nullable)))
    }

    fn simplify(&self, args: Vec<Expr>, _: &SimplifyContext) -> Result<ExprSimplifyResult> {
        asked(&args, |values| columnar(values, |arrays| self.array(&arrays[0])))?;
        Ok(ExprSimplifyResult::Original(args))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        columnar(&args.args, |arrays| self.array(&arrays[0]))
    }
}
