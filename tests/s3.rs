//! Raw data and warehouse on an S3 server, with the program as people start it.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::Duration;

use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use patronage::publish::Release;
use sha2::{Digest, Sha256};

use crate::support::playground::{Ended, Playground};
use crate::support::seaweed::Bucket;
use crate::support::tables;

const DEMO: &str = "--customers 200 --months 4";
const RUN: &str = "run pipelines/nightly.yaml --as-of 2023-05-01";

#[tokio::test]
async fn a_warehouse_on_s3_is_the_local_one_byte_for_byte() {
    let bucket = Bucket::new("same-bytes");
    let (there, here) = (with_demo(&bucket), Playground::with_demo(DEMO));
    there.does(RUN);
    here.does(RUN);
    let release = release(&bucket, 1).await;
    let mut same = release.tables.clone();
    let mut local = tables::release(&here.path("warehouse")).tables;
    // It names the files as they are named there.
    let quarantines = [same.remove("quarantine"), local.remove("quarantine")];
    assert_eq!(same, local);
    assert_eq!(
        quarantines[0].as_ref().map(|it| it.rows),
        quarantines[1].as_ref().map(|it| it.rows)
    );
    assert_eq!(published(&bucket).await, promised(&release));

    there.does(RUN);
    let results = there.results();
    assert_eq!((&results["release"], &results["unchanged"]), (&1.into(), &true.into()));
}

#[tokio::test]
async fn a_failed_check_leaves_the_release_on_s3_as_it_was() {
    let bucket = Bucket::new("failed-check");
    let place = with_demo(&bucket);
    let run = format!("{RUN} --select fact_customer_loyalty");
    place.does(&run);
    let before = published(&bucket).await;

    let ended = place.run(&format!("{run} --param rfm_rule=whatever"));
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!(published(&bucket).await, before);
    let staged = place.does("show pipelines/nightly.yaml fact_customer_loyalty --staged --limit 1");
    assert!(staged.contains("recency_score"), "{staged}");
    let published = place.does("show pipelines/nightly.yaml fact_customer_loyalty --limit 1");
    assert!(published.contains("recency_score"), "{published}");
}

#[tokio::test]
async fn of_two_runs_at_once_one_publishes_and_the_other_is_told_to_try_again() {
    let bucket = Bucket::new("two-runs");
    let place = with_demo(&bucket);
    let run = format!("{RUN} --select fact_order_line");
    let start = || {
        let mut command = place.command(&run);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts")
    };
    let ended = [start(), start()].map(|run| run.wait_with_output().expect("it ends"));
    let ended = ended.map(|output| Ended::of(&output, Duration::ZERO));
    let mut codes = [ended[0].code, ended[1].code];
    codes.sort_unstable();
    assert_eq!(codes, [Some(0), Some(75)], "{ended:?}");
    assert_eq!(published(&bucket).await, promised(&release(&bucket, 1).await));

    place.does(&run);
    assert_eq!(place.results()["unchanged"], true);
}

#[test]
fn a_wrong_secret_is_a_lack_of_permission() {
    let bucket = Bucket::new("wrong-secret");
    let place = with_demo(&bucket).with("AWS_SECRET_ACCESS_KEY", "not-the-secret");
    for line in [RUN.to_owned(), format!("demo {DEMO} --out {}", bucket.url("raw"))] {
        let ended = place.run(&line);
        assert_eq!(ended.code, Some(77), "{ended:?}");
        assert!(!ended.stderr.contains("not-the-secret"), "{}", ended.stderr);
    }
}

#[test]
fn an_address_where_nobody_answers_fails_before_anyone_gets_impatient() {
    let bucket = Bucket::new("no-answer");
    let place = bucket.playground().with("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
    let ended = place.run(RUN);
    assert_eq!(ended.code, Some(74), "{ended:?}");
    assert!(ended.took < Duration::from_secs(20), "{:?}", ended.took);
}

#[test]
fn a_bucket_that_does_not_exist_is_told() {
    let bucket = Bucket::new("the-only-one");
    let place = bucket.playground().with("WAREHOUSE", "s3://another-one/warehouse");
    let ended = place.run(RUN);
    assert_eq!(ended.code, Some(74), "{ended:?}");
    assert!(ended.stderr.contains("another-one"), "{}", ended.stderr);
}

fn with_demo(bucket: &Bucket) -> Playground {
    let place = bucket.playground();
    place.does(&format!("demo {DEMO} --out {}", bucket.url("raw")));
    place
}

async fn release(bucket: &Bucket, number: u64) -> Release {
    let key = format!("warehouse/_patronage/releases/{number:09}.json");
    serde_json::from_slice(&read(bucket, &Path::from(key)).await).expect("a release")
}

async fn read(bucket: &Bucket, path: &Path) -> Vec<u8> {
    let object = bucket.store().get(path).await.expect("an object");
    object.bytes().await.expect("its bytes").into()
}

/// What readers find: the checksum of every file that is not the program's own.
async fn published(bucket: &Bucket) -> BTreeMap<String, String> {
    let store = bucket.store();
    let listed: Vec<_> = store.list(Some(&"warehouse".into())).try_collect().await.expect("a list");
    let mut found = BTreeMap::new();
    for path in listed.into_iter().map(|object| object.location) {
        let below = path.as_ref().trim_start_matches("warehouse/").to_owned();
        if !below.starts_with("_patronage/") {
            let digest = Sha256::digest(read(bucket, &path).await);
            found.insert(below, format!("{digest:x}"));
        }
    }
    found
}

fn promised(release: &Release) -> BTreeMap<String, String> {
    let files = release.tables.values().flat_map(|table| &table.files);
    files.map(|file| (file.path.clone(), file.sha256.clone())).collect()
}
