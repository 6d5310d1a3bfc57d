//! The history of entities from snapshots or changes, as a rewrite of a query's plan.
//!
//! The versions are a function of all rows at once, so that the order and the number of batches
//! in which rows arrived do not matter. Rows of a key are sorted by time; one that equals the row
//! before it begins no version. Two different rows of one key at one time both begin one, so that
//! the table's own key, which contains the time, detects them.

use datafusion::common::{Column, ScalarValue};
use datafusion::dataframe::DataFrame;
use datafusion::error::Result;
use datafusion::execution::SessionState;
use datafusion::functions::core::expr_fn::coalesce;
use datafusion::functions_window::expr_fn::{lag, lead, row_number};
use datafusion::logical_expr::{
    Expr, ExprFunctionExt, LogicalPlan, Operator, SortExpr, binary_expr, lit, when,
};
use datafusion::prelude::JoinType;

use crate::declare::Missing;
use crate::plan::model::{HistoryPlan, IS_CURRENT, VALID_FROM, VALID_TO};

/// The end of a row's validity, unless the next one is equal. Names with a `#` cannot be those
/// of columns, which SQL would have to quote.
const NEXT: &str = "#next";
/// A moment that occurs.
const MOMENT: &str = "#moment";
/// Whether a version begins with a row.
const BEGINS: &str = "#begins";
/// Whether a version ends with a row.
const ENDS: &str = "#ends";

/// The versions of the entities in the rows of `plan`.
///
/// # Errors
/// A column does not exist, or cannot be compared.
pub fn versions(
    state: &SessionState,
    plan: LogicalPlan,
    history: &HistoryPlan,
) -> Result<LogicalPlan> {
    let rows = distinct(DataFrame::new(state.clone(), plan), history)?;
    let rows = match history.missing {
        Missing::Keep => rows.with_column(NEXT, over(history, after(&history.at))?)?,
        Missing::Close => with_next_snapshot(rows, history)?,
    };
    let begins = begins(history)?;
    let rows = rows.with_column(BEGINS, begins)?;
    let ends = coalesce(vec![over(history, after(BEGINS))?, lit(true)]);
    let rows = rows.with_column(ENDS, ends)?;
    let rows = rows.filter(column(BEGINS).or(column(ENDS)))?;
    let until = when(column(ENDS), column(NEXT)).otherwise(over(history, after(NEXT))?)?;
    let rows = rows.with_column(VALID_TO, until)?;
    let rows = rows.filter(column(BEGINS))?;
    let kept = history.key.iter().chain(&history.track).map(|name| column(name));
    let times = [
        column(&history.at).alias(VALID_FROM),
        column(VALID_TO),
        column(VALID_TO).is_null().alias(IS_CURRENT),
    ];
    Ok(rows.select(kept.chain(times).collect::<Vec<_>>())?.into_unoptimized_plan())
}

/// The rows without what is not tracked; those that are then equal are one.
fn distinct(rows: DataFrame, history: &HistoryPlan) -> Result<DataFrame> {
    let schema = rows.schema().clone();
    let names = history.key.iter().chain([&history.at]).chain(&history.track);
    let columns: Result<Vec<Expr>> = names
        .map(|name| {
            let field = schema.qualified_field_with_unqualified_name(name)?;
            Ok(Expr::Column(Column::from(field)).alias(name))
        })
        .collect();
    rows.select(columns?)?.distinct()
}

/// The time of the next snapshot, at which a row ends unless it is in
/// it.
fn with_next_snapshot(rows: DataFrame, history: &HistoryPlan) -> Result<DataFrame> {
    let moments = rows.clone().select([column(&history.at).alias(MOMENT)])?.distinct()?;
    let in_time = vec![column(MOMENT).sort(true, true)];
    let next = after(MOMENT).order_by(in_time).build()?;
    let moments = moments.with_column(NEXT, next)?;
    // A row without a time stays: a check reports it.
    rows.join_on(moments, JoinType::Left, [column(&history.at).eq(column(MOMENT))])
}

/// Whether a row is the first of its key, differs from the row before it, reappears after
/// it was missing, or contradicts another.
fn begins(history: &HistoryPlan) -> Result<Expr> {
    let before = |name: &str| over(history, lag(column(name), Some(1), None));
    let differs = |one: Expr, other: Expr| binary_expr(one, Operator::IsDistinctFrom, other);
    let same = |one: Expr, other: Expr| binary_expr(one, Operator::IsNotDistinctFrom, other);
    let mut begins = over(history, row_number())?.eq(lit(1_u64));
    for name in &history.track {
        begins = begins.or(differs(column(name), before(name)?));
    }
    let at = || column(&history.at);
    begins = begins.or(same(at(), before(&history.at)?));
    begins = begins.or(same(at(), over(history, after(&history.at))?));
    Ok(begins.or(differs(at(), before(NEXT)?)))
}

/// The value in the next row.
fn after(name: &str) -> Expr {
    lead(column(name), Some(1), None::<ScalarValue>)
}

/// A window function over the rows of a key in order of time. Tracked columns break ties of rows
/// that contradict each other.
fn over(history: &HistoryPlan, function: Expr) -> Result<Expr> {
    let key = history.key.iter().map(|name| column(name)).collect();
    let order = [&history.at].into_iter().chain(&history.track);
    let order: Vec<SortExpr> = order.map(|name| column(name).sort(true, true)).collect();
    function.partition_by(key).order_by(order).build()
}

fn column(name: &str) -> Expr {
    Expr::Column(Column::from_name(name))
}
