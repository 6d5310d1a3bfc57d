//! How the tables of a pipeline differ from those that are published, as text and JSON.

use std::fmt::Write;

use crate::publish::{Release, Warehouse};
use crate::shape::{Difference, TableDifference};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A paragraph for each table that differs.
pub fn upgrade_notes(
    warehouse: &Warehouse,
    release: &Release,
    differences: &[TableDifference],
) -> String {
    let Release { release: number, as_of, .. } = release;
    if *number == 0 {
        return format!("nothing is published in `{}` yet", warehouse.shown);
    }
    let mut text = format!(
        "patronage {VERSION} beside release {number} of `{}`, as of {as_of}:\n\n",
        warehouse.shown
    );
    for difference in differences {
        paragraph(&mut text, difference);
    }
    let _ = write!(text, "{}", verdict(differences));
    text
}

fn paragraph(text: &mut String, TableDifference { table, path, difference }: &TableDifference) {
    let made_by = path.as_ref().map(|path| format!(" ({path})")).unwrap_or_default();
    let _ = match difference {
        Difference::New => writeln!(text, "{table}{made_by} is new"),
        Difference::Gone => writeln!(
            text,
            "{table} is no longer made by any stage: its rows remain until `--drop {table}` removes \
             them"
        ),
        Difference::Unrecorded => writeln!(
            text,
            "{table}{made_by} was published before columns were recorded: the next run records them"
        ),
        Difference::Changed { changes, by_period } => {
            let all = match by_period {
                true => "; all of its periods must be built in one run, with `--from`",
                false => "",
            };
            writeln!(text, "{table}{made_by} changes{all}\n  {}", changes.join("\n  "))
        }
    };
}

fn verdict(differences: &[TableDifference]) -> String {
    match differences.len() {
        0 => "no table differs".to_owned(),
        1 => "1 table differs".to_owned(),
        several => format!("{several} tables differ"),
    }
}

/// The same for machines.
pub fn upgrade_notes_json(
    warehouse: &Warehouse,
    release: &Release,
    differences: &[TableDifference],
) -> String {
    let told = serde_json::json!({
        "program_version": VERSION,
        "warehouse": warehouse.shown,
        "release": release.release,
        "as_of": release.as_of,
        "tables": differences,
    });
    serde_json::to_string_pretty(&told).unwrap_or_default()
}
