//! Files that a location fits and that are not read: counted and named, and no reason to stop.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use insta::assert_snapshot;

use super::{PIPELINE, Shop};

const ROWS: &str = "order_id,customer_id,ordered_at,amount\no9,ada,2026-01-06 09:30:00,1.00\n";

#[test]
fn files_that_are_passed_over_are_told() {
    let shop = Shop::new()
        .with("raw/orders/_2025.csv", ROWS)
        .with("raw/orders/~$2025.csv", ROWS)
        .with("raw/orders/2026-01_test.csv", ROWS)
        .edit(PIPELINE, "    format: csv\n", "    format: csv\n    exclude: \"*_test.csv\"\n");
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let told = ended.stdout.lines().find(|line| line.contains("passed over"));
    assert_snapshot!(told.unwrap_or_default(), @"    files passed over: 2 hidden by their names (`_2025.csv`, `~$2025.csv`), 1 excluded (`2026-01_test.csv`)");
    let source = &shop.results()["sources"][0];
    assert_eq!((&source["files"], &source["hidden_files"]["files"]), (&3.into(), &2.into()));
    assert_snapshot!(source["excluded_files"].to_string(), @r#"{"examples":["2026-01_test.csv"],"files":1}"#);
}

#[test]
fn where_nothing_but_such_files_is_there_that_is_said() {
    let shop = Shop::new().edit(PIPELINE, "raw/orders/*.csv", "raw/new/*.csv");
    let shop = shop.with("raw/new/_a.csv", ROWS);
    let ended = shop.run("2026-03-01", &[]);
    assert!(
        ended.stderr.contains("`raw/new` holds `_a.csv`, but names that begin"),
        "{}",
        ended.stderr
    );
    let shop = shop.edit(PIPELINE, "    format: csv\n", "    format: csv\n    exclude: b*\n");
    std::fs::write(shop.path("raw/new/b.csv"), ROWS).unwrap();
    let ended = shop.run("2026-03-01", &[]);
    assert!(ended.stderr.contains("holds `b.csv`, which `exclude` leaves out"), "{}", ended.stderr);
}

#[test]
fn a_name_that_is_no_text_stops_a_run_only_if_it_is_meant() {
    let shop = Shop::new();
    let strange =
        |end: &[u8]| shop.path("raw/orders").join(OsStr::from_bytes(&[b"caf\xe9", end].concat()));
    std::fs::write(strange(b".txt"), ROWS).unwrap();
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    std::fs::write(strange(b".csv"), ROWS).unwrap();
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert!(ended.stderr.contains("caf\u{fffd}.csv` is no UTF-8 text"), "{}", ended.stderr);
    let help = ended.stderr.lines().find(|line| line.starts_with("help: "));
    assert_snapshot!(help.unwrap_or_default(), @r#"help: rename it, or leave it out: `exclude: "caf*.csv"`"#);
    let shop =
        shop.edit(PIPELINE, "    format: csv\n", "    format: csv\n    exclude: \"caf*.csv\"\n");
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
}

#[test]
fn a_pattern_that_makes_no_sense_is_a_mistake() {
    let shop =
        Shop::new().edit(PIPELINE, "    format: csv\n", "    format: csv\n    exclude: \"a{b\"\n");
    assert!(shop.mistakes().contains("error[exclude]: `a{b` is not a usable pattern"));
}
