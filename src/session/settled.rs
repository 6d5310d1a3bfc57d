//! What a query yields is settled as soon as it is planned.
//!
//! DataFusion 55.2 plans a union with the types of its first branch and `case` with that of its first
//! value, finds the common ones while it analyses the plan, and keeps what it found for unions, and for
//! columns that subqueries read from around them, whatever later rules make of those. A stage would
//! promise other types than it yields, and a column that one branch leaves empty would be taken for one
//! that never is. So types are settled first, and every column of a union may be NULL.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::common::{DFSchema, ExprSchema, Result};
use datafusion::execution::SessionState;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, LogicalPlan, Union};
use datafusion::optimizer::analyzer::type_coercion::coerce_union_schema;

/// The plan with the types that it has once it is analysed.
pub(super) fn settled(state: &SessionState, plan: LogicalPlan) -> Result<LogicalPlan> {
    let plan = typed(plan)?;
    match state.analyzer().rules.iter().find(|rule| rule.name() == "type_coercion") {
        Some(rule) => typed(rule.analyze(plan, state.config_options())?),
        None => Ok(plan),
    }
}

/// The plan with the types of its unions, and of all that stands on them.
fn typed(plan: LogicalPlan) -> Result<LogicalPlan> {
    let plan = plan.transform_up_with_subqueries(|plan| match plan {
        LogicalPlan::Union(Union { inputs, .. }) => {
            let schema = Arc::new(nullable(&coerce_union_schema(&inputs)?)?);
            Ok(Transformed::yes(LogicalPlan::Union(Union { inputs, schema })))
        }
        other if other.inputs().is_empty() => Ok(Transformed::no(other)),
        other => {
            referring(other)?.transform_data(|plan| plan.recompute_schema().map(Transformed::yes))
        }
    });
    plan.data()
}

fn nullable(schema: &DFSchema) -> Result<DFSchema> {
    let fields = schema.iter().map(|(table, field)| {
        let field = field.as_ref().clone().with_nullable(true);
        (table.cloned(), Arc::new(field))
    });
    DFSchema::new_with_metadata(fields.collect(), schema.metadata().clone())
}

/// A step whose subqueries know the columns around them by their types.
fn referring(plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    if let LogicalPlan::Join(mut join) = plan {
        let beside = Arc::unwrap_or_clone(join.right);
        join.right = Arc::new(referred(beside, join.left.schema())?);
        return Ok(Transformed::yes(LogicalPlan::Join(join)));
    }
    let around = merge_schema(&plan.inputs());
    plan.map_subqueries(|subquery| referred(subquery, &around).map(Transformed::yes))
}

/// A plan that reads columns of `around`, with their types.
fn referred(plan: LogicalPlan, around: &DFSchema) -> Result<LogicalPlan> {
    let plan = plan.transform_up_with_subqueries(|plan| {
        let plan = plan.map_expressions(|expression| {
            expression.transform_up(|part| {
                Ok(match part {
                    Expr::OuterReferenceColumn(known, column) => {
                        match around.field_from_column(&column) {
                            Ok(field) if *field != known => Transformed::yes(
                                Expr::OuterReferenceColumn(Arc::clone(field), column),
                            ),
                            _ => Transformed::no(Expr::OuterReferenceColumn(known, column)),
                        }
                    }
                    other => Transformed::no(other),
                })
            })
        })?;
        plan.transform_data(|plan| plan.recompute_schema().map(Transformed::yes))
    });
    plan.data()
}
