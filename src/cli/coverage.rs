//! `patronage coverage` and `patronage catalogue`: which concepts pipelines measure.

use std::path::PathBuf;

use clap::Args;

use super::PlanFormat;
use super::commands::opened_anywhere;
use super::named::pipeline_path;
use super::outcome::Outcome;
use crate::coverage;
use crate::report::{self, for_machines, for_people};

/// The options of `coverage`.
#[derive(Debug, Args)]
pub(super) struct Coverage {
    /// The pipeline's file, or its name without folder and ending.
    #[arg(value_parser = pipeline_path())]
    pipeline: PathBuf,
    /// How to print it.
    #[arg(long, value_enum, default_value_t)]
    format: PlanFormat,
}

impl Coverage {
    /// How far the pipeline measures each concept.
    pub(super) async fn told(&self) -> Result<String, Outcome> {
        let (_, plan) = opened_anywhere(&self.pipeline).await?;
        let coverage = coverage::coverage(&plan);
        Ok(match self.format {
            PlanFormat::Text => report::coverage(&coverage),
            PlanFormat::Json => report::coverage_json(&coverage),
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

/// The options of `catalogue`.
#[derive(Debug, Args)]
pub(super) struct Catalogue {
    /// The files of the pipelines, or their names.
    #[arg(required = true, value_name = "PIPELINE", value_parser = pipeline_path())]
    pipelines: Vec<PathBuf>,
}

impl Catalogue {
    /// The catalogue for the pipelines.
    pub(super) async fn printed(&self) -> Result<String, Outcome> {
        let mut opened = Vec::new();
        for pipeline in &self.pipelines {
            opened.push(opened_anywhere(pipeline).await?);
        }
        let entries = coverage::catalogue(&opened);
        Ok(report::catalogue(&entries))
    }
}
