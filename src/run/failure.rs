//! Why a run stopped, and the exit code that says so.

use std::error::Error;
use std::fmt;

use datafusion::error::DataFusionError;
use schemars::JsonSchema;
use serde::Serialize;

use super::{MissingColumnResult, ReplayError, RequestError};
use crate::check::FailedCheck;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use crate::plan::plain;
use crate::publish::{LayoutError, PublishError, Refusal};
use crate::read::ReadError;
use crate::session::OutOfRange;
use crate::store::{self, StoreError, StoreErrorKind};
use crate::text::printable;
use crate::transform::{BuildError, out_of_memory};

/// Anything that stops a run. Readers then see what they saw before.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The project is wrong.
    #[error("{0}")]
    Project(#[from] Diagnostics),
    /// The command line is wrong.
    #[error("{}", printable(&.0.to_string()))]
    Request(#[from] RequestError),
    /// Raw data cannot be read.
    #[error("{}", printable(&.0.to_string()))]
    Read(#[from] ReadError),
    /// A store refused.
    #[error("{}", printable(&.0.to_string()))]
    Store(#[from] StoreError),
    /// What is published must not be replaced by what the run would build.
    #[error("{}", printable(&.0.to_string()))]
    Refused(#[from] Refusal),
    /// The release could not be made.
    #[error("{}", printable(&.0.to_string()))]
    Publish(#[from] PublishError),
    /// A query could not be answered.
    #[error("{}", unbuilt(.0))]
    Stage(BuildError),
    /// An answer does not exist in its type.
    #[error("{}", out_of_range(.stage, .error))]
    OutOfRange {
        /// The stage, check or headline.
        stage: String,
        /// Where and why.
        error: Diagnostic,
    },
    /// Declared columns are in no file of their source.
    #[error("{}", lines(.0))]
    Columns(Vec<MissingColumnResult>),
    /// A partition has a value that no folder can be named after.
    #[error("table `{table}`: {}", printable(&.error.to_string()))]
    Layout {
        /// The table.
        table: String,
        /// What is wrong with the value.
        error: LayoutError,
    },
    /// More rows were rejected than a source allows.
    #[error("{}", rejected(.0))]
    Rejects(Vec<RejectedSource>),
    /// The newest rows of sources are older than they may be.
    #[error("{}", lines(.0))]
    Stale(Vec<StaleSource>),
    /// Checks failed.
    #[error("{}", unsound(.failed, .not_built))]
    Checks {
        /// The checks.
        failed: Vec<FailedCheck>,
        /// The stages that were not built, since they read what failed.
        not_built: Vec<String>,
    },
    /// This machine's disk refused.
    #[error("cannot use `{path}`: {source}")]
    Disk {
        /// The file or folder.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// There is nowhere to leave the record of the run.
    #[error("cannot write `{}`: {source}", printable(.path))]
    Record {
        /// The file.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The record of the run would take the place of something else.
    #[error("the results cannot be written to `{}`: {problem}", printable(.path))]
    Results {
        /// The file.
        path: String,
        /// What it would take the place of.
        problem: &'static str,
    },
    /// Corrections that cannot be used.
    #[error("{}", printable(&.0.to_string()))]
    Replay(#[from] ReplayError),
    /// A signal asked the run to stop.
    #[error("interrupted; nothing was published")]
    Interrupted,
    /// A signal ended the run while it was publishing.
    #[error(
        "interrupted while publishing; if the release was announced, the next run completes it"
    )]
    InterruptedWhilePublishing,
}

impl From<BuildError> for Failure {
    /// A file that cannot be read says more than the stage that asked for it, and a value that no
    /// folder can be named after more than the engine that wrote it.
    fn from(error: BuildError) -> Self {
        if let Some(read) = ReadError::find(&error.source) {
            return Self::Read(read.clone());
        }
        if let Some(found) = OutOfRange::find(&error.source) {
            return Self::unanswered(error.stage, error.place, found.diagnostic());
        }
        if let Some(layout) = cause::<LayoutError>(&error.source) {
            return Self::Layout { table: error.stage, error: layout.clone() };
        }
        if error.place.is_some() && of_engine(&error.source) == FailureKind::Contract {
            let refusal = refusal(&error.source);
            return Self::unanswered(error.stage, error.place, refusal);
        }
        Self::Stage(error)
    }
}

impl Failure {
    /// A mistake that does not know where it was written is shown at the start of its query.
    fn unanswered(stage: String, start: Option<Place>, error: Diagnostic) -> Self {
        let error = Diagnostic { message: printable(&error.message), ..error };
        let error = match (&error.place, start) {
            (None, Some(start)) => {
                let message = format!("stage `{stage}`: {}", error.message);
                Diagnostic { message, place: Some(start), ..error }
            }
            _ => error,
        };
        Self::OutOfRange { stage, error }
    }
}

/// What a function or a cast of the engine says of a value that it has no answer for.
fn refusal(error: &DataFusionError) -> Diagnostic {
    let text = plain(error.find_root());
    let said = Diagnostic::nowhere(Code::NoAnswer, text.lines().next().unwrap_or(&text));
    match text.to_lowercase().contains("cast") {
        true => said.help(
            "write `try_cast` where NULL is the answer to a value that is not of the type; a \
             condition beside it does not keep such values away",
        ),
        false => said,
    }
}

/// A source with too many rejected rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedSource {
    /// The source.
    pub source: String,
    /// Rejected rows.
    pub rejected: u64,
    /// Rows read.
    pub rows: u64,
    /// What is allowed, as written.
    pub allowed: String,
    /// The most frequent reasons, each with an example.
    pub reasons: Vec<String>,
}

/// A source whose newest row is older than it may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaleSource {
    /// The source.
    pub source: String,
    /// When its newest row happened and how long before as-of that was, if there is a row.
    pub newest: Option<(String, String)>,
    /// What is allowed: the key and its value.
    pub limit: String,
}

impl fmt::Display for StaleSource {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let Self { source, newest, limit } = self;
        write!(formatter, "source `{source}` is stale: ")?;
        match newest {
            Some((newest, age)) => {
                write!(formatter, "its newest row is of {newest}, {age} before as-of")?;
            }
            None => formatter.write_str("it has no row before as-of")?,
        }
        write!(formatter, "; `{limit}`")
    }
}

/// Why a run failed, for machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// A check, contract or threshold failed.
    Contract,
    /// The project or the command line is wrong, or the run would replace what it must not.
    Project,
    /// The selection or the interval is empty.
    Empty,
    /// A bug of this program.
    Bug,
    /// The memory budget was not enough.
    Memory,
    /// A store or disk failed.
    Storage,
    /// Another run was first, or the store is busy.
    TryAgain,
    /// Credentials are missing or not enough.
    Permission,
    /// A signal stopped the run.
    Interrupted,
}

impl FailureKind {
    /// The process's exit code; an interrupted one ends as its signal says.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Contract => 1,
            Self::Project => 2,
            Self::Empty => 4,
            Self::Bug => 70,
            Self::Memory => 71,
            Self::Storage => 74,
            Self::TryAgain => 75,
            Self::Permission => 77,
            Self::Interrupted => 143,
        }
    }
}

