//! The canonical tables from which a table is derived, and what it can contain without some of
//! them.

use std::collections::{BTreeMap, BTreeSet};

use super::constant::Constant;
use super::facts::{Given, Tables};
use super::made_of::canonical_columns;
use crate::concept::Concept;
use crate::plan::Plan;

/// The tables of a pipeline by their inputs.
pub(super) struct Inputs<'a> {
    plan: &'a Plan,
    /// All direct and indirect inputs of each stage.
    above: BTreeMap<&'a str, BTreeSet<String>>,
    /// The canonical tables that no stage provides.
    absent: BTreeSet<String>,
    /// What follows for the stages.
    tables: Tables,
}

impl<'a> Inputs<'a> {
    pub(super) fn of(plan: &'a Plan) -> Self {
        let mut above: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for stage in &plan.stages {
            let further = stage.inputs.iter().filter_map(|input| above.get(input.as_str()));
            let further: BTreeSet<String> = further.flatten().cloned().collect();
            above.insert(&stage.name, further.into_iter().chain(stage.inputs.clone()).collect());
        }
        let absent: BTreeSet<String> = plan.absent.iter().map(|it| it.name.clone()).collect();
        let given = Given { empty: absent.clone(), ..Given::default() };
        let tables = Tables::of(plan, &plan.stages, given);
        Self { plan, above, absent, tables }
    }

    /// The canonical tables of a concept that a table reads.
    pub(super) fn of_concept(&self, stage: &str, concept: Concept) -> Vec<String> {
        let names = concept.inputs().iter().filter(|name| self.reads(stage, name));
        names.map(|name| (*name).to_owned()).collect()
    }

    fn reads(&self, stage: &str, table: &str) -> bool {
        self.above.get(stage).is_some_and(|above| above.contains(table))
    }

    /// Whether no stage provides a canonical table.
    pub(super) fn lacks(&self, table: &str) -> bool {
        self.absent.contains(table)
    }

    /// What a column of a stage lacks that has no rows because of it: absent tables, or else
    /// columns as of [`Self::lacking`]; nothing if the stage may have rows.
    pub(super) fn without_rows(&self, stage: &str, column: &str) -> Vec<String> {
        if !self.tables.has_no_rows(stage) {
            return Vec::new();
        }
        let read = self.absent.iter().filter(|table| self.reads(stage, table));
        let absent: Vec<String> = read.cloned().collect();
        match absent.is_empty() {
            true => self.lacking(stage, column),
            false => absent,
        }
    }

    /// Whether a column is NULL in every row.
    pub(super) fn is_null(&self, table: &str, column: &str) -> bool {
        self.tables.value(table, column).is_some_and(Constant::is_null)
    }

    /// What would be known of the tables if another canonical table had no rows.
    pub(super) fn without(&self, table: &str) -> Tables {
        let empty = self.absent.iter().cloned().chain([table.to_owned()]).collect();
        Tables::of(self.plan, &self.plan.stages, Given { empty, ..Given::default() })
    }

    /// What a column lacks that is NULL in every row: canonical tables, and columns of them as
    /// `table.column`, none of which could be left out. None if its own query is a constant NULL.
    pub(super) fn lacking(&self, table: &str, column: &str) -> Vec<String> {
        let behind = canonical_columns(self.plan, table, column).into_iter();
        let unknown = behind.filter_map(|(table, column)| match self.lacks(&table) {
            true => Some((table, None)),
            false => self.is_null(&table, &column).then_some((table, Some(column))),
        });
        let mut lacking: BTreeSet<Lack> = unknown.collect();
        if self.is_null_with(table, column, &lacking) {
            return Vec::new();
        }
        for lack in lacking.clone() {
            lacking.remove(&lack);
            if self.is_null_with(table, column, &lacking) {
                lacking.insert(lack);
            }
        }
        let named = lacking.into_iter().map(|(table, column)| match column {
            Some(column) => format!("{table}.{column}"),
            None => table,
        });
        named.collect()
    }

    /// Whether a column would still be NULL in every row if some of the missing inputs existed.
    fn is_null_with(&self, table: &str, column: &str, there: &BTreeSet<Lack>) -> bool {
        let is_there = |table: &&String| there.contains(&((*table).clone(), None));
        let empty = self.absent.iter().filter(|table| !is_there(table)).cloned().collect();
        let valued =
            there.iter().filter_map(|(table, column)| Some((table.clone(), column.clone()?)));
        let given = Given { empty, valued: valued.collect() };
        let behind = |name: &str| name == table || self.reads(table, name);
        let stages = self.plan.stages.iter().filter(|stage| behind(&stage.name));
        let tables = Tables::of(self.plan, stages, given);
        tables.has_no_rows(table) || tables.value(table, column).is_some_and(Constant::is_null)
    }
}

/// A canonical table, or a column of one.
type Lack = (String, Option<String>);
