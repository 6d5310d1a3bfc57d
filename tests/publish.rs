//! Readers see all of a run or none of it, whatever fails and whoever else is at work.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod hooked;
mod shop;

use std::fs::File;
use std::path::Path as LocalPath;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::SystemTime;

use async_trait::async_trait;
use datafusion::arrow::array::{AsArray, Int64Array, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Field, Int64Type, Schema};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use object_store::{Error, ObjectStoreExt, Result};
use patronage::publish::{
    Publication, PublishError, Release, Staged, StagedFile, StagedTable, Warehouse, publish,
    recover,
};
use patronage::run::{Failure, FailureKind};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use hooked::{Call, Hook, Hooked};
use shop::{
    AFTER_SECOND, FIRST, SECOND, empty_folders, files, in_memory, on_disk, pointer, stage, staged,
    through, visible,
};

/// What goes wrong at one write.
#[derive(Debug, Clone, Copy)]
struct Fault {
    /// The write is done all the same, and only the answer lost.
    is_done: bool,
    /// Nothing works from then on, as if the process had been killed.
    is_fatal: bool,
}

const FAULTS: [Fault; 4] = [
    Fault { is_done: false, is_fatal: false },
    Fault { is_done: false, is_fatal: true },
    Fault { is_done: true, is_fatal: false },
    Fault { is_done: true, is_fatal: true },
];

/// A fault at the write with this number, counted from 0.
#[derive(Debug)]
struct FaultAt {
    fault: Fault,
    at: usize,
    writes: AtomicUsize,
    dead: AtomicBool,
}

impl FaultAt {
    fn new(fault: Fault, at: usize) -> Arc<Self> {
        Arc::new(Self { fault, at, writes: AtomicUsize::new(0), dead: AtomicBool::new(false) })
    }

    fn was_hit(&self) -> bool {
        self.writes.load(Ordering::SeqCst) > self.at
    }
}

fn killed() -> Error {
    Error::Generic { store: "test", source: "killed".into() }
}

#[async_trait]
impl Hook for FaultAt {
    async fn on(&self, call: Call) -> Result<Option<Error>> {
        if self.dead.load(Ordering::SeqCst) {
            return Err(killed());
        }
        if call != Call::Write || self.writes.fetch_add(1, Ordering::SeqCst) != self.at {
            return Ok(None);
        }
        self.dead.store(self.fault.is_fatal, Ordering::SeqCst);
        if self.fault.is_done { Ok(Some(killed())) } else { Err(killed()) }
    }
}

/// Waits before the existence of an object is asked for the n-th time, counted from 0.
#[derive(Debug)]
struct PauseAt {
    at: usize,
    heads: AtomicUsize,
    reached: Semaphore,
    resumed: Semaphore,
}

#[async_trait]
impl Hook for PauseAt {
    async fn on(&self, call: Call) -> Result<Option<Error>> {
        if call == Call::Head && self.heads.fetch_add(1, Ordering::SeqCst) == self.at {
            self.reached.add_permits(1);
            let _ = self.resumed.acquire().await;
        }
        Ok(None)
    }
}

/// Makes the announcement twice, as a client does whose first answer is lost.
#[derive(Debug, Default)]
struct AnswerLost(AtomicBool);

#[async_trait]
impl Hook for AnswerLost {
    async fn on(&self, call: Call) -> Result<Option<Error>> {
        let is_first = call == Call::Write && !self.0.swap(true, Ordering::SeqCst);
        Ok(is_first.then(|| Error::AlreadyExists { path: "x".into(), source: "there".into() }))
    }
}

fn hooked(warehouse: &Warehouse, hook: Arc<dyn Hook>) -> Warehouse {
    through(warehouse, Arc::new(Hooked { store: warehouse.place.store.clone(), hook }))
}

/// A warehouse with the first release.
async fn begun(warehouse: Warehouse) -> (Warehouse, Release) {
    let first = stage(&warehouse, "20261101T000000000000-1", FIRST).await;
    let base = recover(&warehouse).await.unwrap();
    let publication = publish(&warehouse, &base, &first).await.unwrap();
    (warehouse, publication.release().clone())
}

