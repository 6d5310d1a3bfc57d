//! The one place that makes a DataFusion session: its functions, its memory, its options.

use std::sync::Arc;

use chrono_tz::Tz;
use datafusion::error::Result;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::TrackConsumersPool;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::prelude::{SessionConfig, SessionContext};

use super::memory::SharedPool;
use super::moments::{Moments, Types, reading, to_char};
use super::{bag, constants, equality, exact, pushdown, single_row, sorted, subquery, ties};
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

/// A session that plans and never runs.
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

/// The memory pool and spill folder that all sessions of a run share.
///
/// # Errors
/// The spill folder cannot be made.
pub fn runtime(memory: usize) -> Result<Arc<RuntimeEnv>> {
    let largest = std::num::NonZeroUsize::new(5).unwrap_or(std::num::NonZeroUsize::MIN);
    let pool = TrackConsumersPool::new(SharedPool::new(memory), largest);
    RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(pool))
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
        .with_analyzer_rule(subquery::rule())
        .with_analyzer_rule(bag::rule())
        .with_analyzer_rule(single_row::rule())
        .with_analyzer_rule(equality::rule())
        .with_analyzer_rule(Arc::new(Moments))
        .with_analyzer_rule(constants::rule())
        .with_optimizer_rule(ties::rule())
        .with_physical_optimizer_rules(sorted::before_it_is_judged(pushdown::rules()))
        .build();
    let session = SessionContext::new_with_state(state);
    exact::register(&session);
    functions::register(&session);
    session.register_udf(to_char::function());
    for function in reading::all(resources.zone) {
        session.register_udf(function);
    }
    session
}

fn config(resources: &Resources) -> SessionConfig {
    // Below two partitions DataFusion ignores the wish for sort-merge joins.
    let mut config = SessionConfig::new().with_target_partitions(resources.partitions.max(2));
    let options = config.options_mut();
    options.sql_parser.collect_spans = true;
    // DataFusion 55.2 skips rows by it that hold the least or the greatest value of another column.
    options.optimizer.enable_aggregate_dynamic_filter_pushdown = false;
    options.execution.time_zone = Some(resources.zone.name().to_owned());
    // What plans say of NULL differs for `case` and `is true`, and only there.
    options.execution.skip_physical_aggregate_schema_check = true;
    options.optimizer.prefer_hash_join = resources.hash_join;
    options.execution.parquet.pushdown_filters = true;
    options.execution.sort_spill_reservation_bytes = merge_bytes(resources);
    config
}

/// What a sort sets aside for merging what it spilled. The engine's own figure is more than all that
/// there is when memory is tight and partitions are many.
fn merge_bytes(resources: &Resources) -> usize {
    let share = resources.memory / (16 * resources.partitions.max(2));
    share.min(10 << 20)
}
