//! A column of texts becomes a column of values; invalid texts are recorded as faults.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanBuilder, NullBufferBuilder, PrimitiveArray, StringViewBuilder,
};
use datafusion::arrow::datatypes::{
    ArrowPrimitiveType, DataType, Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type,
    TimestampMicrosecondType,
};

use super::amount::Amounts;
use super::faults::Faults;
use super::number::{boolean, decimal, float, int32, int64};
use super::parser::{Noted, Parser};
use super::reason::Reason;

/// Texts by row; a row that is at fault already has none.
pub(crate) struct Texts<F> {
    /// The declared column.
    pub(crate) column: usize,
    /// How many rows there are.
    pub(crate) rows: usize,
    /// Whether a row without a value is at fault.
    pub(crate) required: bool,
    /// The text of a row.
    pub(crate) text: F,
}

impl<'a, F: Fn(usize) -> Option<&'a str>> Texts<F> {
    /// Reads all rows with the column's parser.
    pub(crate) fn read(&self, parser: &Parser, faults: &mut Faults) -> ArrayRef {
        match parser {
            Parser::Noted(noted) => self.noted(noted, faults),
            usual => self.usual(usual, faults),
        }
    }

    /// Skips texts that mean NULL, and parses the others.
    fn noted(&self, noted: &Noted, faults: &mut Faults) -> ArrayRef {
        let Self { column, rows, required, .. } = *self;
        let trimmed = !matches!(noted.parser, Parser::Text);
        let text = |row| {
            let text = if trimmed { self.trimmed(row) } else { (self.text)(row) };
            text.filter(|text| !noted.is_null(text))
        };
        let texts = Texts { column, rows, required, text };
        match &noted.amounts {
            Some(amounts) => texts.amounts(amounts, &noted.parser, faults),
            None => texts.usual(&noted.parser, faults),
        }
    }

    /// Writes every number of the column as usual, and reads them then.
    fn amounts(&self, amounts: &Amounts, parser: &Parser, faults: &mut Faults) -> ArrayRef {
        let Self { column, rows, required, .. } = *self;
        let mut plain = String::new();
        let mut spans = Vec::with_capacity(rows);
        for row in 0..rows {
            let start = plain.len();
            let read = |text| amounts.respell(text, &mut plain);
            let written = self.value(row, faults, self.trimmed(row), read);
            spans.push(written.map(|()| start..plain.len()));
        }
        let text = |row: usize| spans[row].clone().and_then(|span| plain.get(span));
        Texts { column, rows, required, text }.usual(parser, faults)
    }

    fn usual(&self, parser: &Parser, faults: &mut Faults) -> ArrayRef {
        match parser {
            Parser::Text => self.strings(faults),
            Parser::Boolean => self.booleans(faults, boolean),
            Parser::Words(words) => self.booleans(faults, |text| words.parse(text)),
            Parser::Int32 => Arc::new(self.primitive::<Int32Type>(faults, int32)),
            Parser::Int64 => Arc::new(self.primitive::<Int64Type>(faults, int64)),
            Parser::Float64 => Arc::new(self.primitive::<Float64Type>(faults, float)),
            Parser::Date(days) => {
                Arc::new(self.primitive::<Date32Type>(faults, |text| days.parse(text)))
            }
            Parser::Timestamp(moments) => {
                let read = |text: &str| moments.parse(text);
                let instants = self.primitive::<TimestampMicrosecondType>(faults, read);
                Arc::new(instants.with_timezone(moments.zone().name()))
            }
            Parser::Decimal(precision, scale) => self.decimals(*precision, *scale, faults),
            // A column has one notation, which was removed before.
            Parser::Noted(noted) => self.usual(&noted.parser, faults),
        }
    }

    /// Notes missing values without keeping any.
    pub(crate) fn judge(&self, faults: &mut Faults) {
        for row in (0..self.rows).filter(|_| self.required) {
            if (self.text)(row).is_none() {
                faults.note(row, Some(self.column), Reason::MissingRequired);
            }
        }
    }

    fn strings(&self, faults: &mut Faults) -> ArrayRef {
        let mut values = StringViewBuilder::with_capacity(self.rows);
        for row in 0..self.rows {
            values.append_option(self.value(row, faults, (self.text)(row), Ok));
        }
        Arc::new(values.finish())
    }

    fn booleans(
        &self,
        faults: &mut Faults,
        read: impl Fn(&str) -> Result<bool, Reason>,
    ) -> ArrayRef {
        let mut values = BooleanBuilder::with_capacity(self.rows);
        for row in 0..self.rows {
            values.append_option(self.value(row, faults, self.trimmed(row), &read));
        }
        Arc::new(values.finish())
    }

    fn decimals(&self, precision: u8, scale: i8, faults: &mut Faults) -> ArrayRef {
        let read = |text: &str| decimal(text, precision, scale);
        let values = self.primitive::<Decimal128Type>(faults, read);
        Arc::new(values.with_data_type(DataType::Decimal128(precision, scale)))
    }

    fn primitive<T: ArrowPrimitiveType>(
        &self,
        faults: &mut Faults,
        read: impl Fn(&str) -> Result<T::Native, Reason>,
    ) -> PrimitiveArray<T> {
        // Nulls separate from values: a column without nulls has no overhead.
        let (mut values, mut nulls) =
            (Vec::with_capacity(self.rows), NullBufferBuilder::new(self.rows));
        for row in 0..self.rows {
            let value = self.value(row, faults, self.trimmed(row), &read);
            nulls.append(value.is_some());
            values.push(value.unwrap_or_default());
        }
        PrimitiveArray::new(values.into(), nulls.finish())
    }

    /// The text without blanks around it; only blanks mean NULL.
    fn trimmed(&self, row: usize) -> Option<&'a str> {
        let text = (self.text)(row)?;
        let edge = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_graphic());
        if edge(text.as_bytes().first()) || edge(text.as_bytes().last()) {
            return Some(text.trim()).filter(|text| !text.is_empty());
        }
        Some(text)
    }

    fn value<'t, V>(
        &self,
        row: usize,
        faults: &mut Faults,
        text: Option<&'t str>,
        read: impl FnOnce(&'t str) -> Result<V, Reason>,
    ) -> Option<V> {
        let value = match text {
            None if self.required => Err(Reason::MissingRequired),
            None => return None,
            Some(text) => read(text),
        };
        value.map_err(|reason| faults.note(row, Some(self.column), reason)).ok()
    }
}
