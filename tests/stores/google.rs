//! Whole runs on Google Cloud Storage, as a server of the tests' own speaks it.

use crate::support::google::Google;
use crate::support::remote::{self, RUN};

#[tokio::test]
async fn a_warehouse_on_google_is_the_local_one_byte_for_byte() {
    let google = Google::start();
    let warehouse = google.place("warehouse");
    remote::publishes_as_on_a_disk(&google.playground(), &Google::url("raw"), &warehouse).await;
}

#[test]
fn a_wrong_token_is_a_lack_of_permission_and_never_shown() {
    let google = Google::start();
    let place = google.playground().with("GOOGLE_BEARER_TOKEN", "not-the-token");
    let ended = place.run(RUN);
    assert_eq!(ended.code, 77, "{ended:?}");
    assert!(ended.stderr.contains("AuthenticationRequired"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("not-the-token"), "{}", ended.stderr);
}
