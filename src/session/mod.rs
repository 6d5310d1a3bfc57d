//! The only place that creates a DataFusion session: its functions, its memory, its options.

mod alternatives;
mod bounded;
mod concatenation;
mod condition_size;
mod constants;
pub(crate) mod engine_error;
mod equality;
mod exact;
mod except_all;
mod field;
mod memory;
pub(crate) mod moments;
mod optimizer_rules;
mod out_of_range;
mod own_rows;
mod pushdown;
mod single_row;
mod sorted;
pub(crate) mod subquery;
mod subquery_alias;
mod ties;
mod type_coercion;
mod type_name;
mod window_answers;

use std::path::Path;
use std::sync::Arc;

use chrono_tz::Tz;
use datafusion::error::Result;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::TrackConsumersPool;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::prelude::{SessionConfig, SessionContext};

pub(crate) use self::exact::{NAMED_CAST, Site, planned};
use self::memory::SharedPool;
use self::moments::{Moments, Types, reading, to_char};
pub(crate) use self::out_of_range::OutOfRange;
pub(crate) use self::type_name::column_type;
pub use self::type_name::type_name;
use crate::functions;
use crate::store::Declared;

/// What a session may use.
#[derive(Debug, Clone)]
pub struct Resources {
    /// Bytes of memory before operators spill.
    pub memory: usize,
    /// Partitions to work on at once.
    pub partitions: usize,
    /// Whether joins may hold one side in memory.
    pub hash_join: bool,
    /// The zone of days.
    pub zone: Tz,
}

impl Resources {
    /// One partition, so that rows come in the order of their files, with a given number of bytes
    /// of memory.
    pub fn in_order(memory: usize) -> Self {
        Self { memory, partitions: 1, hash_join: true, zone: Tz::UTC }
    }
}

/// A session that plans and never runs, or only over small tables in memory.
///
/// # Errors
/// Never in practice: it touches neither disk nor network.
pub fn for_planning(zone: Tz) -> Result<SessionContext> {
    let resources = Resources { memory: 64 << 20, partitions: 2, hash_join: true, zone };
    let runtime = RuntimeEnvBuilder::new()
        .with_disk_manager_builder(
            DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled),
        )
        .with_object_store_registry(Arc::new(Declared::default()))
        .build_arc()?;
    Ok(session(&resources, runtime))
}

/// A session for small tables in memory: one partition, and neither disk nor network.
///
/// # Errors
/// Never in practice: it touches neither.
pub fn in_memory(zone: Tz) -> Result<SessionContext> {
    let session = for_planning(zone)?;
    session.state_ref().write().config_mut().options_mut().execution.target_partitions = 1;
    Ok(session)
}

/// A session that reads rows in the order of their files.
///
/// # Errors
/// The spill folder cannot be made.
pub fn in_order(resources: &Resources) -> Result<SessionContext> {
    let session = session(resources, runtime(resources.memory)?);
    // One partition reads file after file.
    session.state_ref().write().config_mut().options_mut().execution.target_partitions = 1;
    Ok(session)
}

/// The memory pool and spill folder that all sessions of a run share.
///
/// # Errors
/// The spill folder cannot be made.
pub fn runtime(memory: usize) -> Result<Arc<RuntimeEnv>> {
    runtime_spilling_to(memory, DiskManagerMode::OsTmpDirectory)
}

/// The same with the caller's spill folder.
///
/// # Errors
/// The spill folder cannot be made.
pub fn runtime_in(memory: usize, folder: &Path) -> Result<Arc<RuntimeEnv>> {
    runtime_spilling_to(memory, DiskManagerMode::Directories(vec![folder.to_owned()]))
}

fn runtime_spilling_to(memory: usize, mode: DiskManagerMode) -> Result<Arc<RuntimeEnv>> {
    let largest = std::num::NonZeroUsize::new(5).unwrap_or(std::num::NonZeroUsize::MIN);
    let pool = TrackConsumersPool::new(SharedPool::new(memory), largest);
    RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(pool))
        .with_disk_manager_builder(DiskManagerBuilder::default().with_mode(mode))
        .with_object_store_registry(Arc::new(Declared::default()))
        .build_arc()
}

