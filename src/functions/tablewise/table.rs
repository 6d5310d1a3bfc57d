//! The rows of one group, as a kernel reads them.

use super::record::Record;
use super::setup::{Input, Setup};
use crate::kernel::weights::whole_weight;
use crate::kernel::{OutOfDomain, Weights};

/// The rows of one group, ascending, equal ones once.
#[derive(Debug)]
pub(in crate::functions) struct Table<'a> {
    pub(in crate::functions) setup: &'a Setup,
    pub(super) records: &'a [(Record, i64)],
}

impl<'a> Table<'a> {
    /// The distinct rows.
    pub(in crate::functions) fn rows(&self) -> impl ExactSizeIterator<Item = TableRow<'a>> + Clone {
        let (setup, weight) = (self.setup, self.setup.weight());
        let counts = setup.weights() == Weights::Counts;
        self.records.iter().map(move |(record, count)| {
            let weight = weight.map_or(1.0, |place| record.numbers.at(place));
            let count = count.unsigned_abs();
            // That these weights are whole was checked before.
            match whole_weight(weight) {
                Ok(times) if counts && times > 0 => {
                    TableRow { setup, record, weight: 1.0, count: count.saturating_mul(times) }
                }
                _ => TableRow { setup, record, weight, count },
            }
        })
    }

    /// Counts are whole numbers.
    pub(super) fn check(&self) -> Result<(), OutOfDomain> {
        let Some(place) = self.setup.weight() else { return Ok(()) };
        if self.setup.weights() == Weights::Design {
            return Ok(());
        }
        self.records
            .iter()
            .try_for_each(|(record, _)| whole_weight(record.numbers.at(place)).map(|_| ()))
    }
}

/// One row, and how often it occurs.
#[derive(Debug, Clone, Copy)]
pub(in crate::functions) struct TableRow<'a> {
    setup: &'a Setup,
    record: &'a Record,
    /// What one of them weighs; of counts 1, or 0 where nobody is meant.
    pub(in crate::functions) weight: f64,
    pub(in crate::functions) count: u64,
}

impl<'a> TableRow<'a> {
    /// The number that argument `i` has here; `None` if it was left out.
    pub(in crate::functions) fn number(self, i: usize) -> Option<f64> {
        match self.setup.inputs.get(i) {
            Some(Input::Number(place)) => Some(self.record.numbers.at(*place)),
            _ => None,
        }
    }

    /// The items that argument `i` has here; those that are NULL are NaN.
    pub(in crate::functions) fn items(self, i: usize) -> impl ExactSizeIterator<Item = f64> + 'a {
        let places = match self.setup.inputs.get(i) {
            Some(Input::Items { places, .. }) => places.clone(),
            _ => 0..0,
        };
        let numbers = &self.record.numbers;
        places.map(|place| numbers.at(place))
    }

    /// The label that argument `i` has here; empty if it was left out.
    pub(in crate::functions) fn label(self, i: usize) -> &'a str {
        match self.setup.inputs.get(i) {
            Some(Input::Label(place)) => &self.record.labels[*place],
            _ => "",
        }
    }
}
