//! `patronage doctor`: what a run will need, tried out beforehand.

use serde_json::Value;

use crate::support::google::{Faults, Google};
use crate::support::playground::Playground;
use crate::support::program::Ended;
use crate::support::remote::DEMO;

const DOCTOR: &str = "doctor pipelines/nightly.yaml";

fn with_demo(google: &Google) -> Playground {
    let place = google.playground();
    place.does(&format!("demo {DEMO} --out {}", Google::url("raw")));
    place
}

/// The state of each finding, the exit code last.
fn states(ended: &Ended) -> Vec<String> {
    let found: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    assert_eq!(found["exit_code"].as_i64(), Some(ended.code.into()));
    let findings = found["findings"].as_array().expect("findings");
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    findings
        .iter()
        .filter(|finding| finding["about"] == "warehouse")
        .map(|finding| format!("{} {}", text(finding, "check"), text(finding, "state")))
        .collect()
}

#[test]
fn where_nothing_is_wrong_nothing_is_said_to_be_and_nothing_is_left() {
    let place = Playground::with_demo(DEMO).core();
    let told = place.does(DOCTOR);
    assert!(told.ends_with("nothing prevents a run\n"), "{told}");
    assert!(!told.contains("FAILED") && !told.contains("warning "), "{told}");
    assert!(told.contains("source raw_orders") && told.contains("spill disk"), "{told}");
    assert!(!place.path("warehouse").exists());
}

#[test]
fn a_bucket_is_left_as_it_was() {
    let google = Google::start();
    let place = with_demo(&google);
    let before = google.shelf.below("").len();
    let ended = place.run(&format!("{DOCTOR} --format json"));
    assert_eq!(
        states(&ended),
        ["writable ok", "one writer wins ok", "copies ok", "clock ok", "cleans up ok"]
    );
    assert_eq!((ended.code, google.shelf.below("").len()), (0, before));
}

#[test]
fn a_store_on_which_two_runs_would_not_notice_each_other_is_found_out() {
    let google = Google::with(Faults { careless: true, late: 0 });
    let place = with_demo(&google);
    let ended = place.run(DOCTOR);
    assert_eq!(ended.code, 74, "{ended:?}");
    for part in ["FAILED   warehouse", "ignores the condition of a write", "`If-None-Match: *`"] {
        assert!(ended.stdout.contains(part), "{part}\n{}", ended.stdout);
    }
    assert!(google.shelf.below(&Google::name("warehouse")).is_empty());
}

#[test]
fn a_clock_that_is_wrong_is_worth_a_warning() {
    let google = Google::with(Faults { careless: false, late: 90 });
    let ended = with_demo(&google).run(DOCTOR);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.stdout.contains("s behind this machine's"), "{}", ended.stdout);
    assert!(ended.stdout.contains("time server"), "{}", ended.stdout);
}

#[test]
fn what_fails_ends_with_the_code_of_a_run_and_does_not_hide_the_rest() {
    let google = Google::start();
    let place = with_demo(&google);
    let ended = place.with("GOOGLE_BEARER_TOKEN", "not-the-token").run(DOCTOR);
    assert_eq!(ended.code, 77, "{ended:?}");
    assert!(ended.stdout.contains("FAILED   source raw_orders"), "{}", ended.stdout);
    assert!(ended.stdout.contains("ok       machine"), "{}", ended.stdout);

    let nowhere = Playground::new().core().with("RAW", "/nowhere").run(DOCTOR);
    assert_eq!(nowhere.code, 1, "{nowhere:?}");
    let unknown = Playground::new().core().with("RAW", "ftp://host").run(DOCTOR);
    assert_eq!(unknown.code, 2, "{unknown:?}");
}
