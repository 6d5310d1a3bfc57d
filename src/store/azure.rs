//! Azure Blob Storage.
//!
//! Credentials come from the usual `AZURE_*` variables or from the managed identity of the machine. The client would
//! use that identity too; it may do so only if its endpoint answers, since it would wait forever otherwise.

use datafusion::execution::object_store::ObjectStoreUrl;
use object_store::azure::{AzureConfigKey as Key, MicrosoftAzure, MicrosoftAzureBuilder};
use object_store::path::Path;

use super::answer::Validating;
use super::bucket::{is_server, key_of};
use super::redacting::Redacting;
use super::token_file::TokenFiles;
use super::variables::Variables;
use super::{Location, StoreError, metadata, retry};

/// Where credentials are looked for, in this order.
const LOOKED_FOR: &str = "AZURE_STORAGE_TOKEN; AZURE_STORAGE_ACCOUNT_KEY (or _KEY, or in \
    AZURE_STORAGE_CONNECTION_STRING); AZURE_CLIENT_ID and AZURE_TENANT_ID with \
    AZURE_FEDERATED_TOKEN_FILE or with AZURE_CLIENT_SECRET; AZURE_STORAGE_SAS_TOKEN (or in \
    AZURE_STORAGE_CONNECTION_STRING); AZURE_USE_AZURE_CLI=true; the managed identity of the \
    machine; AZURE_SKIP_SIGNATURE=true for a public container";

/// The names that follow the container in a URL that names the account too.
const HOSTS: [(&str, bool); 4] = [
    ("dfs.core.windows.net", false),
    ("blob.core.windows.net", false),
    ("dfs.fabric.microsoft.com", true),
    ("blob.fabric.microsoft.com", true),
];

/// Variables of other tools, and parts of connection strings, for settings of the client.
const OTHER_NAMES: [(&str, Key); 5] = [
    ("AZURE_STORAGE_ACCOUNT", Key::AccountName),
    ("AZURE_STORAGE_KEY", Key::AccessKey),
    ("AZURE_STORAGE_SAS", Key::SasKey),
    ("IDENTITY_ENDPOINT", Key::MsiEndpoint),
    ("MSI_ENDPOINT", Key::MsiEndpoint),
];
const CONNECTION_STRING: &str = "AZURE_STORAGE_CONNECTION_STRING";
const CONNECTION: [(&str, Key); 4] = [
    ("AccountName", Key::AccountName),
    ("AccountKey", Key::AccessKey),
    ("SharedAccessSignature", Key::SasKey),
    ("BlobEndpoint", Key::Endpoint),
];

/// A container and a place in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Container {
    name: String,
    account: Option<String>,
    fabric: bool,
    pub(super) url: ObjectStoreUrl,
    pub(super) path: Path,
}

impl Container {
    /// Reads `scheme://container/path` or `scheme://container@account.host/path`.
    pub(super) fn named(location: &str, rest: &str) -> Result<Self, StoreError> {
        let wrong = |problem: &str| StoreError::location(location, problem);
        let (authority, key) = rest.split_once('/').unwrap_or((rest, ""));
        let (name, host) = match authority.split_once('@') {
            Some((name, host)) => (name, Some(host)),
            None => (authority, None),
        };
        let plain = |text: &str| {
            !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_$".contains(c))
        };
        if !plain(name) {
            return Err(wrong("write it as `az://container/folder`"));
        }
        let (account, fabric) = match host.map(|host| host.split_once('.')) {
            None => (None, false),
            Some(Some((account, domain))) if plain(account) => {
                let known = HOSTS.iter().find(|(known, _)| *known == domain);
                let (_, fabric) = known.ok_or_else(|| wrong("its host is not Azure's"))?;
                (Some(account.to_owned()), *fabric)
            }
            Some(_) => {
                let example = "write it as `abfss://container@account.dfs.core.windows.net/folder`";
                return Err(wrong(example));
            }
        };
        let shown = match &account {
            Some(account) => format!("az://{name}.{account}"),
            None => format!("az://{name}"),
        };
        let url =
            ObjectStoreUrl::parse(shown).map_err(|_| wrong("it does not name a container"))?;
        let path = key_of(location, key)?;
        Ok(Self { name: name.to_owned(), account, fabric, url, path })
    }
}

