//! What every query yields, found by planning it over empty tables.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::datasource::empty::EmptyTable;
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;

use super::graph::{Draft, Drafts};
use super::param::{Bindings, built_in};
use super::query::{Origin, Query};
use super::settings::Settings;
use super::source::arrow_type;
use super::{Absent, ColumnPlan, Headline, Period, Stage, check, contract, schema};
use crate::declare::{Pipeline, Spanned};
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::project::Project;
use crate::transform;

/// Stages, canonical tables and headlines whose types are known.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub(super) absent: Vec<Absent>,
    pub(super) stages: Vec<Stage>,
    pub(super) headlines: Vec<Headline>,
}

/// Plans every query, down to the physical plan: some mistakes show only there.
///
/// A stage that cannot be planned hides the stages behind it, whose mistakes would be guesses.
pub(super) async fn stages(
    project: &Project,
    pipeline: &Pipeline,
    settings: &Settings,
    drafts: Drafts,
    wrong: &mut Diagnostics,
) -> Typed {
    let mut typed = Typed::default();
    let Ok(session) = transform::session::for_planning() else { return typed };
    for source in &settings.sources {
        register(&session, &source.name, source.schema());
    }
    let canonical = contract::canonical(&drafts, wrong);
    for (name, columns) in &canonical {
        if !drafts.stages.iter().any(|stage| stage.name == *name) {
            register(&session, name, schema(columns));
            typed.absent.push(Absent { name: name.clone(), schema: schema(columns) });
        }
    }
    let bindings = bindings(settings);
    let read_by = readers(&drafts.stages);
    for draft in &drafts.stages {
        if draft.inputs.iter().any(|input| !session.table_exist(input.as_str()).unwrap_or(false)) {
            continue;
        }
        parameters(&draft.query, draft.per_period, &bindings, wrong);
        let planned = output(&session, &draft.query, &bindings).await;
        let Some(yields) = wrong.keep(planned.map_err(|error| draft.query.problem(&error))) else {
            continue;
        };
        let stage = contract::stage(project, pipeline, draft, &yields, &canonical, &read_by, wrong);
        register(&session, &stage.name, stage.schema());
        typed.stages.push(stage);
    }
    // Stages that vary by period are built period by period, after all others.
    typed.stages.sort_by_key(|stage| stage.per_period);
    readers_queries(project, pipeline, settings, &drafts.stages, &mut typed, wrong).await;
    typed
}

/// Checks and headlines see tables as readers do: whole, with their partition columns.
async fn readers_queries(
    project: &Project,
    pipeline: &Pipeline,
    settings: &Settings,
    drafts: &[Draft],
    typed: &mut Typed,
    wrong: &mut Diagnostics,
) {
    let Ok(session) = transform::session::for_planning() else { return };
    for stage in typed.stages.iter().filter(|stage| stage.materialised) {
        register(&session, &stage.name, schema(&stage.reader_columns()));
    }
    let mut bindings = bindings(settings);
    bindings.retain(|name, _| !name.starts_with("period_"));
    let complete = typed.stages.len() == drafts.len();
    for stage in &mut typed.stages {
        let draft = drafts.iter().find(|draft| draft.name == stage.name);
        let Some((file, table)) = draft.and_then(|draft| draft.yaml.as_ref()) else { continue };
        stage.checks = check::queries(project, stage, file, table, wrong);
        for check in &stage.checks {
            parameters(&check.query, false, &bindings, wrong);
            let planned = output(&session, &check.query, &bindings).await;
            if complete || check.own {
                wrong.keep(planned.map_err(|error| check.query.problem(&error)));
            }
        }
    }
    for (title, sql) in pipeline.headlines.iter() {
        let Some(query) = wrong.keep(headline(project, sql)) else { continue };
        parameters(&query, false, &bindings, wrong);
        match output(&session, &query, &bindings).await {
            Ok(yields) if yields.fields().len() == 1 => {
                typed.headlines.push(Headline { title: title.value.clone(), query });
            }
            Ok(yields) => {
                let message = format!("a headline is one value, not {}", yields.fields().len());
                wrong.push(Diagnostic::new("headline", message, query.origin.start()));
            }
            Err(error) if complete => wrong.push(query.problem(&error)),
            Err(_) => {}
        }
    }
}

fn headline(project: &Project, sql: &Spanned<String>) -> Result<Query, Diagnostic> {
    let file = &project.pipeline;
    let place = Place::of(file, sql);
    let origin = match place.starts_with(&sql.value) {
        Some(base) => Origin::Text(Arc::clone(file), base),
        None => Origin::Value(place),
    };
    Query::parse(origin, &sql.value)
}

/// How many stages read each table, and whether one of them varies by period.
fn readers(drafts: &[Draft]) -> BTreeMap<String, (usize, bool)> {
    let mut readers: BTreeMap<String, (usize, bool)> = BTreeMap::new();
    for draft in drafts {
        for input in &draft.inputs {
            let entry = readers.entry(input.clone()).or_default();
            entry.0 += 1;
            entry.1 |= draft.per_period;
        }
    }
    readers
}

fn bindings(settings: &Settings) -> Bindings {
    let day = chrono::NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default();
    let as_of = day.and_time(chrono::NaiveTime::MIN);
    let mut bindings = built_in(as_of, Some(&Period { first_day: day, end: as_of }));
    let declared = settings.params.iter();
    bindings.extend(declared.map(|param| (param.name.clone(), param.any_expression())));
    bindings
}

/// Parameters that nobody declares.
fn parameters(query: &Query, per_period: bool, bindings: &Bindings, wrong: &mut Diagnostics) {
    for (name, place) in query.parameters() {
        if !bindings.contains_key(&name) && !(per_period && name.starts_with("period_")) {
            let message = format!("nobody declares the parameter `${name}`");
            let diagnostic = Diagnostic::new("unknown-parameter", message, place);
            let known = bindings.keys().map(String::as_str);
            let diagnostic = match crate::diagnostic::nearest(&name, known) {
                Some(near) => diagnostic.help(format!("did you mean `${near}`?")),
                None => diagnostic.help("add it to the pipeline's `params`"),
            };
            wrong.push(diagnostic);
        }
    }
}

fn register(session: &SessionContext, name: &str, schema: SchemaRef) {
    // Fails only for a name that is taken; duplicates are reported before.
    let _ = session.register_table(name, Arc::new(EmptyTable::new(schema)));
}

/// The columns a query yields.
async fn output(
    session: &SessionContext,
    query: &Query,
    bindings: &Bindings,
) -> Result<SchemaRef, DataFusionError> {
    let state = session.state();
    let plan = state.statement_to_plan(query.bind(bindings)).await?;
    let schema = Arc::new(Schema::new(plan.schema().fields().iter().cloned().collect::<Vec<_>>()));
    state.create_physical_plan(&plan).await?;
    Ok(schema)
}

/// A field of a contract.
pub(super) fn column(field: &Field) -> ColumnPlan {
    ColumnPlan {
        name: field.name().clone(),
        data_type: field.data_type().clone(),
        description: None,
        unit: None,
    }
}

/// The type a contract names.
pub(super) fn declared(column: &crate::declare::Column) -> Option<DataType> {
    column.data_type.as_ref().map(|data_type| arrow_type(data_type.value))
}
