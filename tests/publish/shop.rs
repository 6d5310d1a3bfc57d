//! A small warehouse, on a disk or in memory, and what readers and runs find in it.

use std::collections::BTreeMap;
use std::path::Path as LocalPath;
use std::sync::Arc;

use datafusion::execution::object_store::ObjectStoreUrl;
use futures::TryStreamExt;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use patronage::publish::{Kind, Staged, StagedFile, StagedTable, Warehouse};
use patronage::store::{self, Location};
use sha2::{Digest, Sha256};

/// A table that a run built: its name, whether it varies by period, its files and their text.
pub(super) type Built = (&'static str, bool, &'static [(&'static str, &'static str)]);

/// The first run builds all tables.
pub(super) const FIRST: &[Built] = &[
    (
        "loyalty",
        true,
        &[
            ("period=2026-08-01/part-00000.parquet", "loyalty of August"),
            ("period=2026-09-01/part-00000.parquet", "loyalty of September, too early"),
        ],
    ),
    (
        "lines",
        false,
        &[("x=1/part-00000.parquet", "lines 1"), ("x=2/part-00000.parquet", "lines 2")],
    ),
    ("dropped", false, &[("part-00000.parquet", "nobody builds it any more")]),
];

/// The second run builds two periods, other partitions and a new table.
pub(super) const SECOND: &[Built] = &[
    (
        "loyalty",
        true,
        &[
            ("period=2026-09-01/part-00000.parquet", "loyalty of September"),
            ("period=2026-10-01/part-00000.parquet", "loyalty of October"),
        ],
    ),
    (
        "lines",
        false,
        &[("x=1/part-00000.parquet", "more lines 1"), ("x=3/part-00000.parquet", "lines 3")],
    ),
    ("new", false, &[("part-00000.parquet", "new")]),
];

/// What readers find after the second run.
pub(super) const AFTER_SECOND: &[(&str, &str)] = &[
    ("dropped/part-00000.parquet", "nobody builds it any more"),
    ("lines/x=1/part-00000.parquet", "more lines 1"),
    ("lines/x=3/part-00000.parquet", "lines 3"),
    ("loyalty/period=2026-08-01/part-00000.parquet", "loyalty of August"),
    ("loyalty/period=2026-09-01/part-00000.parquet", "loyalty of September"),
    ("loyalty/period=2026-10-01/part-00000.parquet", "loyalty of October"),
    ("new/part-00000.parquet", "new"),
];

pub(super) type Files = BTreeMap<String, String>;

pub(super) fn files(files: &[(&str, &str)]) -> Files {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

pub(super) fn in_memory() -> Warehouse {
    let location = Location {
        url: ObjectStoreUrl::parse("memory://shop").expect("a URL"),
        store: Arc::new(InMemory::new()),
        path: Path::from("a/warehouse"),
        local: None,
    };
    Warehouse { location, shown: "memory".into() }
}

pub(super) fn on_disk(folder: &LocalPath) -> Warehouse {
    let location = store::open("warehouse", folder).expect("a location");
    Warehouse { location, shown: "disk".into() }
}

/// The same warehouse through another store.
pub(super) fn through(warehouse: &Warehouse, store: Arc<dyn ObjectStore>) -> Warehouse {
    let mut other = warehouse.clone();
    other.location.store = store;
    other
}

/// Stages tables as a run would.
pub(super) async fn stage(warehouse: &Warehouse, run: &str, built: &[Built]) -> Staged {
    let mut staged = Staged {
        run: run.into(),
        pipeline: "shop".into(),
        as_of: "2026-11-01T00:00:00".into(),
        ..Staged::default()
    };
    for (name, varies, files) in built {
        let mut table =
            StagedTable { slices: varies.then(Vec::new), ..StagedTable::of(Kind::Files) };
        for (path, text) in *files {
            let place = warehouse.path(&format!("{}/{name}/{path}", staged.folder())).unwrap();
            warehouse.location.store.put(&place, (*text).into()).await.unwrap();
            table.files.push(file(path, text));
            if let Some(slices) = &mut table.slices {
                slices.push(path[.."period=2026-10-01".len()].to_owned());
            }
        }
        staged.tables.insert((*name).to_owned(), table);
    }
    staged
}

fn file(path: &str, text: &str) -> StagedFile {
    StagedFile {
        path: path.parse().unwrap(),
        partition: Vec::new(),
        rows: 1,
        bytes: text.len() as u64,
        sha256: format!("{:x}", Sha256::digest(text)),
    }
}

/// Every file that readers find.
pub(super) async fn visible(warehouse: &Warehouse) -> Files {
    let mut all = everything(warehouse).await;
    all.retain(|path, _| !path.starts_with("_patronage/"));
    all
}

/// The contents of staging.
pub(super) async fn staged(warehouse: &Warehouse) -> Vec<String> {
    let all = everything(warehouse).await;
    all.into_keys().filter(|path| path.starts_with("_patronage/stage/")).collect()
}

/// The release that the pointer names.
pub(super) async fn pointer(warehouse: &Warehouse) -> serde_json::Value {
    let all = everything(warehouse).await;
    serde_json::from_str(&all["_patronage/current.json"]).unwrap()
}

async fn everything(warehouse: &Warehouse) -> Files {
    let Location { store, path, .. } = &warehouse.location;
    let listed: Vec<_> = store.list(Some(path)).try_collect().await.unwrap();
    let mut files = Files::new();
    for object in listed {
        let below: Vec<_> = object.location.prefix_match(path).unwrap().collect();
        let below: Vec<&str> = below.iter().map(AsRef::as_ref).collect();
        let bytes = store.get(&object.location).await.unwrap().bytes().await.unwrap();
        files.insert(below.join("/"), String::from_utf8_lossy(&bytes).into_owned());
    }
    files
}

/// Folders without anything in them, below a folder of this machine.
pub(super) fn empty_folders(folder: &LocalPath) -> Vec<String> {
    let mut empty = Vec::new();
    let entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(Result::unwrap).collect();
    if entries.is_empty() {
        empty.push(folder.display().to_string());
    }
    for entry in entries.iter().filter(|entry| entry.file_type().unwrap().is_dir()) {
        empty.extend(empty_folders(&entry.path()));
    }
    empty
}
