//! Why a run stopped.

use std::fmt;

use datafusion::error::DataFusionError;

use super::ReplayError;
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::failure::{Failing, FailureKind};
use crate::plan::plain;
use crate::publish::{LayoutError, PublishError, Refusal};
use crate::read::ReadError;
use crate::record::{CheckResult, MissingColumnResult, RejectedSource, StaleSource};
use crate::request::RequestError;
use crate::session::{OutOfRange, engine_error};
use crate::store::{StoreError, StoreErrorKind};
use crate::text::printable;
use crate::transform::BuildError;

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
    #[error("{}", facts(.0))]
    Rejects(Vec<RejectedSource>),
    /// The newest rows of sources are older than they may be.
    #[error("{}", lines(.0))]
    Stale(Vec<StaleSource>),
    /// Checks failed.
    #[error("{}", unsound(.failed, .not_built))]
    Checks {
        /// The checks.
        failed: Vec<CheckResult>,
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
        if let Some(layout) = engine_error::cause::<LayoutError>(&error.source) {
            return Self::Layout { table: error.stage, error: layout.clone() };
        }
        if error.place.is_some() && engine_error::kind(&error.source) == FailureKind::Contract {
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
    if let Some(said) = engine_error::no_pattern(&error.to_string()) {
        let help = "see to it that it is a regular expression in every row";
        return Diagnostic::nowhere("no-answer", said).help(help);
    }
    let text = plain(error.find_root());
    let said = Diagnostic::nowhere("no-answer", text.lines().next().unwrap_or(&text));
    match text.to_lowercase().contains("cast") {
        true => said.help(
            "write `try_cast` where NULL is the answer to a value that is not of the type; a \
             condition beside it does not keep such values away",
        ),
        false => said,
    }
}

impl Failure {
    /// What kind of failure it is.
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Refused(refusal) if refusal.is_empty_selection() => FailureKind::Empty,
            Self::Project(_) | Self::Refused(_) | Self::Results { .. } => FailureKind::Project,
            Self::Request(error) => error.failure_kind(),
            Self::Read(error) => error.failure_kind(),
            Self::Store(error) => error.failure_kind(),
            Self::Publish(error) => of_publish(error),
            Self::Stage(error) => error.failure_kind(),
            Self::Replay(error) => error.failure_kind(),
            Self::Columns(_)
            | Self::Rejects(_)
            | Self::Stale(_)
            | Self::Checks { .. }
            | Self::OutOfRange { .. }
            | Self::Layout { .. } => FailureKind::Contract,
            Self::Disk { source, .. } | Self::Record { source, .. } => {
                StoreErrorKind::of_disk(source).into()
            }
            Self::Interrupted | Self::InterruptedWhilePublishing => FailureKind::Interrupted,
        }
    }

    /// The next thing to do, as an instruction.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Read(error) => error.what_to_do(),
            Self::Store(error) | Self::Publish(PublishError::Store(error)) => error.what_to_do(),
            Self::Record { .. } => Some("let `--results` name a file that can be written".into()),
            Self::Stage(error) => error.what_to_do(),
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
            Self::Replay(error) => error.what_to_do(),
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

fn of_publish(error: &PublishError) -> FailureKind {
    match error {
        PublishError::Conflict { .. } | PublishError::Taken { .. } | PublishError::Lost { .. } => {
            FailureKind::TryAgain
        }
        PublishError::Store(error) => error.failure_kind(),
        PublishError::Newer { .. } => FailureKind::Project,
        PublishError::Disk { error, .. } => StoreErrorKind::of_disk(error).into(),
        PublishError::Record { .. }
        | PublishError::Forgotten { .. }
        | PublishError::Unrecorded { .. }
        | PublishError::NotMoved { .. }
        | PublishError::Path(_)
        | PublishError::InTheWay { .. }
        | PublishError::LinkOut { .. } => FailureKind::Storage,
    }
}

fn unbuilt(error: &BuildError) -> String {
    format!("stage `{}`: {}", error.stage, engine_error::said(&error.source))
}

/// The mistake where it was written; where that is not known, the stage it was made in.
fn out_of_range(stage: &str, error: &Diagnostic) -> String {
    match error.place {
        Some(_) => error.to_string(),
        None => format!("stage `{stage}`: {}", error.message),
    }
}

fn lines(facts: &[impl fmt::Display]) -> String {
    facts.iter().map(|fact| printable(&fact.to_string())).collect::<Vec<_>>().join("\n")
}

fn facts(facts: &[impl fmt::Display]) -> String {
    facts.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn unsound(failed: &[CheckResult], not_built: &[String]) -> String {
    let mut lines: Vec<String> = failed.iter().map(ToString::to_string).collect();
    if !not_built.is_empty() {
        lines.push(format!("not built on what failed: {}", not_built.join(", ")));
    }
    lines.join("\n")
}
