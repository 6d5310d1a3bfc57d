//! A number that its type cannot represent.

use datafusion::error::DataFusionError;

use crate::diagnostic::{Code, Diagnostic, Place};

/// An operation whose result does not exist in its type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct OutOfRange {
    message: String,
    help: &'static str,
    place: Option<Place>,
}

impl OutOfRange {
    pub(in crate::session) fn new(
        message: String,
        help: &'static str,
        place: Option<&Place>,
    ) -> Self {
        Self { message, help, place: place.cloned() }
    }

    /// The mistake where it was written; if that is unknown, without a position.
    pub(crate) fn diagnostic(&self) -> Diagnostic {
        let diagnostic = match &self.place {
            Some(place) => Diagnostic::new(Code::OutOfRange, &self.message, place.clone()),
            None => Diagnostic::nowhere(Code::OutOfRange, &self.message),
        };
        diagnostic.help(self.help)
    }

    /// The one that caused an error, through any number of layers.
    pub(crate) fn find(error: &DataFusionError) -> Option<&Self> {
        let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
        while let Some(error) = next {
            if let Some(found) = error.downcast_ref() {
                return Some(found);
            }
            next = error.source();
        }
        None
    }
}

impl From<OutOfRange> for DataFusionError {
    fn from(error: OutOfRange) -> Self {
        Self::External(Box::new(error))
    }
}
