//! Files that a source does not read although they match its location: those it excludes, and those
//! the pipeline itself writes.

use std::path::Path;

use crate::glob::Glob;
use crate::store::Address;

/// The patterns of a source, and the warehouse of its pipeline.
#[derive(Debug, Clone, Default)]
pub struct Exclude {
    patterns: Vec<Pattern>,
    warehouse: Option<String>,
}

#[derive(Debug, Clone)]
struct Pattern {
    matcher: Glob,
    /// Whether it matches names, in any folder, and not paths.
    of_names: bool,
}

impl Exclude {
    /// Parses patterns: one with a `/` is for paths, any other for names. Everything below a
    /// matching folder is excluded with it.
    ///
    /// # Errors
    /// The first pattern that makes no sense, and why.
    pub fn new(texts: &[String]) -> Result<Self, (String, String)> {
        let pattern = |text: &String| {
            let folder = text.strip_suffix('/').unwrap_or(text);
            let matcher = Glob::of_paths(folder).map_err(|problem| (text.clone(), problem))?;
            Ok::<_, (String, String)>(Pattern { matcher, of_names: !text.contains('/') })
        };
        let patterns = texts.iter().map(pattern).collect::<Result<_, _>>()?;
        Ok(Self { patterns, warehouse: None })
    }

    /// Excludes files in this warehouse, too.
    pub fn and_warehouse(self, location: &str) -> Self {
        Self { warehouse: Some(location.to_owned()), ..self }
    }

    /// The path of the warehouse, if there is one.
    pub fn warehouse(&self, base: &Path) -> Option<Address> {
        Address::of(self.warehouse.as_deref()?, base)
    }

    /// Whether a file is not to be read, by its path below the folder in which the wildcards start.
    pub fn leaves_out(&self, path: &str) -> bool {
        self.patterns.iter().any(|pattern| pattern.leaves_out(path))
    }
}

impl Pattern {
    fn leaves_out(&self, path: &str) -> bool {
        if self.of_names {
            return path.split('/').any(|name| self.matcher.fits(name));
        }
        let folders = path.match_indices('/').map(|(slash, _)| &path[..slash]);
        folders.chain([path]).any(|path| self.matcher.fits(path))
    }
}

#[cfg(test)]
mod tests {
    use super::Exclude;

    fn leaves_out(pattern: &str, path: &str) -> bool {
        Exclude::new(&[pattern.to_owned()]).unwrap().leaves_out(path)
    }

    #[test]
    fn a_pattern_is_of_names_unless_it_has_a_slash() {
        assert!(leaves_out("*.tmp", "a.tmp") && leaves_out("*.tmp", "x/y/a.tmp"));
        assert!(leaves_out("archive/**", "archive/x/a.csv"));
        assert!(!leaves_out("archive/**", "x/archive/a.csv"));
        assert!(leaves_out("caf*.csv", "x/caf\u{fffd}.csv"));
    }

    #[test]
    fn a_folder_is_left_out_with_what_is_below_it() {
        assert!(leaves_out("archive", "archive/a") && leaves_out("archive", "x/archive/y/a"));
        assert!(leaves_out("x/archive", "x/archive/y/a") && leaves_out("archive/", "archive/a"));
        assert!(!leaves_out("archive/", "x/archive/a") && !leaves_out("archive", "archives/a"));
        assert!(!leaves_out("x/*.csv", "x/y/a.csv"));
    }

    #[test]
    fn what_makes_no_sense_is_said() {
        let (pattern, problem) = Exclude::new(&["a{".to_owned()]).unwrap_err();
        assert_eq!(pattern, "a{");
        assert!(!problem.is_empty());
    }
}
