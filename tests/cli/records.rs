//! A warehouse with records written by others, and files outside the project.

use std::fs;
use std::os::unix::fs::symlink;

use super::{PIPELINE, Shop};

const RECORD: &str = "warehouse/_patronage/releases/000000001.json";

impl Shop {
    /// A shop that has published February.
    fn published_once() -> Self {
        let shop = Self::new();
        assert_eq!(shop.run("2026-03-01", &[]).code, 0);
        shop
    }

    /// Changes the record of the release, and says that it is to be completed.
    fn forged(self, forge: impl FnOnce(&mut serde_json::Value)) -> Self {
        let mut record = serde_json::from_str(&self.read(RECORD)).unwrap();
        forge(&mut record);
        fs::write(self.path(RECORD), record.to_string()).unwrap();
        fs::remove_file(self.path("warehouse/_patronage/releases/000000001.published")).unwrap();
        self
    }

    /// Every file below the shop's folder, links as what they are.
    fn everything(&self) -> Vec<(String, Vec<u8>)> {
        let files = super::files(self.0.path()).into_iter();
        files
            .filter(|path| !path.ends_with("run_results.json"))
            .map(|path| (path.display().to_string(), fs::read(&path).unwrap_or_default()))
            .collect()
    }
}

/// Texts that lead somewhere else, on this system or another one.
const HOSTILE: [&str; 20] = [
    "",
    ".",
    "..",
    "../../victim",
    "x/../../../victim",
    "/victim",
    "//victim",
    "victim/",
    "a//b",
    "%2e%2e/victim",
    "x/%2E%2e/victim",
    "t/..%2f..%2fvictim",
    "t/x%2F..%252f..%2Fvictim",
    "%252e%252e/victim",
    "t/%5cvictim",
    "..\\victim",
    "\\\\host\\victim",
    "C:",
    "C:\\victim",
    "nul\0",
];

#[test]
fn a_record_whose_paths_lead_elsewhere_is_refused_and_nothing_is_touched() {
    type Forge = fn(&mut serde_json::Value, &str);
    let forges: [(&str, Forge); 6] = [
        ("run", |record, text| record["run"] = text.into()),
        ("moves from", |record, text| record["moves"][0]["from"] = text.into()),
        ("moves to", |record, text| record["moves"][0]["to"] = text.into()),
        ("stale", |record, text| record["stale"] = serde_json::json!([text])),
        ("files", |record, text| record["tables"]["customers"]["files"][0]["path"] = text.into()),
        ("tables", |record, text| {
            let table = record["tables"]["customers"].take();
            record["tables"] = serde_json::json!({text: table});
        }),
    ];
    let shop = Shop::published_once().with("victim/precious", "keep me");
    let original = shop.read(RECORD);
    for (place, forge) in forges {
        // What is the program's own is nothing that a record may name either.
        for text in HOSTILE.into_iter().chain(["_patronage/releases/000000001.json"]) {
            let mut record = serde_json::from_str(&original).unwrap();
            forge(&mut record, text);
            fs::write(shop.path(RECORD), record.to_string()).unwrap();
            let _ = fs::remove_file(shop.path("warehouse/_patronage/releases/000000001.published"));
            let before = shop.everything();
            let ended = shop.run("2026-03-01", &[]);
            let told = format!("{place} {text:?}: {}", ended.stderr);
            assert_eq!(ended.code, 74, "{told}");
            assert!(ended.stderr.contains("is not a record of this program"), "{told}");
            assert!(ended.stderr.contains("help: put the record back from a backup"), "{told}");
            assert!(shop.everything() == before, "{told}");
        }
    }
}

