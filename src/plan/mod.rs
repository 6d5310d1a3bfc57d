//! From declarations to a plan: names resolved, order fixed, types known.
//!
//! Planning reads no data and touches no storage, so `check`, `plan`, `run` and the tests all go
//! through it. Its output is a value: printing a [`Plan`] is `patronage plan`, folding over it is
//! `patronage run`.
//!
//! ```text
//! settings ──▶ source        stage ────────────▶ model
//! zone, place, raw tables    which, in which     the Plan
//! parameters                 order, typed by
//!                            query
//!                            one SELECT
//! ```
//!
//! All of them use `param` and `period`, values to which queries are bound, and `walk`, which visits them. `unit_test` checks
//! tests of stages against the plan.

mod analysis;
mod explain;
mod model;
mod param;
mod period;
mod pipeline_name;
mod query;
mod rule;
mod settings;
mod source;
mod stage;
mod unit_test;
mod walk;

pub use self::analysis::{Analysis, analyse, plan, plan_with, sources};
pub use self::explain::{explanation, explanations};
pub(crate) use self::model::reader_columns;
pub use self::model::{
    Absent, CheckPlan, ColumnPlan, Headline, HistoryPlan, IS_CURRENT, Layout, PERIOD_COLUMN,
    PIPELINE_COLUMN, Plan, QUARANTINE, QUARANTINE_DESCRIPTION, QUARANTINE_ORDER,
    QUARANTINE_PARTITIONS, SOURCE_COLUMN, SOURCE_COUNTS, SOURCE_REASONS, Stage, StandIn,
    VALID_FROM, VALID_TO, counts, quarantine_columns, quarantine_reader_columns, reads_counts,
    schema, within,
};
pub(crate) use self::param::built_in;
pub use self::param::{AS_OF, Bindings, PERIOD_END, PERIOD_START, PREVIOUS_START, ParamPlan};
pub use self::period::{Period, periods};
pub use self::query::{Origin, Query, Typed};
pub(crate) use self::query::{instead, is_refused, plain};
pub use self::source::{
    Deletion, Dialect, Exclude, FILE_COLUMN, LINE_COLUMN, Margins, Rules, SourceField, SourcePlan,
    Timeliness, Versions, arrow_type, instants, shown_type,
};
pub use self::stage::versions;
pub use self::unit_test::{ExpectedRows, UnitTest, unit_tests};
pub use crate::value::{EpochUnit, Notation};

/// Several times the stack that the deepest accepted query needs while it is planned. Only the
/// pages that are touched use memory.
pub(crate) const STACK: usize = 64 << 20;
