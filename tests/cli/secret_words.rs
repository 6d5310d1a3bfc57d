//! Misplaced or misspelt secrets are redacted.

use super::{Ended, PIPELINE, Shop};

const SECRET: &str = "wJalrXUtnFEMIK7MDENG";

/// Everything that some commands say of a project, and what they record.
fn told(shop: &Shop, more: &[&str]) -> String {
    let mut told = String::new();
    for arguments in [
        &["check", PIPELINE][..],
        &["plan", PIPELINE, "--as-of", "2026-03-01"],
        &["run", PIPELINE, "--as-of", "2026-03-01"],
        &["run", PIPELINE, "--as-of", "2026-03-01", "--log-format", "json"],
        &["doctor", PIPELINE],
    ] {
        let more = if ["plan", "run"].contains(&arguments[0]) { more } else { &[] };
        let mut command = shop.command(&[arguments, more].concat());
        let settings = [
            ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7"),
            ("AWS_SECRET_ACCESS_KEY", "other-than-the-marker"),
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
            ("AWS_ALLOW_HTTP", "true"),
            ("AWS_REGION", "eu-central-1"),
        ];
        let spawned = command.envs(settings).env("RUST_LOG", "trace").spawn().unwrap();
        let Ended { stdout, stderr, .. } = super::ended(spawned);
        told += &stdout;
        told += &stderr;
        told += &std::fs::read_to_string(shop.path("run_results.json")).unwrap_or_default();
    }
    told
}

