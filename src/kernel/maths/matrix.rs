//! Symmetric matrices of any small size: cross-products of a survey's columns.
//!
//! Everything that is estimated from answers is estimated from one such matrix,
//! so its cost does not grow with the number of people. A system that has no
//! single solution gets the shortest one, in standard units, and says so:
//! questions that repeat each other are common, and no reason to fail.
//!
//! Source: Golub and Van Loan (2013), "Matrix Computations", 4th ed., 4.2.5
//! (Cholesky) and 5.5 (least norm).

use crate::kernel::maths::symmetric::diagonalise;

/// A share of a column's variance that is as good as none.
const NOTHING: f64 = 1e-11;

/// A symmetric matrix, all of it, row after row.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::kernel) struct Symmetric {
    size: usize,
    values: Vec<f64>,
}

/// What a system of equations gave.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::kernel) struct Solution {
    pub(in crate::kernel) values: Vec<f64>,
    /// Whether no others would do as well.
    pub(in crate::kernel) unique: bool,
}

impl Symmetric {
    /// `value` is called for the lower triangle.
    pub(in crate::kernel) fn new(size: usize, value: impl Fn(usize, usize) -> f64) -> Self {
        let mut values = vec![0.0; size * size];
        for row in 0..size {
            for column in 0..=row {
                let value = value(row, column);
                (values[row * size + column], values[column * size + row]) = (value, value);
            }
        }
        Self { size, values }
    }

    pub(in crate::kernel) fn size(&self) -> usize {
        self.size
    }

    pub(in crate::kernel) fn at(&self, row: usize, column: usize) -> f64 {
        self.values[row * self.size + column]
    }

    pub(in crate::kernel) fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.size..][..self.size]
    }

    /// The sum of all elements.
    pub(in crate::kernel) fn sum(&self) -> f64 {
        self.values.iter().sum()
    }

    /// The sum of the diagonal.
    pub(in crate::kernel) fn trace(&self) -> f64 {
        (0..self.size).map(|i| self.at(i, i)).sum()
    }

    /// The rows and columns at `places`.
    pub(in crate::kernel) fn part(&self, places: &[usize]) -> Self {
        Self::new(places.len(), |row, column| self.at(places[row], places[column]))
    }

    /// The same, every element times a number.
    pub(in crate::kernel) fn times_number(&self, factor: f64) -> Self {
        let values = self.values.iter().map(|value| value * factor).collect();
        Self { size: self.size, values }
    }

    pub(in crate::kernel) fn times(&self, vector: &[f64]) -> Vec<f64> {
        (0..self.size).map(|row| dot(self.row(row), vector)).collect()
    }

    /// left' · matrix · right.
    pub(in crate::kernel) fn form(&self, left: &[f64], right: &[f64]) -> f64 {
        dot(left, &self.times(right))
    }

    /// Solves matrix · x = right, for a matrix of cross-products.
    pub(in crate::kernel) fn solve(&self, right: &[f64]) -> Solution {
        match self.cholesky() {
            Some(lower) => Solution { values: lower.substitute(right), unique: true },
            None => Solution { values: self.least_norm(right), unique: false },
        }
    }

    /// The diagonal of the inverse. `None` if there is none.
    pub(in crate::kernel) fn inverse_diagonal(&self) -> Option<Vec<f64>> {
        let lower = self.cholesky()?;
        Some((0..self.size).map(|i| lower.substitute(&unit(self.size, i))[i]).collect())
    }

    /// The same in standard units: a diagonal of ones, or zero where it was.
    pub(in crate::kernel) fn correlation(&self) -> Self {
        let scale: Vec<f64> = (0..self.size).map(|i| per_root(self.at(i, i))).collect();
        Self::new(self.size, |row, column| match row == column {
            true => f64::from(u8::from(scale[row] > 0.0)),
            false => (self.at(row, column) * scale[row] * scale[column]).clamp(-1.0, 1.0),
        })
    }

    /// Eigenvalues, each with its unit vector.
    pub(in crate::kernel) fn eigen(&self) -> Vec<(f64, Vec<f64>)> {
        let mut rows: Vec<Vec<f64>> = (0..self.size).map(|row| self.row(row).to_vec()).collect();
        let mut vectors: Vec<_> = (0..self.size).map(|row| unit(self.size, row)).collect();
        diagonalise(&mut rows, &mut vectors);
        (0..self.size)
            .map(|i| (rows[i][i], vectors.iter().map(|vector| vector[i]).collect()))
            .collect()
    }

    /// The triangle L of L·L', unless a column says what those before it say.
    fn cholesky(&self) -> Option<Triangle> {
        let mut rows: Vec<Vec<f64>> = Vec::with_capacity(self.size);
        for row in 0..self.size {
            let mut next: Vec<f64> = Vec::with_capacity(row + 1);
            for (column, above) in rows.iter().enumerate() {
                let rest = self.at(row, column) - dot(&next, &above[..column]);
                next.push(rest / above[column]);
            }
            let left = self.at(row, row) - dot(&next, &next);
            if left.is_nan() || left <= NOTHING * self.at(row, row) {
                return None;
            }
            next.push(left.sqrt());
            rows.push(next);
        }
        Some(Triangle(rows))
    }

    /// The shortest solution, by the eigenvalues that are not zero.
    fn least_norm(&self, right: &[f64]) -> Vec<f64> {
        let scale: Vec<f64> = (0..self.size).map(|i| per_root(self.at(i, i))).collect();
        let right: Vec<f64> =
            right.iter().zip(&scale).map(|(value, scale)| value * scale).collect();
        let mut solution = vec![0.0; self.size];
        let parts = self.correlation().eigen();
        let least = NOTHING * self.size as f64;
        for (value, vector) in parts.into_iter().filter(|(value, _)| *value > least) {
            let share = dot(&vector, &right) / value;
            solution.iter_mut().zip(&vector).for_each(|(sum, part)| *sum += share * part);
        }
        solution.iter().zip(&scale).map(|(value, scale)| value * scale).collect()
    }
}

