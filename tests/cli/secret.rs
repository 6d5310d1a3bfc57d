//! Redaction: keys in the environment and in locations.

use super::{Ended, PIPELINE, Shop};
use crate::support::google::Google;

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
        ("GOOGLE_BEARER_TOKEN", SECRET),
        ("GOOGLE_BASE_URL", "http://127.0.0.1:1"),
        ("AZURE_STORAGE_ACCOUNT_NAME", "shop"),
        ("AZURE_STORAGE_TOKEN", SECRET),
        ("AZURE_STORAGE_ENDPOINT", "http://127.0.0.1:1"),
        ("RUST_LOG", "trace"),
        ("RUST_BACKTRACE", "1"),
    ];
    let child = shop.command(arguments).envs(variables).spawn().unwrap();
    let Ended { code, stdout, stderr } = super::ended(child);
    let results = std::fs::read_to_string(shop.path("run_results.json")).unwrap_or_default();
    (code, format!("{stdout}{stderr}{results}"))
}

fn every_command(location: &str) -> Vec<(i32, String)> {
    let as_of = ["--as-of", "2026-03-01"];
    let corrections = "raw/orders/2026-01.csv";
    let commands: [&[&str]; 11] = [
        &["check", PIPELINE],
        &["tables", PIPELINE],
        &["doctor", PIPELINE],
        &["plan", PIPELINE, as_of[0], as_of[1]],
        &["plan", PIPELINE, as_of[0], as_of[1], "--format", "json"],
        &["run", PIPELINE, as_of[0], as_of[1]],
        &["run", PIPELINE, as_of[0], as_of[1], "--log-format", "json"],
        &["show", PIPELINE, "customers"],
        &["demo", "--customers", "5", "--months", "1", "--out", location],
        &["infer", location],
        &["replay", PIPELINE, as_of[0], as_of[1], "--corrections", corrections],
    ];
    commands.iter().map(|arguments| told(location, arguments)).collect()
}

#[test]
fn keys_in_the_environment_are_never_shown() {
    for (code, text) in every_command("s3://bucket/warehouse") {
        assert!([0, 1, 74].contains(&code), "{text}");
        assert!(!text.contains(SECRET) && !text.contains("AKIA"), "{text}");
    }
}

/// Every way to write a key into a location.
fn locations() -> Vec<String> {
    let (front, back) = SECRET.split_at(7);
    let mut all = Vec::new();
    for scheme in ["s3", "az", "https", "ftp"] {
        let host = "127.0.0.1:1";
        all.extend([
            format!("{scheme}://key:{SECRET}@{host}/warehouse"),
            format!("{scheme}://{SECRET}@{host}/warehouse"),
            format!("{scheme}://key:{front}/{SECRET}{back}@{host}/warehouse"),
            format!("{scheme}://{front}/{SECRET}@{host}/warehouse"),
            format!("{scheme}://key:{SECRET}/warehouse"),
            format!("{scheme}://bucket/warehouse?X-Amz-Signature={SECRET}"),
            format!("{scheme}://bucket/warehouse?{SECRET}"),
        ]);
    }
    all.extend([
        format!("http://127.0.0.1:1/warehouse#{SECRET}"),
        format!("http://127.0.0.1:1/warehouse%3Ftoken={SECRET}"),
        format!("http://127.0.0.1:1/warehouse%2523{SECRET}"),
        format!("s3://bucket/warehouse%3FX-Amz-Signature={SECRET}"),
        format!("file://key:{SECRET}@localhost/warehouse"),
        format!("https:/key:{SECRET}@host/warehouse"),
        format!("https:key:{SECRET}@host/warehouse"),
        format!("htps:/key:{SECRET}@host/warehouse"),
        format!("//key:{SECRET}@host/warehouse"),
        format!("\\\\{SECRET}@host\\warehouse"),
        format!("https://[{SECRET}/warehouse"),
        format!("https://h\\@{SECRET}/warehouse"),
        format!("https://h\\:{SECRET}@h/warehouse"),
        format!("https:\\\\h\\@{SECRET}\\warehouse"),
        format!("https:///key:{SECRET}/warehouse"),
        format!("https://{SECRET}\u{ff20}h/warehouse"),
        format!("key:{SECRET}@host/warehouse"),
        format!("postgres://h/db;password={SECRET}"),
        format!("jdbc:sqlserver://h;user=a;password={SECRET}"),
        format!("https://127.0.0.1:1/a.csv;jsessionid={SECRET}"),
        format!("s3://bucket/warehouse;password={SECRET}"),
        format!("https://127.0.0.1:1/a.csv&token={SECRET}"),
        format!("https://127.0.0.1:1/a.csv\u{ff1f}t={SECRET}"),
    ]);
    all
}

