//! What happens in a run, reported once: records, progress, logs and summaries are derived from
//! these events.

use super::{
    CheckResult, CorrectedResult, DamagedFileResult, HeadlineResult, MissingColumnResult,
    PublishedResult, SourceResult, StageResult, StaleSource, TableAsOfResult, Trouble,
};
use crate::failure::FailureKind;

/// Where events of a run go.
pub type Events<'a> = &'a (dyn Fn(Event) + Send + Sync);

/// Something that happened in a run.
#[derive(Debug, Clone)]
pub enum Event {
    /// A run began.
    RunStarted {
        /// The run's name.
        run: String,
        /// The pipeline's name.
        pipeline: String,
        /// The as-of of the run, in the pipeline's zone with its offset.
        as_of: String,
        /// The periods it is to build, as first days.
        periods: Vec<String>,
        /// Stages to build, each period counted.
        steps: u64,
    },
    /// A stage is being built.
    StageStarted {
        /// The stage.
        stage: String,
        /// The period, as its first day.
        period: Option<String>,
    },
    /// A stage is built.
    StageFinished(StageResult),
    /// A check was made.
    CheckFinished(CheckResult),
    /// A source was read.
    SourceRead(Box<SourceResult>),
    /// A headline of the pipeline is known.
    HeadlineAnswered(HeadlineResult),
    /// Files lack a declared column.
    ColumnMissing(MissingColumnResult),
    /// The newest row of a source is older than its `warn_after`.
    SourceStale(StaleSource),
    /// Tables are newer than the run and stay as they are.
    TablesKept {
        /// Which, and their as-of.
        tables: Vec<TableAsOfResult>,
    },
    /// Tables of the warehouse that the pipeline no longer publishes.
    TablesLeft {
        /// Which.
        tables: Vec<String>,
    },
    /// Tables that the run will leave older than others of the pipeline.
    TablesBehind {
        /// Which, and their as-of.
        tables: Vec<TableAsOfResult>,
    },
    /// Files are not as they were published.
    FilesDamaged {
        /// The release that names them.
        release: u64,
        /// Which, and what is wrong with them.
        files: Vec<DamagedFileResult>,
    },
    /// There are stray files beside those of tables.
    StrayFiles {
        /// Which.
        files: Vec<String>,
    },
    /// What happened to the damaged files.
    DamageSettled {
        /// All of them, with the options that rebuild those that the run did not.
        files: Vec<DamagedFileResult>,
    },
    /// All checks have passed, and what readers see is about to change.
    Publishing,
    /// Corrections of rejected rows were stored.
    Corrected(CorrectedResult),
    /// Readers see the run's tables.
    Published(PublishedResult),
    /// A problem that does not stop the run.
    Trouble(Trouble),
    /// The run ended.
    RunEnded {
        /// Why it failed, if it did, and in words.
        failure: Option<(FailureKind, String)>,
        /// The process's exit code.
        exit_code: u8,
        /// Seconds from start to end.
        seconds: f64,
    },
}
