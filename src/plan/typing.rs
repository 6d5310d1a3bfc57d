//! What every query yields, found by planning it over empty tables.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::datasource::empty::EmptyTable;
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;

use super::counts::counts;
use super::graph::{Draft, Drafts};
use super::param::{Bindings, built_in};
use super::query::{Origin, Query};
use super::readable::Readable;
use super::settings::Settings;
use super::{
    Absent, ColumnPlan, Headline, Period, Stage, check, contract, hidden, history, locate, problem,
    schema, within,
};
use crate::declare::{Pipeline, Spanned};
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::project::Project;
use crate::session;
use crate::zone::first_instant;

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
    mut drafts: Drafts,
    wrong: &mut Diagnostics,
) -> Typed {
    let mut typed = Typed::default();
    let declared = hidden::declared(&settings.sources);
    drafts.stages.iter_mut().for_each(|draft| draft.query.reads(&declared));
    let zone = settings.time_zone;
    let Ok(session) = session::for_planning(zone) else { return typed };
    for source in &settings.sources {
        register(&session, &source.name, source.schema());
    }
    for (name, columns) in counts() {
        register(&session, name, schema(&columns));
    }
    let canonical = contract::canonical(&drafts, zone, wrong);
    for (name, columns) in &canonical {
        if !drafts.stages.iter().any(|stage| stage.name == *name) {
            let schema = schema(&within(columns));
            register(&session, name, Arc::clone(&schema));
            typed.absent.push(Absent { name: name.clone(), schema });
        }
    }
    let bindings = bindings(settings);
    let read_by = readers(&drafts.stages);
    let of = contract::Of { project, pipeline, zone };
    for draft in &drafts.stages {
        if draft.inputs.iter().any(|input| !session.table_exist(input.as_str()).unwrap_or(false)) {
            continue;
        }
        let planned = planned(&session, &draft.query, &bindings, wrong).await;
        let Some(yields) = planned else { continue };
        if let Some(twice) = repeated(draft, &yields) {
            wrong.push(twice);
            continue;
        }
        let declared = draft.yaml.as_ref().and_then(|(_, table)| table.history.as_ref());
        let (yields, history) = match declared {
            None => (yields, None),
            Some(declared) => {
                let kept = history::kept(&session, draft, declared, &yields, wrong).await;
                let Some((history, yields)) = kept else { continue };
                (yields, Some(history))
            }
        };
        let yields = (&yields, history);
        let stage = contract::stage(&of, draft, yields, &canonical, &read_by, wrong);
        register(&session, &stage.name, stage.schema());
        typed.stages.push(stage);
    }
    // Canonical tables come first, so that their checks tell what is wrong with the data before
    // anything is built on it. Stages that vary by period are built period by period, after all others.
    let feeds = feeds(&typed.stages, &canonical);
    typed.stages.sort_by_key(|stage| (stage.per_period, !feeds.contains(&stage.name)));
    readers_queries(project, pipeline, settings, &drafts, &mut typed, wrong).await;
    typed
}

/// The stages that make canonical tables, and all that these read.
fn feeds(stages: &[Stage], canonical: &BTreeMap<String, Vec<ColumnPlan>>) -> BTreeSet<String> {
    let mut feeds = BTreeSet::new();
    for stage in stages.iter().rev() {
        if canonical.contains_key(&stage.name) || feeds.contains(&stage.name) {
            feeds.insert(stage.name.clone());
            feeds.extend(stage.inputs.iter().cloned());
        }
    }
    feeds
}

/// A table cannot have two columns of one name.
fn repeated(draft: &Draft, yields: &SchemaRef) -> Option<Diagnostic> {
    let mut seen = BTreeSet::new();
    let field = yields.fields().iter().find(|field| !seen.insert(field.name().as_str()))?;
    let message = format!("`{}` yields the column `{}` twice", draft.name, field.name());
    let place = draft.query.origin.start();
    let help = "name the columns instead of `*`, each once";
    Some(Diagnostic::new("duplicate-column", message, place).help(help))
}

