//! Servers with invalid successful responses: a sign-in
//! page, an error document, a repeated page.

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

/// What becomes of the right answers.
type Edit = fn(&Asked, Reply) -> Reply;

/// A shop whose raw files and warehouse are on a server that has published January.
struct Remote {
    server: Google,
    shop: Shop,
    cloud: Cloud,
    instead: Arc<Mutex<Option<Instead>>>,
    edit: Arc<Mutex<Option<Edit>>>,
}

impl Remote {
    fn new(cloud: Cloud) -> Self {
        let instead = Arc::new(Mutex::new(None::<Instead>));
        let edit = Arc::new(Mutex::new(None::<Edit>));
        let (now, edits) = (Arc::clone(&instead), Arc::clone(&edit));
        let server = Google::around(move |asked, right| {
            let instead = now.lock().unwrap().and_then(|it| it(asked));
            let edit = *edits.lock().unwrap();
            instead.unwrap_or_else(|| match edit {
                Some(edit) => edit(asked, right(asked)),
                None => right(asked),
            })
        });
        let shop = Shop::new();
        for month in ["2026-01", "2026-02", "2026-03"] {
            let key = format!("raw/orders/{month}.csv");
            let text = shop.read(&key);
            server.shelf.put(&Google::name(&key), text.into_bytes(), None);
        }
        // Nothing is as good as something here: only the store can say that something is wrong.
        let source = "location: ${RAW}\n    optional: true\n    allow_empty: true";
        let shop = shop.edit(PIPELINE, "location: raw/orders/*.csv", source);
        let remote = Self { server, shop, cloud, instead, edit };
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

    fn edit(&self, edit: Edit) {
        *self.edit.lock().unwrap() = Some(edit);
    }

    fn answer_rightly(&self) {
        *self.instead.lock().unwrap() = None;
        *self.edit.lock().unwrap() = None;
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
    // One that reports success without acting: only a check shows it.
    let lie: Instead = |asked| {
        let text = "<CopyObjectResult><ETag>1</ETag></CopyObjectResult>";
        is_copy(asked).then(|| document(text))
    };
    // One that has lost the pointer that it was to copy.
    let lost: Instead = |asked| {
        let is_pointer = is_copy(asked) && asked.path.contains("current.json");
        is_pointer.then(|| Reply::status(404).body("<Error><Code>NoSuchKey</Code></Error>"))
    };
    let answers = [
        (portal, 74),
        (nothing, 74),
        (listing, 74),
        (denied, 77),
        (busy, 75),
        (lie, 74),
        (lost, 74),
    ];
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

/// A listing with one more object.
fn with_one_more(asked: &Asked, reply: Reply, key: &str, size: u64) -> Reply {
    let more = format!(
        "<Contents><Key>{key}</Key><LastModified>2026-01-01T00:00:00Z</LastModified><ETag>1</ETag>\
         <Size>{size}</Size></Contents></ListBucketResult>"
    );
    match asked.query("list-type") {
        Some(_) => reply.edited(|text| text.replace("</ListBucketResult>", &more)),
        None => reply,
    }
}

#[test]
fn nothing_is_removed_that_a_listing_names_from_elsewhere() {
    let foreign: Edit = |asked, reply| with_one_more(asked, reply, "other/precious.txt", 1);
    let beside: Edit = |asked, reply| with_one_more(asked, reply, "warehouse/customers2/x", 1);
    let in_stages: Edit = |asked, reply| match is_listing(asked, "/stage/2") {
        true => with_one_more(asked, reply, "other/precious.txt", 1),
        false => reply,
    };
    let folder: Edit = |asked, reply| match asked.query("list-type") {
        Some(_) => reply.edited(|text| {
            let more =
                "<CommonPrefixes><Prefix>other/</Prefix></CommonPrefixes></ListBucketResult>";
            text.replace("</ListBucketResult>", more)
        }),
        None => reply,
    };
    let dead = "warehouse/_patronage/stage/20250101T000000000000-1/t/part-00000.parquet";
    for cloud in CLOUDS {
        for (number, edit) in [foreign, beside, in_stages, folder].into_iter().enumerate() {
            let remote = Remote::new(cloud);
            let keys = ["other/precious.txt", "warehouse/customers2/x", dead];
            for key in keys {
                remote.server.shelf.put(&Google::name(key), b"keep me".to_vec(), None);
            }
            let before = remote.published();
            remote.edit(edit);
            for arguments in
                [&["run", PIPELINE, "--as-of", "2026-03-01"][..], &["doctor", PIPELINE]]
            {
                let ended = remote.patronage(arguments);
                let told = format!("{cloud:?} {number} {}{}", ended.stdout, ended.stderr);
                assert_eq!(ended.code, 74, "{told}");
                assert!(told.contains("lists what lies elsewhere"), "{told}");
                for key in &keys[..2] {
                    assert!(remote.server.shelf.get(&Google::name(key)).is_some(), "{key} {told}");
                }
            }
            assert!(remote.published() == before, "{cloud:?} {number}");
            remote.answer_rightly();
            let again = remote.run("2026-03-01");
            assert_eq!(again.code, 0, "{cloud:?} {number}: {}", again.stderr);
            assert!(remote.server.shelf.get(&Google::name(keys[0])).is_some());
            assert!(remote.server.shelf.get(&Google::name(dead)).is_none());
        }
    }
}

#[test]
fn a_listing_that_counts_more_than_it_names_or_more_than_there_can_be_is_none() {
    let counted: Edit = |asked, reply| match is_listing(asked, "raw/") {
        true => reply
            .edited(|_| "<ListBucketResult><KeyCount>3</KeyCount></ListBucketResult>".to_owned()),
        false => reply,
    };
    let huge: Edit = |asked, reply| match is_listing(asked, "raw/") {
        true => with_one_more(asked, reply, "raw/orders/2026-04.csv", u64::MAX),
        false => reply,
    };
    for cloud in CLOUDS {
        let remote = Remote::new(cloud);
        let before = remote.published();
        for (edit, problem) in
            [(counted, "lists more than it does"), (huge, "more bytes than there can be")]
        {
            remote.edit(edit);
            for arguments in
                [&["run", PIPELINE, "--as-of", "2026-03-01"][..], &["doctor", PIPELINE]]
            {
                let ended = remote.patronage(arguments);
                let told = format!("{cloud:?} {}{}", ended.stdout, ended.stderr);
                assert_eq!(ended.code, 74, "{told}");
                assert!(told.contains(problem), "{told}");
            }
            assert!(remote.published() == before, "{cloud:?}");
        }
    }
}

#[test]
fn a_record_that_was_taken_and_not_kept_is_none() {
    fn taken(asked: &Asked, part: &str) -> Option<Reply> {
        let reply = || Reply::status(200).with("ETag", "\"1\"").with("x-goog-generation", "1");
        let is_copy = asked.headers.iter().any(|(name, _)| name.ends_with("copy-source"));
        (asked.method == "PUT" && !is_copy && asked.path.contains(part)).then(reply)
    }
    let all: Instead = |asked| taken(asked, ".json");
    let record: Instead = |asked| taken(asked, "/releases/000000002.json");
    let pointer: Instead = |asked| taken(asked, "/current.json");
    let note: Instead = |asked| taken(asked, "/releases/000000002.published");
    for cloud in CLOUDS {
        for (number, instead) in [all, record, pointer, note].into_iter().enumerate() {
            let remote = Remote::new(cloud);
            let before = remote.published();
            remote.answer(instead);
            for _ in 0..2 {
                let ended = remote.run("2026-03-01");
                let told = format!("{cloud:?} {number}: {}", ended.stderr);
                assert_eq!(ended.code, 74, "{told}");
                assert!(ended.stderr.contains("the store says that it was stored"), "{told}");
                assert!(!ended.stdout.contains("published"), "{}", ended.stdout);
                // What was not announced, readers do not see.
                assert!(number == 3 || remote.published() == before, "{told}");
            }
            // As the message says.
            remote.answer_rightly();
            let again = remote.run("2026-03-01");
            assert_eq!(again.code, 0, "{cloud:?} {number}: {}", again.stderr);
            assert_eq!(remote.shop.results()["release"], 2, "{cloud:?} {number}");
        }
    }
}
