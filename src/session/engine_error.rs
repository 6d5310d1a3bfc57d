//! What the engine says when it stumbles, and what that means: its errors wrap those of stores, disks and
//! functions in layers of their own.

use std::error::Error;

use datafusion::error::DataFusionError;

use crate::failure::FailureKind;
use crate::store::{self, StoreError, StoreErrorKind};
use crate::text::printable;

/// Whether the memory budget stopped a query.
pub(crate) fn out_of_memory(error: &DataFusionError) -> bool {
    matches!(error.find_root(), DataFusionError::ResourcesExhausted(_))
}

/// What the engine stumbled over. A value that does not fit its promised type, or is outside a
/// function's domain, is the data's fault; what the engine itself calls a bug is one.
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
pub(crate) fn said(error: &DataFusionError) -> String {
    let engines = || {
        let said = error.to_string();
        no_pattern(&said).unwrap_or(said)
    };
    answer(error).map_or_else(engines, |(_, problem)| printable(&problem))
}

/// What is wrong with a regular expression, if that is what the engine stumbled over.
pub(crate) fn no_pattern(said: &str) -> Option<String> {
    if ![NO_PATTERN, "regex parse error:"].iter().any(|sign| said.contains(sign)) {
        return None;
    }
    let reason = said.lines().find_map(|line| line.strip_prefix("error: "));
    let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
    Some(format!("a pattern that is too large or none{reason}"))
}

/// The error of this type that led to another one, through however many layers.
pub(crate) fn cause<E: Error + 'static>(error: &DataFusionError) -> Option<&E> {
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
