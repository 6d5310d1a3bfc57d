//! One position, counted from 1, or several.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Unexpected, Visitor};

/// One position or several, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Positions(pub Vec<u32>);

impl<'de> Deserialize<'de> for Positions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PositionsVisitor)
    }
}

struct PositionsVisitor;

impl<'de> Visitor<'de> for PositionsVisitor {
    type Value = Positions;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a position such as `1`, or a list of positions")
    }

    fn visit_u64<E: Error>(self, position: u64) -> Result<Positions, E> {
        let narrow = u32::try_from(position);
        let wrong = |_| E::invalid_value(Unexpected::Unsigned(position), &self);
        Ok(Positions(vec![narrow.map_err(wrong)?]))
    }

    fn visit_i64<E: Error>(self, position: i64) -> Result<Positions, E> {
        match u64::try_from(position) {
            Ok(position) => self.visit_u64(position),
            Err(_) => Err(E::invalid_value(Unexpected::Signed(position), &self)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Positions, A::Error> {
        let mut positions = Vec::new();
        while let Some(position) = list.next_element()? {
            positions.push(position);
        }
        Ok(Positions(positions))
    }
}

impl JsonSchema for Positions {
    fn schema_name() -> Cow<'static, str> {
        "Positions".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["integer", "array"],
            "minimum": 1,
            "items": {"type": "integer", "minimum": 1},
            "description": "A position, counted from 1, or a list of positions.",
        })
    }
}
