//! What must hold before anybody sees a row: queries over the staged files.

use std::fmt;
use std::time::Instant;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::util::display::array_value_to_string;

use crate::declare::MissingColumns;
use crate::plan::{CheckPlan, Plan, Stage};
use crate::report::Event;
use crate::run::{
    Built, CheckResult, Events, Failure, RejectedSource, Request, RunResults, seconds_since,
};
use crate::transform::BuildError;

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
    /// The first of them.
    pub examples: Vec<String>,
}

impl fmt::Display for FailedCheck {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let Self { table, check, rows, examples } = self;
        let noun = if *rows == 1 { "row breaks" } else { "rows break" };
        write!(formatter, "check failed: `{table}`: {rows} {noun} `{check}`")?;
        examples.iter().try_for_each(|example| write!(formatter, "\n  {example}"))
    }
}

/// Makes every check of every table that was built, and collects those that fail.
pub(crate) async fn all(
    built: &Built,
    plan: &Plan,
    request: &Request,
    events: Events<'_>,
    results: &mut RunResults,
) -> Result<(), Failure> {
    let mut failed = Vec::new();
    for stage in plan.stages.iter().filter(|stage| request.needed.contains(&stage.name)) {
        let answerable = stage
            .checks
            .iter()
            .filter(|check| check.reads.iter().all(|table| request.needed.contains(table)));
        for check in answerable {
            let result = one(built, request, stage, check).await?;
            events(Event::CheckFinished(result.clone()));
            if result.failed_rows > 0 {
                failed.push(FailedCheck {
                    table: result.table.clone(),
                    check: result.check.clone(),
                    rows: result.failed_rows,
                    examples: result.examples.clone(),
                });
            }
            results.checks.push(result);
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(Failure::Checks(failed)) }
}

async fn one(
    built: &Built,
    request: &Request,
    stage: &Stage,
    check: &CheckPlan,
) -> Result<CheckResult, Failure> {
    let started = Instant::now();
    let failed = |source| {
        let stage = format!("{} ({})", stage.name, check.name);
        Failure::from(BuildError { stage, source })
    };
    let bindings = request.bindings(None);
    let first = built.build.query(&check.query, &bindings, Some(EXAMPLES)).await.map_err(failed)?;
    let examples = evidence(&first).map_err(|error| failed(error.into()))?;
    let failed_rows = match examples.is_empty() {
        true => 0,
        false => built.build.count(&check.query, &bindings).await.map_err(failed)?,
    };
    Ok(CheckResult {
        table: stage.name.clone(),
        check: check.name.clone(),
        failed_rows,
        examples,
        seconds: seconds_since(started),
    })
}

/// Rows as `column: value` text.
fn evidence(batches: &[RecordBatch]) -> Result<Vec<String>, ArrowError> {
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
        if let Some(too_old) = result.older_than("error_after", timeliness.error_after) {
            stale.push(too_old);
        } else if let Some(old) = result.older_than("warn_after", timeliness.warn_after) {
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
        self.example.iter().try_for_each(|example| write!(formatter, ", first at {example}"))
    }
}
