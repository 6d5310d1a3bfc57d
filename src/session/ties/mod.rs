//! Deterministic order of ties.
//!
//! `row_number() over (partition by customer order by day)` does not order two orders of one day.
//! The engine uses the order of arrival, which depends on files, threads and chance, so that the
//! same run would publish different rows each time. Wherever a result depends on the order of rows,
//! all available columns are appended to the written order, so that rows that still tie are equal.
//! Rows of frames by `range` are peers by the written order, and stay so; if a result depends on
//! the order of peers, they are ordered by their rank, which a node below has computed.

mod in_place;
mod nested;

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::common::{Column, DFSchema, Result, ScalarValue};
use datafusion::functions_aggregate::first_last::first_value_udaf;
use datafusion::functions_aggregate::min_max::min_udaf;
use datafusion::functions_window::row_number::row_number_udwf;
use datafusion::logical_expr::expr::{
    AggregateFunction, NullTreatment, Sort as Key, WindowFunction,
};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{
    Aggregate, AggregateUDF, Expr, ExprSchemable, Limit, LogicalPlan, Projection, Sort, Window,
    WindowFrame, WindowFrameBound, WindowFrameUnits, WindowFunctionDefinition,
};
use datafusion::optimizer::OptimizerRule;
use datafusion::optimizer::optimizer::{ApplyOrder, OptimizerConfig};

use self::in_place::{InPlace, is_in_place};
use self::nested::OrderOfParts;

/// The rule for windows and aggregates, after the engine has removed unused columns.
pub(super) fn rule() -> Arc<dyn OptimizerRule + Send + Sync> {
    Arc::new(Ties)
}

/// The plan of a query, cut to its first rows in an order of all of them.
pub(super) fn cut(plan: LogicalPlan) -> Result<LogicalPlan> {
    let plan = plan.transform_up_with_subqueries(|plan| match plan {
        LogicalPlan::Limit(limit) => {
            let input = Arc::new(ordered(Arc::unwrap_or_clone(limit.input))?);
            Ok(Transformed::yes(LogicalPlan::Limit(Limit { input, ..limit })))
        }
        other => Ok(Transformed::no(other)),
    });
    plan.data()
}

/// What a limit cuts, in an order of all of its columns after the one that is written.
fn ordered(plan: LogicalPlan) -> Result<LogicalPlan> {
    match plan {
        LogicalPlan::Sort(mut sort) => {
            let more = missing(sort.input.schema(), |column| is_among(&sort.expr, column));
            sort.expr.extend(more);
            Ok(LogicalPlan::Sort(sort))
        }
        LogicalPlan::Projection(mut projection) if is_sorted(&projection.input) => {
            projection.input = Arc::new(ordered(Arc::unwrap_or_clone(projection.input))?);
            Ok(LogicalPlan::Projection(projection))
        }
        plan => {
            let expr = missing(plan.schema(), |_| false);
            Ok(match expr.is_empty() {
                true => plan,
                false => LogicalPlan::Sort(Sort { expr, input: Arc::new(plan), fetch: None }),
            })
        }
    }
}

fn is_sorted(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Sort(_) => true,
        LogicalPlan::Projection(projection) => is_sorted(&projection.input),
        _ => false,
    }
}

/// The columns that are not keys yet, as keys: those of lists and structs come last.
fn missing(schema: &DFSchema, is_key: impl Fn(&Expr) -> bool) -> Vec<Key> {
    let columns = schema.iter().filter(|(_, field)| *field.data_type() != DataType::Null);
    let (nested, flat): (Vec<_>, Vec<_>) =
        columns.partition(|(_, field)| field.data_type().is_nested());
    let columns = |of: Vec<_>| of.into_iter().map(|it| Expr::Column(Column::from(it)));
    let flat = columns(flat).filter(|column| !is_key(column));
    let nested = columns(nested).filter(|column| !is_key(column)).map(OrderOfParts::call);
    let nested = nested.filter(|parts| !is_key(parts));
    flat.chain(nested).map(|key| key.sort(true, false)).collect()
}

fn is_among(keys: &[Key], column: &Expr) -> bool {
    keys.iter().any(|key| is(&key.expr, column))
}

/// Whether two expressions are the same except their names, and a table qualifier that one of two
/// columns lacks.
fn is(one: &Expr, other: &Expr) -> bool {
    let [one, other] = [one, other].map(|it| it.clone().unalias_nested().data);
    match (&one, &other) {
        (Expr::Column(one), Expr::Column(other)) => {
            let named = one.relation.as_ref().zip(other.relation.as_ref());
            one.name == other.name && named.is_none_or(|(one, other)| one == other)
        }
        _ => one == other,
    }
}

