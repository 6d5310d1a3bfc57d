//! `patronage init`: a small project to begin with, on demo data.

use std::path::{Path, PathBuf};

use clap::Args;

use super::new_files::{create, in_the_way};
use super::outcome::Outcome;
use crate::marts;

/// Where the project is to be, as it was typed.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// The folder of the project; it is made if it is not there.
    #[arg(default_value = ".")]
    folder: PathBuf,
}

impl Init {
    /// Writes the project and says what to do with it.
    pub(super) fn done(&self) -> Result<String, Outcome> {
        project(&self.folder)?;
        let enter = match self.folder == Path::new(".") {
            true => String::new(),
            false => format!("  cd {}\n", crate::text::shell_word(&self.folder.to_string_lossy())),
        };
        Ok(format!(
            "wrote a project to {}; next:\n{enter}  patronage check {PIPELINE}\n  patronage test {PIPELINE}\n  \
             patronage demo\n  patronage run {PIPELINE} --as-of 2026-01-01",
            self.folder.display(),
            PIPELINE = marts::DEMO_PIPELINE,
        ))
    }
}

/// Writes the project into a folder that has none.
///
/// # Errors
/// The folder has one, or a file cannot be written.
pub(super) fn project(folder: &Path) -> Result<(), Outcome> {
    for part in ["pipelines", "sql"].map(|part| folder.join(part)) {
        if part.symlink_metadata().is_ok() {
            return Err(in_the_way(&part));
        }
    }
    create(folder, &marts::demo_project()).map(|_| ())
}