#[test]
fn what_is_no_record_is_refused() {
    let shop = Shop::published_once();
    let deep = "[".repeat(1_000_000);
    for text in ["", "null", "[]", "not JSON", "{}", "{\"release\": -1}", &*deep] {
        fs::write(shop.path(RECORD), text).unwrap();
        let ended = shop.run("2026-03-01", &[]);
        assert_eq!(ended.code, 74, "{text:.9}: {}", ended.stderr);
        assert!(ended.stderr.contains("is not a record of this program"), "{}", ended.stderr);
    }
    // Too large to be held.
    fs::File::create(shop.path(RECORD)).unwrap().set_len((1 << 30) + 1).unwrap();
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 74, "{}", ended.stderr);
    assert!(ended.stderr.contains("it has 1073741825 bytes"), "{}", ended.stderr);
    // As its help says.
    fs::rename(shop.path("warehouse"), shop.path("away")).unwrap();
    let whole = shop.run("2026-03-01", &["--from", "2026-01-01"]);
    assert_eq!(whole.code, 0, "{}", whole.stderr);
}

#[test]
fn a_record_that_says_what_no_run_writes_is_refused_with_the_field() {
    type Forge = fn(&mut serde_json::Value);
    fn slice(record: &mut serde_json::Value, name: &str) {
        record["tables"]["activity"]["slices"][name] = "2026-03-01T00:00:00Z".into();
    }
    let forges: [(&str, Forge); 11] = [
        ("`as_of`", |it| it["as_of"] = "junk".into()),
        ("`as_of`", |it| it["as_of"] = "2026-02-30T00:00:00Z".into()),
        ("`as_of`", |it| it["as_of"] = "".into()),
        ("`slices`", |it| slice(it, "..")),
        ("`slices`", |it| slice(it, "x")),
        ("`slices`", |it| slice(it, "")),
        ("`slices`", |it| slice(it, "period=junk")),
        ("`slices`", |it| slice(it, "period=2026-02-01/..")),
        ("`files`", |it| {
            let files = it["tables"]["customers"]["files"].as_array_mut().unwrap();
            files.push(files[0].clone());
        }),
        ("`moves`", |it| {
            let moves = it["moves"].as_array_mut().unwrap();
            moves.push(moves[0].clone());
        }),
        ("a file half written", |it| {
            let path = "customers/part-00000.parquet#1";
            it["tables"]["customers"]["files"][0]["path"] = path.into();
        }),
    ];
    let shop = Shop::published_once();
    let original = shop.read(RECORD);
    for (number, (field, forge)) in forges.into_iter().enumerate() {
        let mut record = serde_json::from_str(&original).unwrap();
        forge(&mut record);
        fs::write(shop.path(RECORD), record.to_string()).unwrap();
        let before = shop.everything();
        for as_of in ["2026-03-01", "2026-04-01"] {
            let ended = shop.run(as_of, &[]);
            let told = format!("{number} {field}: {}", ended.stderr);
            assert_eq!(ended.code, 74, "{told}");
            assert!(ended.stderr.contains("is not a record of this program"), "{told}");
            assert!(ended.stderr.contains(field), "{told}");
            assert!(shop.everything() == before, "{told}");
        }
    }
    // As the help says.
    fs::write(shop.path(RECORD), &original).unwrap();
    assert_eq!(shop.run("2026-04-01", &[]).code, 0);
}

#[test]
fn a_number_that_no_other_can_follow_is_none_of_a_release() {
    let shop = Shop::published_once();
    let number = u64::MAX;
    let mut record: serde_json::Value = serde_json::from_str(&shop.read(RECORD)).unwrap();
    record["release"] = number.into();
    let forged = format!("warehouse/_patronage/releases/{number}.json");
    fs::write(shop.path(&forged), record.to_string()).unwrap();
    let pointer = "warehouse/_patronage/current.json";
    let right = shop.read(pointer);
    fs::write(shop.path(pointer), format!("{{\"release\": {number}}}")).unwrap();
    let ended = shop.run("2026-04-01", &[]);
    assert_eq!(ended.code, 74, "{}", ended.stderr);
    assert!(!ended.stderr.contains("is gone"), "{}", ended.stderr);
    assert!(ended.stderr.contains("no number that another release can follow"), "{}", ended.stderr);
    // Which is a true word where it is.
    fs::remove_file(shop.path(&forged)).unwrap();
    let ended = shop.run("2026-04-01", &[]);
    assert!(ended.code == 74 && ended.stderr.contains("is gone"), "{}", ended.stderr);
    fs::write(shop.path(pointer), right).unwrap();
    assert_eq!(shop.run("2026-04-01", &[]).code, 0);
}

