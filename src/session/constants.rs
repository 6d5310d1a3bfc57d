//! Constant expressions are evaluated when a query is planned.
//!
//! The engine does so too, but leaves those that fail, such as `make_date(2023, 2, 29)`, to fail in
//! the run. Here they fail when the query is planned, and so do invalid patterns. Expressions that
//! may not be evaluated, such as the branches of a `case`, are left to the run.

use std::sync::Arc;

use datafusion::arrow::array::{RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{
    DFSchema, DataFusionError, Result, ScalarValue, plan_datafusion_err, plan_err,
};
use datafusion::logical_expr::execution_props::ExecutionProps;
use datafusion::logical_expr::expr::{Case, Like, ScalarFunction, WindowFunction};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{
    BinaryExpr, Expr, ExprSchemable, LogicalPlan, Operator, Volatility, WindowFrameBound,
    WindowFrameUnits, lit,
};
use datafusion::optimizer::AnalyzerRule;
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::physical_expr::create_physical_expr;

/// Functions that read a pattern, their second argument, whatever the first is.
const BY_PATTERN: [&str; 6] =
    ["regexp_replace", "regexp_like", "regexp_match", "regexp_count", "regexp_instr", "to_char"];

/// The longest pattern that is compiled, in bytes: its compiled form is many times larger.
const LONGEST_PATTERN: usize = 64 << 10;

/// The most bytes that all constant calls in a query produce together.
const MOST: usize = 64 << 20;

/// The rule for a session, after all others.
pub(super) fn rule() -> Arc<dyn AnalyzerRule + Send + Sync> {
    Arc::new(Constants)
}

#[derive(Debug)]
struct Constants;

impl AnalyzerRule for Constants {
    fn name(&self) -> &'static str {
        "constants_are_answered"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        let mut made = 0;
        plan.apply_with_subqueries(|step| {
            let schema = merge_schema(&step.inputs());
            step.apply_expressions(|expr| {
                weighed(expr, &mut made)?;
                answered(expr, &schema).map(|()| TreeNodeRecursion::Continue)
            })
        })?;
        Ok(plan)
    }
}

/// Adds up the results of constant calls, one after the other from the innermost, so that hardly
/// more than the limit is in memory at once.
fn weighed(expr: &Expr, made: &mut usize) -> Result<()> {
    expr.apply_children(|part| weighed(part, made).map(|()| TreeNodeRecursion::Continue))?;
    let Expr::ScalarFunction(call) = expr else { return Ok(()) };
    if !is_constant(expr) {
        return Ok(());
    }
    if let Some(pattern) = call.args.get(1).filter(|_| BY_PATTERN.contains(&call.func.name())) {
        is_short(call.func.name(), pattern)?;
    }
    // A failure is reported where the expression is always evaluated, and not where it may be
    // skipped.
    let simple = ExprSimplifier::new(SimplifyContext::default()).simplify(expr.clone());
    if let Ok(Expr::Literal(value, _)) = simple.map(Expr::unalias) {
        *made += value.size();
    }
    if *made > MOST {
        return plan_err!("the constants of a query take more than {} MiB", MOST >> 20);
    }
    Ok(())
}

/// Visits expressions that are always evaluated.
fn answered(expr: &Expr, schema: &DFSchema) -> Result<()> {
    if is_constant(expr) {
        return evaluated(expr);
    }
    match expr {
        Expr::Case(Case { expr: Some(subject), .. }) => answered(subject, schema),
        Expr::Case(Case { expr: None, when_then_expr, .. }) => {
            when_then_expr.first().map_or(Ok(()), |(when, _)| answered(when, schema))
        }
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::And | Operator::Or, .. }) => {
            answered(left, schema)
        }
        Expr::ScalarFunction(call) if call.func.short_circuits() => {
            let asked = call.func.conditional_arguments(&call.args);
            let always = asked.map_or(Vec::new(), |(always, _)| always);
            always.into_iter().try_for_each(|argument| answered(argument, schema))
        }
        other => {
            match other {
                Expr::ScalarFunction(call) => by_pattern(call, schema)?,
                Expr::WindowFunction(call) => by_range(call)?,
                Expr::BinaryExpr(BinaryExpr { left, op, right }) if is_pattern(*op) => {
                    let with = |left: Expr| {
                        Expr::BinaryExpr(BinaryExpr::new(left.into(), *op, right.clone()))
                    };
                    matching(&op.to_string(), left, right, schema, with)?;
                }
                Expr::Like(Like { expr: left, pattern, .. })
                | Expr::SimilarTo(Like { expr: left, pattern, .. }) => {
                    let with = |left: Expr| match other.clone() {
                        Expr::Like(like) => Expr::Like(Like { expr: left.into(), ..like }),
                        Expr::SimilarTo(like) => {
                            Expr::SimilarTo(Like { expr: left.into(), ..like })
                        }
                        other => other,
                    };
                    let name = if matches!(other, Expr::Like(_)) { "like" } else { "similar to" };
                    matching(name, left, pattern, schema, with)?;
                }
                _ => {}
            }
            other.apply_children(|part| {
                answered(part, schema).map(|()| TreeNodeRecursion::Continue)
            })?;
            Ok(())
        }
    }
}