impl Failure {
    /// What kind of failure it is.
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Request(error) if error.is_empty_selection() => FailureKind::Empty,
            Self::Refused(refusal) if refusal.is_empty_selection() => FailureKind::Empty,
            Self::Project(_) | Self::Request(_) | Self::Refused(_) | Self::Results { .. } => {
                FailureKind::Project
            }
            Self::Read(error) => of_read(error),
            Self::Store(error) => of_store(error),
            Self::Publish(error) => of_publish(error),
            Self::Stage(error) => of_engine(&error.source),
            Self::Columns(_)
            | Self::Rejects(_)
            | Self::Stale(_)
            | Self::Checks { .. }
            | Self::Replay(_)
            | Self::OutOfRange { .. }
            | Self::Layout { .. } => FailureKind::Contract,
            Self::Disk { source, .. } | Self::Record { source, .. } => {
                of_kind(StoreErrorKind::of_disk(source))
            }
            Self::Interrupted | Self::InterruptedWhilePublishing => FailureKind::Interrupted,
        }
    }

    /// The next thing to do, as an instruction.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Read(error) => error.help(),
            Self::Store(error) | Self::Publish(PublishError::Store(error)) => {
                error.help().map(str::to_owned)
            }
            Self::Record { .. } => Some("let `--results` name a file that can be written".into()),
            Self::Stage(error) => memory_help(&error.source),
            Self::Layout { error, .. } => Some(error.help().into()),
            Self::Refused(refusal) => Some(refusal.help()),
            Self::Publish(PublishError::Conflict { .. }) => Some("run again to build on it".into()),
            Self::Publish(PublishError::Lost { .. }) => {
                Some("run again: what is lost is built again".into())
            }
            Self::Publish(PublishError::Record { path, .. } | PublishError::Forgotten { path }) => {
                Some(of_record(path).into())
            }
            Self::Publish(PublishError::Unrecorded { .. }) => Some(
                "put the folder `_patronage` back from a copy of the warehouse; without one, move \
                 the warehouse's folder away and build all periods anew with `--from`"
                    .into(),
            ),
            Self::Publish(PublishError::NotMoved { .. }) => {
                Some("run again, which moves it again; `patronage doctor` tries copies out".into())
            }
            Self::Publish(PublishError::InTheWay { .. }) => {
                Some("move it away and run again".into())
            }
            Self::Results { .. } => {
                Some("let `--results` name a file of its own, such as `run_results.json`".into())
            }
            Self::Publish(PublishError::Newer { .. }) => {
                Some("run the version of patronage that wrote it, or a newer one".into())
            }
            Self::Publish(PublishError::LinkOut { .. }) => Some(
                "put a folder in its place; where the whole warehouse lies elsewhere, name that as \
                 its location"
                    .into(),
            ),
            Self::Replay(error) => Some(error.help().into()),
            Self::Columns(_) => Some(
                "say with `from` what the files call it; a column that they may lack is \
                 `optional: true`"
                    .into(),
            ),
            Self::Rejects(_) => Some("mend the files, or raise `max_rejects` of the source".into()),
            Self::Stale(_) => Some(
                "let the missing files come and run again, or raise `error_after` of the source"
                    .into(),
            ),
            Self::Checks { .. } => Some(
                "see every row that breaks them with `patronage show PIPELINE --failed`".into(),
            ),
            _ => None,
        }
    }
}

