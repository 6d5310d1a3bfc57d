//! Subqueries in an expression that also reads outer columns.
//!
//! DataFusion 55.2 moves such an expression up to the join that replaces its query, and leaves
//! behind the columns that the inner query reads. So the inner query is computed below, as a
//! column.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, DFSchema, Result};
use datafusion::logical_expr::expr::{Exists, InSubquery, SetComparison};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{Expr, Filter, LogicalPlan, LogicalPlanBuilder, Projection};

/// Whether an expression reads outer columns, and has subqueries that read its own.
pub(super) fn reads_both(expression: &Expr) -> bool {
    let asks = |part: &Expr| match part {
        Expr::ScalarSubquery(subquery)
        | Expr::Exists(Exists { subquery, .. })
        | Expr::InSubquery(InSubquery { subquery, .. })
        | Expr::SetComparison(SetComparison { subquery, .. }) => {
            !subquery.outer_ref_columns.is_empty()
        }
        _ => false,
    };
    expression.contains_outer() && expression.exists(|part| Ok(asks(part))).unwrap_or(true)
}

/// A filter or a projection over the results of its subqueries.
pub(super) fn answered(plan: LogicalPlan) -> Result<LogicalPlan> {
    match plan {
        LogicalPlan::Filter(Filter { predicate, input, .. }) if reads_both(&predicate) => {
            let mut answers = Answers::over(input.schema());
            let predicate = answers.taken(predicate)?;
            let columns = input.schema().columns().into_iter().map(Expr::Column);
            LogicalPlanBuilder::from(answers.below(input)?)
                .filter(predicate)?
                .project(columns)?
                .build()
        }
        LogicalPlan::Projection(step) if step.expr.iter().any(reads_both) => {
            let names = NamePreserver::new_for_projection();
            let mut answers = Answers::over(step.input.schema());
            let columns = step.expr.into_iter().map(|column| {
                let name = names.save(&column);
                Ok(name.restore(answers.taken(column)?))
            });
            let columns = columns.collect::<Result<Vec<_>>>()?;
            let below = Arc::new(answers.below(step.input)?);
            Projection::try_new(columns, below).map(LogicalPlan::Projection)
        }
        other => Ok(other),
    }
}

/// Values of inner queries, with their names.
struct Answers {
    /// How many columns stand beside them.
    columns: usize,
    values: Vec<Expr>,
}

impl Answers {
    fn over(columns: &DFSchema) -> Self {
        Self { columns: columns.fields().len(), values: Vec::new() }
    }

    /// The expression with a column in place of each query that reads its rows.
    fn taken(&mut self, expression: Expr) -> Result<Expr> {
        if !reads_both(&expression) {
            return Ok(expression);
        }
        let taken = expression.transform_up(|part| match &part {
            Expr::ScalarSubquery(subquery) if !subquery.outer_ref_columns.is_empty() => {
                let name = self.name();
                self.values.push(part.alias(&name));
                Ok(Transformed::yes(Expr::Column(Column::new_unqualified(name))))
            }
            _ => Ok(Transformed::no(part)),
        });
        Ok(taken?.data)
    }

    /// A name that no column has: answers below are counted among the columns.
    fn name(&self) -> String {
        format!("(answer {})", self.columns + self.values.len())
    }

    /// The rows with the values beside them.
    fn below(self, input: Arc<LogicalPlan>) -> Result<LogicalPlan> {
        let columns = input.schema().columns().into_iter().map(Expr::Column);
        let columns: Vec<Expr> = columns.chain(self.values).collect();
        LogicalPlanBuilder::from(Arc::unwrap_or_clone(input)).project(columns)?.build()
    }
}
