//! `patronage report`: the newest release as an HTML page.

use std::fs::{File, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use clap::Args;

use super::commands::load;
use super::named::pipeline_path;
use super::outcome::Outcome;
use super::results_file::{among_data, is_taken, of_somebody, resolved};
use crate::page::{self, Language, PageError, START};
use crate::publish::Warehouse;
use crate::run::Failure;

/// The mode of files that everybody may read, before the umask.
const MODE: u32 = 0o666;

/// The options of the page.
#[derive(Debug, Args)]
pub(super) struct Report {
    /// The pipeline's file, or its name without folder and ending.
    #[arg(value_parser = pipeline_path())]
    pipeline: PathBuf,
    /// The file to write; only an earlier page is replaced.
    #[arg(long, value_name = "FILE", default_value = "report.html")]
    output: PathBuf,
    /// The language of the page.
    #[arg(long, value_enum, default_value_t)]
    language: Language,
}

/// Writes the page and prints its path and release.
pub(super) async fn run(args: &Report) -> Result<String, Outcome> {
    let path = &args.output;
    let refused = |problem| Outcome::page_in_the_way(path, problem);
    of_somebody(path, &args.pipeline).map_or(Ok(()), |problem| Err(refused(problem)))?;
    let plan = load(&args.pipeline).await?;
    among_data(path, &plan).map_or(Ok(()), |problem| Err(refused(problem)))?;
    let failed = |error| Outcome::Page { path: path.display().to_string(), error };
    if is_taken(path) && !is_page(path).map_err(failed)? {
        return Err(refused("it is a file that holds something else"));
    }
    let warehouse = Warehouse::open(&plan.warehouse, &plan.root).map_err(Failure::from)?;
    let page = page::page(&plan, &warehouse, args.language).await.map_err(|error| match error {
        PageError::Records(error) => Failure::from(error).into(),
        PageError::Rows(error) => Outcome::Engine(error),
    })?;
    let page = page.ok_or_else(|| Outcome::nothing_to_show(&plan.name, false))?;
    write(path, &page.html).map_err(failed)?;
    let (name, release, as_of) = (&plan.name, page.release, &page.as_of);
    Ok(format!("wrote {}: {name}, release {release}, as of {as_of}", path.display()))
}

/// Whether a file begins like a page.
fn is_page(path: &Path) -> io::Result<bool> {
    let mut start = Vec::new();
    File::open(path)?.take(START.len() as u64).read_to_end(&mut start)?;
    Ok(start == START.as_bytes())
}

/// Writes a page to a temporary file and renames it, so that readers see a complete one. A pipe or
/// a device is written to directly.
fn write(path: &Path, html: &str) -> io::Result<()> {
    if path.metadata().is_ok_and(|there| !there.is_file() && !there.is_dir()) {
        return File::options().write(true).open(path)?.write_all(html.as_bytes());
    }
    let place = resolved(path);
    let folder = place.parent().unwrap_or(Path::new("/"));
    let mut beside = tempfile::Builder::new()
        .prefix(".report-")
        .permissions(Permissions::from_mode(MODE))
        .tempfile_in(folder)?;
    beside.write_all(html.as_bytes())?;
    beside.as_file().sync_all()?;
    beside.persist(&place).map_err(|error| error.error)?;
    File::open(folder)?.sync_all()
}
