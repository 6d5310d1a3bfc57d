//! What a driver adds to R², averaged over all orders in which drivers enter.
//!
//! ```text
//! LMG_k = Σ over sets S without k:  |S|! (p−|S|−1)! / p! · (R²(S ∪ k) − R²(S))
//! ```
//!
//! The R² of all 2^p sets are found in one traversal: a driver that enters is
//! partialled out of the covariances of those that may still enter, and of the target. Most steps
//! have few of those left, so a set costs a dozen operations.

use crate::kernel::maths::matrix::Symmetric;

/// The most drivers: a million sets.
pub const MOST: usize = 20;

/// A share of a driver's variance that is as good as none.
const NOTHING: f64 = 1e-11;

/// The share of every driver, by their correlations between each other and
/// with the target. At most [`MOST`] drivers.
pub(super) fn lmg(between: &Symmetric, with: &[f64]) -> Vec<f64> {
    let drivers = with.len();
    let explained = explained(between, with);
    let shares: Vec<f64> = (0..drivers).map(|size| share_of_orders(drivers, size)).collect();
    let mut lmg = vec![0.0; drivers];
    for (set, explained) in explained.iter().enumerate() {
        let size = set.count_ones() as usize;
        for (driver, sum) in lmg.iter_mut().enumerate() {
            *sum += match set >> driver & 1 {
                1 => shares[size - 1] * explained,
                _ => -shares[size] * explained,
            };
        }
    }
    lmg
}

/// The share of all orders in which a given driver comes just after a given
/// set: 1 by p times the number of sets of that size without the driver.
fn share_of_orders(drivers: usize, size: usize) -> f64 {
    let others = drivers - 1;
    let sets = (0..size).fold(1.0, |sets, i| sets * (others - i) as f64 / (i + 1) as f64);
    1.0 / (drivers as f64 * sets)
}

/// R² of every set of drivers; bit k of a set's number says whether k is in it.
fn explained(between: &Symmetric, with: &[f64]) -> Vec<f64> {
    let drivers = with.len();
    let mut explained = vec![0.0; 1 << drivers];
    let covariances = (0..drivers).map(|row| between.row(row)[row..].to_vec()).collect();
    let start = Step { covariances, with: with.to_vec(), set: 0, explained: 0.0 };
    walk(&start, 0, &mut explained);
    explained
}

/// What the drivers of a set have left to explain for those to come.
struct Step {
    /// Row by row from the diagonal.
    covariances: Vec<Vec<f64>>,
    with: Vec<f64>,
    set: usize,
    explained: f64,
}

/// Goes on from the drivers before `next`, without it and with it; `skipped` of
/// the step's rows belong to drivers that were left out.
fn walk(step: &Step, skipped: usize, explained: &mut [f64]) {
    let Some(left) = step.with.len().checked_sub(skipped).filter(|left| *left > 0) else {
        explained[step.set] = step.explained;
        return;
    };
    walk(step, skipped + 1, explained);
    let drivers = explained.len().trailing_zeros() as usize;
    let bit = 1 << (drivers - left);
    let row = &step.covariances[skipped];
    let (variance, with) = (row[0], step.with[skipped]);
    // A driver that those before it say already adds nothing.
    let scale = if variance > NOTHING { variance.recip() } else { 0.0 };
    let taken = |(place, later): (usize, &Vec<f64>)| {
        let factor = row[place + 1] * scale;
        later.iter().zip(&row[place + 1..]).map(|(value, other)| value - factor * other).collect()
    };
    let later = step.with[skipped + 1..].iter().zip(&row[1..]);
    let entered = Step {
        covariances: step.covariances[skipped + 1..].iter().enumerate().map(taken).collect(),
        with: later.map(|(value, other)| value - with * scale * other).collect(),
        set: step.set | bit,
        explained: step.explained + with * with * scale,
    };
    walk(&entered, 0, explained);
}
