//! Frames of windows with offsets of values: `range between 1 preceding and current row`.
//!
//! The engine reads a number over a date as months, and if a frame passes the largest number of the
//! type of its order, it includes everything up to the rows without a value. Here a number over a
//! date is days, as in `day + 1`, and the type of the order is wide enough for the frame. A frame
//! by days or months that ends in an hour that occurs twice has no definite end either, and is
//! rejected if there are such hours.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, IntervalUnit};
use datafusion::common::diagnostic::Diagnostic;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, Result, ScalarValue, plan_err};
use datafusion::logical_expr::expr::WindowFunction;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{
    Expr, ExprSchemable, LogicalPlan, WindowFrameBound, WindowFrameUnits,
};

use super::decimal::DIGITS;
use super::implicit::span;
use crate::zone;

/// The plan with explicit frames, before types are coerced: after coercion the constants are no
/// longer text.
pub(super) fn meant(plan: LogicalPlan) -> Result<LogicalPlan> {
    plan.transform_up_with_subqueries(|plan| match &plan {
        LogicalPlan::Window(window) => {
            let schema = Arc::clone(window.input.schema());
            let wide = wide(&window.window_expr, &schema)?;
            let names = NamePreserver::new(&plan);
            plan.map_expressions(|expr| {
                let name = names.save(&expr);
                let expr = expr.transform_up(|part| framed(part, &schema, wide.as_ref()))?;
                Ok(expr.update_data(|expr| name.restore(expr)))
            })
        }
        _ => Ok(Transformed::no(plan)),
    })
    .data()
}

/// The bounds of a frame over values, as they are written.
fn written(window: &WindowFunction) -> Vec<String> {
    let frame = &window.params.window_frame;
    if frame.units != WindowFrameUnits::Range {
        return Vec::new();
    }
    [&frame.start_bound, &frame.end_bound].into_iter().filter_map(text).cloned().collect()
}

fn text(bound: &WindowFrameBound) -> Option<&String> {
    match bound {
        WindowFrameBound::Preceding(ScalarValue::Utf8(text))
        | WindowFrameBound::Following(ScalarValue::Utf8(text)) => text.as_ref(),
        _ => None,
    }
}

/// The number by which windows of one node are ordered, in a type wide enough for all their
/// frames. They keep a common order.
fn wide(windows: &[Expr], schema: &DFSchema) -> Result<Option<DataType>> {
    let (mut of, mut bounds) = (None, Vec::new());
    for window in windows {
        let _ = window.apply(|part| {
            if let Expr::WindowFunction(window) = part
                && let Some(key) = window.params.order_by.first()
            {
                let written = written(window);
                if !written.is_empty() && of.is_none() {
                    of = key.expr.get_type(schema).ok();
                }
                bounds.extend(written);
            }
            Ok(TreeNodeRecursion::Continue)
        });
    }
    of.map_or(Ok(None), |of| room(&of, &bounds))
}

fn room(of: &DataType, bounds: &[String]) -> Result<Option<DataType>> {
    use DataType::{Decimal32, Decimal64, Decimal128, Float16, Float32, Float64, Int64, UInt64};
    let own = match of {
        Float16 | Float32 => return Ok(Some(Float64)),
        Decimal32(_, scale) | Decimal64(_, scale) | Decimal128(_, scale) => *scale,
        of if of.is_integer() => {
            let near = |bound: &String| bound.parse::<i64>().is_ok_and(|it| it.abs() < 1 << 62);
            if !matches!(of, Int64 | UInt64) && bounds.iter().all(near) {
                return Ok(Some(Int64));
            }
            0
        }
        _ => return Ok(None),
    };
    if let Some(bound) = bounds.iter().find(|bound| bound.contains(['e', 'E'])) {
        return plan_err!(
            "The frame bound `{bound}` is counted in {of}: write it without exponent"
        );
    }
    let digits = |bound: &String| bound.split_once('.').map_or(0, |(_, digits)| digits.len());
    let most = bounds.iter().map(digits).max().unwrap_or(0);
    Ok(Some(Decimal128(DIGITS, own.max(i8::try_from(most).unwrap_or(i8::MAX)))))
}

fn framed(expr: Expr, schema: &DFSchema, wide: Option<&DataType>) -> Result<Transformed<Expr>> {
    let Expr::WindowFunction(mut window) = expr else { return Ok(Transformed::no(expr)) };
    let bounds = written(&window);
    let params = &mut window.params;
    let Some(key) = params.order_by.first_mut() else {
        return Ok(Transformed::no(Expr::WindowFunction(window)));
    };
    let of = key.expr.get_type(schema)?;
    for bound in &bounds {
        countable(&of, bound, &key.expr)?;
    }
    if matches!(of, DataType::Date32 | DataType::Date64) {
        let frame = &mut params.window_frame;
        days(&mut frame.start_bound);
        days(&mut frame.end_bound);
    }
    // Within a partition all values of the partition keys are the same, whatever the frame.
    if let Some(wide) = wide
        && *wide != of
        && !params.partition_by.contains(&key.expr)
    {
        key.expr = std::mem::take(&mut key.expr).cast_to(wide, schema)?;
    }
    Ok(Transformed::yes(Expr::WindowFunction(window)))
}

/// A whole number of days.
fn days(bound: &mut WindowFrameBound) {
    if let WindowFrameBound::Preceding(ScalarValue::Utf8(Some(text)))
    | WindowFrameBound::Following(ScalarValue::Utf8(Some(text))) = bound
        && is_number(text)
    {
        text.push_str(" days");
    }
}

fn is_number(text: &str) -> bool {
    text.trim().parse::<f64>().is_ok()
}

/// Whether an interval has days or months.
fn by_calendar(bound: &str) -> bool {
    let interval = DataType::Interval(IntervalUnit::MonthDayNano);
    match ScalarValue::from(bound).cast_to(&interval) {
        Ok(ScalarValue::IntervalMonthDayNano(Some(it))) => it.months != 0 || it.days != 0,
        _ => false,
    }
}

/// Whether moments of this type are of a zone whose clocks are changed.
fn changes(of: &DataType) -> bool {
    let DataType::Timestamp(_, Some(zone)) = of else { return false };
    zone.parse().is_ok_and(zone::changes)
}

/// Refuses a frame that has no meaning over values of this type.
fn countable(of: &DataType, bound: &str, key: &Expr) -> Result<()> {
    let said = |said: &str| Diagnostic::new_error(said.to_owned(), span(key));
    let key = key.schema_name();
    match of {
        of if of.is_numeric() => Ok(()),
        DataType::Date32 | DataType::Date64 => match is_number(bound) {
            true if bound.trim().parse::<u32>().is_err() => plan_err!(
                "A frame of {bound} days over '{key}' is no whole number of days";
                diagnostic = said("a frame over days")
            ),
            _ => Ok(()),
        },
        of if of.is_temporal() => match is_number(bound) {
            true => plan_err!(
                "A frame of {bound} over '{key}' does not say of what: write `interval '{bound} days'` or another unit";
                diagnostic = said("a frame over moments")
            ),
            false if by_calendar(bound) && changes(of) => plan_err!(
                "A frame of {} over '{key}' may end in an hour that comes twice: count its \
                 hours, or order by `cast({key} as date)`",
                bound.to_lowercase();
                diagnostic = said("a frame by the calendar over moments")
            ),
            false => Ok(()),
        },
        of => plan_err!(
            "A frame of {bound} cannot be counted over '{key}', which is {of}: order by a number or a date, or count `rows`";
            diagnostic = said("a frame over what has no distance")
        ),
    }
}
