//! `is true`, `is false`, `is unknown` and their negations, which are never NULL.
//!
//! DataFusion 55.2 promises so and then plans them as `is not distinct from`, which it takes for NULL
//! at times; below `distinct` or in a group the two do not agree and the query cannot be planned.
//! `coalesce` says the same and is taken alike on both sides. Filters are left as they are.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::config::ConfigOptions;
use datafusion::functions::expr_fn::coalesce;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{Expr, LogicalPlan, lit, not};
use datafusion::optimizer::AnalyzerRule;

/// The rule for a session.
pub(super) fn rule() -> Arc<dyn AnalyzerRule + Send + Sync> {
    Arc::new(Truth)
}

#[derive(Debug)]
struct Truth;

impl AnalyzerRule for Truth {
    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        plan.transform_up_with_subqueries(values).data()
    }

    fn name(&self) -> &'static str {
        "truth_is_never_null"
    }
}

fn values(plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    if !matches!(plan, LogicalPlan::Projection(_) | LogicalPlan::Aggregate(_)) {
        return Ok(Transformed::no(plan));
    }
    let names = NamePreserver::new(&plan);
    plan.map_expressions(|expression| {
        let name = names.save(&expression);
        let said = expression.transform_up(|part| Ok(said(part)))?;
        Ok(said.update_data(|said| name.restore(said)))
    })
}

/// The same, in a way that is planned as it is promised.
fn said(part: Expr) -> Transformed<Expr> {
    let known = |truth: Expr| coalesce(vec![truth, lit(false)]);
    Transformed::yes(match part {
        Expr::IsTrue(truth) => known(*truth),
        Expr::IsFalse(truth) => known(not(*truth)),
        Expr::IsNotTrue(truth) => not(known(*truth)),
        Expr::IsNotFalse(truth) => not(known(not(*truth))),
        Expr::IsUnknown(truth) => Expr::IsNull(truth),
        Expr::IsNotUnknown(truth) => Expr::IsNotNull(truth),
        other => return Transformed::no(other),
    })
}
