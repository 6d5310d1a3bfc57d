//! How the values of one column are parsed: decided once, so that the usual notation has no
//! overhead.

use chrono_tz::Tz;

use super::amount::Amounts;
use super::notation::Notation;
use super::time::{Days, Moments, Zones};
use super::words::Words;
use crate::declare::{ColumnType, Nan};

/// How the values of one column are read.
#[derive(Debug)]
pub(crate) enum Parser {
    /// As it stands.
    Text,
    /// `true`, `t`, `1`, `yes` or `y`, and their opposites, in any case.
    Boolean,
    /// Words of the column's own.
    Words(Words),
    /// A whole number of 32 bits.
    Int32,
    /// A whole number of 64 bits.
    Int64,
    /// A finite number.
    Float64,
    /// A calendar day.
    Date(Days),
    /// A moment.
    Timestamp(Moments),
    /// Precision and scale.
    Decimal(u8, i8),
    /// The text without its notation.
    Noted(Box<Noted>),
}

/// A column that has more to it than its values.
#[derive(Debug)]
pub(crate) struct Noted {
    /// Texts that mean NULL: for a string verbatim, for others without surrounding blanks.
    pub(crate) nulls: Vec<String>,
    /// Whether NaN means NULL.
    pub(crate) nan: bool,
    /// How numbers are written, if not as usual.
    pub(crate) amounts: Option<Amounts>,
    /// How the rest is read.
    pub(crate) parser: Parser,
}

impl Parser {
    /// For values of a type in our own notation, timestamps in `zone`.
    pub(crate) fn usual(data_type: ColumnType, zone: Tz) -> Self {
        Self::unformatted(data_type, &Notation::usual(zone), zone)
    }

    /// For values that are declared for a column: as usual, with its words for booleans besides
    /// `true` and `false`.
    pub(super) fn declared(data_type: ColumnType, notation: &Notation, zone: Tz) -> Self {
        let (yes, no) = (&notation.true_values, &notation.false_values);
        let notation = Notation {
            true_values: beside(yes, "true", no),
            false_values: beside(no, "false", yes),
            ..Notation::usual(zone)
        };
        Self::unformatted(data_type, &notation, zone)
    }

    /// For the texts of a column in this notation, timestamps in `zone`;
    /// NaN may mean NULL.
    ///
    /// # Errors
    /// The time pattern that cannot be read.
    pub(crate) fn of(
        data_type: ColumnType,
        notation: &Notation,
        zone: Tz,
        nan: Nan,
    ) -> Result<Self, &str> {
        let parser = typed(data_type, notation, zone)?;
        let nulls = notation.null_values.clone();
        let amounts = Amounts::of(notation).filter(|_| parser.is_number());
        let nan = nan == Nan::Null && parser.is_number();
        Ok(if nulls.is_empty() && amounts.is_none() && !nan {
            parser
        } else {
            Self::Noted(Box::new(Noted { nulls, nan, amounts, parser }))
        })
    }

    fn unformatted(data_type: ColumnType, notation: &Notation, zone: Tz) -> Self {
        // Only a pattern can be rejected, and there is none.
        typed(data_type, notation, zone).unwrap_or(Self::Text)
    }
}

/// Words of a column with the usual one, unless that is the opposite to it. None stay none.
fn beside(own: &[String], usual: &str, opposite: &[String]) -> Vec<String> {
    let is_usual = |word: &String| word.trim().eq_ignore_ascii_case(usual);
    let taken = own.is_empty() || opposite.iter().any(is_usual);
    own.iter().cloned().chain((!taken).then(|| usual.to_owned())).collect()
}

fn typed(data_type: ColumnType, notation: &Notation, to: Tz) -> Result<Parser, &str> {
    let zones = Zones { from: notation.time_zone, to };
    Ok(match data_type {
        ColumnType::String => Parser::Text,
        ColumnType::Boolean => Words::of(notation).map_or(Parser::Boolean, Parser::Words),
        ColumnType::Int32 => Parser::Int32,
        ColumnType::Int64 => Parser::Int64,
        ColumnType::Float64 => Parser::Float64,
        ColumnType::Date => Parser::Date(Days::new(&notation.formats)?),
        ColumnType::Timestamp | ColumnType::Timestamptz => {
            Parser::Timestamp(Moments::new(&notation.formats, zones)?)
        }
        ColumnType::Decimal(precision, scale) => Parser::Decimal(precision, scale),
    })
}

impl Noted {
    /// Whether a text means NULL.
    pub(crate) fn is_null(&self, text: &str) -> bool {
        let nan = || text.trim_start_matches(['+', '-']).eq_ignore_ascii_case("nan");
        self.nulls.iter().any(|null| null == text) || (self.nan && nan())
    }
}

impl Parser {
    fn is_number(&self) -> bool {
        matches!(self, Self::Int32 | Self::Int64 | Self::Float64 | Self::Decimal(..))
    }
}
