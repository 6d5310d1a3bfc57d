//! Subqueries in expressions, with the semantics of SQL.
//!
//! DataFusion 55.2 executes `in`, `exists` and correlated scalar subqueries as joins. These joins
//! ignore that a comparison with NULL is unknown wherever a `not in` is more than one column
//! against one column of an uncorrelated query, that an aggregate without groups has a row even if
//! nothing matches, and the meaning of a condition below a limit, a window or an outer join, from
//! where it is moved up nevertheless. Rows are silently lost or added.
//!
//! Before the engine sees them, those predicates are rewritten so that its joins are correct:
//!
//! - `x not in (Q)` is true if no row of `Q` is equal to `x`, none is NULL, and `x` is not NULL or
//!   `Q` is empty;
//! - a query of exactly one row is compared by its value;
//! - a condition on such a row (`having`) is a condition of the enclosing query;
//! - a condition of a join with a subquery is a condition on the joined rows.
//!
//! What still could not be executed correctly is rejected, with what to write instead. The tests
//! compare this with another engine (`tests/differential`).

mod beneath;
mod climb;
mod joined;
mod listed;
mod row;

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, Result, ScalarValue, Spans, plan_err};
use datafusion::config::ConfigOptions;
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::expr::{Exists, InSubquery, SetComparison, SetQuantifier};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::{conjunction, merge_schema, split_conjunction_owned};
use datafusion::logical_expr::{
    BinaryExpr, Expr, ExprSchemable, FetchType, Filter, Join, LogicalPlan, LogicalPlanBuilder,
    Operator, SkipType, Subquery, lit, not,
};
use datafusion::optimizer::AnalyzerRule;

use self::beneath::{answered, reads_both};
use self::climb::{Grouped, below, lifted};
use self::listed::{Listed, movable};
use self::row::Row;

/// The beginning of the errors of [`Subqueries`]; `plan::wording` adds what to write instead.
pub(crate) const REFUSED: &str = "the subquery reads";

/// The rule for a session.
pub(super) fn rule() -> Arc<dyn AnalyzerRule + Send + Sync> {
    Arc::new(Subqueries)
}

#[derive(Debug)]
struct Subqueries;

impl AnalyzerRule for Subqueries {
    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        plan.transform_up_with_subqueries(step).data()
    }

    fn name(&self) -> &'static str {
        "subqueries_as_sql_means_them"
    }
}

/// One node of a plan, after those below it.
fn step(plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    if let LogicalPlan::Join(join) = &plan {
        beside(join)?;
    }
    if !has_subqueries(&plan) {
        return Ok(Transformed::no(plan));
    }
    let plan = match plan {
        LogicalPlan::Join(join) => {
            let apart = joined::apart(join, step)?;
            if apart.transformed {
                return Ok(apart);
            }
            apart.data
        }
        plan => plan,
    };
    if let LogicalPlan::Filter(filter) = plan {
        let conditions = split_conjunction_owned(filter.predicate).into_iter().map(|condition| {
            // What is answered below is a value there, and no condition.
            let filters = !reads_both(&condition);
            holds(condition, &Scope { columns: filter.input.schema(), filters })
        });
        let predicate = conjunction(conditions.collect::<Result<Vec<_>>>()?).unwrap_or(lit(true));
        let filter = LogicalPlan::Filter(Filter::try_new(predicate, filter.input)?);
        return answered(filter).map(Transformed::yes);
    }
    let names = NamePreserver::new(&plan);
    let columns = merge_schema(&plan.inputs());
    let filters = matches!(plan, LogicalPlan::Join(_));
    let scope = Scope { columns: &columns, filters };
    let plan = plan.map_expressions(|expression| {
        let name = names.save(&expression);
        let asked = if filters { holds(expression, &scope) } else { value(expression, &scope) };
        Ok(Transformed::yes(name.restore(asked?)))
    });
    plan?.map_data(|plan| answered(plan.recompute_schema()?))
}

