//! `patronage eject`: copies of files of the program, for a project to change.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;

use super::new_files::create;
use super::outcome::Outcome;
use crate::diagnostic::nearest;
use crate::failure::FailureKind;
use crate::marts;

/// What is to be copied, as it was typed.
#[derive(Debug, Args)]
pub(super) struct Eject {
    /// Tables or stages of the program, by name.
    #[arg(required = true, value_name = "TABLE")]
    tables: Vec<String>,
    /// The folder of the project.
    #[arg(long, value_name = "DIR", default_value = ".")]
    into: PathBuf,
}

impl Eject {
    /// Writes the files of the tables and says what to add to the pipeline.
    pub(super) fn done(&self) -> Result<String, Outcome> {
        let mut files = Vec::new();
        for table in self.tables.iter().collect::<BTreeSet<_>>() {
            let copied = marts::files_of(table);
            if copied.is_empty() {
                return Err(no_table(table));
            }
            files.extend(copied.into_iter().map(|(path, text)| (within_project(&path), text)));
        }
        let written = create(&self.into, &files)?;
        let mut told: Vec<String> =
            written.iter().map(|path| format!("wrote {}", path.display())).collect();
        let folders: BTreeSet<&str> =
            files.iter().filter_map(|(path, _)| Some(path.rsplit_once('/')?.0)).collect();
        let folders: Vec<String> = folders.iter().map(|folder| format!("`{folder}/*`")).collect();
        told.push(format!(
            "add {} to `stages` of a pipeline: there they replace those of the program",
            folders.join(" and ")
        ));
        Ok(told.join("\n"))
    }
}

/// `sql/core/orders.sql` of `marts/core/orders.sql`.
fn within_project(path: &str) -> String {
    path.split_once('/').map_or_else(|| path.to_owned(), |(_, below)| format!("sql/{below}"))
}

fn no_table(name: &str) -> Outcome {
    let known = marts::tables();
    let near = nearest(name, known.iter().map(String::as_str));
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`patronage tables PIPELINE` lists the tables that a pipeline publishes".to_owned(),
    };
    Outcome::Unknown {
        message: format!("the program has no table or stage `{name}`"),
        help: Some(help),
        kind: FailureKind::Project,
    }
}
