//! Correlated conditions of a subquery that are moved up to the join that replaces it.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, Result, plan_err};
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{
    BinaryExpr, Distinct, Expr, ExprSchemable, Filter, JoinType, LogicalPlan, Operator,
};

use super::REFUSED;

/// Whether what a subquery asks of the rows around it, which have these columns, may be asked after its
/// own steps, as a join does.
pub(super) fn lifted(plan: &LogicalPlan, around: &DFSchema, grouped: Grouped) -> Result<()> {
    in_sight(plan, around)?;
    climbs(plan, grouped)
}

/// The same of an aggregate without groups, and what is worked out of it.
pub(super) fn lifted_row(plan: &LogicalPlan, around: &DFSchema) -> Result<()> {
    in_sight(plan, around)?;
    let mut step = plan;
    while let LogicalPlan::Projection(_) | LogicalPlan::SubqueryAlias(_) = step {
        step = step.inputs()[0];
    }
    step.inputs().into_iter().try_for_each(|input| climbs(input, Grouped::Yes))
}

fn in_sight(plan: &LogicalPlan, around: &DFSchema) -> Result<()> {
    match outside(plan).iter().find(|column| !around.has_column(column)) {
        Some(far) => plan_err!("{REFUSED} `{far}` of a query that is not the next around it"),
        None => Ok(()),
    }
}

/// Whether rows are summed up above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grouped {
    No,
    Yes,
}

fn climbs(plan: &LogicalPlan, grouped: Grouped) -> Result<()> {
    if !reads_outside(plan) {
        return Ok(());
    }
    match plan {
        LogicalPlan::Filter(filter) => {
            if grouped == Grouped::Yes && !parts(filter) {
                return below("an aggregate, and not as `column = value`");
            }
            climbs(&filter.input, grouped)
        }
        LogicalPlan::Projection(step) => climbs(&step.input, grouped),
        LogicalPlan::SubqueryAlias(step) => climbs(&step.input, grouped),
        LogicalPlan::Distinct(Distinct::All(input)) => climbs(input, grouped),
        LogicalPlan::Aggregate(step) if step.group_expr.is_empty() => {
            below("an aggregate that has a row where nothing matches")
        }
        LogicalPlan::Aggregate(step) => {
            if step.group_expr.iter().any(|group| matches!(group, Expr::GroupingSet(_))) {
                return below("grouping sets");
            }
            climbs(&step.input, if step.aggr_expr.is_empty() { grouped } else { Grouped::Yes })
        }
        LogicalPlan::Join(join) => match join.join_type {
            JoinType::Inner => {
                climbs(&join.left, grouped)?;
                climbs(&join.right, grouped)
            }
            JoinType::Left | JoinType::LeftSemi | JoinType::LeftAnti | JoinType::LeftMark
                if !reads_outside(&join.right) =>
            {
                climbs(&join.left, grouped)
            }
            JoinType::Right | JoinType::RightSemi | JoinType::RightAnti | JoinType::RightMark
                if !reads_outside(&join.left) =>
            {
                climbs(&join.right, grouped)
            }
            _ => below("an outer join, a semi join or a set operation"),
        },
        LogicalPlan::Limit(_) => below("a limit"),
        LogicalPlan::Sort(_) => below("an order"),
        LogicalPlan::Window(_) => below("a window function"),
        LogicalPlan::Union(_) => below("a union"),
        _ => below("a step that it cannot be moved above"),
    }
}

pub(super) fn below(what: &str) -> Result<()> {
    plan_err!("{REFUSED} the query around it from below {what}")
}

/// Whether a plan reads the rows around the query that it belongs to.
fn reads_outside(plan: &LogicalPlan) -> bool {
    !outside(plan).is_empty()
}

/// What a plan reads of the rows around it. What stands beside rows of its own in a `lateral` join reads
/// those.
fn outside(plan: &LogicalPlan) -> Vec<Column> {
    if matches!(plan, LogicalPlan::Subquery(_)) {
        return Vec::new();
    }
    let mut columns = Vec::new();
    let read = plan.apply_expressions(|expression| {
        expression.apply(|part| {
            if let Expr::OuterReferenceColumn(_, column) = part {
                columns.push(column.clone());
            }
            Ok(TreeNodeRecursion::Continue)
        })
    });
    debug_assert!(read.is_ok(), "nothing in it fails");
    columns.extend(plan.inputs().into_iter().flat_map(outside));
    columns
}

/// Whether each condition on the rows around parts the rows by a column: only then are the groups of all
/// of them the groups of each.
fn parts(filter: &Filter) -> bool {
    let conditions = split_conjunction(&filter.predicate);
    conditions.into_iter().filter(|condition| condition.contains_outer()).all(|condition| {
        let Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) = condition else {
            return false;
        };
        let apart = |own, other: &Expr| is_column(own, filter) && !other.any_column_refs();
        apart(left, right) || apart(right, left)
    })
}

/// A column, or one whose values stay apart as another type.
fn is_column(expression: &Expr, filter: &Filter) -> bool {
    match expression {
        Expr::Column(_) => true,
        Expr::Cast(cast) if matches!(cast.expr.as_ref(), Expr::Column(_)) => {
            let from = cast.expr.get_type(filter.input.schema());
            from.is_ok_and(|from| stays_apart(&from, cast.field.data_type()))
        }
        _ => false,
    }
}

/// Whether two values of a type are never the same as another type.
fn stays_apart(from: &DataType, to: &DataType) -> bool {
    use DataType::{Date32, Decimal128, Float64, Int8, Int16, Int32, Int64, Timestamp};
    match (from, to) {
        _ if from == to || from.is_string() && to.is_string() => true,
        (Int8 | Int16 | Int32, Int64 | Float64)
        | (Int8 | Int16, Int32)
        | (Int8, Int16)
        | (Date32, Timestamp(..)) => true,
        (Int8 | Int16 | Int32 | Int64, Decimal128(precision, scale)) => {
            i16::from(*precision) - i16::from(*scale) >= 19
        }
        (Decimal128(precision, scale), Decimal128(wider, finer)) => {
            let whole = |precision: u8, scale: i8| i16::from(precision) - i16::from(scale);
            finer >= scale && whole(*wider, *finer) >= whole(*precision, *scale)
        }
        (Timestamp(unit, zone), Timestamp(finer, same)) => zone == same && finer >= unit,
        _ => false,
    }
}
