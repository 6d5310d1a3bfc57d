//! One row as it is gathered, read from the columns of a batch.

use std::cmp::Ordering;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, StringArray};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::common::{Result, exec_err};

use super::super::multiset::Row;
use super::super::numbers::Numbers;
use super::setup::{Input, Setup};

/// A row as it is gathered.
#[derive(Debug)]
pub(in crate::functions) struct Record {
    pub(super) labels: Box<[Box<str>]>,
    pub(super) numbers: Numbers,
}

impl Row for Record {
    fn compare(&self, other: &Self) -> Ordering {
        self.labels.cmp(&other.labels).then_with(|| self.numbers.compare(&other.numbers))
    }

    fn heap(&self) -> usize {
        let sizes = self.labels.iter().map(|label| label.len() + size_of::<Box<str>>());
        let text = sizes.sum::<usize>();
        text + self.numbers.heap()
    }
}

/// One batch.
pub(super) struct Columns<'a> {
    setup: &'a Setup,
    pub(super) rows: usize,
    numbers: Vec<Column<'a>>,
    labels: Vec<&'a StringArray>,
}

/// A column of numbers.
struct Column<'a> {
    numbers: &'a Float64Array,
    /// If it is one of several items.
    item: Option<Item<'a>>,
}

struct Item<'a> {
    name: &'a str,
    /// Where all items are NULL, whatever lies below.
    nulls: Option<&'a NullBuffer>,
}

impl Column<'_> {
    fn number(&self, row: usize) -> Option<f64> {
        let inside = self.item.as_ref().and_then(|item| item.nulls);
        let valid = inside.is_none_or(|nulls| nulls.is_valid(row)) && self.numbers.is_valid(row);
        valid.then(|| self.numbers.value(row))
    }
}

impl<'a> Columns<'a> {
    pub(super) fn new(setup: &'a Setup, columns: &'a [ArrayRef]) -> Self {
        let rows = columns.first().map_or(0, Array::len);
        let (mut numbers, mut labels) = (Vec::new(), Vec::new());
        for (input, column) in setup.inputs.iter().zip(columns) {
            match input {
                Input::Number(_) => {
                    numbers.push(Column { numbers: column.as_primitive(), item: None });
                }
                Input::Items { names, .. } => {
                    let items = column.as_struct();
                    numbers.extend(names.iter().zip(items.columns()).map(|(name, column)| {
                        Column {
                            numbers: column.as_primitive(),
                            item: Some(Item { name, nulls: items.nulls() }),
                        }
                    }));
                }
                Input::Label(_) => labels.push(column.as_string()),
                Input::Setting(_) => {}
            }
        }
        Self { setup, rows, numbers, labels }
    }

    /// The row, unless a number or label that it needs is NULL.
    ///
    /// # Errors
    /// An item is NaN, which here represents NULL.
    pub(super) fn record(&self, row: usize, buffer: &mut Vec<f64>) -> Result<Option<Record>> {
        let label = |column: &&StringArray| column.is_valid(row).then(|| column.value(row).into());
        let Some(labels) = self.labels.iter().map(label).collect::<Option<_>>() else {
            return Ok(None);
        };
        buffer.clear();
        for column in &self.numbers {
            match (column.number(row), &column.item) {
                (Some(number), Some(Item { name: item, .. })) if number.is_nan() => {
                    let name = self.setup.definition.name;
                    return exec_err!("{name}: `{item}` must be a number, got NaN");
                }
                (Some(number), _) => buffer.push(number),
                (None, Some(_)) => buffer.push(f64::NAN),
                (None, None) => return Ok(None),
            }
        }
        Ok(Some(Record { labels, numbers: Numbers::new(buffer) }))
    }
}
