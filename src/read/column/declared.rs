//! The declared columns of a source: how their values are read, and their constraints.

use std::sync::Arc;

use super::parsers::parsers;
use super::rules::{Rule, rules};
use crate::plan::{SourceField, SourcePlan};
use crate::read::ReadError;
use crate::value::{Faults, Parser};

/// The columns of a source, fixed before the first file is opened.
#[derive(Debug)]
pub(in crate::read) struct Declared {
    /// The source.
    pub(in crate::read) source: SourcePlan,
    /// How its columns are read.
    pub(in crate::read) parsers: Vec<Parser>,
    /// What their values must be.
    pub(in crate::read) rules: Vec<Rule>,
    /// Which of them are NULL if a cell is invalid.
    nullable: Arc<[bool]>,
}

impl Declared {
    /// The columns of a source.
    ///
    /// # Errors
    /// A declared time pattern cannot be read, or a rule has an invalid value.
    pub(in crate::read) fn of(source: &SourcePlan) -> Result<Self, ReadError> {
        Ok(Self {
            parsers: parsers(source)?,
            rules: rules(source)?,
            nullable: source.columns.iter().map(SourceField::becomes_null).collect(),
            source: source.clone(),
        })
    }

    /// No faults yet in so many rows.
    pub(in crate::read) fn faults(&self, rows: usize) -> Faults {
        Faults::nullifying(rows, Arc::clone(&self.nullable))
    }

    /// Whether a rule applies to the values of a column.
    pub(in crate::read) fn has_rule(&self, column: usize) -> bool {
        self.rules.iter().any(|rule| rule.column() == column)
    }
}
