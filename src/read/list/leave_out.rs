//! How to exclude a file whose name cannot be requested.
//!
//! A pattern that matches more than the file would silently exclude others. So the proposed one is
//! the name itself, with `\uFFFD` for bytes that are not text, with which it is compared; and it is
//! proposed only if it matches none of the other files.

use std::fmt::Write;

use crate::plan::Exclude;

/// What to write after `exclude:` to exclude `path`, and none of the `others`; `None` if that is
/// impossible. All are paths below the folder in which the wildcards start.
pub(super) fn leave_out<'a>(
    path: &str,
    mut others: impl Iterator<Item = &'a str>,
) -> Option<String> {
    // What a backslash means depends on who reads it.
    if path.contains('\\') {
        return None;
    }
    let pattern = escaped(path);
    let exclude = Exclude::new(std::slice::from_ref(&pattern)).ok()?;
    let fits = exclude.leaves_out(path) && !others.any(|other| exclude.leaves_out(other));
    fits.then(|| quoted(&pattern))
}

/// A pattern that fits just this text.
fn escaped(path: &str) -> String {
    let mut pattern = String::new();
    for character in path.chars() {
        match character {
            '*' | '?' | '[' | ']' | '{' | '}' => pattern.extend(['[', character, ']']),
            plain => pattern.push(plain),
        }
    }
    pattern
}

/// A text in quotes of YAML, in which nothing acts on who reads it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        let _ = match character {
            '"' => write!(quoted, "\\\""),
            plain if plain.is_alphanumeric() || plain == ' ' => write!(quoted, "{plain}"),
            plain if plain.is_ascii_graphic() => write!(quoted, "{plain}"),
            other if u32::from(other) > 0xffff => write!(quoted, "\\U{:08X}", u32::from(other)),
            other => write!(quoted, "\\u{:04X}", u32::from(other)),
        };
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::leave_out;

    #[test]
    fn what_is_advised_fits_one_file_and_is_yaml() {
        for (path, advised) in [
            ("\u{fffd}.csv", Some("\"\\uFFFD.csv\"")),
            ("m\u{fffd}.csv", Some("\"m\\uFFFD.csv\"")),
            ("x/a\u{1}\n.csv", Some("\"x/a\\u0001\\u000A.csv\"")),
            ("[{*?}]\".csv#1", Some("\"[[][{][*][?][}][]]\\\".csv#1\"")),
            ("é\u{1f525}\t.csv", Some("\"é\\U0001F525\\u0009.csv\"")),
            ("a\\b\u{1}.csv", None),
        ] {
            let others = ["m1.csv", "x/m1.csv", "[.csv"];
            assert_eq!(leave_out(path, others.into_iter()).as_deref(), advised, "{path:?}");
            let Some(advised) = advised else { continue };
            let read: String = serde_yaml::from_str(advised).unwrap();
            let exclude = crate::plan::Exclude::new(&[read]).unwrap();
            assert!(exclude.leaves_out(path) && !exclude.leaves_out("m1.csv"), "{path:?}");
        }
    }

    #[test]
    fn what_would_fit_another_file_is_not_advised() {
        // Two names that are not text look the same.
        assert_eq!(leave_out("m\u{fffd}.csv", ["m\u{fffd}.csv"].into_iter()), None);
        // A name fits in every folder, and a folder's with all that is in it.
        assert_eq!(leave_out("m\u{1}.csv", ["x/m\u{1}.csv"].into_iter()), None);
        assert_eq!(leave_out("m\u{1}", ["m\u{1}/a.csv"].into_iter()), None);
    }
}
