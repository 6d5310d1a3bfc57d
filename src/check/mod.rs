//! What must hold before anybody sees a row: queries over the staged files.

use std::fmt;

use datafusion::arrow::array::{Array, RecordBatch};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::row::{RowConverter, SortField};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::error::DataFusionError;

use crate::declare::{MissingColumns, Rejects};
use crate::plan::{Bindings, CheckPlan, Plan, Stage};
use crate::publish::{BrokenCheck, Evidence, Warehouse};
use crate::report::{Event, rows_break};
use crate::run::{Events, Failure, RejectedSource, RunResults};
use crate::text::printable;
use crate::transform::Build;

/// Rows of evidence to show.
const EXAMPLES: usize = 3;
/// Columns of a row of evidence to show.
const SHOWN_COLUMNS: usize = 8;
/// Reasons for rejecting rows to show.
const REASONS: usize = 5;

/// A check that did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedCheck {
    /// The table.
    pub table: String,
    /// The check, as its table file says it.
    pub check: String,
    /// Rows that break it.
    pub rows: u64,
    /// How many may, if not none.
    pub allowed: Option<String>,
    /// The first of them.
    pub examples: Vec<String>,
    /// The tables that the check read as they are published.
    pub as_published: Vec<String>,
}

impl fmt::Display for FailedCheck {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let Self { table, check, rows, allowed, examples, as_published } = self;
        let rows = rows_break(*rows);
        write!(formatter, "check failed: `{table}`: {rows} `{check}`")?;
        if let Some(allowed) = allowed {
            write!(formatter, ", {allowed} allowed")?;
        }
        examples.iter().try_for_each(|it| write!(formatter, "\n  {}", printable(it)))?;
        as_published.iter().try_for_each(|table| {
            write!(
                formatter,
                "\n  `{table}` is seen as it is published: the run does not replace it"
            )
        })
    }
}

/// Makes a check of a stage. The rows that break it are kept as the newest of the evidence, key
/// first and in the order of all columns; the first of them are returned.
///
/// # Errors
/// The query fails, or its rows cannot be kept.
pub(crate) async fn make(
    build: &Build,
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

/// The columns that rows of evidence are put in order by: all that have an order.
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

/// Whether every declared column is in some file of its source. One that only some files lack is told.
pub(crate) fn columns(
    plan: &Plan,
    events: Events<'_>,
    results: &RunResults,
) -> Result<(), Failure> {
    let mut missing = Vec::new();
    for column in results.sources.iter().flat_map(|source| &source.missing_columns) {
        let Some(source) = plan.sources.iter().find(|source| source.name == column.source) else {
            continue;
        };
        let named = source.columns.iter().find(|field| field.name == column.column);
        let Some(field) = named.filter(|field| !field.optional) else { continue };
        let allowed = source.missing_columns == MissingColumns::Null && !field.required;
        if column.everywhere && !allowed {
            missing.push(column.clone());
        } else {
            events(Event::ColumnMissing(column.clone()));
        }
    }
    if missing.is_empty() { Ok(()) } else { Err(Failure::Columns(missing)) }
}

/// Whether every source kept its threshold of rejected rows.
pub(crate) fn rejects(plan: &Plan, results: &RunResults) -> Result<(), Failure> {
    let mut over = Vec::new();
    for result in &results.sources {
        let Some(source) = plan.sources.iter().find(|source| source.name == result.source) else {
            continue;
        };
        if source.max_rejects.exceeded_by(result.rejected, result.rows) {
            over.push(RejectedSource {
                source: result.source.clone(),
                rejected: result.rejected,
                rows: result.rows,
                allowed: source.max_rejects.to_string(),
                reasons: result.rejects.iter().take(REASONS).map(ToString::to_string).collect(),
            });
        }
    }
    if over.is_empty() { Ok(()) } else { Err(Failure::Rejects(over)) }
}

/// Whether the newest row of every source is new enough. One that is too old for comfort is told at
/// once; those that are too old altogether stop the run together.
pub(crate) fn freshness(
    plan: &Plan,
    events: Events<'_>,
    results: &RunResults,
) -> Result<(), Failure> {
    let mut stale = Vec::new();
    for result in &results.sources {
        let Some(source) = plan.sources.iter().find(|source| source.name == result.source) else {
            continue;
        };
        let timeliness = &source.timeliness;
        if let Some(too_old) = result.older_than("error_after", timeliness.error_after.as_ref()) {
            stale.push(too_old);
        } else if let Some(old) = result.older_than("warn_after", timeliness.warn_after.as_ref()) {
            events(Event::SourceStale(old));
        }
    }
    if stale.is_empty() { Ok(()) } else { Err(Failure::Stale(stale)) }
}

impl fmt::Display for crate::run::RejectResult {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "{} × {}", self.rows, self.reason)?;
        if let Some(column) = &self.column {
            write!(formatter, " in `{column}`")?;
        }
        self.example.iter().try_for_each(|it| write!(formatter, ", first at {}", printable(it)))
    }
}
