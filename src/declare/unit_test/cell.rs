//! One value of a row, as it is written: its type is known only once its column is.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::declare::Spanned;
use crate::declare::named::Named;

/// One value of a row.
#[derive(Debug, Clone)]
pub enum Cell {
    /// `null`.
    Null,
    /// A number or a truth value without quotes, of which the file has the digits as they were written.
    Plain,
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Spanned<Cell>>),
    /// The fields of a struct.
    Struct(Named<Spanned<Cell>>),
}

impl Cell {
    /// What is written for one value, in a file of this text; nothing for NULL, lists and structs.
    pub fn text<'a>(cell: &'a Spanned<Self>, file: &'a str) -> Option<Cow<'a, str>> {
        match &cell.value {
            Self::Plain => {
                let span = cell.defined.span();
                let number = |value: Option<u64>| usize::try_from(value?).ok();
                let start = number(span.byte_offset())?;
                let length = number(span.byte_len())?;
                file.get(start..start + length).map(|text| Cow::Borrowed(text.trim()))
            }
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::Null | Self::List(_) | Self::Struct(_) => None,
        }
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CellVisitor)
    }
}

struct CellVisitor;

impl<'de> Visitor<'de> for CellVisitor {
    type Value = Cell;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Cell, E> {
        Ok(Cell::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Cell, E> {
        Ok(Cell::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cell, D::Error> {
        Cell::deserialize(deserializer)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Cell, E> {
        Ok(Cell::Plain)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Cell, E> {
        Ok(Cell::Plain)
    }

    fn visit_i128<E: Error>(self, _: i128) -> Result<Cell, E> {
        Ok(Cell::Plain)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Cell, E> {
        Ok(Cell::Plain)
    }

    fn visit_u128<E: Error>(self, _: u128) -> Result<Cell, E> {
        Ok(Cell::Plain)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Cell, E> {
        Ok(Cell::Plain)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Cell, E> {
        Ok(Cell::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Cell, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Cell::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cell, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Cell::Struct(Named(fields)))
    }
}

impl JsonSchema for Cell {
    fn schema_name() -> Cow<'static, str> {
        "Cell".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A value of the type of its column; NULL is `null`.",
        })
    }
}
