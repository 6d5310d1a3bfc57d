//! What a store can answer instead of data, without its secrets.
//!
//! The text of a store's own error may quote signed addresses and whole server responses. None of
//! it is passed on unseen: [`StoreError::access`] keeps the status and the error code.

use object_store::Error;

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
    /// Web servers hand out files and take none.
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
    /// What there is to sign requests with is of no use.
    #[error("no usable credentials for `{location}`: {problem}")]
    Credentials {
        /// What was written, without secrets.
        location: String,
        /// What is wrong with them.
        problem: String,
    },
    /// The store was asked and answered with an error.
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

/// What a caller can do about a store's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreErrorKind {
    /// The location itself: whoever wrote it has to write another one.
    Location,
    /// There is nothing at that place.
    NotFound,
    /// Credentials are missing, wrong or not enough.
    Credentials,
    /// The store is busy or somebody else was first: the same request may succeed later.
    TryAgain,
    /// Anything else: the network, the disk.
    Storage,
}

impl StoreError {
    /// The answer of a store about `location`.
    pub fn access(location: &str, error: &Error) -> Self {
        let text = chain(error);
        let kind = kind(error, &text);
        Self::Access { location: redact(location), kind, problem: sober(&text) }
    }

    /// What can be done about it.
    pub fn kind(&self) -> StoreErrorKind {
        match self {
            Self::Scheme { .. } | Self::Location { .. } | Self::ReadOnly { .. } => {
                StoreErrorKind::Location
            }
            Self::NoCredentials { .. } | Self::Credentials { .. } => StoreErrorKind::Credentials,
            Self::Access { kind, .. } => *kind,
        }
    }

    /// The next thing to do, as an instruction.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Scheme { .. } => {
                Some("use a path, `file://`, `s3://`, `gs://`, `az://`, `abfss://` or `https://`")
            }
            Self::Location { .. } => {
                Some("write a path, as in `raw/*.csv`, or a URL, as in `s3://bucket/raw/*.csv`")
            }
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
        Self::credentials(location, sober(&chain(error)))
    }

    pub(super) fn nothing_found(location: &str, looked_for: &str) -> Self {
        Self::NoCredentials { location: redact(location), looked_for: looked_for.to_owned() }
    }
}

/// Listing wraps every answer as a generic error, so that the status counts as much as the kind.
fn kind(error: &Error, text: &str) -> StoreErrorKind {
    match (error, status(text)) {
        (Error::NotFound { .. }, _) | (_, Some("404")) => StoreErrorKind::NotFound,
        (Error::PermissionDenied { .. } | Error::Unauthenticated { .. }, _)
        | (_, Some("401" | "403")) => StoreErrorKind::Credentials,
        (Error::AlreadyExists { .. } | Error::Precondition { .. }, _)
        | (_, Some("409" | "412" | "429" | "503")) => StoreErrorKind::TryAgain,
        _ if text.contains("SlowDown") => StoreErrorKind::TryAgain,
        _ if text.contains("Permission denied") => StoreErrorKind::Credentials,
        _ => StoreErrorKind::Storage,
    }
}

/// The three digits of a server's answer.
fn status(text: &str) -> Option<&str> {
    text.split_once("status code: ")?.1.get(..3)
}

/// An error and its causes; most errors of stores already quote their cause.
fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    text
}

/// The text without a server's response (it may quote what was signed) but with its error code.
fn sober(text: &str) -> String {
    let (said, response) = parted(text);
    let shown: Vec<String> = said.split_whitespace().map(sober_word).collect();
    let shown = shown.join(" ").trim_end_matches([':', ' ']).to_owned();
    match code(response) {
        Some(code) => format!("{shown} ({code})"),
        None => shown,
    }
}

/// What the client says, and the body of the server's answer behind it.
fn parted(text: &str) -> (&str, &str) {
    let status = text.find("status code: ").unwrap_or(0);
    let body = text[status..].find(['<', '{']).map_or(text.len(), |body| status + body);
    text.split_at(body)
}

