//! JSON objects as rows: every value that is not an object, by its path.

use std::ops::Range;

use crate::read::{JsonMember, JsonShape, json_members, json_objects};

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

/// The objects of a text, each as its values; nothing if something else stands among them.
pub(super) fn objects(
    text: &str,
    shape: JsonShape,
    cut: bool,
    most: usize,
) -> Option<Vec<Vec<Value>>> {
    let found = json_objects(text, shape, cut, most)?;
    let values = |object: Range<usize>| {
        let mut values = Vec::new();
        add_values(text, (object.start, 1), "", &mut values);
        values
    };
    Some(found.into_iter().map(values).collect())
}

/// What a key means, whatever escapes it is written with.
pub(super) fn plain(text: &str, key: &Range<usize>) -> String {
    serde_json::from_str(&text[key.start - 1..=key.end]).unwrap_or_default()
}

/// Adds the values of the well-formed object at a place of a text, which lies so many objects deep.
fn add_values(text: &str, (at, depth): (usize, usize), before: &str, values: &mut Vec<Value>) {
    let mut members = Vec::new();
    json_members(text.as_bytes(), at, &mut members);
    for JsonMember { key, value } in members {
        let key = plain(text, &key);
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
    use super::{JsonShape, Kind, objects};

    fn paths(text: &str) -> Option<Vec<String>> {
        let found = objects(text, JsonShape::Lines, false, 100)?;
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
        assert_eq!(paths(text), Some(vec![expected.to_owned()]));
    }

    #[test]
    fn depth_costs_no_stack_and_what_is_too_deep_is_text() {
        let deep = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
        for depth in [1, 64, 65, 50_000] {
            let text = format!("{}\n", deep(depth));
            let found = objects(&text, JsonShape::Lines, false, 1).unwrap();
            let levels = depth.min(64);
            assert_eq!(found[0][0].path, vec!["a"; levels].join("."));
            assert_eq!(found[0][0].text, if depth > 64 { deep(depth - 64) } else { "1".into() });
        }
    }
}
