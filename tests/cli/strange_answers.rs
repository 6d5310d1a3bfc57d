//! Servers that answer with success and with something else than what was asked for: a page to sign in at, a
//! store that says in its document that it failed, one that repeats itself.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::{Ended, PIPELINE, Shop, ended};
use crate::support::google::Google;
use crate::support::server::{Asked, Reply};

/// Whom the program takes the server for.
#[derive(Debug, Clone, Copy)]
enum Cloud {
    S3,
    Google,
}

const CLOUDS: [Cloud; 2] = [Cloud::S3, Cloud::Google];

const PORTAL: &str = "<!DOCTYPE html><html><body>Please sign in</body></html>";
const DENIED: &str = "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>";
const BUSY: &str = "<Error><Code>SlowDown</Code></Error>";

/// What is answered instead, to some requests.
type Instead = fn(&Asked) -> Option<Reply>;

/// A shop whose raw files and warehouse are on a server that has published January.
struct Remote {
    server: Google,
    shop: Shop,
    cloud: Cloud,
    instead: Arc<Mutex<Option<Instead>>>,
}

impl Remote {
    fn new(cloud: Cloud) -> Self {
        let instead = Arc::new(Mutex::new(None::<Instead>));
        let now = Arc::clone(&instead);
        let server = Google::instead(move |asked| now.lock().unwrap().and_then(|it| it(asked)));
        let shop = Shop::new();
        for month in ["2026-01", "2026-02", "2026-03"] {
            let key = format!("raw/orders/{month}.csv");
            let text = shop.read(&key);
            server.shelf.put(&Google::name(&key), text.into_bytes(), None);
        }
        // Nothing is as good as something here: only the store can say that something is wrong.
        let source = "location: ${RAW}\n    optional: true\n    allow_empty: true";
        let shop = shop.edit(PIPELINE, "location: raw/orders/*.csv", source);
        let remote = Self { server, shop, cloud, instead };
        let first = remote.run("2026-02-01");
        assert_eq!(first.code, 0, "{cloud:?} {}", first.stderr);
        remote
    }

    fn patronage(&self, arguments: &[&str]) -> Ended {
        let mut command = self.shop.command(arguments);
        match self.cloud {
            Cloud::S3 => command
                .env("RAW", Google::s3_url("raw/orders/*.csv"))
                .env("WAREHOUSE", Google::s3_url("warehouse"))
                .envs(self.server.s3_settings()),
            Cloud::Google => command
                .env("RAW", Google::url("raw/orders/*.csv"))
                .env("WAREHOUSE", Google::url("warehouse"))
                .envs(self.server.settings()),
        };
        ended(command.spawn().unwrap())
    }

    fn run(&self, as_of: &str) -> Ended {
        self.patronage(&["run", PIPELINE, "--as-of", as_of])
    }

    fn answer(&self, instead: Instead) {
        *self.instead.lock().unwrap() = Some(instead);
    }

    fn answer_rightly(&self) {
        *self.instead.lock().unwrap() = None;
    }

    /// What readers find, and the numbers of the releases.
    fn published(&self) -> Vec<(String, Vec<u8>)> {
        let all = self.server.shelf.below(&Google::name("warehouse/")).into_iter();
        let seen = all.filter(|(name, _)| !name.contains("/_patronage/stage/"));
        seen.map(|(name, object)| (name, object.bytes)).collect()
    }
}

fn is_listing(asked: &Asked, of: &str) -> bool {
    asked.query("list-type").is_some() && asked.query("prefix").is_some_and(|it| it.contains(of))
}

fn document(body: &str) -> Reply {
    Reply::status(200).body(body)
}

