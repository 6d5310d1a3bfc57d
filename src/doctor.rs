//! Tests what a nightly run will need: every declared location, and this machine.
//!
//! Nothing is published and nothing is left behind. A warehouse is tested where runs stage their
//! rows, with a lease like theirs: what a killed test leaves behind is removed by the next run or
//! test.

use std::path::{Path as LocalPath, PathBuf};
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use futures::{StreamExt, stream};
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt, PutMode};
use serde::Serialize;

use crate::failure::FailureKind;
use crate::plan::{Plan, SourcePlan};
use crate::publish::{Lease, PublishError, Warehouse};
use crate::read;
use crate::request::{default_memory, name};
use crate::run::Failure;
use crate::store::StoreError;
use crate::text::human_bytes;

/// Sources that are tested concurrently.
const AT_ONCE: usize = 8;
/// How much of a source's first file is read.
const FIRST_BYTES: u64 = 4 << 10;
/// A difference between clocks that causes a warning.
const SKEW: Duration = Duration::from_secs(5);
/// Below this much memory, or disk to spill to, little data fits.
const LITTLE_MEMORY: usize = 512 << 20;
const LITTLE_DISK: u64 = 1 << 30;
/// What is written to test a disk.
const DISK_PROBE: usize = 1 << 20;

/// How a trial went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// As it should be.
    Ok,
    /// Runs work, but perhaps not as expected.
    Warning,
    /// Runs would fail.
    Failed,
}

/// One trial.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// What was tested: `source` and its name, `warehouse` or `machine`.
    pub about: String,
    /// What it has to be able to do.
    pub check: &'static str,
    /// How it went.
    pub state: State,
    /// What was found.
    pub message: String,
    /// What to do about it.
    pub advice: Option<String>,
    /// The failure that a run would end with.
    pub failure_kind: Option<FailureKind>,
}

impl Finding {
    fn new(about: &str, check: &'static str, state: State, message: impl Into<String>) -> Self {
        let (about, message) = (about.to_owned(), message.into());
        Self { about, check, state, message, advice: None, failure_kind: None }
    }

    fn ok(about: &str, check: &'static str, message: impl Into<String>) -> Self {
        Self::new(about, check, State::Ok, message)
    }

    fn failed(about: &str, check: &'static str, failure: &Failure) -> Self {
        Self {
            advice: failure.help(),
            failure_kind: Some(failure.kind()),
            ..Self::new(about, check, State::Failed, failure.to_string())
        }
    }

    fn advice(self, advice: &str) -> Self {
        Self { advice: Some(advice.to_owned()), ..self }
    }
}

/// The exit code of the findings: that of the first failure.
pub fn exit_code(findings: &[Finding]) -> u8 {
    let failures = findings.iter().filter_map(|finding| finding.failure_kind);
    failures.map(FailureKind::exit_code).next().unwrap_or(0)
}

/// Tries everything out.
pub async fn examine(plan: &Plan) -> Vec<Finding> {
    let sources = plan.sources.iter().map(|source| of_source(source, &plan.root));
    let sources: Vec<(Finding, u64)> = stream::iter(sources).buffered(AT_ONCE).collect().await;
    let bytes = sources.iter().fold(0_u64, |sum, (_, bytes)| sum.saturating_add(*bytes));
    let mut findings: Vec<Finding> = sources.into_iter().map(|(finding, _)| finding).collect();
    findings.extend(of_warehouse(plan).await);
    findings.push(spill_disk(&std::env::temp_dir(), bytes));
    findings.push(memory(default_memory()));
    findings
}

/// Whether a source can be listed and read, and how many bytes it has.
async fn of_source(source: &SourcePlan, base: &LocalPath) -> (Finding, u64) {
    let about = format!("source {}", source.name);
    match readable(source, base).await {
        Ok((message, bytes)) => (Finding::ok(&about, "readable", message), bytes),
        Err(failure) => (Finding::failed(&about, "readable", &failure), 0),
    }
}

async fn readable(source: &SourcePlan, base: &LocalPath) -> Result<(String, u64), Failure> {
    let found = read::inventory(source, base).await?;
    let bytes = found.bytes();
    let Some(first) = found.files.first() else {
        return Ok(("nothing is there, which is allowed".to_owned(), 0));
    };
    if first.meta.size > 0 {
        let range = 0..first.meta.size.min(FIRST_BYTES);
        let read = found.store.get_range(&first.meta.location, range).await;
        read.map_err(|error| StoreError::access(&first.name, &error))?;
    }
    let noun = if found.files.len() == 1 { "file" } else { "files" };
    Ok((format!("{} {noun}, {}", found.files.len(), human_bytes(bytes)), bytes))
}

