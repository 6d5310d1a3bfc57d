//! An aggregate without groups has one row, whatever is asked above it.
//!
//! DataFusion 55.2 moves a condition below an aggregate if all its columns are grouped by. One without
//! columns, such as `'b' <= 'a'` once constants are put in, always is, and below an aggregate without
//! groups it makes the row one of no rows instead of taking it away. Above `limit 1`, which changes
//! nothing there, conditions stay where they are.
//!
//! Subqueries that are asked for each row are left alone: the rules that take them apart know no
//! limit.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::config::ConfigOptions;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
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

/// The plan; `asked` where conditions stand above it.
fn kept(plan: LogicalPlan, asked: bool) -> Result<Transformed<LogicalPlan>> {
    if matches!(plan, LogicalPlan::Subquery(_)) {
        return Ok(Transformed::no(plan));
    }
    let asks = asked || matches!(plan, LogicalPlan::Filter(_) | LogicalPlan::Join(_));
    plan.map_children(|child| kept(child, asks))?.transform_data(|plan| match &plan {
        LogicalPlan::Aggregate(aggregate) if asked && aggregate.group_expr.is_empty() => {
            LogicalPlanBuilder::from(plan).limit(0, Some(1))?.build().map(Transformed::yes)
        }
        _ => Ok(Transformed::no(plan)),
    })
}
