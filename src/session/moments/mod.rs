//! Correct semantics of instants ("moments").
//!
//! A moment is an instant whose type names the zone of its days. The engine compares, sorts and groups
//! such values by the instant, which is right, but is wrong where a calendar is meant: it takes a
//! date, and a timestamp without a zone, for UTC in some places; it fails on wall times that occur
//! twice or never; it shifts a day by an hour, or splits one day into two, where clocks change at
//! midnight; it counts nanoseconds internally, which end in the year 2262.
//!
//! `timestamp` in SQL is a moment ([`Types`]). Operators between dates, moments and durations are
//! functions from the start ([`timed`]). Before types are coerced, values combined with a moment
//! become one ([`met`]), and durations are compared by length. After that, one rule replaces
//! operations by ones that use [`crate::zone`], and rejects casts that would lose the instant.

mod arithmetic;
mod calendar;
mod clock;
mod convert;
mod dated;
mod interval;
mod length;
mod meeting;
mod multiple;
mod order;
pub(super) mod reading;
pub(super) mod to_char;
mod types;

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, Diagnostic, ScalarValue, Span, Spans, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::expr::{Cast, ScalarFunction, TryCast};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan};
use datafusion::optimizer::AnalyzerRule;

pub(super) use self::arithmetic::{is_timed, timed};
use self::convert::Convert;
pub(super) use self::meeting::{met, moment};
pub(super) use self::types::Types;
use super::constants::evaluated;

/// The beginning of the messages that reject losing the instant.
pub(crate) const REFUSED: &str = "A moment would lose its instant";

/// Makes operations on moments use the zone.
#[derive(Debug, Default)]
pub(super) struct Moments;

impl AnalyzerRule for Moments {
    fn name(&self) -> &'static str {
        "moments"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        plan.transform_up_with_subqueries(rewrite).map(|plan| plan.data)
    }
}

fn rewrite(plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    let schema = seen(&plan)?;
    let names = NamePreserver::new(&plan);
    let rewritten = plan.map_expressions(|expression| {
        let name = names.save(&expression);
        let mended = expression.transform_up(|expression| mended(expression, &schema))?;
        Ok(mended.update_data(|mended| name.restore(mended)))
    })?;
    rewritten.map_data(LogicalPlan::recompute_schema)
}

/// The columns that the expressions of a node see.
fn seen(plan: &LogicalPlan) -> Result<DFSchema> {
    let mut schema = merge_schema(&plan.inputs());
    if let LogicalPlan::TableScan(scan) = plan {
        schema.merge(&DFSchema::try_from_qualified_schema(
            scan.table_name.clone(),
            &scan.source.schema(),
        )?);
    }
    Ok(schema)
}

/// The expression, using the zone if it is about moments.
fn mended(expression: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let mended = match &expression {
        Expr::Cast(Cast { expr, field }) => {
            kept(expr, field.data_type(), schema)?;
            match expr.get_type(schema)?.is_integer() && *field.data_type() == DataType::Date32 {
                true => Some(arithmetic::counted(expr.as_ref().clone())),
                false => cast(expr, field.data_type(), schema, Convert::exact)?,
            }
        }
        Expr::TryCast(TryCast { expr, field }) => {
            kept(expr, field.data_type(), schema)?;
            cast(expr, field.data_type(), schema, Convert::lenient)?
        }
        Expr::BinaryExpr(operator) => arithmetic::unplanned(operator, schema)?,
        Expr::ScalarFunction(call) => function(call, schema)?,
        _ => None,
    };
    let mended = match mended {
        None => dated::dated(&expression, schema)?,
        mended => mended,
    };
    Ok(mended.map_or_else(|| Transformed::no(expression), Transformed::yes))
}

/// A cast to a moment, or to a coarser timestamp.
fn cast(
    value: &Expr,
    to: &DataType,
    schema: &DFSchema,
    convert: fn(DataType) -> Convert,
) -> Result<Option<Expr>> {
    let from = value.get_type(schema)?;
    let goes_wrong = match (&from, to) {
        (DataType::Timestamp(fine, from), DataType::Timestamp(coarse, to)) => {
            from.is_some() != to.is_some() || fine > coarse
        }
        (from, DataType::Timestamp(_, Some(_))) => convert::is_convertible(from),
        _ => false,
    };
    Ok(goes_wrong.then(|| convert(to.clone()).of(value.clone())))
}

/// A column in its published type: for a moment perhaps the wall time of its zone.
pub(crate) fn shown(value: Expr, to: &DataType, schema: &DFSchema) -> Result<Expr> {
    match (value.get_type(schema)?, to) {
        (DataType::Timestamp(_, Some(_)), DataType::Timestamp(_, None)) => {
            Ok(Convert::exact(to.clone()).of(value))
        }
        _ => value.cast_to(to, schema),
    }
}

