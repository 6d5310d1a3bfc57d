//! Queries of one row: an aggregate without groups always has one.

use std::sync::Arc;

use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, lit, when};

use super::climb::lifted_row;
use super::{Scope, asked, value, without_limit};

/// A query that always has a row: an aggregate without groups. With conditions on that
/// row, it has one row or none.
pub(super) struct Row {
    conditions: Vec<Arc<LogicalPlan>>,
    plan: Arc<LogicalPlan>,
}

impl Row {
    /// The row of a query, if it has exactly one; then order and limit have no effect.
    pub(super) fn of(plan: &Arc<LogicalPlan>) -> Result<Option<Self>> {
        let plan = without_limit(Arc::clone(plan));
        match plan.as_ref() {
            LogicalPlan::Aggregate(aggregate) if aggregate.group_expr.is_empty() => {
                Ok(Some(Self { conditions: Vec::new(), plan }))
            }
            LogicalPlan::Projection(_) | LogicalPlan::SubqueryAlias(_) => {
                let Some(row) = Self::of(&Arc::new(plan.inputs()[0].clone()))? else {
                    return Ok(None);
                };
                let input = vec![Arc::unwrap_or_clone(row.plan)];
                let plan = plan.with_new_exprs(plan.expressions(), input)?;
                Ok(Some(Self { conditions: row.conditions, plan: Arc::new(plan) }))
            }
            LogicalPlan::Filter(filter) => {
                let Some(mut row) = Self::of(&filter.input)? else { return Ok(None) };
                let scope = Scope { columns: row.plan.schema(), filters: false };
                let condition = value(filter.predicate.clone(), &scope)?.alias("condition");
                let condition = LogicalPlanBuilder::from(row.plan.as_ref().clone())
                    .project([condition])?
                    .build()?;
                row.conditions.push(Arc::new(condition));
                Ok(Some(row))
            }
            _ => Ok(None),
        }
    }

    pub(super) fn value(&self) -> Expr {
        Expr::ScalarSubquery(asked(Arc::clone(&self.plan)))
    }

    /// Whether the row is there.
    pub(super) fn is_there(&self) -> Expr {
        let conditions = self.conditions.iter();
        let conditions = conditions.map(|condition| {
            Expr::IsTrue(Box::new(Expr::ScalarSubquery(asked(Arc::clone(condition)))))
        });
        conditions.reduce(Expr::and).unwrap_or_else(|| lit(true))
    }

    /// One expression if the row exists, another if it does not.
    pub(super) fn given(&self, there: Expr, absent: Expr) -> Result<Expr> {
        match self.is_certain() {
            true => Ok(there),
            false => when(self.is_there(), there).otherwise(absent),
        }
    }

    /// Whether the row exists for all outer rows.
    pub(super) fn is_certain(&self) -> bool {
        self.conditions.is_empty()
    }

    /// Whether the engine can compute it for each outer row.
    pub(super) fn lifted(&self, around: &DFSchema) -> Result<()> {
        let mut plans = self.conditions.iter().chain([&self.plan]);
        plans.try_for_each(|plan| lifted_row(plan, around))
    }
}
