//! Lineage of a column of a published table: its upstream stages and the functions that they call.

use std::collections::{BTreeMap, BTreeSet};

use super::need::Need;
use crate::concept::Concept;
use crate::functions;
use crate::plan::{Plan, Stage};

/// The lineage of columns, up to the next published or canonical tables.
#[derive(Debug, Default)]
pub struct MadeOf {
    /// The files with the SQL of the stages, the table's own first.
    pub files: Vec<String>,
    /// The functions of this program that they call for the columns.
    pub functions: BTreeSet<String>,
}

/// The lineage of columns of a table.
pub fn made_of(plan: &Plan, table: &str, columns: &BTreeSet<String>) -> MadeOf {
    let ours: BTreeSet<&str> = functions::all().iter().map(|function| function.name).collect();
    let mut made_of = MadeOf::default();
    let is_inner = |table: &str| !is_canonical(table) && !is_published(plan, table);
    walk(plan, table, columns, is_inner, |stage, need| {
        made_of.files.push(stage.path.clone());
        let called = need.functions.iter().filter(|name| ours.contains(name.as_str()));
        made_of.functions.extend(called.cloned());
    });
    made_of
}

/// The columns of canonical tables from which a column is derived.
pub(super) fn canonical_columns(
    plan: &Plan,
    table: &str,
    column: &str,
) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    let columns = BTreeSet::from([column.to_owned()]);
    walk(
        plan,
        table,
        &columns,
        |table| !is_canonical(table),
        |_, need| {
            for (table, columns) in need.tables.iter().filter(|(table, _)| is_canonical(table)) {
                found.extend(columns.iter().map(|column| (table.clone(), column.clone())));
            }
        },
    );
    found
}

/// Follows columns of a table through their upstream stages, each with what it needs for them.
fn walk(
    plan: &Plan,
    table: &str,
    columns: &BTreeSet<String>,
    goes_on: impl Fn(&str) -> bool,
    mut see: impl FnMut(&Stage, &Need),
) {
    let mut needed = BTreeMap::from([(table.to_owned(), columns.clone())]);
    // Each stage comes after those it reads, so that everything needed of it is known.
    for stage in plan.stages.iter().rev() {
        let Some(columns) = needed.get(&stage.name) else { continue };
        let Some(typed) = plan.typed.get(&stage.name) else { continue };
        let need = Need::of(&typed.plan, columns);
        see(stage, &need);
        for (table, columns) in need.tables.into_iter().filter(|(table, _)| goes_on(table)) {
            needed.entry(table).or_default().extend(columns);
        }
    }
}

fn is_canonical(table: &str) -> bool {
    Concept::ALL.iter().any(|concept| concept.inputs().contains(&table))
}

fn is_published(plan: &Plan, table: &str) -> bool {
    plan.stages.iter().any(|stage| stage.name == table && stage.publish.is_some())
}
