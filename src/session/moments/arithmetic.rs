//! Operators between dates, timestamps, durations and numbers, and their functions.
//!
//! The engine leaves out the hours of an interval that is added to a date. Here an interval without
//! hours, minutes and seconds gives another date, and one with them the timestamp that long after
//! the start of the day. Which of them it is must be known when the query is planned.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{DFSchema, Diagnostic, ScalarValue, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::expr::Cast;
use datafusion::logical_expr::{BinaryExpr, Case, Expr, ExprSchemable, Operator};

use super::interval::{is_shifted, shifted};
use super::length::is_length;
use super::multiple::{Multiple, multiple};
use super::{is_moment, span};
use crate::diagnostic::Place;

/// Whether an operator between values of these types is one of time.
pub(in crate::session) fn is_timed(operator: Operator, left: &DataType, right: &DataType) -> bool {
    use Operator::{Divide, Minus, Modulo, Multiply, Plus};
    let later = |from: &DataType, by: &DataType| {
        is_shifted(from) && is_length(by) || *from == DataType::Date32 && by.is_integer()
    };
    match operator {
        Plus => later(left, right) || later(right, left),
        Minus => later(left, right),
        Multiply | Divide | Modulo => {
            is_length(left) && right.is_numeric() || left.is_numeric() && is_length(right)
        }
        _ => false,
    }
}

/// The function for an operator of time, at the place where it was written if that is known.
pub(in crate::session) fn timed(
    operator: Operator,
    place: Option<Place>,
    sides: [Expr; 2],
    schema: &DFSchema,
    moment: &DataType,
) -> Result<Expr> {
    let [mut left, mut right] = sides;
    let types = [left.get_type(schema)?, right.get_type(schema)?];
    if let Operator::Multiply | Operator::Divide | Operator::Modulo = operator {
        return multiple(operator, place, &[left, right], &types);
    }
    let is_date = |of: &DataType| *of == DataType::Date32;
    let date = match (is_date(&types[0]), is_date(&types[1])) {
        (true, _) => Some((&mut left, &right, &types[1])),
        (_, true) => Some((&mut right, &left, &types[0])),
        _ => None,
    };
    if let Some((date, amount, of)) = date
        && !of.is_integer()
        && !in_days(amount, of, schema, date)?
    {
        *date = Expr::Cast(Cast::new(Box::new(std::mem::take(date)), moment.clone()));
    }
    Ok(shifted(operator, place, left, right))
}

/// Whether the interval added to a date has only whole days and months; rejects it if that is
/// unknown.
fn in_days(amount: &Expr, of: &DataType, schema: &DFSchema, date: &Expr) -> Result<bool> {
    if let DataType::Duration(_) = of {
        return Ok(false);
    }
    let Some(known) = whole(amount, schema) else {
        let date = date.schema_name();
        let said = Diagnostic::new_error("a date and an interval of perhaps hours", span(amount));
        return plan_err!(
            "Whether '{date}' becomes another date or a moment depends on the hours of the interval: \
             write `cast({date} as timestamp)` for a moment, or a number of days"; diagnostic = said
        );
    };
    Ok(known)
}

/// Whether an interval has no hours or smaller units, if that can be determined without rows.
fn whole(interval: &Expr, schema: &DFSchema) -> Option<bool> {
    let all = |mut parts: Vec<Option<bool>>| {
        parts.dedup();
        if parts.len() == 1 { parts[0] } else { None }
    };
    match interval {
        Expr::Literal(ScalarValue::IntervalMonthDayNano(it), _) => {
            Some(it.is_none_or(|it| it.nanoseconds == 0))
        }
        Expr::Literal(ScalarValue::IntervalYearMonth(_), _) => Some(true),
        Expr::Literal(ScalarValue::IntervalDayTime(it), _) => {
            Some(it.is_none_or(|it| it.milliseconds == 0))
        }
        Expr::Cast(Cast { expr, .. }) => match expr.as_ref() {
            Expr::Literal(text @ ScalarValue::Utf8(Some(_)), _) => {
                let of = interval.get_type(schema).ok()?;
                whole(&Expr::Literal(text.cast_to(&of).ok()?, None), schema)
            }
            value => value.get_type(schema).is_ok_and(|of| of.is_integer()).then_some(true),
        },
        Expr::Negative(value) => whole(value, schema),
        Expr::Alias(alias) => whole(&alias.expr, schema),
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Plus | Operator::Minus, right }) => {
            all(vec![whole(left, schema), whole(right, schema)])
        }
        Expr::Case(Case { when_then_expr, else_expr, .. }) => {
            let values = when_then_expr.iter().map(|(_, then)| then).chain(else_expr);
            all(values.map(|value| whole(value, schema)).collect())
        }
        Expr::ScalarFunction(call) if call.func.inner().is::<Multiple>() => {
            let of = |it: &&Expr| it.get_type(schema).is_ok_and(|of| is_length(&of));
            whole(call.args.iter().find(of)?, schema)
        }
        Expr::ScalarFunction(call) if matches!(call.func.name(), "coalesce" | "nvl") => {
            all(call.args.iter().map(|value| whole(value, schema)).collect())
        }
        _ => None,
    }
}

/// A number of days since 1970 as a date of the years 1 to 9999.
pub(super) fn counted(days: Expr) -> Expr {
    shifted(Operator::Plus, None, Expr::Literal(ScalarValue::Date32(Some(0)), None), days)
}

/// An operator that the planner did not see, with coerced types: a date stays a date.
pub(super) fn unplanned(expr: &BinaryExpr, schema: &DFSchema) -> Result<Option<Expr>> {
    let BinaryExpr { left, op, right } = expr;
    let types = [left.get_type(schema)?, right.get_type(schema)?];
    if !is_timed(*op, &types[0], &types[1]) {
        return Ok(None);
    }
    if !types.iter().any(is_moment) && types.contains(&DataType::Date32) {
        let date = usize::from(types[1] == DataType::Date32);
        let (date, amount) = if date == 0 { (left, right) } else { (right, left) };
        if whole(amount, schema) != Some(true) {
            return plan_err!(
                "'{}' may have hours: write `cast({} as timestamp)` for a moment",
                amount.schema_name(),
                date.schema_name()
            );
        }
    }
    let sides = [left.as_ref().clone(), right.as_ref().clone()];
    timed(*op, None, sides, schema, &DataType::Null).map(Some)
}
