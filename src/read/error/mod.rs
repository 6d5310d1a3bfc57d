//! What stops the reading of a source, as opposed to what rejects a row.

mod help;

use std::error::Error;
use std::io;
use std::iter::successors;

use datafusion::common::DataFusionError;

use crate::store::{StoreError, StoreErrorKind};
use crate::text::printable;
use crate::value::Reason;

/// Why a source cannot be read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ReadError {
    /// The store could not be opened or queried.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A location with invalid wildcards.
    #[error("source `{table}`: `{location}` is not a usable pattern: {problem}")]
    Pattern {
        /// The source.
        table: String,
        /// What was written.
        location: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A source that may not be empty has no files.
    #[error("source `{table}`: nothing matches `{location}`; {nearest}")]
    NothingMatched {
        /// The source.
        table: String,
        /// What was looked for.
        location: String,
        /// What there is instead.
        nearest: String,
        /// The setting that would allow it.
        help: String,
    },
    /// A name in a bucket that is not a path, as `a//b`: with it, nothing beside it can be listed.
    #[error(
        "nothing in `{folder}` can be listed, for an object there has a name that is no path: {problem}"
    )]
    ObjectName {
        /// What was listed.
        folder: String,
        /// The name, and what is wrong with it.
        problem: String,
    },
    /// Something with the name of a file is not a file.
    #[error("`{file}` is {kind} and no file")]
    NoFile {
        /// Its path.
        file: String,
        /// What it is.
        kind: &'static str,
    },
    /// A link in a declared folder leads out of it.
    #[error("`{link}` is a link out of the declared folder, to `{target}`")]
    LinkOut {
        /// The link.
        link: String,
        /// Where it leads.
        target: String,
    },
    /// A link in a declared folder leads back to a folder that it lies in.
    #[error("`{link}` is a link to a folder that it lies in")]
    LinkLoop {
        /// The link.
        link: String,
    },
    /// A link with the name of a file of the source is dangling.
    #[error("`{link}` is a link to a file that is not there")]
    BrokenLink {
        /// The link.
        link: String,
    },
    /// A file of a source whose name cannot be requested.
    #[error(
        "the name of `{file}` cannot be read: it is no UTF-8 text, has control characters, or ends in \
         `#` and a number"
    )]
    FileName {
        /// The file, with replacement characters for bytes that are not text.
        file: String,
        /// A pattern that excludes only this file, as YAML; `None` if there is none.
        pattern: Option<String>,
    },
    /// A declared column is not in a file.
    #[error("`{file}` has no column {}; it has {}", either(.names), named(.found))]
    MissingColumn {
        /// The file.
        file: String,
        /// What files may call the column.
        names: Vec<String>,
        /// What the file has instead.
        found: Vec<String>,
    },
    /// A file has a column that was not declared, and must not.
    #[error("`{file}` has the column `{column}`, which is not declared")]
    ExtraColumn {
        /// The file.
        file: String,
        /// The column.
        column: String,
        /// What files may call the declared columns.
        declared: Vec<String>,
    },
    /// Two declared columns are one in a file.
    #[error("columns `{one}` and `{other}` both read `{column}` of `{file}`")]
    SharedColumn {
        /// The file.
        file: String,
        /// The column in the file.
        column: String,
        /// A declared column.
        one: String,
        /// The declared column after it.
        other: String,
    },
    /// The path of a file lacks the folder that holds the value of a column.
    #[error("`{file}` lies in no folder {}", folders(.names))]
    MissingFolder {
        /// The file.
        file: String,
        /// What such a folder may be called.
        names: Vec<String>,
    },
    /// The value in the path of a file is not of the column's type.
    #[error("`{file}`: `{value}` in its path is no value of column `{column}`: {reason}")]
    FolderValue {
        /// The file.
        file: String,
        /// The column.
        column: String,
        /// What the folder says.
        value: String,
        /// Why it cannot be the value.
        reason: Reason,
    },
    /// A file that ought to be one JSON list is not.
    #[error("`{file}` line {line}: {problem}")]
    JsonList {
        /// The file.
        file: String,
        /// The physical line, from 1.
        line: i64,
        /// What is wrong.
        problem: String,
    },
    /// A JSON list is cut off.
    #[error("`{file}` line {line}: the file ends within its list")]
    OpenList {
        /// The file.
        file: String,
        /// The line on which what is cut off starts, from 1.
        line: i64,
    },
    /// An Avro file is damaged or cut off.
    #[error("`{file}` is not a readable Avro file: {problem}")]
    Avro {
        /// The file.
        file: String,
        /// What is wrong.
        problem: String,
    },
    /// A workbook is damaged, or not a workbook.
    #[error("`{file}` is not a readable workbook: {problem}")]
    Workbook {
        /// The file.
        file: String,
        /// What is wrong.
        problem: String,
    },
    /// A workbook is too large to be held in memory.
    #[error("`{file}` is too large a workbook: {size} where {limit} are allowed")]
    WorkbookSize {
        /// The file.
        file: String,
        /// What was measured.
        size: String,
        /// The most that is read.
        limit: String,
    },
    /// A workbook has no sheet of the declared name.
    #[error("`{file}` has no sheet `{sheet}`; it has {}", named(.found))]
    MissingSheet {
        /// The file.
        file: String,
        /// The sheet.
        sheet: String,
        /// What the workbook has instead.
        found: Vec<String>,
    },
    /// A declared column is in a file more than once.
    #[error("`{file}` has more than one column `{column}`")]
    RepeatedColumn {
        /// The file.
        file: String,
        /// The column.
        column: String,
    },
    /// A column of a typed file cannot become what was declared.
    #[error("column `{column}` of `{file}` is {found} and cannot be read as {wanted}")]
    ColumnType {
        /// The file.
        file: String,
        /// The column.
        column: String,
        /// The type in the file.
        found: String,
        /// The declared type.
        wanted: String,
    },
    /// A line of names that is not one.
    #[error("the header of `{file}` cannot be read: {reason}")]
    Header {
        /// The file.
        file: String,
        /// Why not.
        reason: Reason,
    },
    /// A quote swallowed the lines after it.
    #[error("`{file}` line {line}: a quote opened in this record is never closed")]
    UnclosedQuote {
        /// The file.
        file: String,
        /// The line on which the record starts, from 1.
        line: i64,
    },
    /// A compressed file is damaged or truncated.
    #[error("`{file}` is not a whole {compression} file: {problem}")]
    Compressed {
        /// The file.
        file: String,
        /// How it is packed.
        compression: &'static str,
        /// What the decoder says.
        problem: String,
    },
    /// A Parquet file is damaged.
    #[error("`{file}` is not a readable Parquet file: {problem}")]
    Parquet {
        /// The file.
        file: String,
        /// What the decoder says.
        problem: String,
    },
    /// The folder for what does not fit into memory cannot be used.
    #[error("cannot keep rejected rows in the folder for temporary files: {problem}")]
    Scratch {
        /// What the system says.
        problem: String,
        /// What can be done about it.
        kind: StoreErrorKind,
    },
    /// A file is not the one that was listed.
    #[error("`{file}` changed while it was being read")]
    Changed {
        /// The file.
        file: String,
    },
    /// A declared `strftime` pattern that cannot be read.
    #[error("source `{table}`: `{pattern}` of column `{column}` is not a strftime pattern")]
    TimePattern {
        /// The source.
        table: String,
        /// The column.
        column: String,
        /// What was written.
        pattern: String,
    },
    /// A value of a rule that is not of the column's type.
    #[error(
        "source `{table}`: a rule of column `{column}` compares with `{value}`, \
         which is not {wanted}"
    )]
    Rule {
        /// The source.
        table: String,
        /// The column.
        column: String,
        /// What was written.
        value: String,
        /// The column's type.
        wanted: String,
    },
}

