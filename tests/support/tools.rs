//! Programs from outside that `./test` fetches.

use std::path::PathBuf;

/// The path of a test tool.
///
/// A test without its tool fails: one that is skipped looks like one that passed.
pub(crate) fn tool(name: &str) -> PathBuf {
    let folder = std::env::var_os("PATRONAGE_TOOLS").map(PathBuf::from);
    let found = folder.map(|folder| folder.join("bin").join(name)).filter(|path| path.exists());
    found.unwrap_or_else(|| panic!("this test needs `{name}`: run ./test, which fetches it"))
}
