//! Conditions of joins with subqueries.
//!
//! The engine moves a condition to the side of a join whose columns it names, and does not look for them
//! within subqueries. So the condition of an inner join becomes a filter on the joined rows, and
//! that of an outer join a filter on the nullable side, if it reads no other.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, JoinType, Result, plan_err};
use datafusion::logical_expr::expr::{Exists, InSubquery, SetComparison};
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{Expr, Filter, Join, LogicalPlan, Subquery};

use super::REFUSED;

/// The join without conditions that ask queries, and steps that ask them, which are to be taken.
pub(super) fn apart(
    mut join: Join,
    step: fn(LogicalPlan) -> Result<Transformed<LogicalPlan>>,
) -> Result<Transformed<LogicalPlan>> {
    let conditions = join.filter.take().map(split_conjunction_owned).unwrap_or_default();
    let (asking, rest): (Vec<_>, Vec<_>) = conditions.into_iter().partition(asks);
    join.filter = conjunction(rest);
    let Some(asking) = conjunction(asking) else {
        return Ok(Transformed::no(LogicalPlan::Join(join)));
    };
    let filtered =
        |input| Filter::try_new(asking.clone(), input).map(LogicalPlan::Filter).and_then(step);
    let side = match join.join_type {
        JoinType::Inner => return filtered(Arc::new(LogicalPlan::Join(join))),
        JoinType::Left if !reads(&asking, join.left.schema()) => &mut join.right,
        JoinType::Right if !reads(&asking, join.right.schema()) => &mut join.left,
        _ => return plan_err!("{REFUSED} rows that an outer join keeps whatever its condition"),
    };
    *side = Arc::new(filtered(Arc::clone(side))?.data);
    Ok(Transformed::yes(LogicalPlan::Join(join)))
}

/// Whether a condition has a correlated subquery.
fn asks(condition: &Expr) -> bool {
    let asked = |part: &Expr| match part {
        Expr::Exists(_) | Expr::InSubquery(_) | Expr::SetComparison(_) => true,
        Expr::ScalarSubquery(subquery) => !subquery.outer_ref_columns.is_empty(),
        _ => false,
    };
    condition.exists(|part| Ok(asked(part))).unwrap_or(true)
}

/// Whether a condition, or a query that it asks, reads one of these columns.
fn reads(condition: &Expr, columns: &DFSchema) -> bool {
    let mut found = false;
    let _ = condition.apply(|part| {
        found |= match part {
            Expr::Column(column) => columns.has_column(column),
            Expr::Exists(Exists { subquery, .. })
            | Expr::InSubquery(InSubquery { subquery, .. })
            | Expr::SetComparison(SetComparison { subquery, .. })
            | Expr::ScalarSubquery(subquery) => {
                outside(subquery).any(|column| columns.has_column(column))
            }
            _ => false,
        };
        Ok(TreeNodeRecursion::Continue)
    });
    found
}

fn outside(subquery: &Subquery) -> impl Iterator<Item = &Column> {
    subquery.outer_ref_columns.iter().filter_map(|column| match column {
        Expr::OuterReferenceColumn(_, column) => Some(column),
        _ => None,
    })
}
