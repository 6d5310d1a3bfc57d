//! Lock files: whether the process that works in a folder of this machine is alive.
//!
//! The process holds a lock on a file in the folder, which the operating system releases when the process ends, however
//! it ends; a stopped process still holds it. The file is locked before it gets its name, so that a file that is there
//! and not locked belongs to a process that has ended.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;

/// The file's name.
const LOCK: &str = "lock";
/// What its name starts with before it is locked.
const UNNAMED: &str = "lock-";
/// How often to create a folder that others remove.
const ATTEMPTS: u32 = 10_000;

/// A folder that this process works in.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "it is held")] File);

impl Lock {
    /// Locks a folder, which is created if necessary.
    ///
    /// # Errors
    /// The folder cannot be written to.
    pub fn hold(folder: &Path) -> io::Result<Self> {
        let mut tried = Self::begin(folder);
        for _ in 1..ATTEMPTS {
            match tried {
                // Another process has removed the folder, as an unused one.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    tried = Self::begin(folder);
                }
                tried => return tried,
            }
        }
        tried
    }

    fn begin(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let unnamed = folder.join(format!("{UNNAMED}{}", std::process::id()));
        let file = File::create(&unnamed)?;
        // On a file system without locks, no folder counts as free.
        let _ = file.try_lock();
        fs::rename(unnamed, folder.join(LOCK))?;
        Ok(Self(file))
    }

    /// Removes a folder in which a process was ended before it had its lock: nothing else is in it
    /// then. A process that is about to lock it creates the folder again, and one with a lock keeps
    /// it, since a folder with a lock is not empty.
    pub fn clear_unbegun(folder: &Path) {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let names: Vec<_> = entries.map(|entry| entry.file_name()).collect();
        let unnamed = |name: &std::ffi::OsString| name.to_string_lossy().starts_with(UNNAMED);
        if names.iter().all(unnamed) {
            for name in names {
                let _ = fs::remove_file(folder.join(name));
            }
            let _ = fs::remove_dir(folder);
        }
    }

    /// Takes over a folder whose process has ended; `None` if that is alive, or there is no lock file.
    pub fn take_over(folder: &Path) -> Option<Self> {
        let file = folder.join(LOCK);
        // A pipe would wait for a reader, and a link may lead anywhere.
        fs::symlink_metadata(&file).ok().filter(fs::Metadata::is_file)?;
        let file = File::options().write(true).open(file).ok()?;
        match file.try_lock() {
            Ok(()) => Some(Self(file)),
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => None,
        }
    }

    /// Whether a folder has a lock file.
    pub fn exists(folder: &Path) -> bool {
        folder.join(LOCK).exists()
    }
}

#[cfg(test)]
mod tests {
    use super::Lock;

    #[test]
    fn a_folder_is_taken_over_once_nobody_holds_it() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Lock::take_over(folder.path()).is_none());
        assert!(!Lock::exists(folder.path()));
        let held = Lock::hold(&folder.path().join("run")).unwrap();
        assert!(Lock::take_over(&folder.path().join("run")).is_none());
        drop(held);
        let taken = Lock::take_over(&folder.path().join("run"));
        assert!(taken.is_some() && Lock::take_over(&folder.path().join("run")).is_none());
    }

    #[test]
    fn a_folder_goes_in_which_nothing_was_begun_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let run = folder.path().join("run");
        for names in [&[][..], &["lock-1"], &["lock-1", "lock-2"]] {
            std::fs::create_dir(&run).unwrap();
            for name in names {
                std::fs::write(run.join(name), "").unwrap();
            }
            Lock::clear_unbegun(&run);
            assert!(!run.exists(), "{names:?}");
        }
        std::fs::create_dir(&run).unwrap();
        std::fs::write(run.join("rows"), "").unwrap();
        Lock::clear_unbegun(&run);
        assert!(run.join("rows").exists());
        let held = Lock::hold(&run).unwrap();
        Lock::clear_unbegun(&run);
        assert!(Lock::exists(&run));
        drop(held);
    }

    #[test]
    fn who_is_about_to_have_a_folder_has_it_however_often_it_is_taken_away() {
        let folder = tempfile::tempdir().unwrap();
        let run = folder.path().join("run");
        std::thread::scope(|scope| {
            let clearing = scope.spawn(|| (0..20_000).for_each(|_| Lock::clear_unbegun(&run)));
            for _ in 0..200 {
                let held = Lock::hold(&run).unwrap();
                assert!(Lock::exists(&run));
                drop(held);
                let _ = std::fs::remove_dir_all(&run);
            }
            clearing.join().unwrap();
        });
    }
}
