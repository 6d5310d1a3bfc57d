//! Errors of stores, redacted.
//!
//! The text of a client's error may quote signed addresses and whole responses of servers. None of it is passed on
//! as it is: [`StoreError::access`] keeps the status and the error code ([`response`]).

mod code;
mod response;

use std::io;

use object_store::Error;

#[cfg(any(feature = "s3", feature = "gcs", feature = "azure"))]
pub(super) use self::code::error_code;
pub(crate) use self::response::answered;
#[cfg(any(feature = "s3", feature = "gcs", feature = "azure", feature = "http"))]
pub(super) use self::response::cut_down;
#[cfg(feature = "http")]
pub(super) use self::response::is_unheard;
use self::response::{chain, kind, redacted};
use super::redact::redact;
use crate::failure::{Failing, FailureKind};

/// Why a place cannot be opened, read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// No store speaks this.
    #[error("locations starting with `{scheme}://` are not supported")]
    Scheme {
        /// What stands before `://`.
        scheme: String,
    },
    /// The location does not name a place.
    #[error("`{location}` is not a usable location: {problem}")]
    Location {
        /// What was written, without secrets.
        location: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The folder in which a location starts has a name that is not text.
    #[error("the name of the folder `{folder}`, or of one around it, is not in UTF-8")]
    FolderName {
        /// The folder, as far as it can be shown.
        folder: String,
    },
    /// Web servers are read-only.
    #[error("`{location}` can only be read: nothing is written to web servers")]
    ReadOnly {
        /// What was written, without secrets.
        location: String,
    },
    /// Nothing to sign requests with.
    #[error("no credentials for `{location}`; looked for {looked_for}")]
    NoCredentials {
        /// What was written, without secrets.
        location: String,
        /// Where they could have been, in the order of the search.
        looked_for: String,
    },
    /// The credentials are not usable.
    #[error("no usable credentials for `{location}`: {problem}")]
    Credentials {
        /// What was written, without secrets.
        location: String,
        /// What is wrong with them.
        problem: String,
    },
    /// The store responded with an error.
    #[error("cannot access `{location}`: {problem}")]
    Access {
        /// The place, without secrets.
        location: String,
        /// What kind of answer it was.
        kind: StoreErrorKind,
        /// The answer, without secrets.
        problem: String,
    },
}

/// What a caller can do about a store's error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreErrorKind {
    /// The location itself: it must be changed.
    Location,
    /// There is nothing at that place.
    NotFound,
    /// Credentials are missing, wrong or insufficient.
    Credentials,
    /// The store is busy or another process was first: the same request may succeed later.
    TryAgain,
    /// Anything else: the network, the disk.
    Storage,
}

impl StoreError {
    /// The error of a store about `location`.
    pub fn access(location: &str, error: &Error) -> Self {
        let text = chain(error);
        let kind = kind(error, &text);
        Self::Access { location: redact(location), kind, problem: redacted(&text) }
    }

    /// What can be done about it.
    pub fn kind(&self) -> StoreErrorKind {
        match self {
            Self::Scheme { .. }
            | Self::Location { .. }
            | Self::FolderName { .. }
            | Self::ReadOnly { .. } => StoreErrorKind::Location,
            Self::NoCredentials { .. } | Self::Credentials { .. } => StoreErrorKind::Credentials,
            Self::Access { kind, .. } => *kind,
        }
    }

    /// What is wrong, without where.
    pub fn problem(&self) -> String {
        match self {
            Self::Access { problem, .. } => problem.clone(),
            other => other.to_string(),
        }
    }

