//! Admission of a request, given what is published: a run that would do harm does not begin.

use std::collections::BTreeMap;

use super::{Failure, Request};
use crate::declare::OlderAsOf;
use crate::plan::{PERIOD_COLUMN, Plan, QUARANTINE, Stage};
use crate::publish::{self, Intent, Release, TableLocation};
use crate::record::{Event, Events, TableAsOfResult};
use crate::shape::shape;
use crate::stored::{period_folder, published};

/// A request as it may be executed.
pub(super) struct Admitted {
    pub(super) request: Request,
    /// Tables of the warehouse that the pipeline no longer publishes.
    pub(super) left: Vec<String>,
}

/// The request as it may be executed. What it leaves unchanged is reported.
pub(super) fn admitted(
    plan: &Plan,
    request: &Request,
    base: &Release,
    events: Events<'_>,
) -> Result<Admitted, Failure> {
    let mut request = request.clone();
    let kept = kept(plan, &request, base);
    if !kept.is_empty() {
        request.tables.retain(|table| by_period(plan, table));
        events(Event::TablesKept { tables: kept });
    }
    let intent = intent(plan, &request);
    publish::admit(base, &intent)?;
    let dropped = &request.consent.drop;
    let left = publish::left(base, &intent).into_iter().filter(|table| !dropped.contains(table));
    let left: Vec<String> = left.collect();
    if !left.is_empty() {
        events(Event::TablesLeft { tables: left.clone() });
    }
    let behind = publish::left_behind(base, &intent);
    if !behind.is_empty() {
        let tables = behind.into_iter().map(TableAsOfResult::from).collect();
        events(Event::TablesBehind { tables });
    }
    Ok(Admitted { request, left })
}

/// If the pipeline says so, a run at an older as-of leaves tables without a period unchanged.
fn kept(plan: &Plan, request: &Request, base: &Release) -> Vec<TableAsOfResult> {
    let builds_periods = request.tables.iter().any(|table| by_period(plan, table));
    if plan.older_as_of == OlderAsOf::Stop || request.consent.restate || !builds_periods {
        return Vec::new();
    }
    let newer = publish::newer(base, &intent(plan, request)).into_iter();
    newer.filter(|(table, _)| request.tables.contains(table)).map(Into::into).collect()
}

/// The paths of what the request builds.
pub(super) fn places(plan: &Plan, request: &Request) -> BTreeMap<String, TableLocation> {
    let built = intent(plan, request).tables.into_iter();
    let mut places: BTreeMap<String, TableLocation> = built
        .map(|(table, slices)| {
            let divided_by = divided_by(plan, &table);
            (table, TableLocation { slices, divided_by })
        })
        .collect();
    let divided_by = ["pipeline", "source"].map(str::to_owned).into();
    places.insert(QUARANTINE.to_owned(), TableLocation { slices: None, divided_by });
    places
}

/// The partition columns of a table, except the period.
fn divided_by(plan: &Plan, table: &str) -> Vec<String> {
    let stage = plan.stages.iter().find(|stage| stage.name == table);
    let layout = stage.and_then(|stage| stage.publish.as_ref());
    let columns = layout.map_or(&[][..], |layout| &layout.partition_by).iter();
    columns.filter(|column| *column != PERIOD_COLUMN).cloned().collect()
}

fn by_period(plan: &Plan, table: &str) -> bool {
    plan.stages.iter().any(|stage| stage.name == table && stage.per_period)
}

fn intent<'a>(plan: &'a Plan, request: &'a Request) -> Intent<'a> {
    let periods: Vec<String> = request.periods.iter().map(period_folder).collect();
    let slices = |stage: &Stage| stage.per_period.then(|| periods.clone());
    let built = plan.stages.iter().filter(|stage| request.publishes(stage));
    let tables: BTreeMap<String, Option<Vec<String>>> =
        built.map(|stage| (stage.name.clone(), slices(stage))).collect();
    let by_period = plan.stages.iter().filter(|stage| request.publishes(stage) && stage.per_period);
    Intent {
        pipeline: &plan.name,
        as_of: request.as_of.to_utc(),
        tables,
        shapes: by_period.map(|stage| (stage.name.clone(), shape(plan, stage))).collect(),
        publishes: published(plan).collect(),
        consent: &request.consent,
    }
}
