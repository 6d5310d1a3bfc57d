//! Readers see all of a run or none of it, whatever fails and whatever other runs do.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod hooked;
mod shop;

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path as LocalPath;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::SystemTime;

use async_trait::async_trait;
use chrono::TimeDelta;
use datafusion::arrow::array::{AsArray, Int64Array, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Field, Int64Type, Schema};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use object_store::{Error, ObjectStoreExt, Result};
use patronage::failure::FailureKind;
use patronage::publish::{
    Damaged, Kind, Lease, Publication, PublishError, Release, Staged, StagedFile, StagedTable,
    Warehouse, damaged, recover,
};
use patronage::run::Failure;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use hooked::{Call, Hook, Hooked};
use shop::{
    AFTER_SECOND, FIRST, SECOND, empty_folders, files, in_memory, on_disk, pointer, stage, staged,
    through, visible,
};

/// Publishes and cleans up, as a run does.
async fn publish(
    warehouse: &Warehouse,
    base: &Release,
    staged: &Staged,
) -> std::result::Result<Publication, PublishError> {
    let publication = patronage::publish::publish(warehouse, base, staged).await?;
    // What cannot be removed stays for a later run.
    let _ = patronage::publish::tidy(warehouse, staged).await;
    Ok(publication)
}

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

/// Waits before the n-th call, whichever it is, counted from 0.
#[derive(Debug)]
struct PauseAt {
    at: usize,
    calls: AtomicUsize,
    reached: Semaphore,
    resumed: Semaphore,
}

impl PauseAt {
    fn new(at: usize) -> Arc<Self> {
        let (reached, resumed) = (Semaphore::new(0), Semaphore::new(0));
        Arc::new(Self { at, calls: AtomicUsize::new(0), reached, resumed })
    }
}

#[async_trait]
impl Hook for PauseAt {
    async fn on(&self, _: Call) -> Result<Option<Error>> {
        if self.calls.fetch_add(1, Ordering::SeqCst) == self.at {
            self.reached.add_permits(1);
            let _ = self.resumed.acquire().await;
        }
        Ok(None)
    }
}

/// Makes the announcement twice, as a client does whose first answer is lost. It is the second write.
#[derive(Debug, Default)]
struct AnswerLost(AtomicUsize);

#[async_trait]
impl Hook for AnswerLost {
    async fn on(&self, call: Call) -> Result<Option<Error>> {
        let is_it = call == Call::Write && self.0.fetch_add(1, Ordering::SeqCst) == 1;
        Ok(is_it.then(|| Error::AlreadyExists { path: "x".into(), source: "there".into() }))
    }
}