async fn everywhere(test: impl AsyncFn(Warehouse)) {
    test(in_memory()).await;
    let folder = tempfile::tempdir().unwrap();
    test(on_disk(folder.path())).await;
}

#[tokio::test]
async fn a_release_replaces_adds_and_removes_and_leaves_the_rest() {
    everywhere(async |warehouse| {
        let (warehouse, first) = begun(warehouse).await;
        let second = stage(&warehouse, "20261102T000000000000-1", SECOND).await;
        let publication = publish(&warehouse, &first, &second).await.unwrap();
        assert_eq!(visible(&warehouse).await, files(AFTER_SECOND));
        assert_eq!(publication.release().release, 2);
        assert_eq!(warehouse.current().await.unwrap(), *publication.release());
        assert_eq!(pointer(&warehouse).await["release"], 2);
        assert!(staged(&warehouse).await.is_empty());
        let listed = publication.release().tables.values().flat_map(|table| &table.files);
        let listed: Vec<&str> = listed.map(|file| file.path.as_str()).collect();
        let expected: Vec<&str> = AFTER_SECOND.iter().map(|(path, _)| *path).collect();
        assert_eq!(listed, expected);
        if let Some(root) = &warehouse.place.local {
            let stages = root.join("_patronage/stage").display().to_string();
            assert_eq!(empty_folders(root), [stages]);
        }
    })
    .await;
}

#[tokio::test]
async fn a_run_cut_short_at_any_write_leaves_whole_files_and_the_next_run_completes_it() {
    for fault in FAULTS {
        everywhere(async |warehouse| {
            for at in 0.. {
                let warehouse = match &warehouse.place.local {
                    None => in_memory(),
                    Some(root) => on_disk(&root.join(at.to_string())),
                };
                if !cut_short(warehouse, fault, at).await {
                    assert!(at > 8, "{at}");
                    return;
                }
            }
        })
        .await;
    }
}

/// Whether the run wrote often enough to be cut short there.
async fn cut_short(warehouse: Warehouse, fault: Fault, at: usize) -> bool {
    let (warehouse, base) = begun(warehouse).await;
    let before = visible(&warehouse).await;
    let second = stage(&warehouse, "20261102T000000000000-1", SECOND).await;
    let hook = FaultAt::new(fault, at);
    let cut = publish(&hooked(&warehouse, hook.clone()), &base, &second).await;
    let after = files(AFTER_SECOND);
    let told = format!("{fault:?} at {at}: {cut:?}");

    let seen = visible(&warehouse).await;
    for (path, text) in &seen {
        let known = [before.get(path), after.get(path)];
        assert!(known.contains(&Some(text)), "{told}: {path} is {text}");
    }
    for path in before.keys().filter(|path| after.contains_key(*path)) {
        assert!(seen.contains_key(path), "{told}: {path} is missing");
    }

    let recovered = recover(&warehouse).await.unwrap_or_else(|error| panic!("{told}: {error}"));
    let expected = if recovered.release == 2 { &after } else { &before };
    assert_eq!(visible(&warehouse).await, *expected, "{told}");
    assert_eq!(pointer(&warehouse).await["release"], recovered.release, "{told}");
    if recovered.release == 2 {
        assert_eq!(recovered.run, second.run);
    } else {
        assert!(cut.is_err(), "{told}");
    }

    let third = stage(&warehouse, "20261104T000000000000-1", SECOND).await;
    let publication = publish(&warehouse, &recovered, &third).await.unwrap();
    assert_eq!(publication.release().release, 2, "{told}");
    assert_eq!(visible(&warehouse).await, after, "{told}");
    assert_eq!(staged(&warehouse).await, Vec::<String>::new(), "{told}");
    hook.was_hit()
}

