//! What nobody may read in a log: keys in the environment and in locations.

use super::{Ended, PIPELINE, Shop};

const SECRET: &str = "wJalrXUtnFEMIK7MDENG";

/// Everything a command prints and records, with keys in the environment.
fn told(location: &str, arguments: &[&str]) -> (i32, String) {
    let shop = Shop::new();
    let variables = [
        ("WAREHOUSE", location),
        ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7"),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
        ("AWS_SESSION_TOKEN", SECRET),
        // Nobody listens there.
        ("AWS_ENDPOINT", "http://127.0.0.1:1"),
        ("AWS_ALLOW_HTTP", "true"),
    ];
    let child = shop.command(arguments).envs(variables).spawn().unwrap();
    let Ended { code, stdout, stderr } = super::ended(child);
    let results = std::fs::read_to_string(shop.path("run_results.json")).unwrap_or_default();
    (code, format!("{stdout}{stderr}{results}"))
}

fn every_command(location: &str) -> Vec<(i32, String)> {
    let as_of = ["--as-of", "2026-03-01"];
    let commands: [&[&str]; 6] = [
        &["check", PIPELINE],
        &["plan", PIPELINE, as_of[0], as_of[1]],
        &["plan", PIPELINE, as_of[0], as_of[1], "--format", "json"],
        &["run", PIPELINE, as_of[0], as_of[1]],
        &["run", PIPELINE, as_of[0], as_of[1], "--log-format", "json"],
        &["show", PIPELINE, "customers"],
    ];
    commands.iter().map(|arguments| told(location, arguments)).collect()
}

#[test]
fn keys_in_the_environment_are_never_shown() {
    for (code, text) in every_command("s3://bucket/warehouse") {
        assert!(code == 0 || code == 74, "{text}");
        assert!(!text.contains(SECRET) && !text.contains("AKIA"), "{text}");
    }
}

#[test]
fn keys_in_a_location_are_refused_and_never_shown() {
    for (code, text) in every_command(&format!("s3://key:{SECRET}@bucket/warehouse")) {
        assert!(code == 0 || code == 2, "{code}: {text}");
        assert!(!text.contains(SECRET), "{text}");
    }
}

#[test]
fn a_signature_in_a_location_is_never_shown() {
    for (_, text) in every_command(&format!("s3://bucket/warehouse?X-Amz-Signature={SECRET}")) {
        assert!(!text.contains(SECRET), "{text}");
    }
}
