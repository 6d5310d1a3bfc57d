//! `except all` and `intersect all`, which count equal rows.
//!
//! DataFusion 55.2 executes both by a join that tests whether a row exists on the other side:
//! for three equal rows, `except all` one of them leaves none instead of two. With numbers among
//! equal rows they are no longer equal, and the same join is correct.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TransformedResult};
use datafusion::common::{Column, NullEquality, Result};
use datafusion::config::ConfigOptions;
use datafusion::functions_window::expr_fn::row_number;
use datafusion::logical_expr::{
    Distinct, Expr, ExprFunctionExt, Join, JoinType, LogicalPlan, LogicalPlanBuilder,
};
use datafusion::optimizer::AnalyzerRule;

/// The number of a row among equal ones.
const NUMBER: &str = "__number";

/// The rule for a session.
pub(super) fn rule() -> Arc<dyn AnalyzerRule + Send + Sync> {
    Arc::new(Bags)
}

#[derive(Debug)]
struct Bags;

impl AnalyzerRule for Bags {
    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        let plan = plan.transform_up_with_subqueries(|plan| match plan {
            LogicalPlan::Join(join) if counts(&join) => numbered(&join).map(Transformed::yes),
            other => Ok(Transformed::no(other)),
        });
        plan.data()
    }

    fn name(&self) -> &'static str {
        "bags_count_rows_that_are_alike"
    }
}

/// Whether a join represents `except all` or `intersect all`: without the `all` its left side is
/// distinct, and no other query finds NULL equal to NULL before it is optimised.
fn counts(join: &Join) -> bool {
    let kind = matches!(join.join_type, JoinType::LeftAnti | JoinType::LeftSemi);
    let whole = join.on.len() == join.left.schema().fields().len();
    let alike = join.null_equality == NullEquality::NullEqualsNull;
    kind && whole && alike && !matches!(join.left.as_ref(), LogicalPlan::Distinct(Distinct::All(_)))
}

fn numbered(join: &Join) -> Result<LogicalPlan> {
    let number_of = || Expr::Column(Column::from_name(NUMBER));
    let numbered = Join {
        left: Arc::new(number(&join.left)?),
        right: Arc::new(number(&join.right)?),
        on: join.on.iter().cloned().chain([(number_of(), number_of())]).collect(),
        ..join.clone()
    };
    let columns = join.left.schema().columns().into_iter().map(Expr::Column);
    let numbered = LogicalPlan::Join(numbered).recompute_schema()?;
    LogicalPlanBuilder::from(numbered).project(columns)?.build()
}

fn number(plan: &LogicalPlan) -> Result<LogicalPlan> {
    let columns: Vec<Expr> = plan.schema().columns().into_iter().map(Expr::Column).collect();
    let number = row_number().partition_by(columns.clone()).build()?;
    let name = number.schema_name().to_string();
    let number = number.alias(name.clone());
    let numbered = LogicalPlanBuilder::from(plan.clone()).window([number])?;
    let number = Expr::Column(Column::from_name(name)).alias(NUMBER);
    numbered.project(columns.into_iter().chain([number]))?.build()
}
