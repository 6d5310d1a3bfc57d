//! Checks before anything is published: queries over the staged files.

use datafusion::arrow::array::{Array, RecordBatch};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::row::{RowConverter, SortField};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::error::DataFusionError;

use crate::declare::{MissingColumns, Rejects};
use crate::plan::{Bindings, CheckPlan, Plan, SourcePlan, Stage};
use crate::publish::{BrokenCheck, Evidence, Warehouse};
use crate::record::{MissingColumnResult, RejectedSource, SourceResult, StaleSource};
use crate::transform::Build;

/// Rows of evidence to show.
const EXAMPLES: usize = 3;
/// Columns of a row of evidence to show.
const SHOWN_COLUMNS: usize = 8;
/// Reasons for rejecting rows to show.
const REASONS: usize = 5;

/// Runs a check of a stage. The rows that break it are kept as the newest evidence, key first
/// and in the order of all columns; the first of them are returned.
///
/// # Errors
/// The query fails, or its rows cannot be stored.
pub(crate) async fn make(
    build: &Build<'_>,
    warehouse: &Warehouse,
    (stage, check): (&Stage, &CheckPlan),
    bindings: &Bindings,
    evidence: &mut Evidence,
) -> Result<Vec<String>, DataFusionError> {
    let stored = |error| DataFusionError::External(Box::new(error));
    let target = evidence.target(warehouse, order(check)).map_err(stored)?;
    let files = build.write_evidence(check, bindings, &target).await?;
    let rows = files.iter().map(|file| file.rows).sum();
    if rows == 0 {
        return Ok(Vec::new());
    }
    let failed = match check.max_failed_rows {
        Rejects::Count(allowed) => rows > allowed,
        share @ Rejects::Share(_) => share.exceeded_by(rows, build.rows_of(&stage.name).await?),
    };
    let (table, name, severity) = (stage.name.clone(), check.name.clone(), check.severity);
    evidence.checks.push(BrokenCheck { table, check: name, severity, failed, rows, files });
    evidence.write_json(warehouse).await?;
    let first = evidence.rows(warehouse, evidence.checks.len() - 1, EXAMPLES).await?;
    Ok(examples(&first)?)
}

/// The columns by which rows of evidence are sorted: all that have an order.
fn order(check: &CheckPlan) -> Vec<String> {
    let sorts = |data_type| RowConverter::supports_fields(&[SortField::new(data_type)]);
    let sorted = check.evidence.iter().filter(|column| sorts(column.data_type.clone()));
    sorted.map(|column| column.name.clone()).collect()
}

/// Rows as `column: value` text.
fn examples(batches: &[RecordBatch]) -> Result<Vec<String>, ArrowError> {
    let rows = batches.iter().flat_map(|batch| (0..batch.num_rows()).map(move |row| (batch, row)));
    rows.map(|(batch, row)| one_row(batch, row)).collect()
}

fn one_row(batch: &RecordBatch, row: usize) -> Result<String, ArrowError> {
    let schema = batch.schema();
    let shown = schema.fields().iter().zip(batch.columns()).take(SHOWN_COLUMNS);
    let cells: Result<Vec<String>, ArrowError> = shown
        .map(|(field, column)| {
            let value = match column.is_null(row) {
                true => "NULL".to_owned(),
                false => array_value_to_string(column, row)?,
            };
            Ok(format!("{}: {value}", field.name()))
        })
        .collect();
    let more = if batch.num_columns() > SHOWN_COLUMNS { ", …" } else { "" };
    Ok(format!("{}{more}", cells?.join(", ")))
}

/// Declared columns that files of their source lack.
#[derive(Default)]
pub(crate) struct Columns {
    /// Those that are required and are in no file.
    pub(crate) missing: Vec<MissingColumnResult>,
    /// Those that may be missing, or that only some files lack.
    pub(crate) told: Vec<MissingColumnResult>,
}

/// Whether every declared column is in some file of its source.
pub(crate) fn columns(plan: &Plan, sources: &[SourceResult]) -> Columns {
    let mut columns = Columns::default();
    for (source, result) in planned(plan, sources) {
        for column in &result.missing_columns {
            let named = source.columns.iter().find(|field| field.name == column.column);
            let Some(field) = named.filter(|field| !field.optional) else { continue };
            let allowed = source.missing_columns == MissingColumns::Null && !field.required;
            match column.everywhere && !allowed {
                true => columns.missing.push(column.clone()),
                false => columns.told.push(column.clone()),
            }
        }
    }
    columns
}

/// The sources that exceeded their threshold of rejected rows.
pub(crate) fn rejects(plan: &Plan, sources: &[SourceResult]) -> Vec<RejectedSource> {
    let over = planned(plan, sources)
        .filter(|(source, result)| source.max_rejects.exceeded_by(result.rejected, result.rows));
    let over = over.map(|(source, result)| RejectedSource {
        source: result.source.clone(),
        rejected: result.rejected,
        rows: result.rows,
        allowed: source.max_rejects.to_string(),
        reasons: result.rejects.iter().take(REASONS).map(ToString::to_string).collect(),
    });
    over.collect()
}

/// Sources whose newest row is too old.
#[derive(Default)]
pub(crate) struct Ages {
    /// Too old for comfort.
    pub(crate) old: Vec<StaleSource>,
    /// Too old altogether.
    pub(crate) too_old: Vec<StaleSource>,
}

/// Whether the newest row of every source is new enough.
pub(crate) fn freshness(plan: &Plan, sources: &[SourceResult]) -> Ages {
    let mut ages = Ages::default();
    for (source, result) in planned(plan, sources) {
        let limits = &source.timeliness;
        if let Some(too_old) = result.older_than("error_after", limits.error_after.as_ref()) {
            ages.too_old.push(too_old);
        } else if let Some(old) = result.older_than("warn_after", limits.warn_after.as_ref()) {
            ages.old.push(old);
        }
    }
    ages
}

/// What was read, each with the source that was planned.
fn planned<'a>(
    plan: &'a Plan,
    sources: &'a [SourceResult],
) -> impl Iterator<Item = (&'a SourcePlan, &'a SourceResult)> {
    let planned = |name: &str| plan.sources.iter().find(|source| source.name == name);
    sources.iter().filter_map(move |result| Some((planned(&result.source)?, result)))
}
