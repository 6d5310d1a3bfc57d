//! A warehouse that has more than its records say: lost records, and stray files.

use std::fs;

use super::{PIPELINE, Shop};

/// A shop that has published three months, one release each.
fn published() -> Shop {
    let shop = Shop::new();
    for as_of in ["2026-02-01", "2026-03-01", "2026-04-01"] {
        let ended = shop.run(as_of, &[]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
    }
    assert_eq!(shop.results()["release"], 3);
    shop
}

/// The ways to lose them: what goes, and whether it is the newest alone.
const WAYS: [&[&str]; 5] = [
    &["releases"],
    &["releases/000000003.json", "releases/000000003.published"],
    &["releases/000000003.json"],
    &["releases", "current.json"],
    &[""],
];

fn copied(shop: &Shop) -> Shop {
    let copy = Shop(tempfile::tempdir().unwrap());
    super::copy(shop.0.path(), copy.0.path());
    copy
}

fn lose(shop: &Shop, way: &[&str]) {
    for below in way {
        let path = shop.path("warehouse/_patronage").join(below);
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap();
        } else {
            fs::remove_file(path).unwrap();
        }
    }
}

#[test]
fn records_that_are_lost_stop_every_run_and_what_the_help_says_leads_on() {
    let whole = published();
    let newest = whole.published();
    for way in WAYS {
        let shop = copied(&whole);
        lose(&shop, way);
        for as_of in ["2026-03-01", "2026-04-01", "2026-05-01"] {
            let ended = shop.run(as_of, &[]);
            let told = format!("{way:?} {as_of}: {}", ended.stderr);
            assert_eq!(ended.code, 74, "{told}");
            assert_eq!(shop.results()["stages"], serde_json::json!([]), "{told}");
            assert!(ended.stderr.contains("of a release"), "{told}");
            assert!(ended.stderr.contains("help: put the "), "{told}");
            assert!(ended.stderr.contains("build all periods anew with `--from`"), "{told}");
            assert!(shop.published() == newest, "{told}");
        }
        // With a copy, as the help says.
        let restored = copied(&shop);
        super::copy(&whole.path("warehouse/_patronage"), &restored.path("warehouse/_patronage"));
        let older = restored.run("2026-03-01", &[]);
        assert_eq!(older.code, 2, "{way:?}: {}", older.stderr);
        let again = restored.run("2026-04-01", &[]);
        assert_eq!(again.code, 0, "{way:?}: {}", again.stderr);
        assert!(restored.published() == newest, "{way:?}");
        // And without one.
        fs::rename(shop.path("warehouse"), shop.path("away")).unwrap();
        let anew = shop.run("2026-04-01", &["--from", "2026-01-01"]);
        assert_eq!(anew.code, 0, "{way:?}: {}", anew.stderr);
        assert!(!anew.stderr.contains("warning"), "{way:?}: {}", anew.stderr);
        assert!(shop.published() == newest, "{way:?}");
    }
}

#[test]
fn what_is_shown_is_not_of_an_older_release() {
    let shop = published();
    lose(&shop, WAYS[1]);
    let shown = shop.patronage(&["show", PIPELINE, "customers"]);
    assert_eq!((shown.code, shown.stdout.as_str()), (74, ""), "{}", shown.stderr);
    assert!(shown.stderr.contains("releases/000000003.json` is gone"), "{}", shown.stderr);
}

