//! How the files of a source are written, and what to do where they differ from what was agreed.

use schemars::JsonSchema;
use serde::Deserialize;

/// How the files of a source are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Delimited text with quotes (RFC 4180).
    Csv,
    /// Text in columns parted by runs of blanks.
    Whitespace,
    /// One JSON object a line.
    Ndjson,
    /// One JSON list of objects.
    Json,
    /// Apache Parquet.
    Parquet,
    /// Apache Avro, as an object container file.
    Avro,
    /// A sheet of an Excel workbook.
    Xlsx,
}

impl Format {
    /// Whether files are text, which may be encoded and packed in several ways.
    pub fn is_text(self) -> bool {
        !matches!(self, Self::Parquet | Self::Avro | Self::Xlsx)
    }

    /// Whether files may start with a line of names.
    pub fn has_header(self) -> bool {
        matches!(self, Self::Csv | Self::Whitespace | Self::Xlsx)
    }
}

/// What a file without a declared column means, unless the column is required or optional.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MissingColumns {
    /// The run stops. Writers of `ndjson`, `json`, `parquet` and `avro` leave out what they have no
    /// values of, so there it stops where no file at all has the column, or the column is required.
    #[default]
    Stop,
    /// The column is NULL.
    Null,
}

/// What a number that is none, NaN, means in a column of numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Nan {
    /// Its row is rejected.
    #[default]
    Reject,
    /// There is no value.
    Null,
}

/// What a column that was not declared means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExtraColumns {
    /// Nothing.
    #[default]
    Ignore,
    /// The run stops.
    Stop,
}

/// What becomes of a file that breaks off: a packed one that was cut, a quote that never closes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DamagedFiles {
    /// The run stops.
    #[default]
    Stop,
    /// What can be read is used, and the rest is one rejected record.
    Quarantine,
}

/// What becomes of rows that a newer version of themselves replaces.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Superseded {
    /// They are counted and left out.
    #[default]
    Drop,
    /// They are rejected: a key should not have come twice.
    Quarantine,
}
