//! Locations: a path or URL becomes a store and a path within it.
//!
//! ```text
//! location ─> named: which store, which path in it ─> opened: with credentials, as a Location
//!   local: paths of this machine        s3 (profile), gcs, azure: variables, metadata ─> redacting
//!                                       http: files to read
//! ```
//!
//! Requests leave through [`client`], which follows no redirect of a store. Every response passes two layers: [`answer`] validates it before its client sees it, and [`redacting`]
//! removes secrets from errors; listings are paginated in [`listing`].
//!
//! Raw data is read from a [`Location`], and a warehouse is written to one. Nothing here lists, reads or
//! writes. [`check`] looks at the text alone. [`open`] is quick; it uses the network only if the
//! instance metadata service is the last source of credentials that is left.

mod address;
#[cfg(any(feature = "s3", feature = "gcs", feature = "azure"))]
mod answer;
#[cfg(feature = "azure")]
mod azure;
#[cfg(any(feature = "s3", feature = "gcs", feature = "azure"))]
mod bucket;
#[cfg(any(feature = "s3", feature = "gcs", feature = "azure", feature = "http"))]
mod client;
mod disk;
mod error;
#[cfg(feature = "gcs")]
mod gcs;
#[cfg(feature = "http")]
mod http;
#[cfg(any(feature = "s3", feature = "gcs", feature = "azure", feature = "http"))]
mod listing;
mod local;
mod lock;
#[cfg(any(feature = "s3", feature = "gcs", feature = "azure"))]
mod metadata;
mod process;
#[cfg(feature = "s3")]
mod profile;
mod redact;
#[cfg(any(feature = "s3", feature = "gcs", feature = "azure", feature = "http"))]
mod redacting;
mod registry;
mod relative;
#[cfg(any(feature = "s3", feature = "gcs", feature = "azure", feature = "http"))]
mod retry;
#[cfg(feature = "s3")]
mod s3;
mod small;
mod spelling;
#[cfg(any(feature = "s3", feature = "azure"))]
mod token_file;
mod variables;

pub use self::address::Address;
pub(crate) use self::disk::{has_bytes, oddity};
pub(crate) use self::error::answered;
pub use self::error::{StoreError, StoreErrorKind};
pub use self::lock::Lock;
pub use self::process::Process;
pub(crate) use self::redact::{is_secret, keep_secret};
pub use self::redact::{masked, redact, redact_text};
pub use self::registry::Declared;
pub use self::relative::{PathError, RelativePath};
pub(crate) use self::small::read_small;

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::execution::object_store::ObjectStoreUrl;
use object_store::ObjectStore;

use self::variables::Variables;

/// A file or folder in a store.
#[derive(Clone)]
pub struct Location {
    /// The name under which a session knows the store.
    pub url: ObjectStoreUrl,
    /// The store.
    pub store: Arc<dyn ObjectStore>,
    /// Where in the store.
    pub path: object_store::path::Path,
    /// The same as a path of this machine, if it is one.
    pub local: Option<PathBuf>,
}

impl fmt::Debug for Location {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(&self.shown())
    }
}

impl Location {
    /// The location as people write it, without secrets.
    pub fn shown(&self) -> String {
        match &self.local {
            Some(path) => path.display().to_string(),
            None => format!("{}{}", self.url.as_str(), self.path),
        }
    }
}

/// What a location names, before anything is opened.
enum Named {
    Local(local::Written),
    #[cfg(feature = "s3")]
    S3(bucket::Bucket),
    #[cfg(feature = "gcs")]
    Gcs(bucket::Bucket),
    #[cfg(feature = "azure")]
    Azure(azure::Container),
    #[cfg(feature = "http")]
    Web(http::Page),
}

/// Whether `location` can be parsed, wildcards included. Uses neither the disk nor the
/// network nor the environment.
///
/// # Errors
/// No store has its scheme, or it names no place, or one with `..`.
pub fn check(location: &str) -> Result<(), StoreError> {
    named(location).map(drop)
}

/// The same for a location that is written to.
///
/// # Errors
/// As for [`check`]; and it is on a web server.
pub fn check_writable(location: &str) -> Result<(), StoreError> {
    check(location)?;
    match is_web(location) {
        true => Err(StoreError::ReadOnly { location: redact(location) }),
        false => Ok(()),
    }
}

/// Whether a location is on a web server, where `?` starts a query and nothing can be listed.
pub fn is_web(location: &str) -> bool {
    location.starts_with("https://") || location.starts_with("http://")
}

/// Finds the store of `location`, without wildcards: a plain path, or one of the URLs that
/// [`StoreError::help`] lists.
///
/// Relative paths are relative to `base`. Nothing needs to exist yet. Paths of this machine go to
/// one store with the root `/`, so that all of them share the name `file:///`.
///
/// # Errors
/// The location cannot be parsed, or names a store whose credentials are missing.
pub fn open(location: &str, base: &Path) -> Result<Location, StoreError> {
    open_with(location, base, std::env::vars_os())
}

