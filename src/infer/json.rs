//! JSON objects as rows: every value that is no object, by its path.

use serde::de::IgnoredAny;

use crate::read::{JsonMember, json_members};

/// How many objects within one another are looked into. What is deeper is text.
pub(super) const DEEPEST: usize = 64;

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    /// Where it is: `customer.id`.
    pub(super) path: String,
    /// What it is.
    pub(super) kind: Kind,
    /// Its text; of a number, its digits as they stand.
    pub(super) text: String,
}

/// Kinds of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text in quotes.
    Text,
    /// A number, or true or false.
    Plain,
    /// A list.
    List,
    /// None.
    Null,
}

/// The objects of a text, each as its values, and the byte at which the last of them ends.
///
/// Nothing if something else stands among them, and is not what the text is cut in.
pub(super) fn objects(
    text: &str,
    in_list: bool,
    cut: bool,
    most: usize,
) -> Option<(Vec<Vec<Value>>, usize)> {
    let (mut found, mut at) = (Vec::new(), 0);
    if in_list {
        at = text.find('[')? + 1;
    }
    let mut end = at;
    while found.len() < most {
        at += blanks(&text[at..]);
        if text[at..].starts_with(',') && in_list {
            at += 1 + blanks(&text[at + 1..]);
        }
        let rest = &text[at..];
        if rest.is_empty() || (in_list && rest.starts_with(']')) {
            return Some((found, end));
        }
        let Some(length) = object(rest) else {
            return (cut && rest.starts_with('{')).then_some((found, end));
        };
        if !in_list && !ends_line(&rest[..length], &rest[length..]) {
            return None;
        }
        let mut values = Vec::new();
        add_values(&rest[..length], (0, 1), "", &mut values);
        found.push(values);
        at += length;
        end = at;
    }
    Some((found, end))
}

/// Whether an object is a line by itself.
fn ends_line(object: &str, rest: &str) -> bool {
    let after = rest.trim_start_matches([' ', '\t', '\r']);
    !object.contains('\n') && (after.is_empty() || after.starts_with('\n'))
}

fn blanks(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// The length of the object that a text starts with.
fn object(text: &str) -> Option<usize> {
    if !text.starts_with('{') {
        return None;
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    values.next()?.ok()?;
    Some(values.byte_offset())
}

/// Adds the values of the well-formed object at a place of a text, which lies so many objects deep.
fn add_values(text: &str, (at, depth): (usize, usize), before: &str, values: &mut Vec<Value>) {
    let mut members = Vec::new();
    json_members(text.as_bytes(), at, &mut members);
    for JsonMember { key, value } in members {
        let key: String = serde_json::from_str(&text[key.start - 1..=key.end]).unwrap_or_default();
        let path = if before.is_empty() { key } else { format!("{before}.{key}") };
        let written = &text[value.clone()];
        let (kind, text) = match written.as_bytes().first() {
            Some(b'{') if depth < DEEPEST => {
                add_values(text, (value.start, depth + 1), &path, values);
                continue;
            }
            Some(b'{') => (Kind::Text, written.to_owned()),
            Some(b'"') => (Kind::Text, serde_json::from_str(written).unwrap_or_default()),
            Some(b'[') => (Kind::List, written.to_owned()),
            Some(b'n') => (Kind::Null, written.to_owned()),
            Some(_) | None => (Kind::Plain, written.to_owned()),
        };
        values.push(Value { path, kind, text });
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, objects};

    fn paths(text: &str, in_list: bool, cut: bool) -> Option<Vec<String>> {
        let (found, _) = objects(text, in_list, cut, 100)?;
        let shown = found.iter().map(|values| {
            let all = values.iter().map(|value| match value.kind {
                Kind::Text => format!("{}='{}'", value.path, value.text),
                _ => format!("{}={}", value.path, value.text),
            });
            all.collect::<Vec<_>>().join(" ")
        });
        Some(shown.collect())
    }

    #[test]
    fn values_within_objects_have_paths_and_lists_are_text() {
        let text = r#"{"a": {"b": "x,\"}", "c": 1.50}, "d": [1, {"e": "]"}], "f": null}"#;
        let expected = r#"a.b='x,"}' a.c=1.50 d=[1, {"e": "]"}] f=null"#;
        assert_eq!(paths(text, false, false), Some(vec![expected.to_owned()]));
    }

    #[test]
    fn depth_costs_no_stack_and_what_is_too_deep_is_text() {
        let deep = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
        for depth in [1, 64, 65, 50_000] {
            let text = format!("{}\n", deep(depth));
            let (found, _) = objects(&text, false, false, 1).unwrap();
            let levels = depth.min(64);
            assert_eq!(found[0][0].path, vec!["a"; levels].join("."));
            assert_eq!(found[0][0].text, if depth > 64 { deep(depth - 64) } else { "1".into() });
        }
    }

    #[test]
    fn lists_and_lines_are_told_apart_and_may_be_cut() {
        assert_eq!(paths("[{\"a\":1},\n {\"a\":2}]", true, false).unwrap().len(), 2);
        assert_eq!(paths("{\"a\":1}\n{\"a\":2}\n", false, false).unwrap().len(), 2);
        assert_eq!(paths("{\"a\":1}\n{\"a\":", false, true).unwrap().len(), 1);
        assert_eq!(paths("{\"a\":1}\n{\"a\":", false, false), None);
        assert_eq!(paths("{\n\"a\":1}\n", false, false), None);
        assert_eq!(paths("[1]", true, false), None);
    }
}