/// A session over `runtime` that knows every function of the project and no file by its path. Of
/// stores it knows those that are registered, this machine's disk included.
pub fn session(resources: &Resources, runtime: Arc<RuntimeEnv>) -> SessionContext {
    let builder =
        SessionStateBuilder::new().with_config(config(resources)).with_runtime_env(runtime);
    let state = exact::install(builder)
        .with_default_features()
        .with_type_planner(Arc::new(Types(resources.zone)))
        .with_analyzer_rule(subquery_alias::rule())
        .with_analyzer_rule(subquery::rule())
        .with_analyzer_rule(except_all::rule())
        .with_analyzer_rule(single_row::rule())
        .with_analyzer_rule(equality::rule())
        .with_analyzer_rule(field::rule())
        .with_analyzer_rule(Arc::new(Moments))
        .with_analyzer_rule(condition_size::rule())
        .with_analyzer_rule(constants::rule())
        .with_optimizer_rule(ties::rule())
        .with_physical_optimizer_rules(physical_rules())
        .build();
    let session = SessionContext::new_with_state(state);
    bounded::register(&session);
    exact::register(&session);
    functions::register(&session);
    session.register_udf(to_char::function());
    for function in reading::all(resources.zone) {
        session.register_udf(function);
    }
    session
}

/// The engine's rules for the plans it runs, and ours.
fn physical_rules() -> Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> {
    let mut rules = sorted::before_it_is_judged(pushdown::rules());
    rules.push(window_answers::rule());
    rules.push(own_rows::rule());
    rules
}

fn config(resources: &Resources) -> SessionConfig {
    // Below two partitions DataFusion ignores the wish for sort-merge joins.
    let mut config = SessionConfig::new().with_target_partitions(resources.partitions.max(2));
    let options = config.options_mut();
    options.sql_parser.collect_spans = true;
    // With it, DataFusion 55.2 skips rows with the minimum or maximum of another column.
    options.optimizer.enable_aggregate_dynamic_filter_pushdown = false;
    options.execution.time_zone = Some(resources.zone.name().to_owned());
    options.extensions.insert(bounded::OfABatch::of(resources.memory));
    // The nullability in plans differs for `case` and `is true`, and only there.
    options.execution.skip_physical_aggregate_schema_check = true;
    options.optimizer.prefer_hash_join = resources.hash_join;
    options.execution.parquet.pushdown_filters = true;
    options.execution.sort_spill_reservation_bytes = merge_bytes(resources);
    config
}

