//! Credentials: found in seconds, or an error that says where they were looked for; and never
//! shown.

use std::time::{Duration, Instant};

use crate::support::google::Google;
use crate::support::playground::Playground;
use crate::support::program;
use crate::support::remote::RUN;
use crate::support::seaweed::Bucket;
use crate::support::shop::{PIPELINE, Shop};
use crate::support::web::{Skills, Web};

#[test]
fn without_credentials_every_cloud_tells_within_seconds_where_it_looked() {
    let account = ("AZURE_STORAGE_ACCOUNT_NAME", "shop");
    for (location, looked_for) in [
        ("s3://bucket/raw", ["AWS_ACCESS_KEY_ID", "AWS_PROFILE", "metadata"]),
        ("gs://bucket/raw", ["GOOGLE_APPLICATION_CREDENTIALS", "gcloud", "metadata"]),
        ("az://bucket/raw", ["AZURE_STORAGE_ACCOUNT_KEY", "AZURE_CLIENT_SECRET", "managed"]),
    ] {
        let shop = Shop::new().edit(PIPELINE, "raw/orders/*.csv", &format!("{location}/*.csv"));
        let mut command = shop.command(&["run", PIPELINE, "--as-of", "2026-03-01"]);
        command
            .envs([account, ("NO_GCE_CHECK", "true"), ("PATRONAGE_RETRY_SECONDS", "1")])
            .envs([("AZURE_MSI_ENDPOINT", "http://127.0.0.1:1")])
            .env("HOME", shop.path("home"));
        let started = Instant::now();
        let ended = program::ended(command.spawn().unwrap());
        assert!(started.elapsed() < Duration::from_secs(30), "{location}: {ended:?}");
        assert_eq!(ended.code, 77, "{ended:?}");
        assert!(ended.stderr.contains("no credentials for"), "{}", ended.stderr);
        for name in looked_for {
            assert!(ended.stderr.contains(name), "{name}\n{}", ended.stderr);
        }
    }
}

#[test]
fn a_profile_opens_a_bucket() {
    let bucket = Bucket::new("by-profile");
    let place = Playground::new().with("AWS_PROFILE", "night").with("AWS_ALLOW_HTTP", "true");
    let [(_, endpoint), _, (_, id), (_, secret)] = bucket.settings();
    let write = |name: &str, text: String| {
        std::fs::create_dir_all(place.path("home/.aws")).unwrap();
        std::fs::write(place.path(&format!("home/.aws/{name}")), text).unwrap();
    };
    write("config", format!("[profile night]\nregion = us-east-1\nendpoint_url = {endpoint}\n"));
    write(
        "credentials",
        format!("[night]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n"),
    );
    let demo = "demo --customers 20 --months 1 --out";
    place.does(&format!("{demo} {}", bucket.url("raw")));

    let ended = place.with("AWS_PROFILE", "day").run(&format!("{demo} {}", bucket.url("raw")));
    assert_eq!(ended.code, 77, "{ended:?}");
    assert!(ended.stderr.contains("no profile `day`"), "{}", ended.stderr);
}

#[test]
fn a_key_file_opens_a_bucket() {
    let google = Google::start();
    let place = google.playground();
    let file = place.path("key.json");
    let key = r#"{"type": "service_account", "private_key": "secret", "client_email": "x"}"#;
    std::fs::write(&file, key).unwrap();
    let place = place.with("GOOGLE_BEARER_TOKEN", "");
    let ended = place.with("GOOGLE_SERVICE_ACCOUNT", &file.display().to_string()).run(RUN);
    // An invalid key is reported before any request.
    assert_eq!(ended.code, 77, "{ended:?}");
    assert!(!ended.stderr.contains("secret"), "{}", ended.stderr);
}

#[test]
fn a_signature_is_shown_neither_by_a_mistake_nor_by_a_refusal() {
    let web = Web::with(Skills::ALL, &[("private/questions.csv", b"x\n")]);
    let place = Playground::with_demo("--customers 20 --months 1").core();
    let location = web.url("private/questions.csv?sig=c2VjcmV0");
    let pipeline = std::fs::read_to_string("pipelines/nightly.yaml").unwrap();
    let pipeline = pipeline.replace("${RAW:-data/raw}/questions/questions.csv", &location);
    assert!(pipeline.contains(&location));
    let ended = place.run_changed(&pipeline, RUN);
    assert_eq!(ended.code, 77, "{ended:?}");
    assert!(!format!("{ended:?}").contains("c2VjcmV0"), "{ended:?}");

    let ended = place.run_changed(&pipeline.replace("questions.csv?", "../x.csv?"), RUN);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.stderr.contains("error[location]"), "{}", ended.stderr);
    assert!(!format!("{ended:?}").contains("c2VjcmV0"), "{ended:?}");
}