/// Keys of which none says what one before it has said.
fn each_once(keys: Vec<Key>) -> Vec<Key> {
    let mut once: Vec<Key> = Vec::with_capacity(keys.len());
    for key in keys {
        if !is_among(&once, &key.expr) {
            once.push(key);
        }
    }
    once
}

#[derive(Debug)]
struct Ties;

impl OptimizerRule for Ties {
    fn name(&self) -> &'static str {
        "rows_that_tie_are_in_order"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::BottomUp)
    }

    fn supports_rewrite(&self) -> bool {
        true
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        _: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        match plan {
            LogicalPlan::Window(window) => windows(window),
            LogicalPlan::Aggregate(aggregate) => aggregates(aggregate),
            other => Ok(Transformed::no(other)),
        }
    }
}

/// The windows whose answers depend on ties above the others: one step has one order.
fn windows(window: Window) -> Result<Transformed<LogicalPlan>> {
    let names = NamePreserver::new_for_projection();
    let Window { input, window_expr, schema } = window;
    let (mut kept, mut more, mut places) = (Vec::new(), Vec::new(), None);
    for expr in window_expr {
        let name = names.save(&expr);
        let expr = expr.transform_down(|part| match part {
            Expr::WindowFunction(mut function) => {
                let by_parts = by_parts(&mut function.params.order_by, input.schema())?;
                let changed = told_apart(&mut function, input.schema())
                    || put_in_place(&mut function, input.schema(), &mut places);
                let call = Expr::WindowFunction(function);
                Ok(Transformed::new_transformed(call, by_parts || changed))
            }
            other => Ok(Transformed::no(other)),
        })?;
        match expr.transformed {
            true => more.push(name.restore(expr.data)),
            false => kept.push(expr.data),
        }
    }
    if more.is_empty() {
        let window = Window { input, window_expr: kept, schema };
        return Ok(Transformed::no(LogicalPlan::Window(window)));
    }
    let below = match kept.is_empty() {
        true => input,
        false => Arc::new(LogicalPlan::Window(Window::try_new(kept, input)?)),
    };
    let below = places.map_or(Ok(Arc::clone(&below)), |places| counted(below, places))?;
    let plan = LogicalPlan::Window(Window::try_new(more, below)?);
    let plan = Projection::try_new(columns(&schema), Arc::new(plan))?;
    Ok(Transformed::yes(LogicalPlan::Projection(plan)))
}

/// The rows with their places. The column is renamed above its window: of two windows without a step
/// between them, the engine takes it that neither reads the other.
fn counted(rows: Arc<LogicalPlan>, places: Expr) -> Result<Arc<LogicalPlan>> {
    let mut all = columns(rows.schema());
    let window = Window::try_new(vec![places], rows)?;
    let place = window.schema.iter().last().map(|column| Expr::Column(column.into()).alias(PLACE));
    all.extend(place);
    let plan = Projection::try_new(all, Arc::new(LogicalPlan::Window(window)))?;
    Ok(Arc::new(LogicalPlan::Projection(plan)))
}

fn columns(schema: &DFSchema) -> Vec<Expr> {
    schema.iter().map(|column| Expr::Column(column.into())).collect()
}

/// Has rows ordered by the parts of nested keys, which the engine cannot compare everywhere.
fn by_parts(keys: &mut [Key], schema: &DFSchema) -> Result<bool> {
    let mut changed = false;
    for key in keys {
        if key.expr.get_type(schema)?.is_nested() {
            key.expr = OrderOfParts::call(std::mem::take(&mut key.expr));
            changed = true;
        }
    }
    Ok(changed)
}

/// The column in which rows have their places.
const PLACE: &str = "place among rows that tie";

/// Ties what a function of peers reads to their places, which makes the rows come in that order.
fn put_in_place(
    function: &mut WindowFunction,
    schema: &DFSchema,
    places: &mut Option<Expr>,
) -> bool {
    let name = function.fun.name().to_owned();
    let params = &mut function.params;
    let peers = params.window_frame.units != WindowFrameUnits::Rows && !params.order_by.is_empty();
    let Some(value) = params.args.first_mut().filter(|_| peers && is_of_order(&name)) else {
        return false;
    };
    let more = missing(schema, |column| {
        params.partition_by.iter().any(|part| is(part, column))
            || is_among(&params.order_by, column)
    });
    if more.is_empty() || is_in_place(value) {
        return false;
    }
    let mut row = WindowFunction::new(row_number_udwf(), Vec::new());
    row.params.partition_by.clone_from(&params.partition_by);
    row.params.order_by = params.order_by.iter().cloned().chain(more).collect();
    row.params.window_frame = WindowFrame::new(Some(true));
    *places = Some(Expr::from(row));
    *value = InPlace::call(std::mem::take(value));
    true
}

/// What any of some values is: the least, or the first of those that have no order of their own.
fn any(is_nested: bool) -> Arc<AggregateUDF> {
    if is_nested { first_value_udaf() } else { min_udaf() }
}

