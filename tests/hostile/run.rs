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

use crate::support::program::{Ended, ended};
use crate::support::shop::{PIPELINE, Shop};

const RAW: &str = "location: raw/orders/*.csv";
/// More than the program uses when idle, and far less than the decompressed size of these inputs,
/// in KiB.
pub(super) const BOUND: u64 = 400 << 10;

impl Shop {
    /// The program's end, and the most memory it had in KiB.
    pub(super) fn measured(&self, arguments: &[&str]) -> (Ended, u64) {
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
fn a_guess_of_json_in_very_deep_nests_takes_no_stack() {
    let objects = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    let lists: Vec<String> = (0..40_000).map(|at| format!("\"k{at}\":[{{}}]")).collect();
    let lists = format!("{{\n\"x\":{{{}}}", lists.join(","));
    for (name, text, code) in [
        ("a.ndjson", objects(50_000), 0),
        ("b.json", format!("[{{\"id\":{}}}]", objects(50_000)), 0),
        ("c.json", format!("{}{lists}{}", "{\"b\":".repeat(40_000), "}".repeat(40_001)), 2),
    ] {
        let shop = Shop::new().with(&format!("raw/{name}"), &text);
        let started = Instant::now();
        let (ended, most) = shop.measured(&["infer", &format!("raw/{name}")]);
        assert_eq!(ended.code, code, "{name}: {:.500}", ended.stderr);
        assert!(most < BOUND, "{name}: {} MiB", most >> 10);
        assert!(started.elapsed() < Duration::from_secs(20), "{name}");
        assert!(!ended.stderr.contains("inferred:"), "{:.500}", ended.stderr);
    }
    for (name, text) in [
        ("d.json", "[[{\"a\":".repeat(10_000)),
        ("e.ndjson", "[[{\"a\":".repeat(10_000)),
        ("f.json", format!("{}1{}", "[[{\"a\":".repeat(10_000), "}]]".repeat(10_000))),
        ("g.ndjson", format!("{}1{}\n", "[[{\"a\":".repeat(10_000), "}]]".repeat(10_000))),
        ("y.json", "[".repeat(60_000)),
        ("y.csv", format!("a,b\n1,{}", "[".repeat(60_000))),
        ("z.json", format!("{}{}", "[".repeat(60_000), "]".repeat(60_000))),
    ] {
        let shop = Shop::new().with(&format!("raw/{name}"), &text);
        let started = Instant::now();
        let (ended, most) = shop.measured(&["infer", &format!("raw/{name}")]);
        assert!([0, 2].contains(&ended.code), "{name}: {:.500}", ended.stderr);
        assert!(most < BOUND, "{name}: {} MiB", most >> 10);
        assert!(started.elapsed() < Duration::from_secs(20), "{name}");
    }
    let wide: Vec<String> = (0..200_000).map(|at| format!("c{at}")).collect();
    let shop = Shop::new().with("raw/wide.csv", &wide.join(","));
    let ended = shop.patronage(&["infer", "raw/wide.csv"]);
    assert_eq!(ended.code, 2, "{:.500}", ended.stderr);
    assert!(ended.stderr.contains("no whole row"), "{:.500}", ended.stderr);
}

/// A workbook of one cell that names a shared string.
fn workbook(strings: &str) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let relation = |id: u8, kind: &str, target: &str| {
        format!("<Relationship Id=\"r{id}\" Type=\"{office}/{kind}\" Target=\"{target}\"/>")
    };
    let relations = |all: &str| {
        format!("<Relationships xmlns=\"{package}/relationships\">{all}</Relationships>")
    };
    let inner = relation(1, "worksheet", "worksheets/sheet1.xml")
        + &relation(2, "sharedStrings", "sharedStrings.xml");
    let parts = [
        ("[Content_Types].xml", format!("<Types xmlns=\"{package}/content-types\"/>")),
        ("_rels/.rels", relations(&relation(1, "officeDocument", "xl/workbook.xml"))),
        ("xl/_rels/workbook.xml.rels", relations(&inner)),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets>\
                 <sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!(
                "<worksheet xmlns=\"{main}\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\">\
                 <v>0</v></c></row></sheetData></worksheet>"
            ),
        ),
        ("xl/sharedStrings.xml", strings.to_owned()),
    ];
    let mut book = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        book.start_file(name, SimpleFileOptions::default()).unwrap();
        book.write_all(text.as_bytes()).unwrap();
    }
    book.finish().unwrap().into_inner()
}

