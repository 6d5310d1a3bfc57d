//! Anything that blocks the paths of a release is reported before anything is built, and unrelated
//! files beside it are ignored.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::Command;

use super::{PIPELINE, Shop};

fn folder(path: &Path) {
    fs::create_dir_all(path).unwrap();
}

fn pipe(path: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

fn file(path: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, "not ours").unwrap();
}

/// Where something is, how it is created, and the message about it.
type Thing = (&'static str, fn(&Path), &'static str);

#[test]
fn what_is_in_the_way_of_the_next_release_is_told_before_it_is_built() {
    let things: [Thing; 12] = [
        ("_patronage/releases/000000002.published", folder, "a folder where a file"),
        ("_patronage/releases/000000002.published", pipe, "a pipe where a file"),
        ("_patronage/releases/000000002.json", folder, "a folder where a file"),
        ("_patronage/releases/000000002.json", pipe, "a pipe where a file"),
        ("_patronage/current.json", pipe, "a pipe where a file"),
        ("activity/period=2026-02-01", file, "no folder where a folder"),
        ("activity/period=2026-02-01", pipe, "no folder where a folder"),
        ("activity/period=2026-02-01/part-00000.parquet", folder, "a folder where a file"),
        ("activity/period=2026-02-01/part-00000.parquet", pipe, "a pipe where a file"),
        ("customers/part-00000.parquet", pipe, "a pipe where a file"),
        ("customers/part-00000.parquet", folder, "a folder where a file"),
        ("quarantine", file, "no folder where a folder"),
    ];
    for (below, make, problem) in things {
        let shop = Shop::new();
        assert_eq!(shop.run("2026-02-01", &[]).code, 0);
        let place = shop.path("warehouse").join(below);
        if place.exists() {
            fs::rename(&place, shop.path("kept")).unwrap();
        }
        make(&place);
        for _ in 0..2 {
            let ended = shop.run("2026-03-01", &[]);
            let told = format!("{below}: {}", ended.stderr);
            assert_eq!(ended.code, 74, "{told}");
            assert!(ended.stderr.contains(&format!("{below}` is {problem} belongs")), "{told}");
            assert!(ended.stderr.contains("help: move it away and run again"), "{told}");
            assert_eq!(shop.results()["stages"], serde_json::json!([]), "{told}");
        }
        // As the help says.
        fs::rename(&place, shop.path("away")).unwrap();
        let ended = shop.run("2026-03-01", &[]);
        assert_eq!(ended.code, 0, "{below}: {}", ended.stderr);
        assert_eq!(shop.run("2026-03-01", &[]).code, 0, "{below}");
    }
}

/// A shop whose tables have a folder for each customer.
fn divided() -> Shop {
    ["customers", "activity"].iter().fold(Shop::new(), |shop, table| {
        let by = "publish: {partition_by: [customer_id], sort_by: [spend]}";
        shop.edit(&format!("sql/core/{table}.yaml"), "publish: {sort_by: [customer_id]}", by)
    })
}

#[test]
fn what_is_in_the_way_of_folders_of_values_is_told_before_anything_is_built() {
    let things: [Thing; 8] = [
        ("customers/customer_id=cyd", file, "no folder where a folder"),
        ("customers/customer_id=zoe", pipe, "no folder where a folder"),
        ("customers/customer_id=ada/part-00000.parquet", folder, "a folder where a file"),
        ("customers/customer_id=zoe/part-00000.parquet", pipe, "a pipe where a file"),
        ("quarantine/pipeline=shop", file, "no folder where a folder"),
        ("quarantine/pipeline=shop/source=raw_orders", file, "no folder where a folder"),
        ("quarantine/pipeline=shop/source=raw_orders", pipe, "no folder where a folder"),
        ("activity/period=2026-02-01/customer_id=ada", file, "no folder where a folder"),
    ];
    for (below, make, problem) in things {
        let shop = divided();
        assert_eq!(shop.run("2026-02-01", &[]).code, 0);
        let place = shop.path("warehouse").join(below);
        if place.exists() {
            fs::rename(&place, shop.path("kept")).unwrap();
        }
        make(&place);
        let ended = shop.run("2026-03-01", &[]);
        let told = format!("{below}: {}", ended.stderr);
        assert_eq!(ended.code, 74, "{told}");
        assert!(ended.stderr.contains(&format!("{below}` is {problem} belongs")), "{told}");
        assert_eq!(shop.results()["stages"], serde_json::json!([]), "{told}");
        fs::rename(&place, shop.path("away")).unwrap();
        let ended = shop.run("2026-03-01", &[]);
        assert_eq!(ended.code, 0, "{below}: {}", ended.stderr);
    }
}

#[test]
fn what_only_lies_beside_folders_of_values_is_in_nobodys_way() {
    let shop = divided();
    assert_eq!(shop.run("2026-02-01", &[]).code, 0);
    for below in ["customers/notes.txt", "customers/city=Rome", "activity/customer_id=ada"] {
        file(&shop.path("warehouse").join(below));
    }
    let strange = OsStr::from_bytes(b"customer_id=\xff");
    fs::write(shop.path("warehouse/customers").join(strange), "").unwrap();
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
}

#[test]
fn names_that_are_no_text_may_lie_among_records() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-02-01", &[]).code, 0);
    let strange = OsStr::from_bytes(b"\xff\xfe.json");
    for own in ["releases", "stage", "failed", "corrections", ""] {
        let place = shop.path("warehouse/_patronage").join(own);
        fs::create_dir_all(&place).unwrap();
        fs::write(place.join(strange), "").unwrap();
        fs::create_dir_all(place.join(OsStr::from_bytes(b"\xff"))).unwrap();
    }
    for arguments in [
        &["run", PIPELINE, "--as-of", "2026-03-01"][..],
        &["run", PIPELINE, "--as-of", "2026-03-01"],
        &["show", PIPELINE, "customers"],
        &["doctor", PIPELINE],
    ] {
        let ended = shop.patronage(arguments);
        assert_eq!(ended.code, 0, "{arguments:?}: {}", ended.stderr);
    }
    assert_eq!(shop.results()["release"], 2);
}

#[test]
fn files_that_some_reader_takes_for_parts_are_told_in_whatever_letters() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-02-01", &[]).code, 0);
    let names = ["x.PARQUET", "x.parq", "x.pq", "y.Pq"].map(|it| format!("customers/{it}"));
    for name in &names {
        fs::write(shop.path("warehouse").join(name), "PAR1").unwrap();
    }
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(shop.results()["strays"], serde_json::json!(names));
}
