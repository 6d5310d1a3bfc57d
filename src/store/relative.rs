//! Relative paths from outside, validated: a path from a record cannot lead out of its folder.

use std::fmt;
use std::ops::Deref;
use std::path::Path;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A path below a folder, with `/` between its parts. Every part names something in the folder before
/// it: there is no `..`, no absolute start, and no character that some system interprets as either.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RelativePath(String);

/// A text that is not such a path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is no path below a folder: {problem}", .path.escape_debug())]
pub struct PathError {
    /// The text.
    pub path: String,
    /// What is wrong with it.
    pub problem: &'static str,
}

impl RelativePath {
    /// A path of any number of parts.
    ///
    /// # Errors
    /// A part is empty, leads up or may lead elsewhere.
    pub fn new(path: impl Into<String>) -> Result<Self, PathError> {
        let path = path.into();
        match path.split('/').find_map(problem).or_else(|| unfinished(&path)) {
            Some(problem) => Err(PathError { path, problem }),
            None => Ok(Self(path)),
        }
    }

    /// A path of one part: the name of a file or folder.
    ///
    /// # Errors
    /// As for [`Self::new`]; and it has several parts.
    pub fn name(name: impl Into<String>) -> Result<Self, PathError> {
        let name = name.into();
        match name.contains('/') {
            true => Err(PathError { path: name, problem: "one name is expected" }),
            false => Self::new(name),
        }
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path from `folder` on, if it lies in it.
    pub fn below(&self, folder: &str) -> Option<Self> {
        let below = self.0.strip_prefix(folder)?.strip_prefix('/')?;
        Some(Self(below.to_owned()))
    }

    /// A path below this one.
    #[must_use]
    pub fn join(&self, below: &Self) -> Self {
        Self(format!("{self}/{below}"))
    }
}

/// Why a part of a path is rejected. A literal character of one store may be interpreted by
/// another, or by a layer in between, as a way out: also if it is encoded.
fn problem(part: &str) -> Option<&'static str> {
    let decoded = decoded(part);
    if part.is_empty() {
        return Some("a part of it is empty");
    }
    let mut steps = decoded.split(['/', '\\']).map(str::trim);
    let leads_up = |step: &str| [".", ".."].contains(&step);
    let first = steps.next().unwrap_or_default();
    // A partition value may have slashes, all of them after the name of its column.
    let is_value = first.contains('=');
    if leads_up(first) || (!is_value && steps.any(leads_up)) {
        return Some("a part of it is `.` or `..`");
    }
    if first.is_empty() {
        return Some("a part of it begins with an encoded `/`");
    }
    if part.contains(['\\', ':']) {
        return Some("a part of it has `\\` or `:`");
    }
    part.contains(|it: char| it.is_ascii_control())
        .then_some("a part of it has a control character")
}

/// Why the name of a file is rejected: one with this ending is an unfinished upload, which a disk
/// does not return.
fn unfinished(path: &str) -> Option<&'static str> {
    let (_, number) = path.rsplit('/').next()?.split_once('#')?;
    let is_number = !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit());
    is_number.then_some("its end, `#` and a number, is that of a file half written")
}

/// A part after decoding it, however often it was encoded.
fn decoded(part: &str) -> String {
    let mut decoded = part.to_ascii_lowercase();
    while decoded.contains("%25") {
        decoded = decoded.replace("%25", "%");
    }
    [("%2e", "."), ("%2f", "/"), ("%5c", "\\")]
        .iter()
        .fold(decoded, |decoded, (code, sign)| decoded.replace(code, sign))
}

impl Deref for RelativePath {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<Path> for RelativePath {
    fn as_ref(&self) -> &Path {
        Path::new(&self.0)
    }
}

impl fmt::Display for RelativePath {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(self)
    }
}

impl FromStr for RelativePath {
    type Err = PathError;

    fn from_str(path: &str) -> Result<Self, PathError> {
        Self::new(path)
    }
}

impl TryFrom<String> for RelativePath {
    type Error = PathError;

    fn try_from(path: String) -> Result<Self, PathError> {
        Self::new(path)
    }
}

impl From<RelativePath> for String {
    fn from(path: RelativePath) -> Self {
        path.0
    }
}

impl PartialEq<&str> for RelativePath {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

#[cfg(test)]
mod tests {
    use super::RelativePath;

    #[test]
    fn what_we_write_is_a_path() {
        for path in [
            "orders/part-00000.parquet",
            "orders/city=a%2F..%2Fb/part-00000.parquet",
            "orders/city=\u{85}/x",
            "orders/city=..%2Fa%252F..%2F%2E%2E/x",
            "orders/city=100%25/x",
            "orders/city=São%20Paulo/x",
            "orders/city=__HIVE_DEFAULT_PARTITION__/..x/...",
            "_patronage/stage/20261101T000000000000-1/staged.json",
        ] {
            assert_eq!(RelativePath::new(path).as_deref(), Ok(path));
        }
    }

    #[test]
    fn no_path_leads_out() {
        for path in [
            "",
            "/",
            "/etc",
            "a//b",
            "a/",
            "..",
            ".",
            "a/../b",
            "a/./b",
            "%2e%2e/x",
            "%252e%252E/x",
            "t/..%2f..%2fx",
            "t/..%2F..%2Fx=1",
            "t/a%2f..%252f..%2fx",
            "t/%2e.%5cx",
            "t/%2fetc",
            "a/%2E.",
            "a/.. ",
            "a\\..\\b",
            "\\\\host\\x",
            "C:",
            "C:\\x",
            "c:/x",
            "s3://b/x",
            "a\0b",
            "t/part-00000.parquet#1",
            "a\nb",
        ] {
            assert!(RelativePath::new(path).is_err(), "{path:?}");
            assert!(serde_json::from_value::<RelativePath>(path.into()).is_err(), "{path:?}");
        }
        assert!(RelativePath::name("a").is_ok());
        assert!(RelativePath::name("a/b").is_err());
    }
}