fn hooked(warehouse: &Warehouse, hook: Arc<dyn Hook>) -> Warehouse {
    through(warehouse, Arc::new(Hooked { store: warehouse.location.store.clone(), hook }))
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
        let listed: Vec<&str> = listed.map(|file| &*file.path).collect();
        let expected: Vec<&str> = AFTER_SECOND.iter().map(|(path, _)| *path).collect();
        assert_eq!(listed, expected);
        if let Some(root) = &warehouse.location.local {
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
                let warehouse = match &warehouse.location.local {
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
    warehouse.clear_dead(&third.run).await.unwrap();
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

/// The third run builds again what the second one removed.
const THIRD: &[shop::Built] = &[
    (
        "lines",
        false,
        &[("x=1/part-00000.parquet", "lines 1"), ("x=2/part-00000.parquet", "lines 2")],
    ),
    ("extra", false, &[("part-00000.parquet", "extra")]),
];

/// What readers find after the third run, after all three or after the first and the third alone.
fn after_third(second: bool) -> shop::Files {
    let mut expected = if second { files(AFTER_SECOND) } else { visible_after_first() };
    expected.remove("lines/x=3/part-00000.parquet");
    expected.insert("lines/x=1/part-00000.parquet".into(), "lines 1".into());
    // A name that a file was removed from is not given again.
    let back = if second { "part-00000-000000003.parquet" } else { "part-00000.parquet" };
    expected.insert(format!("lines/x=2/{back}"), "lines 2".into());
    expected.insert("extra/part-00000.parquet".into(), "extra".into());
    expected
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_wakes_up_after_a_later_release_touches_nothing() {
    for at in 0.. {
        let mut was_reached = true;
        for on_a_disk in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let warehouse = if on_a_disk { on_disk(folder.path()) } else { in_memory() };
            let (warehouse, base) = begun(warehouse).await;
            let second = stage(&warehouse, "20261102T000000000000-1", SECOND).await;
            let pause = PauseAt::new(at);
            let slow = hooked(&warehouse, pause.clone());
            let asleep = tokio::spawn(async move { publish(&slow, &base, &second).await });
            was_reached &= overtaken(&warehouse, &pause, asleep).await;
        }
        if !was_reached {
            assert!(at > 20, "{at}");
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_wakes_up_in_a_recovery_touches_nothing() {
    for at in 0.. {
        let (warehouse, base) = begun(in_memory()).await;
        let second = stage(&warehouse, "20261102T000000000000-1", SECOND).await;
        // Killed right after the announcement, which follows the pointer.
        let kill = FaultAt::new(Fault { is_done: true, is_fatal: true }, 1);
        publish(&hooked(&warehouse, kill), &base, &second).await.unwrap_err();
        let pause = PauseAt::new(at);
        let slow = hooked(&warehouse, pause.clone());
        let asleep = tokio::spawn(async move { recover(&slow).await.map(Publication::Published) });
        if !overtaken(&warehouse, &pause, asleep).await {
            assert!(at > 10, "{at}");
            return;
        }
    }
}

/// Lets a later run publish while a process sleeps, and then lets that go on. Whether it slept.
async fn overtaken(
    warehouse: &Warehouse,
    pause: &PauseAt,
    asleep: tokio::task::JoinHandle<std::result::Result<Publication, PublishError>>,
) -> bool {
    let is_asleep = tokio::select! {
        _ = pause.reached.acquire() => true,
        () = async { while !asleep.is_finished() { tokio::task::yield_now().await } } => false,
    };
    if !is_asleep {
        asleep.await.unwrap().unwrap();
        return false;
    }
    let recovered = recover(warehouse).await.unwrap();
    let third = stage(warehouse, "20261103T000000000000-1", THIRD).await;
    let newest = publish(warehouse, &recovered, &third).await.unwrap().release().release;
    pause.resumed.close();
    let ended = asleep.await.unwrap();
    let told = format!("paused at {}: {ended:?}", pause.at);
    assert_eq!(newest, recovered.release + 1, "{told}");
    assert!(
        recovered.release == 2 || matches!(ended, Err(PublishError::Conflict { .. })),
        "{told}"
    );
    assert_eq!(visible(warehouse).await, after_third(recovered.release == 2), "{told}");
    assert_eq!(pointer(warehouse).await["release"], newest, "{told}");
    let current = warehouse.current().await.unwrap();
    assert_eq!(current.release, newest, "{told}");
    assert_eq!(damaged(warehouse, &current).await.unwrap(), [], "{told}");
    if ended.is_ok() {
        assert_eq!(staged(warehouse).await, Vec::<String>::new(), "{told}");
    }
    true
}

#[tokio::test]
async fn the_rows_of_a_run_at_work_are_safe_from_one_that_ends() {
    everywhere(async |warehouse| {
        let (warehouse, base) = begun(warehouse).await;
        stage(&warehouse, "20261101T230000000000-1", SECOND).await;
        stage(&warehouse, "20261103T000000000000-1", SECOND).await;
        let failed = stage(&warehouse, "20261101T220000000000-1", SECOND).await;
        warehouse.note_staged(&failed).await.unwrap();
        assert_eq!(warehouse.staged("shop").await.unwrap(), Some(failed));
        let second = stage(&warehouse, "20261102T000000000000-1", SECOND).await;
        publish(&warehouse, &base, &second).await.unwrap();
        let left: BTreeSet<_> = staged(&warehouse)
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

/// Says of everything of one run that it was written long ago.
#[derive(Debug)]
struct Aged(&'static str, TimeDelta);

#[async_trait]
impl Hook for Aged {
    async fn on(&self, _: Call) -> Result<Option<Error>> {
        Ok(None)
    }

    fn age(&self, path: &object_store::path::Path) -> TimeDelta {
        if path.as_ref().contains(self.0) { self.1 } else { TimeDelta::zero() }
    }
}

const AT_WORK: &str = "20261102T120000000000-2";

/// The runs that have something staged.
async fn runs_staged(warehouse: &Warehouse) -> BTreeSet<String> {
    let staged = staged(warehouse).await;
    let runs = staged.iter().map(|path| path.split('/').nth(2).unwrap_or_default().to_owned());
    runs.filter(|run| run != "20261103T000000000000-1").collect()
}

/// What is left of a run at work, of one that failed, and of runs that nothing is known of, once a run
/// has removed what is dead.
async fn left_of(warehouse: &Warehouse) -> BTreeSet<String> {
    let run = "20261103T000000000000-1";
    for unknown in ["20261101T230000000000-1", "20261102T230000000000-1"] {
        stage(warehouse, unknown, THIRD).await;
    }
    let failed = stage(warehouse, "20261030T000000000000-1", THIRD).await;
    warehouse.note_staged(&failed).await.unwrap();
    let _lease = Lease::hold(warehouse, run).await.unwrap();
    warehouse.clear_dead(run).await.unwrap();
    runs_staged(warehouse).await
}

#[tokio::test]
async fn what_a_run_staged_goes_when_it_has_ended_and_no_sooner() {
    let kept = ["20261030T000000000000-1", "20261102T230000000000-1"].map(str::to_owned);
    let with_work: BTreeSet<String> = kept.iter().cloned().chain([AT_WORK.to_owned()]).collect();
    let folder = tempfile::tempdir().unwrap();
    let (warehouse, _) = begun(on_disk(folder.path())).await;
    let lease = Lease::hold(&warehouse, AT_WORK).await.unwrap();
    stage(&warehouse, AT_WORK, THIRD).await;
    assert_eq!(left_of(&warehouse).await, with_work);
    drop(lease);
    assert_eq!(left_of(&warehouse).await, kept.clone().into());

    // A lease says how long it lasts; those of earlier versions did not, and lasted an hour.
    let kept: BTreeSet<String> = kept.into();
    for (age, says, expected) in
        [(4, true, &with_work), (6, true, &kept), (59, false, &with_work), (61, false, &kept)]
    {
        let (warehouse, _) = begun(in_memory()).await;
        drop(Lease::hold(&warehouse, AT_WORK).await.unwrap());
        if !says {
            let lease = format!("_patronage/stage/{AT_WORK}/lease.json");
            warehouse.write(&lease, &serde_json::json!({})).await.unwrap();
        }
        stage(&warehouse, AT_WORK, THIRD).await;
        let later = hooked(&warehouse, Arc::new(Aged(AT_WORK, TimeDelta::minutes(age))));
        assert_eq!(left_of(&later).await, *expected, "{age}");
    }
}

#[tokio::test]
async fn what_a_dead_run_has_announced_is_there_for_the_next_one_to_complete() {
    let folder = tempfile::tempdir().unwrap();
    let (warehouse, base) = begun(on_disk(folder.path())).await;
    drop(Lease::hold(&warehouse, AT_WORK).await.unwrap());
    let second = stage(&warehouse, AT_WORK, SECOND).await;
    let kill = FaultAt::new(Fault { is_done: true, is_fatal: true }, 1);
    publish(&hooked(&warehouse, kill), &base, &second).await.unwrap_err();
    warehouse.clear_dead("20261103T000000000000-1").await.unwrap();
    assert_eq!(recover(&warehouse).await.unwrap().release, 2);
    assert_eq!(visible(&warehouse).await, files(AFTER_SECOND));
    assert_eq!(staged(&warehouse).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_staged_file_that_is_lost_is_damage_that_the_next_run_mends() {
    everywhere(async |warehouse| {
        let (warehouse, base) = begun(warehouse).await;
        let second = stage(&warehouse, "20261102T000000000000-1", SECOND).await;
        let kill = FaultAt::new(Fault { is_done: true, is_fatal: true }, 1);
        publish(&hooked(&warehouse, kill), &base, &second).await.unwrap_err();
        // Readers' file is of the same size, but another one.
        let gone = format!("{}/lines/x=3/part-00000.parquet", second.folder());
        warehouse.location.store.delete(&warehouse.path(&gone).unwrap()).await.unwrap();
        let there = warehouse.path("lines/x=3/part-00000.parquet").unwrap();
        warehouse.location.store.put(&there, "lines 9".into()).await.unwrap();
        let recovered = recover(&warehouse).await.unwrap();
        let found = damaged(&warehouse, &recovered).await.unwrap();
        assert_eq!(told(&found), ["lines/x=3/part-00000.parquet was altered"]);
        let third = stage(&warehouse, "20261103T000000000000-1", SECOND).await;
        let publication = publish(&warehouse, &recovered, &third).await.unwrap();
        assert!(matches!(publication, Publication::Published(_)));
        assert_eq!(visible(&warehouse).await, files(AFTER_SECOND));
    })
    .await;
}

#[tokio::test]
async fn a_release_whose_staged_files_are_gone_is_not_announced() {
    everywhere(async |warehouse| {
        let (warehouse, base) = begun(warehouse).await;
        let before = visible(&warehouse).await;
        let second = stage(&warehouse, "20261102T000000000000-1", SECOND).await;
        let gone = format!("{}/lines/x=3/part-00000.parquet", second.folder());
        warehouse.location.store.delete(&warehouse.path(&gone).unwrap()).await.unwrap();
        let lost = publish(&warehouse, &base, &second).await.unwrap_err();
        assert!(
            matches!(&lost, PublishError::Lost { release: 2, path } if *path == gone),
            "{lost}"
        );
        assert_eq!(recover(&warehouse).await.unwrap().release, 1);
        assert_eq!(visible(&warehouse).await, before);
    })
    .await;
}

fn told(found: &[Damaged]) -> Vec<String> {
    found.iter().map(|it| format!("{} {}", it.path, it.damage)).collect()
}

#[tokio::test]
async fn a_damaged_file_is_told_and_put_back_by_the_run_that_builds_it() {
    for (text, damage) in
        [(None, "is missing"), (Some(""), "is empty"), (Some("lines 9"), "was altered")]
    {
        everywhere(async |warehouse| {
            let (warehouse, first) = begun(warehouse).await;
            let before = visible(&warehouse).await;
            assert_eq!(damaged(&warehouse, &first).await.unwrap(), []);
            let built = "lines/x=2/part-00000.parquet";
            let other = "dropped/part-00000.parquet";
            for path in [built, other, "_patronage/current.json"] {
                let path = warehouse.path(path).unwrap();
                match text {
                    None => warehouse.location.store.delete(&path).await.unwrap(),
                    Some(text) => {
                        warehouse.location.store.put(&path, text.into()).await.unwrap();
                    }
                }
            }
            let found = damaged(&warehouse, &first).await.unwrap();
            let expected = [other, built].map(|path| format!("{path} {damage}"));
            assert_eq!(told(&found)[1..], expected);
            assert!(found[0].is_pointer() && found[0].path == "_patronage/current.json");
            // It builds the lines, and not what was dropped.
            let again = stage(&warehouse, "20261102T000000000000-1", &FIRST[..2]).await;
            let publication = publish(&warehouse, &first, &again).await.unwrap();
            let release = publication.release();
            assert_eq!(release.release, 2);
            assert_eq!(release.moves.iter().map(|step| &*step.to).collect::<Vec<_>>(), [built]);
            assert_eq!(pointer(&warehouse).await["release"], 2);
            assert_eq!(visible(&warehouse).await.get(built), before.get(built));
            let left = damaged(&warehouse, release).await.unwrap();
            assert_eq!(told(&left), [format!("{other} {damage}")]);
            let all = stage(&warehouse, "20261103T000000000000-1", FIRST).await;
            let publication = publish(&warehouse, release, &all).await.unwrap();
            assert_eq!(visible(&warehouse).await, before);
            assert_eq!(damaged(&warehouse, publication.release()).await.unwrap(), []);
        })
        .await;
    }
}

#[tokio::test]
async fn a_copy_of_a_warehouse_is_not_damaged() {
    let (warehouse, first) = begun(in_memory()).await;
    for path in visible(&warehouse).await.into_keys() {
        let path = warehouse.path(&path).unwrap();
        let bytes = warehouse.location.store.get(&path).await.unwrap().bytes().await.unwrap();
        warehouse.location.store.put(&path, bytes.into()).await.unwrap();
    }
    assert_eq!(damaged(&warehouse, &first).await.unwrap(), []);
}

#[tokio::test]
async fn a_record_of_a_newer_version_is_refused_and_unknown_fields_are_kept() {
    everywhere(async |warehouse| {
        let (warehouse, first) = begun(warehouse).await;
        let path = warehouse.path("_patronage/releases/000000001.json").unwrap();
        let store = warehouse.location.store.clone();
        let text = store.get(&path).await.unwrap().bytes().await.unwrap();
        let mut record: serde_json::Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(record["schema_version"], 2);
        record["note"] = "kept".into();
        record["tables"]["dropped"]["note"] = 1.into();
        record["tables"]["lines"]["files"][0]["note"] = true.into();
        store.put(&path, record.to_string().into()).await.unwrap();
        let base = recover(&warehouse).await.unwrap();
        assert_ne!(base, first);
        let second = stage(&warehouse, "20261102T000000000000-1", SECOND).await;
        publish(&warehouse, &base, &second).await.unwrap();
        let path = warehouse.path("_patronage/releases/000000002.json").unwrap();
        let text = store.get(&path).await.unwrap().bytes().await.unwrap();
        let mut record: serde_json::Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(record["note"], "kept");
        assert_eq!(record["tables"]["dropped"]["note"], 1);
        assert_eq!(record["tables"]["lines"]["files"][0]["note"], true);

        record["schema_version"] = 3.into();
        record["tables"] = "of another shape".into();
        store.put(&path, record.to_string().into()).await.unwrap();
        let before = visible(&warehouse).await;
        let newer = recover(&warehouse).await.unwrap_err();
        assert!(matches!(newer, PublishError::Newer { version: 3, .. }), "{newer}");
        assert_eq!(visible(&warehouse).await, before);
    })
    .await;
}

#[tokio::test]
async fn what_did_not_change_is_not_written_again() {
    let folder = tempfile::tempdir().unwrap();
    let (warehouse, first) = begun(on_disk(folder.path())).await;
    let root = warehouse.location.local.clone().unwrap();
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
    let table = warehouse.location.local.clone().unwrap().join("sales");
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
    let mut table = StagedTable::of(Kind::Files);
    for partition in 0..PARTITIONS {
        let bytes = parquet(number);
        let path = format!("part={partition}/part-00000.parquet");
        let to = warehouse.path(&format!("{}/sales/{path}", staged.folder())).unwrap();
        table.files.push(StagedFile {
            path: path.parse().unwrap(),
            partition: vec![Some(partition.to_string())],
            rows: 1000,
            bytes: bytes.len() as u64,
            sha256: format!("{:x}", Sha256::digest(&bytes)),
        });
        warehouse.location.store.put(&to, bytes.into()).await.unwrap();
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
