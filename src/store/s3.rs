//! S3 and what speaks its language.
//!
//! Everything is taken from the usual `AWS_*` environment variables. Without credentials there
//! nothing is opened: the client would ask a metadata address that may not exist, and hang.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use datafusion::execution::object_store::ObjectStoreUrl;
use object_store::aws::{
    AmazonS3, AmazonS3Builder, AmazonS3ConfigKey, S3ConditionalPut, S3CopyIfNotExists,
};
use object_store::path::Path;
use object_store::{BackoffConfig, ClientOptions, RetryConfig};

use super::{Place, StoreError};

/// With the retries, an address where nobody answers fails after about a quarter of a minute.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// A whole answer, its body included: readers ask for parts of objects and writers send parts.
const REQUEST_TIMEOUT: Duration = Duration::from_mins(1);

/// The bucket and key of `rest`, what follows `s3://` in `location`.
pub(super) fn open(
    location: &str,
    rest: &str,
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> Result<Place, StoreError> {
    let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
    let wrong = |problem: String| StoreError::location(location, problem);
    if bucket.contains('@') {
        return Err(wrong("credentials belong in AWS_* variables".to_owned()));
    }
    let url = ObjectStoreUrl::parse(format!("s3://{bucket}"))
        .map_err(|_| wrong(format!("`{bucket}` is not the name of a bucket")))?;
    let path = Path::parse(key).map_err(|error| wrong(error.to_string()))?;
    let store = connect(location, bucket, &aws(variables))?;
    Ok(Place { url, store: Arc::new(store), path, local: None })
}

/// The variables that start with `AWS_` and are not empty.
fn aws(variables: impl Iterator<Item = (OsString, OsString)>) -> BTreeMap<String, String> {
    variables
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, value)| name.starts_with("AWS_") && !value.is_empty())
        .collect()
}

fn connect(
    location: &str,
    bucket: &str,
    variables: &BTreeMap<String, String>,
) -> Result<AmazonS3, StoreError> {
    if !has_credentials(variables) {
        return Err(StoreError::NoCredentials { location: super::redact(location) });
    }
    let limits =
        ClientOptions::new().with_connect_timeout(CONNECT_TIMEOUT).with_timeout(REQUEST_TIMEOUT);
    let builder = AmazonS3Builder::new()
        .with_region("us-east-1")
        .with_client_options(limits)
        .with_retry(retries());
    configure(builder, variables)
        .with_bucket_name(bucket)
        .with_conditional_put(S3ConditionalPut::ETagMatch)
        .with_copy_if_not_exists(S3CopyIfNotExists::Multipart)
        .build()
        .map_err(|error| StoreError::access(location, &error))
}

/// Applies every variable that the client knows.
fn configure(builder: AmazonS3Builder, variables: &BTreeMap<String, String>) -> AmazonS3Builder {
    variables.iter().fold(builder, |builder, (name, value)| {
        match name.to_ascii_lowercase().parse::<AmazonS3ConfigKey>() {
            Ok(key) => builder.with_config(key, value),
            Err(_) => builder,
        }
    })
}

fn has_credentials(variables: &BTreeMap<String, String>) -> bool {
    let all = |names: &[&str]| names.iter().all(|name| variables.contains_key(*name));
    let unsigned = variables.get("AWS_SKIP_SIGNATURE").map(String::as_str);
    all(&["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
        || all(&["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN"])
        || all(&["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"])
        || all(&["AWS_CONTAINER_CREDENTIALS_FULL_URI"])
        || matches!(unsigned, Some("true" | "1"))
}

fn retries() -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(2),
            base: 2.0,
        },
        max_retries: 3,
        retry_timeout: Duration::from_secs(10),
    }
}

#[cfg(test)]
mod tests {
    use super::open;
    use crate::store::{StoreError, StoreErrorKind};
    use std::ffi::OsString;

    fn with(variables: &[(&str, &str)]) -> impl Iterator<Item = (OsString, OsString)> {
        let owned: Vec<_> =
            variables.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        owned.into_iter()
    }

    const KEYS: [(&str, &str); 2] =
        [("AWS_ACCESS_KEY_ID", "key"), ("AWS_SECRET_ACCESS_KEY", "secret")];

    #[test]
    fn a_bucket_and_prefix_are_told_apart() {
        let place = open("s3://bucket/a/b", "bucket/a/b", with(&KEYS)).unwrap();
        assert_eq!((place.url.as_str(), place.path.as_ref()), ("s3://bucket/", "a/b"));
        assert_eq!(place.local, None);
    }

    #[test]
    fn an_encoded_key_is_taken_as_it_is() {
        let place = open("", "bucket/region=S%C3%A3o", with(&KEYS)).unwrap();
        assert_eq!(place.path.as_ref(), "region=S%C3%A3o");
    }

    #[test]
    fn without_credentials_nothing_is_opened_and_the_names_are_told() {
        for variables in [&[][..], &[("AWS_ACCESS_KEY_ID", "key"), ("AWS_SECRET_ACCESS_KEY", "")]] {
            let error = open("s3://bucket/a", "bucket/a", with(variables)).unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::Credentials);
            assert!(error.to_string().contains("AWS_SECRET_ACCESS_KEY"), "{error}");
        }
    }

    #[test]
    fn credentials_in_the_location_are_refused_without_being_shown() {
        let error = open("s3://me:secret@bucket/a", "me:secret@bucket/a", with(&KEYS)).unwrap_err();
        assert!(matches!(error, StoreError::Location { .. }));
        assert!(!error.to_string().contains("secret"), "{error}");
    }

    #[test]
    fn the_endpoint_is_taken_from_either_variable() {
        for name in ["AWS_ENDPOINT", "AWS_ENDPOINT_URL"] {
            let variables =
                [KEYS[0], KEYS[1], (name, "http://127.0.0.1:9"), ("AWS_ALLOW_HTTP", "true")];
            let place = open("s3://bucket", "bucket", with(&variables)).unwrap();
            assert!(format!("{:?}", place.store).contains("127.0.0.1:9"), "{name}");
        }
    }
}
