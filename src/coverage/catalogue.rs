//! The catalogue for several pipelines: where each concept is measured, and from what.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::facts::Tables;
use super::inputs::Inputs;
use super::{Coverage, Covered, Measure, State, coverage, made_of};
use crate::concept::Concept;
use crate::plan::Plan;
use crate::project::{Project, TESTS};

/// Where a concept stands.
#[derive(Debug)]
pub struct Entry {
    /// The concept.
    pub concept: Concept,
    /// The tables that measure or approximate it, by name.
    pub tables: Vec<InTable>,
    /// The pipelines that measure it at least in part, and how far.
    pub measured_by: Vec<(String, State)>,
}

/// How a table measures a concept.
#[derive(Debug)]
pub struct InTable {
    /// The table.
    pub table: String,
    /// The columns, each with the reason why it only approximates the concept.
    pub columns: Vec<(String, Option<String>)>,
    /// The SQL behind them, the table's own first.
    pub files: Vec<String>,
    /// The functions of this program that it calls for them.
    pub functions: BTreeSet<String>,
    /// The canonical tables of the concept that it reads, and what happens to the columns without each.
    pub inputs: Vec<(String, BTreeSet<Without>)>,
    /// The tests of the stages behind the columns.
    pub tests: Vec<String>,
}

/// What happens to a column without a canonical table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Without {
    /// Its table has no rows.
    NoRows,
    /// It is NULL.
    Null,
    /// It has one value in all rows.
    Always(String),
    /// It has the values that the other tables give.
    Less,
}

/// A pipeline with its coverage, and what is known of its tables without each input.
struct Pipeline<'a> {
    project: &'a Project,
    plan: &'a Plan,
    coverage: Coverage,
    without: BTreeMap<String, Tables>,
}

impl<'a> Pipeline<'a> {
    fn of((project, plan): &'a (Project, Plan)) -> Self {
        let coverage = coverage(plan);
        let inputs = Inputs::of(plan);
        let columns = coverage.concepts.iter().flat_map(|covered| &covered.columns);
        let names: BTreeSet<&String> = columns.flat_map(|measure| &measure.inputs).collect();
        let without = names.into_iter().map(|name| (name.clone(), inputs.without(name)));
        Self { project, plan, without: without.collect(), coverage }
    }

    fn covered(&self, concept: usize) -> &Covered {
        &self.coverage.concepts[concept]
    }

    fn in_table(&self, table: &str, measures: &[&Measure]) -> InTable {
        let names = measures.iter().map(|measure| measure.column.clone()).collect();
        let made_of = made_of(self.plan, table, &names);
        let tests = made_of.files.iter().map(|file| file.replace(".sql", TESTS));
        let inputs = measures.first().into_iter().flat_map(|measure| &measure.inputs);
        InTable {
            table: table.to_owned(),
            columns: measures.iter().map(|it| (it.column.clone(), it.reason.clone())).collect(),
            inputs: inputs.map(|input| (input.clone(), self.without(input, measures))).collect(),
            tests: tests.filter(|path| self.project.tests.contains_key(path)).collect(),
            files: made_of.files,
            functions: made_of.functions,
        }
    }

    fn without(&self, input: &str, measures: &[&Measure]) -> BTreeSet<Without> {
        let Some(tables) = self.without.get(input) else { return BTreeSet::new() };
        let becomes = |measure: &&Measure| match tables.value(&measure.table, &measure.column) {
            _ if tables.has_no_rows(&measure.table) => Without::NoRows,
            Some(constant) if constant.is_null() => Without::Null,
            Some(constant) => match constant.value() {
                Some(value) => Without::Always(value.to_string()),
                None => Without::Less,
            },
            None => Without::Less,
        };
        measures.iter().map(becomes).collect()
    }
}

/// Every concept, and where it is measured in some pipelines.
pub fn catalogue(pipelines: &[(Project, Plan)]) -> Vec<Entry> {
    let pipelines: Vec<Pipeline<'_>> = pipelines.iter().map(Pipeline::of).collect();
    (0..Concept::ALL.len()).map(|at| entry(at, &pipelines)).collect()
}

fn entry(concept: usize, pipelines: &[Pipeline<'_>]) -> Entry {
    let state = |pipeline: &&Pipeline<'_>| pipeline.covered(concept).state();
    let measuring = pipelines.iter().filter(|pipeline| state(pipeline) != State::Missing);
    let measured_by =
        measuring.map(|pipeline| (pipeline.plan.name.clone(), state(&pipeline))).collect();
    // A table is shown as it is in the pipeline that measures most of the concept.
    let mut best: Vec<&Pipeline<'_>> = pipelines.iter().collect();
    best.sort_by_key(|pipeline| Reverse(state(pipeline)));
    let mut tables = BTreeMap::new();
    for pipeline in best {
        for (table, measures) in by_table(pipeline.covered(concept)) {
            if !tables.contains_key(table) {
                tables.insert(table, pipeline.in_table(table, &measures));
            }
        }
    }
    Entry { concept: Concept::ALL[concept], tables: tables.into_values().collect(), measured_by }
}

fn by_table(covered: &Covered) -> BTreeMap<&str, Vec<&Measure>> {
    let mut tables: BTreeMap<&str, Vec<&Measure>> = BTreeMap::new();
    for measure in &covered.columns {
        tables.entry(&measure.table).or_default().push(measure);
    }
    tables
}
