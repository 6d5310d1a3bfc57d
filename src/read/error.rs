//! What stops the reading of a source, as opposed to what rejects a row.

use datafusion::common::DataFusionError;

use crate::store::StoreError;

/// Why a source cannot be read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ReadError {
    /// The store could not be opened or asked.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A location whose wildcards make no sense.
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
    },
    /// A link in a declared folder leads to where nobody declared to read.
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
    /// A link that is named like a file of the source leads nowhere.
    #[error("`{link}` is a link to a file that is not there")]
    BrokenLink {
        /// The link.
        link: String,
    },
    /// A declared column is not in a file.
    #[error("`{file}` has no column `{column}`; it has {}", named(.found))]
    MissingColumn {
        /// The file.
        file: String,
        /// The column.
        column: String,
        /// What the file has instead.
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
        reason: super::Reason,
    },
    /// A quote swallowed the lines after it.
    #[error("`{file}` line {line}: a quote opened in this record is never closed")]
    UnclosedQuote {
        /// The file.
        file: String,
        /// The line on which the record starts, from 1.
        line: i64,
    },
    /// A packed file is damaged or cut off.
    #[error("`{file}` is not a whole {packing} file: {problem}")]
    Packed {
        /// The file.
        file: String,
        /// How it is packed.
        packing: &'static str,
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
    /// A value to compare with that is none of the column's type.
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
    /// The disk did not take what has to wait there.
    pub(super) fn scratch(error: &std::io::Error) -> Self {
        Self::Scratch { problem: error.to_string() }
    }

    /// The next thing to do, as an instruction.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Store(error) => error.help(),
            Self::RepeatedColumn { .. } => None,
            Self::Scratch { .. } => Some("make room, or set `TMPDIR` to a folder with room"),
            Self::Pattern { .. } => Some("use `*` within a folder name, `**` for any folders"),
            Self::NothingMatched { .. } => Some(
                "correct the location; or declare the source `optional: true` if nothing may be \
                 there at all, `allow_empty: true` if other files may be",
            ),
            Self::LinkOut { .. } => {
                Some("declare the folder that the files lie in, or remove the link")
            }
            Self::LinkLoop { .. } | Self::BrokenLink { .. } => Some("remove the link"),
            Self::MissingColumn { .. } => Some("correct the declared name, or drop the column"),
            Self::ColumnType { .. } => Some("declare the column with the type it has"),
            Self::Header { .. } => Some("check `format`, `delimiter` and `header` of the source"),
            Self::UnclosedQuote { .. } => {
                Some("repair the file; a quote in a value is written twice")
            }
            Self::Packed { .. } | Self::Parquet { .. } => Some("land the file again"),
            Self::Changed { .. } => Some("run again when the file has landed"),
            Self::TimePattern { .. } => Some("write it as in `%Y-%m-%d %H:%M:%S`"),
            Self::Rule { .. } => Some("write the value as the column's type keeps it"),
        }
    }

    /// The reason under which the rest of a damaged file is rejected; nothing for other mishaps.
    pub(super) fn is_damage(&self) -> Option<super::Reason> {
        match self {
            Self::Packed { .. } => Some(super::Reason::TruncatedFile),
            Self::UnclosedQuote { .. } => Some(super::Reason::UnclosedQuote),
            _ => None,
        }
    }

    /// The read error in what a query answered, if it is one.
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

fn named(columns: &[String]) -> String {
    if columns.is_empty() {
        return "none".to_owned();
    }
    columns.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
