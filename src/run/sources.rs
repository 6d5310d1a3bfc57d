//! The sources of a run: their files are listed once, it is decided how they are read, they are
//! opened, and their rows are accounted for.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use datafusion::catalog::TableProvider;
use datafusion::datasource::empty::EmptyTable;

use super::work::Work;
use super::{Failure, counts, replay};
use crate::declare::Superseded;
use crate::plan::{QUARANTINE, SOURCE_COUNTS, SourcePlan, Versions};
use crate::publish::StagedFile;
use crate::read::{self, Corrections, InputFile, Inventory, PassedOver, Reports, Spool, Summary};
use crate::record::{Event, SourceResult};
use crate::transform::{Latest, Outdated};

/// A source with the files that match its location: path, size and etag of each.
struct Listed<'a> {
    plan: &'a SourcePlan,
    inventory: Inventory,
}

/// What has to be read of a source, and how.
struct Reading<'a> {
    plan: &'a SourcePlan,
    inventory: Inventory,
    /// Corrections of some of its records.
    corrections: Corrections,
    way: Way<'a>,
}

/// How the queries that read a source get its rows.
#[derive(Clone, Copy)]
enum Way<'a> {
    /// As the files are read.
    Scanned,
    /// From landed files, since several queries read it.
    Landed,
    /// The newest row of each key, for several queries or one.
    Newest(&'a Versions, bool),
}

/// A source that the run reads.
pub(super) struct Source<'a> {
    plan: &'a SourcePlan,
    files: u64,
    newest_file: Option<DateTime<Utc>>,
    passed: PassedOver,
    reports: Reports,
    outdated: Outdated,
}

/// Registers the tables of all sources that are read.
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

/// All files are read, landed first if several queries need them or rows are versions of entities.
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
        let changed = |file: &InputFile| file.meta.last_modified;
        let files = inventory.files.len() as u64;
        let newest_file = inventory.files.iter().map(changed).max();
        let passed = inventory.passed.clone();
        let spool = Spool::at(work.spool());
        let (table, reports) =
            read::table(plan, inventory, work.request.as_of, corrections, spool)?;
        let known = work.build.register(&plan.name, table);
        known.map_err(|error| Failure::engine(&plan.name, error))?;
        let outdated = Outdated::default();
        let mut source = Source { plan, files, newest_file, passed, reports, outdated };
        match way {
            Way::Scanned => {}
            Way::Landed => source.land(work).await?,
            Way::Newest(versions, many) => source.keep_newest(work, versions, many).await?,
        }
        Ok(source)
    }
}

impl Source<'_> {
    /// The name of the source.
    pub(super) fn name(&self) -> &str {
        &self.plan.name
    }

    /// Its rejected rows, for a run of this name.
    pub(super) fn rejected_rows(&mut self, run: &str) -> Result<Arc<dyn TableProvider>, Failure> {
        self.reports.rejected_rows(run).map_err(|error| Failure::engine(QUARANTINE, error))
    }

    /// Whether every file was read.
    fn is_read(&mut self) -> bool {
        self.reports.summary().files == self.files
    }

    /// Parses the source once, for all the queries that read it.
    async fn land(&self, work: &Work<'_>) -> Result<(), Failure> {
        let name = &self.plan.name;
        let target = work.scratch(&[name]);
        let land = async { Ok(work.build.land(name, &target).await?) };
        work.build(name, None, land, |files: &Vec<StagedFile>| files).await.map(|_| ())
    }

    /// Parses the source and reduces its table to the newest row of each key.
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
        &mut self,
        work: &Work<'_>,
        versions: &Versions,
    ) -> Result<(), Failure> {
        let name = &self.plan.name;
        let rows = work.build.superseded(self.plan, versions).await?;
        let rejected = self.reports.reject_superseded(name, rows).await;
        rejected.map_err(|error| Failure::engine(name, error))
    }

    /// What was read. A query that needed no rows of a source has left files unread; if their
    /// times or counts matter, or whether they have a column that no other file has, they are read
    /// now.
    async fn result(&mut self, work: &Work<'_>) -> Result<SourceResult, Failure> {
        let matters =
            self.plan.timeliness.has_limits() || counts::are_checked(work.plan, work.request);
        let mut summary = self.reports.summary();
        if summary.files != self.files && (matters || self.lacks_columns(&summary)) {
            work.build.read_through(&self.plan.name).await?;
            summary = self.reports.summary();
        }
        let result = SourceResult::new(self.plan, &summary, &self.passed, self.outdated);
        Ok(result.timed(&summary.times, self.newest_file, work.request.as_of, work.plan))
    }

    /// Whether some column is in none of the files that were read.
    fn lacks_columns(&self, summary: &Summary) -> bool {
        let columns = self.plan.columns.iter().zip(&summary.columns);
        columns.into_iter().any(|(field, it)| !field.optional && it.is_nowhere())
    }
}

/// Registers the counts of the sources. A source that has not been read yet is landed, so that
/// it is parsed once.
pub(super) async fn count(work: &Work<'_>, sources: &mut [Source<'_>]) -> Result<(), Failure> {
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

/// Reports the outcomes of the rows of the sources; only of those that were read, unless `all`.
/// Stages that were not built may have left sources unread, of which nothing is known.
pub(super) async fn account(
    work: &Work<'_>,
    sources: &mut [Source<'_>],
    all: bool,
) -> Result<Vec<SourceResult>, Failure> {
    let mut results = Vec::new();
    for source in sources {
        if !all && !source.is_read() {
            continue;
        }
        let result = source.result(work).await?;
        work.tell(Event::SourceRead(Box::new(result.clone())));
        results.push(result);
    }
    let known = counts::register(&work.build, &results);
    known.map_err(|error| Failure::engine(SOURCE_COUNTS, error))?;
    Ok(results)
}
