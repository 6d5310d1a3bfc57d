//! A small project without mistakes, `tests/fixtures/shop`: each test has its own copy, and says what it
//! changes in it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use super::files::{copy, dedented, files};
use super::program::{self, Ended, ended};
use super::repository;

pub(crate) const PIPELINE: &str = "pipelines/shop.yaml";

/// A copy of the shop to change and run.
pub(crate) struct Shop(pub(crate) TempDir);

impl Shop {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        copy(&repository().join("tests/fixtures/shop"), folder.path());
        Self(folder)
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.0.path().join(below)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// Writes a file; the indentation that all of its lines share is left out.
    pub(crate) fn with(self, path: &str, text: &str) -> Self {
        let whole = self.path(path);
        fs::create_dir_all(whole.parent().unwrap()).unwrap();
        fs::write(whole, dedented(text)).unwrap();
        self
    }

    /// Replaces one passage of a file.
    pub(crate) fn edit(self, path: &str, from: &str, to: &str) -> Self {
        let text = self.read(path);
        assert!(text.contains(from), "`{path}` has no `{from}`");
        fs::write(self.path(path), text.replacen(from, to, 1)).unwrap();
        self
    }

    /// The program, with nothing in its environment that this machine put there.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program::command(self.0.path());
        command.args(arguments);
        command
    }

    pub(crate) fn patronage(&self, arguments: &[&str]) -> Ended {
        ended(self.command(arguments).spawn().unwrap())
    }

    /// `patronage run` of the shop as of a day, with further options.
    pub(crate) fn run(&self, as_of: &str, options: &[&str]) -> Ended {
        let first = ["run", PIPELINE, "--as-of", as_of];
        self.patronage(&[&first, options].concat())
    }

    /// What `patronage check` says about a project with mistakes. Each must have a code, a place and
    /// a help.
    pub(crate) fn mistakes(&self) -> String {
        let Ended { code, stdout, stderr } = self.patronage(&["check", PIPELINE]);
        assert_eq!((code, stdout.as_str()), (2, ""), "{stderr}");
        for mistake in stderr.split("\n\n") {
            let whole = mistake.starts_with("error[")
                && mistake.contains(" --> ")
                && mistake.contains(" = help: ");
            assert!(whole, "a mistake without code, place or help:\n{mistake}");
        }
        stderr
    }

    /// The record of the last run.
    pub(crate) fn results(&self) -> serde_json::Value {
        serde_json::from_str(&self.read("run_results.json")).unwrap()
    }

    /// The files of the warehouse that readers see, by path, with their bytes.
    pub(crate) fn published(&self) -> Vec<(String, Vec<u8>)> {
        let warehouse = self.path("warehouse");
        let files = files(&warehouse).into_iter().map(|path| {
            let name = path.strip_prefix(&warehouse).unwrap().to_string_lossy().into_owned();
            (name, fs::read(&path).unwrap())
        });
        files.filter(|(name, _)| !name.starts_with("_patronage")).collect()
    }

    /// The files that a run has staged and not published.
    pub(crate) fn staged(&self) -> Vec<PathBuf> {
        files(&self.path("warehouse/_patronage/stage"))
    }
}
