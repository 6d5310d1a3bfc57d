//! Rows, given or expected: a list of them, or a mapping with further settings.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::Location;

use super::LeftOut;
use super::cell::Cell;
use crate::declare::Spanned;
use crate::declare::named::Named;

/// A row: its cells by their columns.
type Row = Spanned<Named<Spanned<Cell>>>;

/// Where rows are written.
#[derive(Debug, Clone)]
pub enum Listed {
    /// Here, with the position of the list, if not of its mapping.
    Here(Vec<Row>, Option<Location>),
    /// In a CSV file, by its path from the project's folder.
    Csv(Spanned<String>),
}

/// Rows of a table that a stage reads.
#[derive(Debug, Clone)]
pub struct Given {
    /// The rows.
    pub rows: Listed,
    /// What a column missing from them means.
    pub missing_columns: LeftOut,
}

/// Rows that come out.
#[derive(Debug, Clone)]
pub struct Expected {
    /// The rows.
    pub rows: Listed,
    /// Whether they come in this order.
    pub ordered: bool,
    /// The relative tolerance of floats.
    pub tolerance: Option<Spanned<f64>>,
}

/// The mapping with further settings of given rows.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenKeys {
    #[serde(default)]
    rows: Option<Spanned<Vec<Row>>>,
    #[serde(default)]
    csv: Option<Spanned<String>>,
    #[serde(default)]
    missing_columns: LeftOut,
}

/// The mapping with further settings of expected rows.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedKeys {
    #[serde(default)]
    rows: Option<Spanned<Vec<Row>>>,
    #[serde(default)]
    csv: Option<Spanned<String>>,
    #[serde(default)]
    ordered: bool,
    #[serde(default)]
    tolerance: Option<Spanned<f64>>,
}

/// What a list of rows is, or a mapping of these keys.
trait FromRows: Sized {
    type Keys: for<'de> Deserialize<'de>;

    fn listed(rows: Vec<Row>) -> Self;

    fn said(keys: Self::Keys) -> Result<Self, &'static str>;
}

impl FromRows for Given {
    type Keys = GivenKeys;

    fn listed(rows: Vec<Row>) -> Self {
        Self { rows: Listed::Here(rows, None), missing_columns: LeftOut::Unsaid }
    }

    fn said(keys: GivenKeys) -> Result<Self, &'static str> {
        let rows = one(keys.rows, keys.csv)?;
        Ok(Self { rows, missing_columns: keys.missing_columns })
    }
}

impl FromRows for Expected {
    type Keys = ExpectedKeys;

    fn listed(rows: Vec<Row>) -> Self {
        Self { rows: Listed::Here(rows, None), ordered: false, tolerance: None }
    }

    fn said(keys: ExpectedKeys) -> Result<Self, &'static str> {
        let rows = one(keys.rows, keys.csv)?;
        Ok(Self { rows, ordered: keys.ordered, tolerance: keys.tolerance })
    }
}

/// The message of a name without a value.
pub(in crate::declare) const NO_ROWS: &str = "nothing stands behind this name";
/// The message of a mapping with no rows, or with rows twice.
pub(in crate::declare) const ROWS_OR_CSV: &str = "rows stand here or in a file, and nowhere else";

fn one(
    rows: Option<Spanned<Vec<Row>>>,
    csv: Option<Spanned<String>>,
) -> Result<Listed, &'static str> {
    match (rows, csv) {
        (Some(rows), None) => Ok(Listed::Here(rows.value, Some(rows.referenced))),
        (None, Some(path)) => Ok(Listed::Csv(path)),
        _ => Err(ROWS_OR_CSV),
    }
}

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RowsVisitor(PhantomData))
    }
}

impl<'de> Deserialize<'de> for Expected {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RowsVisitor(PhantomData))
    }
}

struct RowsVisitor<T>(PhantomData<T>);

impl<'de, T: FromRows> Visitor<'de> for RowsVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a list of rows, or a mapping with `rows` or `csv`")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<T, E> {
        Err(E::custom(NO_ROWS))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<T, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list)).map(T::listed)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        let keys = T::Keys::deserialize(MapAccessDeserializer::new(map))?;
        T::said(keys).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Given {
    fn schema_name() -> Cow<'static, str> {
        "Given".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let missing = generator.subschema_for::<LeftOut>();
        let more = json_schema!({ "missing_columns": missing });
        rows_or("Rows of a table that the stage reads.", more)
    }
}

impl JsonSchema for Expected {
    fn schema_name() -> Cow<'static, str> {
        "Expected".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let more = json_schema!({
            "ordered": {
                "type": "boolean",
                "default": false,
                "description": "Whether the rows come in this order.",
            },
            "tolerance": {
                "type": "number",
                "default": 1e-9,
                "description": "By how much of its size a float may be off; every other value is exact.",
            },
        });
        rows_or("Rows that come out. Columns that no row names are not compared.", more)
    }
}

/// A list of rows, or a mapping with them and further settings.
fn rows_or(description: &str, more: Schema) -> Schema {
    let list = serde_json::json!({
        "type": "array",
        "items": {"type": "object"},
        "description": "Rows, each a mapping of columns to values; NULL is `null`.",
    });
    let mut keys = serde_json::json!({
        "rows": list,
        "csv": {
            "type": "string",
            "description": "A CSV file with a header, by its path from the folder of the project on.",
        },
    });
    if let (Some(keys), serde_json::Value::Object(more)) = (keys.as_object_mut(), more.to_value()) {
        keys.extend(more);
    }
    json_schema!({
        "description": description,
        "anyOf": [
            list,
            {"type": "object", "properties": keys, "additionalProperties": false},
        ],
    })
}
