//! Servers that send a request on to another one, which is to learn nothing that is not meant for it.

use std::sync::{Arc, Mutex};

use super::{Ended, PIPELINE, Shop, ended};
use crate::support::google::Google;
use crate::support::server::{Asked, Reply, Server};

const SECRET: &str = "wJalrXUtnFEMIK7MDENG";

/// A server that records every request.
struct Listener {
    server: Server,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Listener {
    fn start() -> Self {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&heard);
        let server = Server::start(move |asked| {
            noted.lock().unwrap().push(format!("{asked:?}"));
            Reply::bytes(asked, b"id,n\n1,2\n")
        });
        Self { server, heard }
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

/// A run whose raw files and warehouse are on a server, in one cloud or the other.
fn run(google: &Google, is_s3: bool) -> (Shop, Ended) {
    let shop = Shop::new().edit(PIPELINE, "raw/orders/*.csv", "${RAW}");
    for month in ["2026-01", "2026-02", "2026-03"] {
        let key = format!("raw/orders/{month}.csv");
        google.shelf.put(&Google::name(&key), shop.read(&key).into_bytes(), None);
    }
    let mut command = shop.command(&["run", PIPELINE, "--as-of", "2026-02-01"]);
    let url = if is_s3 { Google::s3_url } else { Google::url };
    command.env("RAW", url("raw/orders/*.csv")).env("WAREHOUSE", url("warehouse"));
    if is_s3 {
        command.envs(google.s3_settings()).env("AWS_SESSION_TOKEN", SECRET);
    } else {
        command.envs(google.settings());
    }
    let ended = ended(command.spawn().unwrap());
    (shop, ended)
}

#[test]
fn a_request_that_is_signed_is_sent_to_no_other_server() {
    let listing = |asked: &Asked| asked.query("list-type").is_some();
    let reading = |asked: &Asked| asked.method == "GET" && asked.query("list-type").is_none();
    let writing = |asked: &Asked| asked.method == "PUT";
    let steps: [fn(&Asked) -> bool; 3] = [listing, reading, writing];
    for (number, status) in [301, 302, 303, 307, 308].into_iter().enumerate() {
        for (step, is_of) in steps.into_iter().enumerate() {
            let other = Listener::start();
            let address = format!("{}/elsewhere", other.server.url());
            let google = Google::instead(move |asked| {
                is_of(asked).then(|| Reply::status(status).with("Location", address.clone()))
            });
            let (_, ended) = run(&google, (number + step) % 2 == 0);
            assert_eq!(ended.code, 74, "{status} {step}: {}", ended.stderr);
            let told = format!("the server redirects the request ({status})");
            assert!(ended.stderr.contains(&told), "{}", ended.stderr);
            assert!(ended.stderr.contains("region and the endpoint"), "{}", ended.stderr);
            assert_eq!(other.heard(), [""; 0], "{status} {step}");
        }
    }
}

#[test]
fn another_web_server_does_not_learn_the_address_that_led_to_it() {
    let other = Listener::start();
    let address = format!("{}/elsewhere.csv", other.server.url());
    let first = Server::start(move |_| Reply::status(302).with("Location", address.clone()));
    let shop = Shop::new();
    let ended = shop.patronage(&["infer", &format!("{}/a.csv?sig={SECRET}", first.url())]);
    // The file is read from its location.
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stdout.contains("id:"), "{}", ended.stdout);
    assert!(!other.heard().is_empty());
    for heard in other.heard() {
        assert!(!heard.contains(SECRET) && !heard.contains("referer"), "{heard}");
    }
}
