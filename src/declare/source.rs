//! A raw table: where its files are, how they are written, what they must contain.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    DamagedFiles, ExtraColumns, Format, MissingColumns, Named, Nan, OnInvalid, Positions, Rejects,
    SourceColumn, Spanned, Superseded, Texts, TimeSpan,
};

/// A file of sources that several pipelines may read.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourcesFile {
    /// Raw tables, by the name the SQL uses.
    pub sources: Named<Source>,
}

/// A raw table and its contract.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// A path or URL, with `*`, `?`, `**` and `{a,b}`; `${NAME:-default}` is replaced.
    #[schemars(with = "String")]
    pub location: Spanned<String>,
    /// Patterns of files that are not read although they match the location: of names, as `*.tmp`,
    /// or, with a `/`, of paths below the folder in which the wildcards start. A matching folder is
    /// excluded with everything in it.
    #[schemars(with = "Option<Texts>")]
    pub exclude: Option<Spanned<Texts>>,
    /// How the files are written. Text may be compressed: a name then ends in `.gz`, `.zst` or
    /// `.bz2`.
    pub format: Format,
    /// The character between the fields of a `csv`; a comma if left out.
    #[schemars(with = "Option<String>")]
    pub delimiter: Option<Spanned<String>>,
    /// The character around fields of a `csv`; `"` if left out, none if empty.
    #[schemars(with = "Option<String>")]
    pub quote: Option<Spanned<String>>,
    /// The character before a quote within quotes; if left out, such a quote is doubled.
    #[schemars(with = "Option<String>")]
    pub escape: Option<Spanned<String>>,
    /// The character that starts a line to skip, in `csv` and `whitespace`.
    #[schemars(with = "Option<String>")]
    pub comment: Option<Spanned<String>>,
    /// How text is written as bytes: `utf-8` if left out, `utf-16le`, `latin-1`, `windows-1252` or
    /// any other label of the WHATWG. A byte order mark in a file takes precedence.
    #[schemars(with = "Option<String>")]
    pub encoding: Option<Spanned<String>>,
    /// Whether text files and sheets start with a line of names. Without one, columns are read by
    /// position.
    #[serde(default = "yes")]
    pub header: bool,
    /// How many lines of text, or rows of a sheet, before the header are skipped.
    #[schemars(with = "Option<u32>")]
    pub skip_rows: Option<Spanned<u32>>,
    /// How many rows the header has; one if left out.
    #[schemars(with = "Option<u32>")]
    pub header_rows: Option<Spanned<u32>>,
    /// Which row of the header has the names of columns, from 1; the first if left out. If there
    /// are several, the texts of a column are joined by a blank, and an empty field of an upper row
    /// continues the one to its left.
    #[schemars(with = "Option<Positions>")]
    pub names_row: Option<Spanned<Positions>>,
    /// How many rows at the end of a file are not rows of the table, such as totals.
    #[schemars(with = "Option<u32>")]
    pub footer_rows: Option<Spanned<u32>>,
    /// What a file without a declared column means.
    #[serde(default)]
    pub missing_columns: MissingColumns,
    /// What a column that was not declared means.
    #[serde(default)]
    pub extra_columns: ExtraColumns,
    /// What NaN means in columns of numbers, whatever the format. An infinity rejects its row.
    #[serde(default)]
    pub nan: Nan,
    /// The sheet of an `xlsx`; the first visible one if left out.
    #[schemars(with = "Option<String>")]
    pub sheet: Option<Spanned<String>>,
    /// Where in a `json` document the list of objects is, as keys separated by dots; the whole file
    /// is the list if left out.
    #[schemars(with = "Option<String>")]
    pub record_path: Option<Spanned<String>>,
    /// Whether zeros may follow compressed data, as tapes and block devices leave them.
    #[schemars(with = "Option<bool>")]
    pub zero_padding: Option<Spanned<bool>>,
    /// Texts that mean NULL, besides the empty field, in every column.
    #[serde(default)]
    pub null_values: Vec<String>,
    /// The column that says when a row happened. Rows at or after as-of are not used.
    #[schemars(with = "Option<String>")]
    pub event_time: Option<Spanned<String>>,
    /// The column that says when a row arrived; if left out, it arrived with its file.
    #[schemars(with = "Option<String>")]
    pub arrival_time: Option<Spanned<String>>,
    /// How long after it happened a row may arrive before it counts as late.
    #[schemars(with = "Option<TimeSpan>")]
    pub late_after: Option<Spanned<TimeSpan>>,
    /// How old the newest row may be at as-of.
    #[schemars(with = "Option<Freshness>")]
    pub freshness: Option<Spanned<Freshness>>,
    /// The columns that identify an entity: of rows with the same key, the newest is used.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub key: Vec<Spanned<String>>,
    /// The columns that say which of two rows is newer, most important first. If they do not
    /// differ, the row of the later file name and line is.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub version: Vec<Spanned<String>>,
    /// How a row says that its entity is deleted.
    pub deleted: Option<Deleted>,
    /// What happens to rows that a newer one replaces.
    #[schemars(with = "Option<Superseded>")]
    pub superseded: Option<Spanned<Superseded>>,
    /// What happens to invalid cells, in every column that does not say otherwise.
    #[serde(default)]
    pub on_invalid: OnInvalid,
    /// How many rows may be rejected before the run stops; none if left out.
    #[serde(default)]
    pub max_rejects: Rejects,
    /// What happens with a truncated file.
    #[serde(default)]
    pub damaged_files: DamagedFiles,
    /// Whether the files may be missing, folder and all: the table is then empty.
    #[serde(default)]
    pub optional: bool,
    /// Whether an existing folder may have no matching file: the table is then empty.
    #[serde(default)]
    pub allow_empty: bool,
    /// What the table holds.
    pub description: Option<String>,
    /// The columns the run may use.
    pub columns: Named<SourceColumn>,
}

fn yes() -> bool {
    true
}

/// How old the newest row of a source may be at as-of, by its `event_time`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Freshness {
    /// Older than this, the report warns.
    pub warn_after: Option<TimeSpan>,
    /// Older than this, the run stops before anything is published.
    pub error_after: Option<TimeSpan>,
}

/// A row that says that its entity is deleted.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Deleted {
    /// The column that says so.
    #[schemars(with = "String")]
    pub column: Spanned<String>,
    /// The values that say so; `true` if left out.
    #[serde(default = "true_text")]
    pub values: Vec<String>,
}

fn true_text() -> Vec<String> {
    vec!["true".to_owned()]
}
