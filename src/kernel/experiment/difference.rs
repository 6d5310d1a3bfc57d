//! Welch's test of a difference of means, and of a difference of changes.
//!
//! ```text
//! difference = m₁ − m₀     se² = s₁²/n₁ + s₀²/n₀     t = difference / se
//! freedom    = se⁴ / (s₁⁴/(n₁²(n₁−1)) + s₀⁴/(n₀²(n₀−1)))
//! ```
//!
//! with n the effective sizes. The freedom is an estimate itself, by variances that an arm of less than
//! two effective subjects hardly shows: then there is no test, and neither is there one if the
//! freedom is too small for Student's t to have a variance. A difference in differences is the same
//! of what changed in each subject, so whatever a subject is like at both times cancels.
//!
//! Sources: Welch (1947), "The Generalization of 'Student's' Problem", Biometrika
//! 34(1/2), 28–35; Angrist and Pischke (2009), "Mostly Harmless Econometrics", 5.2.

use super::arm::{Arm, Subject};
use crate::kernel::level::Level;
use crate::kernel::maths::student::{point, two_sided};

/// A difference between two arms, treated minus control.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// The treated.
    pub treated: Arm,
    /// The others.
    pub control: Arm,
    /// Of the means. `None` where an arm is empty.
    pub value: Option<f64>,
    /// Of the difference. `None` where an arm shows no spread.
    pub standard_error: Option<f64>,
    /// `None` without a standard error above 0, and where the effective subjects are too few.
    pub test: Option<Test>,
}

/// A difference against its standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Test {
    /// Difference by standard error.
    pub statistic: f64,
    /// Welch's, usually not whole.
    pub degrees_of_freedom: f64,
    /// How often a treatment without effect would show as much, either way.
    pub p_value: f64,
    /// Lower limit of the difference.
    pub lower: f64,
    /// Upper limit of the difference.
    pub upper: f64,
}

impl Difference {
    /// Why there is no test, as a code.
    #[must_use]
    pub fn flags(&self) -> Vec<&'static str> {
        let alone = |arm: &Arm| arm.n > 0 && arm.variance.is_none();
        let untested = self.standard_error.filter(|_| self.test.is_none());
        [
            (self.treated.n == 0, "no_treated"),
            (self.control.n == 0, "no_control"),
            (alone(&self.treated), "one_treated"),
            (alone(&self.control), "one_control"),
            (untested.is_some_and(|error| error <= 0.0), "no_spread"),
            (untested.is_some_and(|error| error > 0.0), "too_few"),
        ]
        .into_iter()
        .filter_map(|(holds, flag)| holds.then_some(flag))
        .collect()
    }
}

/// Mean outcome of the treated minus that of the others.
#[must_use]
pub fn difference_in_means(subjects: &[Subject<1>], level: Level) -> Difference {
    difference(subjects, level, |subject| subject.values[0])
}

/// Mean change, from before (first) to after (second), of the treated minus that
/// of the others.
#[must_use]
pub fn difference_in_differences(subjects: &[Subject<2>], level: Level) -> Difference {
    difference(subjects, level, |subject| subject.values[1] - subject.values[0])
}

/// The difference of one figure of each subject.
pub(super) fn difference<const N: usize>(
    subjects: &[Subject<N>],
    level: Level,
    figure: impl Fn(&Subject<N>) -> f64,
) -> Difference {
    difference_by(subjects, level, figure, |_, _| None)
}

/// The same for an outcome from which a slope times a covariate was subtracted. `slope` is the
/// squared error that this gives the difference, from both arms; such a slope also takes a degree
/// of freedom.
pub(super) fn difference_by<const N: usize>(
    subjects: &[Subject<N>],
    level: Level,
    figure: impl Fn(&Subject<N>) -> f64,
    slope: impl Fn(&Arm, &Arm) -> Option<f64>,
) -> Difference {
    let (treated, control) = (Arm::of(subjects, true, &figure), Arm::of(subjects, false, &figure));
    let value = treated.mean.zip(control.mean).map(|(treated, control)| treated - control);
    let errors = treated.squared_error().zip(control.squared_error());
    let freedom = treated.n_effective + control.n_effective - 2.0;
    let slope = slope(&treated, &control).filter(|_| freedom > 1.0 + 1e-9);
    // Residuals are smaller than errors: the slope was fitted to them.
    let kept = if slope.is_some() { 1.0 - 1.0 / freedom } else { 1.0 };
    let squared =
        |(treated, control): (f64, f64)| (treated + control) / kept + slope.unwrap_or(0.0);
    let standard_error = errors.map(|errors| squared(errors).sqrt());
    let test = value.zip(errors).zip(standard_error).and_then(|((value, errors), error)| {
        let freedom = welch(errors, (treated.n_effective, control.n_effective))? * kept;
        test(value, error, freedom, level)
    });
    Difference { treated, control, value, standard_error, test }
}

