//! What happened in a run, for programs: `run_results.json`.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use super::{
    CheckResult, DamagedFileResult, DroppedPeriodsResult, Event, HeadlineResult, PublishedResult,
    SourceResult, StageResult, TableAsOfResult, TableResult,
};
use crate::failure::{DONE, FailureKind, SIGNALLED};

/// The contents of the record of a run that has not ended.
const UNENDED: &str = "the run has not ended: it goes on, or it was killed";
/// The code of a program that was killed by SIGKILL.
const KILLED: u8 = SIGNALLED + 9;

/// The record of a run. Written whether it succeeded or not.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct RunResults {
    /// The schema version; it changes when a field changes its meaning or is removed.
    pub schema_version: u32,
    /// The version of the program.
    pub program_version: String,
    /// The pipeline's name.
    pub pipeline: String,
    /// The run's name.
    pub run: String,
    /// The as-of of the run, in the pipeline's zone with its offset.
    pub as_of: Option<String>,
    /// The periods it was to build, as first days.
    pub periods: Vec<String>,
    /// The process's exit code.
    #[schemars(schema_with = "exit_codes")]
    pub exit_code: u8,
    /// Why it failed, if it did.
    pub failure_kind: Option<FailureKind>,
    /// The failure in words.
    pub message: Option<String>,
    /// The release readers see, if the run got that far.
    pub release: Option<u64>,
    /// Whether that release was already there, byte for byte.
    pub unchanged: bool,
    /// The warehouse, without secrets.
    pub warehouse: Option<String>,
    /// Seconds from start to end.
    pub seconds: f64,
    /// What was read.
    pub sources: Vec<SourceResult>,
    /// What was built, in order.
    pub stages: Vec<StageResult>,
    /// What was checked.
    pub checks: Vec<CheckResult>,
    /// What was published.
    pub tables: Vec<TableResult>,
    /// Published tables whose as-of is older than the newest of the pipeline's tables.
    pub behind: Vec<TableAsOfResult>,
    /// Tables that the run left unchanged because they are newer than its as-of.
    pub kept: Vec<TableAsOfResult>,
    /// Tables of the warehouse that the pipeline no longer publishes.
    pub left: Vec<String>,
    /// Published files that were not as they were published when the run began.
    pub damaged: Vec<DamagedFileResult>,
    /// Files in the folders of tables that no release names, and that readers of the folders read.
    pub strays: Vec<String>,
    /// Tables that were removed from the warehouse.
    pub dropped: Vec<String>,
    /// Periods that were removed from the warehouse, of tables that remain.
    pub dropped_periods: Vec<DroppedPeriodsResult>,
    /// The pipeline's headlines.
    pub headlines: Vec<HeadlineResult>,
    /// Whether publishing has begun. It is not written.
    #[serde(skip)]
    pub publishing: bool,
}

impl RunResults {
    /// A run that has not begun.
    pub fn new(run: &str) -> Self {
        Self {
            schema_version: 2,
            program_version: env!("CARGO_PKG_VERSION").into(),
            run: run.into(),
            ..Self::default()
        }
    }

    /// A run that has begun, as its record says until it has ended.
    pub fn begun(run: &str) -> Self {
        Self {
            exit_code: KILLED,
            failure_kind: Some(FailureKind::Interrupted),
            message: Some(UNENDED.into()),
            ..Self::new(run)
        }
    }

    /// Whether this is the record of a run that has not ended.
    pub fn is_begun(&self) -> bool {
        self.message.as_deref() == Some(UNENDED)
    }

    /// Notes an event.
    pub fn note(&mut self, event: &Event) {
        match event.clone() {
            Event::RunStarted { pipeline, as_of, periods, .. } => {
                (self.pipeline, self.as_of, self.periods) = (pipeline, Some(as_of), periods);
            }
            Event::StageFinished(result) => self.stages.push(result),
            Event::CheckFinished(result) => self.checks.push(result),
            Event::SourceRead(result) => self.sources.push(*result),
            Event::HeadlineAnswered(result) => self.headlines.push(result),
            Event::TablesKept { tables } => self.kept = tables,
            Event::TablesLeft { tables } => self.left = tables,
            Event::FilesDamaged { files, .. } | Event::DamageSettled { files } => {
                self.damaged = files;
            }
            Event::StrayFiles { files } => self.strays = files,
            Event::Publishing => self.publishing = true,
            Event::Published(result) => self.published(result),
            Event::StageStarted { .. }
            | Event::ColumnMissing(_)
            | Event::SourceStale(_)
            | Event::TablesBehind { .. }
            | Event::Corrected(_)
            | Event::Trouble(_) => {}
            Event::RunEnded { failure, exit_code, seconds } => {
                (self.failure_kind, self.message) = failure.unzip();
                (self.exit_code, self.seconds) = (exit_code, seconds);
            }
        }
    }

    fn published(&mut self, result: PublishedResult) {
        self.release = Some(result.release);
        self.unchanged = result.unchanged;
        self.warehouse = Some(result.warehouse);
        self.tables = result.tables;
        self.behind = result.behind;
        self.dropped = result.dropped;
        self.dropped_periods = result.dropped_periods;
    }
}

/// The exit codes of a run, each with its meaning.
fn exit_codes(_: &mut SchemaGenerator) -> Schema {
    let code = |code: u8, meaning: &str| json_schema!({ "const": code, "description": meaning });
    let ended = FailureKind::ALL.into_iter().filter(|kind| *kind != FailureKind::Interrupted);
    let mut codes = vec![code(DONE, "Done.")];
    codes.extend(ended.map(|kind| code(kind.exit_code(), kind.meaning())));
    codes.push(json_schema!({
        "description": format!("{} This is {SIGNALLED} and the number of the signal.", FailureKind::Interrupted.meaning()),
        "minimum": SIGNALLED + 1,
        "maximum": u8::MAX,
    }));
    json_schema!({ "type": "integer", "oneOf": codes })
}
