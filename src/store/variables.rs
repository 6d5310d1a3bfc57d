//! Settings from the environment, under the names that each cloud's own tools use.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// Variables that are set to something. Not printable: many of them are secret.
#[derive(Clone, Default)]
pub(super) struct Variables(BTreeMap<String, String>);

impl Variables {
    /// Those that are text and not empty.
    pub(super) fn new(variables: impl Iterator<Item = (OsString, OsString)>) -> Self {
        let texts = variables.filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
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

    /// A path below the home folder.
    pub(super) fn at_home(&self, path: &str) -> Option<PathBuf> {
        self.get("HOME").map(|home| PathBuf::from(home).join(path))
    }
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
}
