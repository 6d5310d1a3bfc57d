//! Limits of the system and of formats: reported by every command.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::{Ended, PIPELINE, Shop, ended};
use crate::support::workbook::{Cell, workbook};

/// A run that may write files of so many blocks (512 bytes each, or 1024).
fn limited(shop: &Shop, blocks: u32, arguments: &str) -> Ended {
    let plain = shop.command(&[]);
    let line = format!("ulimit -f {blocks}; exec \"$0\" {arguments}");
    let mut command = Command::new("sh");
    command.args(["-c", &line]).arg(plain.get_program()).current_dir(shop.0.path()).env_clear();
    command.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    ended(command.spawn().unwrap())
}

#[test]
fn files_that_may_not_grow_are_told_and_no_signal_ends_the_program() {
    for blocks in [0, 1, 4] {
        let shop = Shop::new();
        let run = limited(&shop, blocks, &format!("run {PIPELINE} --as-of 2026-03-01"));
        assert_eq!(run.code, 74, "{blocks}: {}{}", run.stdout, run.stderr);
        assert!(run.stderr.contains("error: "), "{blocks}: {}", run.stderr);
        assert!(shop.published().is_empty(), "{blocks}");
        // The machine is well again.
        let again = shop.run("2026-03-01", &[]);
        assert_eq!(again.code, 0, "{blocks}: {}", again.stderr);
    }
    let shop = Shop::new();
    let demo = limited(&shop, 1, "demo --customers 20 --out demo");
    assert_eq!(demo.code, 74, "{}", demo.stderr);
    let doctor = limited(&shop, 0, &format!("doctor {PIPELINE}"));
    assert_eq!(doctor.code, 74, "{}{}", doctor.stdout, doctor.stderr);
}

/// A workbook of one order, the reference of its first cell and row changed.
fn book(from: &str, to: &str) -> Vec<u8> {
    let header = ["order_id", "customer_id", "ordered_at", "amount"].map(Cell::Text).to_vec();
    let row = ["o1", "c1", "2026-01-05 10:00:00", "5.00"].map(Cell::Text).to_vec();
    let whole = workbook(&[("orders", &[(1, header), (2, row)])], false);
    let mut read = ZipArchive::new(std::io::Cursor::new(whole)).unwrap();
    let mut written = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for part in 0..read.len() {
        let mut part = read.by_index(part).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut text = std::io::read_to_string(&mut part).unwrap();
        if name.contains("sheets/") {
            assert!(text.contains(from), "{text}");
            text = text.replace(from, to);
        }
        written.start_file(name, SimpleFileOptions::default()).unwrap();
        written.write_all(text.as_bytes()).unwrap();
    }
    written.finish().unwrap().into_inner()
}

#[test]
fn cells_beyond_the_last_of_a_sheet_are_refused_by_every_command() {
    for (from, to) in [
        ("r=\"A2\"", "r=\"ZZZZZZ2\""),
        ("r=\"A2\"", "r=\"ZZZZZZZZZZZZ2\""),
        ("r=\"A2\"", "r=\"XFE2\""),
        ("r=\"2\"", "r=\"40000000000\""),
        ("r=\"A2\"", "r=\"A4000000000\""),
        ("r=\"A2\"", "r=\"A1048577\""),
    ] {
        let shop = Shop::new().edit(PIPELINE, "raw/orders/*.csv", "raw/orders/*.xlsx").edit(
            PIPELINE,
            "format: csv",
            "format: xlsx",
        );
        fs::write(shop.path("raw/orders/a.xlsx"), book(from, to)).unwrap();
        for arguments in
            [&["infer", "raw/orders/a.xlsx"][..], &["run", PIPELINE, "--as-of", "2026-03-01"]]
        {
            let ended = shop.patronage(arguments);
            assert_eq!(ended.code, 1, "{to} {arguments:?}: {}", ended.stderr);
            assert!(ended.stderr.contains("sheets end at `XFD1048576`"), "{to}: {}", ended.stderr);
        }
        assert!(shop.published().is_empty());
    }
}

#[test]
fn a_pattern_of_a_column_that_is_none_is_told_in_plain_words() {
    for expression in [
        "regexp_like(customer_id, customer_id || '(')",
        "customer_id ~ (customer_id || '(')",
        "regexp_replace(customer_id, customer_id || '(', 'x') = 'x'",
        "regexp_count(customer_id, customer_id || '(') = 1",
    ] {
        let sql = format!(
            "select customer_id, min(ordered_at) as first_order_at, \
             sum(case when {expression} then amount end) as spend from orders group by customer_id"
        );
        let shop = Shop::new().with("sql/core/customers.sql", &sql);
        let ended = shop.run("2026-03-01", &[]);
        assert_eq!(ended.code, 1, "{expression}: {}", ended.stderr);
        assert!(ended.stderr.contains("a pattern that is too large or none"), "{}", ended.stderr);
        for word in ["Syntax(", "External error", "did not compile", "regex parse"] {
            assert!(!ended.stderr.contains(word), "{expression}: {}", ended.stderr);
        }
    }
}
