//! Special files with names of files: an error within seconds, never a wait for a writer.

use std::ffi::OsStr;
use std::fs::{self, File, FileTimes};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixListener;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use super::{Ended, PIPELINE, Shop, ended};

/// In time, however busy the machine is.
const SOON: Duration = Duration::from_secs(20);

fn pipe(shop: &Shop, path: &str) {
    let _ = fs::remove_file(shop.path(path));
    assert!(Command::new("mkfifo").arg(shop.path(path)).status().unwrap().success());
}

fn soon(shop: &Shop, arguments: &[&str]) -> Ended {
    let started = Instant::now();
    let ended = shop.patronage(arguments);
    assert!(started.elapsed() < SOON, "{arguments:?}: {:?}", started.elapsed());
    ended
}

const RUN: [&str; 4] = ["run", PIPELINE, "--as-of", "2026-03-01"];

#[test]
fn pipes_sockets_and_devices_are_refused_as_sources() {
    let listed = Shop::new();
    pipe(&listed, "raw/orders/2026-04.csv");
    let socket = Shop::new();
    let _listener = UnixListener::bind(socket.path("raw/orders/2026-04.csv")).unwrap();
    let named = Shop::new().edit(PIPELINE, "raw/orders/*.csv", "raw/orders.csv");
    pipe(&named, "raw/orders.csv");
    let device = Shop::new().edit(PIPELINE, "raw/orders/*.csv", "/dev/zero");
    let standard = Shop::new().edit(PIPELINE, "raw/orders/*.csv", "/dev/stdin");
    for (shop, kind) in [
        (&listed, "is a pipe and no file"),
        (&socket, "is a socket and no file"),
        (&named, "is a pipe and no file"),
        (&device, "is a device and no file"),
        (&standard, "is a device and no file"),
    ] {
        let run = soon(shop, &RUN);
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert!(run.stderr.contains(kind) && run.stderr.contains("help: "), "{}", run.stderr);
        let doctor = soon(shop, &["doctor", PIPELINE]);
        assert_eq!(doctor.code, 1, "{}", doctor.stdout);
    }
    let infer = soon(&named, &["infer", "raw/orders.csv"]);
    assert!(infer.stderr.contains("is a pipe and no file"), "{}", infer.stderr);
}

#[test]
fn a_file_that_becomes_a_pipe_while_the_run_is_at_work_is_told() {
    // The stage before takes its time, so that the second source has been listed and is not open yet.
    let shop = Shop::new();
    let stop = thread::scope(|scope| {
        let child = shop.command(&RUN).spawn().unwrap();
        let swap = scope.spawn(|| {
            while !shop.path("warehouse/_patronage").exists() {
                thread::sleep(Duration::from_millis(1));
            }
            pipe(&shop, "raw/orders/2026-02.csv");
        });
        let started = Instant::now();
        let ended = ended(child);
        swap.join().unwrap();
        assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
        ended
    });
    // Whether it was read before or after, the run ended.
    assert!([0, 1, 74, 75].contains(&stop.code), "{}", stop.stderr);
}

#[test]
fn pipes_in_the_project_and_on_the_command_line_are_refused() {
    let sql = Shop::new();
    pipe(&sql, "sql/core/other.sql");
    let yaml = Shop::new();
    pipe(&yaml, PIPELINE);
    for shop in [&sql, &yaml] {
        let check = soon(shop, &["check", PIPELINE]);
        assert_eq!(check.code, 2, "{}", check.stderr);
        assert!(check.stderr.contains("it is a pipe and no file"), "{}", check.stderr);
    }
    let results = Shop::new();
    pipe(&results, "results.json");
    let run = soon(&results, &[&RUN[..], &["--results", "results.json"]].concat());
    assert_eq!(run.code, 74, "{}", run.stderr);
    assert!(run.stderr.contains("a pipe that nobody reads"), "{}", run.stderr);
    assert!(results.published().is_empty());

    let corrections = Shop::new();
    pipe(&corrections, "mended.ndjson");
    let replay = ["replay", PIPELINE, "--as-of", "2026-03-01", "--corrections", "mended.ndjson"];
    let replay = soon(&corrections, &replay);
    assert_eq!(replay.code, 1, "{}", replay.stderr);
    assert!(replay.stderr.contains("is a pipe and no file"), "{}", replay.stderr);
}

