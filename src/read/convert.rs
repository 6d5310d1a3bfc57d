//! A column of texts becomes a column of values; texts that cannot are noted as faults.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanBuilder, Decimal128Builder, PrimitiveArray, PrimitiveBuilder,
    StringViewBuilder,
};
use datafusion::arrow::datatypes::{
    ArrowPrimitiveType, Date32Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType,
};

use super::Reason;
use super::faults::Faults;
use super::parse::{self, Parser};

/// Texts by row; a row that is at fault already has none.
pub(super) struct Texts<F> {
    /// The declared column.
    pub(super) column: usize,
    /// How many rows there are.
    pub(super) rows: usize,
    /// Whether a row without a value is at fault.
    pub(super) required: bool,
    /// The text of a row.
    pub(super) text: F,
}

impl<'a, F: Fn(usize) -> Option<&'a str>> Texts<F> {
    /// Reads all rows with the column's parser.
    pub(super) fn read(&self, parser: &Parser, faults: &mut Faults) -> ArrayRef {
        match parser {
            Parser::Text => self.strings(faults),
            Parser::Boolean => self.booleans(faults),
            Parser::Int32 => Arc::new(self.primitive::<Int32Type>(faults, parse::int32)),
            Parser::Int64 => Arc::new(self.primitive::<Int64Type>(faults, parse::int64)),
            Parser::Float64 => Arc::new(self.primitive::<Float64Type>(faults, parse::float)),
            Parser::Date(days) => {
                Arc::new(self.primitive::<Date32Type>(faults, |text| days.parse(text)))
            }
            Parser::Timestamp(moments) => Arc::new(
                self.primitive::<TimestampMicrosecondType>(faults, |text| moments.parse(text)),
            ),
            Parser::Decimal(precision, scale) => self.decimals(*precision, *scale, faults),
        }
    }

    /// Notes missing values without keeping any.
    pub(super) fn judge(&self, faults: &mut Faults) {
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

    fn booleans(&self, faults: &mut Faults) -> ArrayRef {
        let mut values = BooleanBuilder::with_capacity(self.rows);
        for row in 0..self.rows {
            values.append_option(self.value(row, faults, self.trimmed(row), parse::boolean));
        }
        Arc::new(values.finish())
    }

    fn decimals(&self, precision: u8, scale: i8, faults: &mut Faults) -> ArrayRef {
        let mut values = Decimal128Builder::with_capacity(self.rows)
            .with_data_type(datafusion::arrow::datatypes::DataType::Decimal128(precision, scale));
        for row in 0..self.rows {
            let read = |text: &str| parse::decimal(text, precision, scale);
            values.append_option(self.value(row, faults, self.trimmed(row), read));
        }
        Arc::new(values.finish())
    }

    fn primitive<T: ArrowPrimitiveType>(
        &self,
        faults: &mut Faults,
        read: impl Fn(&str) -> Result<T::Native, Reason>,
    ) -> PrimitiveArray<T> {
        let mut values = PrimitiveBuilder::<T>::with_capacity(self.rows);
        for row in 0..self.rows {
            values.append_option(self.value(row, faults, self.trimmed(row), &read));
        }
        values.finish()
    }

    /// The text without blanks around it; blanks alone are no value.
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
        read: impl Fn(&'t str) -> Result<V, Reason>,
    ) -> Option<V> {
        let value = match text {
            None if self.required => Err(Reason::MissingRequired),
            None => return None,
            Some(text) => read(text),
        };
        value.map_err(|reason| faults.note(row, Some(self.column), reason)).ok()
    }
}