/// Rejects a `range` frame with offsets over a constant, for which the engine uses the rows read so
/// far.
fn by_range(call: &WindowFunction) -> Result<()> {
    let frame = &call.params.window_frame;
    let is_distance = |bound: &WindowFrameBound| match bound {
        WindowFrameBound::CurrentRow => false,
        WindowFrameBound::Preceding(by) | WindowFrameBound::Following(by) => !by.is_null(),
    };
    let far = is_distance(&frame.start_bound) || is_distance(&frame.end_bound);
    let by_constant = call.params.order_by.first().is_some_and(|key| is_constant(&key.expr));
    if far && by_constant && frame.units == WindowFrameUnits::Range {
        return plan_err!("a window by `range` is ordered by a constant: order it by a column");
    }
    Ok(())
}

/// Whether an expression has the same value for every row.
fn is_constant(expr: &Expr) -> bool {
    let varies = expr.exists(|part| {
        Ok(match part {
            Expr::ScalarFunction(call) => call.func.signature().volatility == Volatility::Volatile,
            part => !matches!(
                part,
                Expr::Literal(..)
                    | Expr::Alias(_)
                    | Expr::Cast(_)
                    | Expr::TryCast(_)
                    | Expr::BinaryExpr(_)
                    | Expr::Negative(_)
                    | Expr::Not(_)
                    | Expr::Between(_)
                    | Expr::Case(_)
                    | Expr::InList(_)
                    | Expr::Like(_)
                    | Expr::SimilarTo(_)
                    | Expr::IsNull(_)
                    | Expr::IsNotNull(_)
            ),
        })
    });
    !varies.unwrap_or(true)
}

/// Operators whose right side is a pattern.
fn is_pattern(operator: Operator) -> bool {
    use Operator::{
        ILikeMatch, LikeMatch, NotILikeMatch, NotLikeMatch, RegexIMatch, RegexMatch,
        RegexNotIMatch, RegexNotMatch,
    };
    let regex = matches!(operator, RegexMatch | RegexIMatch | RegexNotMatch | RegexNotIMatch);
    regex || matches!(operator, LikeMatch | ILikeMatch | NotLikeMatch | NotILikeMatch)
}

/// Matches any value against a pattern, with the operator `with`.
fn matching(
    name: &str,
    value: &Expr,
    pattern: &Expr,
    schema: &DFSchema,
    with: impl FnOnce(Expr) -> Expr,
) -> Result<()> {
    if !is_constant(pattern) {
        return Ok(());
    }
    is_short(name, pattern)?;
    let Some(value) = any_value(value, schema)? else { return Ok(()) };
    evaluated(&with(lit(value))).map_err(|error| unreadable(name, &error))
}

/// Rejects a pattern of excessive length.
fn is_short(name: &str, pattern: &Expr) -> Result<()> {
    let simple = ExprSimplifier::new(SimplifyContext::default()).simplify(pattern.clone())?;
    let length = match simple.unalias() {
        Expr::Literal(value, _) => value.try_as_str().flatten().map_or(0, str::len),
        _ => 0,
    };
    if length <= LONGEST_PATTERN {
        return Ok(());
    }
    let longest = LONGEST_PATTERN >> 10;
    plan_err!("'{name}' cannot read its pattern: it is longer than {longest} KiB")
}

/// Some value of the type that an expression has.
fn any_value(of: &Expr, schema: &DFSchema) -> Result<Option<ScalarValue>> {
    Ok(match of.get_type(schema)? {
        text if text.is_string() => Some(ScalarValue::from("a").cast_to(&text)?),
        DataType::Null => None,
        other => Some(ScalarValue::new_default(&other)?),
    })
}

fn unreadable(name: &str, error: &DataFusionError) -> DataFusionError {
    let said = error.strip_backtrace();
    let said = said.split("\nThis issue was likely").next().unwrap_or_default();
    let said = said.lines().last().unwrap_or_default();
    plan_datafusion_err!("'{name}' cannot read its pattern: {said}")
}

/// Calls a function with its pattern and any other value.
fn by_pattern(call: &ScalarFunction, schema: &DFSchema) -> Result<()> {
    let [value, pattern @ ..] = call.args.as_slice() else { return Ok(()) };
    if !BY_PATTERN.contains(&call.func.name()) || !pattern.iter().all(is_constant) {
        return Ok(());
    }
    pattern.iter().try_for_each(|pattern| is_short(call.func.name(), pattern))?;
    let Some(value) = any_value(value, schema)? else { return Ok(()) };
    let arguments = std::iter::once(lit(value)).chain(pattern.iter().cloned());
    evaluated(&call.func.call(arguments.collect()))
        .map_err(|error| unreadable(call.func.name(), &error))
}

/// The error of an expression that has no value.
pub(super) fn evaluated(constant: &Expr) -> Result<()> {
    let simple = ExprSimplifier::new(SimplifyContext::default()).simplify(constant.clone())?;
    if let Expr::Literal(..) = simple.clone().unalias() {
        return Ok(());
    }
    let (properties, context) = (ExecutionProps::new(), PhysicalPlanningContext::default());
    // What cannot be planned by itself is planned in its context.
    let Ok(expr) = create_physical_expr(&simple, &DFSchema::empty(), &properties, &context) else {
        return Ok(());
    };
    let one = RecordBatchOptions::new().with_row_count(Some(1));
    let row = RecordBatch::try_new_with_options(Arc::new(Schema::empty()), Vec::new(), &one)?;
    expr.evaluate(&row).map(|_| ())
}
