//! Sums beside a distinct count, in the type that was promised.
//!
//! The engine answers `count(distinct a), sum(b)` in two steps, with a sum of sums. A sum of a
//! decimal is ten digits wider than the decimal, and so the second sum is wider than the plan says:
//! `expected Decimal128(28, 2) but found Decimal128(38, 2)`, when the plan is made or when it runs.
//! The two steps are far faster than gathering distinct values, so the rule stays; its answers are
//! cast to what the plan says, which fails where a value does not fit.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::Transformed;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, LogicalPlanBuilder};
use datafusion::optimizer::optimizer::ApplyOrder;
use datafusion::optimizer::{OptimizerConfig, OptimizerRule};

type Rule = Arc<dyn OptimizerRule + Send + Sync>;

/// The rule, made to keep types if it is the one that does not.
pub(super) fn typed(rule: Rule) -> Rule {
    match rule.name() {
        "single_distinct_aggregation_to_group_by" => Arc::new(Typed(rule)),
        _ => rule,
    }
}

#[derive(Debug)]
struct Typed(Rule);

impl OptimizerRule for Typed {
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
        let promised = Arc::clone(plan.schema());
        let rewritten = self.0.rewrite(plan, config)?;
        // The engine's own comparison of schemas takes all decimals for one type.
        let same = rewritten.data.schema().fields().iter().zip(promised.fields());
        if same.into_iter().all(|(found, promised)| found.data_type() == promised.data_type()) {
            return Ok(rewritten);
        }
        rewritten.map_data(|plan| {
            let found = Arc::clone(plan.schema());
            let columns = found.iter().zip(promised.fields()).map(|((table, field), promised)| {
                let column = Expr::Column((table, field).into());
                let typed = column.cast_to(promised.data_type(), found.as_ref())?;
                Ok(typed.alias_qualified(table.cloned(), field.name()))
            });
            let columns: Vec<Expr> = columns.collect::<Result<_>>()?;
            LogicalPlanBuilder::from(plan).project(columns)?.build()
        })
    }
}
