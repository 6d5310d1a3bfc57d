//! An aggregate without groups, or with totals, has the same rows, whatever conditions are above
//! it.
//!
//! DataFusion 55.2 moves a condition below an aggregate if all its columns are grouped by. A
//! condition without columns, such as `'b' <= 'a'` with constants substituted, always is, and below
//! an aggregate without groups it leaves a row over no rows instead of removing the row; the same
//! for the total of `rollup`. Above a limit that has no effect conditions stay where they are.
//!
//! Conditions also end up above subqueries, when `in` becomes a join. A correlated aggregate is
//! left unchanged: the rules that decorrelate it do not support a limit.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::config::ConfigOptions;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};
use datafusion::optimizer::AnalyzerRule;

/// The rule for a session.
pub(super) fn rule() -> Arc<dyn AnalyzerRule + Send + Sync> {
    Arc::new(SingleRow)
}

#[derive(Debug)]
struct SingleRow;

impl AnalyzerRule for SingleRow {
    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        kept(plan, false).data()
    }

    fn name(&self) -> &'static str {
        "an_aggregate_without_groups_has_one_row"
    }
}

/// The plan; `asked` if there are conditions above it.
fn kept(plan: LogicalPlan, asked: bool) -> Result<Transformed<LogicalPlan>> {
    let asks = asked || matches!(plan, LogicalPlan::Filter(_) | LogicalPlan::Join(_));
    let within = |subquery: LogicalPlan| subquery.map_children(|rows| kept(rows, true));
    plan.map_children(|child| kept(child, asks))?
        .transform_data(|plan| plan.map_subqueries(within))?
        .transform_data(|plan| match &plan {
            LogicalPlan::Aggregate(aggregate) if asked => match most(&aggregate.group_expr) {
                Some(most) if plan.all_out_ref_exprs().is_empty() => LogicalPlanBuilder::from(plan)
                    .limit(0, Some(most))?
                    .build()
                    .map(Transformed::yes),
                _ => Ok(Transformed::no(plan)),
            },
            _ => Ok(Transformed::no(plan)),
        })
}

/// The most rows there can be where one of them is there whatever is grouped.
fn most(groups: &[Expr]) -> Option<usize> {
    match groups {
        [] => Some(1),
        [Expr::GroupingSet(_), ..] => usize::try_from(i64::MAX).ok(),
        _ => None,
    }
}
