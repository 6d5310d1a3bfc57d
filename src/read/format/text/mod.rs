//! Text files: bytes become records, and records the columns that are declared.

mod csv;
mod json;
mod lines;
mod reader;
mod records;
mod unicode;
mod whitespace;

pub(in crate::read) use self::json::{Objects, members};
pub(in crate::read) use self::lines::Lines;
pub(in crate::read) use self::reader::Splitter;
pub(in crate::read) use self::reader::open;
pub(in crate::read) use self::records::{Records, Row, Span};
pub(in crate::read) use self::unicode::shown;
