//! A store that answers each status at each step of a run: the code says what can be done, and nothing of
//! the answer is shown but its status and code.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::{Ended, PIPELINE, Shop, ended};
use crate::support::google::Google;
use crate::support::server::{Asked, Reply};

const MARKER: &str = "M4RKERofTHEtests";

/// A step of a run, as the store sees it.
#[derive(Debug, Clone, Copy)]
struct Step {
    name: &'static str,
    method: &'static str,
    /// What the path, or the prefix of a listing, has in it.
    part: &'static str,
    listing: bool,
}

const fn step(name: &'static str, method: &'static str, part: &'static str) -> Step {
    Step { name, method, part, listing: false }
}

const fn listing(name: &'static str, part: &'static str) -> Step {
    Step { name, method: "GET", part, listing: true }
}

/// The steps that a run cannot do without.
const STEPS: [Step; 9] = [
    listing("listing raw files", "raw/orders"),
    step("reading a raw file", "GET", "raw/orders/"),
    listing("listing releases", "_patronage/releases"),
    step("reading a release", "GET", "_patronage/releases/"),
    step("staging rows", "PUT", "_patronage/stage/"),
    step("reading staged rows back", "GET", "_patronage/stage/"),
    step("announcing", "PUT", "_patronage/releases/000000002.json"),
    step("moving into place", "PUT", "warehouse/customers/"),
    step("completing", "PUT", "_patronage/releases/000000002.published"),
];

impl Step {
    fn is_of(self, asked: &Asked) -> bool {
        let prefix = asked.query("prefix");
        let place = if self.listing { prefix.unwrap_or_default() } else { asked.path.as_str() };
        let same = asked.method == self.method && prefix.is_some() == self.listing;
        same && place.contains(self.part)
    }
}

/// A response that quotes secrets, as some servers do.
fn refusal(asked: &Asked, status: u16, code: &str) -> Reply {
    let signed = asked.header("authorization").unwrap_or_default();
    let quoted = format!("{MARKER} {signed}");
    Reply::status(status).body(format!(
        "<Error><Code>{code}</Code><StringToSign>{quoted}</StringToSign>{quoted}</Error>"
    ))
}

/// A store that has the shop's raw files and its release of January, and from then on, at one step,
/// nothing but one answer.
struct Moody {
    google: Google,
    shop: Shop,
    refuses: Arc<AtomicBool>,
}

impl Moody {
    fn new(step: Step, status: u16, code: &'static str) -> Self {
        let refuses = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&refuses);
        let google = Google::instead(move |asked| {
            let now = seen.load(Ordering::SeqCst) && step.is_of(asked);
            now.then(|| refusal(asked, status, code))
        });
        let shop = Shop::new().edit(PIPELINE, "raw/orders/*.csv", &Google::url("raw/orders/*.csv"));
        for month in ["2026-01", "2026-02", "2026-03"] {
            let text = shop.read(&format!("raw/orders/{month}.csv"));
            let name = Google::name(&format!("raw/orders/{month}.csv"));
            google.shelf.put(&name, text.into_bytes(), None);
        }
        Self { google, shop, refuses }
    }

    fn run(&self, as_of: &str) -> Ended {
        let run = ["run", PIPELINE, "--as-of", as_of];
        let command = &mut self.shop.command(&run);
        let command = command.env("WAREHOUSE", Google::url("warehouse"));
        ended(command.envs(self.google.settings()).spawn().unwrap())
    }
}

/// How a run ends that gets a response at a step, and its message.
fn met(step: Step, status: u16, code: &'static str) -> (i32, String) {
    let moody = Moody::new(step, status, code);
    let first = moody.run("2026-02-01");
    assert_eq!(first.code, 0, "{}", first.stderr);
    moody.refuses.store(true, Ordering::SeqCst);
    let Ended { code, stdout, stderr } = moody.run("2026-03-01");
    let results = moody.shop.results();
    assert_eq!(results["exit_code"], code, "{results}");
    (code, format!("{stdout}{stderr}{results}"))
}

