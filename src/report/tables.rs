//! What a pipeline publishes, for the people who read it: `docs/tables.md`.

use std::fmt::Write;

use crate::plan::{Plan, Stage, type_name};

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
        table(&mut text, stage);
    }
    text.trim_end().to_owned()
}

fn table(text: &mut String, stage: &Stage) {
    let _ = writeln!(text, "\n## {}\n", stage.name);
    if let Some(description) = &stage.description {
        let _ = writeln!(text, "{}\n", one_line(description));
    }
    let key = if stage.key.is_empty() { "none".to_owned() } else { quoted(&stage.key) };
    let _ = writeln!(text, "Key: {key}. {}\n", layout(stage));
    let _ = writeln!(text, "| column | type | unit | meaning |\n|---|---|---|---|");
    for column in stage.reader_columns() {
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} |",
            column.name,
            type_name(&column.data_type),
            column.unit.as_deref().unwrap_or_default(),
            one_line(column.description.as_deref().unwrap_or_default()).replace('|', "\\|"),
        );
    }
}

fn layout(stage: &Stage) -> String {
    let Some(layout) = &stage.publish else { return String::new() };
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
