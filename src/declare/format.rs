//! How the files of a source are written, and what to do if they differ from the declaration.

use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

/// How the files of a source are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Delimited text with quotes (RFC 4180).
    Csv,
    /// Text in columns separated by runs of blanks.
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

/// The facts about a format, independent of its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormatFacts {
    /// What a pipeline calls it.
    pub word: &'static str,
    /// Whether files are text, which may be encoded and compressed in several ways.
    pub is_text: bool,
    /// What its files may have that those of other formats do not.
    pub features: &'static [FormatFeature],
    /// Whether every file has the types of its columns.
    pub has_schema: bool,
    /// The bytes with which every file starts, if these identify the format.
    pub magic: Option<&'static [u8]>,
    /// The extensions of such files, without the point; the first is the usual one.
    pub extensions: &'static [&'static str],
}

/// What files of some formats may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormatFeature {
    /// A line or row of names, and other rows that are not part of the table.
    Header,
    /// Characters that separate and quote fields.
    Delimiters,
    /// Lines that are comments.
    Comments,
    /// Several tables, each by its name.
    Sheets,
    /// Rows that are somewhere within a document.
    Documents,
    /// A directory at the end, without which the file cannot be read.
    Directory,
}

/// Text without a signature at the start.
const TEXT: FormatFacts = FormatFacts {
    word: "",
    is_text: true,
    features: &[],
    has_schema: false,
    magic: None,
    extensions: &[],
};
/// Files that say their own types.
const TYPED: FormatFacts = FormatFacts { is_text: false, has_schema: true, ..TEXT };

impl Format {
    /// All formats.
    pub const ALL: [Self; 7] = [
        Self::Csv,
        Self::Whitespace,
        Self::Ndjson,
        Self::Json,
        Self::Parquet,
        Self::Avro,
        Self::Xlsx,
    ];

    /// What is known of the format.
    pub const fn facts(self) -> FormatFacts {
        match self {
            Self::Csv => FormatFacts {
                word: "csv",
                features: &[
                    FormatFeature::Header,
                    FormatFeature::Delimiters,
                    FormatFeature::Comments,
                ],
                extensions: &["csv"],
                ..TEXT
            },
            Self::Whitespace => FormatFacts {
                word: "whitespace",
                features: &[FormatFeature::Header, FormatFeature::Comments],
                ..TEXT
            },
            Self::Ndjson => {
                FormatFacts { word: "ndjson", extensions: &["ndjson", "jsonl"], ..TEXT }
            }
            Self::Json => FormatFacts {
                word: "json",
                features: &[FormatFeature::Documents],
                extensions: &["json"],
                ..TEXT
            },
            Self::Parquet => FormatFacts {
                word: "parquet",
                magic: Some(b"PAR1"),
                extensions: &["parquet"],
                ..TYPED
            },
            Self::Avro => FormatFacts {
                word: "avro",
                magic: Some(b"Obj\x01"),
                extensions: &["avro"],
                ..TYPED
            },
            Self::Xlsx => FormatFacts {
                word: "xlsx",
                features: &[FormatFeature::Header, FormatFeature::Sheets, FormatFeature::Directory],
                has_schema: false,
                magic: Some(b"PK\x03\x04"),
                extensions: &["xlsx"],
                ..TYPED
            },
        }
    }

    /// Whether files are text, which may be encoded and compressed in several ways.
    pub fn is_text(self) -> bool {
        self.facts().is_text
    }

    /// Whether files may start with a line of names.
    pub fn has_header(self) -> bool {
        self.has(FormatFeature::Header)
    }

    /// Whether files may have this.
    pub fn has(self, feature: FormatFeature) -> bool {
        self.facts().features.contains(&feature)
    }