/// Checks and headlines see tables as readers do: whole, with their partition columns.
async fn readers_queries(
    project: &Project,
    pipeline: &Pipeline,
    settings: &Settings,
    drafts: &Drafts,
    typed: &mut Typed,
    wrong: &mut Diagnostics,
) {
    let Ok(session) = session::for_planning(settings.time_zone) else { return };
    let readable = Readable::new(drafts, typed);
    for (name, columns) in &readable.tables {
        register(&session, name, schema(columns));
    }
    let mut bindings = bindings(settings);
    bindings.retain(|name, _| !name.starts_with("period_"));
    for stage in &mut typed.stages {
        let contracts = drafts.contracts(stage);
        let of = (&*stage, settings.time_zone);
        stage.checks = check::queries(project, of, &contracts, &readable, wrong);
        let keys = contracts.iter().flat_map(|(_, table)| table.row_key(stage.per_period));
        let key: Vec<String> = keys.map(|name| name.value).collect();
        for check in &mut stage.checks {
            if readable.answers(&check.query, wrong)
                && let Some(yields) = planned(&session, &check.query, &bindings, wrong).await
            {
                let columns = yields
                    .fields()
                    .iter()
                    .map(|field| ColumnPlan::new(field.name(), field.data_type().clone()));
                let columns = columns.collect();
                check.yields(columns, &key);
            }
        }
    }
    for (title, sql) in pipeline.headlines.iter() {
        let Some(query) = wrong.keep(headline(project, sql)) else { continue };
        if !readable.answers(&query, wrong) {
            continue;
        }
        match planned(&session, &query, &bindings, wrong).await {
            Some(yields) if yields.fields().len() == 1 => {
                typed.headlines.push(Headline { title: title.value.clone(), query });
            }
            Some(yields) => {
                let message =
                    format!("a headline is one value, not {} columns", yields.fields().len());
                let diagnostic = Diagnostic::new("headline", message, query.origin.start());
                wrong.push(diagnostic.help("select one column, and write a headline for each"));
            }
            None => {}
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
    let as_of = first_instant(settings.time_zone, day);
    let mut bindings = built_in(as_of, Some(&Period { first_day: day, end: as_of }));
    let declared = settings.params.iter();
    bindings.extend(declared.map(|param| (param.name.clone(), param.any_expression())));
    bindings
}

/// Parameters that nobody declares.
fn unknown_parameters(query: &Query, bindings: &Bindings) -> Vec<Diagnostic> {
    let unknown = query.parameters().into_iter().filter(|(name, _)| !bindings.contains_key(name));
    unknown
        .map(|(name, place)| {
            let written = if name == "?" { name.clone() } else { format!("${name}") };
            let message = format!("nobody declares the parameter `{written}`");
            let known = bindings.keys().map(String::as_str);
            let help = match crate::diagnostic::nearest(&name, known) {
                Some(near) => format!("did you mean `${near}`?"),
                None if name.starts_with("period_") => {
                    "checks and headlines see all periods: read the column `period`".to_owned()
                }
                None => "name a parameter as `$name`, and add it to the pipeline's `params`".into(),
            };
            Diagnostic::new("unknown-parameter", message, place).help(help)
        })
        .collect()
}

/// The columns a query yields, or nothing and a note of what is wrong with it.
async fn planned(
    session: &SessionContext,
    query: &Query,
    bindings: &Bindings,
    wrong: &mut Diagnostics,
) -> Option<SchemaRef> {
    let mut mistakes = unknown_parameters(query, bindings);
    let twice = query.repeated_output().map(|(name, place)| {
        Diagnostic::new("duplicate-column", format!("the column `{name}` is yielded twice"), place)
            .help("give one of the two another name with `as`")
    });
    mistakes.extend(twice);
    if !mistakes.is_empty() {
        for mistake in mistakes {
            wrong.push(mistake);
        }
        return None;
    }
    match output(session, query, bindings).await {
        Ok(yields) => Some(yields),
        Err(error) => {
            wrong.push(mistake(session, query, bindings, &error).await);
            None
        }
    }
}

/// What the planner says, at the place it is about.
async fn mistake(
    session: &SessionContext,
    query: &Query,
    bindings: &Bindings,
    error: &DataFusionError,
) -> Diagnostic {
    if let Some(error) = session::OutOfRange::find(error) {
        let mistake = error.diagnostic();
        return match mistake.place {
            Some(_) => mistake,
            None => Diagnostic { place: Some(query.origin.start()), ..mistake },
        };
    }
    let problem = problem::planning(query, &functions(session), error);
    let place = match &problem.place {
        Some(place) => Some(place.clone()),
        None => locate::culprit(session, query, bindings, &problem.text).await,
    };
    problem.at(place.unwrap_or_else(|| query.origin.start()))
}

/// The functions that a query can call.
fn functions(session: &SessionContext) -> Vec<String> {
    let state = session.state();
    let (scalar, aggregate) = (state.scalar_functions(), state.aggregate_functions());
    let window = state.window_functions().keys();
    let mut names: Vec<String> =
        scalar.keys().chain(aggregate.keys()).chain(window).cloned().collect();
    names.sort();
    names
}

fn register(session: &SessionContext, name: &str, schema: SchemaRef) {
    // Fails only for a name that is taken; duplicates are reported before.
    let _ = session.register_table(name, Arc::new(EmptyTable::new(schema)));
}

/// The columns a query yields.
pub(super) async fn output(
    session: &SessionContext,
    query: &Query,
    bindings: &Bindings,
) -> Result<SchemaRef, DataFusionError> {
    let state = session.state();
    let plan = query.planned(&state, bindings).await?;
    let schema = Arc::new(Schema::new(plan.schema().fields().iter().cloned().collect::<Vec<_>>()));
    state.create_physical_plan(&plan).await?;
    Ok(schema)
}