#[test]
fn a_listing_that_is_none_is_no_empty_one() {
    let portal: Instead = |asked| is_listing(asked, "raw/").then(|| document(PORTAL));
    let nothing: Instead = |asked| is_listing(asked, "raw/").then(|| document(""));
    let other: Instead =
        |asked| is_listing(asked, "raw/").then(|| document("<ListAllMyBucketsResult/>"));
    let cut_off: Instead = |asked| {
        let text = "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>";
        is_listing(asked, "raw/").then(|| document(text))
    };
    let denied: Instead = |asked| is_listing(asked, "raw/").then(|| document(DENIED));
    let busy: Instead = |asked| is_listing(asked, "raw/").then(|| document(BUSY));
    let answers =
        [(portal, 74), (nothing, 74), (other, 74), (cut_off, 74), (denied, 77), (busy, 75)];
    for cloud in CLOUDS {
        let remote = Remote::new(cloud);
        let before = remote.published();
        for (number, (instead, code)) in answers.into_iter().enumerate() {
            remote.answer(instead);
            let ended = remote.run("2026-03-01");
            assert_eq!(ended.code, code, "{cloud:?} {number}: {}", ended.stderr);
            assert!(!ended.stderr.contains("sign in"), "{}", ended.stderr);
            assert!(remote.published() == before, "{cloud:?} {number}");
        }
        remote.answer_rightly();
        let ended = remote.run("2026-03-01");
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        assert_eq!(remote.shop.results()["release"], 2);
    }
}

#[test]
fn a_warehouse_whose_listing_is_none_is_no_empty_one() {
    let portal: Instead = |asked| is_listing(asked, "warehouse/").then(|| document(PORTAL));
    let denied: Instead = |asked| is_listing(asked, "warehouse/").then(|| document(DENIED));
    for cloud in CLOUDS {
        let remote = Remote::new(cloud);
        let before = remote.published();
        for (instead, code) in [(portal, 74), (denied, 77)] {
            remote.answer(instead);
            let ended = remote.run("2026-03-01");
            assert_eq!(ended.code, code, "{cloud:?}: {}", ended.stderr);
            // Before anything is built.
            assert_eq!(remote.shop.results()["stages"], serde_json::json!([]));
            for show in [&["show", PIPELINE, "customers"][..], &["show", PIPELINE, "--failed"]] {
                let shown = remote.patronage(show);
                assert_eq!(shown.code, code, "{cloud:?} {show:?}: {}", shown.stderr);
            }
            assert!(remote.published() == before, "{cloud:?}");
        }
    }
}

#[test]
fn a_copy_that_was_not_made_is_none() {
    fn is_copy(asked: &Asked) -> bool {
        ["x-amz-copy-source", "x-goog-copy-source"].iter().any(|it| asked.header(it).is_some())
    }
    let portal: Instead = |asked| is_copy(asked).then(|| document(PORTAL));
    let nothing: Instead = |asked| is_copy(asked).then(|| document(""));
    let listing: Instead = |asked| is_copy(asked).then(|| document("<ListBucketResult/>"));
    let denied: Instead = |asked| is_copy(asked).then(|| document(DENIED));
    let busy: Instead = |asked| is_copy(asked).then(|| document(BUSY));
    // One that says that it has done what it has not: only a look tells.
    let lie: Instead = |asked| {
        let text = "<CopyObjectResult><ETag>1</ETag></CopyObjectResult>";
        is_copy(asked).then(|| document(text))
    };
    let answers = [(portal, 74), (nothing, 74), (listing, 74), (denied, 77), (busy, 75), (lie, 74)];
    for cloud in CLOUDS {
        let undisturbed = Remote::new(cloud);
        assert_eq!(undisturbed.run("2026-03-01").code, 0);
        let names = |remote: &Remote| -> Vec<String> {
            remote.published().into_iter().map(|(name, _)| name).collect()
        };
        for (number, (instead, code)) in answers.into_iter().enumerate() {
            let remote = Remote::new(cloud);
            remote.answer(instead);
            let ended = remote.run("2026-03-01");
            assert_eq!(ended.code, code, "{cloud:?} {number}: {}", ended.stderr);
            assert!(!ended.stdout.contains("published"), "{}", ended.stdout);
            let complete = "warehouse/_patronage/releases/000000002.published";
            assert!(remote.server.shelf.get(&Google::name(complete)).is_none());
            // As the message says, where it says something.
            remote.answer_rightly();
            let again = remote.run("2026-03-01");
            assert_eq!(again.code, 0, "{cloud:?} {number}: {}", again.stderr);
            assert_eq!(remote.shop.results()["release"], 2, "{cloud:?} {number}");
            assert_eq!(names(&remote), names(&undisturbed), "{cloud:?} {number}");
        }
    }
}

