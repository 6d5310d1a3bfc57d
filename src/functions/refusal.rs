//! Why a function does not answer.

use datafusion::common::DataFusionError;
use thiserror::Error;

use crate::kernel::OutOfDomain;

/// A rule that the arguments break, in words that follow the function's name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub(super) struct Refusal(pub(super) String);

impl From<OutOfDomain> for Refusal {
    fn from(error: OutOfDomain) -> Self {
        Self(error.to_string())
    }
}

impl From<DataFusionError> for Refusal {
    fn from(error: DataFusionError) -> Self {
        Self(error.to_string())
    }
}
