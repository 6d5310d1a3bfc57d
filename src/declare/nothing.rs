//! Keys without a value, which are null in YAML.
//!
//! Some keys would be ignored, which is not what was meant: `publish:` publishes nothing,
//! `event_time:` applies no as-of. And a text that is null in YAML is not a text of a list. So
//! nulls are rejected, except for the settings that have the word `null` as a choice.

use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::Spanned;
use crate::diagnostic::{Code, Diagnostic, Place, SourceFile};

/// The settings that have `null` as a choice.
const CHOICES: [&str; 3] = ["missing_columns", "on_invalid", "nan"];
/// The keys of tests with rows, where `null` is a value.
const ROWS: [&str; 3] = ["given", "expect", "ctes"];

/// The first key or item of a file that is null. A file that is not YAML has none: its mistake is
/// reported elsewhere.
pub(super) fn first(file: &Arc<SourceFile>) -> Option<Diagnostic> {
    serde_yaml::from_str::<Node>(&file.text).ok()?.nothing(file, &[])
}

/// The same for a file of tests, whose rows may contain NULL.
pub(super) fn first_outside_rows(file: &Arc<SourceFile>) -> Option<Diagnostic> {
    serde_yaml::from_str::<Node>(&file.text).ok()?.nothing(file, &ROWS)
}

/// As much of a YAML document as it takes to find them.
enum Node {
    Nothing,
    Value,
    List(Vec<Spanned<Node>>),
    Mapping(Vec<(Spanned<String>, Node)>),
}

impl Node {
    /// The first that is null, except below some keys.
    fn nothing(&self, file: &Arc<SourceFile>, but: &[&str]) -> Option<Diagnostic> {
        match self {
            Self::Nothing | Self::Value => None,
            Self::List(items) => items.iter().find_map(|item| match item.value {
                Self::Nothing => Some(no_text(file, item)),
                ref other => other.nothing(file, but),
            }),
            Self::Mapping(pairs) => pairs.iter().find_map(|(key, value)| match value {
                Self::Nothing if CHOICES.contains(&key.value.as_str()) => None,
                Self::Nothing => Some(no_value(file, key)),
                _ if but.contains(&key.value.as_str()) => None,
                other => other.nothing(file, but),
            }),
        }
    }
}

fn no_value(file: &Arc<SourceFile>, key: &Spanned<String>) -> Diagnostic {
    let key_text = &key.value;
    let message = format!("the key `{key_text}` has nothing behind it");
    let help = match key_text.as_str() {
        "publish" => "write `publish: {}`, or leave the key out".to_owned(),
        _ => "write a value, or leave the key out; quote it if it is a text".to_owned(),
    };
    Diagnostic::new(Code::NoValue, message, Place::of(file, key)).help(help)
}

fn no_text(file: &Arc<SourceFile>, item: &Spanned<Node>) -> Diagnostic {
    let message =
        "an item of this list is nothing: YAML reads `null`, `NULL` and `~` so".to_owned();
    Diagnostic::new(Code::NoValue, message, Place::of(file, item))
        .help("quote it if it is a text, as in `\"NULL\"`, or leave it out")
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("anything")
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Nothing)
    }

    fn visit_none<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Nothing)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        Node::deserialize(deserializer)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Value)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Node, E> {
        Ok(Node::Value)
    }

    fn visit_i128<E: Error>(self, _: i128) -> Result<Node, E> {
        Ok(Node::Value)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Node, E> {
        Ok(Node::Value)
    }

    fn visit_u128<E: Error>(self, _: u128) -> Result<Node, E> {
        Ok(Node::Value)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Value)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Node, E> {
        Ok(Node::Value)
    }

    fn visit_bytes<E: Error>(self, _: &[u8]) -> Result<Node, E> {
        Ok(Node::Value)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Node::Mapping(pairs))
    }
}
