//! Locations with wildcards: the fixed folder they start in, and the pattern below it.

use globset::{GlobBuilder, GlobMatcher};

/// The characters that start a wildcard.
const WILD: [char; 4] = ['*', '?', '[', '{'];

/// The folder in which a location starts, and the pattern below it if there are wildcards.
pub(super) fn split(location: &str) -> (&str, Option<&str>) {
    let Some(wild) = location.find(WILD) else { return (location, None) };
    match location[..wild].rfind('/') {
        None => ("", Some(location)),
        Some(0) => ("/", Some(&location[1..])),
        Some(slash) => (&location[..slash], Some(&location[slash + 1..])),
    }
}

/// A pattern over paths relative to the fixed folder.
///
/// `*` and `?` stay within a folder, `**` crosses folders, `{a,b}` and `[0-9]` are choices. Files
/// and folders starting with `.` or `_` are other programs' own and match only a pattern that
/// writes such a start.
#[derive(Debug)]
pub(super) struct Pattern {
    matcher: GlobMatcher,
    hidden: bool,
}

impl Pattern {
    /// Reads a pattern, or says what is wrong with it.
    pub(super) fn new(text: &str) -> Result<Self, String> {
        if text.split('/').any(|part| part == "..") {
            return Err("it must not contain `..`".to_owned());
        }
        let glob = GlobBuilder::new(text).literal_separator(true).build();
        let matcher = glob.map_err(|error| error.kind().to_string())?.compile_matcher();
        Ok(Self { matcher, hidden: is_hidden(text) })
    }

    /// Whether a relative path is meant.
    pub(super) fn matches(&self, path: &str) -> bool {
        (self.hidden || !is_hidden(path)) && self.matcher.is_match(path)
    }
}

fn is_hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with(['.', '_']))
}

#[cfg(test)]
mod tests {
    use super::{Pattern, split};

    fn matches(pattern: &str, path: &str) -> bool {
        Pattern::new(pattern).unwrap().matches(path)
    }

    #[test]
    fn the_fixed_folder_ends_before_the_first_wildcard() {
        assert_eq!(split("raw/orders/2024-*/x.csv"), ("raw/orders", Some("2024-*/x.csv")));
        assert_eq!(split("s3://bucket/{a,b}.csv"), ("s3://bucket", Some("{a,b}.csv")));
        assert_eq!(split("*.csv"), ("", Some("*.csv")));
        assert_eq!(split("/*.csv"), ("/", Some("*.csv")));
        assert_eq!(split("raw/a.csv"), ("raw/a.csv", None));
    }

    #[test]
    fn one_star_stays_within_a_folder_and_two_do_not() {
        assert!(matches("*.csv", "a.csv") && !matches("*.csv", "b/a.csv"));
        assert!(matches("**/*.csv", "a.csv") && matches("**/*.csv", "b/c/a.csv"));
    }

    #[test]
    fn alternatives_and_single_characters_are_understood() {
        assert!(matches("{a,b}?.csv", "b1.csv") && !matches("{a,b}?.csv", "c1.csv"));
    }

    #[test]
    fn other_programs_own_files_match_only_when_asked_for() {
        assert!(!matches("*", "_SUCCESS") && !matches("**/*.csv", ".tmp/a.csv"));
        assert!(matches("_*", "_SUCCESS"));
    }

    #[test]
    fn a_step_up_is_refused() {
        assert!(Pattern::new("*/../x").unwrap_err().contains("`..`"));
    }
}
