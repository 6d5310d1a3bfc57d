//! `patronage docs`: writes a static site about pipelines.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use clap::Args;

use super::commands::{opened, opened_anywhere, variable};
use super::named::pipeline_path;
use super::new_files::in_the_way;
use super::outcome::Outcome;
use crate::failure::FailureKind;
use crate::publish::Warehouse;
use crate::run::Failure;
use crate::site::{self, Documented, INDEX, START, Site};

/// How many releases are listed.
const RELEASES: u64 = 100;

/// The options of the site.
#[derive(Debug, Args)]
pub(super) struct Docs {
    /// The files of the pipelines, or their names.
    #[arg(required = true, value_name = "PIPELINE", value_parser = pipeline_path())]
    pipelines: Vec<PathBuf>,
    /// The folder to write; only an earlier site is replaced.
    #[arg(long, value_name = "DIR", default_value = "site")]
    output: PathBuf,
    /// Do not look into the warehouses: no releases are listed, and no variables are needed.
    #[arg(long)]
    without_releases: bool,
}

impl Docs {
    /// Writes the site and says how many pages it has.
    pub(super) async fn written(&self) -> Result<String, Outcome> {
        let mut documented = Vec::new();
        for pipeline in &self.pipelines {
            documented.push(self.documented(pipeline).await?);
        }
        let mut names = BTreeSet::new();
        if let Some(second) = documented.iter().find(|one| !names.insert(&one.plan.name)) {
            return Err(same_name(&second.plan.name));
        }
        let site = site::site(&documented).map_err(|dead| {
            Outcome::Bug(format!(
                "pages of the site have links that lead nowhere: {}",
                dead.join(", ")
            ))
        })?;
        replace(&self.output, &site)?;
        let index = self.output.join(INDEX);
        Ok(format!("wrote {} pages: open {}", site.len(), index.display()))
    }

    async fn documented(&self, pipeline: &Path) -> Result<Documented, Outcome> {
        if self.without_releases {
            let (project, plan) = opened_anywhere(pipeline).await?;
            return Ok(Documented { plan, project, releases: Vec::new() });
        }
        let (project, plan) = opened(pipeline, &variable).await?;
        let warehouse = Warehouse::open(&plan.warehouse, &plan.root).map_err(Failure::from)?;
        let releases = warehouse.history(RELEASES).await.map_err(Failure::from)?;
        Ok(Documented { plan, project, releases })
    }
}

/// The pages of both would be in one folder.
fn same_name(name: &str) -> Outcome {
    Outcome::Unknown {
        message: format!("two of the pipelines are called `{name}`"),
        help: Some("give each a site of its own, with `--output`".to_owned()),
        kind: FailureKind::Project,
    }
}

/// Puts a site into the place of an earlier one, or of nothing.
fn replace(folder: &Path, site: &Site) -> Result<(), Outcome> {
    let failed = |error| Failure::Disk { path: folder.display().to_string(), error };
    if folder.symlink_metadata().is_ok() && !is_site(folder) {
        return Err(in_the_way(folder));
    }
    let above = folder.parent().filter(|above| !above.as_os_str().is_empty());
    let above = above.unwrap_or(Path::new("."));
    fs::create_dir_all(above).map_err(failed)?;
    let beside = tempfile::Builder::new().prefix(".site-").tempdir_in(above).map_err(failed)?;
    let fresh = beside.path().join("new");
    for (path, html) in site {
        write(&fresh.join(path), html).map_err(failed)?;
    }
    if folder.is_dir() {
        fs::rename(folder, beside.path().join("old")).map_err(failed)?;
    }
    fs::rename(&fresh, folder).map_err(failed)?;
    Ok(())
}

/// Whether a folder holds a site, or nothing.
fn is_site(folder: &Path) -> bool {
    let mut start = Vec::new();
    let read = File::open(folder.join(INDEX))
        .and_then(|file| file.take(START.len() as u64).read_to_end(&mut start));
    let is_empty = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
    is_empty || read.is_ok() && start == START.as_bytes()
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(path, text)
}
