//! Subjects, and what is known of those in one arm.

use crate::kernel::amount::ensure_amount;
use crate::kernel::domain::{OutOfDomain, check_weight, ensure};
use crate::kernel::maths::sum::Sum;
use crate::kernel::weights::effective_size;

/// Subjects that are alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Subject<const N: usize> {
    pub(super) values: [f64; N],
    pub(super) is_treated: bool,
    pub(super) weight: f64,
    pub(super) count: u64,
}

impl<const N: usize> Subject<N> {
    /// Checks one row; `names` are what errors call its values.
    ///
    /// # Errors
    /// A value is not finite or beyond 1e60, `treated` is neither 0 nor 1, or
    /// the weight cannot be one.
    pub fn new(
        names: [&'static str; N],
        values: [f64; N],
        treated: f64,
        weight: f64,
        count: u64,
    ) -> Result<Self, OutOfDomain> {
        for (name, value) in names.into_iter().zip(values) {
            ensure_amount(name, value)?;
        }
        let is_treated = yes_or_no("treated", treated)?;
        check_weight(weight)?;
        let usable = weight <= 0.0 || (1e-60..=1e60).contains(&weight);
        ensure(usable, "weight", "0, or between 1e-60 and 1e60", weight)?;
        Ok(Self { values, is_treated, weight, count })
    }

    pub(super) fn total_weight(&self) -> f64 {
        self.weight * self.count as f64
    }
}

/// Whether a number says yes (1) or no (0).
pub(super) fn yes_or_no(name: &'static str, value: f64) -> Result<bool, OutOfDomain> {
    let yes = value > 0.5;
    let known = value.total_cmp(&f64::from(u8::from(yes))).is_eq();
    ensure(known, name, "0 or 1", value)?;
    Ok(yes)
}

/// What is known of one arm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arm {
    /// Subjects with a weight above 0.
    pub n: u64,
    /// Kish's effective size, (Σw)²/Σw²; 0 without subjects.
    pub n_effective: f64,
    /// The weighted mean. `None` without subjects.
    pub mean: Option<f64>,
    /// Of a single subject, by `n_effective` − 1. `None` where one subject
    /// shows no spread.
    pub variance: Option<f64>,
}

impl Arm {
    /// The arm of these subjects, by one figure of each.
    pub(super) fn of<const N: usize>(
        subjects: &[Subject<N>],
        is_treated: bool,
        figure: impl Fn(&Subject<N>) -> f64,
    ) -> Self {
        let arm = || subjects.iter().filter(|s| s.is_treated == is_treated && s.weight > 0.0);
        let sum = |of: &dyn Fn(&Subject<N>) -> f64| {
            arm().map(|s| s.total_weight() * of(s)).collect::<Sum>().value()
        };
        let n = arm().map(|subject| subject.count).sum();
        if n == 0 {
            return Self { n, n_effective: 0.0, mean: None, variance: None };
        }
        let weight = sum(&|_| 1.0);
        let n_effective = effective_size(arm().map(|s| (s.weight, s.count))).unwrap_or_default();
        let mean = sum(&figure) / weight;
        let spread = sum(&|s| (figure(s) - mean).powi(2)) / weight;
        let variance = (n > 1).then(|| variance(mean, spread, n_effective)).flatten();
        Self { n, n_effective, mean: Some(mean), variance }
    }

    /// How many were treated, and how many not.
    #[must_use]
    pub fn sizes<const N: usize>(subjects: &[Subject<N>]) -> [u64; 2] {
        [true, false].map(|is_treated| {
            subjects.iter().filter(|s| s.is_treated == is_treated).map(|s| s.count).sum()
        })
    }

    /// The squared standard error of the mean.
    pub(super) fn squared_error(&self) -> Option<f64> {
        self.variance.map(|variance| variance / self.n_effective)
    }
}

/// The variance of a single subject, from the mean square around the mean.
/// `None` where the size leaves no freedom.
fn variance(mean: f64, spread: f64, n_effective: f64) -> Option<f64> {
    // Rounding error of the mean is not spread.
    let spread = if spread.sqrt() > 4.0 * f64::EPSILON * mean.abs() { spread } else { 0.0 };
    let freedom = n_effective - 1.0;
    (freedom > 1e-9).then(|| spread * n_effective / freedom)
}
