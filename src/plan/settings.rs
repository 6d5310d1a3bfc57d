//! The pipeline's own values: zone, locations and parameters.

use std::sync::Arc;

use chrono_tz::Tz;

use super::model::PIPELINE_COLUMN;
use super::param::{AS_OF, PERIOD_END, PERIOD_START, ParamPlan};
use super::source::{self, Lookup, location, zone};
use crate::declare::{Pipeline, Spanned};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, SourceFile};
use crate::publish::folder_name;
use crate::source::SourcePlan;
use crate::store;

/// The values, resolved.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) time_zone: Tz,
    pub(super) warehouse: String,
    pub(super) params: Vec<ParamPlan>,
    pub(super) sources: Vec<SourcePlan>,
}

/// Resolves the values; what is wrong is noted and stands in as a default, so that planning goes on.
pub(super) fn resolve(
    file: &Arc<SourceFile>,
    pipeline: &Pipeline,
    lookup: Lookup,
    wrong: &mut Diagnostics,
) -> Settings {
    named(file, &pipeline.pipeline, wrong);
    let time_zone = zone(file, pipeline.time_zone.as_ref(), Tz::UTC, wrong);
    let warehouse = location(file, &pipeline.warehouse, lookup, store::check_writable, wrong);
    let mut resolved = |(name, source)| {
        let plan = source::resolve(file, name, source, time_zone, lookup, wrong);
        SourcePlan { exclude: plan.exclude.clone().and_warehouse(&warehouse), ..plan }
    };
    let sources = pipeline.sources.iter().map(&mut resolved).collect();
    Settings { time_zone, params: params(file, pipeline, time_zone, wrong), sources, warehouse }
}

/// A pipeline's tables, records and rejected rows go by its name.
fn named(file: &Arc<SourceFile>, name: &Spanned<String>, wrong: &mut Diagnostics) {
    let problem = match folder_name(PIPELINE_COLUMN, Some(&name.value)) {
        _ if name.value.trim().is_empty() => "the pipeline has no name".to_owned(),
        Ok(_) => return,
        Err(error) => error.to_string(),
    };
    let diagnostic = Diagnostic::new("bad-name", problem, Place::of(file, name));
    wrong.push(diagnostic.help("give it a short name: its tables and rejected rows go by it"));
}

fn params(
    file: &Arc<SourceFile>,
    pipeline: &Pipeline,
    time_zone: Tz,
    wrong: &mut Diagnostics,
) -> Vec<ParamPlan> {
    let mut params = Vec::new();
    for (name, param) in pipeline.params.iter() {
        if [AS_OF, PERIOD_START, PERIOD_END].contains(&name.value.as_str()) {
            let message = format!("every run already has a parameter `{}`", name.value);
            let diagnostic = Diagnostic::new("duplicate-name", message, Place::of(file, name));
            wrong.push(diagnostic.help("give it another name"));
        }
        let value = param.default.as_ref().map(|default| default.value.clone());
        let plan =
            ParamPlan { name: name.value.clone(), data_type: param.data_type, time_zone, value };
        if let (Some(default), Err(message)) = (&param.default, plan.expression()) {
            let diagnostic = Diagnostic::new("wrong-type", message, Place::of(file, default));
            wrong.push(diagnostic.help(format!("write {}", param.data_type.example())));
        }
        params.push(plan);
    }
    params
}
