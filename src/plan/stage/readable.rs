//! The tables that checks and headlines can query: those of a run once they are built.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::Drafts;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use crate::plan::model::{
    Absent, ColumnPlan, QUARANTINE, Stage, counts, quarantine_reader_columns,
};
use crate::plan::query::{Query, table_help};

/// Tables by name.
#[derive(Debug)]
pub(super) struct Readable {
    /// Those whose rows are kept, with their columns.
    pub(super) tables: BTreeMap<String, Vec<ColumnPlan>>,
    /// Those of them that no stage provides: they are empty and not built.
    absent: BTreeSet<String>,
    /// Those that are inlined into the only query that reads them.
    folded: BTreeSet<String>,
    /// Those that have mistakes, which are reported already.
    broken: BTreeSet<String>,
}

impl Readable {
    pub(super) fn new(drafts: &Drafts, built: &[Stage], absent: &[Absent]) -> Self {
        let (kept, folded): (Vec<_>, Vec<_>) = built.iter().partition(|stage| stage.materialised);
        let stages = || built.iter().map(|stage| stage.name.as_str());
        let broken = |name: &&String| !stages().any(|stage| stage == name.as_str());
        Self {
            tables: kept
                .into_iter()
                .map(|stage| (stage.name.clone(), stage.checked_columns()))
                .chain([(QUARANTINE.to_owned(), quarantine_reader_columns())])
                .chain(counts().map(|(name, columns)| (name.to_owned(), columns)))
                .chain(absent.iter().map(|absent| (absent.name.clone(), columns(absent))))
                .collect(),
            absent: absent.iter().map(|absent| absent.name.clone()).collect(),
            folded: folded.into_iter().map(|stage| stage.name.clone()).collect(),
            broken: drafts.makes.iter().filter(broken).cloned().collect(),
        }
    }

    /// Whether a table is built before it can be looked at.
    pub(super) fn is_built(&self, table: &str) -> bool {
        !self.absent.contains(table)
    }

    /// Whether a query can be planned; unless a mistake is recorded already, this records why not.
    pub(super) fn answers(&self, query: &Query, wrong: &mut Diagnostics) -> bool {
        let tables = query.tables();
        let mut missing =
            tables.iter().filter(|table| !self.tables.contains_key(*table)).peekable();
        let all = missing.peek().is_none();
        missing.for_each(|table| {
            self.has(table, &query.place_of_table(table)).into_iter().for_each(|it| wrong.push(it));
        });
        all
    }

    /// Why a table cannot be queried; `None` if it can, or if its own mistakes are reported.
    pub(super) fn has(&self, table: &str, place: &Place) -> Option<Diagnostic> {
        if self.tables.contains_key(table) || self.broken.contains(table) {
            return None;
        }
        if self.folded.contains(table) {
            let message = format!("no rows of `{table}` are kept: one query alone reads it");
            let help = "give the table a `key` or a check, and its rows are kept";
            return Some(Diagnostic::new(Code::UnknownTable, message, place.clone()).help(help));
        }
        let message = format!("no stage makes the table `{table}`");
        let diagnostic = Diagnostic::new(Code::UnknownTable, message, place.clone());
        let known = self.tables.keys().map(String::as_str);
        Some(match table_help(table, known) {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        })
    }
}

fn columns(absent: &Absent) -> Vec<ColumnPlan> {
    let fields = absent.schema.fields().iter();
    fields.map(|field| ColumnPlan::new(field.name(), field.data_type().clone())).collect()
}
