//! Processes that are stopped at some step of their publication, while another one publishes.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use super::{PIPELINE, Shop, ended};

/// Whether something can be seen in a warehouse.
type IsThere = fn(&Path) -> bool;

/// What can be seen of a publication from outside, in the order in which it happens.
const STEPS: [(&str, IsThere); 8] = [
    ("rows are staged", |it| staged(it, "customers/part-00000.parquet")),
    ("the pointer is staged", |it| staged(it, "current.json")),
    ("the release is announced", |it| it.join("_patronage/releases/000000002.json").exists()),
    ("a file has moved", |it| {
        it.join("_patronage/releases/000000002.json").exists()
            && !staged(it, "customers/part-00000.parquet")
    }),
    ("stale files are gone", |it| !it.join("by_customer/customer=bob").exists()),
    ("the pointer has moved", |it| {
        let pointer = fs::read_to_string(it.join("_patronage/current.json"));
        pointer.is_ok_and(|pointer| pointer.contains("\"release\": 2"))
    }),
    ("what was staged is let go of", |it| {
        it.join("_patronage/releases/000000002.json").exists() && stages(it).is_empty()
    }),
    ("the release is complete", |it| it.join("_patronage/releases/000000002.published").exists()),
];

fn stages(warehouse: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(warehouse.join("_patronage/stage"));
    entries.into_iter().flatten().map(|entry| entry.unwrap().path()).collect()
}

fn staged(warehouse: &Path, file: &str) -> bool {
    stages(warehouse).iter().any(|stage| stage.join(file).exists())
}

/// A shop with a folder for each customer, that has published three of them.
fn shop() -> Shop {
    let shop = Shop::new()
        .with(
            "sql/core/by_customer.sql",
            "select order_id, amount, customer_id as customer from orders",
        )
        .with(
            "sql/core/by_customer.yaml",
            "
            key: [order_id]
            columns:
              order_id: {type: string, description: The order.}
              amount:   {type: \"decimal(18,2)\", description: What was paid., unit: currency}
              customer: {type: string, description: The customer.}
            publish: {partition_by: [customer]}
            ",
        );
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    shop
}

fn copied(shop: &Shop) -> Shop {
    let copy = Shop(tempfile::tempdir().unwrap());
    super::copy(shop.0.path(), copy.0.path());
    copy
}

/// Signals a process without starting another one for it.
struct Signals(Child, ChildStdin);

impl Signals {
    fn to(process: &Child) -> Self {
        let script = format!("while read signal; do kill -$signal {}; done", process.id());
        let mut shell =
            Command::new("sh").args(["-c", &script]).stdin(Stdio::piped()).spawn().unwrap();
        let input = shell.stdin.take().unwrap();
        Self(shell, input)
    }

    fn send(&mut self, signal: &str) {
        writeln!(self.1, "{signal}").unwrap();
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Whether a process is stopped, which a signal does soon after it was sent.
fn is_stopped(process: &Child) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", process.id())).unwrap_or_default();
    stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('T'))
}

#[test]
#[cfg(target_os = "linux")]
fn a_run_that_was_stopped_touches_nothing_once_another_one_has_published() {
    let published = shop();
    let orders = published.read("raw/orders/2026-01.csv");
    let without_bob: Vec<&str> = orders.lines().filter(|line| !line.contains("bob")).collect();
    let without_bob = without_bob.join("\n") + "\n";
    let mut overtaken = 0;
    for (step, is_there) in STEPS {
        let shop = copied(&published);
        let warehouse = shop.path("warehouse");
        fs::write(shop.path("raw/orders/2026-01.csv"), &without_bob).unwrap();
        let mut first = shop.command(&["run", PIPELINE, "--as-of", "2026-03-01"]).spawn().unwrap();
        let mut signals = Signals::to(&first);
        let started = Instant::now();
        while !is_there(&warehouse) && first.try_wait().unwrap().is_none() {
            assert!(started.elapsed() < Duration::from_mins(1), "{step}");
        }
        // The number of a process that has been waited for may be another one's by now.
        if first.try_wait().unwrap().is_none() {
            signals.send("STOP");
        }
        while !is_stopped(&first) && first.try_wait().unwrap().is_none() {
            assert!(started.elapsed() < Duration::from_mins(1), "{step}");
        }
        overtaken += u32::from(first.try_wait().unwrap().is_none());
        // Bob is back, with another order than before.
        fs::write(shop.path("raw/orders/2026-01.csv"), orders.replace("25.50", "26.50")).unwrap();
        let second = shop.run("2026-03-01", &[]);
        assert_eq!(second.code, 0, "{step}: {}", second.stderr);
        assert!(!second.stderr.contains("warning"), "{step}: {}", second.stderr);
        let pointer = shop.read("warehouse/_patronage/current.json");
        let published = shop.published();
        if first.try_wait().unwrap().is_none() {
            signals.send("CONT");
        }
        let first = ended(first);
        let told = format!("{step}: {}", first.stderr);
        assert!([0, 75].contains(&first.code), "{told}");
        assert!(shop.published() == published, "{told}");
        assert_eq!(shop.read("warehouse/_patronage/current.json"), pointer, "{told}");
        assert_eq!(shop.staged(), Vec::<std::path::PathBuf>::new(), "{told}");
        let third = shop.run("2026-03-01", &[]);
        assert_eq!(third.code, 0, "{told}");
        assert!(third.stderr.contains("nothing changed"), "{told}: {}", third.stderr);
        assert!(!third.stderr.contains("warning"), "{told}: {}", third.stderr);
    }
    assert!(overtaken >= 4, "{overtaken}");
}
