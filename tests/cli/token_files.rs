//! Tokens that platforms put into files: sent without the white space that a file ends with.

use std::sync::{Arc, Mutex};

use super::{PIPELINE, Shop};
use crate::support::google::Google;
use crate::support::server::{Reply, Server};

const TOKEN: &str = "token-of-a-file";
const KEYS: &str = r#"{"AccessKeyId": "key-of-the-tests", "SecretAccessKey": "secret-of-the-tests",
    "Token": "session-of-the-tests", "Expiration": "2999-01-01T00:00:00Z"}"#;

#[test]
fn a_container_s_token_may_end_its_line() {
    for end in ["", "\n", "\r\n", " \n\n"] {
        let google = Google::instead(|asked| match asked.path.as_str() {
            "credentials" if asked.header("authorization") == Some(TOKEN) => {
                Some(Reply::status(200).with("content-type", "application/json").body(KEYS))
            }
            "credentials" => Some(Reply::status(401)),
            _ => None,
        });
        let shop = Shop::new().with("token", "");
        std::fs::write(shop.path("token"), format!("{TOKEN}{end}")).unwrap();
        let [(endpoint, server), (http, allowed), ..] = google.s3_settings();
        let mut command = shop.command(&["run", PIPELINE, "--as-of", "2026-03-01"]);
        command
            .env("WAREHOUSE", Google::s3_url("warehouse"))
            .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("{server}/credentials"))
            .env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", shop.path("token"))
            .env(endpoint, server)
            .env(http, allowed);
        let ended = super::ended(command.spawn().unwrap());
        assert_eq!(ended.code, 0, "{end:?}: {}", ended.stderr);
    }
}

#[test]
fn a_federated_token_may_end_its_line() {
    let asked_for = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&asked_for);
    let server = Server::start(move |asked| {
        if asked.path != "tenant/oauth2/v2.0/token" {
            return Reply::status(403);
        }
        heard.lock().unwrap().push(String::from_utf8(asked.body.clone()).unwrap());
        let answer = r#"{"access_token": "bearer-of-the-tests", "expires_in": 3600}"#;
        Reply::status(200).with("content-type", "application/json").body(answer)
    });
    let shop = Shop::new().with("token", "");
    std::fs::write(shop.path("token"), format!("{TOKEN}\r\n")).unwrap();
    let mut command = shop.command(&["run", PIPELINE, "--as-of", "2026-03-01"]);
    command
        .env("WAREHOUSE", "az://shop/warehouse")
        .env("AZURE_STORAGE_ACCOUNT_NAME", "shop")
        .env("AZURE_STORAGE_ENDPOINT", server.url())
        .env("AZURE_ALLOW_HTTP", "true")
        .env("AZURE_AUTHORITY_HOST", server.url())
        .env("AZURE_CLIENT_ID", "client")
        .env("AZURE_TENANT_ID", "tenant")
        .env("AZURE_FEDERATED_TOKEN_FILE", shop.path("token"));
    let ended = super::ended(command.spawn().unwrap());
    assert_eq!(ended.code, 77, "{}", ended.stderr);
    let asked_for = asked_for.lock().unwrap();
    let form = asked_for.first().expect("the token is exchanged");
    assert!(format!("{form}&").contains(&format!("client_assertion={TOKEN}&")), "{form}");
}

/// A file that could be read for ever is reported at once, and not read.
#[test]
fn credentials_are_files() {
    let shop = Shop::new();
    for (name, others) in [
        ("AWS_SHARED_CREDENTIALS_FILE", &[][..]),
        ("AWS_CONFIG_FILE", &[]),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", &[("AWS_ROLE_ARN", "arn:aws:iam::1:role/a")]),
        ("GOOGLE_APPLICATION_CREDENTIALS", &[("WAREHOUSE", "gs://shop/warehouse")]),
    ] {
        let mut command = shop.command(&["run", PIPELINE, "--as-of", "2026-03-01"]);
        command.env("WAREHOUSE", "s3://shop/warehouse").env(name, "/dev/zero");
        let ended = super::ended(command.envs(others.iter().copied()).spawn().unwrap());
        assert_eq!(ended.code, 77, "{name}: {}", ended.stderr);
        assert!(ended.stderr.contains("it is a device and no file"), "{name}: {}", ended.stderr);
    }
}