impl ReadError {
    /// The spool could not be written or read.
    pub(super) fn scratch(error: &(dyn Error + 'static)) -> Self {
        let mut causes = successors(Some(error), |error| (*error).source());
        let said = causes.find_map(|error| error.downcast_ref::<io::Error>());
        Self::Scratch {
            problem: said.map_or_else(|| error.to_string(), io::Error::to_string),
            kind: said.map_or(StoreErrorKind::Storage, StoreErrorKind::of_disk),
        }
    }

    /// The reason under which the rest of a damaged file is rejected; `None` for other errors.
    pub(super) fn is_damage(&self) -> Option<Reason> {
        match self {
            Self::Compressed { .. } | Self::OpenList { .. } => Some(Reason::TruncatedFile),
            Self::UnclosedQuote { .. } => Some(Reason::UnclosedQuote),
            _ => None,
        }
    }

    /// The read error within a query's error, if it is one.
    pub fn find(error: &DataFusionError) -> Option<&Self> {
        match error.find_root() {
            DataFusionError::External(inner) => inner.downcast_ref(),
            _ => None,
        }
    }
}

impl From<ReadError> for DataFusionError {
    fn from(error: ReadError) -> Self {
        Self::External(Box::new(error))
    }
}

/// The maximum number of names in one message.
const LISTED: usize = 50;

fn named(columns: &[String]) -> String {
    if columns.is_empty() {
        return "none".to_owned();
    }
    let listed = quoted(&columns[..columns.len().min(LISTED)], "", ", ");
    match columns.len().saturating_sub(LISTED) {
        0 => listed,
        more => format!("{listed} and {more} more"),
    }
}

fn either(names: &[String]) -> String {
    quoted(names, "", " or ")
}

fn folders(names: &[String]) -> String {
    quoted(names, "=...", " or ")
}

fn quoted(names: &[String], end: &str, between: &str) -> String {
    names.iter().map(|name| format!("`{}{end}`", printable(name))).collect::<Vec<_>>().join(between)
}
