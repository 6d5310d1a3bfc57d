//! Text into records of fields, as the readers split it.

use crate::plan;
use crate::read;
pub(super) use crate::read::Record;

/// How fields are separated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fields {
    /// By one character, perhaps with quotes.
    Delimited {
        /// Between fields.
        delimiter: char,
        /// Around fields.
        quote: Option<char>,
        /// Before a quote within quotes; a quote is doubled if there is none.
        escape: Option<char>,
    },
    /// By runs of blanks.
    Blanks,
}

/// Fields, and comment lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    /// How fields are separated.
    pub(super) fields: Fields,
    /// The character that starts a line to skip.
    pub(super) comment: Option<char>,
}

impl Fields {
    /// Those of delimited text, as a pipeline declares them.
    pub(super) fn delimited(dialect: &plan::Dialect) -> Self {
        Self::Delimited {
            delimiter: char::from(dialect.delimiter),
            quote: dialect.quote.map(char::from),
            escape: dialect.escape.map(char::from),
        }
    }
}

/// The records of a text as a run would split them, and the byte at which the last whole one ends.
///
/// In a text that is `cut`, the text after the last line end is not a record.
pub(super) fn records(
    text: &str,
    dialect: Dialect,
    cut: bool,
    most: usize,
) -> (Vec<Record>, usize) {
    let comment = dialect.comment.map(byte);
    match dialect.fields {
        Fields::Blanks => read::blank_records(text, comment, cut, most),
        Fields::Delimited { delimiter, quote, escape } => {
            let dialect = plan::Dialect {
                delimiter: byte(delimiter),
                quote: quote.map(byte),
                escape: escape.map(byte),
                comment,
                ..plan::Dialect::default()
            };
            read::delimited_records(text, dialect, cut, most)
        }
    }
}

/// The characters of a dialect are ASCII.
fn byte(sign: char) -> u8 {
    u8::try_from(sign).unwrap_or_default()
}