#[test]
fn keys_in_every_spelling_of_yaml_are_not_quoted() {
    let table = "sql/core/customers.yaml";
    let publish = |value: &str| {
        Shop::new().edit(table, "publish: {sort_by: [customer_id]}", &format!("publish: {value}"))
    };
    let format =
        |value: &str| Shop::new().edit(PIPELINE, "format: csv", &format!("format: {value}"));
    let line =
        |line: &str| Shop::new().edit(PIPELINE, "sources:\n", &format!("{line}\nsources:\n"));
    for (number, shop) in [
        publish(&format!("{{password: {SECRET}}}")),
        publish(&format!("{{pass: {SECRET}}}")),
        publish(&format!("{{\"password\":\"{SECRET}\"}}")),
        publish(&format!("{{password:{SECRET}}}")),
        format(&format!("{{\"password\":\"{SECRET}\"}}")),
        format(&format!("{{'password' : {SECRET}}}")),
        format(&format!("[{{\"password\":\"{SECRET}\"}}]")),
        line(&format!("password:\u{a0}{SECRET}")),
        line(&format!("password:\u{3000}{SECRET}")),
        line(&format!("password:{SECRET}")),
        line(&format!("\"password\":{SECRET}")),
        line(&format!("publish: {{password: {SECRET}}}")),
        line(&format!("publish:\n  password: {SECRET}")),
        line(SECRET),
        Shop::new().with(
            "sql/core/customers.tests.yaml",
            &format!("tests:\n  t:\n    password: {SECRET}\n"),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let Ended { code, stdout, stderr } = shop.patronage(&["check", PIPELINE]);
        assert_eq!(code, 2, "{number}: {stderr}");
        assert!(!format!("{stdout}{stderr}").contains(SECRET), "{number}: {stderr}");
        assert!(!told(&shop, &[]).contains(SECRET), "{number}");
    }
}

#[test]
fn values_of_parameters_that_are_called_secrets_are_shown_nowhere() {
    for name in ["api_token", "secret", "key", "password", "access_key"] {
        for (default, given) in [
            (Some(SECRET), None),
            (Some("1"), Some(format!("{name}={SECRET}"))),
            (None, Some(format!("{name}={SECRET}"))),
        ] {
            let default = default.map(|it| format!(", default: {it}")).unwrap_or_default();
            let params = format!("params:\n  {name}: {{type: int64{default}}}\n");
            let shop = Shop::new().edit(PIPELINE, "params:\n", &params);
            let given: Vec<&str> =
                given.iter().flat_map(|given| ["--param", given.as_str()]).collect();
            let told = told(&shop, &given);
            assert!(told.contains(&format!("`{name}` must be int64")), "{told}");
            assert!(!told.contains(SECRET), "{told}");
        }
    }
    // Also what the engine quotes of one that is a text.
    let params = format!("params:\n  api_token: {{type: string, default: {SECRET}}}\n");
    let shop = Shop::new().edit(PIPELINE, "params:\n", &params);
    let shop =
        shop.with("sql/core/customers.sql", "select cast($api_token as bigint) as x from orders");
    let told = told(&shop, &[]);
    assert!(!told.contains(SECRET), "{told}");
}

#[test]
fn locations_that_are_none_are_shown_without_what_may_be_a_key() {
    for location in [
        format!("\"https://h invalid {SECRET}/a.csv\""),
        format!("https://h invalid {SECRET}/a.csv"),
        format!("s3://AKIA/{SECRET}%40b/raw/a.csv"),
        format!("s3://AKIA/{SECRET}@b/raw/a.csv"),
        format!("\"s3://b//AK:{SECRET}@x/raw/*.csv\""),
        format!("\"mailto:{SECRET}@x\""),
        format!("\"data:text/csv,{SECRET}@x\""),
    ] {
        let shop = Shop::new().edit(PIPELINE, "raw/orders/*.csv", &location);
        let told = told(&shop, &[]);
        assert!(told.contains("is not a usable location"), "{location}: {told}");
        assert!(!told.contains(SECRET), "{location}: {told}");
    }
}

#[test]
fn words_of_the_command_line_are_shown_without_what_may_be_a_key() {
    let shop = Shop::new();
    for word in [
        format!("mailto:{SECRET}@x"),
        format!("data:text/csv,{SECRET}@x"),
        format!("https://h invalid {SECRET}/a.csv"),
        format!("s3://AKIA/{SECRET}%40b/raw/a.csv"),
        format!("u:{SECRET}@h.invalid:/a.csv"),
        format!("api_token={SECRET}"),
        format!("api_token:{SECRET}"),
    ] {
        for arguments in [
            vec!["run", &word, "--as-of", "2026-03-01"],
            vec!["run", PIPELINE, "--as-of", &word],
            vec!["run", PIPELINE, "--as-of", "2026-03-01", "--select", &word],
            vec!["run", PIPELINE, "--as-of", "2026-03-01", "--param", &word],
            vec!["run", PIPELINE, "--as-of", "2026-03-01", "--memory", &word],
            vec!["show", PIPELINE, &word],
            vec!["functions", &word],
            vec!["infer", &word],
            vec![&word],
        ] {
            let mut command = shop.command(&arguments);
            let Ended { code, stdout, stderr } =
                super::ended(command.env("RUST_LOG", "trace").spawn().unwrap());
            assert_ne!(code, 0, "{stdout}");
            assert!(!format!("{stdout}{stderr}").contains(SECRET), "{arguments:?}\n{stderr}");
        }
    }
}

#[test]
fn secrets_of_the_environment_are_shown_in_no_spelling() {
    for (location, secret, spelt) in [
        ("https://127.0.0.1:1/${MY_TOKEN}/o.csv", "MARK er99+secr\u{e9}t\"\\x", "er99"),
        ("http://${MY_TOKEN}.localhost:1/o.csv", "MARKER99secretABCDEF", "marker99"),
        ("raw/${MY_TOKEN}/o*.csv", "MARK\ner99\u{1b}secret", "er99"),
    ] {
        let shop = Shop::new().edit(PIPELINE, "raw/orders/*.csv", &format!("\"{location}\""));
        let mut command = shop.command(&["run", PIPELINE, "--as-of", "2026-03-01"]);
        let settings =
            [("MY_TOKEN", secret), ("PATRONAGE_RETRY_SECONDS", "1"), ("RUST_LOG", "trace")];
        let Ended { stdout, stderr, .. } = super::ended(command.envs(settings).spawn().unwrap());
        let results = std::fs::read_to_string(shop.path("run_results.json")).unwrap_or_default();
        let told = format!("{stdout}{stderr}{results}");
        assert!(told.contains("***"), "{location}: {told}");
        assert!(!told.to_lowercase().contains(spelt), "{location}: {told}");
    }
}
