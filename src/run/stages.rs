//! Every stage of a run, in order, and period by period.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::exec_datafusion_err;

use super::checks::Checks;
use super::held::Held;
use super::results::instant_text;
use super::results::{HeadlineResult, RunResults, StageResult};
use super::sources::{self, Source};
use super::{Events, Failure, Request, counts, quarantine};
use crate::plan::{
    Headline, PERIOD_COLUMN, Period, Plan, QUARANTINE, SOURCE_COUNTS, SOURCE_REASONS, Stage,
    reads_counts,
};
use crate::publish::{
    Encoding, Folder, Layout, Release, Staged, StagedFile, StagedTable, Target, Warehouse,
};
use crate::report::Event;
use crate::session::{Resources, runtime_in};
use crate::store::{self, Place};
use crate::transform::{Build, BuildError, description, partition_columns};

/// Where the rows of a run go.
pub(super) struct Places<'a> {
    pub(super) warehouse: &'a Warehouse,
    scratch: Place,
    pub(super) staged: Staged,
}

/// Builds every needed stage and checks it. Rows to be published are staged in the warehouse.
pub(super) async fn build<'a>(
    plan: &'a Plan,
    request: &'a Request,
    warehouse: &'a Warehouse,
    base: &'a Release,
    scratch: &Path,
    events: Events<'_>,
    results: &mut RunResults,
) -> Result<(Build, Staged, Checks<'a>), Failure> {
    let place = store::open(&scratch.to_string_lossy(), scratch)?;
    let build = open(request, scratch, &[&warehouse.place, &place])?;
    let sources = sources::open(plan, request, warehouse, &build, &place, events, results).await?;
    let staged = Staged {
        run: request.run.clone(),
        pipeline: plan.name.clone(),
        as_of: instant_text(request.as_of.to_utc()),
        time_zone: plan.time_zone.name().to_owned(),
        dropped: request.consent.drop.clone(),
        taken_over: request.consent.take_over.clone(),
        ..Staged::default()
    };
    let mut places = Places { warehouse, scratch: place, staged };
    let mut checks = Checks::new(plan, request, Held { warehouse, base });
    let mut kept: Vec<(&Stage, Vec<StagedFile>, Target)> = Vec::new();
    let needed = |stage: &&Stage| request.needed.contains(&stage.name);
    let (mut varying, fixed): (Vec<_>, Vec<_>) =
        plan.stages.iter().filter(needed).partition(|stage| stage.per_period);
    let mut counted = false;
    for stage in fixed {
        if checks.withholds(stage) {
            continue;
        }
        if reads_counts(stage.inputs.iter()) && !std::mem::replace(&mut counted, true) {
            let place = &places.scratch;
            sources::count(&sources, plan, request, &build, place, events, results).await?;
        }
        one(&build, request, stage, None, &mut places, &mut kept, events, results).await?;
        checks.table_is_ready(&stage.name, &build, events, results).await?;
    }
    let asked = asked(plan, request);
    varying.retain(|stage| !checks.withholds(stage));
    for period in &request.periods {
        for stage in &varying {
            if reads_counts(stage.inputs.iter()) && !std::mem::replace(&mut counted, true) {
                let place = &places.scratch;
                sources::count(&sources, plan, request, &build, place, events, results).await?;
            }
            one(&build, request, stage, Some(period), &mut places, &mut kept, events, results)
                .await?;
        }
        kept.retain(|(stage, ..)| {
            let staged = request.publishes(stage) && !stage.shows_less();
            let stays = !stage.per_period || staged || asked.contains(&stage.name);
            stays || !forgotten(scratch, stage)
        });
    }
    // What was not built may have left sources unread, of which nothing is known.
    let known = |source: &&Source| checks.withhold_nothing() || source.is_read();
    for source in sources.iter().filter(known) {
        results.sources.push(source.result(plan, request, &build).await?);
    }
    counts::register(&build, &results.sources).map_err(|error| engine(SOURCE_COUNTS, error))?;
    for_readers(&build, &kept)?;
    for stage in varying {
        checks.table_is_ready(&stage.name, &build, events, results).await?;
    }
    let tallies: Vec<_> = sources.iter().map(Source::tally).collect();
    quarantine::write(&build, plan, &tallies, &mut places).await?;
    checks.table_is_ready(QUARANTINE, &build, events, results).await?;
    if checks.withhold_nothing() {
        checks.table_is_ready(SOURCE_COUNTS, &build, events, results).await?;
        checks.table_is_ready(SOURCE_REASONS, &build, events, results).await?;
    }
    Ok((build, places.staged, checks))
}

/// The tables that checks and headlines read, which have to last until the end.
fn asked(plan: &Plan, request: &Request) -> BTreeSet<String> {
    let needed = plan.stages.iter().filter(|stage| request.needed.contains(&stage.name));
    let headlines = plan.headlines.iter().flat_map(|headline| headline.query.tables());
    let mut asked: BTreeSet<String> = headlines.collect();
    for stage in needed.filter(|stage| !stage.checks.is_empty()) {
        asked.insert(stage.name.clone());
        asked.extend(stage.checks.iter().flat_map(|check| check.reads.clone()));
    }
    asked
}

/// Removes the rows of a stage that no later period reads; a long backfill needs the space.
fn forgotten(scratch: &Path, stage: &Stage) -> bool {
    std::fs::remove_dir_all(scratch.join(&stage.name)).is_ok()
}