/// The error code of a server's answer: S3, Google and Azure answer in XML, sign-in services in JSON.
fn code(response: &str) -> Option<String> {
    let xml = response.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    let json = || {
        let end = response.rfind('}')?;
        let answer: serde_json::Value = serde_json::from_str(response.get(..=end)?).ok()?;
        answer.get("error")?.as_str().map(str::to_owned)
    };
    xml.map(|(code, _)| code.to_owned()).or_else(json)
}

/// A word without what a URL has behind its `?`.
fn sober_word(word: &str) -> String {
    let word = redact(word);
    without_query(&word).to_owned()
}

/// A location as it may be shown: without what stands before `@` and, in a URL, after `?` where
/// that is a query and not a wildcard.
pub fn redact(location: &str) -> String {
    let Some((scheme, rest)) = location.split_once("://") else { return location.to_owned() };
    let (authority, path) = match rest.find('/') {
        Some(slash) => rest.split_at(slash),
        None => (rest, ""),
    };
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{}{}", without_query(host), without_query(path))
}

/// A text that may quote locations, its secrets replaced by as many `*`: places in it stay where they
/// are.
pub fn masked(text: &str) -> String {
    let mut shown = text.as_bytes().to_vec();
    for (found, mark) in text.match_indices("://") {
        let start = found + mark.len();
        let end = text[start..].find(|c: char| c.is_whitespace() || "\"'`<>".contains(c));
        let url = &text[start..end.map_or(text.len(), |end| start + end)];
        let host = url.find('/').unwrap_or(url.len());
        if let Some(at) = url[..host].rfind('@').filter(|_| url[..host].contains(':')) {
            shown[start..start + at].fill(b'*');
        }
        if let Some(mark) = url.find('?').filter(|mark| url[*mark..].contains('=')) {
            shown[start + mark + 1..start + url.len()].fill(b'*');
        }
    }
    String::from_utf8(shown).unwrap_or_default()
}

fn without_query(text: &str) -> &str {
    match text.split_once('?') {
        Some((before, query)) if query.contains('=') => before,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::{StoreError, StoreErrorKind, masked, redact};
    use object_store::Error;

    fn generic(text: &str) -> Error {
        Error::Generic { store: "S3", source: text.to_owned().into() }
    }

    #[test]
    fn a_shown_location_has_neither_user_nor_query() {
        assert_eq!(redact("s3://key:secret@bucket/a?X-Signature=abc"), "s3://bucket/a");
        assert_eq!(redact("http://host?token=x"), "http://host");
    }

    #[test]
    fn secrets_in_a_text_are_masked_and_everything_stays_in_its_place() {
        let text = "location: \"s3://key:s\u{e4}cret@bucket/a?sig=x&y\" # az://raw@shop.net/x ?=";
        let masked = masked(text);
        assert_eq!(masked.len(), text.len());
        assert_eq!(
            masked,
            "location: \"s3://***********@bucket/a?*******\" # az://raw@shop.net/x ?="
        );
    }

    #[test]
    fn wildcards_and_plain_paths_are_shown_as_written() {
        for text in ["s3://bucket/a?.csv", "data/a@b/c?.csv"] {
            assert_eq!(redact(text), text);
        }
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
            ("404 Not Found", StoreErrorKind::NotFound),
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
             <Error><Code>Broken</Code><StringToSign>secret</StringToSign></Error>",
        );
        let shown = StoreError::access("s3://b/x", &error).to_string();
        assert!(shown.contains("(Broken)"), "{shown}");
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
    fn a_missing_object_is_not_found() {
        let error = Error::NotFound { path: "x".into(), source: "gone".into() };
        assert_eq!(StoreError::access("x", &error).kind(), StoreErrorKind::NotFound);
    }
}
