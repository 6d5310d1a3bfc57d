//! How a command ended: its message and its exit code.

use std::path::Path;

use datafusion::error::DataFusionError;

use crate::demo::DemoError;
use crate::failure::{Failing, FailureKind};
use crate::report::Reporter;
use crate::run::Failure;
use crate::session::engine_error;
use crate::text::printable;

/// Why a command failed.
#[derive(Debug)]
pub(super) enum Outcome {
    /// A failure of a run, which other commands can have too.
    Failure(Failure),
    /// Demo data could not be written.
    Demo(DemoError),
    /// Rows could not be read.
    Engine(DataFusionError),
    /// The command line names something that does not exist.
    Unknown { message: String, help: Option<String>, kind: FailureKind },
    /// The output could not be written.
    Unwritten(std::io::Error),
    /// A page could not be written to its file.
    Page { path: String, error: std::io::Error },
    /// A bug of this program.
    Bug(String),
}

impl From<Failure> for Outcome {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl Outcome {
    pub(super) fn no_table(name: &str, help: Option<String>, known: &[&str]) -> Self {
        let help = help.or_else(|| Some(format!("the published tables are {}", known.join(", "))));
        Self::Unknown {
            message: format!("the pipeline has no table, stage or source `{name}`"),
            help,
            kind: FailureKind::Project,
        }
    }

    pub(super) fn of_program(path: &str) -> Self {
        Self::Unknown {
            message: format!("`{path}` is a file of the program, and stays as it is"),
            help: Some("copy it into the project with `patronage eject`".to_owned()),
            kind: FailureKind::Project,
        }
    }

    pub(super) fn no_function(name: &str, near: Option<&str>) -> Self {
        let help = near.map(|near| format!("did you mean `{near}`?"));
        Self::Unknown {
            message: format!("there is no function `{name}`"),
            help,
            kind: FailureKind::Project,
        }
    }

    pub(super) fn no_code(name: &str, near: Option<&str>) -> Self {
        let help = near.map(|near| format!("did you mean `{near}`?"));
        Self::Unknown {
            message: format!("no mistake has the code `{name}`"),
            help,
            kind: FailureKind::Project,
        }
    }

    pub(super) fn nothing_to_show(table: &str, staged: bool) -> Self {
        let (message, help) = if staged {
            (
                format!("no failed run left staged rows of `{table}`"),
                "rows stay staged only when a check fails",
            )
        } else {
            (format!("`{table}` has not been published yet"), "publish it with `patronage run`")
        };
        Self::Unknown { message, help: Some(help.into()), kind: FailureKind::Empty }
    }

    pub(super) fn no_row_failed(table: Option<&str>) -> Self {
        let of = table.map(|table| format!(" of `{table}`")).unwrap_or_default();
        let message = format!("no kept row broke a check{of}");
        let help = match table {
            Some(_) => "leave the table out to see which tables failed a check",
            None => "rows are kept by a run in which a check fails or warns",
        };
        Self::Unknown { message, help: Some(help.into()), kind: FailureKind::Empty }
    }

    /// A page would replace something else.
    pub(super) fn page_in_the_way(path: &Path, problem: &str) -> Self {
        Self::Unknown {
            message: format!(
                "the page cannot be written to `{}`: {problem}",
                printable(&path.display().to_string())
            ),
            help: Some("let `--output` name a file of its own, such as `report.html`".into()),
            kind: FailureKind::Project,
        }
    }

    /// Prints the message and returns the exit code.
    pub(super) fn tell(self, reporter: &Reporter) -> u8 {
        self.tell_of(reporter, None)
    }

    /// The same for a pipeline's file, so that the commands in its help can be pasted.
    pub(super) fn tell_of(self, reporter: &Reporter, pipeline: Option<&Path>) -> u8 {
        let (message, help, kind) = match self {
            Self::Failure(failure) => {
                let help = failure.help().map(|help| match pipeline {
                    Some(path) => help.replace("PIPELINE", &path.display().to_string()),
                    None => help,
                });
                (failure.to_string(), help, failure.kind())
            }
            Self::Demo(error) => (error.to_string(), None, error.failure_kind()),
            Self::Unwritten(error) => {
                let message = format!("cannot write to standard output: {error}");
                (message, None, FailureKind::Storage)
            }
            Self::Page { path, error } => {
                let message = format!("cannot write the page to `{}`: {error}", printable(&path));
                let help = "let `--output` name a file that can be written";
                (message, Some(help.to_owned()), FailureKind::Storage)
            }
            Self::Engine(error) => (engine_error::said(&error), None, engine_error::kind(&error)),
            Self::Unknown { message, help, kind } => (message, help, kind),
            Self::Bug(message) => {
                let help = "this is a bug of patronage: please report it with what you ran";
                (message, Some(help.to_owned()), FailureKind::Bug)
            }
        };
        reporter.failure(&message, help.as_deref(), kind);
        kind.exit_code()
    }
}
