//! Every stage of a run, in order, and period by period.

use std::collections::BTreeSet;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::exec_datafusion_err;
use datafusion::error::DataFusionError;

use super::checks::Checks;
use super::ledger::{Ledger, Written};
use super::sources::{self, Source};
use super::work::Work;
use super::{Failure, quarantine};
use crate::plan::{
    FILE_COLUMN, Headline, LINE_COLUMN, Period, QUARANTINE, SOURCE_COUNTS, SOURCE_REASONS, Stage,
    reads_counts,
};
use crate::publish::Staged;
use crate::record::{Event, HeadlineResult, SourceResult};
use crate::transform::BuildError;

/// What a run has built.
pub(super) struct Built<'a> {
    pub(super) staged: Staged,
    pub(super) checks: Checks<'a>,
    pub(super) sources: Vec<SourceResult>,
}

/// The stages so far.
struct Stages<'w, 'a> {
    work: &'w Work<'a>,
    sources: Vec<Source<'a>>,
    ledger: Ledger<'a>,
    checks: Checks<'a>,
    /// Whether the counts of the sources are registered as tables.
    counted: bool,
}

/// Builds every needed stage and checks it. Rows to be published are staged in the warehouse.
pub(super) async fn build<'a>(work: &Work<'a>) -> Result<Built<'a>, Failure> {
    let sources = sources::open(work).await?;
    let (ledger, checks) = (Ledger::default(), Checks::new(work));
    let mut stages = Stages { work, sources, ledger, checks, counted: false };
    stages.whole().await?;
    let varying = stages.by_period().await?;
    stages.end(&varying).await
}

/// At most `limit` rows of a table, after the stages before it.
pub(super) async fn first_rows(
    work: &Work<'_>,
    name: &str,
    limit: usize,
) -> Result<Vec<RecordBatch>, Failure> {
    let sources = sources::open(work).await?;
    let (ledger, checks) = (Ledger::default(), Checks::new(work));
    let mut stages = Stages { work, sources, ledger, checks, counted: false };
    let last = work.request.periods.last();
    for stage in work.stages() {
        let period = last.filter(|_| stage.per_period);
        // A view is asked for no more rows than are shown; what becomes versions has to be there.
        if stage.name == name && stage.history.is_none() {
            work.build.fold(stage, &work.request.bindings(period)).await?;
        } else {
            stages.one(stage, period).await?;
        }
    }
    let rows = work.build.head(name, &order(work, name), Some(limit)).await;
    rows.map_err(|error| Failure::engine(name, error))
}

/// What orders the rows of a table whatever the number of threads: its key, or else all of its columns; of a
/// source, where its rows are.
fn order(work: &Work<'_>, name: &str) -> Vec<String> {
    let Some(stage) = work.stages().find(|stage| stage.name == name) else {
        return [FILE_COLUMN, LINE_COLUMN].map(str::to_owned).to_vec();
    };
    let columns = stage.columns.iter().map(|column| &column.name);
    let in_key = |name: &&String| stage.key.is_empty() || stage.key.contains(name);
    columns.filter(in_key).cloned().collect()
}