/// Rejects unintended casts: of a moment or a duration to a number, since the query does not say
/// its unit, and implicit casts to wall time, which the engine inserts for lack of another common
/// type.
fn kept(value: &Expr, to: &DataType, schema: &DFSchema) -> Result<()> {
    let from = value.get_type(schema)?;
    if length::is_length(&from) && to.is_numeric() {
        return refused_at(
            value,
            "A length of time as a number does not say of what: write `extract(epoch from …)` for its \
             seconds, `extract(day from …)` for whole days",
        );
    }
    if loses(&from, to) {
        let to = if to.is_numeric() { "a number" } else { "wall time" };
        return refused(value, &format!("'{}' would become {to}", value.schema_name()));
    }
    Ok(())
}

fn loses(from: &DataType, to: &DataType) -> bool {
    match (from, to) {
        (DataType::Timestamp(..), to) if to.is_numeric() => true,
        (DataType::Timestamp(_, Some(_)), DataType::Timestamp(_, None)) => true,
        (DataType::List(from), DataType::List(to)) => {
            from.data_type() != to.data_type()
                && (is_moment(from.data_type()) || is_moment(to.data_type()))
        }
        _ => false,
    }
}

fn refused(value: &Expr, message: &str) -> Result<()> {
    let said = Diagnostic::new_error(message, span(value));
    plan_err!("{REFUSED}: {message}"; diagnostic = said)
}

/// Rejects an expression, with its position.
fn refused_at<T>(value: &Expr, message: &str) -> Result<T> {
    plan_err!("{message}"; diagnostic = Diagnostic::new_error("here", span(value)))
}

fn is_moment(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Timestamp(_, Some(_)))
}

/// A calendar function of the wall time of its argument.
fn function(call: &ScalarFunction, schema: &DFSchema) -> Result<Option<Expr>> {
    let types = call.args.iter().map(|arg| arg.get_type(schema)).collect::<Result<Vec<_>>>()?;
    let wall = |unit: TimeUnit, moment: &Expr| {
        Convert::exact(DataType::Timestamp(unit, None)).of(moment.clone())
    };
    Ok(match (call.func.name(), call.args.as_slice(), types.as_slice()) {
        ("arrow_cast", [value, _], _) => {
            let to = Expr::ScalarFunction(call.clone()).get_type(schema)?;
            if to.is_numeric() {
                kept(value, &to, schema)?;
            }
            cast(value, &to, schema, Convert::exact)?
        }
        ("to_local_time", [moment], [DataType::Timestamp(unit, Some(_))]) => {
            Some(wall(*unit, moment))
        }
        ("date_part", [part, moment], [_, of @ (DataType::Date32 | DataType::Timestamp(..))]) => {
            let epoch = answered(call, part, of)?;
            match of {
                DataType::Timestamp(unit, Some(_)) if !epoch => {
                    let args = vec![part.clone(), wall(*unit, moment)];
                    let call = ScalarFunction::new_udf(Arc::clone(&call.func), args);
                    Some(Expr::ScalarFunction(call))
                }
                _ => None,
            }
        }
        ("date_trunc", [unit, moment], [_, DataType::Timestamp(..)]) => {
            let Some(unit) = text(unit) else {
                return plan_err!("'date_trunc' takes a constant unit, such as 'month'");
            };
            Some(calendar::truncated(unit, moment.clone())?)
        }
        ("date_bin", [length, moment, origin @ ..], [_, DataType::Timestamp(..), ..]) => {
            let Expr::Literal(ScalarValue::IntervalMonthDayNano(Some(length)), _) = length else {
                return plan_err!("'date_bin' takes a constant interval");
            };
            Some(calendar::binned(*length, moment.clone(), origin.first().cloned())?)
        }
        _ => None,
    })
}

/// Whether a part is the time since 1970; rejects one that the engine does not support in the run.
fn answered(call: &ScalarFunction, part: &Expr, of: &DataType) -> Result<bool> {
    let Some(name) = text(part) else {
        return plan_err!("'date_part' takes a constant part, such as 'month'");
    };
    let sample = match of {
        DataType::Date32 => ScalarValue::Date32(Some(0)),
        _ => ScalarValue::TimestampMicrosecond(Some(0), None),
    };
    let sample = call.func.call(vec![part.clone(), Expr::Literal(sample, None)]);
    evaluated(&sample).or_else(|_| plan_err!("'date_part' knows no '{name}'"))?;
    Ok(name.trim_matches(['\'', '"']).eq_ignore_ascii_case("epoch"))
}

fn text(value: &Expr) -> Option<&str> {
    let Expr::Literal(literal, _) = value else { return None };
    literal.try_as_str().flatten()
}

/// Where an expression was written, as far as it names columns.
fn span(expr: &Expr) -> Option<Span> {
    let mut found = None;
    let _ = expr.apply(|part| {
        found = part.spans().and_then(Spans::first);
        Ok(if found.is_some() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    });
    found
}

#[cfg(test)]
mod tests;
