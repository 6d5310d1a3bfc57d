//! Patterns with `*`, `?`, `[…]` and `{a,b}`, of files, folders and names.
//!
//! The only place that parses them: patterns that nobody writes by hand, such as deeply nested
//! braces, are rejected, so that they cannot exhaust the stack.

use std::path::Path;

use globset::{GlobBuilder, GlobSet};

/// How deeply braces may be nested.
const NESTED: usize = 32;
/// The longest pattern, in bytes.
const LONGEST: usize = 16 << 10;

/// A pattern.
#[derive(Debug, Clone)]
pub(crate) struct Glob(GlobSet);

impl Glob {
    /// Reads a pattern of paths, in which `*` and `?` stay within a folder and `**` does not.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn of_paths(text: &str) -> Result<Self, String> {
        Self::read(text, true)
    }

    /// Reads a pattern of names, in which `*` and `?` match anything.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn of_names(text: &str) -> Result<Self, String> {
        Self::read(text, false)
    }

    fn read(text: &str, within_folders: bool) -> Result<Self, String> {
        if text.len() > LONGEST {
            return Err(format!("it is longer than {} KiB", LONGEST >> 10));
        }
        if nested(text) > NESTED {
            return Err(format!("more than {NESTED} of its braces are within one another"));
        }
        let glob = GlobBuilder::new(text).literal_separator(within_folders).build();
        let glob = glob.map_err(|error| error.kind().to_string())?;
        let set = GlobSet::builder().add(glob).build();
        Ok(Self(set.map_err(|_| "it stands for more than can be looked for".to_owned())?))
    }

    /// Whether a path or a name is meant.
    pub(crate) fn fits(&self, path: impl AsRef<Path>) -> bool {
        self.0.is_match(path)
    }
}

/// How many braces are open at once.
fn nested(text: &str) -> usize {
    let (mut open, mut most) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'{' => open += 1,
            b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        most = most.max(open);
    }
    most
}

#[cfg(test)]
mod tests {
    use super::Glob;

    #[test]
    fn what_nobody_writes_is_refused() {
        let braces = |times: usize| format!("{}b{}", "{a,".repeat(times), "}".repeat(times));
        for text in [braces(300), braces(100_000), "?".repeat(1 << 20), "{a,b}".repeat(1 << 20)] {
            let problem = Glob::of_paths(&text).unwrap_err();
            assert!(problem.starts_with("it ") || problem.starts_with("more"), "{problem}");
            assert!(problem.len() < 100, "{problem}");
        }
        assert!(Glob::of_paths(&braces(32)).unwrap().fits("b"));
    }

    #[test]
    fn a_star_of_paths_stays_within_a_folder_and_one_of_names_does_not() {
        assert!(
            !Glob::of_paths("a*").unwrap().fits("a/b") && Glob::of_names("a*").unwrap().fits("a/b")
        );
    }
}
