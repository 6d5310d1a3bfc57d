//! Columns as readers get them, and as they are within a run.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use crate::concept::Concept;

/// The partition column of tables that vary by period: the period's first day.
pub const PERIOD_COLUMN: &str = "period";

/// A column as readers get it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnPlan {
    /// Its name.
    pub name: String,
    /// Its type.
    pub data_type: DataType,
    /// Its type within a run, if that differs: timestamps are instants there.
    pub within: Option<DataType>,
    /// What a value says.
    pub description: Option<String>,
    /// The unit of a number.
    pub unit: Option<String>,
    /// The concepts that it measures.
    pub concepts: Vec<Concept>,
    /// The concepts that it only approximates, each with the reason.
    pub approximates: BTreeMap<Concept, String>,
}

impl ColumnPlan {
    /// A column that nothing is said of.
    pub fn new(name: &str, data_type: DataType) -> Self {
        Self {
            name: name.to_owned(),
            data_type,
            within: None,
            description: None,
            unit: None,
            concepts: Vec::new(),
            approximates: BTreeMap::new(),
        }
    }

    /// Whether readers see less information: wall time in a zone where some times occur twice.
    pub(in crate::plan) fn shows_less(&self) -> bool {
        let zone = match (&self.within, &self.data_type) {
            (Some(DataType::Timestamp(_, zone)), DataType::Timestamp(_, None)) => zone.as_deref(),
            _ => None,
        };
        zone.is_some_and(|zone| zone != Tz::UTC.name())
    }
}

/// Columns in their types within a run.
pub fn within(columns: &[ColumnPlan]) -> Vec<ColumnPlan> {
    let inner = |column: &ColumnPlan| ColumnPlan {
        data_type: column.within.clone().unwrap_or_else(|| column.data_type.clone()),
        within: None,
        ..column.clone()
    };
    columns.iter().map(inner).collect()
}

/// Columns behind `period`, where a table varies by it.
pub(crate) fn reader_columns(per_period: bool, columns: &[ColumnPlan]) -> Vec<ColumnPlan> {
    let period = per_period.then(|| ColumnPlan {
        description: Some("The first day of the period.".into()),
        ..ColumnPlan::new(PERIOD_COLUMN, DataType::Date32)
    });
    period.into_iter().chain(columns.iter().cloned()).collect()
}

/// A schema of these columns, all of which may be NULL.
pub fn schema(columns: &[ColumnPlan]) -> SchemaRef {
    let fields =
        columns.iter().map(|column| Field::new(&column.name, column.data_type.clone(), true));
    Schema::new(fields.collect::<Vec<_>>()).into()
}
