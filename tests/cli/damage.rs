//! Published files that others removed, emptied or altered.

use std::fs;

use super::{PIPELINE, Shop};

const CUSTOMERS: &str = "warehouse/customers/part-00000.parquet";
const JANUARY: &str = "warehouse/activity/period=2026-01-01/part-00000.parquet";

/// A shop that has published January and February.
fn published() -> Shop {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-03-01", &["--from", "2026-01-01"]).code, 0);
    shop
}

/// The ways in which a file can be damaged.
fn harm(path: &std::path::Path, way: &str) {
    match way {
        "is missing" => fs::remove_file(path).unwrap(),
        "is empty" => fs::write(path, "").unwrap(),
        _ => {
            let mut bytes = fs::read(path).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            fs::write(path, bytes).unwrap();
        }
    }
}

const WAYS: [&str; 3] = ["is missing", "is empty", "was altered"];

#[test]
fn a_damaged_file_is_told_and_put_back() {
    for way in WAYS {
        let shop = published();
        let before = shop.published();
        harm(&shop.path(CUSTOMERS), way);
        let ended = shop.run("2026-03-01", &[]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        let told = format!(
            "warning: not as release 1 published them: `customers/part-00000.parquet` {way}\n"
        );
        assert!(ended.stderr.contains(&told), "{}", ended.stderr);
        assert!(!ended.stderr.contains("damaged still"), "{}", ended.stderr);
        assert!(shop.published() == before);
        let results = shop.results();
        assert_eq!((&results["release"], &results["unchanged"]), (&2.into(), &false.into()));
        assert_eq!(results["damaged"][0]["put_back"], true);
        let again = shop.run("2026-03-01", &[]);
        assert!(again.stderr.contains("nothing changed: release 2 stays"), "{}", again.stderr);
        assert_eq!(shop.results()["damaged"], serde_json::json!([]));
    }
}

#[test]
fn what_a_run_does_not_build_is_told_with_the_command_that_does() {
    for way in WAYS {
        let shop = published();
        let before = shop.published();
        harm(&shop.path(JANUARY), way);
        let ended = shop.run("2026-03-01", &[]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        let file = "activity/period=2026-01-01/part-00000.parquet";
        let options = "--select activity --as-of 2026-03-01T00:00:00Z --exact-as-of \
                       --from 2026-01-01 --to 2026-01-01";
        let told = format!(
            "warning: still damaged; to rebuild them: `{file}`: `patronage run` with \
             `{options}`\n"
        );
        assert!(ended.stderr.contains(&told), "{}", ended.stderr);
        assert_eq!(shop.results()["damaged"][0]["damage"], way.rsplit(' ').next().unwrap());
        // As the message says.
        let run = ["run", PIPELINE];
        let options: Vec<&str> = options.split(' ').collect();
        let mended = shop.patronage(&[&run, &*options].concat());
        assert_eq!(mended.code, 0, "{}", mended.stderr);
        assert!(shop.published() == before, "{way}");
        let again = shop.run("2026-03-01", &[]);
        assert!(!again.stderr.contains("warning"), "{}", again.stderr);
    }
}

#[test]
fn a_file_that_is_a_link_out_of_the_warehouse_is_told_and_put_back() {
    let shop = published();
    let before = shop.published();
    fs::rename(shop.path(CUSTOMERS), shop.path("elsewhere.parquet")).unwrap();
    std::os::unix::fs::symlink(shop.path("elsewhere.parquet"), shop.path(CUSTOMERS)).unwrap();
    let kept = fs::read(shop.path("elsewhere.parquet")).unwrap();
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(
        ended.stderr.contains("`customers/part-00000.parquet` was altered"),
        "{}",
        ended.stderr
    );
    assert_eq!(shop.results()["damaged"][0]["put_back"], true);
    // A file has replaced the link, and its target is unchanged.
    assert!(!shop.path(CUSTOMERS).is_symlink());
    assert!(shop.published() == before);
    assert!(fs::read(shop.path("elsewhere.parquet")).unwrap() == kept);
}

#[test]
fn a_pointer_that_is_gone_comes_back() {
    let shop = published();
    fs::remove_file(shop.path("warehouse/_patronage/current.json")).unwrap();
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(shop.read("warehouse/_patronage/current.json").contains("\"release\": 2"));
}

#[test]
fn a_warehouse_that_was_copied_is_not_damaged() {
    let shop = published();
    super::copy(&shop.path("warehouse"), &shop.path("copy"));
    fs::remove_dir_all(shop.path("warehouse")).unwrap();
    fs::rename(shop.path("copy"), shop.path("warehouse")).unwrap();
    let ended = shop.run("2026-03-01", &[]);
    assert!(ended.stderr.contains("nothing changed: release 1 stays"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("warning"), "{}", ended.stderr);
}
