//! The pipeline's own values: zone, locations and parameters.

use chrono_tz::Tz;

use super::PIPELINE_COLUMN;
use super::param::{AS_OF, PERIOD_END, PERIOD_START, ParamPlan};
use super::raw;
use super::source::SourcePlan;
use crate::declare::{self, Pipeline, Spanned, VariableError};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, SourceFile};
use crate::publish::folder_name;
use crate::store::{self, StoreError};
use std::sync::Arc;

/// The values, resolved.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) time_zone: Tz,
    pub(super) warehouse: String,
    pub(super) params: Vec<ParamPlan>,
    pub(super) sources: Vec<SourcePlan>,
}

pub(super) type Lookup<'a> = &'a (dyn Fn(&str) -> Option<String> + Sync);

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
    let mut source = |(name, source)| {
        let plan = raw::source(file, name, source, time_zone, lookup, wrong);
        SourcePlan { exclude: plan.exclude.clone().and_warehouse(&warehouse), ..plan }
    };
    let sources = pipeline.sources.iter().map(&mut source).collect();
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

pub(super) fn zone(
    file: &Arc<SourceFile>,
    written: Option<&Spanned<String>>,
    default: Tz,
    wrong: &mut Diagnostics,
) -> Tz {
    let Some(name) = written else { return default };
    let parsed = name.value.parse().map_err(|_| {
        let message = format!("`{}` is not a time zone", name.value);
        Diagnostic::new("time-zone", message, Place::of(file, name))
            .help("write a name of the IANA database, such as `Europe/Paris` or `UTC`")
            .nearest(&name.value, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()))
    });
    wrong.keep(parsed).unwrap_or(default)
}

/// A location with its variables replaced, which has to be one that a store understands.
pub(super) fn location(
    file: &Arc<SourceFile>,
    written: &Spanned<String>,
    lookup: Lookup,
    check: fn(&str) -> Result<(), StoreError>,
    wrong: &mut Diagnostics,
) -> String {
    let expanded = declare::expand(&written.value, &|name| lookup(name)).map_err(|error| {
        let (code, help) = match &error {
            VariableError::Missing { name } => {
                ("missing-variable", format!("set it, or give a default: `${{{name}:-…}}`"))
            }
            VariableError::Unclosed => ("unclosed-variable", "add the `}`".to_owned()),
        };
        Diagnostic::new(code, error.to_string(), Place::of(file, written)).help(help)
    });
    let Some(location) = wrong.keep(expanded) else { return String::new() };
    if location.trim().is_empty() {
        let message = "the location is empty".to_owned();
        let diagnostic = Diagnostic::new("location", message, Place::of(file, written));
        wrong.push(diagnostic.help("write a folder or a URL; the project's own folder is `.`"));
    } else if let Err(error) = check(&location) {
        let diagnostic = Diagnostic::new("location", error.to_string(), Place::of(file, written));
        wrong.push(diagnostic.help(error.help().unwrap_or_default()));
    }
    location
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
        let plan = plan.discreet();
        if let (Some(default), Err(message)) = (&param.default, plan.expression()) {
            let diagnostic = Diagnostic::new("wrong-type", message, Place::of(file, default));
            wrong.push(diagnostic.help(format!("write {}", param.data_type.example())));
        }
        params.push(plan);
    }
    params
}
