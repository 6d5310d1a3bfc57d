//! Why a stage could not be built.

use datafusion::error::DataFusionError;

use crate::diagnostic::Place;
use crate::failure::{Failing, FailureKind};
use crate::plan::Stage;
use crate::session::engine_error::{self, out_of_memory};

/// A stage that could not be built.
#[derive(Debug, thiserror::Error)]
#[error("stage `{stage}`: {error}")]
pub struct BuildError {
    /// The stage.
    pub stage: String,
    /// Where its query fails, if it has one: at a call or at its start.
    pub place: Option<Place>,
    /// The engine's error, which is part of the message and therefore not its source.
    pub error: DataFusionError,
}

impl Failing for BuildError {
    fn failure_kind(&self) -> FailureKind {
        engine_error::kind(&self.error)
    }

    fn what_to_do(&self) -> Option<String> {
        out_of_memory(&self.error).then(|| "give the run more with `--memory`".into())
    }
}

impl BuildError {
    /// The engine's error about a table without a known query.
    pub(super) fn at(table: &str, error: DataFusionError) -> Self {
        Self { stage: table.to_owned(), place: None, error }
    }

    /// The engine's error about a stage.
    pub(crate) fn of(stage: &Stage) -> impl FnOnce(DataFusionError) -> Self {
        move |error| {
            let place = Some(stage.query.place_of_failure(&error));
            Self { stage: stage.name.clone(), place, error }
        }
    }
}
