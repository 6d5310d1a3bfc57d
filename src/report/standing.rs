//! How the tables of a warehouse stand to one another and to the pipeline, in words.

use crate::run::{DroppedPeriodsResult, TableAsOfResult};

/// Tables that are newer than the run and stay.
pub(super) fn kept(tables: &[TableAsOfResult]) -> String {
    format!("newer than the run's as-of, so they stay as they are: {}", dated(tables))
}

/// Periods that are there no more, of tables that are.
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

/// Tables that the pipeline does not publish any more.
pub(super) fn left(tables: &[String]) -> String {
    format!(
        "in the warehouse, but not published by the pipeline any more: {}; unless another pipeline does, \
         `--drop {}` takes them out",
        tables.join(", "),
        tables.join(",")
    )
}

/// Tables that are older than others of the pipeline.
pub(super) fn behind(tables: &[TableAsOfResult]) -> String {
    format!("of an older as-of than the newest table of the pipeline: {}", dated(tables))
}

fn dated(tables: &[TableAsOfResult]) -> String {
    let each = tables.iter().map(|table| format!("{} ({})", table.table, table.as_of));
    each.collect::<Vec<_>>().join(", ")
}
