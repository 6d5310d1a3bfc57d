//! CUPED: an outcome less what a figure from before the experiment foretold.
//!
//! ```text
//! θ = cov(X, Y) / var(X)          over both arms together
//! Y′ = Y − θ (X − X̄)              the difference of its means is the adjusted one
//! variance reduction = 1 − var(Y′)/var(Y) = cor(X, Y)²
//! ```
//!
//! The covariate must be from before the treatment, or part of the effect is
//! taken off as well. That θ is estimated is not in the standard error; with a
//! few hundred subjects it does not show.
//!
//! Source: Deng, Xu, Kohavi and Walker (2013), "Improving the Sensitivity of
//! Online Controlled Experiments by Utilizing Pre-Experiment Data", WSDM '13,
//! 123–132.

use super::arm::Subject;
use super::difference::{Difference, difference};
use crate::kernel::level::Level;
use crate::kernel::sum::Sum;

/// A difference with and without the help of a covariate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cuped {
    /// What a unit of the covariate foretells. `None` where it never varies.
    pub theta: Option<f64>,
    /// Of the adjusted outcomes.
    pub adjusted: Difference,
    /// Of the outcomes as they are.
    pub raw: Difference,
    /// Share of the variance of outcomes that the covariate foretold, 0 to 1.
    /// `None` where outcome or covariate never varies.
    pub variance_reduction: Option<f64>,
}

/// The adjusted difference, of subjects with an outcome (first) and a covariate
/// (second). `None` without subjects.
#[must_use]
pub fn cuped(subjects: &[Subject<2>], level: Level) -> Option<Cuped> {
    let Pooled { x, yy, xy, xx } = Pooled::of(subjects)?;
    let theta = (xx > 0.0).then(|| xy / xx);
    let foretold = |s: &Subject<2>| theta.map_or(0.0, |theta| theta * (s.values[1] - x));
    let share = |theta: f64| (theta * xy / yy).clamp(0.0, 1.0);
    Some(Cuped {
        theta,
        adjusted: difference(subjects, level, |s| s.values[0] - foretold(s)),
        raw: difference(subjects, level, |s| s.values[0]),
        variance_reduction: theta.filter(|_| yy > 0.0).map(share),
    })
}

/// Variances and covariance of outcome `y` and covariate `x`, and the mean of `x`:
/// both arms together.
#[derive(Debug, Clone, Copy)]
struct Pooled {
    x: f64,
    yy: f64,
    xy: f64,
    xx: f64,
}

impl Pooled {
    fn of(subjects: &[Subject<2>]) -> Option<Self> {
        let weight = sum(subjects, |_| 1.0);
        let [y, x] = [0, 1].map(|i| sum(subjects, |s| s.values[i]) / weight);
        let product = |i: usize, j: usize| {
            let off = |s: &Subject<2>, i: usize| s.values[i] - [y, x][i];
            sum(subjects, |s| off(s, i) * off(s, j)) / weight
        };
        // What rounding the mean leaves is no variance.
        let varies = |square: f64, mean: f64| square.sqrt() > 4.0 * f64::EPSILON * mean.abs();
        let variance = |square: f64, mean: f64| if varies(square, mean) { square } else { 0.0 };
        let (yy, xx) = (variance(product(0, 0), y), variance(product(1, 1), x));
        (weight > 0.0).then(|| Self { x, yy, xy: product(0, 1), xx })
    }
}

