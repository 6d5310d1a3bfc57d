//! Whether the process that works in a folder of this machine is alive.
//!
//! It holds a lock on a file in the folder, which the system lets go of when it ends, however it ends; one
//! that is stopped holds it still. The file gets its name only when it is locked, so that one that is
//! there and not locked is of a process that has ended.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;

/// The file's name.
const LOCK: &str = "lock";

/// A folder that this process works in.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "it is held")] File);

impl Lock {
    /// Takes a folder, which is made if need be.
    ///
    /// # Errors
    /// The folder cannot be written to.
    pub fn hold(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let unnamed = folder.join(format!("{LOCK}-{}", std::process::id()));
        let file = File::create(&unnamed)?;
        // Where a file system has no locks, nobody takes one for free either.
        let _ = file.try_lock();
        fs::rename(unnamed, folder.join(LOCK))?;
        Ok(Self(file))
    }

    /// Takes over a folder whose process has ended. None if that is alive, or nothing is known of it.
    pub fn of_the_dead(folder: &Path) -> Option<Self> {
        let file = folder.join(LOCK);
        // A pipe would wait for somebody to read from it, and a link lead anywhere.
        fs::symlink_metadata(&file).ok().filter(fs::Metadata::is_file)?;
        let file = File::options().write(true).open(file).ok()?;
        match file.try_lock() {
            Ok(()) => Some(Self(file)),
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => None,
        }
    }

    /// Whether a folder says whose it is at all.
    pub fn is_known(folder: &Path) -> bool {
        folder.join(LOCK).exists()
    }
}

#[cfg(test)]
mod tests {
    use super::Lock;

    #[test]
    fn a_folder_is_taken_over_once_nobody_holds_it() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Lock::of_the_dead(folder.path()).is_none());
        assert!(!Lock::is_known(folder.path()));
        let held = Lock::hold(&folder.path().join("run")).unwrap();
        assert!(Lock::of_the_dead(&folder.path().join("run")).is_none());
        drop(held);
        let taken = Lock::of_the_dead(&folder.path().join("run"));
        assert!(taken.is_some() && Lock::of_the_dead(&folder.path().join("run")).is_none());
    }
}
