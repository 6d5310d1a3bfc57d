//! `scheme://bucket/key`, as S3 and Google Cloud Storage write it.

use datafusion::execution::object_store::ObjectStoreUrl;
use object_store::path::Path;

use super::StoreError;

/// A bucket and a place in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bucket {
    /// Its name.
    pub(super) name: String,
    /// The name under which a session knows it.
    pub(super) url: ObjectStoreUrl,
    /// The key, or the folder that keys start with.
    pub(super) path: Path,
}

impl Bucket {
    /// Reads `location`, which is `scheme`, `://` and `rest`. Keys are taken as they are written.
    pub(super) fn named(location: &str, scheme: &str, rest: &str) -> Result<Self, StoreError> {
        let (name, key) = rest.split_once('/').unwrap_or((rest, ""));
        let wrong = |problem: String| StoreError::location(location, problem);
        // A key may contain a `/`, so that the part before it is taken for the bucket.
        let is_split = key.starts_with('/') && key.contains('@');
        if name.contains('@') || is_split {
            return Err(wrong("credentials belong in the environment".to_owned()));
        }
        if name.is_empty() || name.contains(['*', '?', '[', '{', ':']) {
            return Err(wrong("the name of the bucket has to be written out".to_owned()));
        }
        // Keys have capitals, and buckets never do: what is taken for a bucket is shown.
        let plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || ".-_".contains(it);
        let url = ObjectStoreUrl::parse(format!("{scheme}://{name}")).ok();
        let url = url.filter(|_| name.chars().all(plain)).ok_or_else(|| {
            wrong("the name of a bucket has small letters, digits, `.`, `-` and `_`".to_owned())
        })?;
        Ok(Self { name: name.to_owned(), url, path: key_of(location, key)? })
    }
}

/// Whether a setting is the address of a server, which the client does not validate.
pub(super) fn is_server(address: &str) -> bool {
    url::Url::parse(address).is_ok_and(|url| {
        let signed = !url.username().is_empty() || url.password().is_some();
        matches!(url.scheme(), "http" | "https") && url.has_host() && !signed
    })
}

/// A path within a store, its parts neither empty nor `.` or `..`.
pub(super) fn key_of(location: &str, key: &str) -> Result<Path, StoreError> {
    if key.split('/').any(|part| part == "..") {
        return Err(StoreError::location(location, "it must not contain `..`"));
    }
    Path::parse(key)
        .map_err(|_| StoreError::location(location, "a part of its path is empty or `.`"))
}

#[cfg(test)]
mod tests {
    use super::{Bucket, is_server};

    fn named(rest: &str) -> Result<Bucket, String> {
        let location = format!("s3://{rest}");
        Bucket::named(&location, "s3", rest).map_err(|error| error.to_string())
    }

    #[test]
    fn a_bucket_and_prefix_are_told_apart() {
        let bucket = named("bucket/a/b").unwrap();
        assert_eq!((bucket.url.as_str(), bucket.path.as_ref()), ("s3://bucket/", "a/b"));
    }

    #[test]
    fn an_encoded_key_is_taken_as_it_is() {
        assert_eq!(named("bucket/region=S%C3%A3o").unwrap().path.as_ref(), "region=S%C3%A3o");
    }

    #[test]
    fn what_does_not_stay_in_one_bucket_is_refused() {
        for (rest, problem) in [
            ("bucket/../other", "`..`"),
            ("buck*/a", "bucket has to be written out"),
            ("", "bucket has to be written out"),
            ("AKIA/secret@bucket/a", "small letters"),
            ("bucket/a//b", "is empty"),
            ("bucket//AK:secret@x/raw", "credentials belong in the environment"),
        ] {
            let error = named(rest).unwrap_err();
            assert!(error.contains(problem), "{rest}: {error}");
        }
    }

    #[test]
    fn the_address_of_a_server_is_a_url_without_credentials() {
        assert!(is_server("http://127.0.0.1:9000") && is_server("https://s3.example.org/x"));
        for address in ["http://u:secret@host", "http://[bad", "host:9000", "", "ftp://host"] {
            assert!(!is_server(address), "{address}");
        }
    }

    #[test]
    fn credentials_in_the_location_are_refused_without_being_shown() {
        let error = named("me:secret@bucket/a").unwrap_err();
        assert!(error.contains("environment") && !error.contains("secret"), "{error}");
    }
}