#[test]
fn keys_in_a_location_are_never_shown_however_they_are_written() {
    for location in locations() {
        // An account of Azure may be called anything.
        if location.contains(&format!("az://{SECRET}@")) {
            continue;
        }
        let run = told(&location, &["run", PIPELINE, "--as-of", "2026-03-01"]);
        let inferred = told(&location, &["infer", &location]);
        let written = Shop::new().edit(PIPELINE, "${WAREHOUSE:-warehouse}", &location).edit(
            PIPELINE,
            "raw/orders/*.csv",
            &location,
        );
        let Ended { code, stdout, stderr } = written.patronage(&["check", PIPELINE]);
        for (_, text) in [run, inferred, (code, format!("{stdout}{stderr}"))] {
            assert!(!text.contains(SECRET), "{location}\n{text}");
        }
    }
}

#[test]
fn no_command_shows_a_key_of_a_location() {
    for location in [
        format!("s3://key:{SECRET}@bucket/warehouse"),
        format!("http://127.0.0.1:1/warehouse?{SECRET}"),
    ] {
        for (_, text) in every_command(&location) {
            assert!(!text.contains(SECRET), "{location}\n{text}");
        }
    }
}

#[test]
fn the_first_command_of_all_shows_nothing_of_the_environment() {
    let shop = Shop::new();
    let empty = shop.path("empty");
    std::fs::create_dir(&empty).unwrap();
    std::fs::create_dir(empty.join("pipelines")).unwrap();
    std::fs::write(empty.join("pipelines/nightly.yaml"), "pipeline: nightly\n").unwrap();
    let mut command = shop.command(&["quickstart", "--customers", "20"]);
    command.current_dir(&empty).env("RUST_LOG", "trace").env("RUST_BACKTRACE", "1");
    for name in [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "GOOGLE_BEARER_TOKEN",
        "GOOGLE_SERVICE_ACCOUNT_KEY",
        "AZURE_STORAGE_ACCOUNT_KEY",
        "AZURE_STORAGE_SAS_TOKEN",
        "DB_PASSWORD",
        "SOME_API_TOKEN",
    ] {
        command.env(name, SECRET);
    }
    let Ended { code, stdout, stderr } = super::ended(command.spawn().unwrap());
    // The data is written; the pipeline that would read it says too little.
    assert_eq!(code, 2, "{stderr}");
    assert!(empty.join("data/raw").is_dir());
    let mut told = format!("{stdout}{stderr}");
    for file in super::files(&empty) {
        told += &String::from_utf8_lossy(&std::fs::read(file).unwrap());
    }
    assert!(!told.contains(SECRET), "{stdout}{stderr}");
}

#[test]
fn what_is_mended_and_run_again_shows_no_key() {
    let shop = Shop::new().with("mended.csv", "raw\nx\n");
    for corrections in ["mended.csv", "none.csv", PIPELINE] {
        let mut command = shop.command(&[
            "replay",
            PIPELINE,
            "--as-of",
            "2026-03-01",
            "--corrections",
            corrections,
        ]);
        command.env("RUST_LOG", "trace").env("AWS_SECRET_ACCESS_KEY", SECRET);
        command.env("SHOP_PASSWORD", SECRET);
        let Ended { stdout, stderr, .. } = super::ended(command.spawn().unwrap());
        let results = std::fs::read_to_string(shop.path("run_results.json")).unwrap_or_default();
        assert!(!format!("{stdout}{stderr}{results}").contains(SECRET), "{stderr}");
    }
}

