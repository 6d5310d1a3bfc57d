//! The files of a source below a folder of a disk, and the targets of links among them.
//!
//! A declared folder may itself be a link; that is its owner's choice. A link inside of it is
//! followed as long as it stays inside. One that leads out is rejected: otherwise anyone who
//! may write to the folder could have any file of this machine read. A dangling one is rejected if
//! it has the name of a file of the source, since that file is lost. The folder is walked here and
//! not by the store, which fails at the first name that is not UTF-8, even of an unrelated file.

use std::fs::{DirEntry, FileType};
use std::io;
use std::path::{Path, PathBuf};

use super::filter::{Filter, Verdict};
use super::leave_out::leave_out;
use crate::read::ReadError;
use crate::store::{StoreError, oddity};
use crate::text::printable;

/// The files below `folder` that are the source's, as paths that start with it. Files in
/// `warehouse` are excluded, whatever links lead there.
///
/// # Errors
/// A link leads out of the folder, in a circle or nowhere, a folder cannot be listed, or the name of a
/// file of the source is not text.
pub(in crate::read) fn files(
    folder: &Path,
    warehouse: Option<&Path>,
    filter: &mut Filter,
) -> Result<Vec<PathBuf>, ReadError> {
    let Ok(root) = folder.canonicalize() else { return Ok(Vec::new()) };
    let first = Open { path: folder.to_owned(), real: root.clone(), crossed: Vec::new() };
    let warehouse = warehouse.and_then(|warehouse| warehouse.canonicalize().ok());
    let warehouse = warehouse.filter(|warehouse| *warehouse != root);
    let (open, found) = (vec![first], Vec::new());
    let mut walk = Walk { root, warehouse, folder, filter, open, found, unusable: Vec::new() };
    while let Some(next) = walk.open.pop() {
        walk.enter(&next)?;
    }
    match walk.unusable.iter().min() {
        None => Ok(walk.found),
        Some(path) => Err(walk.unnamed(path)),
    }
}

/// Whether the only file of a source is a file, or does not exist.
///
/// # Errors
/// It is something else, or has a name that cannot be requested.
pub(super) fn is_a_file(path: &Path) -> Result<(), ReadError> {
    let file = path.display().to_string();
    match oddity(path) {
        Some(kind) => Err(ReadError::NoFile { file, kind }),
        None if is_usable(path) => Ok(()),
        None => {
            let file = printable(&path.to_string_lossy());
            Err(ReadError::FileName { file, pattern: None })
        }
    }
}

/// The first names below a folder, as far as they are text, by their paths from there.
pub(in crate::read) fn names(folder: &Path, most: usize) -> Vec<String> {
    let mut open = vec![folder.to_owned()];
    let mut names = Vec::new();
    while let Some(next) = open.pop().filter(|_| names.len() < most) {
        for entry in std::fs::read_dir(&next).into_iter().flatten().flatten() {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => open.push(path),
                _ if path.is_file() => names.push(below(&path, folder)),
                _ => {}
            }
        }
    }
    names.sort();
    names
}

/// A folder to walk.
struct Open {
    /// As its owner would write it.
    path: PathBuf,
    /// Where it really is.
    real: PathBuf,
    /// The real folders of the links that lead here.
    crossed: Vec<PathBuf>,
}

struct Walk<'a, 'b> {
    root: PathBuf,
    warehouse: Option<PathBuf>,
    folder: &'a Path,
    filter: &'a mut Filter<'b>,
    open: Vec<Open>,
    found: Vec<PathBuf>,
    /// The source's too, except for their names.
    unusable: Vec<PathBuf>,
}

impl Walk<'_, '_> {
    fn enter(&mut self, folder: &Open) -> Result<(), ReadError> {
        if self.warehouse.as_ref() == Some(&folder.real) {
            self.filter.owns(&below(&folder.path, self.folder));
        }
        let hidden = folder.path != self.folder
            && !self.filter.pattern.sees(&below(&folder.path, self.folder));
        let entries = match std::fs::read_dir(&folder.path) {
            Ok(entries) => entries,
            // The folder, or one in it, was removed, or is a file.
            Err(error) if hidden || is_gone(&error) => return Ok(()),
            Err(error) => return Err(unreadable(&folder.path, error)),
        };
        for entry in entries {
            let entry = entry.map_err(|error| unreadable(&folder.path, error))?;
            let kind = entry.file_type().map_err(|error| unreadable(&folder.path, error))?;
            self.entry(folder, &entry, kind, hidden)?;
        }
        Ok(())
    }

