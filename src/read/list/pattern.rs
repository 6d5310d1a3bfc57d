//! Locations with wildcards: the fixed folder they start in, and the pattern below it.

use crate::glob::Glob;

/// The characters that start a wildcard.
const WILD: [char; 4] = ['*', '?', '[', '{'];

/// The folder in which a location starts, and the pattern below it if there are wildcards.
pub(in crate::read) fn split(location: &str) -> (&str, Option<&str>) {
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
/// and folders starting with `.`, `_` or `~$` are reserved by other programs, and so are files that
/// end in `#` and digits, as object stores on disks name unfinished uploads. They match only a
/// pattern that contains such a name.
#[derive(Debug)]
pub(in crate::read) struct Pattern {
    matcher: Glob,
    /// Those of its choices that write a name of other programs' own.
    hidden: Vec<Glob>,
    /// How many names a path can have that matches; any number if there is none.
    depth: Option<usize>,
}

impl Pattern {
    /// Reads a pattern, or says what is wrong with it.
    pub(in crate::read) fn new(text: &str) -> Result<Self, String> {
        if text.split('/').any(|part| part == "..") {
            return Err("it must not contain `..`".to_owned());
        }
        let matcher = Glob::of_paths(text)?;
        let depth = (!text.contains("**")).then(|| text.matches('/').count() + 1);
        // What cannot be taken apart is one choice.
        let choices = alternatives(text).unwrap_or_else(|_| vec![text.to_owned()]);
        let hidden = choices.iter().filter(|choice| is_hidden(choice));
        let hidden = hidden.map(|choice| Glob::of_paths(choice)).collect::<Result<_, _>>()?;
        Ok(Self { matcher, hidden, depth })
    }

    /// Whether the pattern matches a relative path, also of other programs' files.
    pub(super) fn fits(&self, path: &str) -> bool {
        self.matcher.fits(path)
    }

    /// Whether the pattern can fit paths below the folder `path`.
    pub(super) fn reaches_below(&self, path: &str) -> bool {
        self.depth.is_none_or(|depth| depth > path.split('/').count())
    }

    /// Whether a file that fits counts: it is not another program's own, or its name is written.
    pub(in crate::read) fn means(&self, path: &str) -> bool {
        !is_hidden(path) || self.hidden.iter().any(|choice| choice.fits(path))
    }

    /// Whether a file would count if it had the right name.
    pub(in crate::read) fn sees(&self, path: &str) -> bool {
        !self.hidden.is_empty() || !is_hidden(path)
    }
}

/// How many files a location on a web server may name.
const MOST: usize = 10_000;

/// The texts to which `{a,b}` in a text expands, which may be nested.
///
/// # Errors
/// A brace is not closed, or there are too many texts.
pub(super) fn alternatives(text: &str) -> Result<Vec<String>, String> {
    let mut open = vec![text.to_owned()];
    let mut done = Vec::new();
    while let Some(next) = open.pop() {
        match first_choice(&next)? {
            None => done.push(next),
            Some(choice) => {
                let texts = choice
                    .of
                    .into_iter()
                    .map(|part| [&next[..choice.start], part, &next[choice.end..]].concat());
                open.extend(texts.rev());
            }
        }
        if done.len() + open.len() > MOST {
            return Err(format!("its braces stand for more than {MOST} files"));
        }
    }
    Ok(done)
}

/// The first outermost `{…}` of a text, and its parts.
struct Choice<'a> {
    start: usize,
    end: usize,
    of: Vec<&'a str>,
}

fn first_choice(text: &str) -> Result<Option<Choice<'_>>, String> {
    let Some(start) = text.find('{') else { return Ok(None) };
    let (mut depth, mut from, mut of) = (0, start + 1, Vec::new());
    for (at, byte) in text.bytes().enumerate().skip(start) {
        match (byte, depth) {
            (b'{', _) => depth += 1,
            (b'}', 1) => {
                of.push(&text[from..at]);
                return Ok(Some(Choice { start, end: at + 1, of }));
            }
            (b'}', _) => depth -= 1,
            (b',', 1) => {
                of.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    Err("a `{` is not closed".to_owned())
}

fn is_hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with(['.', '_']) || part.starts_with("~$"))
        || is_unfinished(path)
}

fn is_unfinished(path: &str) -> bool {
    let number = path.rsplit_once('#').map(|(_, number)| number);
    number.is_some_and(|it| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::{Pattern, alternatives, split};

    fn matches(pattern: &str, path: &str) -> bool {
        let pattern = Pattern::new(pattern).unwrap();
        pattern.fits(path) && pattern.means(path)
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
        assert!(!matches("*.xlsx", "~$a.xlsx") && !matches("*", "a.csv#1"));
        assert!(matches("_*", "_SUCCESS") && matches("~$*", "~$a.xlsx"));
        assert!(matches("{_a,b}.csv", "_a.csv") && matches("{_a,b}.csv", "b.csv"));
        assert!(matches("{_a,*}.csv", "_a.csv") && !matches("{_a,*}.csv", "_b.csv"));
        assert!(matches("{x,{y,_z}/}*.csv", "_z/a.csv") && !matches("{x,y/}*.csv", "y/_a.csv"));
    }

    #[test]
    fn a_step_up_is_refused() {
        assert!(Pattern::new("*/../x").unwrap_err().contains("`..`"));
    }

    #[test]
    fn folders_are_entered_as_deep_as_the_pattern_goes() {
        let reaches = |text, path| Pattern::new(text).unwrap().reaches_below(path);
        assert!(!reaches("*.csv", "2024") && reaches("*/*.csv", "2024"));
        assert!(reaches("**/*.csv", "2024/01"));
    }

    #[test]
    fn braces_stand_for_every_choice_in_the_order_written() {
        let named = |text| alternatives(text).map(|names| names.join(" "));
        assert_eq!(named("a/{1,2}{x,}.csv").unwrap(), "a/1x.csv a/1.csv a/2x.csv a/2.csv");
        assert_eq!(named("{a,{b,c}d}").unwrap(), "a bd cd");
        assert_eq!(named("plain.csv").unwrap(), "plain.csv");
    }

    #[test]
    fn braces_that_are_open_or_too_many_are_refused() {
        assert!(alternatives("a{b").unwrap_err().contains("not closed"));
        assert!(alternatives(&"{1,2}".repeat(40)).unwrap_err().contains("more than"));
    }
}
