//! A rule for what the SQL planner does not see: unary minus, operators whose types are known only
//! after analysis, such as those within lambdas, explicit and implicit casts, and sorting of values
//! without an order.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, Result, plan_err};
use datafusion::logical_expr::expr::{AggregateFunction, WindowFunctionDefinition};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable, LogicalPlan, Operator, lit};
use datafusion::optimizer::AnalyzerRule;

use super::super::ties::is_of_order;
use super::operands::operands;
use super::{cast, operator};

/// Makes the rest exact. It runs after types are coerced and keeps them.
#[derive(Debug)]
pub(super) struct Unplanned;

impl AnalyzerRule for Unplanned {
    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        plan.transform_up_with_subqueries(rewritten).map(|plan| plan.data)
    }

    fn name(&self) -> &'static str {
        "exact_arithmetic"
    }
}

fn rewritten(plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    let schema = merge_schema(&plan.inputs());
    let names = NamePreserver::new(&plan);
    plan.map_expressions(|expr| {
        let name = names.save(&expr);
        let expr = expr.transform_up(|expr| exact(expr, &schema))?;
        Ok(expr.update_data(|expr| name.restore(expr)))
    })
}

/// Rejects sorting by nested values: if one of their elements is NULL the engine has no order for
/// them, and the result depends on the partitioning of rows.
fn in_no_order(expr: &Expr, schema: &DFSchema) -> Result<()> {
    let (name, args, distinct) = match expr {
        Expr::AggregateFunction(AggregateFunction { func, params }) => {
            (func.name(), &params.args, params.distinct)
        }
        Expr::WindowFunction(call) => match &call.fun {
            WindowFunctionDefinition::AggregateUDF(func) => {
                (func.name(), &call.params.args, call.params.distinct)
            }
            WindowFunctionDefinition::WindowUDF(_) => return Ok(()),
        },
        _ => return Ok(()),
    };
    match args.first().map(|first| first.get_type(schema)).transpose()? {
        Some(of) if !of.is_nested() => Ok(()),
        Some(_) if ["min", "max"].contains(&name) => plan_err!(
            "`{name}` takes no lists and structs: write `first_value(… order by …)`, where each part has a direction"
        ),
        Some(_) if distinct && is_of_order(name) => plan_err!(
            "`{name}(distinct …)` takes no lists and structs: write `{name}(… order by …)` over a `select distinct`"
        ),
        _ => Ok(()),
    }
}

fn exact(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    in_no_order(&expr, schema)?;
    if let Some(cast) = cast::exact(&expr, schema)? {
        return Ok(Transformed::yes(cast));
    }
    let returns = expr.get_type(schema);
    match (expr, returns) {
        (Expr::Negative(value), Ok(returns)) if returns.is_integer() => {
            answered(Operator::Minus, lit(0_i64), *value, &returns, schema)
        }
        (Expr::BinaryExpr(BinaryExpr { left, op, right }), Ok(returns))
            if returns.is_integer() || returns.is_decimal() =>
        {
            answered(op, *left, *right, &returns, schema)
        }
        (other, _) => Ok(Transformed::no(other)),
    }
}

/// The exact operator between these operands, in the type that the plan expects.
fn answered(
    op: Operator,
    left: Expr,
    right: Expr,
    returns: &DataType,
    schema: &DFSchema,
) -> Result<Transformed<Expr>> {
    let (of_left, of_right) = (left.get_type(schema)?, right.get_type(schema)?);
    let Some((to_left, to_right)) = operands(op, &of_left, &of_right) else {
        let same = BinaryExpr::new(Box::new(left), op, Box::new(right));
        return Ok(Transformed::no(Expr::BinaryExpr(same)));
    };
    let (left, right) = (left.cast_to(&to_left, schema)?, right.cast_to(&to_right, schema)?);
    let exact = operator::call(op, None, left, right);
    Ok(Transformed::yes(exact.cast_to(returns, schema)?))
}
