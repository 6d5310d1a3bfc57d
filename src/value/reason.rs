//! Why a row was not accepted.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What is wrong with a rejected row. The names are stable: tables and scripts rely on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Not a number of the declared kind.
    BadNumber,
    /// Neither true nor false.
    BadBoolean,
    /// Not a date in the column's notation.
    BadDate,
    /// Not a timestamp in the column's notation.
    BadTimestamp,
    /// A local time that the clocks skipped.
    SkippedTime,
    /// Too large or too small for the type, or outside the accepted range.
    OutOfRange,
    /// More digits after the point than the type keeps.
    Scale,
    /// No value where one is required.
    MissingRequired,
    /// More or fewer fields than the header or the declared columns.
    WrongFieldCount,
    /// Text after a closing quote, or a quote that the end of the file leaves open.
    BadQuotes,
    /// Not UTF-8.
    BadUtf8,
    /// Not one JSON object.
    BadJson,
    /// Longer than a record may be.
    TooLong,
    /// A byte 0 in text, which most programs take for its end.
    NulByte,
    /// None of the accepted values.
    NotAccepted,
    /// Does not match the pattern of the column.
    PatternMismatch,
    /// Another row of the same key is newer.
    DuplicateKey,
    /// The compressed file is truncated: what else was in it is unknown.
    TruncatedFile,
    /// A quote that swallowed the rest of the file.
    UnclosedQuote,
    /// A cell of a workbook that a formula left in error.
    CellError,
    /// A formula of a workbook that was never calculated: its writer stored no value with it.
    FormulaWithoutValue,
    /// A float so large that it may represent several integers.
    Inexact,
}

impl Reason {
    /// The stable name.
    pub fn code(self) -> &'static str {
        match self {
            Self::BadNumber => "bad_number",
            Self::BadBoolean => "bad_boolean",
            Self::BadDate => "bad_date",
            Self::BadTimestamp => "bad_timestamp",
            Self::SkippedTime => "skipped_time",
            Self::OutOfRange => "out_of_range",
            Self::Scale => "scale",
            Self::MissingRequired => "missing_required",
            Self::WrongFieldCount => "wrong_field_count",
            Self::BadQuotes => "bad_quotes",
            Self::BadUtf8 => "bad_utf8",
            Self::BadJson => "bad_json",
            Self::TooLong => "too_long",
            Self::NulByte => "nul_byte",
            Self::NotAccepted => "not_accepted",
            Self::PatternMismatch => "pattern_mismatch",
            Self::DuplicateKey => "duplicate_key",
            Self::TruncatedFile => "truncated_file",
            Self::UnclosedQuote => "unclosed_quote",
            Self::CellError => "cell_error",
            Self::FormulaWithoutValue => "formula_without_value",
            Self::Inexact => "inexact",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(self.code())
    }
}
