//! Warehouses in object stores, as an outside reader sees them.

use std::collections::BTreeMap;

use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use patronage::publish::Release;
use patronage::store::Location;
use sha2::{Digest, Sha256};

use super::playground::Playground;
use super::tables;

pub(crate) const DEMO: &str = "--customers 200 --months 4";
pub(crate) const RUN: &str = "run pipelines/nightly.yaml --as-of 2023-05-01";

/// The same of some tables, where it does not matter of which.
pub(crate) const SOME: &str = "run pipelines/nightly.yaml --as-of 2023-05-01 \
     --select fact_order_line,fact_customer_loyalty,fact_customer_equity,fact_satisfaction";

/// Asserts that the nightly run on demo data publishes the same bytes in a store as on a disk,
/// nothing new the second time, and with another parameter other bytes in their place. `there` has
/// to name raw data and warehouse in the store.
pub(crate) async fn publishes_as_on_a_disk(there: &Playground, raw: &str, warehouse: &Location) {
    there.does(&format!("demo {DEMO} --out {raw}"));
    let here = Playground::with_demo(DEMO).core();
    there.does(SOME);
    here.does(SOME);
    let release = release(warehouse, 1).await;
    let (mut same, mut local) = (release.clone(), tables::release(&here.path("warehouse")));
    // It names the files as they are named there.
    let quarantines = [&mut same, &mut local].map(|release| release.tables.remove("quarantine"));
    assert_eq!(same.tables, local.tables);
    let rows = quarantines.map(|table| table.map(|table| table.rows));
    assert_eq!(rows[0], rows[1]);
    assert_eq!(published(warehouse).await, promised(&release));

    there.does(SOME);
    let results = there.results();
    assert_eq!((&results["release"], &results["unchanged"]), (&1.into(), &true.into()));

    // Other numbers replace the existing ones.
    there.does(&format!("{SOME} --param annual_discount_rate=0.3"));
    let second = self::release(warehouse, 2).await;
    assert_ne!(second.tables, release.tables);
    assert_eq!(published(warehouse).await, promised(&second));
}

/// The release of a number.
pub(crate) async fn release(warehouse: &Location, number: u64) -> Release {
    let path = format!("{}/_patronage/releases/{number:09}.json", warehouse.path);
    let path = Path::parse(path).expect("a path");
    serde_json::from_slice(&read(warehouse, &path).await).expect("a release")
}

async fn read(warehouse: &Location, path: &Path) -> Vec<u8> {
    let object = warehouse.store.get(path).await.expect("an object");
    object.bytes().await.expect("its bytes").into()
}

/// What readers find: the checksum of every file that is not the program's own.
pub(crate) async fn published(warehouse: &Location) -> BTreeMap<String, String> {
    let listed = warehouse.store.list(Some(&warehouse.path));
    let listed: Vec<_> = listed.try_collect().await.expect("a list");
    let mut found = BTreeMap::new();
    for path in listed.into_iter().map(|object| object.location) {
        let below = path.as_ref()[warehouse.path.as_ref().len() + 1..].to_owned();
        if !below.starts_with("_patronage/") {
            let digest = Sha256::digest(read(warehouse, &path).await);
            found.insert(below, format!("{digest:x}"));
        }
    }
    found
}

/// What a release says that readers find.
pub(crate) fn promised(release: &Release) -> BTreeMap<String, String> {
    let files = release.tables.values().flat_map(|table| &table.files);
    files.map(|file| (file.path.to_string(), file.sha256.clone())).collect()
}
