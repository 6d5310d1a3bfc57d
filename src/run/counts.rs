//! The outcomes of the rows of the sources, for the queries that read them as tables.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use datafusion::datasource::MemTable;
use datafusion::error::Result;

use super::Request;
use crate::plan::{Plan, counts, reads_counts, schema};
use crate::record::SourceResult;
use crate::transform::Build;

/// Whether a check or a headline of the run reads the counts.
pub(super) fn are_checked(plan: &Plan, request: &Request) -> bool {
    let needed = plan.stages.iter().filter(|stage| request.needed.contains(&stage.name));
    let mut checks = needed.flat_map(|stage| &stage.checks);
    let mut headlines = plan.headlines.iter();
    checks.any(|check| reads_counts(check.reads.iter()))
        || headlines.any(|headline| reads_counts(headline.query.tables().iter()))
}

/// Registers the counts as tables.
pub(super) fn register(build: &Build<'_>, sources: &[SourceResult]) -> Result<()> {
    let columns = [source_counts(sources), source_reasons(sources)];
    for ((name, declared), columns) in counts().into_iter().zip(columns) {
        let schema = schema(&declared);
        let rows = RecordBatch::try_new(Arc::clone(&schema), columns)?;
        build.register(name, Arc::new(MemTable::try_new(schema, vec![vec![rows]])?))?;
    }
    Ok(())
}

fn source_counts(sources: &[SourceResult]) -> Vec<ArrayRef> {
    let names = sources.iter().map(|it| it.source.as_str());
    let numbers: [fn(&SourceResult) -> Option<u64>; 13] = [
        |it| Some(it.files),
        |it| Some(it.bytes),
        |it| Some(it.rows),
        |it| Some(it.accepted),
        |it| Some(it.rejected),
        |it| Some(it.used),
        |it| Some(it.after_as_of),
        |it| Some(it.superseded),
        |it| Some(it.deleted),
        |it| Some(it.late.as_ref()?.iter().map(|late| late.rows).sum()),
        |it| Some(it.corrected),
        |it| Some(it.nullified.iter().map(|cells| cells.rows).sum()),
        |it| Some(it.skipped.iter().map(|lines| lines.rows).sum()),
    ];
    let names: ArrayRef = Arc::new(StringArray::from_iter_values(names));
    let numbers = numbers.map(|number| whole(sources.iter().map(number)));
    std::iter::once(names).chain(numbers).collect()
}

/// A reason as a row: source, outcome, column, reason, rows.
type Reason<'a> = (&'a str, &'a str, Option<&'a str>, &'a str, u64);

fn source_reasons(sources: &[SourceResult]) -> Vec<ArrayRef> {
    let mut rows: Vec<Reason> = sources.iter().flat_map(reasons).collect();
    rows.sort_unstable();
    let text = |of: fn(&Reason<'_>) -> Option<String>| -> ArrayRef {
        Arc::new(rows.iter().map(of).collect::<StringArray>())
    };
    vec![
        text(|row| Some(row.0.to_owned())),
        text(|row| Some(row.1.to_owned())),
        text(|row| row.2.map(str::to_owned)),
        text(|row| Some(row.3.to_owned())),
        whole(rows.iter().map(|row| Some(row.4))),
    ]
}

fn reasons(it: &SourceResult) -> impl Iterator<Item = Reason<'_>> {
    let name = it.source.as_str();
    let rejected = it.rejects.iter().map(move |reject| {
        (name, "rejected", reject.column.as_deref(), reject.reason.as_str(), reject.rows)
    });
    let nullified = it.nullified.iter().map(move |cells| {
        (name, "nullified", Some(cells.column.as_str()), cells.reason.as_str(), cells.rows)
    });
    let skipped = it
        .skipped
        .iter()
        .map(move |lines| (name, "skipped", None, lines.setting.as_str(), lines.rows));
    rejected.chain(nullified).chain(skipped)
}

fn whole(numbers: impl Iterator<Item = Option<u64>>) -> ArrayRef {
    let numbers = numbers.map(|number| number.map(|it| i64::try_from(it).unwrap_or(i64::MAX)));
    Arc::new(numbers.collect::<Int64Array>())
}
