//! `${NAME}` and `${NAME:-default}` in locations.

/// Why a location has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VariableError {
    /// A variable is not set and has no default.
    #[error("the environment variable `{name}` is not set")]
    Missing {
        /// The variable's name.
        name: String,
    },
    /// A `${` without its `}`.
    #[error("`${{` is never closed")]
    Unclosed,
}

/// Replaces every `${NAME}` and `${NAME:-default}` in `text`.
///
/// An empty variable counts as unset, as in a shell's `:-`.
///
/// # Errors
/// A variable has neither a value nor a default, or its name does not end.
pub fn expand(
    text: &str,
    lookup: &dyn Fn(&str) -> Option<String>,
) -> Result<String, VariableError> {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (inner, tail) = after.split_once('}').ok_or(VariableError::Unclosed)?;
        expanded.push_str(before);
        expanded.push_str(&value(inner, lookup)?);
        rest = tail;
    }
    expanded.push_str(rest);
    Ok(expanded)
}

fn value(inner: &str, lookup: &dyn Fn(&str) -> Option<String>) -> Result<String, VariableError> {
    let (name, default) = match inner.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (inner, None),
    };
    lookup(name)
        .filter(|value| !value.is_empty())
        .or_else(|| default.map(str::to_owned))
        .ok_or_else(|| VariableError::Missing { name: name.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::{VariableError, expand};

    fn with(name: &str) -> Option<String> {
        (name == "RAW").then(|| "s3://bucket/raw".to_owned())
    }

    #[test]
    fn a_variable_wins_over_its_default_and_an_unset_one_takes_it() {
        assert_eq!(expand("${RAW:-data}/x", &with).unwrap(), "s3://bucket/raw/x");
        assert_eq!(expand("${OUT:-data}/x", &with).unwrap(), "data/x");
    }

    #[test]
    fn a_variable_that_does_not_end_is_no_text() {
        assert_eq!(expand("a/${OUT", &with), Err(VariableError::Unclosed));
    }

    #[test]
    fn a_missing_variable_names_itself() {
        let error = expand("a/${OUT}/b", &with).unwrap_err();
        assert_eq!(error.to_string(), "the environment variable `OUT` is not set");
    }
}