/// The lower triangle of a Cholesky decomposition.
struct Triangle(Vec<Vec<f64>>);

impl Triangle {
    fn substitute(&self, right: &[f64]) -> Vec<f64> {
        let mut solution: Vec<f64> = Vec::with_capacity(right.len());
        for (place, row) in self.0.iter().enumerate() {
            solution.push((right[place] - dot(&row[..place], &solution)) / row[place]);
        }
        for place in (0..solution.len()).rev() {
            let later = self.0[place + 1..].iter().zip(&solution[place + 1..]);
            let sum: f64 = later.map(|(row, value)| row[place] * value).sum();
            solution[place] = (solution[place] - sum) / self.0[place][place];
        }
        solution
    }
}

/// A one at `place`, and zeros.
fn unit(size: usize, place: usize) -> Vec<f64> {
    (0..size).map(|i| f64::from(u8::from(i == place))).collect()
}

/// The sum of products.
pub(in crate::kernel) fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}

/// 1/√value, or 0 where that is not a number to use.
fn per_root(value: f64) -> f64 {
    let inverse = value.sqrt().recip();
    if value > 0.0 && inverse.is_finite() { inverse } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(rows: &[&[f64]]) -> Symmetric {
        Symmetric::new(rows.len(), |row, column| rows[row][column])
    }

    #[test]
    fn a_solution_solves() {
        let matrix = matrix(&[&[4.0, 1.0, 0.5], &[1.0, 3.0, -0.2], &[0.5, -0.2, 2.0]]);
        let solution = matrix.solve(&[1.0, 2.0, 3.0]);
        assert!(solution.unique);
        for (got, want) in matrix.times(&solution.values).into_iter().zip([1.0, 2.0, 3.0]) {
            assert!((got - want).abs() < 1e-14);
        }
        let inverse = matrix.inverse_diagonal().expect("regular");
        let third = matrix.solve(&[0.0, 0.0, 1.0]).values[2];
        assert!((inverse[2] - third).abs() < 1e-15);
    }

    #[test]
    fn columns_that_repeat_each_other_share_what_they_explain() {
        let matrix = matrix(&[&[4.0, 4.0, 0.0], &[4.0, 4.0, 0.0], &[0.0, 0.0, 0.0]]);
        let solution = matrix.solve(&[2.0, 2.0, 0.0]);
        assert!(!solution.unique);
        for (got, want) in solution.values.into_iter().zip([0.25, 0.25, 0.0]) {
            assert!((got - want).abs() < 1e-14);
        }
        assert_eq!(matrix.inverse_diagonal(), None);
    }

    #[test]
    fn eigenvectors_make_the_matrix_again() {
        let matrix = matrix(&[&[4.0, 1.0, 0.5], &[1.0, 3.0, -0.2], &[0.5, -0.2, 2.0]]);
        let parts = matrix.eigen();
        for row in 0..3 {
            for column in 0..3 {
                let sum: f64 = parts.iter().map(|(value, v)| value * v[row] * v[column]).sum();
                assert!((sum - matrix.at(row, column)).abs() < 1e-14);
            }
        }
    }
}
