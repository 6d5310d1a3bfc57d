//! `patronage init`: a project to begin with, on demo data or on one's own.

use std::path::{Path, PathBuf};

use clap::Args;

use super::new_files::{create, in_the_way};
use super::outcome::Outcome;
use crate::failure::FailureKind;
use crate::infer::InferError;
use crate::marts;
use crate::run::Failure;
use crate::scaffold::{self, Project, ScaffoldError};
use crate::text::shell_word;

/// What a project has that may be there before it.
const AROUND: [&str; 4] =
    [".gitignore", "README.md", ".github/workflows/patronage.yml", "dags/patronage.py"];

/// Where the project is to be, as it was typed.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// The folder of the project; it is made if it is not there.
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// Make the project of the files of a folder or a bucket, instead of demo data.
    #[arg(long, value_name = "LOCATION")]
    from: Option<String>,
}

impl Init {
    /// Writes the project and says what to do with it.
    pub(super) async fn done(&self) -> Result<String, Outcome> {
        match &self.from {
            Some(from) => self.of_files(from).await,
            None => self.of_demo_data(),
        }
    }

    fn of_demo_data(&self) -> Result<String, Outcome> {
        project(&self.folder)?;
        Ok(format!(
            "wrote a project to {}; next:\n{}  patronage check {PIPELINE}\n  patronage test {PIPELINE}\n  \
             patronage demo\n  patronage run {PIPELINE} --as-of 2026-01-01",
            self.folder.display(),
            self.enter(),
            PIPELINE = marts::DEMO_PIPELINE,
        ))
    }

    async fn of_files(&self, from: &str) -> Result<String, Outcome> {
        is_free(&self.folder)?;
        let base = std::env::current_dir().unwrap_or_default();
        let made = scaffold::project(from, &base, &base.join(&self.folder)).await;
        let Project { files, pipeline, as_of, mut told } = made.map_err(outcome)?;
        let is_there = |path: &str| {
            AROUND.contains(&path) && self.folder.join(path).symlink_metadata().is_ok()
        };
        let (kept, files): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|(path, _)| is_there(path));
        create(&self.folder, &files)?;
        told.extend(kept.iter().map(|(path, _)| format!("`{path}` was there, and stays as it is")));
        let pipeline = shell_word(&pipeline);
        Ok(format!(
            "{}\n\nwrote a project to {}; next:\n{}  patronage check {pipeline}\n  patronage test {pipeline} --select \
             sql/staging\n  patronage run {pipeline} --as-of {as_of}",
            told.join("\n"),
            self.folder.display(),
            self.enter(),
        ))
    }

    /// The line that goes to the folder, unless that is the current one.
    fn enter(&self) -> String {
        match self.folder == Path::new(".") {
            true => String::new(),
            false => format!("  cd {}\n", shell_word(&self.folder.to_string_lossy())),
        }
    }
}

fn outcome(error: ScaffoldError) -> Outcome {
    let help = match &error {
        ScaffoldError::Infer(InferError::Read(_)) => None,
        ScaffoldError::Infer(error) => error.help(),
        ScaffoldError::Nothing { .. } => {
            Some("write stages of your own: `patronage init` makes a project to begin with, `patronage infer` its sources".to_owned())
        }
    };
    match error {
        ScaffoldError::Infer(InferError::Read(error)) => Outcome::Failure(Failure::from(error)),
        other => Outcome::Unknown { message: other.to_string(), help, kind: FailureKind::Project },
    }
}

/// Whether a folder has no project yet.
fn is_free(folder: &Path) -> Result<(), Outcome> {
    let parts = ["pipelines", "sql"].map(|part| folder.join(part));
    match parts.iter().find(|part| part.symlink_metadata().is_ok()) {
        Some(part) => Err(in_the_way(part)),
        None => Ok(()),
    }
}

/// Writes the project on demo data into a folder that has none.
///
/// # Errors
/// The folder has one, or a file cannot be written.
pub(super) fn project(folder: &Path) -> Result<(), Outcome> {
    is_free(folder)?;
    create(folder, &marts::demo_project()).map(|_| ())
}
