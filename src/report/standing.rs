//! The state of the tables of a warehouse relative to each other and to the pipeline, in words.

use crate::record::{DamagedFileResult, DroppedPeriodsResult, TableAsOfResult};
use crate::text::shell_word;

/// How many files a message shows.
const SHOWN: usize = 5;

/// Tables that are newer than the run and stay.
pub(super) fn kept(tables: &[TableAsOfResult]) -> String {
    format!("newer than the run's as-of, so they stay as they are: {}", dated(tables))
}

/// Removed periods of tables that remain.
pub(super) fn dropped_periods(tables: &[DroppedPeriodsResult]) -> String {
    let each = tables.iter().map(|DroppedPeriodsResult { table, periods }| {
        let periods = match periods.as_slice() {
            [first, .., last] => format!("{} periods from {first} to {last}", periods.len()),
            only => format!("the period {}", only.concat()),
        };
        format!("{periods} of {table}")
    });
    format!("taken out of the warehouse: {}", each.collect::<Vec<_>>().join(", "))
}

/// Tables that the pipeline no longer publishes.
pub(super) fn left(tables: &[String]) -> String {
    format!(
        "in the warehouse, but not published by the pipeline any more: {}; unless another pipeline does, \
         `--drop {}` takes them out",
        tables.join(", "),
        shell_word(&tables.join(","))
    )
}

/// Tables that are older than others of the pipeline.
pub(super) fn behind(tables: &[TableAsOfResult]) -> String {
    format!("of an older as-of than the newest table of the pipeline: {}", dated(tables))
}

/// Files that are not as they were published.
pub(super) fn damaged(release: u64, files: &[DamagedFileResult]) -> String {
    let told = files.iter().map(|file| format!("`{}` {}", file.file, file.damage));
    format!("not as release {release} published them: {}", first(told))
}

/// Files that a run has not built again, if there are any.
pub(super) fn left_damaged(files: &[DamagedFileResult]) -> Option<String> {
    let left: Vec<&DamagedFileResult> = files.iter().filter(|file| !file.put_back).collect();
    let told = left.iter().map(|file| {
        let rebuild = file.rebuild.as_deref().unwrap_or_default();
        format!("`{}`: {rebuild}", file.file)
    });
    let told = first(told);
    (!left.is_empty()).then(|| format!("still damaged; to rebuild them: {told}"))
}

/// Stray files.
pub(super) fn strays(files: &[String]) -> String {
    let told = files.iter().map(|file| format!("`{file}`"));
    let told = first(told);
    format!("no release names these, and readers of the folders read them: {told}; move them away")
}

/// The first of some, and how many there are besides.
fn first(told: impl ExactSizeIterator<Item = String>) -> String {
    let more = told.len().saturating_sub(SHOWN);
    let told: Vec<String> = told.take(SHOWN).collect();
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    told.join(", ") + &more
}

fn dated(tables: &[TableAsOfResult]) -> String {
    let each = tables.iter().map(|table| format!("{} ({})", table.table, table.as_of));
    each.collect::<Vec<_>>().join(", ")
}