fn are_nested(args: &[Expr], schema: &DFSchema) -> bool {
    args.iter().any(|arg| arg.get_type(schema).is_ok_and(|of| of.is_nested()))
}

/// Adds the columns of the rows to the order of a window in which they may tie.
fn told_apart(function: &mut WindowFunction, schema: &DFSchema) -> bool {
    if function.fun.name() == "any_value" {
        let is_nested = are_nested(&function.params.args, schema);
        function.fun = WindowFunctionDefinition::AggregateUDF(any(is_nested));
        if !is_nested {
            function.params.null_treatment = None;
            return true;
        }
        function.params.null_treatment = Some(NullTreatment::IgnoreNulls);
    }
    let name = function.fun.name().to_owned();
    let params = &mut function.params;
    let by_place = ["row_number", "lag", "lead", "ntile"].contains(&name.as_str());
    let first = name == "first_value" && starts_at_once(&params.window_frame);
    let peers = params.window_frame.units != WindowFrameUnits::Rows && !params.order_by.is_empty();
    let rank = ["rank", "dense_rank", "percent_rank", "cume_dist"].contains(&name.as_str());
    if rank || (peers && !by_place && !first) {
        return false;
    }
    let more = missing(schema, |column| {
        params.partition_by.iter().any(|part| is(part, column))
            || is_among(&params.order_by, column)
    });
    let whole = params.order_by.is_empty() && !by_place && !is_of_order(&name);
    if more.is_empty() || whole {
        return false;
    }
    params.order_by.extend(more);
    if peers && first {
        let (start, end) =
            (WindowFrameBound::Preceding(ScalarValue::UInt64(None)), WindowFrameBound::CurrentRow);
        params.window_frame = WindowFrame::new_bounds(WindowFrameUnits::Rows, start, end);
    }
    true
}

fn starts_at_once(frame: &WindowFrame) -> bool {
    frame.start_bound.is_unbounded() && !matches!(frame.end_bound, WindowFrameBound::Preceding(_))
}

/// Aggregates whose answer depends on the order of rows.
pub(super) fn is_of_order(name: &str) -> bool {
    ["first_value", "last_value", "nth_value", "array_agg", "string_agg"].contains(&name)
}

fn aggregates(aggregate: Aggregate) -> Result<Transformed<LogicalPlan>> {
    let names = NamePreserver::new_for_projection();
    let Aggregate { input, group_expr, aggr_expr, schema, .. } = aggregate;
    let mut changed = false;
    let told = aggr_expr.into_iter().map(|expr| {
        let name = names.save(&expr);
        let expr = expr.transform_down(|part| match part {
            Expr::AggregateFunction(mut function) => {
                let by_parts = by_parts(&mut function.params.order_by, input.schema())?;
                let changed = settled(&mut function, &group_expr, input.schema());
                let call = Expr::AggregateFunction(function);
                Ok(Transformed::new_transformed(call, by_parts || changed))
            }
            other => Ok(Transformed::no(other)),
        })?;
        changed |= expr.transformed;
        Ok(if expr.transformed { name.restore(expr.data) } else { expr.data })
    });
    let told = told.collect::<Result<Vec<_>>>()?;
    let plan = match changed {
        true => Aggregate::try_new(input, group_expr, told)?,
        false => Aggregate::try_new_with_schema(input, group_expr, told, schema)?,
    };
    let plan = LogicalPlan::Aggregate(plan);
    Ok(if changed { Transformed::yes(plan) } else { Transformed::no(plan) })
}