    fn entry(
        &mut self,
        folder: &Open,
        entry: &DirEntry,
        kind: FileType,
        hidden: bool,
    ) -> Result<(), ReadError> {
        let path = entry.path();
        if kind.is_symlink() {
            // Hidden files are not read, wherever they lead.
            return if hidden { Ok(()) } else { self.link(folder, path) };
        }
        if kind.is_dir() && self.filter.pattern.reaches_below(&below(&path, self.folder)) {
            let real = folder.real.join(entry.file_name());
            self.open.push(Open { path, real, crossed: folder.crossed.clone() });
            return Ok(());
        }
        if kind.is_dir() { Ok(()) } else { self.file(path) }
    }

    fn file(&mut self, path: PathBuf) -> Result<(), ReadError> {
        let name = below(&path, self.folder);
        if self.filter.judge(&name) != Verdict::Meant {
            return Ok(());
        }
        if !is_usable(&path) {
            self.unusable.push(path);
            return Ok(());
        }
        if let Some(kind) = oddity(&path) {
            let file = path.display().to_string();
            return Err(ReadError::NoFile { file, kind });
        }
        self.found.push(path);
        Ok(())
    }

    /// The error about a file whose name cannot be requested.
    fn unnamed(&self, path: &Path) -> ReadError {
        let name = |path: &PathBuf| below(path, self.folder);
        let others = self.unusable.iter().filter(|other| *other != path).chain(&self.found);
        let others: Vec<String> = others.map(name).collect();
        let pattern = leave_out(&below(path, self.folder), others.iter().map(String::as_str));
        ReadError::FileName { file: printable(&path.to_string_lossy()), pattern }
    }

    fn link(&mut self, folder: &Open, path: PathBuf) -> Result<(), ReadError> {
        let name = below(&path, self.folder);
        let meant = self.filter.verdict(&name) == Verdict::Meant;
        let pattern = self.filter.pattern;
        let reached = pattern.sees(&name) && pattern.reaches_below(&name);
        let link = || path.display().to_string();
        let target = match path.canonicalize() {
            Err(_) if meant => return Err(ReadError::BrokenLink { link: link() }),
            Err(_) => return Ok(()),
            Ok(target) => target,
        };
        let is_folder = target.is_dir();
        if !(if is_folder { reached } else { meant }) {
            self.filter.judge(&name);
            return Ok(());
        }
        if !target.starts_with(&self.root) {
            let target = target.display().to_string();
            return Err(ReadError::LinkOut { link: link(), target });
        }
        if !is_folder {
            return self.file(path);
        }
        let crossed = [folder.crossed.as_slice(), std::slice::from_ref(&folder.real)].concat();
        if crossed.iter().any(|above| above.starts_with(&target)) {
            return Err(ReadError::LinkLoop { link: link() });
        }
        self.open.push(Open { path, real: target, crossed });
        Ok(())
    }
}

/// Whether a name can be requested: text without control characters, and not one that the store
/// takes for an unfinished upload, with `#` and a number at its end.
fn is_usable(path: &Path) -> bool {
    let Some(name) = path.to_str() else { return false };
    let is_upload = name.rsplit_once('#').is_some_and(|(_, number)| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    !is_upload && !name.contains(|it: char| it.is_ascii_control())
}

/// A path from a folder on. Bytes of a name that are not text are shown as `\u{fffd}`.
fn below(path: &Path, folder: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).to_string_lossy().into_owned()
}

fn is_gone(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn unreadable(folder: &Path, error: io::Error) -> ReadError {
    let error = object_store::Error::Generic { store: "local", source: Box::new(error) };
    StoreError::access(&folder.display().to_string(), &error).into()
}
