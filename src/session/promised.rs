//! The engine's rules for plans, with three of them corrected.
//!
//! DataFusion 55.2 checks the result of a rule for a node, and not the nodes above, which continue
//! with the columns that they were planned with:
//!
//! - `single_distinct_aggregation_to_group_by` computes `count(distinct a), sum(b)` in two steps,
//!   with a sum of sums. A sum of a decimal is ten digits wider than the decimal, and so the second
//!   sum is wider than the plan says. The two steps are far faster than collecting distinct values,
//!   so the rule is kept.
//! - `decorrelate_lateral_join` inserts its join columns among the others, and columns after them
//!   are read from the wrong position.
//! - `eliminate_cross_join` flattens consecutive inner joins and rebuilds them, all with the null
//!   equality of the last of them, so that of `a join b on a.x is not distinct from b.x join c on
//!   …` the rows without an `x` are lost.
//!
//! The results of the first two get the planned columns and types by a projection that fails
//! if a value does not fit. Plans with joins of what `is not distinct from` are left as written.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, NullEquality, Result};
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, LogicalPlanBuilder};
use datafusion::optimizer::optimizer::ApplyOrder;
use datafusion::optimizer::{Optimizer, OptimizerConfig, OptimizerRule};

type Rule = Arc<dyn OptimizerRule + Send + Sync>;

/// The engine's rules for the plans it is given.
pub(super) fn rules() -> Vec<Rule> {
    Optimizer::new().rules.into_iter().map(careful).collect()
}

fn careful(rule: Rule) -> Rule {
    match rule.name() {
        "eliminate_cross_join" => Arc::new(Careful(rule, joins_null)),
        "single_distinct_aggregation_to_group_by" | "decorrelate_lateral_join" => {
            Arc::new(Careful(rule, |_| Ok(false)))
        }
        _ => rule,
    }
}

/// A rule that leaves some plans as they are, and keeps the columns of the others.
#[derive(Debug)]
struct Careful(Rule, fn(&LogicalPlan) -> Result<bool>);

impl OptimizerRule for Careful {
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
        if self.1(&plan)? {
            return Ok(Transformed::no(plan));
        }
        let promised = Arc::clone(plan.schema());
        self.0.rewrite(plan, config)?.map_data(|plan| with_columns(plan, &promised))
    }
}

/// Whether some join takes NULL for equal to NULL.
fn joins_null(plan: &LogicalPlan) -> Result<bool> {
    plan.exists(|step| match step {
        LogicalPlan::Join(join) => Ok(join.null_equality == NullEquality::NullEqualsNull),
        _ => Ok(false),
    })
}

/// The plan, with these columns in these types.
fn with_columns(plan: LogicalPlan, promised: &DFSchema) -> Result<LogicalPlan> {
    let found = Arc::clone(plan.schema());
    // The engine's own comparison of schemas takes all decimals for one type.
    let types = |schema: &DFSchema| {
        let columns = schema.iter().map(|(table, field)| {
            (table.cloned(), field.name().clone(), field.data_type().clone())
        });
        columns.collect::<Vec<_>>()
    };
    if types(&found) == types(promised) {
        return Ok(plan);
    }
    let columns = promised.iter().map(|(table, field)| {
        let column = Expr::Column((table, field).into());
        let typed = column.cast_to(field.data_type(), found.as_ref())?;
        Ok(typed.alias_qualified(table.cloned(), field.name()))
    });
    let columns: Vec<Expr> = columns.collect::<Result<_>>()?;
    LogicalPlanBuilder::from(plan).project(columns)?.build()
}
