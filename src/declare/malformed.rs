//! Errors of the YAML reader, in this project's words.

use std::sync::Arc;

use super::check::{NO_ROWS_TO_ALLOW, ONE_CONDITION};
use super::unit_test::{NO_ROWS, ROWS_OR_CSV};
use crate::diagnostic::{Code, Diagnostic, Place, SourceFile};

/// The first mistake of a file, at its place.
pub(super) fn diagnostic(file: &Arc<SourceFile>, error: &serde_yaml::Error) -> Diagnostic {
    let text = error.without_snippet().to_string();
    let place = match error.location() {
        Some(location) => Place::in_yaml(file, &location),
        None => Place::start_of(file),
    };
    said(message(&text), &place)
}

/// The text without the position, which is shown separately.
fn message(text: &str) -> &str {
    let first = text.lines().next().unwrap_or_default();
    let first = first.rsplit_once(" at line ").map_or(first, |(message, _)| message);
    match first.split_once(": ") {
        Some((prefix, rest)) if prefix.starts_with("line ") => rest,
        _ => first,
    }
}

fn said(message: &str, place: &Place) -> Diagnostic {
    let new = |code, message: String| Diagnostic::new(code, message, place.clone());
    if let Some((name, known)) = expected(message, "unknown field `") {
        return new(Code::UnknownKey, format!("there is no key `{name}` here"))
            .nearest_or_all(name, known, "keys");
    }
    if let Some((name, known)) = expected(message, "unknown variant `") {
        return new(Code::UnknownValue, format!("`{name}` is not known here"))
            .nearest_or_all(name, known, "choices");
    }
    if let Some(name) = message.strip_prefix("missing field `").and_then(|it| it.strip_suffix('`'))
    {
        return new(Code::MissingKey, format!("the key `{name}` is missing before here"))
            .help(format!("add `{name}: …`"));
    }
    if let Some(rest) = message.strip_prefix("duplicate mapping key: ") {
        let name = rest.split_once(", set ").map_or(rest, |(name, _)| name);
        return new(Code::DuplicateKey, format!("the key `{name}` is written twice"))
            .help("keep one of the two");
    }
    if let Some((fact, help)) = message.split_once(": use ") {
        let code = match fact.starts_with("unknown concept ") {
            true => Code::UnknownConcept,
            false => Code::UnknownValue,
        };
        return new(code, fact.to_owned()).help(format!("use {help}"));
    }
    if message.starts_with("tagged enum ") {
        return new(Code::Yaml, "a tag (`!…`) means nothing here".to_owned()).help("leave it out");
    }
    if let Some((least, most)) = message.strip_prefix("invalid ").and_then(whole_numbers) {
        return new(Code::WrongType, format!("this is no whole number from {least} to {most}"))
            .help("write one without a point, such as `1`");
    }
    let (code, message, help) = of_yaml(message);
    let diagnostic = new(code, message.to_owned());
    match help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

/// A message of the YAML reader: its code, its replacement, and the help.
fn of_yaml(message: &str) -> (Code, &str, Option<&str>) {
    match message {
        "invalid floating point" => {
            (Code::WrongType, "this is not a number", Some("write one such as `0.5`"))
        }
        "invalid boolean" => {
            (Code::WrongType, "this is not a boolean", Some("write `true` or `false`"))
        }
        "expected sequence start" => (
            Code::WrongType,
            "a list is expected here",
            Some("write `[a, b]`, or `- a` line by line"),
        ),
        "expected mapping start" => {
            (Code::WrongType, "a mapping is expected here", Some("write `key: value` line by line"))
        }
        "expected string scalar" => (
            Code::WrongType,
            "one value is expected here",
            Some("quote it if it holds `{`, `[` or `: `"),
        ),
        "unexpected end of input" => {
            (Code::Yaml, "the file is empty", Some("write what the file is to say"))
        }
        other if other.starts_with("budget breached: ") => too_much(other),
        other if other.starts_with("tabs ") => {
            (Code::Yaml, "a tab cannot indent a line", Some("indent with spaces"))
        }
        other if other.contains(" is neither a share ") => {
            (Code::WrongType, other, Some("say how many rows may be, such as `1%` or `20`"))
        }
        NO_ROWS_TO_ALLOW => (
            Code::WrongCheck,
            NO_ROWS_TO_ALLOW,
            Some("widen `min` or `max`, or say `severity: warn`"),
        ),
        NO_ROWS => (Code::NoValue, NO_ROWS, Some("write rows, or `[]` where there are none")),
        ROWS_OR_CSV => (
            Code::MissingKey,
            ROWS_OR_CSV,
            Some("write a list of rows under `rows`, or the path of a file under `csv`"),
        ),
        ONE_CONDITION => (
            Code::WrongCheck,
            ONE_CONDITION,
            Some(
                "write one of `not_null`, `unique`, `accepted_values`, `accepted_range`, `references`, `row_count` and `no_rows`, and each other as a check of its own",
            ),
        ),
        other => {
            let help = "look here and just before for a sign that is missing or too many";
            (Code::Yaml, other, Some(help))
        }
    }
}

/// Values beyond the limits of the YAML reader.
fn too_much(message: &str) -> (Code, &'static str, Option<&'static str>) {
    match message.starts_with("budget breached: Depth") {
        true => (
            Code::Yaml,
            "too many lists and mappings are within one another here",
            Some("write what is meant on fewer levels: what a file may say takes a handful"),
        ),
        false => (
            Code::Yaml,
            "the file says more than one file of a project may say",
            Some("write less into it; what many rows say belongs into a source"),
        ),
    }
}

/// The least and the greatest number of a type.
fn whole_numbers(integer: &str) -> Option<(i128, i128)> {
    Some(match integer {
        "u8" => (0, u8::MAX.into()),
        "u16" => (0, u16::MAX.into()),
        "u32" => (0, u32::MAX.into()),
        "u64" | "usize" => (0, u64::MAX.into()),
        "i8" => (i8::MIN.into(), i8::MAX.into()),
        "i16" => (i16::MIN.into(), i16::MAX.into()),
        "i32" => (i32::MIN.into(), i32::MAX.into()),
        "i64" | "isize" => (i64::MIN.into(), i64::MAX.into()),
        _ => return None,
    })
}

/// An unknown name, and the known ones.
fn expected<'a>(message: &'a str, opening: &str) -> Option<(&'a str, Vec<&'a str>)> {
    let (name, rest) = message.strip_prefix(opening)?.split_once('`')?;
    let known = rest.strip_prefix(", expected ").unwrap_or_default();
    let known = known.strip_prefix("one of ").unwrap_or(known);
    let known =
        known.split(", ").map(|name| name.trim_matches('`')).filter(|name| !name.is_empty());
    Some((name, known.collect()))
}

#[cfg(test)]
mod tests {
    use schemars::schema_for;

    use super::{ONE_CONDITION, of_yaml};
    use crate::declare::check::DeclaredCheck;

    #[test]
    fn a_check_without_a_condition_is_told_all_that_there_are() {
        let (_, _, help) = of_yaml(ONE_CONDITION);
        let schema = schema_for!(DeclaredCheck);
        let keys = schema.get("properties").unwrap().as_object().unwrap().keys();
        for key in keys.filter(|key| !["severity", "max_failed_rows"].contains(&key.as_str())) {
            assert!(help.unwrap().contains(&format!("`{key}`")), "{key}");
        }
    }
}
