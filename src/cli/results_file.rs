//! The file of a run record replaces only an earlier run record; that of a page
//! only an earlier page.
//!
//! The run record is opened before anything else is done, so the existing file is checked before
//! that; whether the path belongs to the project, is checked as soon as that is known.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::glob::Glob;
use crate::plan::Plan;
use crate::project::root_of;
use crate::publish::OWN;
use crate::run::Failure;
use crate::store::Address;
use crate::stored::published;

/// How many bytes show whether a file is a run record.
const START: u64 = 4 << 10;

/// The extensions of files of a project.
const READ: [&str; 3] = ["sql", "yaml", "yml"];

/// Rejects a file of the project, a file of a warehouse's records, the corrections, and an existing
/// file that is not a run record. Pipes and devices are allowed.
pub(super) fn is_free(
    path: &Path,
    pipeline: &Path,
    corrections: Option<&Path>,
) -> Result<(), Failure> {
    let whole = resolved(path);
    if corrections
        .is_some_and(|corrections| resolved(corrections) == whole || same(corrections, path))
    {
        return Err(refused(path, "the corrections are there"));
    }
    if let Some(problem) = of_somebody(path, pipeline) {
        return Err(refused(path, problem));
    }
    let unread = |error| Failure::Record { path: path.display().to_string(), error };
    match is_taken(path) && !is_record(path).map_err(unread)? {
        true => Err(refused(path, "it is a file that no run has written its results to")),
        false => Ok(()),
    }
}

/// Why a file belongs to the project or to a warehouse, by its path.
pub(super) fn of_somebody(path: &Path, pipeline: &Path) -> Option<&'static str> {
    let (whole, root) = (resolved(path), root_of(pipeline));
    let is_below = |folder: &str| whole.starts_with(resolved(root.join(folder)));
    let is_read = whole.extension().is_some_and(|end| READ.iter().any(|read| end == *read));
    if is_read && ["sql", "pipelines"].into_iter().any(is_below) {
        return Some("the project's own files are there");
    }
    let is_own = whole.components().any(|part| part.as_os_str() == OWN);
    is_own.then_some("a warehouse keeps its records there")
}

/// Whether there is a file that is not empty.
pub(super) fn is_taken(path: &Path) -> bool {
    path.metadata().is_ok_and(|there| there.is_file() && there.len() > 0)
}

/// Rejects a file where a run would publish, or read it as raw data.
pub(super) fn is_apart(path: &Path, plan: &Plan) -> Result<(), Failure> {
    among_data(path, plan).map_or(Ok(()), |problem| Err(refused(path, problem)))
}

/// Why a file is where a run would publish, or read it as raw data.
pub(super) fn among_data(path: &Path, plan: &Plan) -> Option<&'static str> {
    let whole = resolved(path);
    let on_disk = |location: &str| Address::of(location, &plan.root)?.on_disk().map(resolved);
    if let Some(warehouse) = on_disk(&plan.warehouse).filter(|it| whole.starts_with(it)) {
        // A project may lie in its own warehouse, beside the tables.
        let is_table = published(plan).any(|table| whole.starts_with(warehouse.join(table)));
        if is_table || !resolved(&plan.root).starts_with(&warehouse) {
            return Some("it is in the warehouse");
        }
    }
    let mut locations = plan.sources.iter().filter_map(|source| on_disk(&source.location));
    locations.any(|location| is_of(&whole, &location)).then_some("a source would read it")
}

/// Whether a location, with its wildcards, matches a file.
fn is_of(file: &Path, location: &Path) -> bool {
    let glob = Glob::of_paths(&location.to_string_lossy());
    file.starts_with(location) || glob.is_ok_and(|glob| glob.fits(file))
}

fn refused(path: &Path, problem: &'static str) -> Failure {
    Failure::Results { path: path.display().to_string(), problem }
}

/// How many links are followed, as in the system's limit.
const LINKS: usize = 40;

/// The path with links resolved, also dangling ones.
pub(super) fn resolved(path: impl AsRef<Path>) -> PathBuf {
    let path = path.as_ref();
    let mut path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for _ in 0..LINKS {
        let mut above = path.ancestors();
        let there = above.find_map(|folder| Some((folder, folder.canonicalize().ok()?)));
        let Some((folder, real)) = there else { return path };
        let rest = path.strip_prefix(folder).unwrap_or(Path::new(""));
        let Some(next) = rest.components().next() else { return real };
        let Ok(target) = real.join(next).read_link() else { return real.join(rest) };
        let rest = rest.strip_prefix(next).unwrap_or(Path::new(""));
        // What a link says is of the folder that it lies in.
        let target = real.join(target);
        path = if rest.as_os_str().is_empty() { target } else { target.join(rest) };
    }
    path
}

/// Whether two paths are names of one file.
fn same(one: &Path, other: &Path) -> bool {
    let of = |path: &Path| path.metadata().ok().map(|it| (it.is_file(), it.dev(), it.ino()));
    of(one).is_some_and(|file| file.0 && of(other) == Some(file))
}

/// Whether a file begins like the results of a run, complete or truncated.
fn is_record(path: &Path) -> io::Result<bool> {
    let mut start = Vec::new();
    File::open(path)?.take(START).read_to_end(&mut start)?;
    let start = String::from_utf8_lossy(&start);
    let tight: String = start.split_whitespace().collect();
    let version = tight.strip_prefix("{\"schema_version\":");
    let rest = version.map(|version| version.trim_start_matches(|it: char| it.is_ascii_digit()));
    Ok(rest.is_some_and(|rest| rest.starts_with(",\"program_version\":")))
}
