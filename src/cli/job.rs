//! `patronage run`: from project to release, with a record of what happened either way.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use tokio_util::sync::CancellationToken;

use super::commands::{load_with, request};
use super::ending::Ending;
use super::outcome::Outcome;
use super::{ConsentArgs, RequestArgs, results_file};
use crate::report::{Event, Reporter};
use crate::run::{self, Failure, RunResults};

/// A run as it was asked for.
pub(super) struct Job<'a> {
    pub(super) request: &'a RequestArgs,
    pub(super) consent: &'a ConsentArgs,
    /// Rows of the quarantine that were mended, to be noted before all else.
    pub(super) corrections: Option<&'a Path>,
}

impl Job<'_> {
    /// Does it, and leaves the record at `path`. The error is the exit code of a run that has none.
    pub(super) async fn run(
        &self,
        path: &Path,
        reporter: &Arc<Reporter>,
    ) -> Result<RunResults, u8> {
        let started = Instant::now();
        let mut results = RunResults::new(&run::name());
        let free = results_file::is_free(path, &self.request.pipeline);
        let begun = free.and_then(|()| Ending::begin(path, &results.run));
        let ending = begun.map_err(|failure| Outcome::Failure(failure).tell(reporter))?;
        let cancel = CancellationToken::new();
        ending.obey(cancel.clone(), reporter);
        let ended = run::caught(self.attempt(path, reporter, &ending, &cancel, &mut results)).await;
        results.seconds = run::seconds_since(started);
        reporter.done();
        let code = match ended {
            Ok(Ok(())) => 0,
            Ok(Err(failure)) => {
                results.failed(&failure);
                Outcome::Failure(failure).tell_of(reporter, Some(&self.request.pipeline))
            }
            Err(bug) => {
                results.bug(&bug);
                Outcome::Bug(bug).tell(reporter)
            }
        };
        results.exit_code = ending.exit_code(code);
        results.exit_code = ending.leave(&results, reporter, results.exit_code);
        Ok(results)
    }

    async fn attempt(
        &self,
        path: &Path,
        reporter: &Reporter,
        ending: &Ending,
        cancel: &CancellationToken,
        results: &mut RunResults,
    ) -> Result<(), Failure> {
        let plan = load_with(&self.request.pipeline, &self.request.param).await?;
        results_file::is_apart(path, &plan).inspect_err(|_| ending.withdraw())?;
        if let Some(corrections) = self.corrections {
            let noted = tokio::select! {
                noted = run::note(&plan, corrections) => noted?,
                () = cancel.cancelled() => return Err(Failure::Interrupted),
            };
            reporter.event(&Event::Corrected(noted));
        }
        let request = request(&plan, self.request, self.consent, &results.run.clone())?;
        results.about(&plan, &request);
        ending.note(results);
        let steps = request.steps(&plan);
        reporter.event(&Event::RunStarted { run: request.run.clone(), steps });
        let hear = |event: Event| {
            ending.hear(&event);
            reporter.event(&event);
        };
        run::run(&plan, &request, cancel, &hear, results).await
    }
}