#[test]
fn what_was_not_written_or_removed_is_told() {
    fn is_write(asked: &Asked) -> bool {
        asked.method == "PUT" && asked.path.contains("/_patronage/")
    }
    fn is_removal(asked: &Asked) -> bool {
        asked.method == "DELETE" || asked.query("delete").is_some()
    }
    let unwritten: Instead = |asked| {
        let page = document(PORTAL).with("ETag", "\"1\"").with("x-goog-generation", "1");
        is_write(asked).then_some(page)
    };
    let unremoved: Instead = |asked| is_removal(asked).then(|| document(PORTAL));
    for cloud in CLOUDS {
        for instead in [unwritten, unremoved] {
            let remote = Remote::new(cloud);
            remote.answer(instead);
            let ended = remote.run("2026-03-01");
            assert_eq!(ended.code, 74, "{cloud:?}: {}", ended.stderr);
            remote.answer_rightly();
            let again = remote.run("2026-03-01");
            assert_eq!(again.code, 0, "{cloud:?}: {}", again.stderr);
            assert_eq!(remote.shop.results()["release"], 2, "{cloud:?}");
        }
    }
}

#[test]
fn a_listing_that_does_not_end_is_given_up() {
    fn page(key: &str, token: &str) -> Reply {
        document(&format!(
            "<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>{key}</Key>\
             <LastModified>2026-01-01T00:00:00Z</LastModified><ETag>1</ETag><Size>1</Size></Contents>\
             <NextContinuationToken>{token}</NextContinuationToken></ListBucketResult>"
        ))
    }
    let same: Instead =
        |asked| is_listing(asked, "raw/").then(|| page("raw/orders/2026-01.csv", "again"));
    let same_key: Instead = |asked| {
        let token = asked.query("continuation-token").unwrap_or_default().to_owned() + "x";
        is_listing(asked, "raw/").then(|| page("raw/orders/2026-01.csv", &token))
    };
    let empty: Instead = |asked| {
        let number: u32 =
            asked.query("continuation-token").and_then(|it| it.parse().ok()).unwrap_or(0);
        let token = number + 1;
        let text = format!(
            "<ListBucketResult><NextContinuationToken>{token}</NextContinuationToken>\
             </ListBucketResult>"
        );
        is_listing(asked, "raw/").then(|| document(&text))
    };
    for cloud in CLOUDS {
        let remote = Remote::new(cloud);
        for instead in [same, same_key, empty] {
            remote.answer(instead);
            let started = Instant::now();
            let ended = remote.run("2026-03-01");
            assert_eq!(ended.code, 74, "{cloud:?}: {}", ended.stderr);
            assert!(ended.stderr.contains("repeats itself"), "{}", ended.stderr);
            assert!(started.elapsed() < Duration::from_mins(1));
        }
    }
}

#[test]
fn what_a_run_that_failed_has_staged_goes_with_the_next_one() {
    // The first listing of the stage's own folder is that of what was staged, before it is announced.
    let refused: Instead = |asked| {
        let is_staged = is_listing(asked, "warehouse/_patronage/stage/");
        is_staged.then(|| Reply::status(403).body(DENIED))
    };
    let failing: Instead = |asked| {
        let is_raw = asked.method == "GET" && asked.path.contains("raw/orders/2026-02.csv");
        is_raw.then(|| Reply::status(403).body(DENIED))
    };
    let staged = |remote: &Remote| -> Vec<String> {
        let all = remote.server.shelf.below(&Google::name("warehouse/_patronage/stage/"));
        all.into_iter().map(|(name, _)| name).collect()
    };
    for (number, instead) in [refused, failing].into_iter().enumerate() {
        let remote = Remote::new(Cloud::S3);
        remote.answer(instead);
        let ended = remote.run("2026-03-01");
        assert_ne!(ended.code, 0, "{number}: {}", ended.stderr);
        let left = staged(&remote);
        remote.answer_rightly();
        let ended = remote.run("2026-03-01");
        assert_eq!(ended.code, 0, "{number}: {}", ended.stderr);
        assert_eq!(staged(&remote), [""; 0], "{number}: before {left:?}");
    }
}
