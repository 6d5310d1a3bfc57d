//! The catalogue of concepts, for the people who look for one: `docs/catalogue.md`.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::coverage::{Entry, InTable, State, Without};

const HEADER: &str = "\
<!-- Written by `patronage catalogue`; do not edit. -->

# Catalogue of concepts

What the shipped warehouses contain on loyalty, satisfaction and customer equity, and where. A column
measures a concept where its table file names it (`concept`, `approximates`: see
[pipelines](pipelines.md#concepts)). `patronage coverage PIPELINE` says what a pipeline of your own
measures, and which canonical table would supply what it does not.

*Functions* are those of [docs/functions.md](functions.md) that the queries call for these columns.
*Without* says what happens where a pipeline does not map a canonical table, as follows from the SQL: the
table has *no rows*, the columns are *NULL* or always one value, or they contain *less*, from the other tables.
*Near* marks a column that only comes near to the concept, and why.
";

/// Every concept in a row of a Markdown table, by subject.
pub fn catalogue(entries: &[Entry]) -> String {
    let mut text = HEADER.to_owned();
    let mut group = "";
    for entry in entries {
        if entry.concept.group() != group {
            group = entry.concept.group();
            let _ = write!(
                text,
                "\n## {group}\n\n| | concept | in the source texts | table | columns | stages | \
                 functions | without | tests | measured by |\n|---|---|---|---|---|---|---|---|---|---|\n"
            );
        }
        let _ = writeln!(text, "| {} |", cells(entry).join(" | "));
    }
    text.trim_end().to_owned()
}

fn cells(entry: &Entry) -> [String; 10] {
    let concept = entry.concept;
    let of_each = |cell: fn(&InTable) -> String| {
        entry.tables.iter().map(cell).collect::<Vec<_>>().join("<br>")
    };
    let table = match entry.tables.is_empty() {
        true => "*not yet expressed*".to_owned(),
        false => of_each(|table| format!("`{}`", table.table)),
    };
    [
        concept.number().to_owned(),
        format!("{} ({})", concept.term(), concept.source()),
        concept.original().to_owned(),
        table,
        of_each(columns),
        of_each(|table| quoted(&table.files)),
        of_each(|table| dashed(quoted(&table.functions))),
        of_each(|table| table.inputs.iter().map(without).collect::<Vec<_>>().join(", ")),
        of_each(|table| dashed(quoted(&table.tests))),
        entry.measured_by.iter().map(measured_by).collect::<Vec<_>>().join(", "),
    ]
}

fn columns(table: &InTable) -> String {
    let column = |(name, reason): &(String, Option<String>)| match reason {
        Some(reason) => format!("`{name}` (near: {})", reason.replace('|', "\\|")),
        None => format!("`{name}`"),
    };
    table.columns.iter().map(column).collect::<Vec<_>>().join(", ")
}

fn without((input, becomes): &(String, BTreeSet<Without>)) -> String {
    let said = becomes.iter().map(|becomes| match becomes {
        Without::NoRows => "no rows".to_owned(),
        Without::Null => "NULL".to_owned(),
        Without::Always(value) => format!("always `{value}`"),
        Without::Less => "less".to_owned(),
    });
    format!("`{input}`: {}", said.collect::<Vec<_>>().join(" or "))
}

fn measured_by((pipeline, state): &(String, State)) -> String {
    match state {
        State::Approximated => format!("{pipeline} (near)"),
        State::Known | State::Missing => pipeline.clone(),
    }
}

/// A dash in place of nothing, so that the lines of a row stay aligned.
fn dashed(text: String) -> String {
    if text.is_empty() { "–".to_owned() } else { text }
}

fn quoted<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