#[test]
fn a_record_of_a_newer_version_is_2() {
    let shop = Shop::published_once().forged(|record| {
        record["schema_version"] = 3.into();
        record["tables"] = "of another shape".into();
    });
    insta::assert_snapshot!(shop.run("2026-03-01", &[]).shown(), @r"
    exit: 2
    --- stdout
    --- stderr
    run [run] 3 stages
    error: `_patronage/releases/000000001.json` is of version 3, and this program knows records up to 2
    help: run the version of patronage that wrote it, or a newer one
    ");
    let before = shop.everything();
    let shown = shop.patronage(&["show", PIPELINE, "customers"]);
    assert_eq!(shown.code, 2, "{}", shown.stderr);
    assert!(shop.everything() == before);
}

#[test]
fn corrections_that_cannot_be_read_are_told() {
    let shop = Shop::published_once();
    let record = "warehouse/_patronage/corrections/000000001.json";
    let shop = shop.with(record, "not JSON");
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 74, "{}", ended.stderr);
    assert!(ended.stderr.contains("without one, remove it"), "{}", ended.stderr);
    fs::remove_file(shop.path(record)).unwrap();
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
}

/// The record of the one run in a folder of failed runs.
fn of_the_failed(shop: &Shop, folder: &str, record: &str) -> std::path::PathBuf {
    let runs = fs::read_dir(shop.path("warehouse/_patronage").join(folder)).unwrap();
    let runs: Vec<_> = runs.map(|run| run.unwrap().path()).collect();
    assert_eq!(runs.len(), 1);
    runs[0].join(record)
}

#[test]
fn records_of_failed_runs_lead_nowhere_else() {
    let shop = Shop::published_once().edit("raw/orders/2026-02.csv", "40.00", "-40.00");
    assert_eq!(shop.run("2026-03-01", &[]).code, 1);
    let staged = of_the_failed(&shop, "stage", "staged.json");
    let failed = of_the_failed(&shop, "failed", "failed.json");
    let originals = [&staged, &failed].map(|path| fs::read_to_string(path).unwrap());
    let show = |shop: &Shop| {
        let shown = ["--staged", "--failed"]
            .map(|what| shop.patronage(&["show", PIPELINE, "customers", what]));
        shown.map(|ended| (ended.code, ended.stderr))
    };
    for text in HOSTILE {
        let [mut in_stage, mut in_failed] = originals
            .each_ref()
            .map(|text| serde_json::from_str::<serde_json::Value>(text).unwrap());
        // The path of a record says whose it is.
        in_stage["run"] = text.into();
        in_failed["run"] = text.into();
        fs::write(&staged, in_stage.to_string()).unwrap();
        fs::write(&failed, in_failed.to_string()).unwrap();
        assert_eq!(show(&shop).map(|(code, _)| code), [0, 0], "{text:?}");
        in_stage["tables"]["customers"]["files"][0]["path"] = text.into();
        in_failed["checks"][0]["files"][0]["path"] = text.into();
        fs::write(&staged, in_stage.to_string()).unwrap();
        fs::write(&failed, in_failed.to_string()).unwrap();
        for (code, stderr) in show(&shop) {
            assert_eq!(code, 74, "{text:?}: {stderr}");
            assert!(stderr.contains("is not a record of this program"), "{stderr}");
            assert!(stderr.contains("help: remove the folder that it is in"), "{stderr}");
        }
    }
    // They do no harm, and the command in the help works.
    let mended = shop.edit("raw/orders/2026-02.csv", "-40.00", "40.00");
    let ended = mended.run("2026-03-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    for record in [staged, failed] {
        fs::remove_dir_all(record.parent().unwrap()).unwrap();
    }
    assert_eq!(show(&mended).map(|(code, _)| code), [4, 4]);
}