impl<'a> Stages<'_, 'a> {
    /// Builds the stages that do not vary by period.
    async fn whole(&mut self) -> Result<(), Failure> {
        for stage in self.work.stages().filter(|stage| !stage.per_period) {
            if !self.checks.withholds(stage) {
                self.one(stage, None).await?;
                self.checks.table_is_ready(&stage.name, self.work).await?;
            }
        }
        Ok(())
    }

    /// Builds those that do, period by period.
    async fn by_period(&mut self) -> Result<Vec<&'a Stage>, Failure> {
        let asked = asked(self.work);
        let varying = self.work.stages().filter(|stage| stage.per_period);
        let varying: Vec<&Stage> = varying.filter(|stage| !self.checks.withholds(stage)).collect();
        for period in &self.work.request.periods {
            for stage in &varying {
                self.one(stage, Some(period)).await?;
            }
            self.ledger.forget(self.work, &asked).await;
        }
        Ok(varying)
    }

    async fn one(&mut self, stage: &'a Stage, period: Option<&Period>) -> Result<(), Failure> {
        let work = self.work;
        if reads_counts(stage.inputs.iter()) && !std::mem::replace(&mut self.counted, true) {
            sources::count(work, &mut self.sources).await?;
        }
        if !stage.materialised {
            return Ok(work.build.fold(stage, &work.request.bindings(period)).await?);
        }
        let write = write(work, stage, period);
        let written = work.build(&stage.name, period, write, |it: &Written| &it.shown).await?;
        self.ledger.note(stage, period, written);
        Ok(())
    }

    /// Accounts for the rows of the sources, stages the rejected ones and runs the last checks.
    async fn end(mut self, varying: &[&Stage]) -> Result<Built<'a>, Failure> {
        let (work, all) = (self.work, self.checks.withhold_nothing());
        let sources = sources::account(work, &mut self.sources, all).await?;
        self.ledger.show(&work.build)?;
        for stage in varying {
            self.checks.table_is_ready(&stage.name, work).await?;
        }
        let mut staged = self.ledger.staged(work);
        quarantine::write(work, &mut self.sources, &mut staged).await?;
        self.checks.table_is_ready(QUARANTINE, work).await?;
        if self.checks.withhold_nothing() {
            self.checks.table_is_ready(SOURCE_COUNTS, work).await?;
            self.checks.table_is_ready(SOURCE_REASONS, work).await?;
        }
        Ok(Built { staged, checks: self.checks, sources })
    }
}

/// Writes the rows of a stage, for later stages and, if they differ, for readers.
async fn write(
    work: &Work<'_>,
    stage: &Stage,
    period: Option<&Period>,
) -> Result<Written, Failure> {
    let target = work.target(stage, period, stage.shows_less())?;
    let files = work.build.write(stage, &work.request.bindings(period), &target).await?;
    let known = work.build.register_files(stage, &target, files.clone());
    known.map_err(|error| Failure::engine(&stage.name, error))?;
    let shown = if stage.shows_less() && work.request.publishes(stage) {
        work.build.show(stage, &work.target(stage, period, false)?).await?
    } else {
        files.clone()
    };
    Ok(Written { target, files, shown })
}

/// The tables that checks and headlines read, which have to last until the end.
fn asked(work: &Work<'_>) -> BTreeSet<String> {
    let headlines = work.plan.headlines.iter().flat_map(|headline| headline.query.tables());
    let mut asked: BTreeSet<String> = headlines.collect();
    for stage in work.stages().filter(|stage| !stage.checks.is_empty()) {
        asked.insert(stage.name.clone());
        asked.extend(stage.checks.iter().flat_map(|check| check.reads.clone()));
    }
    asked
}

/// Answers the pipeline's headlines over what was built.
pub(super) async fn headlines(work: &Work<'_>) -> Result<(), Failure> {
    let needed = &work.request.needed;
    let headlines = work.plan.headlines.iter();
    for headline in headlines.filter(|it| it.query.tables().is_subset(needed)) {
        let value = answer(work, headline).await.map_err(|error| {
            let place = Some(headline.query.place_of_failure(&error));
            BuildError { stage: headline.title.clone(), place, error }
        })?;
        let title = headline.title.clone();
        work.tell(Event::HeadlineAnswered(HeadlineResult { title, value }));
    }
    Ok(())
}

/// The value of a headline; `None` if it is unknown.
async fn answer(work: &Work<'_>, headline: &Headline) -> Result<Option<String>, DataFusionError> {
    let bindings = work.request.bindings(None);
    let rows = work.build.query(&headline.query, &bindings, Some(2)).await?;
    if rows.iter().map(RecordBatch::num_rows).sum::<usize>() > 1 {
        return Err(exec_datafusion_err!("a headline is one value, and this has several rows"));
    }
    let cell = rows.iter().find(|batch| batch.num_rows() > 0).map(|batch| batch.column(0));
    let cell = cell.filter(|column| !column.is_null(0));
    Ok(cell.map(|column| array_value_to_string(column, 0)).transpose()?)
}