/// What to do about a record that cannot be read.
fn of_record(path: &str) -> &'static str {
    match path.split('/').nth(1) {
        Some("stage" | "failed") => "remove the folder that it is in: its run failed",
        Some("corrections") => {
            "put the record back from a backup; without one, remove it: what it corrected is in the \
             quarantine again"
        }
        _ => {
            "put the record back from a backup; without one, move the warehouse's folder away and \
             build all periods anew with `--from`"
        }
    }
}

fn memory_help(error: &DataFusionError) -> Option<String> {
    out_of_memory(error).then(|| "give the run more with `--memory`".into())
}

fn of_store(error: &StoreError) -> FailureKind {
    of_kind(error.kind())
}

/// What a store's answer means for a run. Nothing is read that was not listed or written before, so that
/// what is gone was there.
fn of_kind(kind: StoreErrorKind) -> FailureKind {
    match kind {
        StoreErrorKind::Location => FailureKind::Project,
        StoreErrorKind::Credentials => FailureKind::Permission,
        StoreErrorKind::TryAgain | StoreErrorKind::NotFound => FailureKind::TryAgain,
        StoreErrorKind::Storage => FailureKind::Storage,
    }
}

fn of_publish(error: &PublishError) -> FailureKind {
    match error {
        PublishError::Conflict { .. } | PublishError::Taken { .. } | PublishError::Lost { .. } => {
            FailureKind::TryAgain
        }
        PublishError::Store(error) => of_store(error),
        PublishError::Newer { .. } => FailureKind::Project,
        PublishError::Disk { source, .. } => of_kind(StoreErrorKind::of_disk(source)),
        PublishError::Record { .. }
        | PublishError::Forgotten { .. }
        | PublishError::Unrecorded { .. }
        | PublishError::NotMoved { .. }
        | PublishError::Path(_)
        | PublishError::InTheWay { .. }
        | PublishError::LinkOut { .. } => FailureKind::Storage,
    }
}

