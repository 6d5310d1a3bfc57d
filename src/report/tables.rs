//! What a pipeline publishes, for the people who read it: `docs/tables.md`.

use std::fmt::Write;

use crate::plan::{
    ColumnPlan, Layout, Plan, QUARANTINE, QUARANTINE_DESCRIPTION, QUARANTINE_ORDER,
    QUARANTINE_PARTITIONS, Stage, quarantine_reader_columns,
};
use crate::session::type_name;

/// Every published table with its columns, as Markdown.
pub fn tables(plan: &Plan) -> String {
    let mut text = format!(
        "<!-- Written by `patronage tables pipelines/{}.yaml`; do not edit. -->\n\n\
         # Tables of `{}`\n",
        plan.name, plan.name
    );
    let mut published: Vec<&Stage> =
        plan.stages.iter().filter(|stage| stage.publish.is_some()).collect();
    published.sort_by(|a, b| a.name.cmp(&b.name));
    for stage in published {
        let layout = stage.publish.as_ref().map(layout).unwrap_or_default();
        let description = stage.description.as_deref();
        heading(&mut text, &stage.name, description, &stage.key, &layout);
        columns(&mut text, &stage.reader_columns());
    }
    let partitions = QUARANTINE_PARTITIONS.map(str::to_owned);
    let key = [&partitions[..], &QUARANTINE_ORDER.map(str::to_owned)].concat();
    let layout = layout(&Layout {
        partition_by: partitions.to_vec(),
        sort_by: QUARANTINE_ORDER.map(str::to_owned).to_vec(),
    });
    heading(&mut text, QUARANTINE, Some(QUARANTINE_DESCRIPTION), &key, &layout);
    columns(&mut text, &quarantine_reader_columns());
    text.trim_end().to_owned()
}

fn heading(text: &mut String, name: &str, description: Option<&str>, key: &[String], layout: &str) {
    let _ = writeln!(text, "\n## {name}\n");
    if let Some(description) = description {
        let _ = writeln!(text, "{}\n", one_line(description));
    }
    let key = if key.is_empty() { "none".to_owned() } else { quoted(key) };
    let _ = writeln!(text, "Key: {key}. {layout}\n");
}

fn columns(text: &mut String, columns: &[ColumnPlan]) {
    let _ = writeln!(text, "| column | type | unit | meaning |\n|---|---|---|---|");
    for column in columns {
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} |",
            column.name,
            type_name(&column.data_type),
            column.unit.as_deref().unwrap_or_default(),
            meaning(column).replace('|', "\\|"),
        );
    }
}

/// The description of a column, and what it only approximates.
fn meaning(column: &ColumnPlan) -> String {
    let near = column.approximates.iter().map(|(concept, why)| format!("Near to {concept}: {why}"));
    let said = column.description.iter().cloned().chain(near).collect::<Vec<_>>();
    one_line(&said.join(" "))
}

fn layout(layout: &Layout) -> String {
    let sorted = format!("Sorted by {}.", quoted(&layout.sort_by));
    match layout.partition_by.is_empty() {
        true => format!("One file. {sorted}"),
        false => format!("A folder for each {}. {sorted}", quoted(&layout.partition_by)),
    }
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
