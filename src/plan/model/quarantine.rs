//! The only table that every pipeline publishes without a stage: its rejected rows.

use datafusion::arrow::datatypes::DataType;

use super::ColumnPlan;

/// The table of rejected rows.
pub const QUARANTINE: &str = "quarantine";
/// Its outer partition column: the pipeline.
pub const PIPELINE_COLUMN: &str = "pipeline";
/// Its inner partition column: the source.
pub const SOURCE_COLUMN: &str = "source";
/// Both.
pub const QUARANTINE_PARTITIONS: [&str; 2] = [PIPELINE_COLUMN, SOURCE_COLUMN];
/// What it says.
pub const QUARANTINE_DESCRIPTION: &str = "The rows of raw files that were not accepted, each with \
    its reason. For every source, rows read are rows accepted and the rows here. A row leaves when \
    its file is mended, or when `patronage replay` is given it corrected.";
/// The order of its rows within a source.
pub const QUARANTINE_ORDER: [&str; 2] = ["file", "line"];

/// The columns of its files.
pub fn quarantine_columns() -> Vec<ColumnPlan> {
    let text = |name: &str, says: &str| column(name, DataType::Utf8, says);
    let line = "The physical line on which the record starts, from 1; the row in a typed file.";
    vec![
        text("run", "What makes it the same run again: the pipeline and its as-of."),
        text("file", "The file, as `_file` says it."),
        column("line", DataType::Int64, line),
        text("column", "The column at fault; NULL where the whole record is."),
        text("reason", "The reason, a stable code."),
        text("value", "The text of the column at fault; NULL where the whole record is."),
        text("raw", "The whole record: its text, or a JSON object where the file is typed."),
    ]
}

/// The columns as readers see them, pipeline and source first.
pub fn quarantine_reader_columns() -> Vec<ColumnPlan> {
    let pipeline = column(PIPELINE_COLUMN, DataType::Utf8, "The pipeline that read the row.");
    let source = column(SOURCE_COLUMN, DataType::Utf8, "The source of the pipeline.");
    [pipeline, source].into_iter().chain(quarantine_columns()).collect()
}

fn column(name: &str, data_type: DataType, says: &str) -> ColumnPlan {
    let description = Some(says.to_owned());
    ColumnPlan { description, ..ColumnPlan::new(name, data_type) }
}