#[test]
fn a_record_without_a_version_is_completed() {
    let shop = Shop::published_once();
    let before = shop.published();
    let shop = shop.forged(|record| {
        record.as_object_mut().unwrap().remove("schema_version");
    });
    fs::remove_file(shop.path("warehouse/_patronage/current.json")).unwrap();
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stderr.contains("nothing changed"), "{}", ended.stderr);
    assert!(shop.published() == before);
    assert!(shop.read("warehouse/_patronage/current.json").contains("\"release\": 1"));
}

#[test]
fn folders_of_the_warehouse_that_lead_elsewhere_are_refused() {
    for folder in ["_patronage/stage", "_patronage/releases", "_patronage/failed", "customers"] {
        let shop = Shop::published_once();
        let inside = shop.path("warehouse").join(folder);
        fs::create_dir_all(shop.path("elsewhere/20200101T000000000000-1")).unwrap();
        fs::write(shop.path("elsewhere/20200101T000000000000-1/precious"), "keep me").unwrap();
        if let Ok(entries) = fs::read_dir(&inside) {
            for entry in entries.map(Result::unwrap) {
                fs::rename(entry.path(), shop.path("elsewhere").join(entry.file_name())).unwrap();
            }
            fs::remove_dir(&inside).unwrap();
        }
        symlink(shop.path("elsewhere"), &inside).unwrap();
        let before = shop.everything();
        // Other customers, and none at all.
        let shop = shop.edit("sql/core/customers.sql", "select", "select /* all */");
        let shop = shop.edit("raw/orders/2026-02.csv", "40.00", "41.00");
        let ended = shop.run("2026-03-01", &[]);
        assert_eq!(ended.code, 74, "{folder}: {}", ended.stderr);
        assert!(ended.stderr.contains("leads out of the warehouse"), "{}", ended.stderr);
        let elsewhere = |all: Vec<(String, Vec<u8>)>| -> Vec<_> {
            all.into_iter().filter(|(path, _)| path.contains("/elsewhere/")).collect()
        };
        assert!(elsewhere(shop.everything()) == elsewhere(before), "{folder}");
        // As its help says.
        fs::remove_file(&inside).unwrap();
        fs::rename(shop.path("elsewhere"), &inside).unwrap();
        let ended = shop.run("2026-03-01", &[]);
        assert_eq!(ended.code, 0, "{folder}: {}", ended.stderr);
        assert!(!ended.stderr.contains("warning"), "{folder}: {}", ended.stderr);
    }
}

#[test]
fn links_that_lead_out_of_the_project_are_refused() {
    for link in ["sql/core/x.yaml", "sql/core/x.sql", "sql/out", "sql", "pipelines/shop.yaml"] {
        let shop = Shop::new();
        let outside = tempfile::tempdir().unwrap();
        let secret = outside.path().join("secret.yaml");
        fs::write(&secret, "root:x:0:0:secret\n").unwrap();
        let _ = fs::rename(shop.path(link), shop.path("away"));
        let target = if link.contains('.') { &*secret } else { outside.path() };
        symlink(target, shop.path(link)).unwrap();
        let ended = shop.patronage(&["check", PIPELINE]);
        assert_eq!(ended.code, 2, "{link}");
        let message = format!("error[link-out]: `{link}` is a link that leads out of the project");
        assert!(ended.stderr.contains(&message), "{}", ended.stderr);
        assert!(!ended.stderr.contains("0:0:secret"), "{}", ended.stderr);
    }
}

#[test]
fn a_link_within_the_project_is_followed() {
    let shop = Shop::new();
    fs::rename(shop.path("sql/core/customers.sql"), shop.path("kept.sql")).unwrap();
    symlink("../../kept.sql", shop.path("sql/core/customers.sql")).unwrap();
    let ended = shop.patronage(&["check", PIPELINE]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
}

#[test]
fn a_stage_named_like_our_own_folder_is_refused() {
    let shop = Shop::new().with("sql/core/_patronage.sql", "select 1 as one");
    let mistakes = shop.mistakes();
    assert!(mistakes.contains("already has a folder `_patronage`"), "{mistakes}");
}
