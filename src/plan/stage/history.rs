//! A stage that keeps history: its columns found, and what is wrong with them.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Schema, SchemaRef};
use datafusion::datasource::empty::EmptyTable;
use datafusion::datasource::provider_as_source;
use datafusion::error::Result;
use datafusion::logical_expr::LogicalPlanBuilder;
use datafusion::prelude::SessionContext;

use super::draft::Draft;
use super::versions::versions;
use crate::declare::{History, Spanned, TableFile};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, SourceFile};
use crate::plan::model::{HistoryPlan, IS_CURRENT, PERIOD_COLUMN, VALID_FROM, VALID_TO};
use crate::session::type_name;

/// The columns that identify a row of a table: for a history its key and the time, within
/// the period if the table varies by it.
pub(super) fn row_key(table: &TableFile, per_period: bool) -> Vec<Spanned<String>> {
    let Some(history) = &table.history else { return table.key.clone() };
    let named = |name: &str| {
        let mut named = history.at.clone();
        name.clone_into(&mut named.value);
        named
    };
    let period = per_period.then(|| named(PERIOD_COLUMN));
    let key = period.into_iter().chain(history.key.iter().cloned());
    key.chain([named(VALID_FROM)]).collect()
}

/// The history a draft keeps and its resulting columns; `None` after a mistake.
pub(super) async fn kept(
    session: &SessionContext,
    draft: &Draft,
    history: &History,
    yields: &SchemaRef,
    wrong: &mut Diagnostics,
) -> Option<(HistoryPlan, SchemaRef)> {
    let (file, table) = draft.yaml.as_ref()?;
    let mistakes = Declared { file, table, history, yields }.mistakes();
    if !mistakes.is_empty() {
        for mistake in mistakes {
            wrong.push(mistake);
        }
        return None;
    }
    let plan = resolved(history, yields);
    let typed = typed(session, &plan, yields).await.map_err(|error| {
        let message = format!("`{}` cannot keep this history: {error}", draft.name);
        let help = "track columns that can be compared and sorted";
        Diagnostic::new(Code::History, message, Place::of(file, &history.at)).help(help)
    });
    Some((plan, wrong.keep(typed)?))
}

fn resolved(history: &History, yields: &SchemaRef) -> HistoryPlan {
    let names = |names: &[Spanned<String>]| names.iter().map(|name| name.value.clone()).collect();
    let key: Vec<String> = names(&history.key);
    let at = history.at.value.clone();
    let others = || {
        let all = yields.fields().iter().map(|field| field.name().clone());
        all.filter(|name| !key.contains(name) && *name != at).collect()
    };
    let track = history.track.as_ref().map_or_else(others, |track| names(track));
    HistoryPlan { key, at, track, missing: history.missing }
}

/// The columns of the history of rows like these.
async fn typed(
    session: &SessionContext,
    history: &HistoryPlan,
    yields: &SchemaRef,
) -> Result<SchemaRef> {
    let rows = provider_as_source(Arc::new(EmptyTable::new(Arc::clone(yields))));
    let rows = LogicalPlanBuilder::scan("rows", rows, None)?.build()?;
    let state = session.state();
    let versions = versions(&state, rows, history)?;
    state.create_physical_plan(&versions).await?;
    let fields = versions.schema().fields().iter().cloned();
    Ok(Arc::new(Schema::new(fields.collect::<Vec<_>>())))
}

/// What was written, and about which rows.
struct Declared<'a> {
    file: &'a Arc<SourceFile>,
    table: &'a TableFile,
    history: &'a History,
    yields: &'a SchemaRef,
}

impl Declared<'_> {
    fn mistakes(&self) -> Vec<Diagnostic> {
        let named = self.named();
        let mut mistakes: Vec<Diagnostic> =
            named.iter().filter_map(|(key, name)| self.unknown(key, name)).collect();
        let mut seen = BTreeSet::new();
        mistakes.extend(named.iter().filter_map(|(key, name)| {
            let twice = !seen.insert(name.value.as_str());
            twice.then(|| self.twice(key, name))
        }));
        mistakes.extend(self.reserved());
        mistakes.extend(self.without_key());
        mistakes.extend(self.own_key());
        mistakes.extend(self.not_a_time());
        mistakes
    }

    /// Every column that is named, and under which key.
    fn named(&self) -> Vec<(&'static str, &Spanned<String>)> {
        let History { key, at, track, .. } = self.history;
        let key = key.iter().map(|name| ("key", name));
        let track = track.iter().flatten().map(|name| ("track", name));
        key.chain([("at", at)]).chain(track).collect()
    }

    fn at(&self, code: Code, name: &Spanned<String>, message: String) -> Diagnostic {
        Diagnostic::new(code, message, Place::of(self.file, name))
    }

    fn unknown(&self, key: &str, name: &Spanned<String>) -> Option<Diagnostic> {
        if self.yields.column_with_name(&name.value).is_some() {
            return None;
        }
        let message = format!(
            "`{key}` of the history names `{}`, which the query does not yield",
            name.value
        );
        let known = self.yields.fields().iter().map(|field| field.name().as_str());
        let diagnostic = self.at(Code::UnknownColumn, name, message);
        Some(diagnostic.nearest_or_all(&name.value, known, "columns of the query"))
    }

    fn twice(&self, key: &str, name: &Spanned<String>) -> Diagnostic {
        let message = format!("`{key}` of the history names `{}` once more", name.value);
        let help = "a column is part of the key, the time or tracked, and named once";
        self.at(Code::DuplicateName, name, message).help(help)
    }

    /// The columns that every history adds.
    fn reserved(&self) -> Option<Diagnostic> {
        let plan = resolved(self.history, self.yields);
        let added = [VALID_FROM, VALID_TO, IS_CURRENT];
        let taken =
            plan.key.iter().chain(&plan.track).find(|name| added.contains(&name.as_str()))?;
        let message = format!("the query yields `{taken}`, which every history adds");
        let help = "leave the column out, or give it another name";
        Some(self.at(Code::ReservedColumn, &self.history.at, message).help(help))
    }

    fn without_key(&self) -> Option<Diagnostic> {
        self.history.key.is_empty().then(|| {
            let message = "`history` needs a `key`".to_owned();
            let help = "name the columns that identify a thing";
            self.at(Code::History, &self.history.at, message).help(help)
        })
    }

    fn own_key(&self) -> Option<Diagnostic> {
        let first = self.table.key.first()?;
        let message = "the key of a history is its own key and `valid_from`".to_owned();
        Some(self.at(Code::History, first, message).help("leave `key` out"))
    }

    fn not_a_time(&self) -> Option<Diagnostic> {
        let at = &self.history.at;
        let (_, field) = self.yields.column_with_name(&at.value)?;
        let is_time = matches!(field.data_type(), DataType::Date32 | DataType::Timestamp(..));
        (!is_time).then(|| {
            let shown = type_name(field.data_type());
            let message = format!("`{}` is {shown}, not date or timestamp", at.value);
            self.at(Code::WrongType, at, message)
                .help("name the column that says when a row was true")
        })
    }
}
