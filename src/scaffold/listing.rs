//! The files of a folder or bucket, and how a project refers to them.

use std::path::{Component, Path, PathBuf};

use crate::declare::Format;
use crate::infer::InferError;
use crate::plan::SourcePlan;
use crate::read::{ReadError, inventory};
use crate::store::{Location, is_web, open, redact};

/// What lies at a location.
#[derive(Debug)]
pub(super) struct Listing {
    /// Where the patterns of its files start, for inference.
    pub(super) base: PathBuf,
    /// What stands before such patterns, for inference.
    pub(super) before: String,
    /// The location as the pipeline writes it.
    pub(super) root: String,
    /// The files, from there.
    pub(super) files: Vec<String>,
}

/// Lists the files of a location, for a project in `folder`. Relative paths start at `base`.
pub(super) async fn list(from: &str, base: &Path, folder: &Path) -> Result<Listing, InferError> {
    if is_web(from) {
        let problem = "a web server lists no files: copy them to a folder or a bucket".to_owned();
        return Err(InferError::Unclear { file: redact(from), problem });
    }
    let from = &straight(from, base);
    let place = open(from, base).map_err(ReadError::from)?;
    match place.local.clone() {
        Some(path) if path.is_file() => {
            local(path.parent().unwrap_or(base), folder, path.file_name()).await
        }
        Some(path) => local(&path, folder, None).await,
        None => remote(from, base, &place).await,
    }
}

/// A path without `..`, which no location of a pipeline has; other locations as they are.
fn straight(from: &str, base: &Path) -> String {
    let goes_up = Path::new(from).components().any(|part| part == Component::ParentDir);
    let path = goes_up.then(|| base.join(from).canonicalize().ok()).flatten();
    path.map_or_else(|| from.to_owned(), |path| path.display().to_string())
}

async fn local(
    root: &Path,
    folder: &Path,
    only: Option<&std::ffi::OsStr>,
) -> Result<Listing, InferError> {
    let location = only.map_or_else(|| "**".to_owned(), |name| name.to_string_lossy().into_owned());
    let files = names(&location, root).await?;
    let path = root.strip_prefix(absolute(folder)).unwrap_or(root).display().to_string();
    let path = if path.is_empty() { ".".to_owned() } else { path };
    Ok(Listing { base: root.to_owned(), before: String::new(), root: path, files })
}

/// A path with nothing in it that stands for another folder.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).map_or_else(|_| path.to_owned(), |path| path.components().collect())
}

async fn remote(from: &str, base: &Path, place: &Location) -> Result<Listing, InferError> {
    let root = from.trim_end_matches('/').to_owned();
    let files = names(&format!("{root}/**"), base).await?;
    let folder = format!("{}/", place.path);
    let below = |file: String| file.strip_prefix(&folder).map_or(file.clone(), str::to_owned);
    let files = files.into_iter().map(below).collect();
    Ok(Listing { base: base.to_owned(), before: format!("{root}/"), root, files })
}

async fn names(location: &str, base: &Path) -> Result<Vec<String>, InferError> {
    let asked = SourcePlan::new("init", location, Format::Csv, Vec::new());
    let listed = inventory(&asked, base).await?;
    Ok(listed.files.into_iter().filter(|file| file.meta.size > 0).map(|file| file.name).collect())
}
