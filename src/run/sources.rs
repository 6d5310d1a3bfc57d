//! The sources of a run: their files listed once, decided how they are read, opened, and their rows
//! accounted for.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use datafusion::arrow::array::RecordBatch;
use datafusion::datasource::empty::EmptyTable;

use super::work::Work;
use super::{Failure, counts, replay};
use crate::declare::Superseded;
use crate::plan::{SOURCE_COUNTS, SourcePlan, Versions};
use crate::publish::StagedFile;
use crate::read::{self, Corrections, InputFile, Inventory, PassedOver, Summary, Tally};
use crate::record::{Event, SourceResult};
use crate::transform::{BuildError, Latest, Outdated};

/// A source with the files that its location fits: path, size and tag of each.
struct Listed<'a> {
    plan: &'a SourcePlan,
    inventory: Inventory,
}

/// What of a source has to be read, and how.
struct Reading<'a> {
    plan: &'a SourcePlan,
    inventory: Inventory,
    /// What takes the place of some of its records.
    corrections: Corrections,
    way: Way<'a>,
}

/// How the rows of a source come to the queries that read it.
#[derive(Clone, Copy)]
enum Way<'a> {
    /// As the files are read.
    Scanned,
    /// From files that it is landed in first, since several queries read it.
    Landed,
    /// Of each key the newest row, for several queries or one.
    Newest(&'a Versions, bool),
}

/// A source that the run reads.
pub(super) struct Source<'a> {
    plan: &'a SourcePlan,
    files: u64,
    newest_file: Option<DateTime<Utc>>,
    passed: PassedOver,
    tally: Arc<Tally>,
    outdated: Outdated,
}

/// Makes the tables of all sources known that are read.
pub(super) async fn open<'a>(work: &Work<'a>) -> Result<Vec<Source<'a>>, Failure> {
    let mut sources = Vec::new();
    let mut corrections = replay::corrections(work.warehouse).await?;
    let request = work.request;
    for source in work.plan.sources.iter().filter(|it| request.needed.contains(&it.name)) {
        let listed = list(work, source).await?;
        sources.push(decide(work, listed, &mut corrections).open(work).await?);
    }
    for absent in &work.plan.absent {
        let empty = Arc::new(EmptyTable::new(Arc::clone(&absent.schema)));
        let known = work.build.register(&absent.name, empty);
        known.map_err(|error| Failure::engine(&absent.name, error))?;
    }
    Ok(sources)
}

async fn list<'a>(work: &Work<'a>, plan: &'a SourcePlan) -> Result<Listed<'a>, Failure> {
    Ok(Listed { plan, inventory: read::inventory(plan, &work.plan.root).await? })
}

/// All files are read, landed first where several queries need them or rows are versions of things.
fn decide<'a>(
    work: &Work<'a>,
    Listed { plan, inventory }: Listed<'a>,
    corrections: &mut BTreeMap<String, Corrections>,
) -> Reading<'a> {
    let many = work.request.scans(work.plan, &plan.name) > 1;
    let way = match &plan.versions {
        Some(versions) => Way::Newest(versions, many),
        None if many => Way::Landed,
        None => Way::Scanned,
    };
    let corrections = corrections.remove(&plan.name).unwrap_or_default();
    Reading { plan, inventory, corrections, way }
}

