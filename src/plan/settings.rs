//! The pipeline's own values: zone, locations, parameters and sources.

use chrono::format::{Item, StrftimeItems};
use chrono_tz::Tz;

use super::param::{AS_OF, PERIOD_END, PERIOD_START, ParamPlan};
use super::source::{SourceField, SourcePlan};
use crate::declare::{
    self, ColumnType, Format, Pipeline, Source, SourceColumn, Spanned, VariableError,
};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, SourceFile};
use crate::project::Project;
use std::sync::Arc;

/// The values, resolved.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) time_zone: Tz,
    pub(super) warehouse: String,
    pub(super) params: Vec<ParamPlan>,
    pub(super) sources: Vec<SourcePlan>,
}

type Lookup<'a> = &'a (dyn Fn(&str) -> Option<String> + Sync);

/// Resolves the values; what is wrong is noted and stands in as a default, so that planning goes on.
pub(super) fn resolve(
    project: &Project,
    pipeline: &Pipeline,
    lookup: Lookup,
    wrong: &mut Diagnostics,
) -> Settings {
    let file = &project.pipeline;
    let time_zone = zone(file, pipeline.time_zone.as_ref(), Tz::UTC, wrong);
    Settings {
        time_zone,
        warehouse: location(file, &pipeline.warehouse, lookup, wrong),
        params: params(file, pipeline, wrong),
        sources: pipeline
            .sources
            .iter()
            .map(|(name, source)| resolve_source(file, name, source, time_zone, lookup, wrong))
            .collect(),
    }
}

fn zone(
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

fn location(
    file: &Arc<SourceFile>,
    written: &Spanned<String>,
    lookup: Lookup,
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
    wrong.keep(expanded).unwrap_or_default()
}

fn params(file: &Arc<SourceFile>, pipeline: &Pipeline, wrong: &mut Diagnostics) -> Vec<ParamPlan> {
    let mut params = Vec::new();
    for (name, param) in pipeline.params.iter() {
        if [AS_OF, PERIOD_START, PERIOD_END].contains(&name.value.as_str()) {
            let message = format!("every run already has a parameter `{}`", name.value);
            let diagnostic = Diagnostic::new("duplicate-name", message, Place::of(file, name));
            wrong.push(diagnostic.help("give it another name"));
        }
        let value = param.default.as_ref().map(|default| default.value.clone());
        let plan = ParamPlan { name: name.value.clone(), data_type: param.data_type, value };
        if let (Some(default), Err(message)) = (&param.default, plan.expression()) {
            let diagnostic = Diagnostic::new("wrong-type", message, Place::of(file, default));
            wrong.push(diagnostic.help(format!("write {}", param.data_type.example())));
        }
        params.push(plan);
    }
    params
}

fn resolve_source(
    file: &Arc<SourceFile>,
    name: &Spanned<String>,
    source: &Source,
    time_zone: Tz,
    lookup: Lookup,
    wrong: &mut Diagnostics,
) -> SourcePlan {
    event_time(file, source, wrong);
    SourcePlan {
        name: name.value.clone(),
        location: location(file, &source.location, lookup, wrong),
        format: source.format,
        delimiter: delimiter(file, source, wrong),
        header: source.header,
        event_time: source.event_time.as_ref().map(|column| column.value.clone()),
        max_rejects: source.max_rejects,
        optional: source.optional,
        columns: fields(file, source, time_zone, wrong),
        time_zone,
    }
}

fn fields(
    file: &Arc<SourceFile>,
    source: &Source,
    time_zone: Tz,
    wrong: &mut Diagnostics,
) -> Vec<SourceField> {
    let mut fields = Vec::new();
    for (name, column) in source.columns.iter() {
        fields.push(SourceField {
            name: name.value.clone(),
            data_type: column.data_type,
            required: column.required,
            format: format(file, column, wrong),
            time_zone: zone(file, column.time_zone.as_ref(), time_zone, wrong),
        });
    }
    fields
}

/// The `strftime` pattern of a column, which only dates and timestamps have.
fn format(
    file: &Arc<SourceFile>,
    column: &SourceColumn,
    wrong: &mut Diagnostics,
) -> Option<String> {
    let written = column.format.as_ref()?;
    let place = Place::of(file, written);
    if !is_time(column.data_type) {
        let message = format!("`format` is for dates and timestamps, not {}", column.data_type);
        wrong.push(Diagnostic::new("time-format", message, place).help("leave it out"));
    } else if StrftimeItems::new(&written.value).any(|item| item == Item::Error) {
        let message = format!("`{}` is not a strftime pattern", written.value);
        let help = "write it as in `%Y-%m-%d %H:%M:%S`";
        wrong.push(Diagnostic::new("time-format", message, place).help(help));
    }
    Some(written.value.clone())
}

fn is_time(data_type: ColumnType) -> bool {
    matches!(data_type, ColumnType::Date | ColumnType::Timestamp)
}

/// The time of a row must be a declared column that every accepted row has.
fn event_time(file: &Arc<SourceFile>, source: &Source, wrong: &mut Diagnostics) {
    let Some(name) = &source.event_time else { return };
    let place = Place::of(file, name);
    let Some(column) = source.columns.get(&name.value) else {
        let known = source.columns.iter().map(|(column, _)| column.value.as_str());
        let message = format!("`event_time` names `{}`, which is not a column", name.value);
        let diagnostic = Diagnostic::new("unknown-column", message, place);
        wrong.push(diagnostic.nearest_or_all(&name.value, known, "columns"));
        return;
    };
    if !is_time(column.data_type) {
        let message = format!("`{}` is {}, not date or timestamp", name.value, column.data_type);
        let help = "name the column that says when a row happened, or leave `event_time` out";
        wrong.push(Diagnostic::new("wrong-type", message, place).help(help));
    } else if !column.required {
        let message = format!("`{}` may be missing, so as-of could not be kept", name.value);
        let help = format!("add `required: true` to the column `{}`", name.value);
        wrong.push(Diagnostic::new("event-time", message, place).help(help));
    }
}

fn delimiter(file: &Arc<SourceFile>, source: &Source, wrong: &mut Diagnostics) -> u8 {
    let Some(written) = &source.delimiter else { return b',' };
    let place = Place::of(file, written);
    if source.format != Format::Csv {
        let message = "`delimiter` is for `format: csv`";
        wrong.push(Diagnostic::new("delimiter", message, place).help("leave it out"));
        return b',';
    }
    let text = if written.value == "\\t" { "\t" } else { written.value.as_str() };
    if let [byte] = text.as_bytes()
        && !matches!(byte, b'"' | b'\n' | b'\r')
    {
        return *byte;
    }
    let message = format!("`{}` is not one character", written.value.escape_default());
    wrong.push(Diagnostic::new("delimiter", message, place).help("give one, such as `;` or `\\t`"));
    b','
}