/// What a sort reserves for merging spilled rows. The engine's default exceeds the total
/// if memory is tight and there are many partitions.
fn merge_bytes(resources: &Resources) -> usize {
    let share = resources.memory / (16 * resources.partitions.max(2));
    share.min(10 << 20)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use datafusion::arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray};
    use datafusion::arrow::record_batch::RecordBatch;
    use datafusion::arrow::util::pretty::pretty_format_batches;
    use datafusion::datasource::MemTable;
    use datafusion::prelude::SessionContext;

    use super::{Resources, runtime, session, ties};
    use crate::functions;

    const ROWS: i64 = 120;

    /// Floats of many sizes in no order, of which every other cancels one before it.
    fn batch(rows: impl Iterator<Item = i64>) -> RecordBatch {
        let rows: Vec<i64> = rows.collect();
        let float = |row: i64, salt: i64| {
            let mixed = (row / 2 * 7_919 + salt) % 1_009;
            let size = 10_f64.powi(i32::try_from(mixed % 31 - 15).unwrap());
            let sign = if row % 2 == 0 { 1.0 } else { -1.0 };
            sign * size * mixed as f64 / 7.0 + 1.0 / (row + 1) as f64
        };
        let floats = |salt| {
            Arc::new(Float64Array::from_iter_values(rows.iter().map(|row| float(*row, salt))))
        };
        let columns: [(&str, ArrayRef); 7] = [
            ("g", Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row % 7)))),
            ("x", floats(1)),
            ("y", floats(2)),
            ("i", Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row * 31 % 97)))),
            (
                "s",
                Arc::new(StringArray::from_iter_values(
                    rows.iter().map(|row| format!("s{}", row % 11)),
                )),
            ),
            (
                "n",
                Arc::new(
                    rows.iter()
                        .map(|row| (row % 5 > 0).then_some(row % 13))
                        .collect::<Int64Array>(),
                ),
            ),
            ("b", Arc::new(rows.iter().map(|row| Some(row % 3 == 0)).collect::<BooleanArray>())),
        ];
        let columns = columns.map(|(name, column)| (name, column, true));
        RecordBatch::try_from_iter_with_nullable(columns).unwrap()
    }

    /// A session whose table has a given number of partitions, each in pieces, in reverse order if
    /// the number is odd.
    fn parted(partitions: usize) -> SessionContext {
        let resources =
            Resources { memory: 1 << 30, partitions, hash_join: true, zone: chrono_tz::Tz::UTC };
        let session = session(&resources, runtime(resources.memory).unwrap());
        let many = i64::try_from(partitions).unwrap();
        let part = |part: i64| {
            let rows = (0..ROWS).filter(move |row| row % many == part);
            let rows: Vec<i64> =
                if partitions.is_multiple_of(2) { rows.collect() } else { rows.rev().collect() };
            rows.chunks(8).map(|rows| batch(rows.iter().copied())).collect::<Vec<_>>()
        };
        let parts = (0..many).map(part).collect();
        let table = MemTable::try_new(batch(0..0).schema(), parts).unwrap();
        session.register_table("t", Arc::new(table)).unwrap();
        session
    }

    async fn answer(session: &SessionContext, sql: &str) -> Result<String, String> {
        let plan = session.state().create_logical_plan(sql).await;
        let plan = plan.and_then(ties::cut).map_err(|error| error.to_string())?;
        let frame = session.execute_logical_plan(plan).await.map_err(|error| error.to_string())?;
        let batches = frame.collect().await.map_err(|error| error.to_string())?;
        let shown = pretty_format_batches(&batches).unwrap().to_string();
        let mut lines: Vec<&str> = shown.lines().collect();
        lines.sort_unstable();
        Ok(lines.join("\n"))
    }

    /// The engine's functions of these names; those of this program have a test of their own.
    fn engines(names: impl IntoIterator<Item = String>) -> BTreeSet<String> {
        let own = |name: &str| functions::all().iter().any(|function| function.name == name);
        names.into_iter().filter(|name| !own(name)).collect()
    }

    /// Rejected in stages, since their results depend on how rows are partitioned.
    const REFUSED: [&str; 3] =
        ["approx_median", "approx_percentile_cont", "approx_percentile_cont_with_weight"];

    const ARGUMENTS: [&str; 13] = [
        "x",
        "x, y",
        "s",
        "b",
        "i",
        "n",
        "",
        "x, 2",
        "s, ','",
        "2",
        "0.3, x",
        "struct(n, y)",
        "[n, i]",
    ];

    /// The functions of which some call succeeded, with the same result in all sessions.
    async fn alike<'a>(
        names: impl IntoIterator<Item = &'a String>,
        forms: fn(&str, &str) -> Vec<String>,
    ) -> BTreeSet<&'a str> {
        let sessions = [1, 2, 3, 8].map(parted);
        let mut known = BTreeSet::new();
        for name in names.into_iter().filter(|it| !REFUSED.contains(&it.as_str())) {
            let within = format!("{name}(0.3) within group (order by x)");
            let calls = ARGUMENTS.map(|arguments| format!("{name}({arguments})"));
            for sql in calls.iter().chain([&within]).flat_map(|call| forms(name, call)) {
                let Ok(expected) = answer(&sessions[0], &sql).await else { continue };
                known.insert(name.as_str());
                for session in &sessions[1..] {
                    assert_eq!(answer(session, &sql).await.as_ref(), Ok(&expected), "{sql}");
                }
            }
        }
        known
    }

    #[tokio::test]
    async fn every_aggregate_has_one_answer_however_rows_are_parted() {
        let aggregates = engines(parted(1).state().aggregate_functions().keys().cloned());
        let known = alike(&aggregates, |name, call| {
            let (open, arguments) = call.split_at(name.len() + 1);
            vec![
                format!("select g, {call} as v from t group by g"),
                format!("select i, {call} as v from t group by rollup (i)"),
                format!("select {call} as v from t"),
                format!("select {open}distinct {arguments} as v from t"),
            ]
        });
        let known = known.await;
        let wanted = aggregates.iter().map(String::as_str).filter(|name| !REFUSED.contains(name));
        assert_eq!(known, wanted.collect::<BTreeSet<_>>());
        assert!(known.len() > 30, "{known:?}");
    }

    #[tokio::test]
    async fn every_window_has_one_answer_however_rows_are_parted() {
        let state = parted(1).state();
        let aggregates = engines(state.aggregate_functions().keys().cloned());
        let windows = engines(state.window_functions().keys().cloned());
        let known = alike(aggregates.iter().chain(&windows), |_, call| {
            vec![
                format!("select x, {call} over (partition by g order by i) as v from t"),
                format!(
                    "select x, {call} over (order by i range between 1 preceding and 2 following) as v from t"
                ),
                format!(
                    "select x, {call} over (order by i rows between 5 preceding and current row) as v from t"
                ),
            ]
        });
        let known = known.await;
        assert!(windows.iter().all(|name| known.contains(name.as_str())), "{known:?}");
        assert!(known.len() > 30, "{known:?}");
    }

    /// Rows that differ only in nested values: lists, structs and maps that are NULL in whole or in
    /// part.
    const HELD: &str = "(
        select [n, i] as l, struct(n, y) as p, map {'a': n, 'b': i} as m,
               case when g > 3 then [struct(n, [s])] end as d
        from t
    ) as u";

    #[tokio::test]
    async fn rows_that_only_lists_structs_and_maps_tell_apart_have_one_order() {
        let sessions = [1, 3, 8].map(parted);
        let columns = ["l", "p", "l[1]"];
        let of_a_column = |column: &str| {
            ["first_value", "last_value", "any_value", "array_agg"]
                .map(|name| format!("{name}({column})"))
                .into_iter()
                .chain([format!("nth_value({column}, 2)")])
                .collect::<Vec<_>>()
        };
        let of_a_column = columns.iter().flat_map(|column| of_a_column(column)).flat_map(|call| {
            [
                format!("select {call} as v from {HELD}"),
                format!("select {} order by d desc, p) as v from {HELD}", &call[..call.len() - 1]),
                format!("select l[1] as n, {} order by p['c0'], m['b'], p['c0']) as v from {HELD} group by l[1]", &call[..call.len() - 1]),
                format!("select {} order by p['c0']) as v from (select p, d, l from {HELD}) as q", &call[..call.len() - 1]),
                format!("select l[1] as n, {call} as v from {HELD} group by l[1]"),
                format!("select l, {call} over (partition by l[1]) as v from {HELD}"),
                format!("select l, {call} over (order by l[1], p) as v from {HELD}"),
                format!(
                    "select l, {call} over (order by d desc range current row) as v from {HELD}"
                ),
                format!("select l, {call} over (order by m rows 2 preceding) as v from {HELD}"),
            ]
        });
        let of_locations =
            ["row_number()", "ntile(7)", "lag(l)", "lead(p)", "rank()"].map(String::from);
        let of_locations = of_locations.iter().flat_map(|call| {
            [
                format!("select l, p, {call} over () as v from {HELD}"),
                format!("select l, p, {call} over (partition by l[1] order by d) as v from {HELD}"),
                format!("select d, {call} over (order by [p] desc nulls last) as v from {HELD}"),
            ]
        });
        let of_rows = [
            format!("select distinct on (l[1]) l, p, d from {HELD} order by l[1]"),
            format!("select l, p, m from {HELD} limit 5"),
            format!("select p from (select * from {HELD} order by d desc limit 7)"),
        ];
        for sql in of_a_column.chain(of_locations).chain(of_rows) {
            let expected = answer(&sessions[0], &sql).await;
            let slides_not = "`retract_batch` is not implemented: any_value";
            let refused = |why: &String| why.contains(slides_not);
            assert!(!expected.as_ref().is_err_and(|why| !refused(why)), "{sql}: {expected:?}");
            for session in &sessions[1..] {
                assert_eq!(answer(session, &sql).await, expected, "{sql}");
            }
        }
    }
}