#[test]
fn a_file_whose_name_only_looks_like_that_of_a_record_is_none() {
    let shop = published();
    let releases = shop.path("warehouse/_patronage/releases");
    for name in ["4.json", "+00000004.json", "0000000004.published", "18446744073709551615.json"] {
        fs::write(releases.join(name), "{}").unwrap();
    }
    let ended = shop.run("2026-04-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(shop.results()["release"], 3);
}

type Forge = fn(&mut serde_json::Value);

#[test]
fn figures_that_no_warehouse_has_are_refused_before_anything_is_built() {
    let shop = published();
    let record = "warehouse/_patronage/releases/000000003.json";
    let original = shop.read(record);
    let forges: [Forge; 4] = [
        |it| it["tables"]["customers"]["files"][0]["bytes"] = u64::MAX.into(),
        |it| it["tables"]["customers"]["files"][0]["rows"] = u64::MAX.into(),
        |it| it["tables"]["activity"]["bytes"] = (u64::MAX - 1).into(),
        |it| it["tables"]["activity"]["rows"] = (1_u64 << 63).into(),
    ];
    for (number, forge) in forges.into_iter().enumerate() {
        let mut forged = serde_json::from_str(&original).unwrap();
        forge(&mut forged);
        fs::write(shop.path(record), forged.to_string()).unwrap();
        for as_of in ["2026-04-01", "2026-05-01"] {
            let ended = shop.run(as_of, &[]);
            assert_eq!(ended.code, 74, "{number}: {}", ended.stderr);
            assert!(ended.stderr.contains("more rows or bytes"), "{}", ended.stderr);
            assert_eq!(shop.results()["stages"], serde_json::json!([]));
        }
    }
    // As the help says.
    fs::write(shop.path(record), &original).unwrap();
    assert_eq!(shop.run("2026-04-01", &[]).code, 0);
}

#[test]
fn files_that_no_release_names_are_told_until_they_are_gone() {
    let shop = published();
    let part = shop.path("warehouse/customers/part-00000.parquet");
    let beside = "customers/part-00009.parquet";
    let foreign = "activity/period=2024-12-01/part-00000.parquet";
    let deep = "customers/.hidden/x=1/part-00000.parquet";
    for file in [beside, foreign, deep] {
        let path = shop.path("warehouse").join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::copy(&part, path).unwrap();
    }
    // Files that readers of Parquet ignore are ignored.
    fs::write(shop.path("warehouse/customers/_SUCCESS"), "").unwrap();
    for as_of in ["2026-04-01", "2026-05-01"] {
        let ended = shop.run(as_of, &[]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        let told = format!(
            "warning: no release names these, and readers of the folders read them: `{foreign}`, \
             `{deep}`, `{beside}`; move them away\n"
        );
        assert!(ended.stderr.contains(&told), "{}", ended.stderr);
        assert_eq!(shop.results()["strays"], serde_json::json!([foreign, deep, beside]));
    }
    // As the message says.
    for file in [beside, foreign, deep] {
        fs::remove_file(shop.path("warehouse").join(file)).unwrap();
    }
    let ended = shop.run("2026-05-01", &[]);
    assert!(!ended.stderr.contains("warning"), "{}", ended.stderr);
    assert_eq!(shop.results()["strays"], serde_json::json!([]));
}

#[test]
fn a_folder_that_is_called_like_a_file_is_told_and_one_of_values_is_not() {
    let shop = published();
    fs::create_dir_all(shop.path("warehouse/customers/z.parquet/inner.parquet")).unwrap();
    let ended = shop.run("2026-05-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let strays = ["customers/z.parquet/", "customers/z.parquet/inner.parquet/"];
    assert_eq!(shop.results()["strays"], serde_json::json!(strays));
    // As the message says.
    fs::remove_dir_all(shop.path("warehouse/customers/z.parquet")).unwrap();
    let ended = shop.run("2026-05-01", &[]);
    assert!(!ended.stderr.contains("warning"), "{}", ended.stderr);
    // A value may be called so.
    let table = "description: d\nkey: [customer_id]\npublish: {partition_by: [kind]}\ncolumns:\n  \
                 customer_id: {type: string, description: d}\n  kind: {type: string, description: d}\n";
    let values = Shop::new()
        .with("sql/core/kinds.sql", "select customer_id, 'a.parquet' as kind from customers")
        .with("sql/core/kinds.yaml", table);
    for _ in 0..2 {
        let ended = values.run("2026-02-01", &[]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        assert_eq!(values.results()["strays"], serde_json::json!([]));
    }
    assert!(values.path("warehouse/kinds/kind=a.parquet").is_dir());
}

#[test]
fn what_is_in_the_way_of_a_file_is_told_before_anything_is_built() {
    let customers = "warehouse/customers/part-00000.parquet";
    let pointer = "warehouse/_patronage/current.json";
    let whole = published();
    for (place, wanted) in
        [(customers, "a folder where a file"), (pointer, "a folder where a file")]
    {
        let shop = copied(&whole);
        fs::rename(shop.path(place), shop.path("kept")).unwrap();
        fs::create_dir(shop.path(place)).unwrap();
        for _ in 0..2 {
            let ended = shop.run("2026-05-01", &[]);
            assert_eq!(ended.code, 74, "{}", ended.stderr);
            let told = format!("{place}` is {wanted} belongs\nhelp: move it away and run again");
            assert!(ended.stderr.contains(&told), "{}", ended.stderr);
            assert_eq!(shop.results()["stages"], serde_json::json!([]));
        }
        fs::rename(shop.path(place), shop.path("away")).unwrap();
        let ended = shop.run("2026-05-01", &[]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        assert_eq!(shop.results()["damaged"][0]["put_back"], true);
    }
    // A file where the folder of a table belongs, and a folder where a file will be that is not there yet.
    let shop = copied(&whole);
    fs::rename(shop.path("warehouse/customers"), shop.path("away")).unwrap();
    fs::write(shop.path("warehouse/customers"), "").unwrap();
    let ended = shop.run("2026-05-01", &[]);
    assert_eq!(ended.code, 74, "{}", ended.stderr);
    assert!(ended.stderr.contains("customers` is no folder where a folder"), "{}", ended.stderr);
    let fresh = Shop::new();
    fs::create_dir_all(fresh.path(customers)).unwrap();
    let ended = fresh.run("2026-03-01", &[]);
    assert_eq!(ended.code, 74, "{}", ended.stderr);
    assert!(ended.stderr.contains("is a folder where a file belongs"), "{}", ended.stderr);
    assert!(!fresh.path("warehouse/_patronage/releases").exists(), "it was announced");
}
