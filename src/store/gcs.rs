//! Google Cloud Storage.
//!
//! Credentials come from the usual `GOOGLE_*` variables, from what `gcloud` keeps in the home folder, or from the
//! metadata server, which is how workload identity works. The client would use that server too; it may do so only if
//! the server answers, since it would wait forever otherwise.

use std::path::PathBuf;
use std::sync::Arc;

use object_store::StaticCredentialProvider;
use object_store::gcp::{
    GcpCredential, GoogleCloudStorage, GoogleCloudStorageBuilder, GoogleConfigKey as Key,
};
use serde::Deserialize;

use super::answer::Validating;
use super::bucket::{Bucket, is_server};
use super::redacting::Redacting;
use super::small::read_small;
use super::variables::Variables;
use super::{Location, StoreError, metadata, retry};

/// Where credentials are looked for, in this order.
const LOOKED_FOR: &str = "GOOGLE_BEARER_TOKEN; GOOGLE_SERVICE_ACCOUNT (a file) or \
    GOOGLE_SERVICE_ACCOUNT_KEY (its text); GOOGLE_APPLICATION_CREDENTIALS; \
    application_default_credentials.json in CLOUDSDK_CONFIG or ~/.config/gcloud; \
    the metadata of the instance or pod; GOOGLE_SKIP_SIGNATURE=true for a public bucket";

const KEY_FILE: [&str; 3] =
    ["GOOGLE_SERVICE_ACCOUNT", "GOOGLE_SERVICE_ACCOUNT_PATH", "SERVICE_ACCOUNT"];

/// What `gcloud auth application-default login` writes.
const DEFAULT_FILE: &str = "application_default_credentials.json";

/// Who asks.
enum Signer {
    /// Anybody.
    Nobody,
    /// A bearer token that is renewed externally.
    Bearer(String),
    /// The service account of a key file.
    KeyFile(PathBuf),
    /// The service account of a key.
    Key(String),
    /// The contents of a file of application default credentials.
    Default(PathBuf),
    /// The machine.
    Instance,
}

/// The type of a file of credentials.
#[derive(Deserialize)]
struct Kind {
    r#type: Option<String>,
}

/// Opens a bucket; `location` is what was written.
pub(super) fn open(
    location: &str,
    bucket: Bucket,
    variables: &Variables,
) -> Result<Location, StoreError> {
    let client = connect(location, &bucket.name, variables)?;
    // In `object_store` 0.13. The common test suite of stores fails once this is fixed.
    let store = Redacting::hide_mixed_up(client, bucket.url.as_str());
    Ok(Location { url: bucket.url, store, path: bucket.path, local: None })
}

fn connect(
    location: &str,
    bucket: &str,
    variables: &Variables,
) -> Result<GoogleCloudStorage, StoreError> {
    let wrong = |problem| StoreError::credentials(location, problem);
    let is_known = |name: &str| name == "GOOGLE_BEARER_TOKEN" || key(name).is_some();
    variables.sendable("GOOGLE_", is_known).map_err(wrong)?;
    let signer = signer(variables)
        .map_err(wrong)?
        .ok_or_else(|| StoreError::nothing_found(location, LOOKED_FOR))?;
    if variables.get("GOOGLE_BASE_URL").is_some_and(|address| !is_server(address)) {
        return Err(StoreError::credentials(location, "GOOGLE_BASE_URL is not a URL of a server"));
    }
    // Plain HTTP is used only with a custom server.
    let builder = GoogleCloudStorageBuilder::new()
        .with_client_options(retry::timeouts().with_allow_http(true))
        .with_retry(retry::config())
        .with_http_connector(Validating);
    let builder =
        known(variables).fold(builder, |builder, (key, value)| builder.with_config(key, value));
    signed(builder.with_bucket_name(bucket), signer)
        .build()
        .map_err(|error| StoreError::setup(location, &error))
}

