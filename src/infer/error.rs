//! Why nothing can be inferred from a location.

use datafusion::common::DataFusionError;

use crate::read::ReadError;

/// Why no source can be inferred.
#[derive(Debug, thiserror::Error)]
pub enum InferError {
    /// Files cannot be listed or read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The engine cannot be started.
    #[error(transparent)]
    Engine(#[from] DataFusionError),
    /// No file is there.
    #[error("nothing matches `{location}`")]
    Nothing {
        /// The location, without secrets.
        location: String,
    },
    /// The files hold nothing.
    #[error("the files of `{location}` are empty")]
    Empty {
        /// The location, without secrets.
        location: String,
    },
    /// Files of different formats are in one place.
    #[error("`{one}` and `{other}` are not of one format")]
    Mixed {
        /// A file.
        one: String,
        /// A file of another format.
        other: String,
    },
    /// Files of different tables are in one place.
    #[error("`{one}` and `{other}` have no column in common")]
    Apart {
        /// A file.
        one: String,
        /// A file of another table.
        other: String,
    },
    /// Files with other numbers of lines before their headers, so that no setting works for both.
    #[error(
        "`{one}` and `{other}` are not read alike: {lines} and {other_lines} lines come before their headers"
    )]
    Preambles {
        /// A file.
        one: String,
        /// How many lines come before its header.
        lines: usize,
        /// Another file.
        other: String,
        /// How many lines come before its header.
        other_lines: usize,
    },
    /// Files with different delimiters.
    #[error(
        "`{one}` and `{other}` are not written alike: {sign} and {other_sign} stand between their fields"
    )]
    Delimiters {
        /// A file.
        one: String,
        /// Its delimiter, as written in YAML.
        sign: String,
        /// Another file.
        other: String,
        /// What parts its fields.
        other_sign: String,
    },
    /// A file that no format reads.
    #[error("the format of `{file}` is unknown: {problem}")]
    Unclear {
        /// The file.
        file: String,
        /// What is odd about it.
        problem: String,
    },
}

impl InferError {
    /// The next thing to do, as an instruction.
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Self::Read(error) => return error.help(),
            Self::Engine(_) => return None,
            Self::Nothing { .. } => {
                "give a file, a folder, or a pattern such as `raw/orders/*.csv`"
            }
            Self::Empty { .. } => "wait for a file with something in it",
            Self::Mixed { .. } | Self::Apart { .. } => {
                "narrow the location, as in `raw/orders/*.csv`"
            }
            Self::Preambles { .. } => {
                "a source has one `skip_rows`: make several sources, as of `raw/a*.csv` and `raw/b*.csv`"
            }
            Self::Delimiters { .. } => {
                "a source has one `delimiter`: make several sources, as of `raw/a*.csv` and `raw/b*.csv`"
            }
            Self::Unclear { .. } => {
                "give files of CSV, JSON, Parquet, Avro or xlsx; packed ones need `.gz`, `.zst` or \
                 `.bz2` at the end of their names"
            }
        };
        Some(help.to_owned())
    }
}
