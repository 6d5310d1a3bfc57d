//! Rows of a table in which nothing is missing, as the sample of a kernel.

use datafusion::common::ScalarValue;

use crate::functions::document::{Argument, Field, Kind};
use crate::functions::domain::Domain;
use crate::functions::refusal::Refusal;
use crate::functions::tablewise::TableRow;
use crate::kernel::sample::Sample;

/// People who answered everything, and how many did not.
#[derive(Debug)]
pub(super) struct Complete {
    pub(super) sample: Sample,
    pub(super) incomplete: u64,
}

pub(super) const INCOMPLETE: Field = Field {
    name: "incomplete",
    kind: Kind::Int64,
    meaning: "rows that were left out because a number in the struct is NULL",
};

impl Complete {
    /// Nobody yet; `name` is what numbers are called in errors.
    pub(super) fn new(width: usize, name: &'static str) -> Self {
        Self { sample: Sample::named(width, name), incomplete: 0 }
    }

    /// Adds the people of a row, whose NULLs are NaN.
    pub(super) fn add(&mut self, numbers: &[f64], weight: f64, count: u64) -> Result<(), Refusal> {
        if numbers.iter().any(|number| number.is_nan()) {
            self.incomplete += count;
            return Ok(());
        }
        Ok(self.sample.push(numbers, weight, count)?)
    }

    /// Rows of a target (argument 0) and its drivers (argument 1).
    pub(super) fn drivers<'a>(
        rows: impl Iterator<Item = TableRow<'a>>,
        count: usize,
    ) -> Result<Self, Refusal> {
        let mut complete = Self::new(count + 1, "drivers");
        for row in rows {
            let target = row.number(0).unwrap_or(f64::NAN);
            if !target.is_finite() {
                return Err(Refusal(format!("`target` must be finite, got {target}")));
            }
            let numbers: Vec<f64> = std::iter::once(target).chain(row.items(1)).collect();
            complete.add(&numbers, row.weight, row.count)?;
        }
        Ok(complete)
    }

    /// How many answered everything.
    pub(super) fn n(&self) -> ScalarValue {
        count(self.sample.people())
    }

    /// How many did not.
    pub(super) fn incomplete(&self) -> ScalarValue {
        count(self.incomplete)
    }
}

/// A count, as SQL has it.
pub(super) fn count(number: u64) -> ScalarValue {
    ScalarValue::Int64(i64::try_from(number).ok())
}

/// A double, or NULL.
pub(super) fn perhaps(number: Option<f64>) -> ScalarValue {
    ScalarValue::Float64(number)
}

/// What drivers explain.
pub(super) const TARGET: Argument = Argument::needed(
    "target",
    "what is to be explained, such as overall satisfaction",
    Domain::Amount,
);