/// Opens a container; `location` is what was written.
pub(super) fn open(
    location: &str,
    container: Container,
    variables: &Variables,
) -> Result<Location, StoreError> {
    let client = connect(location, &container, variables)?;
    let store = Redacting::hide(client, container.url.as_str());
    Ok(Location { url: container.url, store, path: container.path, local: None })
}

fn connect(
    location: &str,
    container: &Container,
    variables: &Variables,
) -> Result<MicrosoftAzure, StoreError> {
    let is_known = |name: &str| {
        name == CONNECTION_STRING || key(name).is_some() || renamed(&OTHER_NAMES, name).is_some()
    };
    let unsendable = |problem| StoreError::credentials(location, problem);
    variables.sendable("AZURE_", is_known).map_err(unsendable)?;
    let mut settings = known(variables);
    if let Some(account) = &container.account {
        settings.push((Key::AccountName, account.clone()));
    }
    if settings.iter().any(|(key, value)| *key == Key::Endpoint && !is_server(value)) {
        return Err(StoreError::credentials(location, "the endpoint is not a URL of a server"));
    }
    let has = |key| settings.iter().any(|(known, _)| *known == key);
    if !has(Key::AccountName) && !variables.is_on("AZURE_STORAGE_USE_EMULATOR") {
        let problem = "no storage account: set AZURE_STORAGE_ACCOUNT_NAME or write \
                       `abfss://container@account.dfs.core.windows.net/folder`";
        return Err(StoreError::credentials(location, problem));
    }
    if !(signs(&settings, variables) || machine_answers(&settings)) {
        return Err(StoreError::nothing_found(location, LOOKED_FOR));
    }
    let tokens = TokenFiles::within(&mut settings, &[Key::FederatedTokenFile])
        .map_err(|problem| StoreError::credentials(location, problem))?;
    let builder = MicrosoftAzureBuilder::new()
        .with_client_options(retry::timeouts())
        .with_retry(retry::config())
        .with_http_connector(Validating);
    let builder = settings
        .into_iter()
        .fold(builder, |builder, (key, value)| builder.with_config(key, value))
        .with_container_name(&container.name)
        .with_use_fabric_endpoint(container.fabric || variables.is_on("AZURE_USE_FABRIC_ENDPOINT"));
    let refused = |error| StoreError::setup(location, &error);
    let client = builder.clone().build().map_err(refused)?;
    if tokens.is_empty() {
        return Ok(client);
    }
    builder.with_credentials(tokens.around(client.credentials())).build().map_err(refused)
}

/// Every setting in the environment that the client supports; of several names for one, the last
/// counts.
fn known(variables: &Variables) -> Vec<(Key, String)> {
    let connection = variables.get(CONNECTION_STRING).unwrap_or_default();
    let parts = connection.split(';').filter_map(|part| part.split_once('='));
    let parts =
        parts.filter_map(|(name, value)| Some((renamed(&CONNECTION, name.trim())?, value.trim())));
    let others = OTHER_NAMES.iter().filter_map(|(name, key)| Some((*key, variables.get(name)?)));
    let own = variables.below("AZURE_").filter_map(|(name, value)| Some((key(name)?, value)));
    let all = parts.chain(others).chain(own);
    all.map(|(key, value)| (key, value.to_owned())).collect()
}

/// The setting of the client that a variable is.
fn key(name: &str) -> Option<Key> {
    name.to_ascii_lowercase().parse().ok()
}

fn renamed(names: &[(&str, Key)], name: &str) -> Option<Key> {
    names.iter().find(|(known, _)| *known == name).map(|(_, key)| *key)
}

/// Whether the settings are enough to sign requests.
fn signs(settings: &[(Key, String)], variables: &Variables) -> bool {
    let all = |keys: &[Key]| keys.iter().all(|key| settings.iter().any(|(known, _)| known == key));
    all(&[Key::Token])
        || all(&[Key::AccessKey])
        || all(&[Key::ClientId, Key::AuthorityId, Key::FederatedTokenFile])
        || all(&[Key::ClientId, Key::AuthorityId, Key::ClientSecret])
        || all(&[Key::SasKey])
        || ["AZURE_USE_AZURE_CLI", "AZURE_SKIP_SIGNATURE", "AZURE_STORAGE_USE_EMULATOR"]
            .iter()
            .any(|switch| variables.is_on(switch))
}

