//! The types of a query's result are determined as soon as it is planned.
//!
//! DataFusion 55.2 plans a union with the types of its first branch and `case` with that of its first
//! value, finds the common ones while it analyses the plan, and keeps these for unions, and for
//! outer columns of subqueries, whatever later rules do with those. A stage would declare other
//! types than it returns, and a column that is NULL in one branch would be considered not nullable.
//! So types are coerced first, and every column of a union is nullable.

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

/// The plan with the types of its unions, and of all nodes above them.
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

/// A node whose subqueries have the types of their outer columns.
fn referring(plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    let around = merge_schema(&plan.inputs());
    let plan = plan.map_subqueries(|rows| referred(rows, &[&around]).map(Transformed::yes))?;
    plan.transform_data(|plan| beside(plan, &[]))
}

/// A lateral subquery sees the tables beside it.
fn beside(plan: LogicalPlan, further: &[&DFSchema]) -> Result<Transformed<LogicalPlan>> {
    match plan {
        LogicalPlan::Join(mut join) if is_lateral(&join.right) => {
            let scopes = [&[join.left.schema().as_ref()], further].concat();
            join.right = Arc::new(referred(Arc::unwrap_or_clone(join.right), &scopes)?);
            Ok(Transformed::yes(LogicalPlan::Join(join)))
        }
        other => Ok(Transformed::no(other)),
    }
}

fn is_lateral(rows: &LogicalPlan) -> bool {
    match rows {
        LogicalPlan::SubqueryAlias(named) => is_lateral(&named.input),
        other => matches!(other, LogicalPlan::Subquery(_)),
    }
}

/// A plan that reads columns of the scopes around it, with their types. The nearest comes first: an
/// inlined stage may use any names for its tables.
fn referred(plan: LogicalPlan, scopes: &[&DFSchema]) -> Result<LogicalPlan> {
    let plan = plan.transform_up(|step| {
        let step =
            step.map_expressions(|asked| asked.transform_up(|part| Ok(known(part, scopes))))?;
        let around = merge_schema(&step.data.inputs());
        let nearer = [&[&around], scopes].concat();
        step.transform_data(|step| {
            step.map_subqueries(|rows| referred(rows, &nearer).map(Transformed::yes))
        })?
        .transform_data(|step| beside(step, scopes))?
        .transform_data(|step| step.recompute_schema().map(Transformed::yes))
    });
    plan.data()
}

/// A column of the nearest scope that has it, with its type.
fn known(part: Expr, scopes: &[&DFSchema]) -> Transformed<Expr> {
    let Expr::OuterReferenceColumn(field, column) = part else { return Transformed::no(part) };
    let found = scopes.iter().find_map(|scope| scope.field_from_column(&column).ok());
    match found {
        Some(found) if *found != field => {
            Transformed::yes(Expr::OuterReferenceColumn(Arc::clone(found), column))
        }
        _ => Transformed::no(Expr::OuterReferenceColumn(field, column)),
    }
}