/// What publishing needs of a store.
async fn of_warehouse(plan: &Plan) -> Vec<Finding> {
    let opened = Warehouse::open(&plan.warehouse, &plan.root).map_err(Failure::from);
    let trial = opened.and_then(|warehouse| Trial::new(warehouse).map_err(Failure::from));
    match trial {
        Ok(trial) => trial.run(plan).await,
        Err(failure) => vec![Finding::failed("warehouse", "writable", &failure)],
    }
}

/// Objects in a separate folder, like that of a run.
struct Trial {
    warehouse: Warehouse,
    run: String,
    first: Path,
    second: Path,
    /// The folders of a disk that have to be created for it, innermost first.
    made: Vec<PathBuf>,
}

impl Trial {
    fn new(warehouse: Warehouse) -> Result<Self, PublishError> {
        let run = name();
        let folder = format!("_patronage/stage/{run}");
        let local = warehouse.location.local.as_ref().map(|root| root.join(&folder));
        let made = local.iter().flat_map(|folder| folder.ancestors());
        Ok(Self {
            made: made.take_while(|folder| !folder.exists()).map(LocalPath::to_owned).collect(),
            first: warehouse.path(&format!("{folder}/first"))?,
            second: warehouse.path(&format!("{folder}/second"))?,
            warehouse,
            run,
        })
    }

    async fn run(&self, plan: &Plan) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut note = |check, tried: Result<Finding, Failure>| {
            let finding =
                tried.unwrap_or_else(|failure| Finding::failed("warehouse", check, &failure));
            let goes_on = finding.state != State::Failed;
            findings.push(finding);
            goes_on
        };
        let mut lease = None;
        if note("writable", self.writes(plan, &mut lease).await) {
            note("one writer wins", self.takes_a_name_once().await.map_err(|it| self.failure(&it)));
            note("copies", self.copies().await.map_err(|it| self.failure(&it)));
            note("clock", self.clock().await.map_err(|it| self.failure(&it)));
        }
        note("cleans up", self.cleans_up().await);
        findings
    }

    fn failure(&self, error: &Error) -> Failure {
        StoreError::access(&self.warehouse.shown, error).into()
    }

    fn store(&self) -> &dyn ObjectStore {
        &self.warehouse.location.store
    }

    async fn create(&self, text: &'static str) -> Result<(), Error> {
        let bytes = bytes::Bytes::from_static(text.as_bytes());
        let put = self.store().put_opts(&self.first, bytes.into(), PutMode::Create.into());
        put.await.map(drop)
    }

    async fn writes<'a>(
        &'a self,
        plan: &Plan,
        lease: &mut Option<Lease<'a>>,
    ) -> Result<Finding, Failure> {
        let published = plan.stages.iter().filter(|stage| stage.publish.is_some());
        let mut within = published.map(|stage| format!("{}/any", stage.name));
        within.try_for_each(|file| self.warehouse.writable(&file))?;
        *lease = Some(Lease::hold(&self.warehouse, &self.run).await?);
        self.create("first").await.map_err(|error| self.failure(&error))?;
        Ok(Finding::ok("warehouse", "writable", self.warehouse.shown.clone()))
    }

    async fn takes_a_name_once(&self) -> Result<Finding, Error> {
        const CHECK: &str = "one writer wins";
        match self.create("second").await {
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => {
                Ok(Finding::ok("warehouse", CHECK, "a name that is taken is not taken again"))
            }
            Err(error) => Err(error),
            Ok(()) => Ok(Finding {
                failure_kind: Some(FailureKind::Storage),
                ..Finding::new(
                    "warehouse",
                    CHECK,
                    State::Failed,
                    "the store ignores the condition of a write, so that of two runs at once \
                     neither would notice the other",
                )
                .advice("use a store that honours `If-None-Match: *`")
            }),
        }
    }

    async fn copies(&self) -> Result<Finding, Error> {
        self.store().copy(&self.first, &self.second).await?;
        let copy = self.store().get(&self.second).await?.bytes().await?;
        Ok(match copy.as_ref() {
            b"first" => Finding::ok("warehouse", "copies", "a copy is the same"),
            _ => Finding {
                failure_kind: Some(FailureKind::Storage),
                ..Finding::new("warehouse", "copies", State::Failed, "a copy is not the same")
            },
        })
    }

    async fn clock(&self) -> Result<Finding, Error> {
        let written = self.store().head(&self.second).await?.last_modified;
        Ok(clock(Utc::now() - written))
    }

    /// Removes everything, also what a killed test or run has left.
    async fn cleans_up(&self) -> Result<Finding, Failure> {
        self.warehouse.clear_dead(&self.run).await?;
        self.warehouse.clear_stage(&self.run).await?;
        for folder in &self.made {
            // A run that started meanwhile may need it.
            let _ = std::fs::remove_dir(folder);
        }
        Ok(Finding::ok("warehouse", "cleans up", "nothing is left behind"))
    }
}

