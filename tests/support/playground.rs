//! The project of this repository, with separate raw data and warehouse.

use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;

use patronage::marts;
use tempfile::TempDir;

use super::files::{copy, files};
use super::program::{self, Ended};
use super::repository;

/// Families that a test can do without which is about something else.
const FURTHER: [&str; 5] = ["programme", "relationship", "value", "service", "scorecard"];
/// Stages that say how good the fit is; they fit every model, which takes its time without optimisation.
const FIT: [&str; 5] = [
    "customer_holdout",
    "fact_model_comparison",
    "fact_model_decile",
    "fact_model_frequency",
    "fact_model_week",
];

/// A folder for one test, the project and the settings its commands see.
pub(crate) struct Playground {
    folder: TempDir,
    project: PathBuf,
    settings: Vec<(String, String)>,
}

impl Playground {
    /// Raw data and warehouse below a folder that goes away with the test.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let warehouse = folder.path().join("warehouse").display().to_string();
        let home = folder.path().join("home").display().to_string();
        let project = repository().to_owned();
        let place = Self { folder, project, settings: Vec::new() };
        let place = place.with("WAREHOUSE", &warehouse);
        // Only the credentials of the test: not those of a home folder or a machine.
        place
            .with("HOME", &home)
            .with("NO_GCE_CHECK", "true")
            .with("PATRONAGE_RETRY_SECONDS", "1")
            .with("AZURE_MSI_ENDPOINT", "http://127.0.0.1:1")
    }

    /// Demo data below the folder as well.
    pub(crate) fn with_demo(arguments: &str) -> Self {
        let place = Self::new();
        let raw = place.path("raw").display().to_string();
        let place = place.with("RAW", &raw);
        place.does(&format!("demo --out {raw} {arguments}"));
        place
    }

    /// The same with a copy of the project, for a test to change, which has the marts as files of its own and leaves the
    /// further ones out. Some tests build every mart; the others need not wait for all of them.
    pub(crate) fn core(self) -> Self {
        let place = self.core_with_fit();
        for file in files(&place.path("sql/equity")) {
            let name = file.file_name().expect("a name").to_string_lossy();
            if FIT.iter().any(|stage| name.split('.').next() == Some(stage)) {
                std::fs::remove_file(&file).expect("a file");
            }
        }
        place
    }

    /// The same with the tables that say how good the fit is.
    pub(crate) fn core_with_fit(mut self) -> Self {
        self.folder.path().clone_into(&mut self.project);
        for sql in ["sql", "marts"] {
            copy(&repository().join(sql), &self.path("sql"));
        }
        symlink(repository().join("tests"), self.path("tests")).expect("a link");
        let pipelines = self.path("pipelines");
        copy(&repository().join("pipelines"), &pipelines);
        for file in files(&pipelines) {
            let text = std::fs::read_to_string(&file).expect("a pipeline");
            std::fs::write(file, with_own_marts(&text)).expect("a file");
        }
        self
    }

    /// The same with one more environment variable, which replaces an earlier one.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same with several.
    pub(crate) fn with_all(self, settings: &[(&str, String)]) -> Self {
        settings.iter().fold(self, |place, (name, value)| place.with(name, value))
    }

    /// A path below the folder.
    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    /// Writes something else in the one place of a file where `written` is.
    pub(crate) fn rewrite(&self, file: &str, written: &str, otherwise: &str) {
        let path = self.path(file);
        let text = std::fs::read_to_string(&path).expect("a file");
        assert_eq!(text.matches(written).count(), 1, "{written}\n{text}");
        std::fs::write(&path, text.replace(written, otherwise)).expect("a file to write");
    }

    /// The program with a line of arguments, not started yet.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = program::command(&self.project);
        command.args(line.split_whitespace());
        command.env("PATRONAGE_RESULTS", self.path("run_results.json"));
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs the program.
    pub(crate) fn run(&self, line: &str) -> Ended {
        Ended::of(&self.command(line).output().expect("the program starts"))
    }

    /// Runs the program with another nightly pipeline, in a project that is a copy.
    pub(crate) fn run_changed(&self, pipeline: &str, line: &str) -> Ended {
        assert_ne!(self.project, repository(), "the project has to be a copy");
        let file = self.project.join("pipelines/nightly.yaml");
        std::fs::write(file, with_own_marts(pipeline)).expect("a file");
        self.run(line)
    }

    /// Runs the program, which must succeed, and gives what it printed.
    pub(crate) fn does(&self, line: &str) -> String {
        let ended = self.run(line);
        assert_eq!(ended.code, 0, "{line}\n{}", ended.stderr);
        ended.stdout
    }

    /// The record of the latest run.
    pub(crate) fn results(&self) -> serde_json::Value {
        let text = std::fs::read(self.path("run_results.json")).expect("a record");
        serde_json::from_slice(&text).expect("JSON")
    }
}

/// A pipeline that runs the families it uses, but for the further ones, from files of its project.
fn with_own_marts(pipeline: &str) -> String {
    let (before, rest) = pipeline.split_once("\nuse: ").expect("families");
    let (used, stages) = rest.split_once("\nstages:\n").expect("stages");
    let families = marts::brought(used.trim_matches(['[', ']']).split(", ")).into_iter();
    let families = families
        .map(|family| family.name)
        .filter(|name| !FURTHER.contains(name) && repository().join("marts").join(name).is_dir());
    let own = families.map(|name| format!("  - sql/{name}/*\n"));
    format!("{before}\nstages:\n{}{stages}", own.collect::<String>())
}
