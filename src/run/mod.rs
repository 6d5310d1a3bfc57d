//! The nightly job on one screen: read, build, check, publish.

mod admitted;
mod as_of;
mod checks;
mod control_group;
mod counts;
mod damaged;
pub mod doctor;
mod environment;
mod failure;
mod held;
mod leftovers;
mod quarantine;
mod replay;
mod request;
mod results;
mod shape;
mod sources;
mod stages;
mod stored;
mod timeliness;

use std::path::Path;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

pub use self::as_of::{Within, as_of};
pub use self::environment::{bytes, caught, default_memory, default_partitions, name, note_panics};
pub use self::failure::{Failure, RejectedSource, StaleSource};
pub use self::replay::{Noted, ReplayError, note};
pub use self::request::{Request, RequestError, params, selection, wanted_periods};
pub use self::results::{
    CheckResult, CheckStatus, DamagedFileResult, DroppedPeriodsResult, HeadlineResult, LateRows,
    MissingColumnResult, NullifiedResult, PassedOverResult, RejectResult, RunResults,
    SkippedResult, SourceResult, StageResult, TableAsOfResult, TableResult,
};
pub use self::stored::{Which, published, rows, stored};
pub(crate) use self::timeliness::age;

use self::leftovers::Scratch;
use crate::check;
use crate::plan::{Plan, QUARANTINE};
use crate::publish::{self, Lease, Publication, PublishError, Release, Staged, Warehouse};
use crate::report::Event;

/// How long a write that has begun may take to end.
const SETTLING: Duration = Duration::from_millis(200);

/// Where events of a run go.
pub type Events<'a> = &'a (dyn Fn(Event) + Send + Sync);

/// Runs a pipeline: everything it builds is published together, or nothing is.
///
/// `results` says what happened, also when the run fails.
///
/// # Errors
/// Anything that stopped it; readers then see what they saw before.
pub async fn run(
    plan: &Plan,
    request: &Request,
    cancel: &CancellationToken,
    events: Events<'_>,
    results: &mut RunResults,
) -> Result<(), Failure> {
    let warehouse = Warehouse::open(&plan.warehouse, &plan.root)?;
    let base = publish::recover(&warehouse).await?.completed(plan.time_zone);
    let damaged = publish::damaged(&warehouse, &base).await?;
    damaged::tell(&base, &damaged, events, results);
    damaged::tell_strays(plan, &warehouse, &base, events, results).await?;
    let request = &admitted::admitted(plan, request, &base, events, results)?;
    let scratch = Scratch::new()?;
    let lease = Lease::hold(&warehouse, &request.run).await?;
    leftovers::clear(&warehouse, &request.run, &scratch).await;
    let work = candidate(plan, request, &warehouse, &base, scratch.path(), events, results);
    let candidate = tokio::select! {
        candidate = work => candidate,
        () = cancel.cancelled() => Err(Failure::Interrupted),
        never = lease.keep() => never,
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
            abandon(&warehouse, request, &failure).await;
            return Err(failure);
        }
    };
    results.published(plan, &warehouse, &publication, &staged);
    damaged::settle(plan, &damaged, &publication, events, results);
    events(Event::Published {
        release: publication.release().release,
        unchanged: matches!(publication, Publication::Unchanged(_)),
    });
    Ok(())
}

/// Builds everything, and lets it pass only if every check holds.
async fn candidate(
    plan: &Plan,
    request: &Request,
    warehouse: &Warehouse,
    base: &Release,
    scratch: &Path,
    events: Events<'_>,
    results: &mut RunResults,
) -> Result<Staged, Failure> {
    let built = stages::build(plan, request, warehouse, base, scratch, events, results).await?;
    let (build, mut staged, checks) = built;
    let sound = check::columns(plan, events, results);
    let sound = sound.and_then(|()| check::rejects(plan, results));
    let sound = sound.and_then(|()| match checks.withhold_nothing() {
        true => check::freshness(plan, events, results),
        // What was not built read nothing, and says nothing of how new it is.
        false => Ok(()),
    });
    let checked = sound.and_then(|()| checks.verdict());
    if matches!(checked, Err(Failure::Rejects(_) | Failure::Checks { .. })) {
        warehouse.note_staged(&staged).await?;
    }
    checked?;
    stages::headlines(&build, plan, request, results).await?;
    shape::settle(plan, base, &mut staged);
    quarantine::settle(plan, request, base, &mut staged)
        .map_err(|error| stages::engine(QUARANTINE, error.into()))?;
    Ok(staged)
}

/// Removes what a failed run staged, unless somebody may need it: people, to see why a check
/// failed; the next run, to complete a release whose publication broke off.
async fn abandon(warehouse: &Warehouse, request: &Request, failure: &Failure) {
    let needed = match failure {
        Failure::Publish(PublishError::Conflict { .. } | PublishError::Lost { .. }) => false,
        Failure::Rejects(_) | Failure::Checks { .. } | Failure::Publish(_) => true,
        _ => false,
    };
    if needed {
        return;
    }
    // Writers that were told to stop may be at it for a moment and would leave a file behind.
    let _ = tokio::task::spawn_blocking(|| std::thread::sleep(SETTLING)).await;
    if let Err(error) = warehouse.clear_stage(&request.run).await {
        tracing::warn!(%error, "staged files stay for now");
    }
}

/// Seconds to the millisecond.
pub(crate) fn seconds_since(started: std::time::Instant) -> f64 {
    (started.elapsed().as_secs_f64() * 1000.0).round() / 1000.0
}

/// Shared by the sources of a run.
pub(crate) type SharedTally = std::sync::Arc<crate::read::Tally>;