/// Every variable that the client supports, except those represented by [`Signer`].
fn known(variables: &Variables) -> impl Iterator<Item = (Key, &str)> {
    let parsed = variables.below("GOOGLE_").filter_map(|(name, value)| Some((key(name)?, value)));
    let signs = [
        Key::ServiceAccount,
        Key::ServiceAccountKey,
        Key::ApplicationCredentials,
        Key::SkipSignature,
    ];
    parsed.filter(move |(key, _)| !signs.contains(key))
}

/// The setting of the client that a variable is.
fn key(name: &str) -> Option<Key> {
    name.to_ascii_lowercase().parse().ok()
}

fn signed(builder: GoogleCloudStorageBuilder, signer: Signer) -> GoogleCloudStorageBuilder {
    let bearer = |bearer: String| Arc::new(StaticCredentialProvider::new(GcpCredential { bearer }));
    match signer {
        // Without an explicit provider, a client that does not sign still looks for the machine's.
        Signer::Nobody => builder.with_skip_signature(true).with_credentials(bearer(String::new())),
        Signer::Bearer(token) => builder.with_credentials(bearer(token)),
        Signer::KeyFile(path) => builder.with_service_account_path(path.to_string_lossy()),
        Signer::Key(text) => builder.with_service_account_key(text),
        Signer::Default(path) => builder.with_application_credentials(path.to_string_lossy()),
        Signer::Instance => builder,
    }
}

fn signer(variables: &Variables) -> Result<Option<Signer>, String> {
    if variables.is_on("GOOGLE_SKIP_SIGNATURE") {
        return Ok(Some(Signer::Nobody));
    }
    if let Some(token) = variables.get("GOOGLE_BEARER_TOKEN") {
        return Ok(Some(Signer::Bearer(token.to_owned())));
    }
    if let Some(name) = KEY_FILE.iter().find(|name| variables.get(name).is_some()) {
        return key_file(name, variables.first(&[name]).unwrap_or_default()).map(Some);
    }
    if let Some(text) = variables.get("GOOGLE_SERVICE_ACCOUNT_KEY") {
        return Ok(Some(Signer::Key(text.to_owned())));
    }
    if let Some(path) = default_file(variables) {
        return readable(path).map(Some);
    }
    Ok(instance_answers(variables).then_some(Signer::Instance))
}

/// The file of a key, by the variable that names it. Its value is not shown: it may be the key itself.
fn key_file(name: &str, path: &str) -> Result<Signer, String> {
    match read_small(path.as_ref()) {
        Ok(_) => Ok(Signer::KeyFile(path.into())),
        Err(_) if path.starts_with('{') => Err(format!(
            "{name} is not the path of a file: the text of a key belongs in \
             GOOGLE_SERVICE_ACCOUNT_KEY"
        )),
        Err(error) => Err(format!("cannot read the file that {name} names: {error}")),
    }
}

/// The file that is named, or the one that `gcloud` keeps if it does.
fn default_file(variables: &Variables) -> Option<PathBuf> {
    let named = variables.get("GOOGLE_APPLICATION_CREDENTIALS").map(PathBuf::from);
    let kept = || {
        let folder = variables.get("CLOUDSDK_CONFIG").map(PathBuf::from);
        let folder = folder.or_else(|| variables.at_home(".config/gcloud"))?;
        Some(folder.join(DEFAULT_FILE)).filter(|path| path.exists())
    };
    named.or_else(kept)
}

/// Of the kinds of credentials, the client knows two.
fn readable(path: PathBuf) -> Result<Signer, String> {
    let shown = path.display();
    let text = read_small(&path).map_err(|error| format!("cannot read `{shown}`: {error}"))?;
    let kind: Kind = serde_json::from_str(&text)
        .map_err(|_| format!("`{shown}` is not a file of Google credentials"))?;
    match kind.r#type.as_deref() {
        Some("service_account" | "authorized_user") => Ok(Signer::Default(path)),
        kind => Err(format!(
            "`{shown}` holds credentials of type `{}`; `service_account` and `authorized_user` are \
             supported; or give a token: \
             GOOGLE_BEARER_TOKEN=$(gcloud auth application-default print-access-token)",
            kind.unwrap_or("unknown"),
        )),
    }
}