impl<'a> Reading<'a> {
    /// Makes the table known.
    async fn open(self, work: &Work<'_>) -> Result<Source<'a>, Failure> {
        let Self { plan, inventory, corrections, way } = self;
        let mut source = Source::new(plan, &inventory);
        let tally = Arc::clone(&source.tally);
        let table = read::table(plan, inventory, work.request.as_of, corrections, tally)?;
        let known = work.build.register(&plan.name, table);
        known.map_err(|error| Failure::engine(&plan.name, error))?;
        match way {
            Way::Scanned => {}
            Way::Landed => source.land(work).await?,
            Way::Newest(versions, many) => source.keep_newest(work, versions, many).await?,
        }
        Ok(source)
    }
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

    /// The name of the source, and its rejected rows.
    pub(super) fn tally(&self) -> (&'a str, &Arc<Tally>) {
        (&self.plan.name, &self.tally)
    }

    /// Whether every file was read.
    pub(super) fn is_read(&self) -> bool {
        self.tally.summary().files == self.files
    }

    /// Parses the source once, for all the queries that read it.
    async fn land(&self, work: &Work<'_>) -> Result<(), Failure> {
        let name = &self.plan.name;
        let target = work.scratch(&[name]);
        let land = async { Ok(work.build.land(name, &target).await?) };
        work.build(name, None, land, |files: &Vec<StagedFile>| files).await.map(|_| ())
    }

    /// Parses the source and lets its table hold the newest row of each key.
    async fn keep_newest(
        &mut self,
        work: &Work<'_>,
        versions: &Versions,
        many: bool,
    ) -> Result<(), Failure> {
        let name = &self.plan.name;
        let step = |step: &str| work.scratch(&[name, step]);
        let keep = async { Ok(work.build.keep_latest(self.plan, versions, &step, many).await?) };
        let latest = work.build(name, None, keep, |latest: &Latest| &latest.files).await?;
        self.outdated = latest.outdated;
        if versions.superseded == Superseded::Quarantine && self.outdated.superseded > 0 {
            self.reject_superseded(work, versions).await?;
            self.outdated.superseded = 0;
        }
        Ok(())
    }

    async fn reject_superseded(
        &self,
        work: &Work<'_>,
        versions: &Versions,
    ) -> Result<(), BuildError> {
        let reject =
            |rows: &RecordBatch| read::reject_superseded(&self.plan.name, rows, &self.tally);
        work.build.each_superseded(self.plan, versions, &reject).await
    }

    /// What was read. A query that needed nothing of a source has left files unread; where their
    /// times or counts matter, or whether they have a column that no other file has, they are read
    /// now.
    pub(super) async fn result(&self, work: &Work<'_>) -> Result<SourceResult, Failure> {
        let matters =
            self.plan.timeliness.has_limits() || counts::are_checked(work.plan, work.request);
        if !self.is_read() && (matters || self.lacks_columns(&self.tally.summary())) {
            work.build.read_through(&self.plan.name).await?;
        }
        let summary = self.tally.summary();
        let result = SourceResult::new(self.plan, &summary, &self.passed, self.outdated);
        Ok(result.timed(&summary.times, self.newest_file, work.request.as_of, work.plan))
    }

    /// Whether no file that was read has some column.
    fn lacks_columns(&self, summary: &Summary) -> bool {
        let columns = self.plan.columns.iter().zip(&summary.columns);
        columns.into_iter().any(|(field, it)| !field.optional && it.is_nowhere())
    }
}

/// Makes the counts of the sources known. One that is not read by now is landed: whoever reads it
/// later finds it parsed.
pub(super) async fn count(work: &Work<'_>, sources: &[Source<'_>]) -> Result<(), Failure> {
    let mut counted = Vec::new();
    for source in sources {
        if !source.is_read() {
            source.land(work).await?;
        }
        counted.push(source.result(work).await?);
    }
    let known = counts::register(&work.build, &counted);
    known.map_err(|error| Failure::engine(SOURCE_COUNTS, error))
}

/// Tells what became of the rows of some sources.
pub(super) async fn account<'s, 'a: 's>(
    work: &Work<'_>,
    sources: impl Iterator<Item = &'s Source<'a>>,
) -> Result<Vec<SourceResult>, Failure> {
    let mut results = Vec::new();
    for source in sources {
        let result = source.result(work).await?;
        work.tell(Event::SourceRead(Box::new(result.clone())));
        results.push(result);
    }
    let known = counts::register(&work.build, &results);
    known.map_err(|error| Failure::engine(SOURCE_COUNTS, error))?;
    Ok(results)
}
