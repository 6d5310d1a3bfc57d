//! Which rows of a batch are rejected, and for which first reason; which cells become NULL instead.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray};
use datafusion::arrow::compute::nullif;
use datafusion::arrow::error::ArrowError;

use super::reason::Reason;

/// Why a row is rejected: the declared column, unless the whole record, and the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) column: Option<usize>,
    pub(crate) reason: Reason,
}

/// The faults of a batch. Columns are checked in order, and the first fault of a row is kept.
#[derive(Debug)]
pub(crate) struct Faults {
    rows: Vec<Option<Fault>>,
    /// For each declared column, whether a cell at fault becomes NULL.
    nullable: Arc<[bool]>,
    /// Such cells by column and row, each with its first reason.
    cells: BTreeMap<(usize, usize), Reason>,
}

impl Faults {
    /// No faults in so many rows, all of which will reject them.
    pub(crate) fn none(rows: usize) -> Self {
        Self::nullifying(rows, Arc::new([]))
    }

    /// No faults in so many rows; those of columns that are `nullable` will reject no row.
    pub(crate) fn nullifying(rows: usize, nullable: Arc<[bool]>) -> Self {
        Self { rows: vec![None; rows], nullable, cells: BTreeMap::new() }
    }

    /// Notes a fault unless the row, or the cell that becomes NULL, has one.
    pub(crate) fn note(&mut self, row: usize, column: Option<usize>, reason: Reason) {
        match column.filter(|column| self.nullable.get(*column) == Some(&true)) {
            Some(column) => {
                self.cells.entry((column, row)).or_insert(reason);
            }
            None => {
                self.rows[row].get_or_insert(Fault { column, reason });
            }
        }
    }

    /// The fault of a row.
    pub(crate) fn of(&self, row: usize) -> Option<Fault> {
        self.rows[row]
    }

    /// The rows at fault, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, Fault)> {
        self.rows.iter().enumerate().filter_map(|(row, fault)| Some((row, (*fault)?)))
    }

    /// The cells that become NULL in rows that are not rejected: the column, the row, the reason.
    pub(crate) fn nullified(&self) -> impl Iterator<Item = (usize, usize, Reason)> {
        let cells = self.cells.iter().map(|((column, row), reason)| (*column, *row, *reason));
        cells.filter(|(_, row, _)| self.of(*row).is_none())
    }

    /// The values of a column, NULL where invalid.
    pub(crate) fn nullify(
        &self,
        column: usize,
        values: &ArrayRef,
    ) -> Result<Option<ArrayRef>, ArrowError> {
        let mut cells = self.cells.range((column, 0)..(column + 1, 0)).peekable();
        if cells.peek().is_none() {
            return Ok(None);
        }
        let mut wrong = vec![false; values.len()];
        cells.for_each(|((_, row), _)| wrong[*row] = true);
        nullif(values, &BooleanArray::from(wrong)).map(Some)
    }
}
