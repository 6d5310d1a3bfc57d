//! Whole runs on Azure Blob Storage, as Azurite speaks it. `tests/azurite.sh` starts it, makes a
//! container, puts what a program has to know into the environment and runs these tests.

use std::path::Path;

use patronage::store::open;

use crate::support::playground::Playground;
use crate::support::remote::{self, RUN};

const NAMES: [&str; 4] = [
    "AZURE_STORAGE_ACCOUNT_NAME",
    "AZURE_STORAGE_ACCOUNT_KEY",
    "AZURE_STORAGE_ENDPOINT",
    "AZURE_ALLOW_HTTP",
];

/// The location of something in the container.
pub(super) fn url(key: &str) -> String {
    format!("az://shop/{key}")
}

fn playground() -> Playground {
    let known = NAMES.map(|name| (name, std::env::var(name).expect("set by tests/azurite.sh")));
    Playground::new()
        .core()
        .with("RAW", &url("raw"))
        .with("WAREHOUSE", &url("warehouse"))
        .with_all(&known)
}

#[tokio::test]
#[ignore = "needs Azurite: tests/azurite.sh starts it and runs this"]
async fn a_warehouse_on_azure_is_the_local_one_byte_for_byte() {
    let warehouse = open(&url("warehouse"), Path::new("/")).unwrap();
    remote::publishes_as_on_a_disk(&playground(), &url("raw"), &warehouse).await;
}

#[test]
#[ignore = "needs Azurite: tests/azurite.sh starts it and runs this"]
fn a_wrong_key_is_a_lack_of_permission_and_never_shown() {
    let place = playground().with("AZURE_STORAGE_ACCOUNT_KEY", "bm90LXRoZS1rZXk=");
    let ended = place.run(RUN);
    assert_eq!(ended.code, 77, "{ended:?}");
    assert!(!ended.stderr.contains("bm90LXRoZS1rZXk="), "{}", ended.stderr);
}
