//! Required orderings are satisfied.
//!
//! A union has the order of its branches. DataFusion 55.2 sorts these instead of it, but drops a
//! column that a branch returns twice, where sorting by the first is sufficient, and forgets that
//! in the union. The plan is finally rejected. Before that, nodes without the order that the node
//! above requires are sorted again.
//!
//! A window that processes sorted partitions determines their order twice, and if partition keys
//! are constants or row numbers the second result may differ: the run fails. Such a window accepts
//! unsorted partitions.

use std::sync::Arc;

use datafusion::config::ConfigOptions;
use datafusion::error::Result;
use datafusion::physical_expr::{LexOrdering, OrderingRequirements};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::windows::BoundedWindowAggExec;
use datafusion::physical_plan::{
    ExecutionPlan, ExecutionPlanProperties, InputOrderMode, replace_children_if_necessary,
};

type Rule = Arc<dyn PhysicalOptimizerRule + Send + Sync>;

/// The rules of an engine, with one that sorts before the last, which validates the plan.
pub(super) fn before_it_is_judged(mut rules: Vec<Rule>) -> Vec<Rule> {
    let judge = rules.iter().position(|rule| rule.name() == "SanityCheckPlan");
    rules.insert(judge.unwrap_or(rules.len()), Arc::new(Sorted));
    rules
}

#[derive(Debug)]
struct Sorted;

impl PhysicalOptimizerRule for Sorted {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        throughout(plan)
    }

    fn name(&self) -> &'static str {
        "what_is_read_in_an_order_is_sorted"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

fn throughout(plan: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    let children = plan.children().into_iter().zip(plan.required_input_ordering());
    let children = children.map(|(child, order)| {
        let child = throughout(Arc::clone(child))?;
        match order {
            Some(order) => sorted(child, order),
            None => Ok(child),
        }
    });
    let children = children.collect::<Result<Vec<_>>>()?;
    replace_children_if_necessary(plan, children).and_then(parted)
}

/// The node, in which a window without an order accepts unsorted partitions if it could not
/// distinguish them.
fn parted(step: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    let Some(window) = step.downcast_ref::<BoundedWindowAggExec>() else { return Ok(step) };
    let expressions = window.window_expr();
    let is_ordered = expressions.iter().any(|it| !it.order_by().is_empty());
    if is_ordered || window.partition_by_sort_keys().is_ok() {
        return Ok(step);
    }
    let (input, apart) = (Arc::clone(window.input()), !window.partition_keys().is_empty());
    let as_they_come = InputOrderMode::Linear;
    let window = BoundedWindowAggExec::try_new(expressions.to_vec(), input, as_they_come, apart)?;
    Ok(Arc::new(window))
}

/// The step, in an order that it has or gets.
fn sorted(
    step: Arc<dyn ExecutionPlan>,
    order: OrderingRequirements,
) -> Result<Arc<dyn ExecutionPlan>> {
    let order = order.into_single();
    if step.equivalence_properties().ordering_satisfy_requirement(order.clone())? {
        return Ok(step);
    }
    let parts = step.output_partitioning().partition_count();
    let sort = SortExec::new(LexOrdering::from(order), step);
    Ok(Arc::new(sort.with_preserve_partitioning(parts > 1)))
}
