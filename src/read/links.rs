//! Links in a folder of raw files, before anything is read through one.
//!
//! A declared folder may itself be a link; that is its owner's choice. A link inside of it is
//! followed as long as it stays inside. One that leads out is refused: whoever may put files into
//! the folder could otherwise have any file of this machine read. One that leads nowhere is refused
//! where it is named like a file of the source, for that file is lost.

use std::fs::DirEntry;
use std::io;
use std::path::{Path, PathBuf};

use super::ReadError;
use super::pattern::Pattern;
use crate::store::StoreError;

/// Looks at every link below `folder` that `pattern` can reach.
///
/// # Errors
/// A link leads out of the folder, in a circle or nowhere, or a folder cannot be listed.
pub(super) fn check(folder: &Path, pattern: &Pattern) -> Result<(), ReadError> {
    let Ok(root) = folder.canonicalize() else { return Ok(()) };
    let mut open = vec![root.clone()];
    while let Some(next) = open.pop() {
        let entries = match std::fs::read_dir(&next) {
            Ok(entries) => entries,
            // The folder, or one in it, went away, or was a file all along.
            Err(error) if is_gone(&error) => continue,
            Err(error) => return Err(unreadable(&next, error)),
        };
        for entry in entries {
            let entry = entry.map_err(|error| unreadable(&next, error))?;
            let kind = entry.file_type().map_err(|error| unreadable(&next, error))?;
            let found = Found::new(&root, folder, &entry, pattern);
            if kind.is_symlink() {
                found.check_link(&root)?;
            } else if kind.is_dir() && found.reached {
                open.push(entry.path());
            }
        }
    }
    Ok(())
}

/// An entry of a folder, and what the pattern makes of it.
struct Found {
    path: PathBuf,
    /// The path as the owner of the folder would write it.
    shown: String,
    /// Whether it is named like a file of the source.
    meant: bool,
    /// Whether files below it could be.
    reached: bool,
}

impl Found {
    fn new(root: &Path, folder: &Path, entry: &DirEntry, pattern: &Pattern) -> Self {
        let path = entry.path();
        let below = path.strip_prefix(root).unwrap_or(&path).to_path_buf();
        let text = below.to_string_lossy();
        Self {
            shown: folder.join(&below).display().to_string(),
            meant: pattern.matches(&text),
            reached: pattern.reaches_below(&text),
            path,
        }
    }

    fn check_link(&self, root: &Path) -> Result<(), ReadError> {
        if !self.meant && !self.reached {
            return Ok(());
        }
        let link = || self.shown.clone();
        match self.path.canonicalize() {
            Err(_) if self.meant => Err(ReadError::BrokenLink { link: link() }),
            Ok(target) if !(if target.is_dir() { self.reached } else { self.meant }) => Ok(()),
            Ok(target) if !target.starts_with(root) => {
                Err(ReadError::LinkOut { link: link(), target: target.display().to_string() })
            }
            Ok(target) if self.path.starts_with(&target) => {
                Err(ReadError::LinkLoop { link: link() })
            }
            _ => Ok(()),
        }
    }
}

fn is_gone(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn unreadable(folder: &Path, error: io::Error) -> ReadError {
    let error = object_store::Error::Generic { store: "local", source: Box::new(error) };
    StoreError::access(&folder.display().to_string(), &error).into()
}
