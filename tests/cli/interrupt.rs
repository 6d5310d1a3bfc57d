//! Runs that are stopped, or overtaken, while they are at work.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use super::{Ended, PIPELINE, Shop, exit_code};

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
    assert!(started.elapsed() < Duration::from_secs(30));
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
