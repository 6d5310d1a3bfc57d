//! `patronage test`: runs stages on given rows and compares with expected rows.

use std::path::Path;
use std::sync::Arc;

use clap::Args;

use super::PlanFormat;
use super::commands::{counted, opened_anywhere};
use super::named::pipeline_path;
use super::outcome::Outcome;
use crate::failure::{DONE, FailureKind};
use crate::plan::{Plan, UnitTest, unit_tests};
use crate::report::{self, LogFormat, Reporter, answer, for_machines, stdout};
use crate::request;
use crate::run::Failure;
use crate::unit_test::{self, Rewritten, Verdict};

/// The options of `test`.
#[derive(Debug, Args)]
pub(super) struct Test {
    /// The pipeline's file, or its name without folder and ending.
    #[arg(value_parser = pipeline_path())]
    pipeline: std::path::PathBuf,
    /// Run only these: names of stages or tests, globs or folders, separated by commas.
    #[arg(long, value_name = "PATTERN")]
    select: Vec<String>,
    /// Replace the expected rows by the actual ones. Comments and everything else are kept.
    #[arg(long)]
    update: bool,
    /// How to print it.
    #[arg(long, value_enum, default_value_t, conflicts_with = "update")]
    format: PlanFormat,
}

/// Runs the tests, prints their outcomes and returns the exit code.
pub(super) async fn run(args: &Test) -> u8 {
    match tested(args).await {
        Ok(code) => code,
        Err(outcome) => outcome.tell(&Reporter::new(LogFormat::Text)),
    }
}

async fn tested(args: &Test) -> Result<u8, Outcome> {
    let (plan, tests) = loaded(&args.pipeline).await?;
    let tests = request::unit_tests(&plan, &tests, &args.select).map_err(Failure::from)?;
    let verdicts = unit_test::run(&plan, &tests).await.map_err(Outcome::Engine)?;
    if args.update {
        return updated(&verdicts);
    }
    let passed = verdicts.iter().all(Verdict::passed);
    let code = if passed { DONE } else { FailureKind::Contract.exit_code() };
    let told = match args.format {
        PlanFormat::Text => {
            stdout(&report::unit_tests(&verdicts));
            Ok(())
        }
        PlanFormat::Json => {
            answer(&for_machines(&report::unit_tests_json(&plan.name, &verdicts, code)))
        }
    };
    told.map(|()| code).map_err(Outcome::Unwritten)
}

/// The plan and its tests.
async fn loaded(pipeline: &Path) -> Result<(Plan, Vec<Arc<UnitTest>>), Failure> {
    let (project, plan) = opened_anywhere(pipeline).await?;
    let (tests, wrong) = unit_tests(&project, &plan).await;
    Ok((plan, wrong.into_result(tests)?.into_iter().map(Arc::new).collect()))
}

/// Writes the actual rows. Tests that cannot be updated are reported, and stay as they are.
fn updated(verdicts: &[Verdict]) -> Result<u8, Outcome> {
    let (rewritten, kept) = unit_test::rewritten(verdicts);
    for file in &rewritten {
        write(file)?;
        stdout(&format!("updated {}", file.file.path));
    }
    if !kept.is_empty() {
        stdout(&report::unit_tests_left(&kept));
    } else if rewritten.is_empty() {
        stdout(&format!("nothing to update in {}", counted(verdicts.len(), "test")));
    }
    Ok(if kept.is_empty() { DONE } else { FailureKind::Contract.exit_code() })
}

/// Writes a file of tests, or of rows of tests.
fn write(new: &Rewritten) -> Result<(), Outcome> {
    let Rewritten { file, text } = new;
    if !new.is_readable() {
        return Err(Outcome::Bug(format!("`{}` could not be read again", file.path)));
    }
    if file.of_program && std::fs::read_to_string(&file.path).ok().as_ref() != Some(&file.text) {
        return Err(Outcome::of_program(&file.path));
    }
    let path = file.path.clone();
    std::fs::write(&path, text).map_err(|error| Failure::Disk { path, error }.into())
}