fn open(request: &Request, scratch: &Path, places: &[&Place]) -> Result<Build, Failure> {
    let resources = Resources {
        memory: request.memory,
        partitions: request.partitions,
        hash_join: true,
        zone: request.as_of.timezone(),
    };
    let runtime = runtime_in(request.memory, scratch);
    let runtime = runtime.map_err(|source| engine("session", source))?;
    let build = Build::new(resources, runtime);
    for place in places {
        build.register_store(place);
    }
    Ok(build)
}

#[expect(clippy::too_many_arguments, reason = "one step of a loop, written once")]
async fn one<'a>(
    build: &Build,
    request: &Request,
    stage: &'a Stage,
    period: Option<&Period>,
    places: &mut Places<'_>,
    kept: &mut Vec<(&'a Stage, Vec<StagedFile>, Target)>,
    events: Events<'_>,
    results: &mut RunResults,
) -> Result<(), Failure> {
    let bindings = request.bindings(period);
    if !stage.materialised {
        return Ok(build.fold(stage, &bindings).await?);
    }
    let named = period.map(|period| period.first_day.to_string());
    events(Event::StageStarted { stage: stage.name.clone(), period: named.clone() });
    let started = Instant::now();
    let target = places.target(request, stage, period, stage.shows_less())?;
    let files = build.write(stage, &bindings, &target).await?;
    build
        .register_files(stage, &target, files.clone())
        .map_err(|error| engine(&stage.name, error))?;
    let shown = if stage.shows_less() && request.publishes(stage) {
        build.show(stage, &places.target(request, stage, period, false)?).await?
    } else {
        files.clone()
    };
    let result = StageResult::new(&stage.name, named, &shown, started);
    events(Event::StageFinished(result.clone()));
    results.stages.push(result);
    places.note(request, stage, period, &shown);
    match kept.iter_mut().find(|(known, ..)| known.name == stage.name) {
        Some((_, known, _)) => known.extend(files),
        None => kept.push((stage, files, target)),
    }
    Ok(())
}

impl Places<'_> {
    /// Where a stage's rows go: staged in the warehouse, or to the scratch folder if readers are not
    /// to see them, or not `within` the run's own types.
    fn target(
        &self,
        request: &Request,
        stage: &Stage,
        period: Option<&Period>,
        within: bool,
    ) -> Result<Target, Failure> {
        let staged = request.publishes(stage) && !within;
        let (folder, encoding) = if staged {
            let folder = format!("{}/{}", self.staged.folder(), stage.name);
            let encoding = Encoding::Kept { description: Some(description(stage)) };
            (self.warehouse.folder(&folder)?, encoding)
        } else {
            (Folder::of(&self.scratch).join(&stage.name), Encoding::Scratch)
        };
        let fixed = period.map(|period| (PERIOD_COLUMN.to_owned(), period.first_day.to_string()));
        let published = stage.publish.as_ref().filter(|_| !within);
        let layout = Layout {
            fixed,
            partition_by: if within { Vec::new() } else { partition_columns(stage) },
            sort_by: published.map(|layout| layout.sort_by.clone()).unwrap_or_default(),
        };
        Ok(Target { folder, layout, encoding })
    }

    /// Notes what was staged for publication.
    fn note(
        &mut self,
        request: &Request,
        stage: &Stage,
        period: Option<&Period>,
        files: &[StagedFile],
    ) {
        if !request.publishes(stage) {
            return;
        }
        let table = self.staged.tables.entry(stage.name.clone()).or_insert_with(|| StagedTable {
            slices: period.map(|_| Vec::new()),
            ..StagedTable::default()
        });
        table.files.extend_from_slice(files);
        if let (Some(slices), Some(period)) = (&mut table.slices, period) {
            slices.push(slice(period));
        }
    }
}

/// The folder of a period.
pub(super) fn slice(period: &Period) -> String {
    format!("{PERIOD_COLUMN}={}", period.first_day)
}

/// Checks and headlines see each table whole, with its partition columns; moments are instants.
fn for_readers(build: &Build, kept: &[(&Stage, Vec<StagedFile>, Target)]) -> Result<(), Failure> {
    for (stage, files, target) in kept {
        build
            .register_whole(stage, target, files.clone())
            .map_err(|error| engine(&stage.name, error))?;
    }
    Ok(())
}

/// The pipeline's numbers, over what was built.
pub(super) async fn headlines(
    build: &Build,
    plan: &Plan,
    request: &Request,
    results: &mut RunResults,
) -> Result<(), Failure> {
    let bindings = request.bindings(None);
    let answerable =
        plan.headlines.iter().filter(|headline| headline.query.tables().is_subset(&request.needed));
    for headline in answerable {
        let rows = build.query(&headline.query, &bindings, Some(2)).await;
        let rows = rows.map_err(|error| unanswered(headline, error))?;
        if rows.iter().map(RecordBatch::num_rows).sum::<usize>() > 1 {
            let several =
                exec_datafusion_err!("a headline is one value, and this has several rows");
            return Err(unanswered(headline, several));
        }
        let cell = rows.iter().find(|batch| batch.num_rows() > 0).map(|batch| batch.column(0));
        let value =
            cell.filter(|column| !column.is_null(0)).map(|column| array_value_to_string(column, 0));
        let value = value.transpose().map_err(|error| unanswered(headline, error.into()))?;
        results.headlines.push(HeadlineResult { title: headline.title.clone(), value });
    }
    Ok(())
}

pub(super) fn engine(stage: &str, source: datafusion::error::DataFusionError) -> Failure {
    BuildError { stage: stage.to_owned(), place: None, source }.into()
}

fn unanswered(headline: &Headline, source: datafusion::error::DataFusionError) -> Failure {
    let place = Some(headline.query.place_of_failure(&source));
    BuildError { stage: headline.title.clone(), place, source }.into()
}
