//! Errors of clients, parsed: which part is the client's own and which the server's, what kind of error it is, and
//! what of it may be shown.

use object_store::Error;

use super::{StoreErrorKind, code};
use crate::store::redact::redact_text;

/// The kind of an error. Listing wraps every error as a generic one, so that status and code
/// count as much as the kind.
pub(super) fn kind(error: &Error, text: &str) -> StoreErrorKind {
    let (said, response) = parted(text);
    let code = code::error_code(response).or_else(|| code::shown_code(said));
    if let Some(kind) = code.and_then(code::kind) {
        return kind;
    }
    match (error, status(text)) {
        (Error::NotFound { .. }, _) => StoreErrorKind::NotFound,
        (Error::PermissionDenied { .. } | Error::Unauthenticated { .. }, _)
        | (_, Some("401" | "403" | "407")) => StoreErrorKind::Credentials,
        (Error::AlreadyExists { .. } | Error::Precondition { .. }, _)
        | (_, Some("408" | "409" | "412" | "429" | "503")) => StoreErrorKind::TryAgain,
        _ if text.contains("Permission denied") => StoreErrorKind::Credentials,
        _ => StoreErrorKind::Storage,
    }
}

/// The status of a server's response.
fn status(text: &str) -> Option<&str> {
    text.split_once(STATUS)?.1.get(..3)
}

/// An error and its causes; most errors of stores already quote their cause.
pub(super) fn chain(error: &Error) -> String {
    joined(error.to_string(), error)
}

fn joined(mut text: String, error: &dyn std::error::Error) -> String {
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    text
}

/// Whether a server did not respond, or is too busy: another request would wait as long again.
#[cfg(feature = "http")]
pub(in crate::store) fn is_unheard(error: &Error) -> bool {
    let text = chain(error);
    text.contains("HTTP error: ") || matches!(status(&text), Some("429" | "503"))
}

/// The text before the status in the client's message.
const STATUS: &str = "status code: ";
/// What stands before an answer in them that is an error in spite of its status.
const RESPONSE: &str = "error response: ";
/// What the client begins with as it goes on with something of the server's.
const QUOTING: [&str; 5] = [
    " for key ",
    " due to invalid input: ",
    ": Invalid last modified ",
    ": Invalid content length ",
    " header: \"",
];

/// The text without a server's response (it may quote what was signed) but with its error code.
pub(super) fn redacted(text: &str) -> String {
    let (said, response) = parted(text);
    let said = without_limits(said);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = redact_text(said.trim_end_matches([':', ' ']));
    match code::error_code(response) {
        Some(code) => format!("{shown} ({code})"),
        None => shown,
    }
}

/// A client's own text without the limits of its retries, which are known.
fn without_limits(said: &str) -> String {
    match (said.find(", max_retries: "), said.find(" - ")) {
        (Some(from), Some(to)) if from < to => format!("{}{}", &said[..from], &said[to..]),
        _ => said.to_owned(),
    }
}

/// What the client says, and the server's part of it: the body of its answer, or what the client quotes of
/// that.
fn parted(text: &str) -> (&str, &str) {
    let behind = |mark: &str| text.find(mark).map(|at| at + mark.len());
    let colon = |from: usize| text[from..].find(": ").map(|at| from + at);
    let told = QUOTING.iter().filter_map(|mark| text.find(mark)).chain(behind(RESPONSE));
    let announced = [STATUS, "Got invalid ", "Error decoding "];
    let told = told.chain(announced.iter().filter_map(|mark| behind(mark).and_then(colon)));
    // Without a status, anything like a document is the server's too.
    let document = || text.find(['<', '{']).filter(|_| !text.contains(STATUS));
    text.split_at(told.min().or_else(document).unwrap_or(text.len()))
}

/// A client's text without quotations of a response.
fn unquoted(text: &str) -> String {
    text.split('"').step_by(2).collect::<Vec<_>>().join("\"\"")
}

/// An error of a store that may be passed on, also within the engine, which turns it into
/// text: its kind, status and code.
#[cfg(any(feature = "s3", feature = "gcs", feature = "azure", feature = "http"))]
pub(in crate::store) fn cut_down(error: Error) -> Error {
    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Answer(String);

    let answer = |error: &Error| {
        let inner = std::error::Error::source(error);
        let text =
            inner.map_or_else(|| error.to_string(), |inner| joined(inner.to_string(), inner));
        Box::new(Answer(unquoted(&redacted(&text))))
    };
    let source = answer(&error);
    match error {
        Error::Generic { store, .. } => Error::Generic { store, source },
        Error::NotFound { path, .. } => Error::NotFound { path, source },
        Error::AlreadyExists { path, .. } => Error::AlreadyExists { path, source },
        Error::Precondition { path, .. } => Error::Precondition { path, source },
        Error::NotModified { path, .. } => Error::NotModified { path, source },
        Error::PermissionDenied { path, .. } => Error::PermissionDenied { path, source },
        Error::Unauthenticated { path, .. } => Error::Unauthenticated { path, source },
        Error::NotSupported { .. } => Error::NotSupported { source },
        other @ (Error::InvalidPath { .. }
        | Error::NotImplemented { .. }
        | Error::JoinError { .. }
        | Error::UnknownConfigurationKey { .. }) => other,
        _ => Error::Generic { store: "remote", source },
    }
}

/// The error of a store within an error of the engine, as text.
pub(crate) fn answered(text: &str) -> Option<(StoreErrorKind, String)> {
    let (_, answer) = text.split_once("Object Store error: ")?;
    let gone = answer.contains(" not found: ");
    let error = Error::Generic { store: "", source: answer.to_owned().into() };
    let kind = kind(&error, answer);
    let is_gone = gone && kind == StoreErrorKind::Storage;
    let kind = if is_gone { StoreErrorKind::NotFound } else { kind };
    Some((kind, redacted(answer)))
}
