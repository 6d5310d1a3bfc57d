//! A run record replaces only an earlier run record.

use std::fs;
use std::os::unix::fs::symlink;

use super::{PIPELINE, Shop};

fn run(shop: &Shop, results: &str) -> super::Ended {
    shop.patronage(&["run", PIPELINE, "--as-of", "2026-03-01", "--results", results])
}

#[test]
fn nothing_that_is_no_record_of_a_run_is_overwritten() {
    let shop = Shop::new()
        .with("notes.txt", "keep me")
        .with("other.json", "{\"run\": 1, \"schema_version\": 2}");
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    fs::write(shop.path("raw/orders/empty.csv"), "").unwrap();
    symlink(shop.path("raw/orders/2026-01.csv"), shop.path("link.json")).unwrap();
    symlink(shop.path("warehouse"), shop.path("elsewhere")).unwrap();
    let before = super::files(shop.0.path());
    let bytes = || -> Vec<_> { before.iter().map(|path| fs::read(path).unwrap()).collect() };
    let kept = bytes();
    for (results, problem) in [
        ("raw/orders/2026-01.csv", "no run has written its results to"),
        ("link.json", "no run has written its results to"),
        ("notes.txt", "no run has written its results to"),
        ("other.json", "no run has written its results to"),
        (PIPELINE, "the project's own files"),
        ("sql/core/customers.sql", "the project's own files"),
        ("sql/new.sql", "the project's own files"),
        ("pipelines/../pipelines/new.yaml", "the project's own files"),
        ("warehouse/_patronage/releases/000000001.json", "a warehouse keeps its records"),
        ("warehouse/_patronage/releases/000000002.json", "a warehouse keeps its records"),
        ("elsewhere/_patronage/new.json", "a warehouse keeps its records"),
        ("warehouse/customers/part-00000.parquet", "no run has written its results to"),
        ("warehouse/customers/new.parquet", "it is in the warehouse"),
        ("elsewhere/customers/new.parquet", "it is in the warehouse"),
        ("warehouse/new.json", "it is in the warehouse"),
        ("raw/orders/new.csv", "a source would read it"),
        ("raw/orders/empty.csv", "a source would read it"),
    ] {
        let ended = run(&shop, results);
        let told = format!("{results}: {}", ended.stderr);
        assert_eq!(ended.code, 2, "{told}");
        assert!(ended.stderr.contains(problem), "{told}");
        assert!(ended.stderr.contains("help: let `--results` name a file of its own"), "{told}");
        assert_eq!(super::files(shop.0.path()), before, "{told}");
        assert!(bytes() == kept, "{told}");
    }
    // As the help says.
    fs::remove_file(shop.path("raw/orders/empty.csv")).unwrap();
    assert_eq!(run(&shop, "run_results.json").code, 0);
}

#[test]
fn a_record_may_follow_a_record_and_go_where_nothing_is_kept() {
    let shop = Shop::new();
    fs::write(shop.path("empty.json"), "").unwrap();
    for results in ["run_results.json", "run_results.json", "empty.json", "/dev/null", "new.json"] {
        let ended = run(&shop, results);
        assert_eq!(ended.code, 0, "{results}: {}", ended.stderr);
    }
    // A truncated one, and one that was shortened.
    let text = shop.read("run_results.json");
    fs::write(shop.path("run_results.json"), &text[..text.len() / 2]).unwrap();
    assert_eq!(run(&shop, "run_results.json").code, 0);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let tight = text.split_whitespace().collect::<String>();
    fs::write(shop.path("run_results.json"), tight).unwrap();
    assert_eq!(run(&shop, "run_results.json").code, 0);
    assert_eq!(shop.results()["pipeline"], value["pipeline"]);
}

#[test]
fn a_link_to_what_is_not_there_yet_is_judged_by_where_it_leads() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let link = |name: &str, target: &str| symlink(target, shop.path(name)).unwrap();
    link("raw.json", "raw/orders/new.csv");
    link("sql.json", "pipelines/../sql/core/new.sql");
    link("table.json", "warehouse/customers/part-00009.parquet");
    link("record.json", "warehouse/_patronage/releases/000000009.json");
    link("folder", "raw/orders");
    link("through.json", "folder/new.csv");
    link("twice.json", "raw.json");
    link("absolute.json", shop.path("raw/orders/new.csv").to_str().unwrap());
    let before = super::files(shop.0.path());
    let places = ["raw", "sql", "table", "record", "through", "twice", "absolute"]
        .map(|it| format!("{it}.json"));
    for results in &places {
        let ended = run(&shop, results);
        assert_eq!(ended.code, 2, "{results}: {}", ended.stderr);
        assert!(ended.stderr.contains("`--results` name a file of its own"), "{}", ended.stderr);
        // Nothing is written, and the link still exists.
        assert_eq!(super::files(shop.0.path()), before, "{results}");
        assert!(shop.path(results).is_symlink(), "{results}");
        assert!(!shop.path(results).exists(), "{results}");
    }
    // A link to where a record may be is followed.
    link("right.json", "new.json");
    assert_eq!(run(&shop, "right.json").code, 0);
    assert!(shop.path("right.json").is_symlink() && shop.read("new.json").contains("exit_code"));
}

#[test]
fn replay_and_a_failing_project_are_no_exceptions() {
    let shop = Shop::new().with("notes.txt", "keep me");
    let replay = [
        "replay",
        PIPELINE,
        "--as-of",
        "2026-03-01",
        "--corrections",
        "none.csv",
        "--results",
        "notes.txt",
    ];
    assert_eq!(shop.patronage(&replay).code, 2);
    // The corrections, however they are called, and before they are there.
    fs::write(shop.path("empty.ndjson"), "").unwrap();
    fs::hard_link(shop.path("empty.ndjson"), shop.path("linked.ndjson")).unwrap();
    symlink(shop.path("empty.ndjson"), shop.path("symlinked.ndjson")).unwrap();
    for (corrections, results) in [
        ("empty.ndjson", "./empty.ndjson"),
        ("empty.ndjson", "linked.ndjson"),
        ("symlinked.ndjson", "empty.ndjson"),
        ("new.ndjson", "new.ndjson"),
    ] {
        let before = super::files(shop.0.path());
        let replay = ["replay", PIPELINE, "--as-of", "2026-03-01", "--corrections", corrections];
        let ended = shop.patronage(&[&replay[..], &["--results", results]].concat());
        assert_eq!(ended.code, 2, "{corrections}: {}", ended.stderr);
        assert!(ended.stderr.contains("the corrections are there"), "{}", ended.stderr);
        assert_eq!(
            (super::files(shop.0.path()), shop.read("empty.ndjson")),
            (before, String::new())
        );
    }
    let broken = Shop(shop.0).edit(PIPELINE, "format: csv", "format: cvs");
    assert_eq!(run(&broken, "notes.txt").code, 2);
    assert_eq!(broken.read("notes.txt"), "keep me\n");
    assert_eq!(run(&broken, "new.json").code, 2);
    assert!(broken.read("new.json").contains("\"exit_code\": 2"));
}
