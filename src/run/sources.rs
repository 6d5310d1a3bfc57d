//! The sources of a run: their files listed once, their tables made known, their rows accounted for.

use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, Utc};
use datafusion::arrow::array::RecordBatch;
use datafusion::datasource::empty::EmptyTable;

use super::results::{RunResults, SourceResult, StageResult};
use super::stages::engine;
use super::{Events, Failure, Request, SharedTally, counts, replay};
use crate::declare::Superseded;
use crate::plan::{Plan, SOURCE_COUNTS, SourcePlan, Versions};
use crate::publish::{Folder, Target, Warehouse};
use crate::read::{self, InputFile, Inventory, PassedOver, Summary, Tally};
use crate::report::Event;
use crate::store::Place;
use crate::transform::{Build, Outdated};

/// A source that the run reads.
pub(super) struct Source<'a> {
    plan: &'a SourcePlan,
    files: u64,
    newest_file: Option<DateTime<Utc>>,
    passed: PassedOver,
    tally: SharedTally,
    outdated: Outdated,
}

/// Lists the files of every source that is read, once, and makes its table known. One that several
/// queries read is landed first, and so is one whose rows are versions of things.
pub(super) async fn open<'a>(
    plan: &'a Plan,
    request: &Request,
    warehouse: &Warehouse,
    build: &Build,
    scratch: &Place,
    events: Events<'_>,
    results: &mut RunResults,
) -> Result<Vec<Source<'a>>, Failure> {
    let mut sources = Vec::new();
    let mut corrections = replay::corrections(warehouse).await?;
    for source in plan.sources.iter().filter(|source| request.needed.contains(&source.name)) {
        let inventory = read::inventory(source, &plan.root).await?;
        let mut opened = Source::new(source, &inventory);
        let corrected = corrections.remove(&source.name).unwrap_or_default();
        let tally = Arc::clone(&opened.tally);
        let table = read::table(source, inventory, request.as_of, corrected, tally)?;
        build.register(&source.name, table).map_err(|error| engine(&source.name, error))?;
        let many = request.scans(plan, &source.name) > 1;
        if let Some(versions) = &source.versions {
            opened.outdated =
                latest(build, source, versions, many, scratch, events, results).await?;
            if versions.superseded == Superseded::Quarantine && opened.outdated.superseded > 0 {
                let reject =
                    |rows: &RecordBatch| read::reject_superseded(&source.name, rows, &opened.tally);
                build.each_superseded(source, versions, &reject).await?;
                opened.outdated.superseded = 0;
            }
        } else if many {
            land(build, &source.name, scratch, events, results).await?;
        }
        sources.push(opened);
    }
    for absent in &plan.absent {
        let empty = Arc::new(EmptyTable::new(Arc::clone(&absent.schema)));
        build.register(&absent.name, empty).map_err(|error| engine(&absent.name, error))?;
    }
    Ok(sources)
}

impl<'a> Source<'a> {
    fn new(plan: &'a SourcePlan, inventory: &Inventory) -> Self {
        let changed = |file: &InputFile| file.meta.last_modified;
        Self {
            plan,
            files: inventory.files.len() as u64,
            newest_file: inventory.files.iter().map(changed).max(),
            passed: inventory.passed.clone(),
            tally: Arc::new(Tally::default()),
            outdated: Outdated::default(),
        }
    }

    /// The counts of the source, and its rejected rows.
    pub(super) fn tally(&self) -> (String, SharedTally) {
        (self.plan.name.clone(), Arc::clone(&self.tally))
    }

    /// Whether every file was read.
    pub(super) fn is_read(&self) -> bool {
        self.tally.summary().files == self.files
    }

    /// What was read. A query that needed nothing of a source has left files unread; where their
    /// times or counts matter, or whether they have a column that no other file has, they are read
    /// now.
    pub(super) async fn result(
        &self,
        plan: &Plan,
        request: &Request,
        build: &Build,
    ) -> Result<SourceResult, Failure> {
        let matters = self.plan.timeliness.has_limits() || counts::are_checked(plan, request);
        if !self.is_read() && (matters || self.lacks_columns(&self.tally.summary())) {
            build.read_through(&self.plan.name).await?;
        }
        let summary = self.tally.summary();
        let result = SourceResult::new(self.plan, &summary, &self.passed, self.outdated);
        Ok(result.timed(&summary.times, self.newest_file, request.as_of, plan))
    }
}

/// Makes the counts of the sources known. One that is not read by now is landed: whoever reads it
/// later finds it parsed.
pub(super) async fn count(
    sources: &[Source<'_>],
    plan: &Plan,
    request: &Request,
    build: &Build,
    scratch: &Place,
    events: Events<'_>,
    results: &mut RunResults,
) -> Result<(), Failure> {
    let mut counted = Vec::new();
    for source in sources {
        if !source.is_read() {
            land(build, &source.plan.name, scratch, events, results).await?;
        }
        counted.push(source.result(plan, request, build).await?);
    }
    counts::register(build, &counted).map_err(|error| engine(SOURCE_COUNTS, error))
}

impl Source<'_> {
    /// Whether no file that was read has some column.
    fn lacks_columns(&self, summary: &Summary) -> bool {
        let columns = self.plan.columns.iter().zip(&summary.columns);
        columns.into_iter().any(|(field, it)| !field.optional && it.is_nowhere())
    }
}

/// Parses a source once, for all the queries that read it.
async fn land(
    build: &Build,
    source: &str,
    scratch: &Place,
    events: Events<'_>,
    results: &mut RunResults,
) -> Result<(), Failure> {
    events(Event::StageStarted { stage: source.to_owned(), period: None });
    let started = Instant::now();
    let files = build.land(source, &target(scratch, &[source])).await?;
    let result = StageResult::new(source, None, &files, started);
    events(Event::StageFinished(result.clone()));
    results.stages.push(result);
    Ok(())
}

/// Parses a source and lets its table hold the newest row of each key.
async fn latest(
    build: &Build,
    source: &SourcePlan,
    versions: &Versions,
    many: bool,
    scratch: &Place,
    events: Events<'_>,
    results: &mut RunResults,
) -> Result<Outdated, Failure> {
    events(Event::StageStarted { stage: source.name.clone(), period: None });
    let started = Instant::now();
    let step = |step: &str| target(scratch, &[&source.name, step]);
    let latest = build.keep_latest(source, versions, &step, many).await?;
    let result = StageResult::new(&source.name, None, &latest.files, started);
    events(Event::StageFinished(result.clone()));
    results.stages.push(result);
    Ok(latest.outdated)
}

/// Where rows go that only this run needs.
fn target(scratch: &Place, folders: &[&str]) -> Target {
    Target::scratch(folders.iter().fold(Folder::of(scratch), |folder, name| folder.join(name)))
}
