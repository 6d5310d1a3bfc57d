//! Of the rows with the same key, the newest is used: whatever the files, the partitions and the
//! memory are.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::AsArray;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Int64Type};
use patronage::declare::{Format, Superseded};
use patronage::diagnostic::SourceFile;
use patronage::plan::{Bindings, Deletion, Origin, Query, SourceField, SourcePlan, Versions};
use patronage::publish::{Folder, Target};
use patronage::read::{Corrections, Spool, inventory, table};
use patronage::session::{Resources, runtime};
use patronage::store;
use patronage::transform::{Build, Outdated};
use patronage::zone::never;
use proptest::prelude::*;
use tempfile::TempDir;

mod run;

/// One row of a file.
#[derive(Debug, Clone)]
struct Row {
    key: (u8, u8),
    version: (u8, u8),
    gone: bool,
}

/// What a machine has.
#[derive(Debug, Clone, Copy)]
struct Machine {
    partitions: usize,
    memory: usize,
    /// Whether the newest rows are written to separate files.
    land: bool,
}

const MACHINE: Machine = Machine { partitions: 3, memory: 256 << 20, land: false };

/// File, line and key of every newest row, and how many there are of the others.
type Answer = (Vec<(String, i64, String)>, Outdated);

fn source(with_version: bool, with_deletions: bool) -> SourcePlan {
    let field = |(name, kind): (&str, &str)| SourceField {
        required: true,
        ..SourceField::new(name, kind.parse().unwrap(), chrono_tz::UTC)
    };
    let columns = [
        ("One", "string"),
        ("two", "int64"),
        ("major", "int32"),
        ("minor", "int64"),
        ("op", "string"),
    ];
    let versions = Versions {
        key: vec!["One".into(), "two".into()],
        version: if with_version { vec!["major".into(), "minor".into()] } else { Vec::new() },
        deleted: with_deletions.then(|| Deletion {
            column: "op".into(),
            data_type: DataType::Utf8View,
            values: vec!["it's gone".into(), "D".into()],
        }),
        superseded: Superseded::default(),
    };
    let columns = columns.into_iter().map(field).collect();
    let plan = SourcePlan::new("raw", "raw/*.csv", Format::Csv, columns);
    SourcePlan { versions: Some(versions), ..plan }
}

fn write(folder: &Path, files: &[Vec<Row>]) {
    std::fs::create_dir_all(folder.join("raw")).unwrap();
    for (at, rows) in files.iter().enumerate() {
        let mut text = "One,two,major,minor,op\n".to_owned();
        for row in rows {
            let op = if row.gone { "it's gone" } else { "U" };
            let ((one, two), (major, minor)) = (row.key, row.version);
            writeln!(text, "{one},{two},{major},{minor},{op}").unwrap();
        }
        std::fs::write(folder.join(format!("raw/{at:03}.csv")), text).unwrap();
    }
}

/// The rows that win, one after another.
fn expected(source: &SourcePlan, files: &[Vec<Row>]) -> Answer {
    let versions = source.versions.as_ref().unwrap();
    let mut newest = BTreeMap::new();
    let mut rows = 0;
    for (at, file) in files.iter().enumerate() {
        for (line, row) in file.iter().enumerate() {
            rows += 1;
            let version = if versions.version.is_empty() { (0, 0) } else { row.version };
            let place = (format!("raw/{at:03}.csv"), i64::try_from(line).unwrap() + 2);
            let best = newest.entry(row.key).or_insert_with(|| (version, place.clone(), row));
            if (version, &place) >= (best.0, &best.1) {
                *best = (version, place, row);
            }
        }
    }
    let superseded = rows - newest.len() as u64;
    let gone = |row: &Row| versions.deleted.is_some() && row.gone;
    let deleted = newest.values().filter(|(_, _, row)| gone(row)).count() as u64;
    let kept = newest.values().filter(|(_, _, row)| !gone(row));
    let mut kept: Vec<_> = kept
        .map(|(_, (file, line), row)| (file.clone(), *line, format!("{}-{}", row.key.0, row.key.1)))
        .collect();
    kept.sort();
    (kept, Outdated { superseded, deleted })
}

fn found(source: &SourcePlan, folder: &Path, machine: Machine) -> Answer {
    let tasks = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    tasks.block_on(answer(source, folder, machine))
}

async fn answer(source: &SourcePlan, folder: &Path, machine: Machine) -> Answer {
    let Machine { partitions, memory, land } = machine;
    let resources = Resources { memory, partitions, hash_join: true, zone: chrono_tz::Tz::UTC };
    let build = Build::new(resources, runtime(memory).unwrap(), Box::new(|_| ()));
    let place = store::open("scratch", folder).unwrap();
    build.register_store(&place);
    let files = inventory(source, folder).await.unwrap();
    let (raw, _) = table(source, files, never(), Corrections::default(), Spool::none()).unwrap();
    build.register("raw", raw).unwrap();
    let target = |step: &str| Target::scratch(Folder::of(&place).join(step));
    let versions = source.versions.as_ref().unwrap();
    let latest = build.keep_latest(source, versions, &target, land).await.unwrap();
    let sql = "select _file, _line, \"One\" || '-' || cast(two as string) from raw order by 1, 2";
    let file = Arc::new(SourceFile::new("newest.sql", sql));
    let query = Query::parse(Origin::Text(file, 0), sql).unwrap();
    let mut rows = Vec::new();
    for batch in build.query(&query, &Bindings::new(), None).await.unwrap() {
        let text = |at: usize| cast(batch.column(at), &DataType::Utf8).unwrap();
        let (files, keys) = (text(0), text(2));
        for row in 0..batch.num_rows() {
            let line = batch.column(1).as_primitive::<Int64Type>().value(row);
            let text = |values: &str| values.to_owned();
            rows.push((
                text(files.as_string::<i32>().value(row)),
                line,
                text(keys.as_string::<i32>().value(row)),
            ));
        }
    }
    (rows, latest.outdated)
}

fn any_row() -> impl Strategy<Value = Row> {
    ((0..4_u8, 0..4_u8), (0..3_u8, 0..3_u8), any::<bool>()).prop_map(|(key, version, gone)| Row {
        key,
        version,
        gone,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn the_newest_row_of_each_key_is_used_and_the_others_are_counted(
        files in proptest::collection::vec(proptest::collection::vec(any_row(), 0..12), 1..5),
        with_version in any::<bool>(),
        with_deletions in any::<bool>(),
        partitions in 1..5_usize,
        land in any::<bool>(),
    ) {
        let folder = TempDir::new().unwrap();
        write(folder.path(), &files);
        let source = source(with_version, with_deletions);
        let machine = Machine { partitions, land, ..MACHINE };
        prop_assert_eq!(found(&source, folder.path(), machine), expected(&source, &files));
    }
}

#[test]
fn a_source_of_which_every_key_repeats_needs_no_more_memory_than_there_is() {
    let key = |number: usize| {
        let part = |number: usize| u8::try_from(number % 200).unwrap();
        (part(number), part(number / 200))
    };
    let row = |number| Row { key: key(number), version: (0, 0), gone: false };
    let files = vec![(0..40_000).map(row).collect::<Vec<_>>(); 12];
    let folder = TempDir::new().unwrap();
    write(folder.path(), &files);
    let source = source(true, false);
    let machine = Machine { memory: 192 << 20, land: true, ..MACHINE };
    let (rows, outdated) = found(&source, folder.path(), machine);
    assert_eq!((rows.len(), outdated.superseded), (40_000, 440_000));
    assert!(rows.iter().all(|(file, ..)| file == "raw/011.csv"));
}
