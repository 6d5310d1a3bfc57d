//! `patronage doctor`: tests what a run will need.

use clap::Args;

use super::PlanFormat;
use super::commands::load;
use super::named::pipeline_path;
use super::outcome::Outcome;
use crate::doctor;
use crate::report::{self, LogFormat, Reporter, answer, for_machines, stdout};

/// The options of `doctor`.
#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// The pipeline's file, or its name without folder and ending.
    #[arg(value_parser = pipeline_path())]
    pipeline: std::path::PathBuf,
    /// How to print it.
    #[arg(long, value_enum, default_value_t)]
    format: PlanFormat,
}

/// Runs all tests, prints the findings and returns the resulting exit code.
pub(super) async fn run(args: &Doctor) -> u8 {
    let plan = match load(&args.pipeline).await {
        Ok(plan) => plan,
        Err(failure) => return Outcome::from(failure).tell(&Reporter::new(LogFormat::Text)),
    };
    let findings = doctor::examine(&plan).await;
    let told = match args.format {
        PlanFormat::Text => {
            stdout(&report::findings(&findings));
            Ok(())
        }
        PlanFormat::Json => answer(&for_machines(&report::findings_json(&plan.name, &findings))),
    };
    match told {
        Ok(()) => doctor::exit_code(&findings),
        Err(error) => Outcome::Unwritten(error).tell(&Reporter::new(LogFormat::Text)),
    }
}
