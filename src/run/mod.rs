//! The nightly job on one screen: read, build, check, publish.

mod environment;
mod failure;
mod request;
mod results;
mod stages;

use tokio_util::sync::CancellationToken;

pub use self::environment::{bytes, caught, default_memory, default_partitions, name};
pub use self::failure::{Failure, FailureKind, RejectedSource};
pub use self::request::{Request, RequestError, as_of, params, selection, wanted_periods};
pub use self::results::{
    CheckResult, HeadlineResult, RejectResult, RunResults, SourceResult, StageResult, TableResult,
};
pub(crate) use self::stages::Built;

use crate::check;
use crate::plan::Plan;
use crate::publish::{self, Publication, Warehouse};
use crate::report::Event;

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
    let base = publish::recover(&warehouse).await?;
    let staged = tokio::select! {
        staged = checked(plan, request, &warehouse, events, results) => staged,
        () = cancel.cancelled() => Err(Failure::Interrupted),
    };
    let staged = match staged {
        Ok(staged) => staged,
        // What broke a check can be looked at until the next run.
        Err(failure @ (Failure::Checks(_) | Failure::Rejects(_))) => return Err(failure),
        Err(failure) => {
            warehouse.clear_stages(&request.run).await.ok();
            return Err(failure);
        }
    };
    let publication = publish::publish(&warehouse, &base, &staged).await?;
    results.published(&warehouse, &publication, &staged);
    events(Event::Published {
        release: publication.release().release,
        unchanged: matches!(publication, Publication::Unchanged(_)),
    });
    Ok(())
}

/// Builds what is to be published, and makes sure that it may be.
async fn checked(
    plan: &Plan,
    request: &Request,
    warehouse: &Warehouse,
    events: Events<'_>,
    results: &mut RunResults,
) -> Result<publish::Staged, Failure> {
    let (build, staged) = stages::build(plan, request, warehouse, events, results).await?;
    warehouse.note_staged(&staged).await?;
    check::rejects(plan, results)?;
    check::all(&build, plan, request, events, results).await?;
    stages::headlines(&build, plan, request, results).await?;
    Ok(staged)
}

/// Seconds to the millisecond.
pub(crate) fn seconds_since(started: std::time::Instant) -> f64 {
    (started.elapsed().as_secs_f64() * 1000.0).round() / 1000.0
}

/// Shared by the sources of a run.
pub(crate) type SharedTally = std::sync::Arc<crate::read::Tally>;
