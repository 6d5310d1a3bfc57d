//! One customer's past, as every purchase model sees it.
//!
//! | symbol | column      | meaning                        | domain        |
//! |--------|-------------|--------------------------------|---------------|
//! | `x`    | `frequency` | purchase days after the first  | 0, 1, 2, …    |
//! | `t_x`  | `recency`   | first purchase → last purchase | `0 ≤ t_x ≤ T` |
//! | `T`    | `age`       | first purchase → cut-off       | `T ≥ 0`       |
//!
//! All times share one unit, and the scales of a model carry it: fit in weeks,
//! predict in weeks.

use super::Past;
use crate::kernel::OutOfDomain;
use crate::kernel::domain::{ensure, ensure_not_negative, ensure_whole};

/// One customer's past.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct History {
    pub(in crate::kernel) x: f64,
    pub(in crate::kernel) t_x: f64,
    pub(in crate::kernel) age: f64,
}

impl History {
    /// Checks one customer's numbers.
    ///
    /// # Errors
    /// `frequency` is not a whole number, `recency` is not within `age`, or a
    /// customer without repeat purchase has a recency.
    pub fn new(frequency: f64, recency: f64, age: f64) -> Result<Self, OutOfDomain> {
        ensure_whole("frequency", frequency)?;
        ensure_not_negative("age", age)?;
        ensure((0.0..=age).contains(&recency), "recency", "between 0 and `age`", recency)?;
        let at_start = frequency > 0.0 || recency == 0.0;
        ensure(at_start, "recency", "0 where `frequency` is 0", recency)?;
        // Adding zero makes -0 the same as 0.
        Ok(Self { x: frequency + 0.0, t_x: recency + 0.0, age: age + 0.0 })
    }

    /// The same with times in units of `unit`.
    pub(in crate::kernel) fn in_units(self, unit: f64) -> Self {
        Self { x: self.x, t_x: self.t_x / unit, age: self.age / unit }
    }

    /// Somebody acquired just now.
    #[must_use]
    pub fn acquired() -> Self {
        Self { x: 0.0, t_x: 0.0, age: 0.0 }
    }

    /// Time from the first to the last purchase.
    #[must_use]
    pub fn recency(&self) -> f64 {
        self.t_x
    }

    /// Time from the first purchase to the cut-off.
    #[must_use]
    pub fn age(&self) -> f64 {
        self.age
    }
}

impl Past for History {
    fn of(frequency: f64, recency: f64, age: f64) -> Result<Self, OutOfDomain> {
        Self::new(frequency, recency, age)
    }

    fn acquired() -> Self {
        Self::acquired()
    }

    fn frequency(&self) -> f64 {
        self.x
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_impossible_history_names_the_column_and_the_rule() {
        for ((x, t_x, age), want) in [
            ((2.0, 40.0, 38.86), "`recency` must be between 0 and `age`, got 40"),
            ((2.0, -1.0, 38.86), "`recency` must be between 0 and `age`, got -1"),
            ((1.5, 1.0, 38.86), "`frequency` must be a whole number >= 0, got 1.5"),
            ((f64::NAN, 1.0, 38.86), "`frequency` must be a whole number >= 0, got NaN"),
            ((0.0, 0.0, -1.0), "`age` must be finite and >= 0, got -1"),
            ((0.0, 0.0, f64::INFINITY), "`age` must be finite and >= 0, got inf"),
            ((0.0, 3.0, 38.86), "`recency` must be 0 where `frequency` is 0, got 3"),
        ] {
            let error = History::new(x, t_x, age).expect_err("out of domain");
            assert_eq!(error.to_string(), want);
        }
    }
}
