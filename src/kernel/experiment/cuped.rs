//! CUPED: an outcome less the part predicted by a covariate from before the experiment.
//!
//! ```text
//! θ = Σ cov(X, Y) / Σ var(X)      covariances within each arm, times its size, over both arms
//! Y′ = Y − θ (X − X̄)              the difference of its means is the adjusted one
//! se² = (s₁²/n₁ + s₀²/n₀) (n−2)/(n−3) + (X̄₁ − X̄₀)² s²/(Σ var(X))
//! variance reduction = 1 − var(Y′)/var(Y)    within arms
//! ```
//!
//! with s² of Y′ in an arm, and s² without index that of both arms on n − 3 degrees of freedom. Within
//! arms, so that the effect is not part of θ: a pooled covariance over both arms includes the
//! effect times the random difference between the arms' covariates, and would remove some of it.
//! That θ is estimated costs a degree of freedom, Welch's times (n−3)/(n−2), and the last term.
//! Sizes are effective ones.
//!
//! The covariate must be from before the treatment, or part of the effect is
//! removed as well.
//!
//! Sources: Deng, Xu, Kohavi and Walker (2013), "Improving the Sensitivity of
//! Online Controlled Experiments by Utilizing Pre-Experiment Data", WSDM '13,
//! 123–132; within arms: Lin (2013), "Agnostic Notes on Regression Adjustments to
//! Experimental Data", Annals of Applied Statistics 7(1), 295–318.

use super::arm::{Arm, Subject};
use super::difference::{Difference, difference, difference_by};
use crate::kernel::level::Level;
use crate::kernel::maths::sum::Sum;

/// A difference with and without the help of a covariate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cuped {
    /// What a unit of the covariate foretells. `None` where it never varies within an arm.
    pub theta: Option<f64>,
    /// Of the adjusted outcomes.
    pub adjusted: Difference,
    /// Of the outcomes as they are.
    pub raw: Difference,
    /// Share of the variance of outcomes within arms that the covariate foretold, 0 to 1.
    /// `None` where outcome or covariate never varies.
    pub variance_reduction: Option<f64>,
}

/// The adjusted difference, of subjects with an outcome (first) and a covariate
/// (second). `None` without subjects.
#[must_use]
pub fn cuped(subjects: &[Subject<2>], level: Level) -> Option<Cuped> {
    let weight = sum(subjects, |_| 1.0);
    if weight <= 0.0 {
        return None;
    }
    let x = sum(subjects, |s| s.values[1]) / weight;
    let arms = [true, false].map(|treated| Within::of(subjects, treated));
    let total = |part: fn(&Within) -> f64| part(&arms[0]) + part(&arms[1]);
    let (yy, xy, xx) = (total(|arm| arm.yy), total(|arm| arm.xy), total(|arm| arm.xx));
    let theta = (xx > 0.0).then(|| xy / xx);
    let foretold = |s: &Subject<2>| theta.map_or(0.0, |theta| theta * (s.values[1] - x));
    let apart = arms[0].x - arms[1].x;
    let squared = |treated: &Arm, control: &Arm| {
        let left = |arm: &Arm| Some((arm.n_effective - 1.0) * arm.variance?);
        let freedom = treated.n_effective + control.n_effective - 3.0;
        theta.and(Some(apart / xx * apart * (left(treated)? + left(control)?) / freedom))
    };
    let share = |theta: f64| (theta * xy / yy).clamp(0.0, 1.0);
    Some(Cuped {
        theta,
        adjusted: difference_by(subjects, level, |s| s.values[0] - foretold(s), squared),
        raw: difference(subjects, level, |s| s.values[0]),
        variance_reduction: theta.filter(|_| yy > 0.0).map(share),
    })
}

/// One arm: the mean of the covariate `x`, and variances and covariance of it and the outcome `y`, times
/// the arm's effective size.
#[derive(Debug, Clone, Copy)]
struct Within {
    x: f64,
    yy: f64,
    xy: f64,
    xx: f64,
}

impl Within {
    fn of(subjects: &[Subject<2>], treated: bool) -> Self {
        let own = |s: &&Subject<2>| s.is_treated == treated;
        let own: Vec<Subject<2>> = subjects.iter().filter(own).copied().collect();
        let size = Arm::of(&own, treated, |s| s.values[0]).n_effective;
        let weight = sum(&own, |_| 1.0);
        if weight <= 0.0 {
            return Self { x: 0.0, yy: 0.0, xy: 0.0, xx: 0.0 };
        }
        let [y, x] = [0, 1].map(|i| sum(&own, |s| s.values[i]) / weight);
        let product = |i: usize, j: usize| {
            let off = |s: &Subject<2>, i: usize| s.values[i] - [y, x][i];
            sum(&own, |s| off(s, i) * off(s, j)) / weight
        };
        // Rounding error of the mean is not variance.
        let varies = |square: f64, mean: f64| square.sqrt() > 4.0 * f64::EPSILON * mean.abs();
        let variance = |square: f64, mean: f64| if varies(square, mean) { square } else { 0.0 };
        let (yy, xx) = (variance(product(0, 0), y), variance(product(1, 1), x));
        Self { x, yy: size * yy, xy: size * product(0, 1), xx: size * xx }
    }
}

