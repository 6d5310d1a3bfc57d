//! Runs that are stopped, or overtaken, while they are at work.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::{Ended, PIPELINE, Shop, exit_code};
use crate::support::google::Google;

/// Two seconds, and what a busy machine takes to start a program.
const OBEYED: Duration = Duration::from_millis(3_500);

/// A shop whose run, having staged `customers`, is busy with `pairs` for longer than a test waits.
pub(super) fn busy(factor: u32) -> Shop {
    let numbers = format!("select value from generate_series(1, {factor}) as series(value)");
    let shop = Shop::new();
    assert_eq!(shop.run("2026-02-01", &[]).code, 0);
    shop.with(
        "sql/core/pairs.sql",
        &format!(
            "select count(*) as pairs\nfrom ({numbers}) as one\ncross join ({numbers}) as two\n\
             cross join (select count(*) as customers from customers) as three\n\
             where one.value * two.value % 7 = three.customers % 7\n"
        ),
    )
    .with(
        "sql/core/pairs.yaml",
        "
        columns:
          pairs: {type: int64, description: A number that takes its time.}
        publish: {}
        ",
    )
}

/// A run that has built `customers` and not yet `pairs`.
struct Running {
    child: Child,
    stderr: thread::JoinHandle<String>,
}

fn start(shop: &Shop) -> Running {
    let mut child = shop
        .command(&["run", PIPELINE, "--as-of", "2026-03-01", "--threads", "2"])
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut told = String::new();
    for line in lines.by_ref() {
        told += &(line.unwrap() + "\n");
        if told.contains("built customers") {
            break;
        }
    }
    assert!(told.contains("built customers"), "{told}");
    let stderr = thread::spawn(move || lines.fold(told, |told, line| told + &line.unwrap() + "\n"));
    Running { child, stderr }
}

impl Running {
    fn signal(&self, name: &str) {
        let process = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &process]).status().unwrap().success());
    }

    fn ended(mut self) -> Ended {
        let code = exit_code(&mut self.child);
        let stdout = std::io::read_to_string(self.child.stdout.take().unwrap()).unwrap();
        Ended { code, stdout, stderr: self.stderr.join().unwrap() }
    }
}

fn stopped_by(signal: &str, code: i32) {
    let shop = busy(10_000_000);
    let before = shop.published();
    let running = start(&shop);
    let started = Instant::now();
    running.signal(signal);
    let ended = running.ended();
    assert_eq!(ended.code, code, "{}", ended.stderr);
    assert!(started.elapsed() < OBEYED, "{:?}", started.elapsed());
    assert!(ended.stderr.contains("interrupted; nothing was published"), "{}", ended.stderr);
    assert_eq!(ended.stdout, "");
    assert!(shop.published() == before);
    assert_eq!(shop.staged(), Vec::<std::path::PathBuf>::new());
    let results = shop.results();
    assert_eq!(
        (&results["failure_kind"], &results["exit_code"]),
        (&"interrupted".into(), &code.into())
    );
}

#[test]
fn an_interrupted_run_is_130_and_publishes_nothing() {
    stopped_by("-INT", 130);
}

#[test]
fn a_terminated_run_is_143_and_publishes_nothing() {
    stopped_by("-TERM", 143);
}

#[test]
fn a_run_whose_terminal_is_closed_is_129_and_publishes_nothing() {
    stopped_by("-HUP", 129);
}