    /// The next thing to do, as an instruction.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Scheme { .. } => {
                Some("use a path, `file://`, `s3://`, `gs://`, `az://`, `abfss://` or `https://`")
            }
            Self::Location { .. } => Some(
                "write a path, as in `raw/*.csv` or `./a:b.csv`, or a URL, as in \
                     `s3://bucket/raw/*.csv`",
            ),
            Self::FolderName { .. } => Some("rename it, or work in another folder"),
            Self::ReadOnly { .. } => Some("write to a folder or a bucket"),
            Self::NoCredentials { .. } => Some("give one of these, and run `patronage doctor`"),
            Self::Credentials { .. } | Self::Access { .. } => None,
        }
    }

    pub(super) fn location(location: &str, problem: impl Into<String>) -> Self {
        Self::Location { location: redact(location), problem: problem.into() }
    }

    pub(super) fn credentials(location: &str, problem: impl Into<String>) -> Self {
        Self::Credentials { location: redact(location), problem: problem.into() }
    }

    /// What a client says that cannot even be set up: its credentials are not what they should be.
    pub(super) fn setup(location: &str, error: &Error) -> Self {
        Self::credentials(location, redacted(&chain(error)))
    }

    pub(super) fn nothing_found(location: &str, looked_for: &str) -> Self {
        Self::NoCredentials { location: redact(location), looked_for: looked_for.to_owned() }
    }
}

impl From<StoreErrorKind> for FailureKind {
    /// Only listed or written objects are read, so that a missing one existed before.
    fn from(kind: StoreErrorKind) -> Self {
        match kind {
            StoreErrorKind::Location => Self::Project,
            StoreErrorKind::Credentials => Self::Permission,
            StoreErrorKind::TryAgain | StoreErrorKind::NotFound => Self::TryAgain,
            StoreErrorKind::Storage => Self::Storage,
        }
    }
}

impl Failing for StoreError {
    fn failure_kind(&self) -> FailureKind {
        self.kind().into()
    }

    fn what_to_do(&self) -> Option<String> {
        self.help().map(str::to_owned)
    }
}

