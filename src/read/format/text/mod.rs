//! Text files: bytes become records, and records the columns that are declared.
//!
//! ```text
//! pieces ─▶ reader ─▶ splitter: csv, whitespace, ndjson, json ─▶ records ─▶ convert
//! ```

mod convert;
mod csv;
mod file;
mod json;
mod lines;
mod reader;
mod record;
mod records;
mod splitter;
mod splitters;
#[cfg(test)]
mod tests;
mod unicode;
mod whitespace;
mod whole;

pub(super) use self::convert::convert;
pub(super) use self::file::open;
pub(super) use self::json::Objects;
pub(crate) use self::json::{
    JsonMember, JsonShape, json_elements, json_members, json_mended, json_objects, json_value,
};
pub(super) use self::lines::Lines;
pub(crate) use self::record::Record;
pub(super) use self::records::{Records, Row, Span};
pub(super) use self::splitter::Splitter;
pub(super) use self::splitters::{csv, json, ndjson, whitespace};
pub(crate) use self::whole::{blank_records, delimited_records};
