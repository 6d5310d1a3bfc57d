//! Eigenvalues of small symmetric matrices, and of tridiagonal ones.
//!
//! Source: Golub and Van Loan (2013), "Matrix Computations", 4th ed., 8.5.2
//! (Jacobi rotations) and 8.3.3 (implicit QL).

/// Eigenvalues, and for each the unit vector that belongs to it.
pub(in crate::kernel) type Eigen<const N: usize> = [(f64, [f64; N]); N];

/// More sweeps than any matrix of a model's size has ever needed.
const SWEEPS: usize = 64;

/// Diagonalises a symmetric matrix by cyclic Jacobi rotations.
pub(in crate::kernel) fn eigen<const N: usize>(mut matrix: [[f64; N]; N]) -> Eigen<N> {
    let mut vectors = identity();
    diagonalise(&mut matrix, &mut vectors);
    std::array::from_fn(|i| (matrix[i][i], std::array::from_fn(|row| vectors[row][i])))
}

fn identity<const N: usize>() -> [[f64; N]; N] {
    std::array::from_fn(|row| std::array::from_fn(|column| f64::from(u8::from(row == column))))
}

/// Turns the rows of a symmetric matrix until only its diagonal is left, and
/// `vectors`, the rows of the identity, with them: their columns become the
/// eigenvectors.
pub(in crate::kernel) fn diagonalise<R: AsMut<[f64]>>(matrix: &mut [R], vectors: &mut [R]) {
    for _ in 0..SWEEPS {
        let mut rows = matrix.iter_mut().enumerate();
        if rows.all(|(place, row)| row.as_mut()[..place].iter().all(|value| *value == 0.0)) {
            break;
        }
        for row in 1..matrix.len() {
            for column in 0..row {
                rotate(matrix, vectors, row, column);
            }
        }
    }
}

/// Zeroes one off-diagonal element.
fn rotate<R: AsMut<[f64]>>(matrix: &mut [R], vectors: &mut [R], p: usize, q: usize) {
    let off = matrix[p].as_mut()[q];
    let (upper, lower) = (matrix[p].as_mut()[p], matrix[q].as_mut()[q]);
    if off.abs() <= f64::EPSILON * 1e-4 * (upper * lower).abs().sqrt() {
        (matrix[p].as_mut()[q], matrix[q].as_mut()[p]) = (0.0, 0.0);
        return;
    }
    let theta = (lower - upper) / (2.0 * off);
    let tangent = theta.signum() / (theta.abs() + theta.hypot(1.0));
    let cosine = 1.0 / tangent.hypot(1.0);
    let sine = tangent * cosine;
    let turned = |upper, lower| (cosine * upper - sine * lower, sine * upper + cosine * lower);
    for row in matrix.iter_mut().chain(vectors) {
        let row = row.as_mut();
        (row[p], row[q]) = turned(row[p], row[q]);
    }
    for column in 0..matrix.len() {
        let (upper, lower) = turned(matrix[p].as_mut()[column], matrix[q].as_mut()[column]);
        (matrix[p].as_mut()[column], matrix[q].as_mut()[column]) = (upper, lower);
    }
    (matrix[p].as_mut()[q], matrix[q].as_mut()[p]) = (0.0, 0.0);
}

/// Diagonalises a symmetric tridiagonal matrix by implicit QL steps.
///
/// `diagonal` becomes the eigenvalues; the return value has the first
/// component of each unit eigenvector. `beside[i]` is right of `diagonal[i]`
/// and its last element is not used.
pub(in crate::kernel) fn tridiagonal(diagonal: &mut [f64], beside: &mut [f64]) -> Vec<f64> {
    let mut first = vec![0.0; diagonal.len()];
    first[0] = 1.0;
    for low in 0..diagonal.len() {
        for _ in 0..SWEEPS {
            let high = block_end(diagonal, beside, low);
            if high == low {
                break;
            }
            step(diagonal, beside, &mut first, low, high);
        }
    }
    first
}

/// The last index of the unreduced block that starts at `low`.
fn block_end(diagonal: &[f64], beside: &[f64], low: usize) -> usize {
    (low..diagonal.len() - 1)
        .find(|&i| {
            beside[i].abs() <= f64::EPSILON * 0.5 * (diagonal[i].abs() + diagonal[i + 1].abs())
        })
        .unwrap_or(diagonal.len() - 1)
}

/// One QL step with Wilkinson's shift on the block `low..=high`.
fn step(diagonal: &mut [f64], beside: &mut [f64], first: &mut [f64], low: usize, high: usize) {
    let half = (diagonal[low + 1] - diagonal[low]) / (2.0 * beside[low]);
    let root = half.hypot(1.0).copysign(half);
    let mut g = diagonal[high] - diagonal[low] + beside[low] / (half + root);
    let (mut sine, mut cosine, mut carried) = (1.0, 1.0, 0.0);
    for i in (low..high).rev() {
        let (f, b) = (sine * beside[i], cosine * beside[i]);
        let length = f.hypot(g);
        beside[i + 1] = length;
        if length == 0.0 {
            diagonal[i + 1] -= carried;
            beside[high] = 0.0;
            return;
        }
        (sine, cosine) = (f / length, g / length);
        g = diagonal[i + 1] - carried;
        let r = (diagonal[i] - g) * sine + 2.0 * cosine * b;
        carried = sine * r;
        diagonal[i + 1] = g + carried;
        g = cosine * r - b;
        (first[i], first[i + 1]) =
            (cosine * first[i] - sine * first[i + 1], sine * first[i] + cosine * first[i + 1]);
    }
    diagonal[low] -= carried;
    beside[low] = g;
    beside[high] = 0.0;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_make_the_matrix_again() {
        let matrix = [[4.0, -1.0, 2e5], [-1.0, 3e-3, 0.5], [2e5, 0.5, -7.0]];
        let parts = eigen(matrix);
        for row in 0..3 {
            for column in 0..3 {
                let sum: f64 = parts.iter().map(|(value, v)| value * v[row] * v[column]).sum();
                assert!((sum - matrix[row][column]).abs() < 1e-10, "{row},{column}: {sum}");
            }
        }
    }

    #[test]
    fn a_tridiagonal_matrix_of_ones_has_cosines_for_eigenvalues() {
        let (mut diagonal, mut beside) = (vec![0.0; 9], vec![1.0; 9]);
        let first = tridiagonal(&mut diagonal, &mut beside);
        diagonal.sort_by(f64::total_cmp);
        for (k, value) in (1..=9).rev().zip(diagonal) {
            let want = 2.0 * (f64::from(k) * std::f64::consts::PI / 10.0).cos();
            assert!((value - want).abs() < 1e-14);
        }
        assert!((first.iter().map(|v| v * v).sum::<f64>() - 1.0).abs() < 1e-14);
    }
}
