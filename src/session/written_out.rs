//! Conditions that become too large when they are expanded.
//!
//! The engine moves a condition down to the tables, and replaces each column by its definition in
//! a query below. If each of twenty queries names the column of the one before twice, a condition
//! of one column has a million. How many it would have is counted here, before it is expanded.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion, TreeNodeVisitor};
use datafusion::common::{DFSchema, Result, plan_err};
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::optimizer::AnalyzerRule;

/// How many columns of tables one condition may expand to.
const MOST: u64 = 4_000;

/// The rule for a session.
pub(super) fn rule() -> Arc<dyn AnalyzerRule + Send + Sync> {
    Arc::new(Conditions)
}

#[derive(Debug)]
struct Conditions;

impl AnalyzerRule for Conditions {
    fn name(&self) -> &'static str {
        "conditions_are_bounded"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        plan.visit_with_subqueries(&mut Count::default())?;
        Ok(plan)
    }
}

/// A way through a plan, from its tables up.
#[derive(Default)]
struct Count {
    /// For each node whose reader is not reached: to how many columns of tables each of its own
    /// expands.
    steps: Vec<Vec<u64>>,
    /// How many of these there were where each open step began.
    begun: Vec<usize>,
}

impl<'n> TreeNodeVisitor<'n> for Count {
    type Node = LogicalPlan;

    fn f_down(&mut self, _: &'n LogicalPlan) -> Result<TreeNodeRecursion> {
        self.begun.push(self.steps.len());
        Ok(TreeNodeRecursion::Continue)
    }

    fn f_up(&mut self, step: &'n LogicalPlan) -> Result<TreeNodeRecursion> {
        let inputs = step.inputs().len();
        let below = self.steps.split_off(self.steps.len().saturating_sub(inputs));
        // What remains are queries within the step's expressions.
        self.steps.truncate(self.begun.pop().unwrap_or(0));
        let schemas = step.inputs();
        let made = Made {
            schemas: schemas.iter().map(|it| it.schema().as_ref()).collect(),
            below: &below,
        };
        made.is_bounded(step)?;
        self.steps.push(made.columns(step));
        Ok(TreeNodeRecursion::Continue)
    }
}

/// The expansions of the columns that a node reads.
struct Made<'a> {
    schemas: Vec<&'a DFSchema>,
    below: &'a [Vec<u64>],
}

impl Made<'_> {
    fn is_bounded(&self, step: &LogicalPlan) -> Result<()> {
        let columns = match step {
            LogicalPlan::Filter(filter) => self.of(&filter.predicate),
            LogicalPlan::Join(join) => {
                let on = join.on.iter().flat_map(|(left, right)| [left, right]);
                on.chain(&join.filter).map(|part| self.of(part)).fold(0, u64::saturating_add)
            }
            _ => 0,
        };
        if columns <= MOST {
            return Ok(());
        }
        plan_err!(
            "a condition comes to more than {MOST} columns when what it reads is written out: make a \
             stage of a query below it"
        )
    }

    /// How many columns of tables an expression expands to; at least one.
    fn of(&self, expr: &Expr) -> u64 {
        let mut columns = 0_u64;
        let counted = expr.apply(|part| {
            if let Expr::Column(column) = part {
                let known = self.schemas.iter().zip(self.below).find_map(|(schema, made)| {
                    made.get(schema.maybe_index_of_column(column)?).copied()
                });
                columns = columns.saturating_add(known.unwrap_or(1));
            }
            Ok(TreeNodeRecursion::Continue)
        });
        counted.map_or(1, |_| columns.max(1))
    }

    /// The expansion of each column of a node. Conditions do not move through an aggregate or a
    /// window.
    fn columns(&self, step: &LogicalPlan) -> Vec<u64> {
        let width = step.schema().fields().len();
        let mut made = match step {
            LogicalPlan::Projection(projection) => {
                projection.expr.iter().map(|expr| self.of(expr)).collect()
            }
            LogicalPlan::Aggregate(aggregate) => {
                aggregate.group_expr.iter().map(|expr| self.of(expr)).collect()
            }
            LogicalPlan::Union(_) => (0..width).map(|at| self.most(at)).collect(),
            _ => self.below.concat(),
        };
        made.resize(width, 1);
        made
    }

    fn most(&self, column: usize) -> u64 {
        self.below.iter().filter_map(|made| made.get(column)).copied().max().unwrap_or(1)
    }
}

#[cfg(test)]
mod tests {
    use crate::session::for_planning;

    async fn planned(sql: &str) -> Result<(), String> {
        let session = for_planning(chrono_tz::Tz::UTC).unwrap();
        let frame = session.sql(sql).await.map_err(|error| error.to_string())?;
        frame.into_optimized_plan().map(drop).map_err(|error| error.to_string())
    }

    /// So many queries, each of the one before: `last` reads the last of them.
    fn chain(length: usize, step: &str, last: &str) -> String {
        let first = "with a0 as (select x, g from (values (1, 2)) as t(x, g))".to_owned();
        let step = |at: usize| {
            let step = step.replace("BELOW", &format!("a{}", at - 1));
            format!("a{at} as ({step})")
        };
        let steps: Vec<String> = std::iter::once(first).chain((1..=length).map(step)).collect();
        format!("{} {}", steps.join(", "), last.replace("BELOW", &format!("a{length}")))
    }

    #[tokio::test]
    async fn a_condition_that_would_be_written_out_without_end_is_refused() {
        for (step, last) in [
            ("select x + x as x from BELOW", "select x from BELOW where x > 1"),
            (
                "select case when x > 1 then x else -x end as x from BELOW",
                "select x from BELOW where x > 1",
            ),
            ("select x + x as x from BELOW", "select b.x from BELOW as b join a0 on b.x = a0.g"),
            (
                "select x + x as x from BELOW",
                "select x from BELOW where x > (select max(g) from a0)",
            ),
            ("select x + x as x from BELOW", "select x from BELOW group by x having x > 3"),
            (
                "select x + x as x from BELOW",
                "select g from a0 where g in (select x from BELOW where x > 1)",
            ),
            (
                "select x + x as x from BELOW union all select g from a0",
                "select x from BELOW where x > 1",
            ),
        ] {
            let error = planned(&chain(30, step, last)).await.unwrap_err();
            assert!(error.contains("more than 4000 columns"), "{last}: {error}");
        }
    }

    #[tokio::test]
    async fn long_chains_that_do_not_multiply_are_planned() {
        for (length, step, last) in [
            (40, "select x + 1 as x from BELOW", "select x from BELOW where x > 1"),
            (11, "select x + x as x from BELOW", "select x from BELOW where x > 1"),
            (40, "select x + x as x from BELOW", "select x from BELOW"),
            (
                20,
                "select sum(x) + sum(x) as x, g from BELOW group by g",
                "select x from BELOW where x > 1",
            ),
        ] {
            planned(&chain(length, step, last)).await.unwrap();
        }
    }
}
