//! Text becomes a value of the declared type, exactly, or the reason why it cannot.
//!
//! Blanks around a value that is not a string are ignored. Nothing is rounded, wrapped or guessed.
//! How a column is written is decided once, so that those written as usual pay nothing for others.

mod amount;
mod epoch;
mod number;
mod time;
mod words;

pub(super) use self::amount::Amounts;
pub(super) use self::number::{boolean, decimal, float, int32, int64};
pub(super) use self::time::{Days, Moments, Zones, is_known_day};
pub(super) use self::words::Words;

use chrono_tz::Tz;

use crate::declare::{ColumnType, Nan};
use crate::plan::{Notation, SourceField, SourcePlan};

use super::ReadError;

/// How the values of one column are read.
#[derive(Debug)]
pub(super) enum Parser {
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
    /// What is left of the text when its notation is taken away.
    Noted(Box<Noted>),
}

/// A column that has more to it than its values.
#[derive(Debug)]
pub(super) struct Noted {
    /// Texts that are no value: of a string as it stands, of others without the blanks around it.
    pub(super) nulls: Vec<String>,
    /// Whether NaN is no value.
    pub(super) nan: bool,
    /// How numbers are written, if not as usual.
    pub(super) amounts: Option<Amounts>,
    /// How the rest is read.
    pub(super) parser: Parser,
}

impl Parser {
    /// For values of a type as we write them ourselves, timestamps on the clock of `zone`.
    pub(super) fn usual(data_type: ColumnType, zone: Tz) -> Self {
        Self::unformatted(data_type, &Notation::usual(zone), zone)
    }

    /// For values that are declared of a column: as usual, but with its words for truth values beside
    /// `true` and `false`.
    pub(super) fn declared(field: &SourceField) -> Self {
        let (yes, no) = (&field.notation.true_values, &field.notation.false_values);
        let notation = Notation {
            true_values: beside(yes, "true", no),
            false_values: beside(no, "false", yes),
            ..Notation::usual(field.zone)
        };
        Self::unformatted(field.data_type, &notation, field.zone)
    }

    fn unformatted(data_type: ColumnType, notation: &Notation, zone: Tz) -> Self {
        // Only a pattern can be refused, and there is none.
        typed(data_type, notation, zone).unwrap_or(Self::Text)
    }
}

/// A parser for every column of a source.
pub(super) fn parsers(source: &SourcePlan) -> Result<Vec<Parser>, ReadError> {
    source.columns.iter().map(|field| parser(source, field)).collect()
}

fn parser(source: &SourcePlan, field: &SourceField) -> Result<Parser, ReadError> {
    let notation = &field.notation;
    let refuse = |pattern: &str| ReadError::TimePattern {
        table: source.name.clone(),
        column: field.name.clone(),
        pattern: pattern.to_owned(),
    };
    let parser = typed(field.data_type, notation, source.time_zone).map_err(refuse)?;
    let nulls = notation.null_values.clone();
    let amounts = Amounts::of(notation).filter(|_| parser.is_number());
    let nan = source.nan == Nan::Null && parser.is_number();
    Ok(if nulls.is_empty() && amounts.is_none() && !nan {
        parser
    } else {
        Parser::Noted(Box::new(Noted { nulls, nan, amounts, parser }))
    })
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
    /// Whether a text stands for no value.
    pub(super) fn is_null(&self, text: &str) -> bool {
        let nan = || text.trim_start_matches(['+', '-']).eq_ignore_ascii_case("nan");
        self.nulls.iter().any(|null| null == text) || (self.nan && nan())
    }
}

impl Parser {
    fn is_number(&self) -> bool {
        matches!(self, Self::Int32 | Self::Int64 | Self::Float64 | Self::Decimal(..))
    }
}
