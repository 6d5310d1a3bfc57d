//! `patronage upgrade-notes`: what a new version of the program, or of a project, changes in published tables.

use std::path::PathBuf;

use clap::Args;

use super::PlanFormat;
use super::commands::load;
use super::named::pipeline_path;
use super::outcome::Outcome;
use crate::publish::Warehouse;
use crate::report::{self, for_machines, for_people};
use crate::run::Failure;
use crate::shape;

/// The options of `upgrade-notes`.
#[derive(Debug, Args)]
pub(super) struct UpgradeNotes {
    /// The pipeline's file, or its name without folder and ending.
    #[arg(value_parser = pipeline_path())]
    pipeline: PathBuf,
    /// How to print it.
    #[arg(long, value_enum, default_value_t)]
    format: PlanFormat,
}

impl UpgradeNotes {
    /// The tables that differ from those of the newest release.
    pub(super) async fn told(&self) -> Result<String, Outcome> {
        let plan = load(&self.pipeline).await?;
        let warehouse = Warehouse::open(&plan.warehouse, &plan.root).map_err(Failure::from)?;
        let release = warehouse.current().await.map_err(Failure::from)?;
        let differences = shape::differences(&plan, &release);
        Ok(match self.format {
            PlanFormat::Text => report::upgrade_notes(&warehouse, &release, &differences),
            PlanFormat::Json => report::upgrade_notes_json(&warehouse, &release, &differences),
        })
    }

    /// The output format.
    pub(super) fn shown(&self) -> fn(&str) -> String {
        match self.format {
            PlanFormat::Text => for_people,
            PlanFormat::Json => for_machines,
        }
    }
}
