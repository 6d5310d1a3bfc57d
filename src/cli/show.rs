//! `patronage show`: rows of a table as stored in the warehouse, rows that a stage or a source would have, or
//! rows that broke checks.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};

use super::commands::load;
use super::outcome::Outcome;
use super::{RowFormat, Show};
use crate::diagnostic::nearest;
use crate::plan::Plan;
use crate::publish::{Warehouse, json_lines};
use crate::record::rows_break;
use crate::report;
use crate::request::{self, Within};
use crate::run::{self, Failure};
use crate::stored::{self, Which};
use crate::zone::{first_instant, parse};

pub(super) async fn show(args: &Show) -> Result<String, Outcome> {
    let plan = load(&args.pipeline).await?;
    let warehouse = Warehouse::open(&plan.warehouse, &plan.root).map_err(Failure::from)?;
    let Some(table) = &args.table else { return failed(args, &plan, &warehouse, None).await };
    let is_published = stored::published(&plan).any(|name| name == table);
    if args.failed {
        failed(args, &plan, &warehouse, Some(table)).await
    } else if !is_published && !names(&plan).any(|name| name == table) {
        Err(unknown(&plan, table))
    } else if args.columns {
        let columns =
            report::columns(&plan, table).map_err(|error| Outcome::Engine(error.into()))?;
        shown(args.format, columns.as_slice())
    } else if is_published && args.as_of.is_none() || args.staged {
        stored(args, &plan, &warehouse, table).await
    } else {
        computed(args, &plan, &warehouse, table).await
    }
}

/// The tables that can be computed: stages and sources.
fn names(plan: &Plan) -> impl Iterator<Item = &str> {
    let stages = plan.stages.iter().map(|stage| stage.name.as_str());
    stages.chain(plan.sources.iter().map(|source| source.name.as_str()))
}

fn unknown(plan: &Plan, table: &str) -> Outcome {
    let known = || stored::published(plan).chain(names(plan));
    let help = nearest(table, known()).map(|near| format!("did you mean `{near}`?"));
    let published: Vec<&str> = stored::published(plan).collect();
    Outcome::no_table(table, help, &published)
}

/// The rows that a run would compute.
async fn computed(
    args: &Show,
    plan: &Plan,
    warehouse: &Warehouse,
    table: &str,
) -> Result<String, Outcome> {
    let as_of = match &args.as_of {
        Some(written) => request::as_of(plan, written, Within::Exact).map_err(Failure::from)?,
        None => newest(plan, warehouse).await?,
    };
    let request = request::preview(plan, table, as_of).map_err(Failure::from)?;
    let rows = run::preview(plan, &request, table, args.limit).await?;
    shown(args.format, &rows)
}

/// The as-of of what is published; if nothing is, the beginning of today.
async fn newest(plan: &Plan, warehouse: &Warehouse) -> Result<DateTime<Tz>, Outcome> {
    let release = warehouse.current().await.map_err(Failure::from)?;
    let published = (release.release > 0).then(|| parse(plan.time_zone, &release.as_of)).flatten();
    let today = Utc::now().with_timezone(&plan.time_zone).date_naive();
    Ok(published.unwrap_or_else(|| first_instant(plan.time_zone, today)))
}

async fn stored(
    args: &Show,
    plan: &Plan,
    warehouse: &Warehouse,
    table: &str,
) -> Result<String, Outcome> {
    let which = if args.staged { Which::Staged } else { Which::Published };
    let found = stored::stored(plan, warehouse, table, which).await.map_err(Failure::from)?;
    let found = found.ok_or_else(|| Outcome::nothing_to_show(table, args.staged))?;
    let batches =
        stored::rows(warehouse, found, Some(args.limit)).await.map_err(Outcome::Engine)?;
    shown(args.format, &batches)
}

/// The rows that broke checks of a table, or the checks that were broken.
async fn failed(
    args: &Show,
    plan: &Plan,
    warehouse: &Warehouse,
    table: Option<&str>,
) -> Result<String, Outcome> {
    let evidence = warehouse.evidence(&plan.name).await.map_err(Failure::from)?;
    let evidence = evidence.ok_or_else(|| Outcome::no_row_failed(None))?;
    let Some(table) = table else { return Ok(report::broken_checks(&evidence)) };
    let mut parts = Vec::new();
    for (place, check) in evidence.checks.iter().enumerate() {
        if check.table == table {
            let rows =
                evidence.rows(warehouse, place, args.limit).await.map_err(Outcome::Engine)?;
            let rows = match args.format {
                RowFormat::Text => rows,
                RowFormat::Json => with_check(&check.check, &rows)?,
            };
            let rows = shown(args.format, &rows)?;
            parts.push(match args.format {
                RowFormat::Text => {
                    format!("{} `{}`\n{rows}", rows_break(check.rows), check.check)
                }
                RowFormat::Json => rows,
            });
        }
    }
    if parts.is_empty() { Err(Outcome::no_row_failed(Some(table))) } else { Ok(parts.join("\n")) }
}

/// Rows, with the check that they broke as the first column.
fn with_check(check: &str, batches: &[RecordBatch]) -> Result<Vec<RecordBatch>, Outcome> {
    let named = batches.iter().map(|batch| {
        let named = vec![check; batch.num_rows()];
        let mut columns: Vec<ArrayRef> = vec![Arc::new(StringArray::from(named))];
        columns.extend(batch.columns().iter().cloned());
        let schema = batch.schema();
        let mut fields = vec![Arc::new(Field::new("_check", DataType::Utf8, false))];
        fields.extend(schema.fields().iter().cloned());
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
    });
    named.collect::<Result<_, _>>().map_err(|error| Outcome::Engine(error.into()))
}

fn shown(format: RowFormat, batches: &[RecordBatch]) -> Result<String, Outcome> {
    match format {
        RowFormat::Text => report::rows(batches).map_err(|error| Outcome::Engine(error.into())),
        RowFormat::Json => {
            let lines = json_lines(batches).map_err(Outcome::Engine)?;
            Ok(String::from_utf8_lossy(&lines).trim_end().to_owned())
        }
    }
}
