//! Files that a location fits and that are not read: counted and named, and no reason to stop.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use insta::assert_snapshot;

use super::{Ended, PIPELINE, Shop, files};

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
    let told = ended.stdout.lines().find(|line| line.contains("files ignored"));
    assert_snapshot!(told.unwrap_or_default(), @"    files ignored: 2 hidden by their names (`_2025.csv`, `~$2025.csv`), 1 excluded (`2026-01_test.csv`)");
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
    assert!(
        ended.stderr.contains("caf\u{fffd}.csv` cannot be read: it is no UTF-8"),
        "{}",
        ended.stderr
    );
    let help = ended.stderr.lines().find(|line| line.starts_with("help: "));
    assert_snapshot!(help.unwrap_or_default(), @r#"help: rename it, or leave it out: `exclude: "caf\uFFFD.csv"`"#);
    let shop = shop.edit(
        PIPELINE,
        "    format: csv\n",
        "    format: csv\n    exclude: \"caf\\uFFFD.csv\"\n",
    );
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
}

#[test]
fn a_folder_is_excluded_with_all_that_is_in_it() {
    let shop = Shop::new()
        .with("raw/orders/old/2025.csv", ROWS)
        .edit(PIPELINE, "raw/orders/*.csv", "raw/orders/**/*.csv")
        .edit(PIPELINE, "    format: csv\n", "    format: csv\n    exclude: old\n");
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let source = &shop.results()["sources"][0];
    assert_eq!((&source["files"], &source["excluded_files"]["files"]), (&3.into(), &1.into()));
}

#[test]
fn a_pattern_that_makes_no_sense_is_a_mistake() {
    let shop =
        Shop::new().edit(PIPELINE, "    format: csv\n", "    format: csv\n    exclude: \"a{b\"\n");
    assert!(shop.mistakes().contains("error[exclude]: `a{b` is not a usable pattern"));
}

const AGAIN: &str = "pipelines/again.yaml";

/// A pipeline whose warehouse is in the folder of its source.
fn again() -> Shop {
    let shop = Shop::new()
        .with(
            AGAIN,
            "
            pipeline: again
            warehouse: raw/pp/warehouse
            sources:
              seen:
                location: raw/pp/**/*.parquet
                format: parquet
                columns: {customer_id: {type: string}}
            stages: [sql/again/*]
            ",
        )
        .with("sql/again/copies.sql", "select customer_id from seen")
        .with(
            "sql/again/copies.yaml",
            "
            description: What was seen.
            columns: {customer_id: {type: string, description: The customer.}}
            publish: {}
            ",
        );
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let customers = files(&shop.path("warehouse/customers")).remove(0);
    std::fs::create_dir_all(shop.path("raw/pp/linked")).unwrap();
    std::fs::copy(customers, shop.path("raw/pp/a.parquet")).unwrap();
    shop
}

fn night(shop: &Shop) -> Ended {
    shop.patronage(&["run", AGAIN, "--as-of", "2026-03-01"])
}

#[test]
fn what_the_pipeline_itself_publishes_is_never_its_input() {
    let shop = again();
    let mut rows = Vec::new();
    for _ in 0..3 {
        let ended = night(&shop);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        rows.push((shop.results()["sources"][0]["files"].clone(), ended.stdout));
    }
    assert!(rows.iter().all(|(files, _)| *files == 1), "{rows:?}");
    let told = rows[2].1.lines().find(|line| line.contains("files ignored")).unwrap_or_default();
    assert!(told.contains("2 in the warehouse (`warehouse/copies/"), "{told}");
    assert_eq!(shop.results()["sources"][0]["warehouse_files"]["files"], 2);
}

#[test]
fn a_link_to_the_warehouse_leads_to_nothing_that_is_read() {
    let shop = again();
    assert_eq!(night(&shop).code, 0);
    let copies = shop.path("raw/pp/warehouse/copies");
    std::os::unix::fs::symlink(copies.parent().unwrap(), shop.path("raw/pp/linked/w")).unwrap();
    assert_eq!(night(&shop).code, 0);
    assert_eq!(shop.results()["sources"][0]["files"], 1);
    assert_eq!(shop.results()["sources"][0]["warehouse_files"]["files"], 4);
}

#[test]
fn a_location_that_names_the_pipeline_s_own_table_is_a_mistake() {
    let at = |location: &str| {
        let shop = again().edit(AGAIN, "raw/pp/**/*.parquet", location);
        shop.patronage(&["check", AGAIN])
    };
    for location in ["raw/pp/warehouse/c*/*.parquet", "raw/pp/warehouse/**/*.parquet"] {
        let ended = at(location);
        assert_eq!(ended.code, 2, "{location}");
        let told = ended.stderr.contains("error[own-output]: the source `seen` reads `copies`");
        assert!(told && ended.stderr.contains("again.yaml:5:15"), "{}", ended.stderr);
    }
    assert_eq!(at("raw/pp/warehouse/other/*.parquet").code, 0);
}
