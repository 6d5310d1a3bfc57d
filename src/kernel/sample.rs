//! What people answered: rows of the same numbers, with weights and counts.
//!
//! Equal rows are one row with a count. Whoever wants the same last digit every
//! time hands the rows over in the same order, ascending.

use super::OutOfDomain;
use super::amount::{LARGEST, ensure_amount};
use super::domain::{check_weight, ensure};
use super::weights;
use crate::kernel::maths::matrix::Symmetric;

/// Rows of `width` numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    width: usize,
    name: &'static str,
    values: Vec<f64>,
    rows: Vec<Row>,
}

/// What a row stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Row {
    weight: f64,
    count: u64,
}

impl Sample {
    /// No rows yet.
    #[must_use]
    pub fn new(width: usize) -> Self {
        Self::named(width, "value")
    }

    /// No rows yet, of numbers that are called so in errors.
    #[must_use]
    pub fn named(width: usize, name: &'static str) -> Self {
        Self { width, name, values: Vec::new(), rows: Vec::new() }
    }

    /// Adds a row that `count` people with the same weight gave. Those of
    /// weight 0 are left out.
    ///
    /// # Errors
    /// A number is not finite or beyond 1e60, or the weight is negative, not
    /// finite or beyond 1e60.
    pub fn push(&mut self, values: &[f64], weight: f64, count: u64) -> Result<(), OutOfDomain> {
        debug_assert_eq!(values.len(), self.width, "a row is as wide as its sample");
        for value in values {
            ensure_amount(self.name, *value)?;
        }
        check_weight(weight)?;
        ensure(weight <= LARGEST, "weight", "at most 1e60", weight)?;
        self.push_checked(values, weight, count);
        Ok(())
    }

    /// Adds a row of which all that is known.
    pub(super) fn push_checked(&mut self, values: &[f64], weight: f64, count: u64) {
        if weight > 0.0 && count > 0 {
            self.values.extend_from_slice(values);
            self.rows.push(Row { weight, count });
        }
    }

    /// How many numbers a row has.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// How many people there are.
    #[must_use]
    pub fn people(&self) -> u64 {
        self.rows.iter().map(|row| row.count).sum()
    }

    /// Kish's effective sample size, (Σw)²/Σw². `None` without people.
    #[must_use]
    pub fn effective_size(&self) -> Option<f64> {
        weights::effective_size(self.rows.iter().map(|row| (row.weight, row.count)))
    }

    /// How many different rows there are.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Numbers, weight of one person, and people.
    pub(super) fn row(&self, place: usize) -> (&[f64], f64, u64) {
        let Row { weight, count } = self.rows[place];
        (&self.values[place * self.width..][..self.width], weight, count)
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = (&[f64], f64, u64)> {
        (0..self.rows.len()).map(|place| self.row(place))
    }

    /// The least and the greatest number of every column. `None` without people.
    pub(super) fn ranges(&self) -> Option<Vec<(f64, f64)>> {
        let mut rows = self.rows();
        let (first, ..) = rows.next()?;
        let mut ranges: Vec<(f64, f64)> = first.iter().map(|value| (*value, *value)).collect();
        for (values, ..) in rows {
            for ((least, greatest), value) in ranges.iter_mut().zip(values) {
                (*least, *greatest) = (least.min(*value), greatest.max(*value));
            }
        }
        Some(ranges)
    }

    /// The weighted mean of every column. `None` without people.
    pub(super) fn centre(&self) -> Option<Vec<f64>> {
        let mut weights = 0.0;
        let mut sums = vec![0.0; self.width];
        for (values, weight, count) in self.rows() {
            let weight = weight * count as f64;
            weights += weight;
            sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += weight * value);
        }
        (weights > 0.0).then(|| sums.iter().map(|sum| sum / weights).collect())
    }

    /// Means and covariances. `None` without people.
    pub(super) fn moments(&self) -> Option<Moments> {
        let mut sums = Sums::around(self.centre()?);
        for (values, weight, count) in self.rows() {
            sums.add(values, weight * count as f64);
        }
        sums.moments()
    }
}

/// Weighted sums of numbers and of their products, around a centre that keeps
/// the digits.
#[derive(Debug, Clone)]
pub(super) struct Sums {
    centre: Vec<f64>,
    /// Distances of the row at hand.
    distances: Vec<f64>,
    /// The weight, the sums, and the products row after row from the diagonal.
    values: Vec<f64>,
}

