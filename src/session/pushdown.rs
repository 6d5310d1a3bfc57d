//! Pushdown of filters and projections without confusing columns.
//!
//! When DataFusion 55.2 moves a filter from a node of a plan to the node below, it looks up its
//! columns by name, and of two with the same name it takes the first: `sale.quantity -
//! credit.quantity > 0` becomes `sale.quantity - sale.quantity > 0`, and rows are silently lost
//! (apache/datafusion#25259 fixes it). Until then filters stay above every node that has two
//! columns of one name. The result is the same, but more rows are processed.
//!
//! Filters that compute stay above the scan as well: errors within the reader of Parquet files are
//! returned as text, without the position in the query.
//!
//! A projection that it moves below a sort-merge join leaves the join's condition with the former
//! column indices: the condition reads other columns, or none that exist. Projections stay above
//! such joins.
//!
//! Statistics of a table replace an aggregate. If the aggregate was renamed in between,
//! the engine reports that as an error in the node above; then the table is read.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::common::tree_node::TreeNode;
use datafusion::config::ConfigOptions;
use datafusion::error::Result;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::joins::SortMergeJoinExec;
use datafusion::physical_plan::{ExecutionPlan, replace_children_if_necessary};

use super::exact;

type Rule = Arc<dyn PhysicalOptimizerRule + Send + Sync>;

/// The engine's physical rules, with filter pushdown corrected.
pub(super) fn rules() -> Vec<Rule> {
    PhysicalOptimizer::new().rules.into_iter().map(careful).collect()
}

fn careful(rule: Rule) -> Rule {
    match rule.name() {
        name if name.starts_with("FilterPushdown") => Arc::new(Careful(rule, keeps_filters)),
        "aggregate_statistics" => Arc::new(OrNothing(rule)),
        "ProjectionPushdown" => Arc::new(Careful(rule, merges_on_a_condition)),
        _ => rule,
    }
}

/// A rule that is applied only to those parts of a plan without nodes that it gets wrong.
#[derive(Debug)]
struct Careful(Rule, fn(&dyn ExecutionPlan) -> bool);

impl PhysicalOptimizerRule for Careful {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if !plan.exists(|step| Ok(self.1(step.as_ref())))? {
            return self.0.optimize(plan, config);
        }
        let below = plan.children().into_iter().map(Arc::clone);
        let below = below.map(|step| self.optimize(step, config)).collect::<Result<Vec<_>>>()?;
        replace_children_if_necessary(plan, below)
    }

    fn name(&self) -> &str {
        self.0.name()
    }

    fn schema_check(&self) -> bool {
        self.0.schema_check()
    }
}

/// A rule that leaves a plan as it is if it fails.
#[derive(Debug)]
struct OrNothing(Rule);

impl PhysicalOptimizerRule for OrNothing {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self.0.optimize(Arc::clone(&plan), config).unwrap_or(plan))
    }

    fn name(&self) -> &str {
        self.0.name()
    }

    fn schema_check(&self) -> bool {
        self.0.schema_check()
    }
}

/// Whether filters stay above a node.
fn keeps_filters(step: &dyn ExecutionPlan) -> bool {
    has_twins(step) || computes(step)
}

/// Whether a node filters by arithmetic that may fail.
fn computes(step: &dyn ExecutionPlan) -> bool {
    step.downcast_ref::<FilterExec>().is_some_and(|filter| exact::is_part_of(filter.predicate()))
}

/// Whether two columns of a step have the same name.
fn has_twins(step: &dyn ExecutionPlan) -> bool {
    let schema = step.schema();
    let mut known = HashSet::new();
    schema.fields().iter().any(|field| !known.insert(field.name().as_str()))
}

/// Whether a step is a sort-merge join with a condition besides that its keys are equal.
fn merges_on_a_condition(step: &dyn ExecutionPlan) -> bool {
    step.downcast_ref::<SortMergeJoinExec>().is_some_and(|join| join.filter.is_some())
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::AsArray;
    use datafusion::arrow::datatypes::Int64Type;
    use datafusion::prelude::SessionContext;

    use crate::session::{Resources, runtime, session};

    async fn answer(session: &SessionContext, sql: &str) -> Vec<i64> {
        let batches = session.sql(sql).await.unwrap().collect().await.unwrap();
        let column = |batch: &datafusion::arrow::array::RecordBatch| {
            batch.column(0).as_primitive::<Int64Type>().values().to_vec()
        };
        batches.iter().flat_map(column).collect()
    }

    #[tokio::test]
    async fn a_filter_over_both_sides_of_a_join_tells_columns_of_one_name_apart() {
        for partitions in [1, 4] {
            let resources = Resources {
                memory: 64 << 20,
                partitions,
                hash_join: true,
                zone: chrono_tz::Tz::UTC,
            };
            let session = session(&resources, runtime(resources.memory).unwrap());
            let sales = "create table sales as select * from \
                         (values (1, 5, 0), (2, 5, 3), (3, 4, 4)) as sale (id, quantity, back)";
            session.sql(sales).await.unwrap().collect().await.unwrap();
            let kept = "select sale.id from \
                        (select id, back as quantity from sales where back > 0) as credit \
                        right join sales as sale on credit.id = sale.id \
                        where sale.quantity - coalesce(credit.quantity, 0) > 0 order by sale.id";
            assert_eq!(answer(&session, kept).await, [1, 2]);
        }
    }
}