impl StoreErrorKind {
    /// The kind of an error of the local disk.
    pub fn of_disk(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::PermissionDenied => Self::Credentials,
            _ => Self::Storage,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{StoreError, StoreErrorKind};
    use object_store::Error;

    fn generic(text: &str) -> Error {
        Error::Generic { store: "S3", source: text.to_owned().into() }
    }

    #[test]
    fn a_busy_server_is_worth_another_try() {
        let error = generic("Server returned non-2xx status code: 503 Service Unavailable: ");
        assert_eq!(StoreError::access("s3://b/x", &error).kind(), StoreErrorKind::TryAgain);
    }

    #[test]
    fn an_answer_to_a_listing_is_known_by_its_status() {
        for (status, kind) in [
            ("403 Forbidden", StoreErrorKind::Credentials),
            // An error of listing: not a file that disappeared.
            ("404 Not Found", StoreErrorKind::Storage),
            ("500 Internal Server Error", StoreErrorKind::Storage),
        ] {
            let error = generic(&format!("Error performing list request: status code: {status}"));
            assert_eq!(StoreError::access("s3://b/x", &error).kind(), kind, "{status}");
        }
    }

    #[test]
    fn a_refusal_is_about_credentials() {
        let error = Error::PermissionDenied { path: "x".into(), source: "no".into() };
        assert_eq!(StoreError::access("s3://b/x", &error).kind(), StoreErrorKind::Credentials);
    }

    #[test]
    fn a_servers_response_is_cut_down_to_its_code() {
        let error = generic(
            "GET http://host/b?X-Amz-Signature=abc status code: 400 Bad Request: \
             <Error><Code>InvalidRequest</Code><StringToSign>secret</StringToSign></Error>",
        );
        let shown = StoreError::access("s3://b/x", &error).to_string();
        assert!(shown.contains("(InvalidRequest)"), "{shown}");
        assert!(!shown.contains("secret") && !shown.contains("abc"), "{shown}");
    }

    #[test]
    fn a_sign_in_that_fails_is_cut_down_to_its_code() {
        let error = generic(
            "Error performing POST http://host/token in 2ms - Server returned non-2xx status code: \
             400 Bad Request: {\"error\": \"invalid_client\", \"error_description\": \"secret\"}",
        );
        let shown = StoreError::access("az://c/x", &error).to_string();
        assert!(shown.ends_with("400 Bad Request (invalid_client)"), "{shown}");
    }

    #[test]
    fn a_response_of_plain_text_is_not_shown_and_a_code_says_what_the_status_does_not() {
        let shown = |text: &str| {
            let error = StoreError::access("s3://b/x", &generic(text));
            (error.kind(), error.to_string())
        };
        let (_, text) = shown("status code: 500 Internal Server Error: token secret expired");
        assert!(text.ends_with("500 Internal Server Error"), "{text}");
        let (kind, _) = shown("status code: 400 Bad Request: <Code>ExpiredToken</Code>");
        assert_eq!(kind, StoreErrorKind::Credentials);
        let (kind, text) = shown("returned error response: <Code>SlowDown</Code> secret");
        assert_eq!(kind, StoreErrorKind::TryAgain);
        assert!(!text.contains("secret"), "{text}");
        let (kind, _) = shown("status code: 404 Not Found: <Code>NoSuchBucket</Code>");
        assert_eq!(kind, StoreErrorKind::Storage);
        let (_, text) = shown("status code: 400 Bad Request: <Code>se cret</Code>");
        assert!(!text.contains("cret"), "{text}");
    }

    #[test]
    fn nothing_that_a_server_has_made_up_is_shown() {
        for text in [
            "status code: 403 Forbidden: <Error><Code>SecretCode</Code></Error>",
            "status code: 400 Bad Request: {\"error\": \"secret\"}",
            "status code: 503 Service Unavailable: <Code>SlowDownSecret</Code>",
            "DeleteObjects request failed for key Secret: secret (code: Secret)",
            "Bulk delete request failed due to invalid input: secret (code: Secret)",
            "Got invalid list response: unknown variant `secret`",
            "Unable to extract metadata from headers: Invalid content length 'secret': no",
            "Unable to extract metadata from headers: Invalid last modified 'secret': no",
            "Failed to parse value for CONTENT_RANGE header: \"secret\"",
            "Error getting token response body: invalid type: string \"secret\", expected \"u\"",
        ] {
            let cut = super::cut_down(generic(text)).to_string();
            let shown = StoreError::access("s3://b/x", &generic(&cut)).to_string();
            let (_, again) = super::answered(&format!("Object Store error: {cut}")).unwrap();
            for told in [cut, shown, again] {
                assert!(!told.to_lowercase().contains("secret"), "{told}");
            }
        }
        let denied = "DeleteObjects request failed for key a: secret (code: AccessDenied)";
        let cut = super::cut_down(generic(denied));
        assert_eq!(
            StoreError::access("s3://b/x", &cut).kind(),
            StoreErrorKind::Credentials,
            "{cut}"
        );
        assert!(cut.to_string().ends_with("(AccessDenied)"), "{cut}");
    }

    #[test]
    fn an_answer_keeps_its_kind_when_it_is_cut_down_and_when_it_becomes_text() {
        for (status, kind) in [
            ("503 Service Unavailable", StoreErrorKind::TryAgain),
            ("403 Forbidden", StoreErrorKind::Credentials),
            ("500 Internal Server Error", StoreErrorKind::Storage),
            ("400 Bad Request: <Code>SlowDown</Code>secret", StoreErrorKind::TryAgain),
        ] {
            let cut = super::cut_down(generic(&format!("GET a - status code: {status}")));
            assert_eq!(StoreError::access("s3://b/x", &cut).kind(), kind, "{status}");
            let text = format!("Parquet error: Object Store error: {cut}");
            let (found, shown) = super::answered(&text).unwrap();
            assert_eq!(found, kind, "{status}");
            assert!(!cut.to_string().contains("secret") && !shown.contains("secret"), "{shown}");
        }
        let gone = Error::NotFound { path: "x".into(), source: "404".into() };
        let (kind, _) = super::answered(&format!("Object Store error: {gone}")).unwrap();
        assert_eq!(kind, StoreErrorKind::NotFound);
    }

    #[test]
    fn a_missing_object_is_not_found() {
        let error = Error::NotFound { path: "x".into(), source: "gone".into() };
        assert_eq!(StoreError::access("x", &error).kind(), StoreErrorKind::NotFound);
    }
}