fn of_read(error: &ReadError) -> FailureKind {
    match error {
        ReadError::Store(error) => of_store(error),
        ReadError::Changed { .. } => FailureKind::TryAgain,
        ReadError::Scratch { kind, .. } => of_kind(*kind),
        ReadError::Pattern { .. } | ReadError::TimePattern { .. } => FailureKind::Project,
        _ => FailureKind::Contract,
    }
}

/// What the engine stumbled over. A value that does not fit its promised type, or is outside a
/// function's domain, is the data's fault; what the engine itself calls a bug is one.
pub(crate) fn of_engine(error: &DataFusionError) -> FailureKind {
    if out_of_memory(error) {
        return FailureKind::Memory;
    }
    if let Some((kind, _)) = answer(error) {
        return of_kind(kind);
    }
    match error.find_root() {
        DataFusionError::Internal(said) if said.contains(NO_PATTERN) => FailureKind::Contract,
        DataFusionError::Internal(_) => FailureKind::Bug,
        _ => FailureKind::Contract,
    }
}

/// What the engine says of a pattern that it met on the way, such as in a branch of a `case`.
const NO_PATTERN: &str = "Regular expression did not compile";

/// What a store or a disk answered to the engine, if that is what it stumbled over.
fn answer(error: &DataFusionError) -> Option<(StoreErrorKind, String)> {
    if let Some(found) = cause::<object_store::Error>(error) {
        let answer = StoreError::access("", found);
        return Some((answer.kind(), answer.problem()));
    }
    if let Some(found) = cause::<std::io::Error>(error) {
        return Some((StoreErrorKind::of_disk(found), found.to_string()));
    }
    store::answered(&error.to_string())
}

/// What the engine says of a query, or the store in its place.
pub(crate) fn said_by_engine(error: &DataFusionError) -> String {
    let engines = || match error.find_root() {
        DataFusionError::Internal(said) if said.contains(NO_PATTERN) => {
            let reason = said.split_once(NO_PATTERN).map_or("", |(_, reason)| reason);
            let reason = reason.lines().next().unwrap_or_default();
            format!("a pattern that is too large or none{reason}")
        }
        _ => error.to_string(),
    };
    answer(error).map_or_else(engines, |(_, problem)| printable(&problem))
}

fn unbuilt(error: &BuildError) -> String {
    format!("stage `{}`: {}", error.stage, said_by_engine(&error.source))
}

/// The error of this type that led to another one, through however many layers.
fn cause<E: Error + 'static>(error: &DataFusionError) -> Option<&E> {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        // What an error of the system wraps is not what it calls its source.
        let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        next = match wrapped {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    None
}

/// The mistake where it was written; where that is not known, the stage it was made in.
fn out_of_range(stage: &str, error: &Diagnostic) -> String {
    match error.place {
        Some(_) => error.to_string(),
        None => format!("stage `{stage}`: {}", error.message),
    }
}

fn rejected(sources: &[RejectedSource]) -> String {
    let shown = sources.iter().map(|source| {
        format!(
            "source `{}`: {} of {} rows rejected, {} allowed\n  {}",
            source.source,
            source.rejected,
            source.rows,
            source.allowed,
            source.reasons.join("\n  ")
        )
    });
    shown.collect::<Vec<_>>().join("\n")
}

fn lines(facts: &[impl fmt::Display]) -> String {
    facts.iter().map(|fact| printable(&fact.to_string())).collect::<Vec<_>>().join("\n")
}

fn unsound(failed: &[FailedCheck], not_built: &[String]) -> String {
    let mut lines: Vec<String> = failed.iter().map(ToString::to_string).collect();
    if !not_built.is_empty() {
        lines.push(format!("not built on what failed: {}", not_built.join(", ")));
    }
    lines.join("\n")
}