/// Adds the columns of the rows to the order of an aggregate.
fn settled(function: &mut AggregateFunction, groups: &[Expr], schema: &DFSchema) -> bool {
    let params = &mut function.params;
    if function.func.name() == "any_value" {
        let is_nested = are_nested(&params.args, schema);
        function.func = any(is_nested);
        if !is_nested {
            params.order_by.clear();
            params.null_treatment = None;
            return true;
        }
        params.null_treatment = Some(NullTreatment::IgnoreNulls);
    }
    if !is_of_order(function.func.name()) {
        return false;
    }
    // Within a group these are all the same.
    let written = params.order_by.len();
    params.order_by.retain(|key| !groups.iter().any(|group| is(group, &key.expr)));
    params.order_by = each_once(std::mem::take(&mut params.order_by));
    let fewer = params.order_by.len() < written;
    // Equal values are one; in which order they come the values themselves must say.
    let of_values =
        |column: &Expr| params.distinct && !params.args.iter().any(|arg| is(arg, column));
    let more = missing(schema, |column| {
        groups.iter().any(|group| is(group, column))
            || of_values(column)
            || is_among(&params.order_by, column)
    });
    params.order_by.extend(more.iter().cloned());
    // Values that are worked out have no column of their own.
    let own = params.args.first().filter(|_| params.distinct && params.order_by.is_empty());
    let flat = |value: &&Expr| value.get_type(schema).is_ok_and(|of| !of.is_nested());
    let own = own.filter(flat).map(|value| value.clone().sort(true, false));
    let worked_out = own.is_some();
    params.order_by.extend(own);
    fewer || worked_out || !more.is_empty()
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::util::pretty::pretty_format_batches;

    use super::cut;
    use crate::session::{Resources, runtime, session};

    const ROWS: [&str; 8] = [
        "(1, 'a', 5, 1.5)",
        "(2, 'a', 5, 2.5)",
        "(3, 'a', 5, null)",
        "(4, 'b', 5, 0.5)",
        "(5, 'b', 5, 0.5)",
        "(6, 'b', 7, 9.0)",
        "(7, 'c', null, 1.0)",
        "(8, 'c', null, null)",
    ];

    async fn answer(sql: &str, rows: &[&str], partitions: usize) -> String {
        let zone = chrono_tz::Tz::UTC;
        let resources = Resources { memory: 64 << 20, partitions, hash_join: true, zone };
        let session = session(&resources, runtime(resources.memory).unwrap());
        let rows = rows.join(", ");
        let made = format!(
            "create table t as select * from (values {rows}) as t (id, customer, day, amount)"
        );
        session.sql(&made).await.unwrap().collect().await.unwrap();
        let plan = cut(session.state().create_logical_plan(sql).await.unwrap()).unwrap();
        let frame = session.execute_logical_plan(plan).await.unwrap();
        let batches = frame.collect().await.unwrap();
        let shown = pretty_format_batches(&batches).unwrap().to_string();
        let mut lines: Vec<&str> = shown.lines().collect();
        lines.sort_unstable();
        lines.join("\n")
    }

    #[tokio::test]
    async fn answers_do_not_depend_on_the_order_of_rows() {
        let mut reversed = ROWS;
        reversed.reverse();
        for sql in [
            "select id from (select id, row_number() over (partition by customer order by day) as n from t) where n = 1",
            "select id, lag(id) over (order by day) as l, lead(id) over (order by day desc) as m from t",
            "select id, ntile(3) over (order by day) as n, row_number() over () as m from t",
            "select id, rank() over (order by day) as n, row_number() over (order by day) as m from t",
            "select id, first_value(id) over (partition by customer order by day) as f from t",
            "select id, sum(id) over (order by day rows between unbounded preceding and current row) as s from t",
            "select id, last_value(id) over (partition by customer) as f from t",
            "select id, last_value(id) over (order by day) as f, nth_value(id, 2) over (order by day) as n from t",
            "select id, last_value(amount) ignore nulls over (order by day) as f, rank() over (order by day) as r from t",
            "select id, array_agg(id) over (partition by customer order by day) as a from t",
            "select id, string_agg(customer, ',') over (order by day desc) as s from t",
            "select id, first_value(id) over (order by day range between 1 preceding and current row) as f from t",
            "select id, array_agg(id) over (order by day range between current row and 2 following) as a from t",
            "select id, last_value(id) over (order by day groups between 1 preceding and 1 following) as f from t",
            "select id, nth_value(id, 3) over (order by day range between unbounded preceding and unbounded following) as n from t",
            "select first_value(id) as f, last_value(id order by day) as l, any_value(id) as y from t",
            "select customer, array_agg(id) as a, string_agg(customer, ',' order by day) as s from t group by customer",
            "select string_agg(customer, ',') as s, array_agg(distinct customer) as d from t",
            "select string_agg(distinct upper(customer), ',') as s, array_agg(distinct id % 3) as d from t",
            "select nth_value(id, 2 order by day) as f from t",
            "select distinct on (customer) customer, id, amount from t order by customer, day",
            "select id from t order by day limit 3",
            "select customer from (select id, customer from t order by day limit 3)",
            "select id from t limit 3",
            "select id from t where id in (select id from t order by day desc limit 2)",
        ] {
            let expected = answer(sql, &ROWS, 1).await;
            assert_eq!(answer(sql, &reversed, 2).await, expected, "{sql}");
        }
    }

    #[tokio::test]
    async fn peers_stay_peers() {
        let sql = "select sum(id) over (order by day) as s, rank() over (order by day) as r from t \
                   where id < 5";
        let shown = answer(sql, &ROWS, 2).await;
        assert_eq!(shown.matches("| 10 | 1 |").count(), 4, "{shown}");
        let sql = "select last_value(id) over (order by day) as l, \
                   array_agg(id) over (order by day) as a from t where id < 5";
        let shown = answer(sql, &ROWS, 2).await;
        assert_eq!(shown.matches("| 4 | [1, 2, 3, 4] |").count(), 4, "{shown}");
    }
}
