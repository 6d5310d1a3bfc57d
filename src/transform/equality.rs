//! A column that is compared with what is made of itself, as in `nullif(name, 'none') = name`.
//!
//! DataFusion 55.2 takes the two for the same wherever rows are in order, and in place of the column
//! finds what is made of it, which holds the column again. A window over such rows does not find its
//! partitions and fails while it runs. Said as `(… = …) is true` a condition is only a condition.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::config::ConfigOptions;
use datafusion::logical_expr::{BinaryExpr, Expr, LogicalPlan, Operator};
use datafusion::optimizer::AnalyzerRule;

/// The rule for a session.
pub(super) fn rule() -> Arc<dyn AnalyzerRule + Send + Sync> {
    Arc::new(Equality)
}

#[derive(Debug)]
struct Equality;

impl AnalyzerRule for Equality {
    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        let plan = plan.transform_up_with_subqueries(|plan| match plan {
            plan @ (LogicalPlan::Filter(_) | LogicalPlan::Join(_)) => plan
                .map_expressions(|condition| condition.transform_up(|part| Ok(only_asked(part)))),
            other => Ok(Transformed::no(other)),
        });
        plan.data()
    }

    fn name(&self) -> &'static str {
        "conditions_on_what_is_made_of_a_column"
    }
}

fn only_asked(part: Expr) -> Transformed<Expr> {
    match part {
        Expr::BinaryExpr(BinaryExpr { ref left, op: Operator::Eq, ref right })
            if made_of(left, right) || made_of(right, left) =>
        {
            Transformed::yes(Expr::IsTrue(Box::new(part)))
        }
        other => Transformed::no(other),
    }
}

/// Whether one side is more than the column that is the other.
fn made_of(whole: &Expr, column: &Expr) -> bool {
    let of = |part: &Expr| Ok(part == column);
    matches!(column, Expr::Column(_)) && whole != column && whole.exists(of).unwrap_or(true)
}
