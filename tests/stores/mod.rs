//! Every store: what the program needs from it, whole runs on it, and what it does when a store or
//! another client misbehaves.

mod azure;
mod change;
mod conformance;
mod credentials;
mod doctor;
mod google;
mod inventory;
mod reading;
mod s3;
mod web;

use std::path::Path;

use object_store::memory::InMemory;
use patronage::store::{Location, open};

use crate::support::google::Google;
use crate::support::seaweed::Bucket;

#[tokio::test]
async fn a_disk_does_what_the_program_needs() {
    let folder = tempfile::tempdir().unwrap();
    let place = open("below", folder.path()).unwrap();
    conformance::holds(&place).await;
}

#[tokio::test]
async fn memory_does_what_the_program_needs() {
    conformance::holds(&memory()).await;
}

#[tokio::test]
async fn s3_does_what_the_program_needs() {
    conformance::holds(&Bucket::new("conformance").place("below/it")).await;
}

#[tokio::test]
async fn google_does_what_the_program_needs() {
    let google = Google::start();
    conformance::holds(&google.place("below/it")).await;
}

#[tokio::test]
#[ignore = "needs Azurite: tests/azurite.sh starts it and runs this"]
async fn azure_does_what_the_program_needs() {
    let place = open(&azure::url("conformance"), Path::new("/")).unwrap();
    conformance::holds(&place).await;
}

fn memory() -> Location {
    Location {
        url: datafusion::execution::object_store::ObjectStoreUrl::parse("memory://raw").unwrap(),
        store: std::sync::Arc::new(InMemory::new()),
        path: "below".into(),
        local: None,
    }
}