fn instance_answers(variables: &Variables) -> bool {
    let named = variables.first(&["GCE_METADATA_HOST", "GCE_METADATA_IP"]);
    let endpoint = named.map(|host| format!("http://{host}"));
    !variables.is_on("NO_GCE_CHECK")
        && metadata::answers(endpoint.as_deref().unwrap_or(metadata::ADDRESS))
}

#[cfg(test)]
mod tests {
    use super::{Signer, connect, signer};
    use crate::store::variables::Variables;

    const ALONE: (&str, &str) = ("NO_GCE_CHECK", "true");

    fn found<const N: usize>(pairs: [(&str, &str); N]) -> Result<Option<Signer>, String> {
        signer(&Variables::from(pairs))
    }

    #[test]
    fn without_credentials_nothing_is_opened_and_the_places_are_told() {
        let error = connect("gs://bucket/a", "bucket", &Variables::from([ALONE])).unwrap_err();
        for place in ["GOOGLE_APPLICATION_CREDENTIALS", "gcloud", "metadata"] {
            assert!(error.to_string().contains(place), "{error}");
        }
    }

    #[test]
    fn a_silent_metadata_address_is_no_credential() {
        assert!(matches!(found([("GCE_METADATA_HOST", "127.0.0.1:1")]), Ok(None)));
    }

    #[test]
    fn what_gcloud_keeps_at_home_is_found() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join(".config/gcloud");
        std::fs::create_dir_all(&folder).unwrap();
        let text = r#"{"type": "authorized_user", "client_id": "a", "client_secret": "b",
                       "refresh_token": "c"}"#;
        std::fs::write(folder.join("application_default_credentials.json"), text).unwrap();
        let home = ("HOME", &*home.path().to_string_lossy());
        assert!(matches!(found([ALONE, home]), Ok(Some(Signer::Default(_)))));
        let variables = Variables::from([ALONE, home]);
        assert!(connect("gs://bucket", "bucket", &variables).is_ok());
    }

    #[test]
    fn credentials_of_a_kind_that_is_not_ours_are_named_with_a_way_out() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key.json");
        std::fs::write(&file, r#"{"type": "external_account"}"#).unwrap();
        let named = ("GOOGLE_APPLICATION_CREDENTIALS", &*file.to_string_lossy());
        let problem = found([ALONE, named]).err().unwrap_or_default();
        assert!(problem.contains("`external_account`") && problem.contains("BEARER_TOKEN"));
    }

    #[test]
    fn a_key_that_is_none_is_refused_without_being_shown() {
        let key = ("GOOGLE_SERVICE_ACCOUNT_KEY", r#"{"private_key": "secret"}"#);
        let error = connect("gs://bucket", "bucket", &Variables::from([ALONE, key])).unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
    }

    #[test]
    fn a_key_in_the_place_of_its_file_is_told_without_being_shown() {
        let key = ("GOOGLE_SERVICE_ACCOUNT", r#"{"private_key": "secret"}"#);
        let problem = found([ALONE, key]).err().unwrap_or_default();
        assert!(problem.contains("belongs in GOOGLE_SERVICE_ACCOUNT_KEY"), "{problem}");
        assert!(!problem.contains("secret"), "{problem}");
        let file = ("SERVICE_ACCOUNT", "/nowhere/key.json");
        let problem = found([ALONE, file]).err().unwrap_or_default();
        assert!(
            problem.starts_with("cannot read the file that SERVICE_ACCOUNT names: "),
            "{problem}"
        );
    }

    #[test]
    fn a_server_of_one_s_own_needs_no_credentials() {
        let server = ("GOOGLE_BASE_URL", "http://127.0.0.1:9");
        let unsigned = ("GOOGLE_SKIP_SIGNATURE", "true");
        let store = connect("gs://bucket", "bucket", &Variables::from([server, unsigned]));
        assert!(format!("{store:?}").contains("127.0.0.1:9"));
    }
}