/// The weighted sum of a figure.
fn sum(subjects: &[Subject<2>], figure: impl Fn(&Subject<2>) -> f64) -> f64 {
    subjects.iter().map(|s| s.total_weight() * figure(s)).collect::<Sum>().value()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::maths::draws::Draws;
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
        near(got.variance_reduction, 0.977_819_548_872_180_6);
        // Analysis of covariance with unequal variances: NumPy, and Student's t of SciPy 1.17.
        let test = got.adjusted.test.expect("spread");
        near(got.adjusted.standard_error, 1.536_229_149_573_722_8);
        near(Some(test.degrees_of_freedom), 4.080_890_973_036_342);
        near(Some(test.p_value), 0.030_338_936_154_883_756);
        near(Some(test.lower), 0.767_881_124_609_959_7);
    }

    #[test]
    fn arms_that_did_not_start_alike_are_corrected() {
        let got = cuped(&programme([12.0, 22.0, 30.0, 44.0]), Level::USUAL).expect("subjects");
        near(got.raw.value, 5.0);
        near(got.theta, 525.0 / 524.0);
        near(got.adjusted.value, 785.0 / 262.0);
        near(got.adjusted.standard_error, 1.099_443_364_785_595_7);
        let test = got.adjusted.test.expect("spread");
        near(Some(test.degrees_of_freedom), 4.999_998_067_059_821);
        near(Some(test.lower), 0.169_973_734_655_185_17);
        near(Some(test.upper), 5.822_392_677_558_555);
    }

    #[test]
    fn a_covariate_that_never_varies_changes_nothing() {
        let rows = [(1.0, 0.1, true), (2.0, 0.1, true), (1.0, 0.1, false), (5.0, 0.1, false)];
        let got = cuped(&subjects(&rows), Level::USUAL).expect("subjects");
        assert_eq!((got.theta, got.variance_reduction), (None, None));
        assert_eq!(got.adjusted, got.raw);
        assert_eq!(cuped(&[], Level::USUAL), None);
    }

    #[test]
    fn a_large_effect_is_found_without_bias_between_limits_that_hold_it() {
        // An effect of 3 on outcomes whose correlation with the covariate is .95 within arms.
        let samples = 2000;
        for n in [6_u64, 10, 20] {
            let mut draws = Draws::new(n);
            let (mut sum, mut held, mut told) = (0.0, 0.0, 0.0);
            for _ in 0..samples {
                let row = |i: u64| {
                    let (x, noise, treated) = (draws.normal(), draws.normal(), i % 2 == 1);
                    let effect = if treated { 3.0 } else { 0.0 };
                    (0.95 * x + 0.0975_f64.sqrt() * noise + effect, x, treated)
                };
                let rows: Vec<_> = (0..n).map(row).collect();
                let got = cuped(&subjects(&rows), Level::USUAL).expect("subjects").adjusted;
                sum += got.value.expect("arms");
                let Some(test) = got.test else { continue };
                told += 1.0;
                held += f64::from(u8::from((test.lower..=test.upper).contains(&3.0)));
            }
            let bias = sum / f64::from(samples) - 3.0;
            assert!(bias.abs() < 0.03, "{n}: {bias}");
            // The standard deviation of the share is .005.
            assert!(held / told > 0.94, "{n}: {}", held / told);
        }
    }

    proptest! {
        #[test]
        fn the_variance_within_arms_is_never_larger_and_falls_by_the_share_told(
            rows in prop::collection::vec((-50_i32..50, -50_i32..50, any::<bool>()), 4..60),
        ) {
            let rows: Vec<_> =
                rows.into_iter().map(|(y, x, t)| (f64::from(y), f64::from(x), t)).collect();
            let all = subjects(&rows);
            let got = cuped(&all, Level::USUAL).expect("subjects");
            let (Some(theta), Some(share)) = (got.theta, got.variance_reduction) else {
                return Ok(());
            };
            let within = |treated: bool, figure: &dyn Fn(&Subject<2>) -> f64| {
                let arm: Vec<f64> =
                    all.iter().filter(|s| s.is_treated == treated).map(figure).collect();
                let mean = arm.iter().sum::<f64>() / arm.len() as f64;
                arm.iter().map(|value| (value - mean).powi(2)).sum::<f64>()
            };
            let pooled = |figure: &dyn Fn(&Subject<2>) -> f64| {
                within(true, figure) + within(false, figure)
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
