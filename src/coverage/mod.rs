//! Which concepts of the catalogue a pipeline's warehouse measures, and what is missing for the
//! rest.
//!
//! A column measures a concept if its table file says so, the canonical tables of the concept are
//! mapped, and not every row must be NULL because the sources do not record something. The lineage
//! of a column is taken from the SQL; it is not declared a second time.

mod catalogue;
mod constant;
mod facts;
mod inputs;
mod join;
mod made_of;
mod need;

use serde::Serialize;

pub use self::catalogue::{Entry, InTable, Without, catalogue};
use self::inputs::Inputs;
pub use self::made_of::{MadeOf, made_of};
use crate::concept::Concept;
use crate::plan::{ColumnPlan, Plan};

/// How far a pipeline measures each concept, in the order of the catalogue.
#[derive(Debug)]
pub struct Coverage {
    /// The pipeline.
    pub pipeline: String,
    /// Every concept of the catalogue.
    pub concepts: Vec<Covered>,
}

/// How far a pipeline measures a concept.
#[derive(Debug)]
pub struct Covered {
    /// The concept.
    pub concept: Concept,
    /// The published columns that are about it.
    pub columns: Vec<Measure>,
    /// Its canonical tables that the pipeline does not map.
    pub unmapped: Vec<&'static str>,
}

/// A published column that is about a concept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Measure {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// Why it only approximates the concept; `None` if it measures it fully.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The canonical tables of the concept that the table reads.
    #[serde(skip)]
    pub inputs: Vec<String>,
    /// What it lacks: canonical tables that the pipeline does not map or, as `table.column`,
    /// columns of mapped ones for which it has no values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// Whether it is NULL in every row.
    #[serde(skip)]
    pub is_null: bool,
}

/// How far a pipeline measures a concept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nothing.
    Missing,
    /// Something near to it.
    Approximated,
    /// All of it.
    Known,
}

impl Covered {
    /// How far the pipeline measures the concept.
    pub fn state(&self) -> State {
        self.columns.iter().map(Measure::state).max().unwrap_or(State::Missing)
    }

    /// The columns that determine the state; if it is missing, those that lack an input.
    pub fn deciding(&self) -> impl Iterator<Item = &Measure> {
        let state = self.state();
        self.columns.iter().filter(move |column| column.state() == state)
    }

    /// The canonical tables, and columns of them, that would supply what is missing.
    pub fn missing_inputs(&self) -> Vec<&str> {
        let least = self.columns.iter().min_by_key(|column| column.missing.len());
        match (self.state(), least) {
            (State::Missing, Some(column)) => column.missing.iter().map(String::as_str).collect(),
            (State::Missing, None) => self.unmapped.clone(),
            _ => Vec::new(),
        }
    }
}

impl Measure {
    fn state(&self) -> State {
        match &self.reason {
            _ if self.is_null || !self.missing.is_empty() => State::Missing,
            Some(_) => State::Approximated,
            None => State::Known,
        }
    }
}

/// How far a pipeline measures each concept.
pub fn coverage(plan: &Plan) -> Coverage {
    let inputs = Inputs::of(plan);
    let concepts = Concept::ALL.iter().map(|concept| covered(plan, &inputs, *concept)).collect();
    Coverage { pipeline: plan.name.clone(), concepts }
}

fn covered(plan: &Plan, inputs: &Inputs<'_>, concept: Concept) -> Covered {
    let is_about = |column: &&ColumnPlan| {
        column.concepts.contains(&concept) || column.approximates.contains_key(&concept)
    };
    let published = plan.stages.iter().filter(|stage| stage.publish.is_some());
    let columns = published.flat_map(|stage| {
        stage.columns.iter().filter(is_about).map(|column| Measure {
            table: stage.name.clone(),
            column: column.name.clone(),
            reason: reason(column, concept),
            inputs: inputs.of_concept(&stage.name, concept),
            missing: missing(inputs, concept, &stage.name, &column.name),
            is_null: inputs.is_null(&stage.name, &column.name),
        })
    });
    let columns = columns.collect();
    let is_mapped = |table: &&str| plan.stages.iter().any(|stage| stage.name == **table);
    let unmapped = concept.inputs().iter().copied().filter(|table| !is_mapped(table)).collect();
    Covered { concept, columns, unmapped }
}

/// Why a column only approximates a concept.
fn reason(column: &ColumnPlan, concept: Concept) -> Option<String> {
    let reason = column.approximates.get(&concept)?;
    (!column.concepts.contains(&concept)).then(|| reason.trim().to_owned())
}

/// What a column lacks to measure a concept.
fn missing(inputs: &Inputs<'_>, concept: Concept, table: &str, column: &str) -> Vec<String> {
    let needed = inputs.of_concept(table, concept);
    let absent: Vec<String> = needed.into_iter().filter(|table| inputs.lacks(table)).collect();
    match inputs.is_null(table, column) {
        _ if !absent.is_empty() => absent,
        true => inputs.lacking(table, column),
        // A table without rows measures nothing, whatever it lacks.
        false => inputs.without_rows(table, column),
    }
}
