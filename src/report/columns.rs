//! The columns of a table, a stage or a source, a row each.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};
use datafusion::arrow::error::ArrowError;

use crate::plan::{ColumnPlan, Plan, QUARANTINE, SourceField, Stage, quarantine_reader_columns};
use crate::session::type_name;

/// What is known of a column.
struct Known {
    column: String,
    data_type: String,
    unit: Option<String>,
    description: Option<String>,
}

/// Name, type, unit and description of each column of a table, a stage or a source, if the pipeline has it.
///
/// # Errors
/// Never in practice: the columns are equally long.
pub fn columns(plan: &Plan, table: &str) -> Result<Option<RecordBatch>, ArrowError> {
    let stage = plan.stages.iter().find(|stage| stage.name == table);
    let source = plan.sources.iter().find(|source| source.name == table);
    let columns: Vec<Known> = match (stage, source) {
        (Some(stage), _) => of_stage(stage).iter().map(Known::of_column).collect(),
        (None, Some(source)) => source.columns.iter().map(Known::of_field).collect(),
        (None, None) if table == QUARANTINE => {
            quarantine_reader_columns().iter().map(Known::of_column).collect()
        }
        (None, None) => return Ok(None),
    };
    rows(&columns).map(Some)
}

fn of_stage(stage: &Stage) -> Vec<ColumnPlan> {
    if stage.publish.is_some() { stage.reader_columns() } else { stage.columns.clone() }
}

impl Known {
    fn of_column(column: &ColumnPlan) -> Self {
        Self {
            column: column.name.clone(),
            data_type: type_name(&column.data_type),
            unit: column.unit.clone(),
            description: column.description.clone(),
        }
    }

    fn of_field(field: &SourceField) -> Self {
        let required = field.required.then(|| "Rows without a value are rejected.".to_owned());
        Self {
            column: field.name.clone(),
            data_type: field.data_type.to_string(),
            unit: None,
            description: required,
        }
    }
}

fn rows(columns: &[Known]) -> Result<RecordBatch, ArrowError> {
    let texts = |of: fn(&Known) -> Option<&str>| -> ArrayRef {
        Arc::new(columns.iter().map(of).collect::<StringArray>())
    };
    RecordBatch::try_from_iter_with_nullable([
        ("column", texts(|it| Some(&it.column)), false),
        ("type", texts(|it| Some(&it.data_type)), false),
        ("unit", texts(|it| it.unit.as_deref()), true),
        ("description", texts(|it| it.description.as_deref()), true),
    ])
}
