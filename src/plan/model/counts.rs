//! The outcomes of the rows of the sources, as tables that every query can read without a stage.
//!
//! Both are complete when they are read: stages that read them come after all others that can, and
//! sources that are not read by then are read to their ends first.

use datafusion::arrow::datatypes::DataType;

use super::ColumnPlan;

/// The table with a row for each source.
pub const SOURCE_COUNTS: &str = "source_counts";
/// The table with a row for each reason.
pub const SOURCE_REASONS: &str = "source_reasons";

/// Both tables, each with its columns.
pub fn counts() -> [(&'static str, Vec<ColumnPlan>); 2] {
    [(SOURCE_COUNTS, source_counts_columns()), (SOURCE_REASONS, source_reasons_columns())]
}

/// Whether one of these tables is read.
pub fn reads_counts<'a>(mut tables: impl Iterator<Item = &'a String>) -> bool {
    tables.any(|table| [SOURCE_COUNTS, SOURCE_REASONS].contains(&table.as_str()))
}

/// The columns of the counts: rows are accepted or rejected, and of those accepted, the ones used,
/// after as-of, superseded and deleted are all.
fn source_counts_columns() -> Vec<ColumnPlan> {
    vec![
        column("source", DataType::Utf8, None, "The source of the pipeline."),
        count("files", "files", "Files read."),
        count("bytes", "bytes", "Their size as stored."),
        count("rows", "rows", "Rows read."),
        count("accepted", "rows", "Rows that kept the contract."),
        count("rejected", "rows", "Rows that did not: those in the quarantine."),
        count("used", "rows", "Accepted rows that the tables are made of."),
        count("after_as_of", "rows", "Accepted rows that happened at or after as-of."),
        count("superseded", "rows", "Accepted rows that a newer one of the same key replaces."),
        count("deleted", "rows", "Accepted rows that say that what they are about is gone."),
        count("late", "rows", "Used rows that came late; NULL without `late_after`."),
        count("corrected", "rows", "Rows that were read as somebody corrected them."),
        count("nullified", "cells", "Cells of accepted rows that are NULL by `on_invalid`."),
        count("skipped", "rows", "Lines and rows outside the table, by `skip_rows` and its like."),
    ]
}

/// The columns of the reasons.
fn source_reasons_columns() -> Vec<ColumnPlan> {
    let outcome = "`rejected`: rows. `nullified`: cells. `skipped`: lines outside the table.";
    let reason = "The reason, a stable code; of what is skipped, the setting that says so.";
    vec![
        column("source", DataType::Utf8, None, "The source of the pipeline."),
        column("outcome", DataType::Utf8, None, outcome),
        column(
            "column",
            DataType::Utf8,
            None,
            "The column at fault; NULL where a whole record is.",
        ),
        column("reason", DataType::Utf8, None, reason),
        count("rows", "rows", "How many there are, at least 1."),
    ]
}

fn count(name: &str, unit: &str, says: &str) -> ColumnPlan {
    column(name, DataType::Int64, Some(unit), says)
}

fn column(name: &str, data_type: DataType, unit: Option<&str>, says: &str) -> ColumnPlan {
    let (description, unit) = (Some(says.to_owned()), unit.map(str::to_owned));
    ColumnPlan { description, unit, ..ColumnPlan::new(name, data_type) }
}