#[tokio::test]
async fn of_two_runs_from_the_same_release_one_wins_and_the_other_changes_nothing() {
    for _ in 0..10 {
        everywhere(async |warehouse| {
            let (warehouse, base) = begun(warehouse).await;
            let other: &[shop::Built] = &[("new", false, &[("part-00000.parquet", "other")])];
            let one = stage(&warehouse, "20261102T000000000000-1", SECOND).await;
            let two = stage(&warehouse, "20261102T000000000000-2", other).await;
            let (one, two) =
                tokio::join!(publish(&warehouse, &base, &one), publish(&warehouse, &base, &two));
            let mut with_other = visible_after_first();
            with_other.insert("new/part-00000.parquet".into(), "other".into());
            let (lost, seen) = match (one, two) {
                (Ok(_), Err(lost)) => (lost, files(AFTER_SECOND)),
                (Err(lost), Ok(_)) => (lost, with_other),
                both => panic!("{both:?}"),
            };
            assert!(matches!(lost, PublishError::Conflict { release: 2 }), "{lost}");
            assert_eq!(Failure::from(lost).kind(), FailureKind::TryAgain);
            assert_eq!(visible(&warehouse).await, seen);
        })
        .await;
    }
}

fn visible_after_first() -> shop::Files {
    let tables = FIRST.iter().flat_map(|(name, _, files)| {
        files.iter().map(move |(path, text)| (format!("{name}/{path}"), (*text).to_owned()))
    });
    tables.collect()
}

#[tokio::test]
async fn an_unchanged_run_is_no_success_if_readers_see_something_else_by_now() {
    everywhere(async |warehouse| {
        let (warehouse, base) = begun(warehouse).await;
        let same = stage(&warehouse, "20261102T000000000000-2", FIRST).await;
        let second = stage(&warehouse, "20261102T000000000000-1", SECOND).await;
        publish(&warehouse, &base, &second).await.unwrap();
        let late = publish(&warehouse, &base, &same).await;
        assert!(matches!(late, Err(PublishError::Conflict { .. })), "{late:?}");
        assert_eq!(visible(&warehouse).await, files(AFTER_SECOND));
    })
    .await;
}

#[tokio::test]
async fn a_lost_answer_to_the_announcement_is_no_conflict() {
    everywhere(async |warehouse| {
        let (warehouse, base) = begun(warehouse).await;
        let second = stage(&warehouse, "20261102T000000000000-1", SECOND).await;
        let deaf = hooked(&warehouse, Arc::new(AnswerLost::default()));
        publish(&deaf, &base, &second).await.unwrap();
        assert_eq!(visible(&warehouse).await, files(AFTER_SECOND));
    })
    .await;
}

