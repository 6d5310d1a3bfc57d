//! Settings from the environment, under the names that each cloud's own tools use.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// Ends of the names of settings that are never sent: files, and signing keys.
const KEPT_HERE: [&str; 7] = [
    "_FILE",
    "_PATH",
    "_PROFILE",
    "_CERTIFICATE",
    "_CREDENTIALS",
    "SERVICE_ACCOUNT",
    "SERVICE_ACCOUNT_KEY",
];

/// Variables that are set to something. Not printable: many of them are secret.
#[derive(Clone, Default)]
pub(super) struct Variables(BTreeMap<String, String>);

impl Variables {
    /// Those that are text and not empty, without the white space around them: files end their lines, and so
    /// does what was copied from one.
    pub(super) fn new(variables: impl Iterator<Item = (OsString, OsString)>) -> Self {
        let texts = variables.filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?.trim().to_owned()))
        });
        Self(texts.filter(|(_, value)| !value.is_empty()).collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The first of several names that is set.
    pub(super) fn first(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.get(name))
    }

    pub(super) fn has_all(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.0.contains_key(*name))
    }

    /// Whether a switch is on.
    pub(super) fn is_on(&self, name: &str) -> bool {
        let value = self.get(name).unwrap_or_default().to_ascii_lowercase();
        matches!(value.as_str(), "true" | "1" | "yes" | "on")
    }

    /// Names and values of those that start with `prefix`.
    pub(super) fn below(&self, prefix: &'static str) -> impl Iterator<Item = (&str, &str)> {
        let all = self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        all.filter(move |(name, _)| name.starts_with(prefix))
    }

    /// Ensures that settings of a client that go into requests can be sent.
    ///
    /// # Errors
    /// The first setting of which a value cannot be sent, by name.
    pub(super) fn sendable(
        &self,
        prefix: &'static str,
        is_known: impl Fn(&str) -> bool,
    ) -> Result<(), String> {
        let sent = |name: &str| is_known(name) && !KEPT_HERE.iter().any(|end| name.ends_with(end));
        match self.below(prefix).find(|(name, value)| sent(name) && !is_sendable(value)) {
            Some((name, _)) => Err(unsendable(name)),
            None => Ok(()),
        }
    }

    /// A path below the home folder.
    pub(super) fn at_home(&self, path: &str) -> Option<PathBuf> {
        self.get("HOME").map(|home| PathBuf::from(home).join(path))
    }
}

/// Whether a value can be part of a request: a line of ASCII.
pub(super) fn is_sendable(value: &str) -> bool {
    value.bytes().all(|byte| byte == b'\t' || (b' '..=b'~').contains(&byte))
}

/// The message about a setting that cannot.
pub(super) fn unsendable(name: &str) -> String {
    format!(
        "what `{name}` says cannot be sent: it has to be one line, of letters that every server \
         reads (ASCII)"
    )
}

#[cfg(test)]
impl<const N: usize> From<[(&str, &str); N]> for Variables {
    fn from(pairs: [(&str, &str); N]) -> Self {
        Self::new(pairs.into_iter().map(|(name, value)| (name.into(), value.into())))
    }
}

#[cfg(test)]
mod tests {
    use super::Variables;

    #[test]
    fn an_empty_variable_is_not_set() {
        let variables = Variables::from([("A", ""), ("B", "1")]);
        assert_eq!((variables.get("A"), variables.first(&["A", "B"])), (None, Some("1")));
        assert!(variables.is_on("B") && !variables.has_all(&["A", "B"]));
    }

    #[test]
    fn what_is_sent_is_one_line_without_white_space_around_it() {
        let variables = Variables::from([("AWS_A", " key\r\n"), ("AWS_B_FILE", "/töken\n/a")]);
        assert_eq!(variables.get("AWS_A"), Some("key"));
        assert_eq!(variables.sendable("AWS_", |_| true), Ok(()));
        for value in ["a\nb", "töken", "a\u{7f}b"] {
            let problem = Variables::from([("AWS_A", value)]).sendable("AWS_", |_| true);
            let problem = problem.unwrap_err();
            assert!(problem.contains("`AWS_A`") && !problem.contains(value), "{problem}");
            assert_eq!(Variables::from([("AWS_A", value)]).sendable("AWS_", |_| false), Ok(()));
        }
    }
}