    /// The formats whose files may have this, as messages name them: `format: csv` or `whitespace`.
    pub fn all_with(feature: FormatFeature) -> String {
        let formats = Self::ALL.into_iter().filter(|format| format.has(feature));
        let words: Vec<&str> = formats.map(|format| format.facts().word).collect();
        match words.as_slice() {
            [others @ .., last] if !others.is_empty() => {
                format!("`format: {}` or `{last}`", others.join("`, `"))
            }
            words => format!("`format: {}`", words.concat()),
        }
    }

    /// The format of a file that starts with these bytes; `None` if they do not identify one.
    pub fn of_magic(bytes: &[u8]) -> Option<Self> {
        let fits = |format: &Self| format.facts().magic.is_some_and(|it| bytes.starts_with(it));
        Self::ALL.into_iter().find(fits)
    }

    /// The format of a file with this extension, without the point.
    pub fn of_extension(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.facts().extensions.contains(&extension))
    }
}

/// For an editor that parses YAML, the word `null` is not text.
fn null_is_a_word(schema: &mut Schema) {
    if let Some(Value::Array(choices)) = schema.get_mut("oneOf") {
        choices.push(json!({"description": "The word `null`.", "type": "null"}));
    }
}

/// What a file without a declared column means, unless the column is required or optional.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(transform = null_is_a_word)]
pub enum MissingColumns {
    /// The run stops. Writers of `ndjson`, `json`, `parquet` and `avro` leave out columns
    /// without values, so there it stops if no file has the column, or the column is required.
    #[default]
    Stop,
    /// The column is NULL.
    Null,
}

/// What NaN means in a column of numbers.
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

/// What happens to a cell that is not a valid value of its column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(transform = null_is_a_word)]
pub enum OnInvalid {
    /// Its row is rejected.
    #[default]
    Reject,
    /// It is NULL, and counted by column and reason. If the column is required, its row is
    /// rejected.
    Null,
}

impl OnInvalid {
    /// As a setting that may be left out. In YAML, `null` is not a value, but here it is one.
    pub(super) fn written<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Self>, D::Error> {
        Self::deserialize(deserializer).map(Some)
    }
}

/// What happens with a truncated file: a compressed one that was cut, a quote that is never closed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DamagedFiles {
    /// The run stops.
    #[default]
    Stop,
    /// What can be read is used, and the rest is one rejected record.
    Quarantine,
}

/// What happens to rows that a newer version replaces.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Superseded {
    /// They are counted and left out.
    #[default]
    Drop,
    /// They are rejected: a key should not occur twice.
    Quarantine,
}

#[cfg(test)]
mod tests {
    use super::{Format, FormatFeature};
    use schemars::schema_for;
    use serde::Deserialize;
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error, StrDeserializer};

    #[test]
    fn every_format_is_known_by_the_word_that_a_pipeline_may_write() {
        for format in Format::ALL {
            let word: StrDeserializer<Error> = format.facts().word.into_deserializer();
            assert_eq!(Format::deserialize(word).unwrap(), format);
        }
        let schema = schema_for!(Format);
        assert_eq!(schema.get("oneOf").unwrap().as_array().unwrap().len(), Format::ALL.len());
    }

    #[test]
    fn formats_are_named_by_what_their_files_may_have() {
        let named = [FormatFeature::Sheets, FormatFeature::Comments, FormatFeature::Header];
        let expected = [
            "`format: xlsx`",
            "`format: csv` or `whitespace`",
            "`format: csv`, `whitespace` or `xlsx`",
        ];
        assert_eq!(named.map(Format::all_with), expected);
    }

    #[test]
    fn a_file_is_known_by_its_first_bytes_or_its_name() {
        assert_eq!(Format::of_magic(b"PAR1\x15\x04"), Some(Format::Parquet));
        assert_eq!(Format::of_magic(b"Obj\x01\x04"), Some(Format::Avro));
        assert_eq!(Format::of_magic(b"PK\x03\x04\x14"), Some(Format::Xlsx));
        assert_eq!(Format::of_magic(b"PAR,1\n"), None);
        assert_eq!(Format::of_extension("jsonl"), Some(Format::Ndjson));
        assert_eq!(Format::of_extension("txt"), None);
    }
}
