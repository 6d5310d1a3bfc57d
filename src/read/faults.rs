//! Which rows of a batch are rejected, and for which first reason.

use super::Reason;

/// Why a row is rejected: the declared column, unless the whole record, and the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) column: Option<usize>,
    pub(super) reason: Reason,
}

/// The faults of a batch. Columns are judged in order, and the first fault of a row stays.
#[derive(Debug)]
pub(super) struct Faults(Vec<Option<Fault>>);

impl Faults {
    /// No faults in so many rows.
    pub(super) fn none(rows: usize) -> Self {
        Self(vec![None; rows])
    }

    /// Notes a fault unless the row has one.
    pub(super) fn note(&mut self, row: usize, column: Option<usize>, reason: Reason) {
        self.0[row].get_or_insert(Fault { column, reason });
    }

    /// The fault of a row.
    pub(super) fn of(&self, row: usize) -> Option<Fault> {
        self.0[row]
    }

    /// The rows at fault, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, Fault)> {
        self.0.iter().enumerate().filter_map(|(row, fault)| Some((row, (*fault)?)))
    }
}
