//! Raw data and warehouse on an S3 server, with the program as people start it.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::playground::Playground;
use crate::support::program::Ended;
use crate::support::remote::{self, DEMO, RUN, promised, published, release};
use crate::support::seaweed::Bucket;

#[tokio::test]
async fn a_warehouse_on_s3_is_the_local_one_byte_for_byte() {
    let bucket = Bucket::new("same-bytes");
    let warehouse = bucket.place("warehouse");
    remote::publishes_as_on_a_disk(&bucket.playground(), &bucket.url("raw"), &warehouse).await;
}

#[tokio::test]
async fn a_failed_check_leaves_the_release_on_s3_as_it_was() {
    let bucket = Bucket::new("failed-check");
    let place = with_demo(&bucket);
    let run = format!("{RUN} --select fact_customer_loyalty");
    place.does(&run);
    let before = published(&bucket.place("warehouse")).await;

    let ended = place.run(&format!("{run} --param rfm_rule=whatever"));
    assert_eq!(ended.code, 1, "{ended:?}");
    assert_eq!(published(&bucket.place("warehouse")).await, before);
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
    let ended = ended.map(|output| Ended::of(&output));
    let mut codes = [ended[0].code, ended[1].code];
    codes.sort_unstable();
    assert_eq!(codes, [0, 75], "{ended:?}");
    let warehouse = bucket.place("warehouse");
    assert_eq!(published(&warehouse).await, promised(&release(&warehouse, 1).await));

    place.does(&run);
    assert_eq!(place.results()["unchanged"], true);
}

#[test]
fn a_wrong_secret_is_a_lack_of_permission() {
    let bucket = Bucket::new("wrong-secret");
    let place = with_demo(&bucket).with("AWS_SECRET_ACCESS_KEY", "not-the-secret");
    for line in [RUN.to_owned(), format!("demo {DEMO} --out {}", bucket.url("raw"))] {
        let ended = place.run(&line);
        assert_eq!(ended.code, 77, "{ended:?}");
        assert!(!ended.stderr.contains("not-the-secret"), "{}", ended.stderr);
    }
}

#[test]
fn an_address_where_nobody_answers_fails_before_anyone_gets_impatient() {
    let bucket = Bucket::new("no-answer");
    let place = bucket.playground().with("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
    let started = Instant::now();
    let ended = place.run(RUN);
    assert!(started.elapsed() < Duration::from_secs(20), "{ended:?}");
    assert_eq!(ended.code, 74, "{ended:?}");
}

#[test]
fn a_bucket_that_does_not_exist_is_told() {
    let bucket = Bucket::new("the-only-one");
    let place = bucket.playground().with("WAREHOUSE", "s3://another-one/warehouse");
    let ended = place.run(RUN);
    assert_eq!(ended.code, 74, "{ended:?}");
    assert!(ended.stderr.contains("another-one"), "{}", ended.stderr);
}

fn with_demo(bucket: &Bucket) -> Playground {
    let place = bucket.playground();
    place.does(&format!("demo {DEMO} --out {}", bucket.url("raw")));
    place
}
