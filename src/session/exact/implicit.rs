//! Implicit casts are rejected before a row is read.
//!
//! Where text is combined with a number, a date or a timestamp, the engine casts the text, in
//! comparisons and joins as in arguments, and so `order_id = number` passes planning and fails at
//! the first `A-17`. A constant is different: it is converted when the query is planned, except a
//! time of day beside a date, which would be cut off. Where a number is combined with a date, the
//! engine takes it for days since 1970. Implicit casts are found by comparing a plan before and
//! after type coercion.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::diagnostic::Diagnostic;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, Result, Span, Spans, plan_err};
use datafusion::logical_expr::expr::{Cast, TryCast};
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan};
use datafusion::optimizer::AnalyzerRule;

use super::{frame, meeting};
use crate::session::moments;

type Rule = Arc<dyn AnalyzerRule + Send + Sync>;

/// The type coercion rule, extended to report what it casts.
pub(super) fn told(rule: Rule) -> Rule {
    if rule.name() == "type_coercion" { Arc::new(Told(rule)) } else { rule }
}

#[derive(Debug)]
struct Told(Rule);

impl AnalyzerRule for Told {
    fn analyze(&self, plan: LogicalPlan, config: &ConfigOptions) -> Result<LogicalPlan> {
        let plan = moments::met(plan, config)?;
        let plan = meeting::met(frame::meant(plan)?)?;
        let mut written = HashSet::new();
        readings(&plan, &mut |value, _, target| {
            written.insert(name(value, target));
            Ok(())
        })?;
        let plan = self.0.analyze(plan, config)?;
        readings(&plan, &mut |value, of, target| match written.contains(&name(value, target)) {
            true => Ok(()),
            false => refuse(value, of, target),
        })?;
        meeting::narrow(&plan)?;
        Ok(plan)
    }

    fn name(&self) -> &str {
        self.0.name()
    }
}

fn name(value: &Expr, target: &DataType) -> String {
    format!("{} as {target}", value.schema_name())
}

/// Rejects an implicit cast.
fn refuse(value: &Expr, of: &DataType, target: &DataType) -> Result<()> {
    if of.is_string() && !is_constant(value) {
        return refuse_text(value, target);
    }
    let kind = match of {
        of if of.is_string() => "Time",
        of if of.is_numeric() => "Number",
        _ => "Date",
    };
    let shown = match value {
        Expr::Literal(constant, _) => constant.to_string(),
        value => value.schema_name().to_string(),
    };
    let said = Diagnostic::new_error("this is used as something else", span(value));
    plan_err!("{kind} '{shown}' would be read as {target}"; diagnostic = said)
}

/// Rejects text that is not a constant where another type is needed.
pub(super) fn refuse_text(text: &Expr, target: &DataType) -> Result<()> {
    let said = Diagnostic::new_error("text is used as something else", span(text));
    plan_err!("Text '{}' would be read as {target}", text.schema_name(); diagnostic = said)
}

/// Rejects a value where one of another type is needed to which it is not cast implicitly.
pub(super) fn kept_apart(value: &Expr, of: &DataType, target: &DataType) -> Result<()> {
    if is_told(value, of, target) { refuse(value, of, target) } else { Ok(()) }
}

/// The casts that must not be implicit.
fn readings(
    plan: &LogicalPlan,
    each: &mut dyn FnMut(&Expr, &DataType, &DataType) -> Result<()>,
) -> Result<()> {
    plan.apply_with_subqueries(|step| {
        if let LogicalPlan::Join(join) = step {
            for (left, right) in &join.on {
                casts(left, join.left.schema(), each)?;
                casts(right, join.right.schema(), each)?;
            }
        }
        let schema = schema(step)?;
        step.apply_expressions(|expr| {
            casts(expr, &schema, each).map(|()| TreeNodeRecursion::Continue)
        })
    })?;
    Ok(())
}

/// Those of an expression.
fn casts(
    expr: &Expr,
    schema: &DFSchema,
    each: &mut dyn FnMut(&Expr, &DataType, &DataType) -> Result<()>,
) -> Result<()> {
    expr.apply(|part| {
        if let Expr::Cast(Cast { expr, field }) | Expr::TryCast(TryCast { expr, field }) = part
            && let Ok(of) = expr.get_type(schema)
            && is_told(expr, &of, field.data_type())
        {
            each(expr, &of, field.data_type())?;
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(())
}

/// Whether a value of one type becomes one of another only by an explicit cast.
fn is_told(value: &Expr, of: &DataType, to: &DataType) -> bool {
    use DataType::{FixedSizeList, LargeList, List, Timestamp};
    match (of, to) {
        (
            List(of) | LargeList(of) | FixedSizeList(of, _),
            List(to) | LargeList(to) | FixedSizeList(to, _),
        ) => is_told(value, of.data_type(), to.data_type()),
        (of, to) if of.is_string() && is_constant(value) => is_day(to) && has_time(value),
        (of, to) if of.is_string() => is_parsed(to),
        (of, to) if of.is_numeric() => is_day(to) || matches!(to, Timestamp(..)),
        (of, to) => is_day(of) && to.is_numeric(),
    }
}

fn is_day(of: &DataType) -> bool {
    matches!(of, DataType::Date32 | DataType::Date64)
}

/// Whether a constant text says more than a day: a time that is not midnight, or an offset.
fn has_time(text: &Expr) -> bool {
    let Expr::Literal(constant, _) = text else { return false };
    let text = constant.try_as_str().flatten().map(str::trim);
    let time = text.and_then(|text| text.get(10..)).unwrap_or_default();
    time.starts_with([' ', 'T', 't']) && !time[1..].trim().chars().all(|it| "0:.".contains(it))
}

/// The columns that the expressions of a node see.
pub(super) fn schema(step: &LogicalPlan) -> Result<DFSchema> {
    match step {
        LogicalPlan::TableScan(scan) => {
            DFSchema::try_from_qualified_schema(scan.table_name.clone(), &scan.source.schema())
        }
        _ => Ok(merge_schema(&step.inputs())),
    }
}

fn is_parsed(data_type: &DataType) -> bool {
    data_type.is_numeric() || data_type.is_temporal() || *data_type == DataType::Boolean
}

/// Whether a value is known when the query is planned.
pub(super) fn is_constant(expr: &Expr) -> bool {
    let varies = expr.exists(|part| {
        Ok(!matches!(part, Expr::Literal(..) | Expr::Cast(_) | Expr::TryCast(_) | Expr::Alias(_)))
    });
    !varies.unwrap_or(true)
}

/// The first place that an expression names.
pub(super) fn span(expr: &Expr) -> Option<Span> {
    let mut found = None;
    let _ = expr.apply(|part| {
        found = part.spans().and_then(Spans::first);
        Ok(if found.is_some() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    });
    found
}