fn machine_answers(settings: &[(Key, String)]) -> bool {
    let named = settings.iter().find(|(key, _)| *key == Key::MsiEndpoint);
    metadata::answers(named.map_or(metadata::ADDRESS, |(_, endpoint)| endpoint))
}

#[cfg(test)]
mod tests {
    use super::{Container, Key, connect, known};
    use crate::store::variables::Variables;
    use crate::store::{StoreError, StoreErrorKind};

    const ACCOUNT: (&str, &str) = ("AZURE_STORAGE_ACCOUNT_NAME", "shop");
    /// Nobody listens there.
    const ALONE: (&str, &str) = ("AZURE_MSI_ENDPOINT", "http://127.0.0.1:1");

    fn named(rest: &str) -> Result<Container, StoreError> {
        Container::named(&format!("az://{rest}"), rest)
    }

    fn opened<const N: usize>(pairs: [(&str, &str); N]) -> Result<(), StoreError> {
        let container = named("raw/orders").unwrap();
        connect("az://raw/orders", &container, &Variables::from(pairs)).map(drop)
    }

    #[test]
    fn a_container_is_named_with_and_without_its_account() {
        let alone = named("raw/orders/2024").unwrap();
        assert_eq!((alone.url.as_str(), alone.path.as_ref()), ("az://raw/", "orders/2024"));
        let whole = named("raw@shop.dfs.core.windows.net/orders").unwrap();
        assert_eq!(
            (whole.account.as_deref(), whole.url.as_str()),
            (Some("shop"), "az://raw.shop/")
        );
    }

    #[test]
    fn what_is_not_a_container_is_refused() {
        for rest in ["", "a*/b", "raw@evil.example.org/x", "raw@shop/x", "raw/../x", "a:b/c"] {
            assert!(matches!(named(rest), Err(StoreError::Location { .. })), "{rest}");
        }
    }

    #[test]
    fn without_credentials_nothing_is_opened_and_the_places_are_told() {
        let error = opened([ACCOUNT, ALONE]).unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Credentials);
        for place in ["AZURE_STORAGE_ACCOUNT_KEY", "AZURE_FEDERATED_TOKEN_FILE", "managed"] {
            assert!(error.to_string().contains(place), "{error}");
        }
    }

    #[test]
    fn without_an_account_the_account_is_asked_for() {
        let error = opened([ALONE]).unwrap_err().to_string();
        assert!(error.contains("AZURE_STORAGE_ACCOUNT_NAME"), "{error}");
    }

    #[test]
    fn every_kind_of_credential_is_enough() {
        let tenant = ("AZURE_TENANT_ID", "t");
        let client = ("AZURE_CLIENT_ID", "c");
        let kinds = [
            ("AZURE_STORAGE_ACCOUNT_KEY", "c2VjcmV0"),
            ("AZURE_STORAGE_KEY", "c2VjcmV0"),
            ("AZURE_STORAGE_SAS_TOKEN", "?sv=1&sig=secret"),
            ("AZURE_CLIENT_SECRET", "secret"),
            ("AZURE_FEDERATED_TOKEN_FILE", "/token"),
            ("AZURE_USE_AZURE_CLI", "true"),
            ("AZURE_SKIP_SIGNATURE", "true"),
        ];
        for kind in kinds {
            assert_eq!(opened([ACCOUNT, ALONE, tenant, client, kind]), Ok(()), "{kind:?}");
        }
        assert_eq!(opened([ALONE, ("AZURE_STORAGE_USE_EMULATOR", "true")]), Ok(()));
    }

    #[test]
    fn a_connection_string_holds_account_and_key() {
        let text = "DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=c2VjcmV0==;";
        let settings = known(&Variables::from([("AZURE_STORAGE_CONNECTION_STRING", text)]));
        let expected = [(Key::AccountName, "shop"), (Key::AccessKey, "c2VjcmV0==")];
        assert_eq!(settings, expected.map(|(key, value)| (key, value.to_owned())));
    }

    #[test]
    fn a_broken_key_is_refused_without_being_shown() {
        let error = opened([ACCOUNT, ALONE, ("AZURE_STORAGE_ACCOUNT_KEY", "not*base64")]);
        let error = error.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Credentials);
        assert!(!error.to_string().contains("not*base64"), "{error}");
    }
}
