//! `patronage replay`: rejected rows come back corrected.

use super::Replay;
use super::commands::{load_with, run_command};
use super::outcome::Outcome;
use crate::report::{LogFormat, Reporter, stderr};
use crate::run::{self, Failure};

/// Notes the corrections, then runs the pipeline with them.
pub(super) async fn replay(args: &Replay) -> u8 {
    match note(args).await {
        Ok(noted) => {
            let said = format!("{} rows corrected, {} as before", noted.corrected, noted.unchanged);
            match args.run.log_format {
                LogFormat::Text => stderr(&said),
                LogFormat::Json => {
                    tracing::info!(event = "corrected", rows = noted.corrected);
                }
            }
            run_command(&args.run).await
        }
        Err(failure) => Outcome::Failure(failure).tell(&Reporter::new(args.run.log_format)),
    }
}

async fn note(args: &Replay) -> Result<run::Noted, Failure> {
    let plan = load_with(&args.run.request.pipeline, &args.run.request.param).await?;
    run::note(&plan, &args.corrections).await
}
