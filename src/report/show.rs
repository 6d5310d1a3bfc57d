//! A plan and rows as text.

use std::fmt::Write;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::arrow::util::pretty::pretty_format_batches;

use crate::declare::Severity;
use crate::plan::{Plan, Stage, StandIn};
use crate::publish::{BrokenCheck, Evidence};
use crate::record::rows_break;
use crate::request::Request;
use crate::text::{printable, spelt_out};
use crate::zone::written;

/// Rows as a table, every row a line.
///
/// # Errors
/// A value cannot be shown.
pub fn rows(batches: &[RecordBatch]) -> Result<String, ArrowError> {
    let shown: Vec<RecordBatch> = batches.iter().map(in_lines).collect::<Result<_, _>>()?;
    Ok(pretty_format_batches(&shown)?.to_string())
}

/// Every value as text within a line.
fn in_lines(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let options = FormatOptions::default();
    let column = |column: &ArrayRef| {
        let values = ArrayFormatter::try_new(column, &options)?;
        let shown = (0..column.len()).map(|row| match column.is_null(row) {
            true => Ok(None),
            false => Ok(Some(visible(&values.value(row).try_to_string()?))),
        });
        Ok(Arc::new(shown.collect::<Result<StringArray, ArrowError>>()?) as ArrayRef)
    };
    let columns: Vec<ArrayRef> =
        batch.columns().iter().map(column).collect::<Result<_, ArrowError>>()?;
    let schema = batch.schema();
    let field = |field: &FieldRef| Field::new(visible(field.name()), DataType::Utf8, true);
    let fields: Vec<Field> = schema.fields().iter().map(field).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}

fn visible(text: &str) -> String {
    spelt_out(&printable(text))
}

/// The checks that rows broke, a line each.
pub fn broken_checks(evidence: &Evidence) -> String {
    let mut text = format!("{} in run {}\n\n", evidence.pipeline, evidence.run);
    for BrokenCheck { table, check, severity, failed, rows, .. } in &evidence.checks {
        let state = match (failed, severity) {
            (true, Severity::Error) => "failed",
            (true, Severity::Warn) => "warned",
            (false, _) => "allowed",
        };
        let _ = writeln!(text, "{state:7}  {table}: {} `{check}`", rows_break(*rows));
    }
    text.push_str("\nname a table to see its rows");
    text
}

/// What a run would do, as text.
pub fn project(plan: &Plan, request: &Request) -> String {
    let mut text = String::new();
    let periods: Vec<String> =
        request.periods.iter().map(|period| period.first_day.to_string()).collect();
    let _ = writeln!(text, "{} as of {}", plan.name, written(request.as_of));
    let _ = writeln!(text, "periods: {}", periods.join(", "));
    let _ = writeln!(text, "\nsources");
    for source in plan.sources.iter().filter(|source| request.needed.contains(&source.name)) {
        let location = crate::store::redact(&source.location);
        let _ = writeln!(text, "  {}  {location}", source.name);
    }
    let _ = writeln!(text, "\nstages, in order");
    for stage in plan.stages.iter().filter(|stage| request.needed.contains(&stage.name)) {
        let _ = writeln!(text, "  {}", stage_line(stage, request));
    }
    for stand_in in &plan.stand_ins {
        let _ = writeln!(text, "\n{}", stand_in_line(stand_in));
    }
    let _ = write!(text, "\npublishes to {}", crate::store::redact(&plan.warehouse));
    text
}

/// What a run would do, for programs.
pub fn project_json(plan: &Plan, request: &Request) -> String {
    let needed = |name: &str| request.needed.contains(name);
    let stages = plan.stages.iter().filter(|stage| needed(&stage.name)).map(|stage| {
        serde_json::json!({
            "stage": stage.name,
            "sql": stage.path,
            "inputs": stage.inputs,
            "per_period": stage.per_period,
            "materialised": stage.materialised,
            "published": request.publishes(stage),
            "partition_by": stage.publish.as_ref().map(|layout| &layout.partition_by),
            "sort_by": stage.publish.as_ref().map(|layout| &layout.sort_by),
            "checks": stage.checks.iter().map(|check| &check.name).collect::<Vec<_>>(),
        })
    });
    let sources = plan.sources.iter().filter(|source| needed(&source.name)).map(|source| {
        let location = crate::store::redact(&source.location);
        serde_json::json!({ "source": source.name, "location": location })
    });
    let periods = request.periods.iter().map(
        |period| serde_json::json!({ "period": period.first_day, "end": written(period.end) }),
    );
    let stand_ins = plan.stand_ins.iter().map(|StandIn { table, own, program, used }| {
        serde_json::json!({ "table": table, "own": own, "program": program, "used": used })
    });
    let plan = serde_json::json!({
        "pipeline": plan.name,
        "as_of": written(request.as_of),
        "warehouse": crate::store::redact(&plan.warehouse),
        "periods": periods.collect::<Vec<_>>(),
        "sources": sources.collect::<Vec<_>>(),
        "stages": stages.collect::<Vec<_>>(),
        "stand_ins": stand_ins.collect::<Vec<_>>(),
    });
    format!("{plan:#}")
}

/// Whether a file of the project stands in for one of the program.
pub fn stand_in_line(StandIn { table, own, program, used }: &StandIn) -> String {
    match used {
        true => format!("{table}: `{own}` replaces `{program}` of the program"),
        false => format!("{table}: `{own}` is not used, since no entry of `stages` names it"),
    }
}

fn stage_line(stage: &Stage, request: &Request) -> String {
    let fate = match (request.publishes(stage), stage.materialised) {
        (true, _) => "published",
        (false, true) => "kept for the run",
        (false, false) => "folded into its reader",
    };
    let grain = if stage.per_period { ", per period" } else { "" };
    let inputs = stage.inputs.join(", ");
    format!("{} ({fate}{grain}) reads {inputs}", stage.name)
}