#[test]
fn comments_tags_and_parameters_that_are_called_secrets_are_not_quoted() {
    for (line, mistake) in [
        (format!("older_as_of: stopp # password {SECRET}"), true),
        (format!("older_as_of: !{SECRET} stopp"), true),
        (format!("params: {{api_token: {{type: string, default: {SECRET}, x: 1}}}}"), true),
        (format!("params:\n  api_token:\n    type: strin\n    default: {SECRET}"), true),
    ] {
        let shop = Shop::new().edit(PIPELINE, "sources:\n", &format!("{line}\nsources:\n"));
        let Ended { code, stdout, stderr } = shop.patronage(&["check", PIPELINE]);
        assert_eq!(code == 2, mistake, "{stderr}");
        assert!(!format!("{stdout}{stderr}").contains(SECRET), "{stderr}");
    }
}

#[test]
fn what_stands_behind_a_key_that_nobody_knows_is_not_quoted() {
    for line in [
        format!("    password: {SECRET}"),
        format!("    password: \"{SECRET}"),
        format!("    auth: {{user: me, password: '{SECRET}'}}"),
        format!("    headers: [{SECRET}]"),
    ] {
        let shop =
            Shop::new().edit(PIPELINE, "    format: csv", &format!("{line}\n    format: csv"));
        let Ended { code, stdout, stderr } = shop.patronage(&["check", PIPELINE]);
        assert_eq!(code, 2, "{stderr}");
        assert!(!format!("{stdout}{stderr}").contains(SECRET), "{stderr}");
    }
}

#[test]
fn settings_that_are_no_credentials_are_refused_without_being_shown() {
    let shop = Shop::new();
    let home = shop.path("home").display().to_string();
    std::fs::create_dir_all(shop.path("home/.aws")).unwrap();
    std::fs::write(shop.path("home/.aws/credentials"), format!("aws_secret_access_key {SECRET}"))
        .unwrap();
    let key = shop.path("key.json").display().to_string();
    std::fs::write(&key, format!("{{\"type\": \"service_account\", \"private_key\": {SECRET}"))
        .unwrap();
    let (id, signs) = (("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7"), ("AWS_SECRET_ACCESS_KEY", SECRET));
    let account = ("AZURE_STORAGE_ACCOUNT_NAME", "shop");
    let endpoint = format!("http://user:{SECRET}@127.0.0.1:1");
    let text = format!("{{\"private_key\": \"{SECRET}\"}}");
    let parts = format!("AccountKey={SECRET};AccountName=shop;x");
    let settings: [(&str, &[(&str, &str)]); 12] = [
        ("s3", &[("HOME", &home)]),
        ("s3", &[id, signs, ("AWS_ENDPOINT", &endpoint)]),
        ("s3", &[id, signs, ("AWS_ENDPOINT", "http://[bad"), ("AWS_REGION", SECRET)]),
        ("s3", &[id, signs, ("AWS_REGION", "a b"), ("AWS_CONDITIONAL_PUT", SECRET)]),
        ("gs", &[("GOOGLE_SERVICE_ACCOUNT", &key)]),
        ("gs", &[("GOOGLE_SERVICE_ACCOUNT", &text)]),
        ("gs", &[("GOOGLE_APPLICATION_CREDENTIALS", &key)]),
        ("gs", &[("GOOGLE_SERVICE_ACCOUNT_KEY", &text)]),
        ("gs", &[("GOOGLE_BEARER_TOKEN", SECRET), ("GOOGLE_BASE_URL", &endpoint)]),
        (
            "az",
            &[
                account,
                ("AZURE_STORAGE_ACCOUNT_KEY", SECRET),
                ("AZURE_STORAGE_ENDPOINT", &endpoint),
            ],
        ),
        ("az", &[account, ("AZURE_STORAGE_SAS_TOKEN", SECRET)]),
        (
            "az",
            &[("AZURE_STORAGE_CONNECTION_STRING", &parts), ("AZURE_STORAGE_ENDPOINT", &endpoint)],
        ),
    ];
    for (scheme, variables) in settings {
        let mut command = shop.command(&["run", PIPELINE, "--as-of", "2026-03-01"]);
        command.env("WAREHOUSE", format!("{scheme}://bucket/warehouse")).env("RUST_LOG", "trace");
        command.env("NO_GCE_CHECK", "true").env("AZURE_MSI_ENDPOINT", "http://127.0.0.1:1");
        let ended = super::ended(command.envs(variables.iter().copied()).spawn().unwrap());
        let told = format!("{}{}{}", ended.stdout, ended.stderr, shop.read("run_results.json"));
        assert!(!told.contains(SECRET), "{variables:?}\n{told}");
        assert_eq!(ended.code, 77, "{variables:?}\n{told}");
    }
}