/// Effective subjects of an arm that show a variance; rounding may leave two a trace short.
const FEWEST: f64 = 2.0 - 1e-9;

/// Welch's freedom, by the squared errors and sizes of the treated and of the others.
fn welch(errors: (f64, f64), sizes: (f64, f64)) -> Option<f64> {
    let squared = errors.0 + errors.1;
    // Of shares, so that nothing overflows.
    let of = |share: f64, size: f64| share * share / (size - 1.0);
    let freedom = || 1.0 / (of(errors.0 / squared, sizes.0) + of(errors.1 / squared, sizes.1));
    (squared > 0.0 && sizes.0.min(sizes.1) >= FEWEST).then(freedom)
}

fn test(value: f64, error: f64, freedom: f64, level: Level) -> Option<Test> {
    let half = point(level, freedom)? * error;
    let statistic = value / error;
    let known = statistic.is_finite() && half.is_finite();
    known.then(|| Test {
        statistic,
        degrees_of_freedom: freedom,
        p_value: two_sided(statistic, freedom),
        lower: value - half,
        upper: value + half,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn subjects<const N: usize>(rows: &[([f64; N], bool)]) -> Vec<Subject<N>> {
        rows.iter()
            .map(|&(values, is_treated)| Subject { values, is_treated, weight: 1.0, count: 1 })
            .collect()
    }

    fn near(got: f64, want: f64) {
        assert!((got - want).abs() < 1e-10 * want.abs().max(1.0), "got {got}, want {want}");
    }

    fn programme() -> Vec<Subject<2>> {
        subjects(&[
            ([10.0, 15.0], true),
            ([20.0, 28.0], true),
            ([30.0, 33.0], true),
            ([40.0, 48.0], true),
            ([10.0, 11.0], false),
            ([20.0, 22.0], false),
            ([30.0, 29.0], false),
            ([40.0, 42.0], false),
        ])
    }

    #[test]
    fn the_constructed_programme() {
        let got = difference_in_differences(&programme(), Level::USUAL);
        near(got.value.expect("arms"), 5.0);
        near(got.treated.variance.expect("spread"), 6.0);
        near(got.control.variance.expect("spread"), 2.0);
        near(got.standard_error.expect("spread"), 2.0_f64.sqrt());
        let test = got.test.expect("spread");
        near(test.statistic, 3.535_533_905_932_737_3);
        // (3/2 + 1/2)² / ((3/2)²/3 + (1/2)²/3)
        near(test.degrees_of_freedom, 4.8);
        assert_eq!(got.flags(), Vec::<&str>::new());
    }

    #[test]
    fn arms_that_did_not_start_alike_are_compared_by_their_changes() {
        let mut rows = programme();
        for (row, before) in rows.iter_mut().zip([12.0, 22.0, 30.0, 44.0]) {
            row.values[0] = before;
        }
        near(difference_in_differences(&rows, Level::USUAL).value.expect("arms"), 3.0);
    }

    #[test]
    fn welch_is_what_textbooks_print() {
        // R: t.test(c(1, 2, 4, 9), c(0, 1, 1, 2, 3))
        let rows: Vec<_> = [1.0, 2.0, 4.0, 9.0]
            .map(|y| ([y], true))
            .into_iter()
            .chain([0.0, 1.0, 1.0, 2.0, 3.0].map(|y| ([y], false)))
            .collect();
        let test = difference_in_means(&subjects(&rows), Level::USUAL).test.expect("spread");
        near(test.statistic, WELCH[0]);
        near(test.degrees_of_freedom, WELCH[1]);
        near(test.p_value, WELCH[2]);
        near(test.lower, WELCH[3]);
        near(test.upper, WELCH[4]);
    }

    #[test]
    fn limits_of_other_levels_are_those_of_another_library() {
        // SciPy 1.17: ttest_ind(…, equal_var=False).confidence_interval, and 5 ± t(4.8) √2.
        let rows: Vec<_> = [(1.0, true), (2.0, true), (4.0, true), (9.0, true)]
            .into_iter()
            .chain([0.0, 1.0, 1.0, 2.0, 3.0].map(|y| (y, false)))
            .map(|(y, is_treated)| ([y], is_treated))
            .collect();
        for (level, means, changes) in [
            (
                0.9,
                (-1.515_917_591_842_460_8, 6.715_917_591_842_460_5),
                (2.123_851_523_630_030_6, 7.876_148_476_369_969),
            ),
            (
                0.99,
                (-6.824_804_967_631_492, 12.024_804_967_631_491),
                (-0.826_562_309_560_671_9, 10.826_562_309_560_672),
            ),
        ] {
            let level = Level::of(level);
            let means_test = difference_in_means(&subjects(&rows), level).test.expect("spread");
            let changes_test = difference_in_differences(&programme(), level).test.expect("spread");
            for (test, (lower, upper)) in [(means_test, means), (changes_test, changes)] {
                near(test.lower, lower);
                near(test.upper, upper);
            }
        }
    }

    #[test]
    fn what_is_missing_is_a_flag() {
        for (rows, value, flags) in [
            (vec![([1.0], true), ([2.0], true)], None, vec!["no_control"]),
            (vec![([1.0], false), ([2.0], false)], None, vec!["no_treated"]),
            (vec![([5.0], true), ([2.0], false), ([4.0], false)], Some(2.0), vec!["one_treated"]),
            (vec![([5.0], true), ([2.0], false)], Some(3.0), vec!["one_treated", "one_control"]),
            (
                vec![([0.1], true), ([0.1], true), ([0.1], false), ([0.1], false)],
                Some(0.0),
                vec!["no_spread"],
            ),
            // By Welch's formula two by two have at most 2 degrees of freedom.
            (
                vec![([1.0], true), ([2.0], true), ([3.0], false), ([5.0], false)],
                Some(-2.5),
                vec!["too_few"],
            ),
        ] {
            let got = difference_in_means(&subjects(&rows), Level::USUAL);
            assert_eq!((got.value, got.test, got.flags()), (value, None, flags));
        }
    }

    #[test]
    fn weights_that_leave_an_arm_too_little_leave_no_test() {
        let weighing = |heavy: f64| {
            let mut subjects = subjects(&[([1.0], true), ([2.0], true)]);
            subjects[0].weight = heavy;
            subjects.extend((0..40).map(|i| Subject {
                values: [f64::from(i % 5)],
                is_treated: false,
                weight: 1.0,
                count: 1,
            }));
            difference_in_means(&subjects, Level::USUAL)
        };
        for heavy in [50.0, 1000.0] {
            let got = weighing(heavy);
            assert!(got.standard_error.is_some() && got.treated.n_effective < 1.1);
            assert_eq!((got.test, got.flags()), (None, vec!["too_few"]), "{heavy}");
        }
    }

    fn experiment() -> impl Strategy<Value = Vec<([f64; 2], bool)>> {
        prop::collection::vec(((-50_i32..50, -50_i32..50), any::<bool>()), 6..40).prop_map(|rows| {
            let mut rows: Vec<_> = rows
                .into_iter()
                .map(|((a, b), treated)| ([f64::from(a), f64::from(b)], treated))
                .collect();
            rows.extend([([0.0, 1.0], true), ([3.0, 1.0], true)]);
            rows.extend([([0.0, 1.0], false), ([3.0, 1.0], false)]);
            rows
        })
    }

    proptest! {
        #[test]
        fn what_a_subject_is_like_at_both_times_cancels(
            rows in experiment(), shifts in prop::collection::vec(-100_i32..100, 44),
        ) {
            let want = difference_in_differences(&subjects(&rows), Level::USUAL);
            let shifted: Vec<_> = rows
                .iter()
                .zip(shifts)
                .map(|(&([a, b], treated), shift)| {
                    ([a + f64::from(shift), b + f64::from(shift)], treated)
                })
                .collect();
            prop_assert_eq!(want, difference_in_differences(&subjects(&shifted), Level::USUAL));
        }

        #[test]
        fn a_count_is_the_same_as_repetition_and_the_unit_of_weights_does_not_matter(
            rows in experiment(), times in 1_u64..4, unit in 0.01..100.0_f64,
        ) {
            let alike: Vec<_> = subjects(&rows)
                .into_iter()
                .map(|subject| Subject { count: times, weight: unit, ..subject })
                .collect();
            let repeated: Vec<_> =
                subjects(&rows).into_iter().flat_map(|s| (0..times).map(move |_| s)).collect();
            let (a, b) = (difference_in_differences(&alike, Level::USUAL), difference_in_differences(&repeated, Level::USUAL));
            let (value, error) = (a.value.expect("arms"), a.standard_error.expect("spread"));
            prop_assert!((value - b.value.expect("arms")).abs() < 1e-11);
            prop_assert!((error / b.standard_error.expect("spread") - 1.0).abs() < 1e-9);
        }

        #[test]
        fn a_weight_moves_the_means_as_repetition_does(rows in experiment(), weight in 1_u32..4) {
            let change = |subject: Subject<2>, weight, count| Subject { weight, count, ..subject };
            let first = |weight: f64, count| {
                let mut rows = subjects(&rows);
                rows[0] = change(rows[0], weight, count);
                difference_in_differences(&rows, Level::USUAL).value.expect("arms")
            };
            let (weighted, repeated) = (first(f64::from(weight), 1), first(1.0, u64::from(weight)));
            prop_assert!((weighted - repeated).abs() < 1e-11);
        }

        #[test]
        fn nothing_in_the_domain_overflows(
            rows in prop::collection::vec(
                (
                    prop_oneof![Just(1e60), Just(-1e60), Just(0.0), -1.0..1.0_f64],
                    any::<bool>(),
                    prop_oneof![Just(1e60), Just(1e-60), Just(0.0), 0.5..2.0_f64],
                    1_u64..1000,
                ),
                0..12,
            ),
        ) {
            let subjects: Vec<_> = rows
                .into_iter()
                .map(|(value, treated, weight, count)| {
                    let treated = f64::from(u8::from(treated));
                    Subject::new(["outcome"], [value], treated, weight, count).expect("in domain")
                })
                .collect();
            let Difference { treated, control, value, standard_error, test } =
                difference_in_means(&subjects, Level::USUAL);
            let mut figures = vec![treated.n_effective, control.n_effective];
            figures.extend([treated.mean, control.mean, value, standard_error].iter().flatten());
            figures.extend([treated.variance, control.variance].iter().flatten());
            if let Some(Test { statistic, degrees_of_freedom, p_value, lower, upper }) = test {
                figures.extend([statistic, degrees_of_freedom, p_value, lower, upper]);
            }
            prop_assert!(figures.iter().all(|figure| figure.is_finite()), "{figures:?}");
        }

        #[test]
        fn the_limits_hold_the_difference_and_the_p_value_agrees_with_them(rows in experiment()) {
            let got = difference_in_differences(&subjects(&rows), Level::USUAL);
            let (value, test) = (got.value.expect("arms"), got.test.expect("spread"));
            prop_assert!(test.lower <= value && value <= test.upper);
            prop_assert!((0.0..=1.0).contains(&test.p_value));
            let outside = test.lower > 0.0 || test.upper < 0.0;
            prop_assert!(outside == (test.p_value < 0.05) || (test.p_value - 0.05).abs() < 1e-9);
            let backwards: Vec<_> = rows.iter().map(|&(v, treated)| (v, !treated)).collect();
            let mirrored = difference_in_differences(&subjects(&backwards), Level::USUAL);
            prop_assert!((value + mirrored.value.expect("arms")).abs() < 1e-12);
        }
    }

    /// statistic, degrees of freedom, p, lower, upper.
    const WELCH: [f64; 5] = [
        1.404_550_691_827_958_7,
        3.495_183_906_740_767_3,
        0.242_492_692_899_564_27,
        -2.845_966_823_158_289_3,
        8.045_966_823_158_29,
    ];
}