#[test]
fn every_answer_at_every_step_has_the_code_of_its_meaning_and_shows_nothing_else() {
    for step in STEPS {
        // A listed file that is missing may exist the next time; a missing bucket does
        // not.
        let gone = if step.listing { 74 } else { 75 };
        for (status, code, expected) in [
            (503, "ServiceUnavailable", 75),
            (403, "AccessDenied", 77),
            (500, "InternalError", 74),
            (404, "NoSuchKey", gone),
        ] {
            let (found, told) = met(step, status, code);
            assert_eq!(found, expected, "{} {status}\n{told}", step.name);
            assert!(!told.contains(MARKER), "{} {status}\n{told}", step.name);
            assert!(!told.contains("token-of-the-tests"), "{} {status}\n{told}", step.name);
        }
    }
}

#[test]
fn a_code_that_a_server_has_made_up_is_not_shown() {
    for step in [STEPS[0], STEPS[4], STEPS[7]] {
        let (found, told) = met(step, 403, MARKER);
        assert_eq!(found, 77, "{}\n{told}", step.name);
        assert!(!told.contains(MARKER), "{}\n{told}", step.name);
    }
}

#[test]
fn what_cannot_be_cleared_away_is_cleared_away_by_the_next_run() {
    // Staged files are removed before a release is complete, so that a suspended run does not move
    // them again.
    for (status, code, expected) in [
        (503, "ServiceUnavailable", 75),
        (403, "AccessDenied", 77),
        (500, "InternalError", 74),
        (404, "NoSuchKey", 0),
    ] {
        let moody = Moody::new(step("clearing away", "DELETE", "_patronage/"), status, code);
        assert_eq!(moody.run("2026-02-01").code, 0);
        moody.refuses.store(true, Ordering::SeqCst);
        let ended = moody.run("2026-03-01");
        assert_eq!(ended.code, expected, "{status}\n{}", ended.stderr);
        assert!(!ended.stderr.contains(MARKER), "{status}\n{}", ended.stderr);
        moody.refuses.store(false, Ordering::SeqCst);
        let ended = moody.run("2026-03-01");
        assert_eq!(ended.code, 0, "{status}\n{}", ended.stderr);
        let results = moody.shop.results();
        assert_eq!((&results["release"], &results["unchanged"]), (&2.into(), &true.into()));
    }
}

#[test]
fn throttling_and_credentials_are_known_whatever_status_they_come_with() {
    let staging = STEPS[4];
    for (status, code, expected) in [
        (429, "TooManyRequests", 75),
        (400, "SlowDown", 75),
        (400, "ThrottlingException", 75),
        (401, "Unauthorized", 77),
        (400, "ExpiredToken", 77),
        (404, "NoSuchBucket", 74),
    ] {
        let (found, told) = met(staging, status, code);
        assert_eq!(found, expected, "{status} {code}\n{told}");
    }
}

#[test]
fn a_busy_store_is_asked_again_for_the_declared_time() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let busy = Google::instead(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        Some(Reply::status(503))
    });
    let started = Instant::now();
    let shop = Shop::new();
    let run = ["run", PIPELINE, "--as-of", "2026-03-01"];
    let mut command = shop.command(&run);
    command.env("WAREHOUSE", Google::url("warehouse")).env("PATRONAGE_RETRY_SECONDS", "3");
    let ended = ended(command.envs(busy.settings()).spawn().unwrap());
    assert_eq!(ended.code, 75, "{}", ended.stderr);
    assert!(started.elapsed() > Duration::from_secs(3));
    let asked = asked.load(Ordering::SeqCst);
    assert!((4..40).contains(&asked), "asked {asked} times");
}

#[test]
fn a_store_that_refuses_connections_is_tried_for_the_declared_time() {
    let shop = Shop::new();
    let run = ["run", PIPELINE, "--as-of", "2026-03-01"];
    let mut command = shop.command(&run);
    command.env("WAREHOUSE", Google::url("warehouse")).env("PATRONAGE_RETRY_SECONDS", "3");
    command.env("GOOGLE_BASE_URL", "http://127.0.0.1:1").env("GOOGLE_BEARER_TOKEN", MARKER);
    let started = Instant::now();
    let ended = ended(command.spawn().unwrap());
    assert_eq!(ended.code, 74, "{}", ended.stderr);
    assert!(started.elapsed() > Duration::from_secs(3), "{}", ended.stderr);
    assert!(ended.stderr.contains("Connection refused"), "{}", ended.stderr);
}