#[test]
fn a_pipe_in_the_place_of_a_record_of_the_warehouse_is_told() {
    let shop = Shop::new();
    assert_eq!(soon(&shop, &RUN).code, 0);
    pipe(&shop, "warehouse/_patronage/releases/000000001.json");
    let again = soon(&shop, &RUN);
    assert_eq!(again.code, 74, "{}", again.stderr);
    assert!(again.stderr.contains("is a pipe where a file belongs"), "{}", again.stderr);
}

#[test]
fn names_that_no_store_can_be_asked_for_are_told_and_can_be_left_out() {
    let named: [(&[u8], &str); 3] =
        [(b"caf\xe9.csv", "*"), (b"2026-04.csv#1", "*.csv#1"), (b"x#12", "x#12")];
    for (name, pattern) in named {
        let name = OsStr::from_bytes(name);
        let location = format!("\"raw/orders/{pattern}\"");
        let shop = Shop::new().edit(PIPELINE, "raw/orders/*.csv", &location);
        let folder = shop.path("raw/orders");
        fs::copy(folder.join("2026-01.csv"), folder.join(name)).unwrap();
        let run = soon(&shop, &RUN);
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert!(run.stderr.contains("cannot be read: it is no UTF-8"), "{}", run.stderr);
        // What is named by itself is not left out by a pattern.
        let help = if pattern == "x#12" { "rename it\n" } else { "rename it, or leave it out" };
        assert!(run.stderr.contains(&format!("help: {help}")), "{}", run.stderr);
    }
}

#[test]
fn a_name_as_of_what_is_still_being_written_is_passed_over_and_told() {
    let shop = Shop::new().edit(PIPELINE, "raw/orders/*.csv", "raw/orders/*");
    fs::copy(shop.path("raw/orders/2026-01.csv"), shop.path("raw/orders/2026-04.csv#1")).unwrap();
    let run = soon(&shop, &RUN);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("1 hidden by their names (`2026-04.csv#1`)"), "{}", run.stdout);
    assert_eq!(shop.results()["sources"][0]["hidden_files"]["files"], 1);
}

#[test]
fn a_folder_of_nothing_but_hidden_names_is_not_called_empty() {
    for name in ["a.csv#1", ".a.txt", "_b/a.csv"] {
        let shop = Shop::new().edit(PIPELINE, "raw/orders/*.csv", "raw/new/*.csv");
        let shop = shop.with(&format!("raw/new/{name}"), "order_id\n");
        let run = soon(&shop, &RUN);
        assert_eq!(run.code, 1, "{}", run.stderr);
        let told = format!("`raw/new` holds `{name}`, but names that begin with");
        assert!(run.stderr.contains(&told), "{}", run.stderr);
    }
}

#[test]
fn names_that_are_no_text_may_lie_anywhere_beside_what_is_read() {
    let shop = Shop::new();
    assert_eq!(soon(&shop, &RUN).code, 0);
    for folder in ["raw", "raw/orders", "sql", "pipelines", "warehouse", "warehouse/customers"] {
        let name = OsStr::from_bytes(b"caf\xe9.txt");
        fs::write(shop.path(folder).join(name), "x").unwrap();
        fs::create_dir(shop.path(folder).join(OsStr::from_bytes(b"d\xe9"))).unwrap();
    }
    for arguments in [&RUN[..], &["check", PIPELINE], &["show", PIPELINE, "customers"]] {
        let ended = soon(&shop, arguments);
        assert_eq!(ended.code, 0, "{arguments:?}: {}", ended.stderr);
    }
}

#[test]
fn a_rewrite_of_the_same_size_and_time_is_read_anew() {
    let shop = Shop::new();
    assert_eq!(soon(&shop, &RUN).code, 0);
    let path = shop.path("raw/orders/2026-01.csv");
    let before = fs::metadata(&path).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let other = text.replacen("ada", "ida", 1);
    assert_ne!(text, other);
    fs::write(&path, other).unwrap();
    let times = FileTimes::new().set_modified(before.modified().unwrap());
    File::options().write(true).open(&path).unwrap().set_times(times).unwrap();
    assert_eq!(soon(&shop, &RUN).code, 0);
    let shown = soon(&shop, &["show", PIPELINE, "customers"]);
    assert!(shown.stdout.contains("ida"), "{}", shown.stdout);
}
