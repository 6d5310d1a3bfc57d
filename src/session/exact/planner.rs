//! SQL becomes a plan: here operators and sums become exact, with their position in the text.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::diagnostic::Diagnostic;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, Result, Span, plan_err};
use datafusion::execution::{SessionState, SessionStateBuilder};
use datafusion::logical_expr::expr::{WindowFunction, WindowFunctionParams};
use datafusion::logical_expr::planner::{
    ExprPlanner, PlannerResult, RawAggregateExpr, RawBinaryExpr, RawWindowExpr,
};
use datafusion::logical_expr::{
    AggregateUDF, Expr, ExprSchemable, LogicalPlan, Operator, WindowFunctionDefinition, cast,
};
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::BinaryOperator;

use super::implicit::span;
use super::operands::operands;
use super::{operator, quantile, total};
use crate::diagnostic::Place;
use crate::session::ties::cut;
use crate::session::type_coercion::settled;
use crate::session::{concatenation, moments, window_answers};

/// An operator or a call in the text of a query.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    /// The operator, or the function in lower case.
    pub(crate) name: String,
    /// Its start and end, in lines and columns of the query.
    pub(crate) from: (u64, u64),
    pub(crate) to: (u64, u64),
    pub(crate) place: Place,
}

impl Site {
    fn holds(&self, span: &Span) -> bool {
        self.from <= (span.start.line, span.start.column)
            && (span.end.line, span.end.column) <= self.to
    }
}

/// The plan of a statement whose operators and calls are at `sites`.
///
/// # Errors
/// The statement cannot be planned.
pub(crate) async fn planned(
    state: &SessionState,
    statement: Statement,
    sites: Vec<Site>,
) -> Result<LogicalPlan> {
    // A state that creates its own catalog would replace ours by an empty one.
    let config = state.config().clone().with_create_default_catalog_and_schema(false);
    let mut planners = state.expr_planners().to_vec();
    let moment = moments::moment(state.config_options());
    planners.insert(0, Arc::new(Planner { sites, moment }));
    let state = SessionStateBuilder::new_from_existing(state.clone())
        .with_config(config)
        .with_expr_planners(planners)
        .build();
    settled(&state, cut(state.statement_to_plan(statement).await?)?)
}

/// Makes operators and sums exact.
#[derive(Debug)]
pub(super) struct Planner {
    sites: Vec<Site>,
    /// The type of a date that is combined with a timestamp.
    moment: DataType,
}

impl Planner {
    /// One that knows no query.
    pub(super) fn of_moments(moment: DataType) -> Self {
        Self { sites: Vec::new(), moment }
    }
}

impl ExprPlanner for Planner {
    fn plan_binary_op(
        &self,
        expr: RawBinaryExpr,
        schema: &DFSchema,
    ) -> Result<PlannerResult<RawBinaryExpr>> {
        let types = (expr.left.get_type(schema), expr.right.get_type(schema));
        match (arithmetic(&expr.op), types) {
            (Some(is), (Ok(left), Ok(right))) if operands(is, &left, &right).is_some() => {
                let place = self.place(&is.to_string(), &[&expr.left, &expr.right]);
                Ok(PlannerResult::Planned(operator::call(is, place, expr.left, expr.right)))
            }
            (_, (Ok(left), Ok(right)))
                if expr.op == BinaryOperator::StringConcat
                    && left.is_string()
                    && right.is_string() =>
            {
                Ok(PlannerResult::Planned(concatenation::call(expr.left, expr.right)))
            }
            (Some(is), (Ok(left), Ok(right))) if moments::is_timed(is, &left, &right) => {
                let place = self.place(&is.to_string(), &[&expr.left, &expr.right]);
                let sides = [expr.left, expr.right];
                moments::timed(is, place, sides, schema, &self.moment).map(PlannerResult::Planned)
            }
            _ => Ok(PlannerResult::Original(expr)),
        }
    }

    fn plan_aggregate(
        &self,
        mut expr: RawAggregateExpr,
    ) -> Result<PlannerResult<RawAggregateExpr>> {
        quantile::constant(expr.func.name(), &expr.args)?;
        refuse_distinct(expr.func.name(), expr.distinct, &expr.args)?;
        if let Some(exact) = self.placed(&expr.func, &expr.args) {
            expr.func = exact;
        }
        expr.args = named(expr.args);
        Ok(PlannerResult::Original(expr))
    }

    fn plan_window(&self, mut expr: RawWindowExpr) -> Result<PlannerResult<RawWindowExpr>> {
        if expr.func_def.name() == "grouping" {
            return plan_err!("`grouping` says how rows are grouped, and has no window");
        }
        quantile::constant(expr.func_def.name(), &expr.args)?;
        refuse_distinct(expr.func_def.name(), expr.distinct, &expr.args)?;
        constant_beyond(expr.func_def.name(), &expr.args)?;
        if let WindowFunctionDefinition::AggregateUDF(function) = &expr.func_def
            && let Some(exact) = self.placed(function, &expr.args)
        {
            expr.func_def = WindowFunctionDefinition::AggregateUDF(exact);
        }
        expr.args = named(expr.args);
        window_answers::charged(&mut expr);
        if PLACES.contains(&expr.func_def.name()) {
            return Ok(PlannerResult::Planned(cast(window(expr), DataType::Int64)));
        }
        Ok(PlannerResult::Original(expr))
    }
}