/// `late` is how far this machine's clock is ahead of the store's.
fn clock(late: TimeDelta) -> Finding {
    let skew = late.abs().to_std().unwrap_or_default();
    let seconds = skew.as_secs();
    let (message, state) = match late > TimeDelta::zero() {
        _ if skew <= SKEW => ("within seconds of this machine's".to_owned(), State::Ok),
        true => (format!("{seconds} s behind this machine's"), State::Warning),
        false => (format!("{seconds} s ahead of this machine's"), State::Warning),
    };
    let finding = Finding::new("warehouse", "clock", state, message);
    match state {
        State::Ok => finding,
        _ => finding.advice("set both by a time server: signatures and freshness go by the clock"),
    }
}

/// Whether queries and unpublished tables have a disk to use.
fn spill_disk(folder: &LocalPath, source_bytes: u64) -> Finding {
    const CHECK: &str = "spill disk";
    let shown = folder.display();
    if let Err(error) = written(folder) {
        let failure = Failure::Disk { path: shown.to_string(), error };
        return Finding::failed("machine", CHECK, &failure)
            .advice("set TMPDIR to a writable folder");
    }
    match free_bytes(folder) {
        Some(free) if free >= LITTLE_DISK.max(source_bytes.saturating_mul(2)) => {
            Finding::ok("machine", CHECK, format!("{shown}, {} free", human_bytes(free)))
        }
        Some(free) => {
            let message = format!(
                "{shown} has {} free, for sources of {}",
                human_bytes(free),
                human_bytes(source_bytes)
            );
            Finding::new("machine", CHECK, State::Warning, message)
                .advice("make room, or set TMPDIR to a folder on a larger disk")
        }
        None => Finding::ok("machine", CHECK, format!("{shown}, free space unknown")),
    }
}

fn written(folder: &LocalPath) -> std::io::Result<()> {
    let mut file = tempfile::tempfile_in(folder)?;
    std::io::Write::write_all(&mut file, &vec![0; DISK_PROBE])?;
    file.sync_all()
}

/// The output of `df`, which every system has; the standard library has no equivalent.
fn free_bytes(folder: &LocalPath) -> Option<u64> {
    let output = std::process::Command::new("df").arg("-Pk").arg(folder).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let available = text.lines().nth(1)?.split_whitespace().nth(3)?;
    available.parse::<u64>().ok().map(|kib| kib * 1024)
}

fn memory(bytes: usize) -> Finding {
    let shown = human_bytes(bytes as u64);
    if bytes < LITTLE_MEMORY {
        return Finding::new("machine", "memory", State::Warning, format!("{shown} for queries"))
            .advice("give the machine or the container more, or expect spilling");
    }
    Finding::ok("machine", "memory", format!("{shown} for queries, unless `--memory` says else"))
}

#[cfg(test)]
mod tests {
    use super::{State, clock, memory, spill_disk};
    use chrono::TimeDelta;

    #[test]
    fn a_clock_that_is_seconds_off_is_worth_a_warning() {
        for (seconds, state, told) in [
            (2, State::Ok, "within seconds"),
            (-4, State::Ok, "within seconds"),
            (90, State::Warning, "90 s behind"),
            (-90, State::Warning, "90 s ahead"),
        ] {
            let finding = clock(TimeDelta::seconds(seconds));
            assert_eq!(finding.state, state, "{seconds}");
            assert!(finding.message.contains(told), "{}", finding.message);
        }
    }

    #[test]
    fn a_disk_too_small_for_the_sources_is_worth_a_warning() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(spill_disk(folder.path(), u64::MAX).state, State::Warning);
        assert_eq!(spill_disk(&folder.path().join("nowhere"), 0).state, State::Failed);
    }

    #[test]
    fn little_memory_is_worth_a_warning() {
        assert_eq!(memory(100 << 20).state, State::Warning);
        assert_eq!(memory(4 << 30).state, State::Ok);
    }
}
