//! Amazon S3 and compatible stores.
//!
//! Credentials come from the usual `AWS_*` variables, from a profile, or from the instance metadata service. The client
//! would use that service too; it may do so only if the service answers, since it would wait forever otherwise.

use object_store::aws::{
    AmazonS3, AmazonS3Builder, AmazonS3ConfigKey as Key, S3ConditionalPut, S3CopyIfNotExists,
};

use super::answer::Validating;
use super::bucket::{Bucket, is_server};
use super::profile::Profile;
use super::redacting::Redacting;
use super::small::read_small;
use super::token_file::TokenFiles;
use super::variables::{Variables, is_sendable, unsendable};
use super::{Location, StoreError, metadata, retry};

/// Where credentials are looked for, in this order.
const LOOKED_FOR: &str = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; \
    AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN; \
    keys or a web identity in the profile AWS_PROFILE or `default` of ~/.aws/credentials and \
    ~/.aws/config; \
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI; \
    AWS_CONTAINER_CREDENTIALS_FULL_URI and AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE; \
    the metadata of the instance; AWS_SKIP_SIGNATURE=true for a public bucket";

/// Variables that sign requests without anything else. The client tries them in this order too.
const SIGNING: [&[&str]; 2] = [
    &["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
    &["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN"],
];

/// Variables that the platform sets around a container.
const CONTAINER: [&[&str]; 2] = [
    &["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"],
    &["AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"],
];

/// Settings that name a file of a token.
const TOKEN_FILES: [Key; 2] = [Key::ContainerAuthorizationTokenFile, Key::WebIdentityTokenFile];

/// Settings of a profile, and the corresponding ones of the client. Those before the line are for
/// signing.
const PROFILE: [(&str, Key); 8] = [
    ("aws_access_key_id", Key::AccessKeyId),
    ("aws_secret_access_key", Key::SecretAccessKey),
    ("aws_session_token", Key::Token),
    ("role_arn", Key::RoleArn),
    ("web_identity_token_file", Key::WebIdentityTokenFile),
    ("role_session_name", Key::RoleSessionName),
    // ---
    ("region", Key::Region),
    ("endpoint_url", Key::Endpoint),
];

/// How many of [`PROFILE`] are about signing.
const SIGN: usize = 6;

/// Opens a bucket; `location` is what was written.
pub(super) fn open(
    location: &str,
    bucket: Bucket,
    variables: &Variables,
) -> Result<Location, StoreError> {
    let client = connect(location, &bucket.name, variables)?;
    let store = Redacting::hide(client, bucket.url.as_str());
    Ok(Location { url: bucket.url, store, path: bucket.path, local: None })
}

fn connect(location: &str, bucket: &str, variables: &Variables) -> Result<AmazonS3, StoreError> {
    let mut settings = settings(location, variables)?;
    for (key, value) in &settings {
        let problem = match key {
            Key::Endpoint if !is_server(value) => "the endpoint is not a URL of a server",
            Key::Region if !is_region(value) => "the region has letters, digits and `-` alone",
            _ => continue,
        };
        return Err(StoreError::credentials(location, problem));
    }
    let tokens = TokenFiles::within(&mut settings, &TOKEN_FILES)
        .map_err(|problem| StoreError::credentials(location, problem))?;
    let builder = AmazonS3Builder::new()
        .with_region("us-east-1")
        .with_client_options(retry::timeouts())
        .with_retry(retry::config())
        .with_http_connector(Validating);
    let builder = settings
        .into_iter()
        .fold(builder, |builder, (key, value)| builder.with_config(key, value))
        .with_bucket_name(bucket)
        .with_conditional_put(S3ConditionalPut::ETagMatch)
        .with_copy_if_not_exists(S3CopyIfNotExists::Multipart);
    let refused = |error| StoreError::setup(location, &error);
    let client = builder.clone().build().map_err(refused)?;
    if tokens.is_empty() {
        return Ok(client);
    }
    builder.with_credentials(tokens.around(client.credentials())).build().map_err(refused)
}

/// Ensures that what the client sends can be sent: it does not validate its settings and the token
/// of a file.
fn sendable(variables: &Variables) -> Result<(), String> {
    const TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
    variables.sendable("AWS_", |name| key(name).is_some())?;
    // A file that cannot be read is reported by its user.
    let token = variables.get(TOKEN_FILE).and_then(|file| read_small(file.as_ref()).ok());
    match token.is_none_or(|token| is_sendable(token.trim())) {
        true => Ok(()),
        false => Err(unsendable(&format!("the file of {TOKEN_FILE}"))),
    }
}

/// The settings of the client: the profile first, so that variables take precedence.
fn settings(location: &str, variables: &Variables) -> Result<Vec<(Key, String)>, StoreError> {
    let signed = has_one(variables, &SIGNING) || variables.is_on("AWS_SKIP_SIGNATURE");
    let profile = match Profile::read(variables) {
        Err(problem) if !signed => return Err(StoreError::credentials(location, problem)),
        read => read.unwrap_or_default(),
    };
    let wrong = |problem: String| StoreError::credentials(location, problem);
    sendable(variables).map_err(wrong)?;
    let by_profile = !signed && profile.signs().map_err(wrong)?;
    if !(signed || by_profile || has_one(variables, &CONTAINER) || instance_answers(variables)) {
        return Err(StoreError::nothing_found(location, LOOKED_FOR));
    }
    let used = if by_profile { &PROFILE[..] } else { &PROFILE[SIGN..] };
    let said = used.iter().filter_map(|(name, key)| Some((*key, profile.get(name)?.to_owned())));
    let said: Vec<(Key, String)> = said.collect();
    if let Some((key, _)) = said.iter().find(|(_, value)| !is_sendable(value)) {
        return Err(wrong(unsendable(&format!("{} of the profile", key.as_ref()))));
    }
    // An incomplete key in the environment is not combined with that of a profile.
    let signs = |key: &Key| PROFILE[..SIGN].iter().any(|(_, signing)| signing == key);
    let known = known(variables).filter(|(key, _)| !(by_profile && signs(key)));
    Ok(said.into_iter().chain(known).collect())
}

fn is_region(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn has_one(variables: &Variables, ways: &[&[&str]]) -> bool {
    ways.iter().any(|names| variables.has_all(names))
}

/// Every variable that the client knows.
fn known(variables: &Variables) -> impl Iterator<Item = (Key, String)> {
    let all = variables.below("AWS_");
    all.filter_map(|(name, value)| Some((key(name)?, value.to_owned())))
}

/// The setting of the client that a variable is.
fn key(name: &str) -> Option<Key> {
    match name {
        "AWS_EC2_METADATA_SERVICE_ENDPOINT" => Some(Key::MetadataEndpoint),
        _ => name.to_ascii_lowercase().parse().ok(),
    }
}

fn instance_answers(variables: &Variables) -> bool {
    let named = variables.first(&["AWS_EC2_METADATA_SERVICE_ENDPOINT", "AWS_METADATA_ENDPOINT"]);
    !variables.is_on("AWS_EC2_METADATA_DISABLED")
        && metadata::answers(named.unwrap_or(metadata::ADDRESS))
}

#[cfg(test)]
mod tests {
    use super::{Key, settings};
    use crate::store::variables::Variables;
    use crate::store::{StoreError, StoreErrorKind};

    const ALONE: (&str, &str) = ("AWS_EC2_METADATA_DISABLED", "true");
    const ID: (&str, &str) = ("AWS_ACCESS_KEY_ID", "key");
    const SECRET: (&str, &str) = ("AWS_SECRET_ACCESS_KEY", "secret");

    fn said<const N: usize>(pairs: [(&str, &str); N]) -> Result<Vec<(Key, String)>, StoreError> {
        settings("s3://bucket/a", &Variables::from(pairs))
    }

    /// The last of the values given for a setting is the one that counts.
    fn value(settings: &[(Key, String)], key: Key) -> Option<&str> {
        settings.iter().rfind(|(known, _)| *known == key).map(|(_, value)| value.as_str())
    }

    #[test]
    fn without_credentials_nothing_is_opened_and_the_places_are_told() {
        for error in [said([ALONE]), said([ALONE, ID, ("AWS_SECRET_ACCESS_KEY", "")])] {
            let error = error.unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::Credentials);
            for place in ["AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "metadata"] {
                assert!(error.to_string().contains(place), "{error}");
            }
        }
    }

    #[test]
    fn a_silent_metadata_address_is_no_credential() {
        let error = said([("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1")]);
        assert_eq!(error.unwrap_err().kind(), StoreErrorKind::Credentials);
    }

    #[test]
    fn half_of_a_container_s_credentials_is_none() {
        let half = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1");
        assert!(said([ALONE, half]).is_err());
        assert!(said([ALONE, half, ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "x")]).is_ok());
    }

    #[test]
    fn what_cannot_be_sent_is_refused_by_its_name() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "secret\nsecret\n").unwrap();
        let name = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
        let several = (name, &*file.path().to_string_lossy());
        let problem = said([ALONE, ID, SECRET, several]).unwrap_err().to_string();
        assert!(problem.contains(name) && !problem.contains("secret"), "{problem}");
        let token = ("AWS_SESSION_TOKEN", "tok\nen");
        let problem = said([ALONE, ID, SECRET, token]).unwrap_err();
        assert_eq!(problem.kind(), StoreErrorKind::Credentials);
        assert!(problem.to_string().contains("`AWS_SESSION_TOKEN`"), "{problem}");
        assert!(said([ALONE, ID, SECRET, ("AWS_SESSION_TOKEN", "token\n")]).is_ok());
    }

    #[test]
    fn the_endpoint_is_taken_from_either_variable() {
        for name in ["AWS_ENDPOINT", "AWS_ENDPOINT_URL"] {
            let settings = said([ID, SECRET, (name, "http://127.0.0.1:9")]).unwrap();
            assert_eq!(value(&settings, Key::Endpoint), Some("http://127.0.0.1:9"), "{name}");
        }
    }

    #[test]
    fn variables_have_the_last_word_over_a_profile() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("config");
        let text = "[default]\naws_access_key_id = of-profile\naws_secret_access_key = s\n\
                    region = eu-west-1\n";
        std::fs::write(&file, text).unwrap();
        let profile = ("AWS_CONFIG_FILE", &*file.to_string_lossy());

        let settings = said([ALONE, profile]).unwrap();
        assert_eq!(value(&settings, Key::AccessKeyId), Some("of-profile"));
        assert_eq!(value(&settings, Key::Region), Some("eu-west-1"));

        let settings = said([ALONE, profile, ID, SECRET]).unwrap();
        assert_eq!(value(&settings, Key::AccessKeyId), Some("key"));
        assert_eq!(value(&settings, Key::Region), Some("eu-west-1"));
    }

    #[test]
    fn a_profile_that_is_not_there_matters_only_where_it_is_needed() {
        let profile = ("AWS_PROFILE", "nobody");
        assert!(said([ALONE, profile]).unwrap_err().to_string().contains("no profile `nobody`"));
        assert!(said([ALONE, profile, ID, SECRET]).is_ok());
    }
}
