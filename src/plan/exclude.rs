//! Patterns of files that a source does not read although its location fits them.

use globset::{GlobBuilder, GlobMatcher};

/// The patterns of a source.
#[derive(Debug, Clone, Default)]
pub struct Exclude(Vec<Pattern>);

#[derive(Debug, Clone)]
struct Pattern {
    matcher: GlobMatcher,
    /// Whether it speaks of names, in whatever folder, and not of paths.
    of_names: bool,
}

impl Exclude {
    /// Reads patterns: one with a `/` is of paths, any other of names.
    ///
    /// # Errors
    /// The first pattern that makes no sense, and why.
    pub fn new(texts: &[String]) -> Result<Self, (String, String)> {
        let pattern = |text: &String| {
            let glob = GlobBuilder::new(text).literal_separator(true).build();
            let glob = glob.map_err(|error| (text.clone(), error.kind().to_string()))?;
            Ok(Pattern { matcher: glob.compile_matcher(), of_names: !text.contains('/') })
        };
        texts.iter().map(pattern).collect::<Result<_, _>>().map(Self)
    }

    /// Whether a file is not to be read, by its path below the folder in which the wildcards start.
    pub fn leaves_out(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        self.0.iter().any(|it| it.matcher.is_match(if it.of_names { name } else { path }))
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
        assert!(
            !leaves_out("archive/**", "x/archive/a.csv") && !leaves_out("archive", "archive/a")
        );
        assert!(leaves_out("caf*.csv", "x/caf\u{fffd}.csv"));
    }

    #[test]
    fn what_makes_no_sense_is_said() {
        let (pattern, problem) = Exclude::new(&["a{".to_owned()]).unwrap_err();
        assert_eq!(pattern, "a{");
        assert!(!problem.is_empty());
    }
}
