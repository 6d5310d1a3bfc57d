//! What the engine does to moments, made right where it is not.
//!
//! A moment is an instant whose type names the zone of its days. The engine compares, sorts and groups
//! such values by the instant, which is right, and goes wrong where a calendar is meant: it takes a
//! date, and a timestamp without a zone, for UTC in some places; it fails on wall times that come
//! twice or never; it moves a day by an hour, or cuts one day into two, where clocks change at
//! midnight. One rule, after types are settled, replaces those operations by ones that go by
//! [`crate::zone`].

mod clock;
mod convert;
mod interval;
pub(super) mod zoned;

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, IntervalMonthDayNano, TimeUnit};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::error::Result;
use datafusion::logical_expr::expr::{Cast, ScalarFunction, TryCast};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable, LogicalPlan, Operator};
use datafusion::optimizer::AnalyzerRule;

use self::convert::Convert;
use self::interval::Shift;

/// Nanoseconds of a day without a change of clocks.
const DAY: i64 = 86_400_000_000_000;

/// Makes operations on moments go by the zone.
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
    let mut schema = merge_schema(&plan.inputs());
    if let LogicalPlan::TableScan(scan) = &plan {
        schema.merge(&DFSchema::try_from_qualified_schema(
            scan.table_name.clone(),
            &scan.source.schema(),
        )?);
    }
    let names = NamePreserver::new(&plan);
    let rewritten = plan.map_expressions(|expression| {
        let name = names.save(&expression);
        let mended = expression.transform_up(|expression| mended(expression, &schema))?;
        Ok(mended.update_data(|mended| name.restore(mended)))
    })?;
    rewritten.map_data(LogicalPlan::recompute_schema)
}

/// The expression, by the zone if it is about moments.
fn mended(expression: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let mended = match &expression {
        Expr::Cast(Cast { expr, field }) => cast(expr, field.data_type(), schema, Convert::exact)?,
        Expr::TryCast(TryCast { expr, field }) => {
            cast(expr, field.data_type(), schema, Convert::lenient)?
        }
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => shift(left, *op, right, schema)?,
        Expr::ScalarFunction(call) => function(call, schema)?,
        _ => None,
    };
    Ok(mended.map_or_else(|| Transformed::no(expression), Transformed::yes))
}

/// A cast to or from a moment, or to a coarser timestamp.
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
        (text, DataType::Timestamp(_, Some(_))) if text.is_string() => true,
        (DataType::Date32 | DataType::Date64, DataType::Timestamp(_, Some(_))) => true,
        _ => false,
    };
    Ok(goes_wrong.then(|| convert(to.clone()).of(value.clone())))
}

/// A moment and an interval, added or subtracted.
fn shift(left: &Expr, op: Operator, right: &Expr, schema: &DFSchema) -> Result<Option<Expr>> {
    let (from, by) = (left.get_type(schema)?, right.get_type(schema)?);
    Ok(match (op, &from, &by) {
        (Operator::Plus, moment, DataType::Interval(_)) if is_moment(moment) => {
            Some(Shift::LATER.of(left.clone(), right.clone()))
        }
        (Operator::Minus, moment, DataType::Interval(_)) if is_moment(moment) => {
            Some(Shift::EARLIER.of(left.clone(), right.clone()))
        }
        (Operator::Plus, DataType::Interval(_), moment) if is_moment(moment) => {
            Some(Shift::LATER.of(right.clone(), left.clone()))
        }
        _ => None,
    })
}

fn is_moment(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Timestamp(_, Some(_)))
}

/// A function of the calendar, by the wall time of the moment it is called with.
fn function(call: &ScalarFunction, schema: &DFSchema) -> Result<Option<Expr>> {
    if call.func.name() == "arrow_cast" {
        let to = Expr::ScalarFunction(call.clone()).get_type(schema)?;
        return cast(&call.args[0], &to, schema, Convert::exact);
    }
    let at = usize::from(call.func.name() != "to_local_time");
    let Some(moment) = call.args.get(at) else { return Ok(None) };
    let of = moment.get_type(schema)?;
    let DataType::Timestamp(unit, Some(_)) = of else { return Ok(None) };
    let wall = |unit: TimeUnit, moment: &Expr| {
        Convert::exact(DataType::Timestamp(unit, None)).of(moment.clone())
    };
    let on_wall = || -> Expr {
        let mut args = call.args.clone();
        args[at] = wall(unit, moment);
        if let Some(origin) = args.get_mut(2) {
            *origin = wall(TimeUnit::Nanosecond, origin);
        }
        Expr::ScalarFunction(ScalarFunction::new_udf(Arc::clone(&call.func), args))
    };
    Ok(match call.func.name() {
        "to_local_time" => Some(wall(unit, moment)),
        "date_part" if !is_text(&call.args[0], &["epoch"]) => Some(on_wall()),
        "date_trunc" | "date_bin" if within_a_day(&call.args[0]) => {
            // What is cut off was counted by one clock, also in an hour that comes twice.
            Some(moment.clone() - (wall(unit, moment) - on_wall()))
        }
        "date_trunc" | "date_bin" => Some(Convert::exact(of.clone()).of(on_wall())),
        _ => None,
    })
}

/// Whether a step is shorter than a day: the name of a unit, or a constant interval.
fn within_a_day(step: &Expr) -> bool {
    if let Expr::Literal(ScalarValue::IntervalMonthDayNano(Some(interval)), _) = step {
        let IntervalMonthDayNano { months, days, nanoseconds } = *interval;
        return months == 0 && days == 0 && nanoseconds < DAY;
    }
    is_text(step, &["hour", "minute", "second", "millisecond", "microsecond"])
}

fn is_text(value: &Expr, words: &[&str]) -> bool {
    let Expr::Literal(literal, _) = value else { return false };
    let text = literal.try_as_str().flatten().unwrap_or_default();
    let text = text.trim_matches(['\'', '"']).to_lowercase();
    words.contains(&text.as_str())
}

#[cfg(test)]
mod tests;
