//! `patronage register`: makes published tables known to DuckDB, as views.

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::Args;

use super::commands::load;
use super::named::pipeline_path;
use super::outcome::Outcome;
use crate::failure::FailureKind;
use crate::publish::Warehouse;
use crate::report;
use crate::run::Failure;

/// The program of DuckDB.
const DUCKDB: &str = "duckdb";

/// The options of `register`.
#[derive(Debug, Args)]
pub(super) struct Register {
    /// The pipeline's file, or its name without folder and ending.
    #[arg(value_parser = pipeline_path())]
    pipeline: PathBuf,
    /// The database to write the views to, with the program `duckdb`; without it, the SQL is printed.
    #[arg(long, value_name = "FILE")]
    duckdb: Option<PathBuf>,
}

impl Register {
    /// Writes the views, or returns their SQL.
    pub(super) async fn done(&self) -> Result<String, Outcome> {
        let plan = load(&self.pipeline).await?;
        let warehouse = Warehouse::open(&plan.warehouse, &plan.root).map_err(Failure::from)?;
        let release = warehouse.current().await.map_err(Failure::from)?;
        if release.release == 0 {
            return Err(Outcome::nothing_to_show(&plan.name, false));
        }
        let root = match &warehouse.location.local {
            Some(folder) => folder.display().to_string(),
            None => warehouse.shown.trim_end_matches('/').to_owned(),
        };
        let sql = report::views(&plan, &release, &root);
        let Some(file) = &self.duckdb else { return Ok(sql) };
        executed(file, &sql)?;
        let (number, file) = (release.release, file.display());
        Ok(format!("wrote views of release {number} to {file}"))
    }
}

/// Has DuckDB execute a script, all of it or nothing.
fn executed(file: &Path, sql: &str) -> Result<(), Outcome> {
    let started = Command::new(DUCKDB)
        .args(["-bail", "-batch", "-init", "/dev/null"])
        .arg(file)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    let failed = |error| Outcome::from(Failure::Disk { path: file.display().to_string(), error });
    let mut program = started.map_err(|error| match error.kind() {
        ErrorKind::NotFound => unavailable(),
        _ => failed(error),
    })?;
    // Where it ends early, its own words say more than the broken pipe.
    if let Some(mut input) = program.stdin.take() {
        let _ = input.write_all(sql.as_bytes());
    }
    let ended = program.wait_with_output().map_err(failed)?;
    if ended.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&ended.stderr);
    Err(Outcome::Unknown {
        message: format!("DuckDB did not write the views to `{}`: {}", file.display(), said.trim()),
        help: Some("see that no other program has the database open".to_owned()),
        kind: FailureKind::Storage,
    })
}

fn unavailable() -> Outcome {
    Outcome::Unknown {
        message: "there is no program `duckdb` here".to_owned(),
        help: Some(
            "install it, or leave `--duckdb` out and give the printed SQL to any client".to_owned(),
        ),
        kind: FailureKind::Project,
    }
}
