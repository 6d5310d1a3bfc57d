//! How a command ended: what it says and the code it leaves.

use std::path::Path;

use datafusion::error::DataFusionError;

use crate::demo::DemoError;
use crate::report::{Reporter, named};
use crate::run::{Failure, FailureKind, of_engine, said_by_engine};
use crate::store::{StoreError, StoreErrorKind};

/// Why a command did not do what it was asked for.
#[derive(Debug)]
pub(super) enum Outcome {
    /// What stops a run stops other commands too.
    Failure(Failure),
    /// Demo data could not be written.
    Demo(DemoError),
    /// Rows could not be read.
    Engine(DataFusionError),
    /// The command line names something that is not there.
    Unknown { message: String, help: Option<String>, code: u8 },
    /// What was asked for could not be written.
    Unwritten(std::io::Error),
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
            message: format!("the pipeline publishes no table `{name}`"),
            help,
            code: 2,
        }
    }

    pub(super) fn no_function(name: &str, near: Option<&str>) -> Self {
        let help = near.map(|near| format!("did you mean `{near}`?"));
        Self::Unknown { message: format!("there is no function `{name}`"), help, code: 2 }
    }

    pub(super) fn no_code(name: &str, near: Option<&str>) -> Self {
        let help = near.map(|near| format!("did you mean `{near}`?"));
        Self::Unknown { message: format!("no mistake has the code `{name}`"), help, code: 2 }
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
        Self::Unknown { message, help: Some(help.into()), code: 4 }
    }

    pub(super) fn no_row_failed(table: Option<&str>) -> Self {
        let of = table.map(|table| format!(" of `{table}`")).unwrap_or_default();
        let message = format!("no kept row broke a check{of}");
        let help = match table {
            Some(_) => "leave the table out to see which tables failed a check",
            None => "rows are kept by a run in which a check fails or warns",
        };
        Self::Unknown { message, help: Some(help.into()), code: 4 }
    }

    /// Tells the user and gives the exit code.
    pub(super) fn tell(self, reporter: &Reporter) -> u8 {
        self.tell_of(reporter, None)
    }

    /// The same of a pipeline's file, so that the commands it advises can be pasted.
    pub(super) fn tell_of(self, reporter: &Reporter, pipeline: Option<&Path>) -> u8 {
        match self {
            Self::Failure(failure) => {
                let kind = failure.kind();
                let help = failure.help().map(|help| match pipeline {
                    Some(path) => help.replace("PIPELINE", &path.display().to_string()),
                    None => help,
                });
                reporter.failure(
                    &failure.to_string(),
                    help.as_deref(),
                    &named(kind),
                    kind.exit_code(),
                );
                kind.exit_code()
            }
            Self::Demo(error) => told(reporter, &of_store(&error), of_demo(&error)),
            Self::Unwritten(error) => {
                let message = format!("cannot write to standard output: {error}");
                told(reporter, &message, FailureKind::Storage)
            }
            Self::Engine(error) => told(reporter, &said_by_engine(&error), of_engine(&error)),
            Self::Unknown { message, help, code } => {
                reporter.failure(&message, help.as_deref(), "project", code);
                code
            }
            Self::Bug(message) => {
                let help = "this is a bug of patronage: please report it with what you ran";
                reporter.failure(&message, Some(help), "bug", 70);
                70
            }
        }
    }
}

fn told(reporter: &Reporter, message: &str, kind: FailureKind) -> u8 {
    reporter.failure(message, None, &named(kind), kind.exit_code());
    kind.exit_code()
}

/// What the generator says, and what the store said to it.
fn of_store(error: &DemoError) -> String {
    match error {
        DemoError::Store { path, source } => StoreError::access(path.as_ref(), source).to_string(),
        _ => error.to_string(),
    }
}

fn of_demo(error: &DemoError) -> FailureKind {
    match error {
        DemoError::Window { .. } => FailureKind::Project,
        DemoError::Store { path, source } => match StoreError::access(path.as_ref(), source).kind()
        {
            StoreErrorKind::Credentials => FailureKind::Permission,
            StoreErrorKind::TryAgain | StoreErrorKind::NotFound => FailureKind::TryAgain,
            _ => FailureKind::Storage,
        },
        _ => FailureKind::Bug,
    }
}