/// Functions that return unsigned counts, which would turn every integer combined with them into a
/// decimal.
const PLACES: [&str; 4] = ["row_number", "rank", "dense_rank", "ntile"];

fn window(raw: RawWindowExpr) -> Expr {
    let RawWindowExpr { func_def, args, partition_by, order_by, window_frame, .. } = raw;
    let RawWindowExpr { filter, null_treatment, distinct, .. } = raw;
    Expr::from(WindowFunction {
        fun: func_def,
        params: WindowFunctionParams {
            args,
            partition_by,
            order_by,
            window_frame,
            filter,
            null_treatment,
            distinct,
        },
    })
}

impl Planner {
    /// The function with its place.
    fn placed(&self, function: &AggregateUDF, args: &[Expr]) -> Option<Arc<AggregateUDF>> {
        // The default planner of a session comes after the one for the query.
        if self.sites.is_empty() {
            return None;
        }
        let make = match function.name() {
            "sum" => total::sum,
            "avg" => total::average,
            _ => return None,
        };
        let mut names =
            std::iter::once(function.name()).chain(function.aliases().iter().map(String::as_str));
        let args: Vec<&Expr> = args.iter().collect();
        let place = names.find_map(|name| self.place(name, &args));
        Some(Arc::new(make(place)))
    }

    /// The smallest site of this name around the columns of `parts`; if they name none, the only
    /// site of this name.
    fn place(&self, name: &str, parts: &[&Expr]) -> Option<Place> {
        let spans: Vec<Span> = parts.iter().flat_map(|part| spans(part)).collect();
        let mut sites = self
            .sites
            .iter()
            .filter(|site| site.name == name && spans.iter().all(|span| site.holds(span)));
        if spans.is_empty() {
            let first = sites.next()?;
            return sites.next().is_none().then(|| first.place.clone());
        }
        let smallest = sites.max_by_key(|site| (site.from, std::cmp::Reverse(site.to)))?;
        Some(smallest.place.clone())
    }
}

/// The engine's aggregates that silently ignore `distinct`.
fn refuse_distinct(name: &str, distinct: bool, args: &[Expr]) -> Result<()> {
    let deaf = ["corr", "covar_pop", "covar_samp", "nth_value"].contains(&name)
        || name.starts_with("regr_");
    if !(distinct && deaf) {
        return Ok(());
    }
    let said = Diagnostic::new_error("not with `distinct`", args.first().and_then(span));
    plan_err!(
        "{name} does not take DISTINCT: read from `(select distinct …)` instead"; diagnostic = said
    )
}

/// Rejects columns as the offset and the default of `lag` and `lead`, for which the engine accepts
/// only constants.
fn constant_beyond(name: &str, args: &[Expr]) -> Result<()> {
    let asks = |arg: &&Expr| {
        let asks = |part: &Expr| {
            Ok(matches!(
                part,
                Expr::Column(_) | Expr::OuterReferenceColumn(..) | Expr::ScalarSubquery(_)
            ))
        };
        arg.exists(asks).unwrap_or(true)
    };
    let mut beyond = args.iter().skip(1).filter(|_| matches!(name, "lag" | "lead"));
    let Some(column) = beyond.find(asks) else { return Ok(()) };
    let said = Diagnostic::new_error("not a constant", span(column));
    plan_err!(
        "'{name}' takes constants for the distance and for where there is no such row: write \
         `case when {name}(true) over (…) then {name}(…) over (…) else … end`"; diagnostic = said
    )
}

/// The argument of an aggregate, under a name that includes its casts, which the engine leaves out
/// of names.
fn named(mut args: Vec<Expr>) -> Vec<Expr> {
    let cast = |part: &Expr| Ok(matches!(part, Expr::Cast(_) | Expr::TryCast(_)));
    if let Some(first) = args.first_mut()
        && first.exists(cast).unwrap_or(false)
    {
        let name = first.to_string();
        *first = std::mem::take(first).alias(name);
    }
    args
}

fn arithmetic(operator: &BinaryOperator) -> Option<Operator> {
    match operator {
        BinaryOperator::Plus => Some(Operator::Plus),
        BinaryOperator::Minus => Some(Operator::Minus),
        BinaryOperator::Multiply => Some(Operator::Multiply),
        BinaryOperator::Divide => Some(Operator::Divide),
        BinaryOperator::Modulo => Some(Operator::Modulo),
        BinaryOperator::PGBitwiseShiftLeft => Some(Operator::BitwiseShiftLeft),
        BinaryOperator::PGBitwiseShiftRight => Some(Operator::BitwiseShiftRight),
        _ => None,
    }
}

/// Where the columns of an expression were written.
fn spans(expr: &Expr) -> Vec<Span> {
    let mut found = Vec::new();
    let _ = expr.apply(|part| {
        if let Expr::Column(column) = part {
            found.extend(column.spans.first());
        }
        Ok(TreeNodeRecursion::Continue)
    });
    found
}
