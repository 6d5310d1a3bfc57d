//! Files of the program, written into a project. What is there stays.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use super::outcome::Outcome;
use crate::failure::FailureKind;
use crate::run::Failure;

/// Writes files by their paths below a folder, or none of them where one is there already.
///
/// # Errors
/// One is there, or cannot be written.
pub(super) fn create(root: &Path, files: &[(String, String)]) -> Result<Vec<PathBuf>, Outcome> {
    let paths: Vec<PathBuf> = files.iter().map(|(path, _)| root.join(path)).collect();
    if let Some(there) = paths.iter().find(|path| path.symlink_metadata().is_ok()) {
        return Err(in_the_way(there));
    }
    for (path, (_, text)) in paths.iter().zip(files) {
        written(path, text)?;
    }
    Ok(paths)
}

fn written(path: &Path, text: &str) -> Result<(), Outcome> {
    let made = path.parent().map_or(Ok(()), fs::create_dir_all);
    let file = made.and_then(|()| fs::OpenOptions::new().write(true).create_new(true).open(path));
    match file.and_then(|mut file| file.write_all(text.as_bytes())) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(in_the_way(path)),
        Err(error) => Err(Failure::Disk { path: path.display().to_string(), error }.into()),
        Ok(()) => Ok(()),
    }
}

/// What is not written over.
pub(super) fn in_the_way(path: &Path) -> Outcome {
    Outcome::Unknown {
        message: format!("`{}` is there already, and stays as it is", path.display()),
        help: Some("move it away, or name another folder".to_owned()),
        kind: FailureKind::Project,
    }
}
