//! Interpretation of the engine's errors, which wrap those of stores, disks and
//! functions in several layers.

use std::error::Error;

use datafusion::error::DataFusionError;

use crate::failure::FailureKind;
use crate::store::{self, StoreError, StoreErrorKind};
use crate::text::printable;

/// Whether the memory budget stopped a query.
pub(crate) fn out_of_memory(error: &DataFusionError) -> bool {
    matches!(error.find_root(), DataFusionError::ResourcesExhausted(_))
}

/// The kind of failure. A value that does not fit its declared type, or is outside a function's
/// domain, is a fault of the data; what the engine itself calls a bug is one.
pub(crate) fn kind(error: &DataFusionError) -> FailureKind {
    if out_of_memory(error) {
        return FailureKind::Memory;
    }
    if let Some((kind, _)) = answer(error) {
        return kind.into();
    }
    match error.find_root() {
        DataFusionError::Internal(said) if said.contains(NO_PATTERN) => FailureKind::Contract,
        DataFusionError::Internal(_) => FailureKind::Bug,
        _ => FailureKind::Contract,
    }
}

/// The engine's error about a pattern at run time, such as in a branch of a `case`.
const NO_PATTERN: &str = "Regular expression did not compile";

/// The error of a store or a disk, if that is the cause.
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

/// The error of a query, or that of the store that caused it.
pub(crate) fn said(error: &DataFusionError) -> String {
    let engines = || {
        let said = error.to_string();
        no_pattern(&said).unwrap_or(said)
    };
    answer(error).map_or_else(engines, |(_, problem)| printable(&problem))
}

/// What is wrong with a regular expression, if that is the cause.
pub(crate) fn no_pattern(said: &str) -> Option<String> {
    if ![NO_PATTERN, "regex parse error:"].iter().any(|sign| said.contains(sign)) {
        return None;
    }
    let reason = said.lines().find_map(|line| line.strip_prefix("error: "));
    let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
    Some(format!("a pattern that is too large or none{reason}"))
}

/// The error of this type that caused another one, through any number of layers.
pub(crate) fn cause<E: Error + 'static>(error: &DataFusionError) -> Option<&E> {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        // The error that an I/O error wraps is not its `source`.
        let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        next = match wrapped {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    None
}
