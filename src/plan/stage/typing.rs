//! The result type of the query of every stage, found by planning it over empty tables.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::datasource::empty::EmptyTable;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;

use super::columns::canonical;
use super::contract::{Contract, Readers};
use super::draft::{Draft, Drafts};
use super::layout::Layouts;
use super::readable::Readable;
use super::{Of, Sessions, history, physical, reading};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::plan::model::{Absent, ColumnPlan, Headline, Stage, counts, schema, within};
use crate::plan::param::{Bindings, built_in};
use crate::plan::period::Period;
use crate::plan::query::{Typed, Until, declared, typed};
use crate::plan::settings::Settings;
use crate::zone::first_instant;

/// Stages, canonical tables and headlines as far as their types are known.
#[derive(Debug, Default)]
pub(in crate::plan) struct Resolved {
    pub(in crate::plan) absent: Vec<Absent>,
    pub(in crate::plan) stages: Vec<Stage>,
    pub(in crate::plan) typed: BTreeMap<String, Typed>,
    pub(in crate::plan) headlines: Vec<Headline>,
    /// The plans of checks and headlines.
    pub(super) asked: Vec<LogicalPlan>,
}

/// Plans every query, down to the physical plan: some mistakes appear only there.
///
/// A stage that cannot be planned hides its downstream stages, whose errors would be consequences.
pub(in crate::plan) async fn stages(
    of: Of<'_>,
    sessions: &Sessions,
    mut drafts: Drafts,
    wrong: &mut Diagnostics,
) -> Resolved {
    let declared = declared(&of.settings.sources);
    drafts.stages.iter_mut().for_each(|draft| draft.query.reads(&declared));
    let canonical = canonical(&drafts, of.settings.time_zone, wrong);
    given(&sessions.stages, of.settings);
    let bindings = bindings(of);
    let typing = Typing {
        of,
        session: &sessions.stages,
        bindings: &bindings,
        canonical: &canonical,
        absent: absent(&sessions.stages, &canonical, &drafts),
        readers: &readers(&drafts.stages),
    };
    let mut mistakes = Diagnostics::default();
    let resolved = typing.all(sessions, &drafts, Until::Types, &mut mistakes).await;
    if resolved.has_physical_plans(sessions) {
        wrong.extend(mistakes);
        return resolved;
    }
    // A stage without a physical plan hides its downstream stages: all are planned again, one by one.
    for draft in &drafts.stages {
        // Fails only where there is no catalog.
        let _ = sessions.stages.deregister_table(draft.name.as_str());
    }
    for (name, _) in Readable::new(&drafts, &resolved.stages, &resolved.absent).tables {
        let _ = sessions.readers.deregister_table(name.as_str());
    }
    typing.all(sessions, &drafts, Until::Physical, wrong).await
}

impl Resolved {
    /// Whether each query has a physical plan.
    fn has_physical_plans(&self, sessions: &Sessions) -> bool {
        let (stages, readers) = (sessions.stages.state(), sessions.readers.state());
        let of_stages = self.typed.values().map(|typed| (&stages, &typed.plan));
        let plans: Vec<_> =
            of_stages.chain(self.asked.iter().map(|plan| (&readers, plan))).collect();
        physical::exist(&plans)
    }
}

/// Registers the tables that no stage makes: sources, and the counts of their rows.
fn given(session: &SessionContext, settings: &Settings) {
    for source in &settings.sources {
        register(session, &source.name, source.schema());
    }
    for (name, columns) in counts() {
        register(session, name, schema(&columns));
    }
}

/// The canonical tables that no stage provides.
fn absent(
    session: &SessionContext,
    canonical: &BTreeMap<String, Vec<ColumnPlan>>,
    drafts: &Drafts,
) -> Vec<Absent> {
    let provided = |name: &str| drafts.stages.iter().any(|stage| stage.name == name);
    let absent = canonical.iter().filter(|(name, _)| !provided(name));
    absent
        .map(|(name, columns)| {
            let schema = schema(&within(columns));
            register(session, name, Arc::clone(&schema));
            Absent { name: name.clone(), schema }
        })
        .collect()
}

