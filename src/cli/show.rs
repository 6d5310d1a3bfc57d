//! `patronage show`: rows of a table as stored in the warehouse, or rows that broke checks.

use std::sync::Arc;

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
use crate::run::Failure;
use crate::stored::{self, Which};

pub(super) async fn show(args: &Show) -> Result<String, Outcome> {
    let plan = load(&args.pipeline).await?;
    let warehouse = Warehouse::open(&plan.warehouse, &plan.root).map_err(Failure::from)?;
    match &args.table {
        _ if args.failed => failed(args, &plan, &warehouse).await,
        Some(table) => stored(args, &plan, &warehouse, table).await,
        // The command line asks for one of the two.
        None => Err(Outcome::Bug("no table is named".into())),
    }
}

async fn stored(
    args: &Show,
    plan: &Plan,
    warehouse: &Warehouse,
    table: &str,
) -> Result<String, Outcome> {
    if !stored::published(plan).any(|name| name == table) {
        let near = nearest(table, stored::published(plan));
        let help = near.map(|near| format!("did you mean `{near}`?"));
        let known: Vec<&str> = stored::published(plan).collect();
        return Err(Outcome::no_table(table, help, &known));
    }
    let which = if args.staged { Which::Staged } else { Which::Published };
    let found = stored::stored(plan, warehouse, table, which).await.map_err(Failure::from)?;
    let found = found.ok_or_else(|| Outcome::nothing_to_show(table, args.staged))?;
    let batches =
        stored::rows(warehouse, found, Some(args.limit)).await.map_err(Outcome::Engine)?;
    shown(args.format, &batches)
}

/// The rows that broke checks of a table, or the checks that were broken.
async fn failed(args: &Show, plan: &Plan, warehouse: &Warehouse) -> Result<String, Outcome> {
    let evidence = warehouse.evidence(&plan.name).await.map_err(Failure::from)?;
    let evidence = evidence.ok_or_else(|| Outcome::no_row_failed(None))?;
    let Some(table) = &args.table else { return Ok(report::broken_checks(&evidence)) };
    let mut parts = Vec::new();
    for (place, check) in evidence.checks.iter().enumerate() {
        if check.table == *table {
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
