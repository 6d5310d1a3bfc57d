//! Why a run stopped.

use std::fmt;

use datafusion::error::DataFusionError;

use super::ReplayError;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place};
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

/// Anything that stops a run. Readers then see what they saw before. Its message is complete, and
/// it has no source.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The project is wrong.
    #[error("{0}")]
    Project(Diagnostics),
    /// The command line is wrong.
    #[error("{}", printable(&.0.to_string()))]
    Request(RequestError),
    /// Raw data cannot be read.
    #[error("{}", printable(&.0.to_string()))]
    Read(ReadError),
    /// A store refused.
    #[error("{}", printable(&.0.to_string()))]
    Store(StoreError),
    /// What is published must not be replaced by what the run would build.
    #[error("{}", printable(&.0.to_string()))]
    Refused(Refusal),
    /// The release could not be made.
    #[error("{}", printable(&.0.to_string()))]
    Publish(PublishError),
    /// A query could not be executed.
    #[error("{}", unbuilt(.0))]
    Stage(BuildError),
    /// A result has no value in its type.
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
    /// A partition has a value that cannot be a folder's name.
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
    /// The newest rows of sources are too old.
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
    #[error("cannot use `{path}`: {error}")]
    Disk {
        /// The file or folder.
        path: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// The record of the run cannot be written.
    #[error("cannot write `{}`: {error}", printable(.path))]
    Record {
        /// The file.
        path: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// The record of the run would replace something else.
    #[error("the results cannot be written to `{}`: {problem}", printable(.path))]
    Results {
        /// The file.
        path: String,
        /// What it would replace.
        problem: &'static str,
    },
    /// Corrections that cannot be used.
    #[error("{}", printable(&.0.to_string()))]
    Replay(ReplayError),
    /// A signal asked the run to stop.
    #[error("interrupted; nothing was published")]
    Interrupted,
    /// A signal ended the run while it was publishing.
    #[error(
        "interrupted while publishing; if the release was announced, the next run completes it"
    )]
    InterruptedWhilePublishing,
}

/// Errors that become a failure as they are. Their message is its message, so that they are not its
/// source as well.
macro_rules! failures {
    ($($variant:ident($error:ty)),* $(,)?) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::$variant(error)
            }
        })*
    };
}

failures!(
    Project(Diagnostics),
    Request(RequestError),
    Read(ReadError),
    Store(StoreError),
    Refused(Refusal),
    Publish(PublishError),
    Replay(ReplayError),
);

impl From<BuildError> for Failure {
    /// A file that cannot be read says more than the stage that asked for it, and a value that
    /// cannot be a folder's name more than the engine that wrote it.
    fn from(error: BuildError) -> Self {
        if let Some(read) = ReadError::find(&error.error) {
            return Self::Read(read.clone());
        }
        if let Some(found) = OutOfRange::find(&error.error) {
            return Self::unanswered(error.stage, error.place, found.diagnostic());
        }
        if let Some(layout) = engine_error::cause::<LayoutError>(&error.error) {
            return Self::Layout { table: error.stage, error: layout.clone() };
        }
        if error.place.is_some() && engine_error::kind(&error.error) == FailureKind::Contract {
            let refusal = refusal(&error.error);
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

/// The message of a function or a cast of the engine about a value for which it has no result.
fn refusal(error: &DataFusionError) -> Diagnostic {
    if let Some(said) = engine_error::no_pattern(&error.to_string()) {
        let help = "see to it that it is a regular expression in every row";
        return Diagnostic::nowhere(Code::NoAnswer, said).help(help);
    }
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

impl Failure {
    /// What kind of failure it is.
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Project(_) | Self::Results { .. } => FailureKind::Project,
            Self::Refused(error) => error.failure_kind(),
            Self::Layout { error, .. } => error.failure_kind(),
            Self::Request(error) => error.failure_kind(),
            Self::Read(error) => error.failure_kind(),
            Self::Store(error) => error.failure_kind(),
            Self::Publish(error) => error.failure_kind(),
            Self::Stage(error) => error.failure_kind(),
            Self::Replay(error) => error.failure_kind(),
            Self::Columns(_)
            | Self::Rejects(_)
            | Self::Stale(_)
            | Self::Checks { .. }
            | Self::OutOfRange { .. } => FailureKind::Contract,
            Self::Disk { error, .. } | Self::Record { error, .. } => {
                StoreErrorKind::of_disk(error).into()
            }
            Self::Interrupted | Self::InterruptedWhilePublishing => FailureKind::Interrupted,
        }
    }

    /// The next thing to do, as an instruction.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Read(error) => error.what_to_do(),
            Self::Store(error) => error.what_to_do(),
            Self::Publish(error) => error.what_to_do(),
            Self::Record { .. } => Some("let `--results` name a file that can be written".into()),
            Self::Stage(error) => error.what_to_do(),
            Self::Layout { error, .. } => error.what_to_do(),
            Self::Refused(error) => error.what_to_do(),
            Self::Results { .. } => {
                Some("let `--results` name a file of its own, such as `run_results.json`".into())
            }
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
            Self::Project(_)
            | Self::Request(_)
            | Self::OutOfRange { .. }
            | Self::Disk { .. }
            | Self::Interrupted
            | Self::InterruptedWhilePublishing => None,
        }
    }

    /// Which staged files a run that ends like this leaves.
    pub(super) fn leaves(&self) -> Leaves {
        match self {
            Self::Rejects(_) | Self::Checks { .. } => Leaves::Evidence,
            Self::Publish(error) if error.gives_up_staged() => Leaves::Nothing,
            Self::Publish(_) => Leaves::Release,
            Self::Project(_)
            | Self::Request(_)
            | Self::Read(_)
            | Self::Store(_)
            | Self::Refused(_)
            | Self::Stage(_)
            | Self::OutOfRange { .. }
            | Self::Columns(_)
            | Self::Layout { .. }
            | Self::Stale(_)
            | Self::Disk { .. }
            | Self::Record { .. }
            | Self::Results { .. }
            | Self::Replay(_)
            | Self::Interrupted
            | Self::InterruptedWhilePublishing => Leaves::Nothing,
        }
    }
}

/// What happens to the staged files of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaves {
    /// They are not needed.
    Nothing,
    /// They can be inspected.
    Evidence,
    /// They may be announced.
    Release,
}

fn unbuilt(error: &BuildError) -> String {
    format!("stage `{}`: {}", error.stage, engine_error::said(&error.error))
}

/// The mistake where it was written; if that is unknown, the stage it was made in.
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
