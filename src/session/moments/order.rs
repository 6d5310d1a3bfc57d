//! Intervals are neither sorted nor grouped.
//!
//! The engine compares months, then days, then nanoseconds, so that 36 hours are less than a
//! day and 24 hours are different from a day. `extract(epoch from …)` gives values with an order.

use datafusion::common::DFSchema;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::error::Result;
use datafusion::logical_expr::{Aggregate, Distinct, Expr, ExprSchemable, LogicalPlan};

use super::{length, refused_at};

/// Aggregates whose result depends on the equality of values, or on their order.
const ORDERING: [&str; 4] = ["min", "max", "median", "mode"];

/// Rejects nodes that would sort intervals or compare them for equality.
pub(super) fn told(plan: &LogicalPlan, schema: &DFSchema) -> Result<()> {
    match plan {
        LogicalPlan::Sort(sort) => sort.expr.iter().try_for_each(|key| kept(&key.expr, schema))?,
        LogicalPlan::Aggregate(Aggregate { group_expr, .. }) => {
            group_expr.iter().try_for_each(|key| kept(key, schema))?;
        }
        LogicalPlan::Distinct(Distinct::All(input)) => {
            let columns = input.schema().columns();
            columns.into_iter().try_for_each(|it| kept(&Expr::Column(it), input.schema()))?;
        }
        LogicalPlan::Distinct(Distinct::On(on)) => {
            on.on_expr.iter().try_for_each(|key| kept(key, schema))?;
        }
        _ => {}
    }
    plan.apply_expressions(|expr| {
        expr.apply(|part| within(part, schema).map(|()| TreeNodeRecursion::Continue))
    })?;
    Ok(())
}

/// The keys of aggregates and windows.
fn within(part: &Expr, schema: &DFSchema) -> Result<()> {
    match part {
        Expr::AggregateFunction(call) => {
            let params = &call.params;
            if params.distinct || ORDERING.contains(&call.func.name()) {
                params.args.iter().try_for_each(|arg| kept(arg, schema))?;
            }
            params.order_by.iter().try_for_each(|key| kept(&key.expr, schema))
        }
        Expr::WindowFunction(call) => {
            let params = &call.params;
            if params.distinct || ORDERING.contains(&call.fun.name()) {
                params.args.iter().try_for_each(|arg| kept(arg, schema))?;
            }
            params.partition_by.iter().try_for_each(|key| kept(key, schema))?;
            params.order_by.iter().try_for_each(|key| kept(&key.expr, schema))
        }
        _ => Ok(()),
    }
}

fn kept(value: &Expr, schema: &DFSchema) -> Result<()> {
    match value.get_type(schema) {
        Ok(of) if length::is_interval(&of) => refused_at(
            value,
            "Intervals are neither sorted nor grouped: take the seconds of each, `extract(epoch from …)`",
        ),
        _ => Ok(()),
    }
}