#[test]
fn a_run_that_was_told_to_ignore_the_closing_of_its_terminal_goes_on() {
    let shop = Shop::new();
    let run = shop.command(&["run", PIPELINE, "--as-of", "2026-03-01"]);
    let mut ignoring = Command::new("sh");
    let told = "trap '' HUP; : > told; exec \"$0\" \"$@\"";
    ignoring.args(["-c", told]).arg(run.get_program());
    ignoring.args(run.get_args()).current_dir(shop.path("")).stderr(std::process::Stdio::piped());
    let child = ignoring.stdout(std::process::Stdio::piped()).spawn().unwrap();
    let process = child.id().to_string();
    while !shop.path("told").exists() {
        thread::sleep(Duration::from_millis(1));
    }
    for _ in 0..20 {
        let _ = Command::new("kill")
            .args(["-HUP", &process])
            .stderr(std::process::Stdio::null())
            .status();
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(super::ended(child).code, 0);
}

/// Signals a run when its record is there and `ready`, and expects it to end in time with its record.
fn obeys(shop: &Shop, command: &mut Command, ready: impl Fn() -> bool) {
    let child = command.spawn().unwrap();
    let begun =
        || std::fs::read_to_string(shop.path("run_results.json")).is_ok_and(|it| !it.is_empty());
    let waiting = Instant::now();
    while !(begun() && ready()) {
        assert!(waiting.elapsed() < Duration::from_mins(1), "it never came so far");
        thread::sleep(Duration::from_millis(10));
    }
    thread::sleep(Duration::from_millis(300));
    assert_eq!(shop.results()["exit_code"], 137, "it has not ended");
    let started = Instant::now();
    let process = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &process]).status().unwrap().success());
    let ended = super::ended(child);
    assert!(started.elapsed() < OBEYED, "{:?}", started.elapsed());
    assert_eq!(ended.code, 143, "{}", ended.stderr);
    assert!(ended.stderr.contains("interrupted"), "{}", ended.stderr);
    let results = shop.results();
    assert_eq!(
        (&results["exit_code"], &results["failure_kind"]),
        (&143.into(), &"interrupted".into())
    );
}

#[test]
fn a_signal_is_obeyed_while_planning() {
    // Sums of decimals whose types take their time.
    let sum = vec!["amount"; 400].join(" + ");
    let sums: Vec<String> = (0..12).map(|least| format!("{least} < {sum}")).collect();
    let shop = Shop::new().edit(
        "sql/core/customers.sql",
        "from orders",
        &format!("from orders where {}", sums.join(" and ")),
    );
    obeys(&shop, &mut shop.command(&["run", PIPELINE, "--as-of", "2026-03-01"]), || true);
}

#[test]
fn a_signal_is_obeyed_in_a_store_that_hangs() {
    for (method, part) in [("GET", "prefix"), ("PUT", "stage"), ("PUT", "releases/")] {
        let reached = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&reached);
        let google = Google::instead(move |asked| {
            let place = asked.query("prefix").map_or(asked.path.as_str(), |_| "prefix");
            if asked.method == method && place.contains(part) {
                seen.store(true, Ordering::SeqCst);
                thread::sleep(Duration::from_secs(20));
            }
            None
        });
        let shop = Shop::new();
        let mut command = shop.command(&["run", PIPELINE, "--as-of", "2026-03-01"]);
        command.env("WAREHOUSE", Google::url("warehouse")).envs(google.settings());
        obeys(&shop, &mut command, || reached.load(Ordering::SeqCst));
    }
}

#[test]
fn a_run_that_another_one_overtook_is_75_and_leaves_the_other_ones_release() {
    let shop = busy(3_000);
    let slow = start(&shop);
    slow.signal("-STOP");
    let fast = shop.run("2026-03-01", &["--select", "customers", "--results", "fast.json"]);
    assert_eq!(fast.code, 0, "{}", fast.stderr);
    let after = shop.published();
    slow.signal("-CONT");
    let slow = slow.ended();
    assert_eq!(slow.code, 75, "{}", slow.stderr);
    assert!(slow.stderr.contains("published by another run"), "{}", slow.stderr);
    assert!(slow.stderr.contains("help: run again to build on it"), "{}", slow.stderr);
    assert!(shop.published() == after);
    assert_eq!(shop.staged(), Vec::<std::path::PathBuf>::new());
    assert_eq!(shop.results()["failure_kind"], "try_again");
}
