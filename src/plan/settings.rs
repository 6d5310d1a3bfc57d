//! The pipeline's own values: zone, locations and sources.

use std::sync::Arc;

use chrono_tz::Tz;

use super::model::PIPELINE_COLUMN;
use super::source::{self, DeclaredSource, Lookup, location, zone};
use crate::declare::{Pipeline, Spanned};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, SourceFile};
use crate::folder::folder_name;
use crate::plan::source::SourcePlan;
use crate::store;

/// The values, resolved.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) time_zone: Tz,
    pub(super) warehouse: String,
    pub(super) sources: Vec<SourcePlan>,
    /// Where the sources are declared, in the same order.
    pub(super) declared: Vec<DeclaredSource>,
}

/// Resolves the values; mistakes are recorded and replaced by a default, so that planning
/// continues.
pub(super) fn resolve(
    file: &Arc<SourceFile>,
    pipeline: &Pipeline,
    declared: Vec<DeclaredSource>,
    lookup: Lookup,
    wrong: &mut Diagnostics,
) -> Settings {
    named(file, &pipeline.pipeline, wrong);
    let time_zone = zone(file, pipeline.time_zone.as_ref(), Tz::UTC, wrong);
    let warehouse = location(file, &pipeline.warehouse, lookup, store::check_writable, wrong);
    let mut resolved = |declared| {
        let plan = source::resolve(declared, time_zone, lookup, wrong);
        SourcePlan { exclude: plan.exclude.clone().and_warehouse(&warehouse), ..plan }
    };
    let sources = declared.iter().map(&mut resolved).collect();
    Settings { time_zone, warehouse, sources, declared }
}

/// A pipeline's tables, records and rejected rows are identified by its name.
fn named(file: &Arc<SourceFile>, name: &Spanned<String>, wrong: &mut Diagnostics) {
    let problem = match folder_name(PIPELINE_COLUMN, Some(&name.value)) {
        _ if name.value.trim().is_empty() => "the pipeline has no name".to_owned(),
        Ok(_) => return,
        Err(error) => error.to_string(),
    };
    let diagnostic = Diagnostic::new(Code::BadName, problem, Place::of(file, name));
    wrong.push(diagnostic.help("give it a short name: its tables and rejected rows go by it"));
}
