//! What the bytes of a file say: text becomes records, typed files become batches.

pub(super) mod avro;
mod batches;
mod margins;
pub(super) mod parquet;
pub(super) mod text;
pub(super) mod xlsx;

pub use self::margins::Margin;
pub(super) use self::margins::Skipped;
pub(crate) use self::margins::joined_names;
pub(crate) use self::parquet::parquet_schema;
pub(super) use self::text::{Lines, Objects, Records, Row, Span, Splitter, members, shown};
pub(crate) use self::xlsx::first_sheet;
