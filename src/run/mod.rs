//! The nightly job on one screen: read, build, check, publish.

mod admitted;
mod carried_over;
mod checks;
mod counts;
mod damaged;
mod failure;
mod ledger;
mod leftovers;
mod partition_columns;
mod preview;
mod published;
mod quarantine;
mod replay;
mod shape;
mod sources;
mod stages;
mod work;

use std::convert::Infallible;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

pub use self::failure::Failure;
use self::failure::Leaves;
pub use self::preview::preview;
pub use self::replay::{ReplayError, note};

use self::leftovers::Scratch;
use self::stages::Built;
use self::work::Work;
use crate::check;
use crate::plan::{Plan, QUARANTINE};
use crate::publish::{self, Lease, Staged, Warehouse};
use crate::record::{Event, Events, SourceResult, Trouble};
use crate::request::Request;

/// How long a write in progress may take to end.
const SETTLING: Duration = Duration::from_millis(200);

/// Runs a pipeline: everything it builds is published together, or nothing is.
///
/// `events` reports what happens, also when the run fails.
///
/// # Errors
/// Anything that stopped it; readers then see what they saw before.
pub async fn run(
    plan: &Plan,
    request: &Request,
    cancel: &CancellationToken,
    events: Events<'_>,
) -> Result<(), Failure> {
    let warehouse = Warehouse::open(&plan.warehouse, &plan.root)?;
    let base = publish::recover(&warehouse).await?.completed(plan.time_zone);
    let damaged = publish::damaged(&warehouse, &base).await?;
    damaged::tell(&base, &damaged, events);
    damaged::tell_strays(plan, &warehouse, &base, events).await?;
    let admitted = admitted::admitted(plan, request, &base, events)?;
    let request = &admitted.request;
    publish::look_ahead(&warehouse, &base, &admitted::places(plan, request))?;
    let scratch = Scratch::new()?;
    let lease = Lease::hold(&warehouse, &request.run).await?;
    leftovers::clear(&warehouse, &request.run, &scratch, events).await;
    let work = async {
        let there = (&warehouse, &base);
        candidate(&Work::open((plan, request), there, scratch.path(), events)?).await
    };
    let candidate = tokio::select! {
        candidate = work => candidate,
        () = cancel.cancelled() => Err(Failure::Interrupted),
        never = unrenewed(&lease, events) => match never {},
    };
    let published = match candidate {
        Ok(staged) => {
            events(Event::Publishing);
            let published = publish::publish(&warehouse, &base, &staged).await;
            published.map(|publication| (publication, staged)).map_err(Failure::from)
        }
        Err(failure) => Err(failure),
    };
    let (publication, staged) = match published {
        Ok(published) => published,
        Err(failure) => {
            abandon(&warehouse, &lease, request, &failure, events).await;
            return Err(failure);
        }
    };
    if let Err(error) = publish::tidy(&warehouse, &staged).await {
        events(Event::Trouble(Trouble::StagedFilesStay(error.to_string())));
    }
    damaged::settle(plan, &damaged, &publication, events);
    let published = published::published(plan, &warehouse, &publication, &staged, &admitted.left);
    events(Event::Published(published));
    Ok(())
}

/// Builds everything, and continues only if every check passes.
async fn candidate(work: &Work<'_>) -> Result<Staged, Failure> {
    let Built { mut staged, checks, sources } = stages::build(work).await?;
    // A stage that was not built read nothing, and says nothing about freshness.
    let all = checks.withhold_nothing();
    let checked = sound(work, &sources, all).and_then(|()| checks.verdict());
    if checked.as_ref().is_err_and(|failure| failure.leaves() == Leaves::Evidence) {
        work.warehouse.note_staged(&staged).await?;
    }
    checked?;
    stages::headlines(work).await?;
    shape::settle(work.plan, work.base, &mut staged);
    quarantine::settle(work, &mut staged)
        .map_err(|error| Failure::engine(QUARANTINE, error.into()))?;
    Ok(staged)
}

/// Whether sources have their columns, not too many rejected rows and, if `all` of them were read, rows
/// that are new enough. Warnings are reported.
fn sound(work: &Work<'_>, sources: &[SourceResult], all: bool) -> Result<(), Failure> {
    let columns = check::columns(work.plan, sources);
    columns.told.into_iter().for_each(|column| work.tell(Event::ColumnMissing(column)));
    if !columns.missing.is_empty() {
        return Err(Failure::Columns(columns.missing));
    }
    let rejects = check::rejects(work.plan, sources);
    if !rejects.is_empty() {
        return Err(Failure::Rejects(rejects));
    }
    if !all {
        return Ok(());
    }
    let ages = check::freshness(work.plan, sources);
    ages.old.into_iter().for_each(|source| work.tell(Event::SourceStale(source)));
    if ages.too_old.is_empty() { Ok(()) } else { Err(Failure::Stale(ages.too_old)) }
}

/// Removes what a failed run staged, unless it may be needed: by people, to see why a check
/// failed; by the next run, to complete an interrupted publication. If it stays, it is marked as
/// that of an ended run.
async fn abandon(
    warehouse: &Warehouse,
    lease: &Lease<'_>,
    request: &Request,
    failure: &Failure,
    events: Events<'_>,
) {
    let cleared = match failure.leaves() {
        Leaves::Evidence | Leaves::Release => false,
        Leaves::Nothing => cleared(warehouse, request, events).await,
    };
    if !cleared && let Err(error) = lease.give_up().await {
        events(Event::Trouble(Trouble::EndUnknown(error.to_string())));
    }
}

/// Reports every failed renewal of the lease.
async fn unrenewed(lease: &Lease<'_>, events: Events<'_>) -> Infallible {
    loop {
        let error = lease.not_renewed().await;
        events(Event::Trouble(Trouble::LeaseNotRenewed(error.to_string())));
    }
}

/// Removes what a run staged, and says whether it could.
async fn cleared(warehouse: &Warehouse, request: &Request, events: Events<'_>) -> bool {
    // Writers that were asked to stop may still be running for a moment and would leave a file
    // behind.
    let _ = tokio::task::spawn_blocking(|| std::thread::sleep(SETTLING)).await;
    let cleared = warehouse.clear_stage(&request.run).await;
    if let Err(error) = &cleared {
        events(Event::Trouble(Trouble::StagedFilesStay(error.to_string())));
    }
    cleared.is_ok()
}
