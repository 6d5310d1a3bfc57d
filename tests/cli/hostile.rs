//! Input made to hurt: refused or set aside with a clear word, in bounded memory.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::process::Child;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::{Ended, PIPELINE, Shop, ended};

const RAW: &str = "location: raw/orders/*.csv";
/// More than the program holds at rest, and far less than what these inputs unpack to, in KiB.
const BOUND: u64 = 400 << 10;

impl Shop {
    /// The program's end, and the most memory it had in KiB.
    fn measured(&self, arguments: &[&str]) -> (Ended, u64) {
        let child = self.command(arguments).spawn().unwrap();
        let most = watched(&child);
        let ended = ended(child);
        (ended, most.join().unwrap())
    }

    /// A run that may be slow and must stay small.
    fn run_small(&self) -> Ended {
        let (ended, most) = self.measured(&["run", PIPELINE, "--as-of", "2026-03-01"]);
        assert!(most < BOUND, "{} MiB\n{}", most >> 10, ended.stderr);
        ended
    }
}

/// Looks at the memory of a process until it ends.
fn watched(child: &Child) -> std::thread::JoinHandle<u64> {
    let status = format!("/proc/{}/status", child.id());
    std::thread::spawn(move || {
        let (started, mut most) = (Instant::now(), 0);
        while started.elapsed() < Duration::from_mins(2) {
            let text = fs::read_to_string(&status).unwrap_or_default();
            // A process that has ended has no memory any more.
            let Some(line) = text.lines().find_map(|line| line.strip_prefix("VmHWM:")) else {
                break;
            };
            most = line.trim().trim_end_matches(" kB").parse().unwrap_or(most).max(most);
            std::thread::sleep(Duration::from_millis(5));
        }
        most
    })
}

/// A packed file of `first` and then so many pieces of 16 MiB of the same letter.
fn packed(first: &[u8], pieces: usize) -> Vec<u8> {
    let member = |text: &[u8]| {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(text).unwrap();
        packed.finish().unwrap()
    };
    [member(first), member(&vec![b'x'; 16 << 20]).repeat(pieces)].concat()
}

#[test]
fn a_yaml_bomb_is_refused() {
    let mut bomb = String::from("a: &a [x, x, x, x, x, x, x, x, x]\n");
    for (one, other) in ('a'..'j').zip('b'..='j') {
        let many = vec![format!("*{one}"); 9].join(", ");
        writeln!(bomb, "{other}: &{other} [{many}]").unwrap();
    }
    let shop = Shop::new().with(PIPELINE, &bomb);
    let (ended, most) = shop.measured(&["check", PIPELINE]);
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    assert!(ended.stderr.starts_with("error["), "{}", ended.stderr);
    assert!(most < BOUND, "{} MiB", most >> 10);
}

#[test]
fn a_bomb_of_names_that_mean_names_is_refused_where_texts_may_stand() {
    let mut bomb = String::from("pipeline: p\nwarehouse: w\nstages:\n  - &a [x, x, x]\n");
    for (one, other) in ('a'..'y').zip('b'..='y') {
        writeln!(bomb, "  - &{other} [*{one}, *{one}, *{one}]").unwrap();
    }
    let shop = Shop::new().with(PIPELINE, &bomb);
    let (ended, most) = shop.measured(&["check", PIPELINE]);
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    assert!(most < BOUND, "{} MiB", most >> 10);
}

#[test]
fn yaml_in_very_deep_nests_is_refused() {
    for (open, close) in [("[", "]"), ("{a: ", "}"), ("- ", "")] {
        let deep = format!("pipeline: {}{}\n", open.repeat(50_000), close.repeat(50_000));
        let shop = Shop::new().with(PIPELINE, &deep);
        let (ended, most) = shop.measured(&["check", PIPELINE]);
        assert_eq!(ended.code, 2, "{}", ended.stderr);
        assert!(most < BOUND, "{} MiB", most >> 10);
    }
}

#[test]
fn a_line_without_end_that_was_packed_small_is_one_rejected_row() {
    let shop = Shop::new().edit(PIPELINE, RAW, "location: raw/orders/*.csv*").edit(
        PIPELINE,
        "event_time: ordered_at",
        "event_time: ordered_at\n    max_rejects: 1",
    );
    let header = b"order_id,customer_id,ordered_at,amount\n";
    let bomb = packed(header, 30);
    assert!(bomb.len() < 8 << 20, "{}", bomb.len());
    fs::write(shop.path("raw/orders/bomb.csv.gz"), bomb).unwrap();
    let ended = shop.run_small();
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(shop.results()["sources"][0]["rejected"], 1);
}

