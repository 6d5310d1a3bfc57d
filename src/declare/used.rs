//! What a pipeline takes of the program.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};

use super::Spanned;

/// Families of tables, by name: one word, or a list.
#[derive(Debug, Clone)]
pub enum Use {
    /// One, such as `all`.
    One(String),
    /// Several, each in its place.
    Several(Vec<Spanned<String>>),
}

impl Use {
    /// The names, each with its place.
    pub fn names(written: &Spanned<Self>) -> Vec<Spanned<String>> {
        match &written.value {
            Self::One(name) => {
                vec![Spanned::new(name.clone(), written.referenced, written.defined)]
            }
            Self::Several(names) => names.clone(),
        }
    }
}

impl<'de> Deserialize<'de> for Use {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UseVisitor)
    }
}

struct UseVisitor;

impl<'de> Visitor<'de> for UseVisitor {
    type Value = Use;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a family, such as `all`, or a list of them")
    }

    fn visit_str<E>(self, text: &str) -> Result<Use, E> {
        Ok(Use::One(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Use, A::Error> {
        let mut names = Vec::new();
        while let Some(name) = list.next_element()? {
            names.push(name);
        }
        Ok(Use::Several(names))
    }
}

impl JsonSchema for Use {
    fn schema_name() -> Cow<'static, str> {
        "Use".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "array"],
            "items": {"type": "string"},
            "description": "A family, such as `all`, or a list of them.",
        })
    }
}