#[test]
fn a_workbook_that_announces_or_holds_too_much_is_refused() {
    let sst = |attributes: &str, inner: &str| format!("<sst{attributes}>{inner}</sst>");
    let one = "<si><t>order_id</t></si>";
    let many = "<si><t>order_id</t></si>".repeat(3 << 20);
    let long = format!("<si><t>{}</t></si>", "x".repeat(300 << 20));
    for (strings, memory, code, word) in [
        (sst(" count=\"1\" uniqueCount=\"4000000000\"", one), "256MiB", 1, "too small for them"),
        (sst("", &long), "256MiB", 1, "longer than 1 MiB"),
        (sst("", &many), "128MiB", 71, "--memory"),
    ] {
        let shop = Shop::new().edit(PIPELINE, RAW, "location: raw/bomb.xlsx").edit(
            PIPELINE,
            "format: csv",
            "format: xlsx",
        );
        fs::write(shop.path("raw/bomb.xlsx"), workbook(&strings)).unwrap();
        let run = ["run", PIPELINE, "--as-of", "2026-03-01", "--memory", memory];
        let (ended, most) = shop.measured(&run);
        assert_eq!(ended.code, code, "{}", ended.stderr);
        assert!(ended.stderr.contains(word), "{}", ended.stderr);
        assert!(most < BOUND, "{word}: {} MiB", most >> 10);
        if code == 1 {
            let (ended, most) = shop.measured(&["infer", "raw/bomb.xlsx"]);
            assert_eq!(ended.code, 1, "{}", ended.stderr);
            assert!(most < BOUND, "{word}: {} MiB", most >> 10);
        }
    }
}

#[test]
fn queries_that_multiply_when_they_are_written_out_are_refused() {
    let chain = |step: &str, last: &str| {
        let first = "with a0 as (select order_id as x, amount as y from raw_orders)".to_owned();
        let steps = (1..=26)
            .map(|at| format!("a{at} as ({})", step.replace("BELOW", &format!("a{}", at - 1))));
        let steps: Vec<String> = std::iter::once(first).chain(steps).collect();
        format!("{} {}\n", steps.join(", "), last.replace("BELOW", "a26"))
    };
    let columns: Vec<String> = (0..26).map(|at| format!("amount + {at}")).collect();
    for (sql, code) in [
        (
            chain("select a.x from BELOW as a cross join BELOW as b", "select x from BELOW"),
            "too-large",
        ),
        (
            chain("select x from BELOW union all select x from BELOW", "select x from BELOW"),
            "too-large",
        ),
        (chain("select y + y as y from BELOW", "select y from BELOW where y > 1"), "sql"),
        (
            chain(
                "select case when y > 1 then y else -y end as y from BELOW",
                "select y from BELOW where y > 1",
            ),
            "sql",
        ),
        (
            format!(
                "select count(*) as n from raw_orders group by cube ({})\n",
                columns.join(", ")
            ),
            "too-large",
        ),
    ] {
        let shop = Shop::new().with("sql/staging/orders.sql", &sql);
        let started = Instant::now();
        let (ended, most) = shop.measured(&["check", PIPELINE]);
        assert_eq!(ended.code, 2, "{:.500}", ended.stderr);
        assert!(ended.stderr.contains(&format!("error[{code}]")), "{:.900}", ended.stderr);
        assert!(ended.stderr.contains("more than"), "{:.900}", ended.stderr);
        assert!(started.elapsed() < Duration::from_secs(90) && most < BOUND, "{code}");
    }
}

#[test]
fn patterns_that_are_too_large_are_refused_wherever_they_stand() {
    let large = "'(\\w{1,500}){1,100}'";
    for pattern in [
        format!("customer_id ~ {large}"),
        format!("customer_id !~* {large}"),
        format!("customer_id similar to {large}"),
        format!("regexp_like(customer_id, {large})"),
        "customer_id like '%x_' || repeat('%a_', 1000000)".to_owned(),
        "customer_id ~ repeat('(a|b)', 100000)".to_owned(),
    ] {
        let shop = Shop::new().edit(
            "sql/staging/orders.sql",
            "from raw_orders",
            &format!("from raw_orders where {pattern}"),
        );
        let (check, most) = shop.measured(&["check", PIPELINE]);
        assert_eq!(check.code, 2, "{pattern}: {}", check.stderr);
        assert!(check.stderr.contains("cannot read its pattern"), "{}", check.stderr);
        assert!(most < BOUND, "{pattern}: {} MiB", most >> 10);
    }
    // An expression that may be skipped fails in the run, which is not a bug.
    let shop = Shop::new().edit(
        "sql/staging/orders.sql",
        "from raw_orders",
        &format!(
            "from raw_orders where case when amount < 0 then true else customer_id ~ {large} end"
        ),
    );
    let run = shop.run("2026-03-01", &[]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(!run.stderr.contains("bug"), "{}", run.stderr);
}

#[test]
fn a_number_that_is_too_large_is_told_as_one() {
    let shop = Shop::new().edit(
        PIPELINE,
        "    format: csv",
        "    format: csv\n    skip_rows: 18446744073709551615",
    );
    assert!(shop.mistakes().contains("no whole number from 0 to 4294967295"));
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
        ("(", 60),
        ("x in (select 1 where ", 60),
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