/// Where an expression stands.
struct Scope<'a> {
    /// The columns of the rows it is worked out for.
    columns: &'a DFSchema,
    /// Whether it is a condition on rows: only there does the engine know `exists`.
    filters: bool,
}

impl Scope<'_> {
    /// Whether a query has rows.
    fn has_rows(&self, plan: Arc<LogicalPlan>) -> Result<Expr> {
        if self.filters {
            return Ok(Expr::Exists(Exists { subquery: asked(plan), negated: false }));
        }
        let none: [Expr; 0] = [];
        let counted = LogicalPlanBuilder::from(Arc::unwrap_or_clone(plan))
            .aggregate(none, [count(lit(1_i64))])?
            .build()?;
        Ok(Expr::ScalarSubquery(asked(Arc::new(counted))).gt(lit(0_i64)))
    }

    /// Whether the engine can find out if a query has rows, for each row around it.
    fn lifted(&self, plan: &LogicalPlan) -> Result<()> {
        let grouped = if self.filters { Grouped::No } else { Grouped::Yes };
        lifted(plan, self.columns, grouped)
    }
}

fn has_subqueries(plan: &LogicalPlan) -> bool {
    let mut found = false;
    let _ = plan.apply_subqueries(|_| {
        found = true;
        Ok(TreeNodeRecursion::Stop)
    });
    found
}

/// A condition that rows are kept by: where it is unknown it may as well be false.
fn holds(condition: Expr, scope: &Scope) -> Result<Expr> {
    match listed(condition) {
        Expr::BinaryExpr(BinaryExpr { left, op: op @ (Operator::And | Operator::Or), right }) => {
            let (left, right) = (holds(*left, scope)?, holds(*right, scope)?);
            Ok(Expr::BinaryExpr(BinaryExpr::new(Box::new(left), op, Box::new(right))))
        }
        Expr::Not(negated) => match *negated {
            Expr::InSubquery(listed) => {
                let negated = !listed.negated;
                holds(Expr::InSubquery(InSubquery { negated, ..listed }), scope)
            }
            other => value(not(other), scope),
        },
        Expr::InSubquery(listed) => {
            let negated = listed.negated;
            match Listed::of(listed, scope)? {
                Listed::One(equal) => Ok(if negated { not(equal) } else { equal }),
                Listed::Many(many) if negated => many.excluded(scope),
                Listed::Many(many) => many.included(scope),
            }
        }
        other => value(other, scope),
    }
}

/// `x = any (Q)` is `x in (Q)`, and `x <> all (Q)` is `x not in (Q)`.
fn listed(part: Expr) -> Expr {
    match part {
        Expr::SetComparison(SetComparison { expr, subquery, op, quantifier }) => {
            match (op, &quantifier) {
                (Operator::Eq, SetQuantifier::Any) => {
                    Expr::InSubquery(InSubquery { expr, subquery, negated: false })
                }
                (Operator::NotEq, SetQuantifier::All) => {
                    Expr::InSubquery(InSubquery { expr, subquery, negated: true })
                }
                _ => Expr::SetComparison(SetComparison { expr, subquery, op, quantifier }),
            }
        }
        other => other,
    }
}

/// An expression with what SQL gives it, unknown where it is unknown.
fn value(expression: Expr, scope: &Scope) -> Result<Expr> {
    let value = expression.transform_up(|part| match listed(part) {
        Expr::InSubquery(listed) => {
            let negated = listed.negated;
            let known = match Listed::of(listed, scope)? {
                Listed::One(equal) => equal,
                Listed::Many(many) => many.known(scope)?,
            };
            Ok(Transformed::yes(if negated { not(known) } else { known }))
        }
        Expr::Exists(Exists { subquery, negated }) => {
            let found = found(subquery, scope)?;
            Ok(Transformed::yes(if negated { not(found) } else { found }))
        }
        Expr::SetComparison(comparison) => Ok(Transformed::yes(compared(comparison, scope)?)),
        Expr::ScalarSubquery(subquery) => Ok(Transformed::yes(scalar(subquery, scope)?)),
        other => Ok(Transformed::no(other)),
    });
    value.data()
}

