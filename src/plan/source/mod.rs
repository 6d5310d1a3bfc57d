//! A source as it will be read: locations expanded, types known, zones resolved.
//!
//! The plan of a source is data for the reader; `resolve` makes it from the declaration.

mod column;
mod declared;
mod exclude;
mod field;
mod location;
mod margins;
mod resolve;

use std::sync::Arc;

use chrono_tz::Tz;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use crate::declare::{
    DamagedFiles, ExtraColumns, Format, MissingColumns, Nan, Rejects, Superseded, TimeSpan,
};

pub(super) use self::declared::{DeclaredSource, declared_sources, own_sources};
pub use self::exclude::Exclude;
pub use self::field::{Rules, SourceField, arrow_type, instants, shown_type};
pub(super) use self::location::{Lookup, location, zone};
pub use self::margins::Margins;
pub(super) use self::resolve::resolve;

/// The hidden column that names the file a row came from.
pub const FILE_COLUMN: &str = "_file";
/// The hidden column with the physical line of a row in its file, from 1.
pub const LINE_COLUMN: &str = "_line";

/// A raw table and how to read it.
#[derive(Debug, Clone)]
pub struct SourcePlan {
    /// The name the SQL uses.
    pub name: String,
    /// A path or URL, perhaps with wildcards.
    pub location: String,
    /// Patterns of files that are not read although they match the location.
    pub exclude: Exclude,
    /// How the files are written.
    pub format: Format,
    /// What distinguishes them from other files of the format.
    pub dialect: Dialect,
    /// The lines around the rows of a file.
    pub margins: Margins,
    /// The sheet of a workbook; the first visible one if none is named.
    pub sheet: Option<String>,
    /// Where in a JSON document the list is; the whole file if nowhere.
    pub record_path: Option<String>,
    /// Whether zeros may follow compressed data.
    pub zero_padding: bool,
    /// What a file without a declared column means.
    pub missing_columns: MissingColumns,
    /// What a column that was not declared means.
    pub extra_columns: ExtraColumns,
    /// What NaN means in columns of numbers.
    pub nan: Nan,
    /// The column that says when a row happened.
    pub event_time: Option<String>,
    /// When rows may arrive, and how late.
    pub timeliness: Timeliness,
    /// Which rows are versions of one entity.
    pub versions: Option<Versions>,
    /// How many rows may be rejected.
    pub max_rejects: Rejects,
    /// What happens with a truncated file.
    pub damaged_files: DamagedFiles,
    /// Whether the files may be missing, folder and all.
    pub optional: bool,
    /// Whether an existing folder may have no matching file.
    pub allow_empty: bool,
    /// The declared columns.
    pub columns: Vec<SourceField>,
    /// The zone to which timestamps are converted.
    pub time_zone: Tz,
}

/// How text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// The byte between fields of a `csv`.
    pub delimiter: u8,
    /// The byte around fields of a `csv`.
    pub quote: Option<u8>,
    /// The byte before a quote within quotes; a quote is doubled if there is none.
    pub escape: Option<u8>,
    /// The byte that starts a line to skip.
    pub comment: Option<u8>,
    /// Whether files start with a line of names.
    pub header: bool,
    /// What the bytes mean, unless a byte order mark says otherwise.
    pub encoding: &'static encoding_rs::Encoding,
}

/// When rows may come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timeliness {
    /// The column that says when a row arrived; the file's time if there is none.
    pub arrival_time: Option<String>,
    /// How long after it happened a row may arrive before it is late.
    pub late_after: Option<TimeSpan>,
    /// How old the newest row may be at as-of before the report warns.
    pub warn_after: Option<TimeSpan>,
    /// How old it may be before the run stops.
    pub error_after: Option<TimeSpan>,
}

/// Which rows are versions of one entity, and which of them is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versions {
    /// The columns that identify an entity.
    pub key: Vec<String>,
    /// The columns that say which row is newer, most important first.
    pub version: Vec<String>,
    /// What marks a deleted row.
    pub deleted: Option<Deletion>,
    /// What becomes of the others.
    pub superseded: Superseded,
}

/// A column whose values may mark a deleted row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deletion {
    /// The column.
    pub column: String,
    /// Its type.
    pub data_type: DataType,
    /// The values of it that say so, as text that is cast to the type.
    pub values: Vec<String>,
}

impl Timeliness {
    /// Whether a row can come too late, or too long ago.
    pub fn has_limits(&self) -> bool {
        [&self.late_after, &self.warn_after, &self.error_after].iter().any(|it| it.is_some())
    }
}

impl Default for Dialect {
    /// RFC 4180 in UTF-8, with a header.
    fn default() -> Self {
        Self {
            delimiter: b',',
            quote: Some(b'"'),
            escape: None,
            comment: None,
            header: true,
            encoding: encoding_rs::UTF_8,
        }
    }
}

impl SourcePlan {
    /// A source with these columns, everything else as if nothing were written.
    pub fn new(name: &str, location: &str, format: Format, columns: Vec<SourceField>) -> Self {
        Self {
            name: name.to_owned(),
            location: location.to_owned(),
            exclude: Exclude::default(),
            format,
            dialect: Dialect::default(),
            margins: Margins::default(),
            sheet: None,
            record_path: None,
            zero_padding: false,
            missing_columns: MissingColumns::default(),
            extra_columns: ExtraColumns::default(),
            nan: Nan::default(),
            event_time: None,
            timeliness: Timeliness::default(),
            versions: None,
            max_rejects: Rejects::default(),
            damaged_files: DamagedFiles::default(),
            optional: false,
            allow_empty: false,
            columns,
            time_zone: Tz::UTC,
        }
    }

    /// The table the SQL sees: the declared columns, then the two hidden ones.
    pub fn schema(&self) -> SchemaRef {
        let declared = self.columns.iter().map(SourceField::field);
        let hidden = [
            Field::new(FILE_COLUMN, DataType::Utf8, false),
            Field::new(LINE_COLUMN, DataType::Int64, false),
        ];
        Arc::new(Schema::new(declared.chain(hidden).collect::<Vec<_>>()))
    }
}