#[test]
fn a_quote_that_swallows_everything_stops_the_run() {
    let shop = Shop::new().edit(PIPELINE, RAW, "location: raw/orders/*.csv*");
    let header = b"order_id,customer_id,ordered_at,amount\n\"";
    let bomb = packed(header, 2);
    fs::write(shop.path("raw/orders/bomb.csv.gz"), bomb).unwrap();
    let ended = shop.run_small();
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert!(ended.stderr.contains("never closed"), "{}", ended.stderr);
}

#[test]
fn json_in_very_deep_nests_is_a_rejected_row() {
    let deep = format!("{{\"order_id\": {}", "[".repeat(2_000_000));
    for format in ["ndjson", "json"] {
        let shop = Shop::new().edit(PIPELINE, RAW, "location: raw/deep.json").edit(
            PIPELINE,
            "format: csv",
            &format!("format: {format}"),
        );
        let text = if format == "json" { format!("[{deep}") } else { deep.clone() };
        let shop = shop.with("raw/deep.json", &text);
        let ended = shop.run_small();
        assert_eq!(ended.code, 1, "{}", ended.stderr);
        assert!(ended.stderr.contains("raw/deep.json"), "{}", ended.stderr);
    }
}

#[test]
fn a_workbook_that_unpacks_without_end_is_refused() {
    let mut one = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    one.start_file("xl/part", SimpleFileOptions::default()).unwrap();
    one.write_all(&vec![0; 16 << 20]).unwrap();
    let mut one = ZipArchive::new(one.finish().unwrap()).unwrap();
    let mut bomb = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for part in 0..66 {
        let copied = one.by_index_raw(0).unwrap();
        bomb.raw_copy_file_rename(copied, format!("xl/part{part}")).unwrap();
    }
    let shop = Shop::new().edit(PIPELINE, RAW, "location: raw/bomb.xlsx").edit(
        PIPELINE,
        "format: csv",
        "format: xlsx",
    );
    let bomb = bomb.finish().unwrap().into_inner();
    assert!(bomb.len() < 4 << 20, "{}", bomb.len());
    fs::write(shop.path("raw/bomb.xlsx"), bomb).unwrap();
    let ended = shop.run_small();
    assert_ne!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stderr.contains("too large a workbook"), "{}", ended.stderr);
}

#[test]
fn queries_that_are_too_deep_are_refused_and_not_fallen_into() {
    for (part, times) in [
        ("amount > 0 and ", 3_000),
        ("amount > 0 and ", 100_000),
        ("1 + ", 3_000),
        ("not ", 3_000),
        ("(", 3_000),
        ("case when ", 3_000),
    ] {
        let depth = part.repeat(times);
        let shop = Shop::new().edit(
            "sql/staging/orders.sql",
            "from raw_orders",
            &format!("from raw_orders where {depth} amount > 1"),
        );
        let started = Instant::now();
        let check = shop.patronage(&["check", PIPELINE]);
        assert_eq!(check.code, 2, "{part}: {:.500}", check.stderr);
        assert!(started.elapsed() < Duration::from_secs(30), "{part} {times}");
    }
}

#[test]
fn constants_that_make_much_of_little_are_bounded_while_planning() {
    for much in [
        "length(repeat('x', 1000000000))",
        "cardinality(range(1, 10000000000))",
        "length(replace(repeat('x', 1000000), 'x', repeat('y', 1000000)))",
    ] {
        let shop = Shop::new().edit(
            "sql/staging/orders.sql",
            "from raw_orders",
            &format!("from raw_orders where amount < {much}"),
        );
        // Planning computes it, and stops.
        let (check, most) = shop.measured(&["check", PIPELINE]);
        assert_eq!(check.code, 2, "{much}: {}", check.stderr);
        assert!(most < BOUND, "{much}: {} MiB", most >> 10);
        assert!(check.stderr.contains("bytes at once"), "{}", check.stderr);
        assert!(check.stderr.contains("sql/staging/orders.sql:"), "{}", check.stderr);
    }
}