/// The weighted sum of a figure.
fn sum(subjects: &[Subject<2>], figure: impl Fn(&Subject<2>) -> f64) -> f64 {
    subjects.iter().map(|s| s.total_weight() * figure(s)).collect::<Sum>().value()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn subjects(rows: &[(f64, f64, bool)]) -> Vec<Subject<2>> {
        let subject = |&(y, x, is_treated): &(f64, f64, bool)| Subject {
            values: [y, x],
            is_treated,
            weight: 1.0,
            count: 1,
        };
        rows.iter().map(subject).collect()
    }

    fn programme(before: [f64; 4]) -> Vec<Subject<2>> {
        let treated = [15.0, 28.0, 33.0, 48.0].into_iter().zip(before).map(|(y, x)| (y, x, true));
        let control = [11.0, 22.0, 29.0, 42.0].into_iter().zip([10.0, 20.0, 30.0, 40.0]);
        let rows: Vec<_> = treated.chain(control.map(|(y, x)| (y, x, false))).collect();
        subjects(&rows)
    }

    fn near(got: Option<f64>, want: f64) {
        let got = got.expect("known");
        assert!((got - want).abs() < 1e-10, "got {got}, want {want}");
    }

    #[test]
    fn the_constructed_programme() {
        let got = cuped(&programme([10.0, 20.0, 30.0, 40.0]), Level::USUAL).expect("subjects");
        near(got.theta, 51.0 / 50.0);
        near(got.adjusted.value, 5.0);
        near(got.adjusted.treated.variance, 29.0 / 5.0);
        near(got.adjusted.control.variance, 31.0 / 15.0);
        near(got.raw.treated.variance, 186.0);
        near(got.raw.control.variance, 506.0 / 3.0);
        near(got.variance_reduction, 0.933_931_777_378_815);
    }

    #[test]
    fn arms_that_did_not_start_alike_are_corrected() {
        let got = cuped(&programme([12.0, 22.0, 30.0, 44.0]), Level::USUAL).expect("subjects");
        near(got.raw.value, 5.0);
        near(got.theta, 535.0 / 528.0);
        near(got.adjusted.value, 785.0 / 264.0);
    }

    #[test]
    fn a_covariate_that_never_varies_changes_nothing() {
        let rows = [(1.0, 0.1, true), (2.0, 0.1, true), (1.0, 0.1, false), (5.0, 0.1, false)];
        let got = cuped(&subjects(&rows), Level::USUAL).expect("subjects");
        assert_eq!((got.theta, got.variance_reduction), (None, None));
        assert_eq!(got.adjusted, got.raw);
        assert_eq!(cuped(&[], Level::USUAL), None);
    }

    proptest! {
        #[test]
        fn the_variance_of_all_is_never_larger_and_falls_by_the_share_told(
            rows in prop::collection::vec((-50_i32..50, -50_i32..50, any::<bool>()), 4..60),
        ) {
            let rows: Vec<_> =
                rows.into_iter().map(|(y, x, t)| (f64::from(y), f64::from(x), t)).collect();
            let all = subjects(&rows);
            let got = cuped(&all, Level::USUAL).expect("subjects");
            let (Some(theta), Some(share)) = (got.theta, got.variance_reduction) else {
                return Ok(());
            };
            let pooled = |figure: &dyn Fn(&Subject<2>) -> f64| {
                let mean = all.iter().map(figure).sum::<f64>() / all.len() as f64;
                all.iter().map(|s| (figure(s) - mean).powi(2)).sum::<f64>()
            };
            let raw = pooled(&|s| s.values[0]);
            let adjusted = pooled(&|s| s.values[0] - theta * s.values[1]);
            prop_assert!(adjusted <= raw * (1.0 + 1e-12));
            prop_assert!((1.0 - adjusted / raw - share).abs() < 1e-9);
        }

        #[test]
        fn an_outcome_that_was_foretold_entirely_leaves_the_effect(
            before in prop::collection::vec(-50_i32..50, 6..40), effect in -9.0..9.0_f64,
        ) {
            // Both arms with the same covariates, so that θ is the slope.
            let rows: Vec<_> = before
                .iter()
                .flat_map(|&x| {
                    let x = f64::from(x);
                    [(3.0 * x + effect, x, true), (3.0 * x, x, false)]
                })
                .collect();
            let got = cuped(&subjects(&rows), Level::USUAL).expect("subjects");
            let value = got.adjusted.value.expect("arms");
            prop_assert!((value - effect).abs() < 1e-9, "{value} {effect}");
        }
    }
}
