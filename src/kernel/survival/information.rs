//! Solving with an information matrix that may be singular.
//!
//! By L·D·Lᵀ, row by row: a column that is collinear with the columns before it
//! gets a pivot of zero, and no part in the solution.
//!
//! Source: Golub and Van Loan (2013), "Matrix Computations", 4th ed., 4.1 and 4.2.

/// A share of its own diagonal element below which a pivot is rounding.
const NOTHING: f64 = 1e-9;

/// A share of what was subtracted below which the rest is rounding.
const ROUNDING: f64 = 1e-12;

/// A symmetric, positive semidefinite matrix, factorised.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Information {
    /// Rows of L left of its diagonal of ones.
    lower: Vec<Vec<f64>>,
    /// The diagonal D; zero where nothing new was said.
    pivots: Vec<f64>,
}

impl Information {
    /// Factorises the lower triangle of `matrix`. Its diagonal is what was left when numbers as
    /// large as `sizes` were subtracted.
    pub(super) fn new(matrix: &[Vec<f64>], sizes: &[f64]) -> Self {
        let mut lower: Vec<Vec<f64>> = Vec::with_capacity(matrix.len());
        let mut pivots: Vec<f64> = Vec::with_capacity(matrix.len());
        for (i, row) in matrix.iter().enumerate() {
            let mut next: Vec<f64> = Vec::with_capacity(i);
            for j in 0..i {
                let known: f64 = (0..j).map(|k| next[k] * lower[j][k] * pivots[k]).sum();
                next.push(if pivots[j] > 0.0 { (row[j] - known) / pivots[j] } else { 0.0 });
            }
            let known: f64 = (0..i).map(|k| next[k] * next[k] * pivots[k]).sum();
            let pivot = row[i] - known;
            let rounding = ROUNDING * sizes.get(i).copied().unwrap_or_default();
            pivots.push(if pivot > (NOTHING * row[i]).max(rounding) { pivot } else { 0.0 });
            lower.push(next);
        }
        Self { lower, pivots }
    }

    /// The rank.
    pub(super) fn rank(&self) -> usize {
        self.pivots.iter().filter(|pivot| **pivot > 0.0).count()
    }

    /// Whether column `i` is not collinear with those before it.
    pub(super) fn tells(&self, i: usize) -> bool {
        self.pivots[i] > 0.0
    }

    /// The solution of matrix · x = `right`, zero where it is not identified.
    pub(super) fn solve(&self, right: &[f64]) -> Vec<f64> {
        let mut x: Vec<f64> = Vec::with_capacity(right.len());
        for (i, row) in self.lower.iter().enumerate() {
            let known: f64 = row.iter().zip(&x).map(|(l, x)| l * x).sum();
            x.push(if self.tells(i) { right[i] - known } else { 0.0 });
        }
        for (x, pivot) in x.iter_mut().zip(&self.pivots).filter(|(_, pivot)| **pivot > 0.0) {
            *x /= pivot;
        }
        for i in (0..x.len()).rev() {
            let known: f64 = (i + 1..x.len()).map(|k| self.lower[k][i] * x[k]).sum();
            x[i] = if self.tells(i) { x[i] - known } else { 0.0 };
        }
        x
    }

    /// Element `i` of the inverse's diagonal. `None` if it is not identified.
    pub(super) fn variance(&self, i: usize) -> Option<f64> {
        let unit: Vec<f64> = (0..self.pivots.len()).map(|k| f64::from(u8::from(k == i))).collect();
        self.tells(i).then(|| self.solve(&unit)[i])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: f64, want: f64) {
        assert!((got - want).abs() < 1e-14, "got {got}, want {want}");
    }

    #[test]
    fn a_solution_solves() {
        let matrix = vec![vec![4.0], vec![1.0, 3.0], vec![0.5, -0.2, 2.0]];
        let information = Information::new(&matrix, &[]);
        let x = information.solve(&[1.0, 2.0, 3.0]);
        close(4.0 * x[0] + x[1] + 0.5 * x[2], 1.0);
        close(x[0] + 3.0 * x[1] - 0.2 * x[2], 2.0);
        close(0.5 * x[0] - 0.2 * x[1] + 2.0 * x[2], 3.0);
        close(information.variance(2).expect("told"), information.solve(&[0.0, 0.0, 1.0])[2]);
        assert_eq!(information.rank(), 3);
    }

    #[test]
    fn a_column_that_repeats_another_takes_no_part() {
        let matrix = vec![vec![4.0], vec![8.0, 16.0], vec![0.0, 0.0, 2.0], vec![0.0; 4]];
        let information = Information::new(&matrix, &[]);
        assert_eq!(information.solve(&[2.0, 4.0, 1.0, 0.0]), [0.5, 0.0, 0.5, 0.0]);
        assert_eq!((information.rank(), information.variance(1)), (2, None));
    }
}
