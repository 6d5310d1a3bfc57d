//! Where things lie: a path or URL becomes a store and a path within it.
//!
//! Both sides of a run meet here: raw data is read from a [`Place`], a warehouse is written to
//! one. Nothing here lists, reads or writes; opening is cheap and does not touch the network.

mod error;
mod local;
#[cfg(feature = "s3")]
mod s3;

pub use self::error::{StoreError, StoreErrorKind, redact};

use std::path::PathBuf;
use std::sync::Arc;

use datafusion::execution::object_store::ObjectStoreUrl;
use object_store::ObjectStore;

/// A file or folder in a store.
#[derive(Debug, Clone)]
pub struct Place {
    /// The name under which a session knows the store.
    pub url: ObjectStoreUrl,
    /// The store.
    pub store: Arc<dyn ObjectStore>,
    /// Where in the store.
    pub path: object_store::path::Path,
    /// The same place as a path of this machine, if it is one.
    pub local: Option<PathBuf>,
}

/// Finds the store of `location`, a plain path, `file://` or `s3://`, without wildcards.
///
/// Relative paths are relative to `base`. Nothing has to exist yet. Paths of this machine go to
/// one store with the root `/`, so that all of them share the name `file:///`.
///
/// # Errors
/// The location cannot be understood, or names a store whose credentials are missing.
pub fn open(location: &str, base: &std::path::Path) -> Result<Place, StoreError> {
    match location.split_once("://") {
        None => local::open(location, base),
        Some(("file", path)) => local::open_url(location, path),
        Some(("s3", rest)) => open_s3(location, rest),
        Some((scheme, _)) => Err(StoreError::Scheme { scheme: scheme.to_owned() }),
    }
}

#[cfg(feature = "s3")]
fn open_s3(location: &str, rest: &str) -> Result<Place, StoreError> {
    s3::open(location, rest, std::env::vars_os())
}

#[cfg(not(feature = "s3"))]
fn open_s3(_: &str, _: &str) -> Result<Place, StoreError> {
    Err(StoreError::Scheme { scheme: "s3".to_owned() })
}

#[cfg(test)]
mod tests {
    use super::open;
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
}