/// The context for typing the stages of a pipeline.
struct Typing<'a> {
    of: Of<'a>,
    session: &'a SessionContext,
    bindings: &'a Bindings,
    canonical: &'a BTreeMap<String, Vec<ColumnPlan>>,
    absent: Vec<Absent>,
    readers: &'a BTreeMap<String, Readers>,
}

impl Typing<'_> {
    /// Every stage, check and headline, planned so far.
    async fn all(
        &self,
        sessions: &Sessions,
        drafts: &Drafts,
        until: Until,
        wrong: &mut Diagnostics,
    ) -> Resolved {
        let mut resolved = Resolved { absent: self.absent.clone(), ..Resolved::default() };
        for draft in &drafts.stages {
            let Some((stage, typed)) = self.stage(draft, until, wrong).await else { continue };
            register(self.session, &stage.name, stage.schema());
            resolved.typed.insert(stage.name.clone(), typed);
            resolved.stages.push(stage);
        }
        // Canonical tables come first, so that their checks find faults in the data before
        // anything is built on it. Stages that vary by period are built period by period, after all others.
        let feeds = feeds(&resolved.stages, self.canonical);
        resolved.stages.sort_by_key(|stage| (stage.per_period, !feeds.contains(&stage.name)));
        let bindings = (self.bindings.clone(), until);
        reading::queries(self.of, &sessions.readers, bindings, drafts, &mut resolved, wrong).await;
        resolved
    }

    /// The stage of a draft and its result type; `None` if that is unknown, which is recorded
    /// unless a table that it reads has the mistake.
    async fn stage(
        &self,
        draft: &Draft,
        until: Until,
        wrong: &mut Diagnostics,
    ) -> Option<(Stage, Typed)> {
        let known = |input: &String| self.session.table_exist(input.as_str()).unwrap_or(false);
        if !draft.inputs.iter().all(known) {
            return None;
        }
        let typed = typed(self.session, &draft.query, self.bindings, until, wrong).await?;
        if let Some(twice) = repeated(draft, &typed.schema) {
            wrong.push(twice);
            return None;
        }
        let declared = draft.yaml.as_ref().and_then(|(_, table)| table.history.as_ref());
        let (yields, history) = match declared {
            None => (Arc::clone(&typed.schema), None),
            Some(declared) => {
                let (history, yields) =
                    history::kept(self.session, draft, declared, &typed.schema, wrong).await?;
                (yields, Some(history))
            }
        };
        Some((self.contract(draft, &yields).stage(history, wrong), typed))
    }

    fn contract<'b>(&'b self, draft: &'b Draft, yields: &'b SchemaRef) -> Contract<'b> {
        Contract {
            draft,
            yields,
            canonical: self.canonical.get(&draft.name).map(Vec::as_slice),
            layouts: Layouts {
                file: &self.of.project.pipeline,
                declared: &self.of.pipeline.publish,
            },
            read_by: self.readers.get(&draft.name).copied().unwrap_or_default(),
            zone: self.of.settings.time_zone,
        }
    }
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
    Some(Diagnostic::new(Code::DuplicateColumn, message, place).help(help))
}

/// The stages that read each table.
fn readers(drafts: &[Draft]) -> BTreeMap<String, Readers> {
    let mut readers: BTreeMap<String, Readers> = BTreeMap::new();
    for draft in drafts {
        for input in &draft.inputs {
            let entry = readers.entry(input.clone()).or_default();
            entry.count += 1;
            entry.by_period |= draft.per_period;
        }
    }
    readers
}

fn bindings(of: Of<'_>) -> Bindings {
    let day = chrono::NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default();
    let as_of = first_instant(of.settings.time_zone, day);
    let period = Period { first_day: day, previous_first_day: day, end: as_of };
    let mut bindings = built_in(as_of, Some(&period));
    bindings.extend(of.params.iter().map(|param| (param.name.clone(), param.any_expression())));
    bindings
}

/// Makes an empty table known.
pub(super) fn register(session: &SessionContext, name: &str, schema: SchemaRef) {
    // Fails only for a name that is taken; duplicates are reported before.
    let _ = session.register_table(name, Arc::new(EmptyTable::new(schema)));
}
