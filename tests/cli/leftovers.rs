//! What a killed run leaves behind.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::interrupt::busy;
use super::{PIPELINE, Shop};
use crate::support::google::Google;

fn entries(folder: PathBuf) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

/// What runs have staged, and their scratch folders.
fn left(shop: &Shop) -> (Vec<String>, Vec<String>) {
    (entries(shop.path("warehouse/_patronage/stage")), entries(shop.path("scratch")))
}

fn command(shop: &Shop, options: &[&str]) -> Command {
    let first = ["run", PIPELINE, "--as-of", "2026-03-01", "--threads", "2"];
    let mut command = shop.command(&[&first, options].concat());
    command.env("TMPDIR", shop.path("scratch"));
    command
}

/// A run that has staged `customers` and is at work.
fn at_work(shop: &Shop) -> Child {
    let child = command(shop, &[]).spawn().unwrap();
    let started = Instant::now();
    while !shop.staged().iter().any(|path| path.ends_with("customers/part-00000.parquet")) {
        assert!(started.elapsed() < Duration::from_mins(1));
        sleep(Duration::from_millis(10));
    }
    child
}

#[test]
fn what_a_killed_run_leaves_goes_with_the_next_run_and_not_before_it_is_killed() {
    let shop = busy(10_000_000);
    fs::create_dir(shop.path("scratch")).unwrap();
    fs::create_dir(shop.path("scratch/patronage-of-somebody-else")).unwrap();
    let mut first = at_work(&shop);
    let before = left(&shop);
    assert_eq!((before.0.len(), before.1.len()), (1, 2), "{before:?}");
    let next = || super::ended(command(&shop, &["--select", "customers"]).spawn().unwrap());
    let second = next();
    assert_eq!(second.code, 0, "{}", second.stderr);
    assert_eq!(left(&shop), before);
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(left(&shop), before);
    // Also by a run that fails.
    let failing = Shop(shop.0).edit("raw/orders/2026-02.csv", "40.00", "-40.00");
    let third = super::ended(command(&failing, &["--select", "customers"]).spawn().unwrap());
    assert_eq!(third.code, 1, "{}", third.stderr);
    let (staged, scratch) = left(&failing);
    assert!(!staged.contains(&before.0[0]), "{staged:?}");
    assert_eq!(scratch, ["patronage-of-somebody-else"]);
}

/// A run of the shop whose warehouse is in a bucket.
fn in_bucket(shop: &Shop, google: &Google, options: &[&str]) -> Command {
    let mut command = command(shop, options);
    command.env("WAREHOUSE", Google::url("warehouse")).envs(google.settings());
    command
}

/// What is staged in a bucket, by the names of the runs.
fn staged_in(google: &Google) -> BTreeSet<String> {
    let below = Google::name("warehouse/_patronage/stage/");
    let objects = google.shelf.below(&below);
    let run = |name: &str| name[below.len()..].split('/').next().unwrap().to_owned();
    objects.iter().map(|(name, _)| run(name)).collect()
}

#[test]
#[cfg(target_os = "linux")]
fn what_a_killed_run_leaves_in_a_bucket_goes_with_the_next_run_of_the_machine_and_of_no_other() {
    let shop = busy(10_000_000);
    fs::create_dir(shop.path("scratch")).unwrap();
    let google = Google::start();
    let next = || {
        let ended =
            super::ended(in_bucket(&shop, &google, &["--select", "customers"]).spawn().unwrap());
        assert_eq!(ended.code, 0, "{}", ended.stderr);
    };
    let mut killed = Vec::new();
    for is_of_this_machine in [true, false] {
        let mut first = in_bucket(&shop, &google, &[]).spawn().unwrap();
        let started = Instant::now();
        let rows = |name: &str| name.ends_with("customers/part-00000.parquet");
        let stage = Google::name("warehouse/_patronage/stage/");
        while !google.shelf.below(&stage).iter().any(|(name, _)| rows(name)) {
            assert!(started.elapsed() < Duration::from_mins(1));
            sleep(Duration::from_millis(10));
        }
        let run = staged_in(&google).into_iter().next_back().unwrap();
        next();
        assert!(staged_in(&google).contains(&run), "it is alive");
        first.kill().unwrap();
        first.wait().unwrap();
        let lease = format!("{stage}{run}/lease.json");
        let text = String::from_utf8(google.shelf.get(&lease).unwrap().bytes).unwrap();
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
        assert!(text.contains(boot.trim()) && text.contains(&first.id().to_string()), "{text}");
        if !is_of_this_machine {
            let elsewhere = text.replace(boot.trim(), "another-start-of-another-machine");
            google.shelf.put(&lease, elsewhere.into_bytes(), None);
        }
        next();
        assert_eq!(staged_in(&google).contains(&run), !is_of_this_machine, "{text}");
        killed.push(run);
    }
    assert_eq!(staged_in(&google), [killed[1].clone()].into());
}

/// A trial of the doctor that is killed while it has objects in the warehouse.
#[cfg(target_os = "linux")]
fn killed_trial(shop: &Shop) -> bool {
    let mut doctor = shop.command(&["doctor", PIPELINE]).spawn().unwrap();
    let started = Instant::now();
    while entries(shop.path("warehouse/_patronage/stage")).is_empty() {
        assert!(started.elapsed() < Duration::from_mins(1));
        if doctor.try_wait().unwrap().is_some() {
            return false;
        }
    }
    doctor.kill().unwrap();
    doctor.wait().unwrap();
    !entries(shop.path("warehouse/_patronage/stage")).is_empty()
}

#[test]
#[cfg(target_os = "linux")]
fn what_a_killed_doctor_leaves_goes_with_the_next_doctor_or_run() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let mut killed = [0; 2];
    for _ in 0..400 {
        // One that is through before it can be killed leaves nothing to look at.
        if !killed_trial(&shop) {
            continue;
        }
        let next = usize::from(killed[0] > killed[1]);
        let ended = match next {
            0 => shop.patronage(&["doctor", PIPELINE]),
            _ => shop.run("2026-03-01", &[]),
        };
        assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
        assert_eq!(entries(shop.path("warehouse/_patronage/stage")), Vec::<String>::new());
        assert!(!shop.path("warehouse/_patronage/doctor").exists());
        killed[next] += 1;
        if killed == [1, 1] {
            return;
        }
    }
    panic!("no trial was killed in time");
}