#[tokio::test]
async fn several_processes_may_complete_the_same_release() {
    for at in 1..6 {
        everywhere(async |warehouse| {
            let (warehouse, base) = begun(warehouse).await;
            let second = stage(&warehouse, "20261102T000000000000-1", SECOND).await;
            let kill = FaultAt::new(Fault { is_done: true, is_fatal: true }, at);
            publish(&hooked(&warehouse, kill), &base, &second).await.unwrap_err();
            let all = futures::future::join_all((0..4).map(|_| recover(&warehouse))).await;
            assert!(
                all.iter().all(|one| one.as_ref().is_ok_and(|one| one.release == 2)),
                "{all:?}"
            );
            assert_eq!(visible(&warehouse).await, files(AFTER_SECOND));
            assert_eq!(staged(&warehouse).await, Vec::<String>::new());
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_wakes_up_after_a_later_release_touches_nothing() {
    for at in 0..10 {
        everywhere(async |warehouse| {
            let (warehouse, base) = begun(warehouse).await;
            let before = visible(&warehouse).await;
            let second = stage(&warehouse, "20261102T000000000000-1", SECOND).await;
            let (heads, reached, resumed) =
                (AtomicUsize::new(0), Semaphore::new(0), Semaphore::new(0));
            let pause = Arc::new(PauseAt { at, heads, reached, resumed });
            let slow = hooked(&warehouse, pause.clone());
            let asleep = tokio::spawn(async move { publish(&slow, &base, &second).await });
            let overtaken = tokio::select! {
                _ = pause.reached.acquire() => true,
                () = async { while !asleep.is_finished() { tokio::task::yield_now().await } } => false,
            };
            if overtaken {
                // The next run completes the release and goes back to what was there before.
                let recovered = recover(&warehouse).await.unwrap();
                let third = stage(&warehouse, "20261103T000000000000-1", FIRST).await;
                publish(&warehouse, &recovered, &third).await.unwrap();
            }
            pause.resumed.close();
            asleep.await.unwrap().unwrap();
            let mut expected = if overtaken { before } else { files(AFTER_SECOND) };
            if overtaken {
                // Neither a table nor a period that is not built again goes away.
                for stays in ["new/part-00000.parquet", "loyalty/period=2026-10-01/part-00000.parquet"]
                {
                    expected.insert(stays.into(), files(AFTER_SECOND)[stays].clone());
                }
            }
            assert_eq!(visible(&warehouse).await, expected, "paused at {at}");
            assert_eq!(warehouse.current().await.unwrap().release, if overtaken { 3 } else { 2 });
        })
        .await;
    }
}

#[tokio::test]
async fn the_rows_of_a_run_at_work_are_safe_from_one_that_ends() {
    everywhere(async |warehouse| {
        let (warehouse, base) = begun(warehouse).await;
        stage(&warehouse, "20261101T230000000000-1", SECOND).await;
        stage(&warehouse, "20261103T000000000000-1", SECOND).await;
        stage(&warehouse, "20261031T000000000000-1", SECOND).await;
        let failed = stage(&warehouse, "20261101T220000000000-1", SECOND).await;
        warehouse.note_staged(&failed).await.unwrap();
        assert_eq!(warehouse.staged("shop").await.unwrap(), Some(failed));
        let second = stage(&warehouse, "20261102T000000000000-1", SECOND).await;
        publish(&warehouse, &base, &second).await.unwrap();
        let left: std::collections::BTreeSet<_> = staged(&warehouse)
            .await
            .iter()
            .map(|path| path.split('/').nth(2).unwrap_or_default().to_owned())
            .collect();
        let at_work = ["20261101T230000000000-1", "20261103T000000000000-1"];
        assert_eq!(left, at_work.map(str::to_owned).into());
        assert_eq!(warehouse.staged("shop").await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_lost_staged_file_stops_the_recovery_with_its_name() {
    everywhere(async |warehouse| {
        let (warehouse, base) = begun(warehouse).await;
        let second = stage(&warehouse, "20261102T000000000000-1", SECOND).await;
        let kill = FaultAt::new(Fault { is_done: true, is_fatal: true }, 0);
        publish(&hooked(&warehouse, kill), &base, &second).await.unwrap_err();
        // Readers' file is of the same size, but another one.
        let gone = format!("{}/lines/x=3/part-00000.parquet", second.folder());
        warehouse.place.store.delete(&warehouse.path(&gone).unwrap()).await.unwrap();
        let there = warehouse.path("lines/x=3/part-00000.parquet").unwrap();
        warehouse.place.store.put(&there, "lines 9".into()).await.unwrap();
        let lost = recover(&warehouse).await.unwrap_err();
        assert!(
            matches!(&lost, PublishError::Lost { release: 2, path } if *path == gone),
            "{lost}"
        );
    })
    .await;
}

#[tokio::test]
async fn what_did_not_change_is_not_written_again() {
    let folder = tempfile::tempdir().unwrap();
    let (warehouse, first) = begun(on_disk(folder.path())).await;
    let root = warehouse.place.local.clone().unwrap();
    let age = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    let all: Vec<_> = visible(&warehouse).await.into_keys().collect();
    let touched = |path: &String| File::open(root.join(path)).unwrap().metadata().unwrap();
    for path in &all {
        File::options().append(true).open(root.join(path)).unwrap().set_modified(age).unwrap();
    }
    let same = stage(&warehouse, "20261102T000000000000-1", FIRST).await;
    let publication = publish(&warehouse, &first, &same).await.unwrap();
    assert_eq!(publication, Publication::Unchanged(first.clone()));
    assert_eq!(warehouse.current().await.unwrap(), first);
    assert!(staged(&warehouse).await.is_empty());
    assert!(all.iter().all(|path| touched(path).modified().unwrap() == age));

    let other: &[shop::Built] = &[(
        "lines",
        false,
        &[("x=1/part-00000.parquet", "lines 1"), ("x=2/part-00000.parquet", "!")],
    )];
    let other = stage(&warehouse, "20261103T000000000000-1", other).await;
    publish(&warehouse, &first, &other).await.unwrap();
    let changed: Vec<_> =
        all.iter().filter(|path| touched(path).modified().unwrap() != age).collect();
    assert_eq!(changed, ["lines/x=2/part-00000.parquet"]);
}

#[tokio::test]
async fn a_table_that_begins_to_vary_by_period_leaves_no_old_file_behind() {
    everywhere(async |warehouse| {
        let whole: &[shop::Built] = &[("t", false, &[("part-00000.parquet", "whole")])];
        let varies: &[shop::Built] =
            &[("t", true, &[("period=2026-10-01/part-00000.parquet", "October")])];
        let base = recover(&warehouse).await.unwrap();
        let first = stage(&warehouse, "20261101T000000000000-1", whole).await;
        let base = publish(&warehouse, &base, &first).await.unwrap().release().clone();
        let second = stage(&warehouse, "20261102T000000000000-1", varies).await;
        publish(&warehouse, &base, &second).await.unwrap();
        let expected = [("t/period=2026-10-01/part-00000.parquet", "October")];
        assert_eq!(visible(&warehouse).await, files(&expected));
    })
    .await;
}

const PARTITIONS: usize = 6;

#[tokio::test(flavor = "multi_thread")]
async fn readers_of_a_partition_never_find_it_missing_or_torn() {
    let folder = tempfile::tempdir().unwrap();
    let warehouse = on_disk(folder.path());
    let table = warehouse.place.local.clone().unwrap().join("sales");
    let mut base = released(&warehouse, &Release::default(), 0).await;
    let done = Arc::new(AtomicBool::new(false));
    let reader = {
        let done = done.clone();
        std::thread::spawn(move || {
            let mut times = 0;
            while !done.load(Ordering::SeqCst) || times == 0 {
                read_all(&table);
                times += 1;
            }
            times
        })
    };
    for number in 1..=20 {
        base = released(&warehouse, &base, number).await;
    }
    done.store(true, Ordering::SeqCst);
    assert!(reader.join().unwrap() > 0);
    assert_eq!(base.release, 21);
}

/// Every partition is there, and all rows of it are of one release.
fn read_all(table: &LocalPath) {
    let folders: Vec<_> = std::fs::read_dir(table).unwrap().map(|entry| entry.unwrap()).collect();
    assert_eq!(folders.len(), PARTITIONS);
    for folder in folders {
        let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(Result::unwrap).collect();
        assert_eq!(names.len(), 1, "{names:?}");
        let file = File::open(names[0].path()).unwrap();
        let rows = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
        let rows: Vec<i64> = rows
            .flat_map(|batch| {
                batch.unwrap().column(0).as_primitive::<Int64Type>().values().to_vec()
            })
            .collect();
        assert!(rows.iter().all(|row| *row == rows[0]), "{rows:?}");
        assert_eq!(rows.len(), 1000 + usize::try_from(rows[0]).unwrap());
    }
}

/// Publishes a release whose rows all say its number.
async fn released(warehouse: &Warehouse, base: &Release, number: i64) -> Release {
    let run = format!("run-{number}");
    let mut staged = Staged { run, pipeline: "shop".into(), ..Staged::default() };
    let mut table = StagedTable::default();
    for partition in 0..PARTITIONS {
        let bytes = parquet(number);
        let path = format!("part={partition}/part-00000.parquet");
        let to = warehouse.path(&format!("{}/sales/{path}", staged.folder())).unwrap();
        table.files.push(StagedFile {
            path,
            partition: vec![Some(partition.to_string())],
            rows: 1000,
            bytes: bytes.len() as u64,
            sha256: format!("{:x}", Sha256::digest(&bytes)),
        });
        warehouse.place.store.put(&to, bytes.into()).await.unwrap();
    }
    staged.tables.insert("sales".into(), table);
    publish(warehouse, base, &staged).await.unwrap().release().clone()
}

fn parquet(number: i64) -> Vec<u8> {
    let schema = Arc::new(Schema::new(vec![Field::new("release", DataType::Int64, false)]));
    let rows = Int64Array::from_value(number, usize::try_from(1000 + number).unwrap());
    let batch = RecordBatch::try_new(schema.clone(), vec![Arc::new(rows)]).unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), schema, None).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}
