//! Joins of what `is not distinct from` keep it beside other joins.
//!
//! DataFusion 55.2 takes inner joins that follow each other apart and puts them together again, all with
//! the one meaning of NULL that the last of them has, so that of `a join b on a.x is not distinct from b.x
//! join c on …` the rows without an `x` are lost. Plans with such a join are left as they are written.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{NullEquality, Result};
use datafusion::logical_expr::LogicalPlan;
use datafusion::optimizer::OptimizerRule;
use datafusion::optimizer::optimizer::{ApplyOrder, OptimizerConfig};

type Rule = Arc<dyn OptimizerRule + Send + Sync>;

/// The engine's rule, and the one that takes joins apart made careful.
pub(super) fn kept(rule: Rule) -> Rule {
    match rule.name() {
        "eliminate_cross_join" => Arc::new(Kept(rule)),
        _ => rule,
    }
}

#[derive(Debug)]
struct Kept(Rule);

impl OptimizerRule for Kept {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        self.0.apply_order()
    }

    fn supports_rewrite(&self) -> bool {
        true
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        config: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        let equal = |step: &LogicalPlan| match step {
            LogicalPlan::Join(join) => join.null_equality == NullEquality::NullEqualsNull,
            _ => false,
        };
        match plan.exists(|step| Ok(equal(step)))? {
            true => Ok(Transformed::no(plan)),
            false => self.0.rewrite(plan, config),
        }
    }
}
