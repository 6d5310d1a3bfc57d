//! `patronage run`: from project to release, with a run record in every case.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use tokio_util::sync::CancellationToken;

use super::commands::{load_with, request};
use super::ending::Ending;
use super::outcome::Outcome;
use super::panic::caught;
use super::{ConsentArgs, RequestArgs, results_file};
use crate::failure::FailureKind;
use crate::record::{Event, RunResults, seconds_since};
use crate::report::Reporter;
use crate::run::{self, Failure};
use crate::zone::written;

/// A run as requested.
pub(super) struct Job<'a> {
    pub(super) request: &'a RequestArgs,
    pub(super) consent: &'a ConsentArgs,
    /// Corrected rows of the quarantine, to be stored first.
    pub(super) corrections: Option<&'a Path>,
}

impl Job<'_> {
    /// Runs it, and writes the run record to `path`. The error is the exit code of a run without
    /// one.
    pub(super) async fn run(
        &self,
        path: &Path,
        reporter: &Arc<Reporter>,
    ) -> Result<RunResults, u8> {
        let started = Instant::now();
        let run = crate::request::name();
        let free = results_file::is_free(path, &self.request.pipeline, self.corrections);
        let begun = free.and_then(|()| Ending::begin(path, &run));
        let ending = begun.map_err(|failure| Outcome::Failure(failure).tell(reporter))?;
        let cancel = CancellationToken::new();
        ending.obey(cancel.clone(), reporter);
        let ended = caught(self.attempt(path, &run, reporter, &ending, &cancel)).await;
        let seconds = seconds_since(started);
        reporter.done();
        let failure = match ended {
            Ok(Ok(())) => None,
            Ok(Err(failure)) => {
                let said = (failure.kind(), failure.to_string());
                Outcome::Failure(failure).tell_of(reporter, Some(&self.request.pipeline));
                Some(said)
            }
            Err(bug) => {
                Outcome::Bug(bug.clone()).tell(reporter);
                Some((FailureKind::Bug, bug))
            }
        };
        Ok(ending.leave(failure, seconds, reporter))
    }

    async fn attempt(
        &self,
        path: &Path,
        run: &str,
        reporter: &Reporter,
        ending: &Ending,
        cancel: &CancellationToken,
    ) -> Result<(), Failure> {
        let tell = |event: Event| {
            ending.hear(&event);
            reporter.event(&event);
        };
        let plan = load_with(&self.request.pipeline, &self.request.param).await?;
        results_file::is_apart(path, &plan).inspect_err(|_| ending.withdraw())?;
        if let Some(corrections) = self.corrections {
            let noted = tokio::select! {
                noted = run::note(&plan, corrections) => noted?,
                () = cancel.cancelled() => return Err(Failure::Interrupted),
            };
            tell(Event::Corrected(noted));
        }
        let request = request(&plan, self.request, self.consent, run)?;
        tell(Event::RunStarted {
            run: request.run.clone(),
            pipeline: plan.name.clone(),
            as_of: written(request.as_of),
            periods: request.periods.iter().map(|period| period.first_day.to_string()).collect(),
            steps: request.steps(&plan),
        });
        run::run(&plan, &request, cancel, &tell).await
    }
}