/// `exists (Q)`.
fn found(subquery: Subquery, scope: &Scope) -> Result<Expr> {
    if let Some(row) = Row::of(&subquery.subquery)? {
        row.lifted(scope.columns)?;
        return Ok(row.is_there());
    }
    let plan = without_limit(subquery.subquery);
    scope.lifted(&plan)?;
    scope.has_rows(plan)
}

/// A query has rows or not whatever their order and, unless it is nothing, their number.
fn without_limit(plan: Arc<LogicalPlan>) -> Arc<LogicalPlan> {
    let plan = without_order(plan);
    match plan.as_ref() {
        LogicalPlan::Limit(limit) => match (limit.get_skip_type(), limit.get_fetch_type()) {
            (Ok(SkipType::Literal(0)), Ok(FetchType::Literal(Some(1..)))) => {
                without_order(Arc::clone(&limit.input))
            }
            _ => plan,
        },
        _ => plan,
    }
}

fn without_order(plan: Arc<LogicalPlan>) -> Arc<LogicalPlan> {
    match plan.as_ref() {
        LogicalPlan::Sort(sort) if sort.fetch.is_none() => Arc::clone(&sort.input),
        _ => plan,
    }
}

/// `x < any (Q)` and its kin, whose three values the engine knows where rows are filtered.
fn compared(comparison: SetComparison, scope: &Scope) -> Result<Expr> {
    let SetComparison { expr, subquery, op, quantifier } = comparison;
    if let Some(row) = Row::of(&subquery.subquery)? {
        row.lifted(scope.columns)?;
        let compared = Expr::BinaryExpr(BinaryExpr::new(expr, op, Box::new(row.value())));
        return row.given(compared, lit(quantifier == SetQuantifier::All));
    }
    if !scope.filters {
        return plan_err!("{REFUSED} rows to compare by `{op}`, and not in a condition on rows");
    }
    scope.lifted(&subquery.subquery)?;
    movable(&expr)?;
    Ok(Expr::SetComparison(SetComparison { expr, subquery, op, quantifier }))
}

/// `(Q)` as a value.
fn scalar(subquery: Subquery, scope: &Scope) -> Result<Expr> {
    if subquery.outer_ref_columns.is_empty() {
        return Ok(Expr::ScalarSubquery(subquery));
    }
    let Some(row) = Row::of(&subquery.subquery)? else {
        lifted(&subquery.subquery, scope.columns, Grouped::No)?;
        return Ok(Expr::ScalarSubquery(subquery));
    };
    row.lifted(scope.columns)?;
    let value = row.value();
    let nothing = ScalarValue::try_from(&value.get_type(scope.columns)?)?;
    row.given(value, lit(nothing))
}

fn asked(plan: Arc<LogicalPlan>) -> Subquery {
    let outer_ref_columns = plan.all_out_ref_exprs();
    Subquery { subquery: plan, outer_ref_columns, spans: Spans::new() }
}

/// `lateral`: a query beside a table, evaluated for each of its rows.
fn beside(join: &Join) -> Result<()> {
    let right = match join.right.as_ref() {
        LogicalPlan::SubqueryAlias(alias) => alias.input.as_ref(),
        other => other,
    };
    let LogicalPlan::Subquery(subquery) = right else { return Ok(()) };
    match Row::of(&subquery.subquery)? {
        Some(row) if row.is_certain() => row.lifted(join.left.schema()),
        Some(_) => below("a condition on an aggregate"),
        None => lifted(&subquery.subquery, join.left.schema(), Grouped::No),
    }
}