/// The same with credentials and settings from other variables than this process's.
///
/// # Errors
/// As for [`open`].
pub fn open_with(
    location: &str,
    base: &Path,
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> Result<Location, StoreError> {
    let variables = Variables::new(variables);
    match named(location)? {
        Named::Local(written) => local::open(location, &written, base),
        #[cfg(feature = "s3")]
        Named::S3(bucket) => s3::open(location, bucket, &variables),
        #[cfg(feature = "gcs")]
        Named::Gcs(bucket) => gcs::open(location, bucket, &variables),
        #[cfg(feature = "azure")]
        Named::Azure(container) => azure::open(location, container, &variables),
        #[cfg(feature = "http")]
        Named::Web(page) => http::open(location, page),
    }
}

/// The same for a location that is written to.
///
/// # Errors
/// As for [`open`]; and it is on a web server.
pub fn open_writable(location: &str, base: &Path) -> Result<Location, StoreError> {
    check_writable(location)?;
    open(location, base)
}

fn named(location: &str) -> Result<Named, StoreError> {
    let Some((scheme, rest)) = location.split_once("://") else {
        // An invalid URL would otherwise become a local folder.
        let scheme = location.split_once(':').map(|(scheme, _)| scheme);
        return match scheme.is_some_and(redact::is_scheme) {
            true => {
                Err(StoreError::location(location, "what is before its `:` is no start of a URL"))
            }
            false => local::path(location).map(Named::Local),
        };
    };
    match scheme {
        "file" => local::url(location, rest).map(Named::Local),
        #[cfg(feature = "s3")]
        "s3" => bucket::Bucket::named(location, scheme, rest).map(Named::S3),
        #[cfg(feature = "gcs")]
        "gs" => bucket::Bucket::named(location, scheme, rest).map(Named::Gcs),
        #[cfg(feature = "azure")]
        "az" | "abfs" | "abfss" => azure::Container::named(location, rest).map(Named::Azure),
        #[cfg(feature = "http")]
        "http" | "https" => http::Page::named(location, scheme, rest).map(Named::Web),
        scheme if redact::is_scheme(scheme) => {
            Err(StoreError::Scheme { scheme: scheme.to_owned() })
        }
        _ => Err(StoreError::location(location, "`://` stands within it")),
    }
}

#[cfg(test)]
mod tests {
    use super::{check, check_writable, open};
    use std::path::Path;

    #[test]
    fn an_unknown_scheme_is_named_and_nothing_else_of_the_location() {
        let error = open("ftp://user:secret@host/x", Path::new("/")).unwrap_err().to_string();
        assert!(error.contains("`ftp://`") && !error.contains("secret"), "{error}");
    }

    #[test]
    fn a_relative_path_starts_at_the_base() {
        let folder = tempfile::tempdir().unwrap();
        let place = open("data/raw", folder.path()).unwrap();
        let expected = folder.path().canonicalize().unwrap().join("data/raw");
        assert_eq!(place.local.as_deref(), Some(expected.as_path()));
        assert_eq!(place.url.as_str(), "file:///");
    }

    #[test]
    fn a_file_url_is_the_path_it_names() {
        let place = open("file:///tmp/a%20b", Path::new("/elsewhere")).unwrap();
        assert_eq!(place.local.as_deref(), Some(Path::new("/tmp/a b")));
    }

    #[test]
    fn a_step_up_is_refused() {
        assert!(open("data/../secrets", Path::new("/")).unwrap_err().to_string().contains("`..`"));
    }

    #[test]
    fn a_location_is_checked_with_its_wildcards_and_without_credentials() {
        for location in ["raw/*.csv", "file:///raw/**/{a,b}.csv", "s3://bucket/[0-9]?.csv"] {
            assert_eq!(check(location), Ok(()), "{location}");
        }
        for location in ["raw/*/../x", "file:///raw/%2e%2e/x", "s3://bucket/../x", "ftp://h/x"] {
            assert!(check(location).is_err(), "{location}");
        }
    }

    #[test]
    fn a_misspelt_url_is_no_folder_of_this_machine() {
        for location in
            ["s3:/bucket/wh", "s3:bucket", "C:\\wh", "c:/wh", "file:/tmp/x", "a/s3://b", "x.y+z-1:"]
        {
            let error = check(location).unwrap_err();
            assert_eq!(error.kind(), super::StoreErrorKind::Location, "{location}");
            assert!(error.help().unwrap().contains("`./"), "{location}");
        }
        for path in ["./s3:/bucket", "raw/12:30.csv", "12:30.csv", "/a:b", "\u{e4}:b", ":a"] {
            assert_eq!(check(path), Ok(()), "{path}");
        }
    }

    #[test]
    fn nothing_is_written_to_web_servers() {
        let error = check_writable("https://host/warehouse?sig=secret").unwrap_err().to_string();
        assert_eq!(
            error,
            "`https://host/warehouse` can only be read: nothing is written to web servers"
        );
    }
}