impl Sums {
    pub(super) fn around(centre: Vec<f64>) -> Self {
        let width = centre.len();
        let values = vec![0.0; 1 + width + width * (width + 1) / 2];
        Self { distances: vec![0.0; width], centre, values }
    }

    pub(super) fn values(&self) -> &[f64] {
        &self.values
    }

    pub(super) fn add(&mut self, row: &[f64], weight: f64) {
        let Self { centre, distances, values } = self;
        for ((distance, value), centre) in distances.iter_mut().zip(row).zip(centre) {
            *distance = value - *centre;
        }
        let (sums, mut products) = values.split_at_mut(1 + distances.len());
        sums[0] += weight;
        for (place, distance) in distances.iter().enumerate() {
            let weighted = weight * distance;
            sums[1 + place] += weighted;
            let (here, rest) = products.split_at_mut(distances.len() - place);
            let others = here.iter_mut().zip(&distances[place..]);
            others.for_each(|(sum, other)| *sum += weighted * other);
            products = rest;
        }
    }

    /// Adds sums around the same centre, `times` over.
    pub(super) fn add_sums(&mut self, sums: &[f64], times: f64) {
        self.values.iter_mut().zip(sums).for_each(|(sum, part)| *sum += times * part);
    }

    /// `None` where nothing has been added.
    pub(super) fn moments(&self) -> Option<Moments> {
        let (width, weight) = (self.centre.len(), self.values[0]);
        let mean = |column: usize| self.values[1 + column] / weight;
        // Row `column` of the triangle starts after the longer ones above it.
        let product = |row: usize, column: usize| {
            self.values[1 + width + column * (2 * width + 1 - column) / 2 + row - column] / weight
        };
        (weight > 0.0).then(|| Moments {
            means: (0..width).map(|column| self.centre[column] + mean(column)).collect(),
            covariance: Symmetric::new(width, |row, column| {
                let shift = mean(row) * mean(column);
                let spread = product(row, column) - shift;
                // What is left of a constant column is rounding.
                let rounding = row == column && spread <= 1e-12 * product(row, column);
                if rounding { 0.0 } else { spread }
            }),
        })
    }
}

/// Means, and covariances with the divisor Σw.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Moments {
    pub(super) means: Vec<f64>,
    pub(super) covariance: Symmetric,
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A sample of rows of weight 1.
    pub(in super::super) fn sample<const N: usize>(rows: &[[f64; N]]) -> Sample {
        let mut sample = Sample::new(N);
        for row in rows {
            sample.push(row, 1.0, 1).expect("finite");
        }
        sample
    }

    #[test]
    fn moments_are_the_textbook_ones() {
        let sample = sample(&[[1.0, 10.0], [2.0, 14.0], [6.0, 12.0]]);
        let moments = sample.moments().expect("people");
        assert_eq!(moments.means, [3.0, 12.0]);
        for (got, want) in [
            (moments.covariance.at(0, 0), 14.0 / 3.0),
            (moments.covariance.at(1, 1), 8.0 / 3.0),
            (moments.covariance.at(0, 1), 2.0 / 3.0),
        ] {
            assert!((got - want).abs() < 1e-14, "{got} {want}");
        }
        assert_eq!(Sample::new(2).moments(), None);
    }

    #[test]
    fn a_count_is_a_weight_of_that_many() {
        let (mut counted, mut weighted) = (Sample::new(2), Sample::new(2));
        for (row, times) in [([1.0, 3.0], 4), ([2.5, 1.0], 2), ([7.0, 2.0], 1)] {
            counted.push(&row, 1.0, times).expect("finite");
            weighted.push(&row, times as f64, 1).expect("finite");
        }
        assert_eq!(counted.moments(), weighted.moments());
        assert_eq!((counted.people(), weighted.people()), (7, 3));
        assert_eq!(counted.effective_size(), Some(7.0));
        let mut tiny = Sample::new(1);
        tiny.push(&[1.0], 1e-200, 5).expect("finite");
        assert!(tiny.effective_size().is_some_and(|n| (n - 5.0).abs() < 1e-14));
    }

    #[test]
    fn a_constant_column_has_no_variance_at_all() {
        let sample = sample(&[[0.1, 1.0], [0.1, 2.0], [0.1, 4.0]]);
        let moments = sample.moments().expect("people");
        assert!(moments.covariance.at(0, 0) <= 0.0);
    }

    #[test]
    fn what_is_not_finite_is_refused() {
        let error = Sample::new(1).push(&[f64::NAN], 1.0, 1).expect_err("not a number");
        assert_eq!(error.to_string(), "`value` must be between -1e60 and 1e60, got NaN");
    }
}