/// A variable and its value.
type Setting<'a> = (&'a str, &'a str);

#[test]
fn what_cannot_be_sent_is_told_by_its_name_before_anybody_is_asked() {
    let shop = Shop::new();
    let several = shop.path("token").display().to_string();
    std::fs::write(&several, format!("{SECRET}\n{SECRET}\n")).unwrap();
    let (lines, letters) = (format!("{SECRET}\n{SECRET}"), format!("{SECRET}\u{f6}"));
    let s3 = [("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7"), ("AWS_SECRET_ACCESS_KEY", "other")];
    let container = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1"),
        ("AWS_SKIP_SIGNATURE", "false"),
    ];
    let azure = [("AZURE_STORAGE_ACCOUNT_NAME", "shop"), ("AZURE_STORAGE_TOKEN", "other")];
    let cases: [(&str, &[Setting], Setting); 8] = [
        ("s3", &s3, ("AWS_SESSION_TOKEN", &lines)),
        ("s3", &s3, ("AWS_SESSION_TOKEN", &letters)),
        ("s3", &s3, ("AWS_ACCESS_KEY_ID", &lines)),
        ("s3", &s3, ("AWS_DEFAULT_CONTENT_TYPE", &lines)),
        ("s3", &container, ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", &several)),
        ("gs", &[], ("GOOGLE_BEARER_TOKEN", &letters)),
        ("az", &azure, ("AZURE_STORAGE_TOKEN", &lines)),
        ("az", &azure, ("AZURE_STORAGE_ACCOUNT_NAME", &letters)),
    ];
    for (scheme, others, (name, value)) in cases {
        let mut command = shop.command(&["run", PIPELINE, "--as-of", "2026-03-01"]);
        command.env("WAREHOUSE", format!("{scheme}://bucket/warehouse")).env("RUST_LOG", "trace");
        command.envs(others.iter().copied()).env(name, value);
        let ended = super::ended(command.spawn().unwrap());
        let told = format!("{}{}{}", ended.stdout, ended.stderr, shop.read("run_results.json"));
        assert_eq!(ended.code, 77, "{name}\n{told}");
        assert!(ended.stderr.contains(name) && ended.stderr.contains("cannot be sent"), "{told}");
        assert!(!told.contains(SECRET), "{name}\n{told}");
    }
}

#[test]
fn white_space_around_a_setting_is_no_part_of_it() {
    for is_s3 in [true, false] {
        let google = Google::start();
        let url = if is_s3 { Google::s3_url } else { Google::url };
        let shop = Shop::new();
        let mut command = shop.command(&["run", PIPELINE, "--as-of", "2026-03-01"]);
        command.env("WAREHOUSE", url("warehouse"));
        let pad = |(name, value): (&'static str, String)| (name, format!(" {value}\r\n"));
        if is_s3 {
            command.envs(google.s3_settings().map(pad)).env("AWS_SESSION_TOKEN", "token\n");
        } else {
            command.envs(google.settings().map(pad));
        }
        let ended = super::ended(command.spawn().unwrap());
        assert_eq!(ended.code, 0, "{}", ended.stderr);
    }
}

#[test]
fn what_is_typed_in_the_wrong_place_is_shown_without_its_keys() {
    let url = format!("https://key:{SECRET}@host/x?{SECRET}");
    let shop = Shop::new();
    for arguments in [
        vec!["run", &url, "--as-of", "2026-03-01"],
        vec!["run", PIPELINE, "--as-of", &url],
        vec!["run", PIPELINE, "--as-of", "2026-03-01", "--results", &url],
        vec!["run", PIPELINE, "--as-of", "2026-03-01", "--select", &url],
        vec!["run", PIPELINE, "--as-of", "2026-03-01", "--param", &url],
        vec!["replay", PIPELINE, "--as-of", "2026-03-01", "--corrections", &url],
        vec!["show", PIPELINE, &url],
        vec!["functions", &url],
        vec![&url],
    ] {
        let Ended { code, stdout, stderr } = shop.patronage(&arguments);
        assert_ne!(code, 0, "{stdout}");
        assert!(!format!("{stdout}{stderr}").contains(SECRET), "{arguments:?}\n{stderr}");
    }
}
