//! A column that is compared with an expression of itself, as in `nullif(name, 'none') = name`.
//!
//! DataFusion 55.2 treats the two as equivalent for orderings, and replaces the column by the
//! expression, which contains the column again. A window over such rows does not find its
//! partitions and fails while it runs. Written as `(… = …) is true` the condition implies no
//! equivalence. This is done only for top-level conjuncts, all of which must be true: within one,
//! as below `not`, unknown is not the same as false.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::config::ConfigOptions;
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
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
        let plan = plan.transform_up_with_subqueries(|plan| {
            Ok(match plan {
                LogicalPlan::Filter(mut filter) if has_one(&filter.predicate) => {
                    filter.predicate = only_asked(filter.predicate);
                    Transformed::yes(LogicalPlan::Filter(filter))
                }
                LogicalPlan::Join(mut join) if join.filter.as_ref().is_some_and(has_one) => {
                    join.filter = join.filter.map(only_asked);
                    Transformed::yes(LogicalPlan::Join(join))
                }
                other => Transformed::no(other),
            })
        });
        plan.data()
    }

    fn name(&self) -> &'static str {
        "conditions_on_what_is_made_of_a_column"
    }
}

/// The same conditions, with `is true` around each that has such a comparison.
fn only_asked(condition: Expr) -> Expr {
    let parts = split_conjunction_owned(condition.clone()).into_iter();
    let asked = parts.map(|part| if has_one(&part) { Expr::IsTrue(Box::new(part)) } else { part });
    conjunction(asked).unwrap_or(condition)
}

/// Whether a condition without a subquery has such a comparison, or one that turns into it below
/// `not`.
fn has_one(condition: &Expr) -> bool {
    let asks = |part: &Expr| {
        matches!(
            part,
            Expr::InSubquery(_)
                | Expr::Exists(_)
                | Expr::ScalarSubquery(_)
                | Expr::SetComparison(_)
        )
    };
    split_conjunction_owned(condition.clone()).iter().any(|part| {
        let compares = part.exists(|it| Ok(compares_itself(it))).unwrap_or(false);
        compares && !part.exists(|it| Ok(asks(it))).unwrap_or(true)
    })
}

fn compares_itself(part: &Expr) -> bool {
    match part {
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq | Operator::NotEq, right }) => {
            made_of(left, right) || made_of(right, left)
        }
        _ => false,
    }
}

/// Whether one side is an expression of the column that is the other.
fn made_of(whole: &Expr, column: &Expr) -> bool {
    let of = |part: &Expr| Ok(part == column);
    matches!(column, Expr::Column(_)) && whole != column && whole.exists(of).unwrap_or(true)
}
