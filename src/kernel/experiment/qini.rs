//! How well a score ranks first those whom a treatment affects.
//!
//! ```text
//! φ          share of all subjects, from the highest score down
//! Qini       Q(φ) = (Y₁(φ) − Y₀(φ) n₁(φ)/n₀(φ)) / N₁     what the treatment has brought so far
//! uplift     U(φ) = φ (Y₁(φ)/n₁(φ) − Y₀(φ)/n₀(φ))
//! qini       ∫ Q dφ − Q(1)/2                             above treating at random
//! auuc       ∫ U dφ
//! ```
//!
//! with n the subjects, Y the sum of outcomes among them, 1 the treated, 0 the
//! others and N₁ all treated. Both curves end at the difference of means, and a
//! score that says nothing has half of it for its area: figures are outcomes per
//! subject, not shares of a perfect curve, because of which there are several.
//!
//! Subjects with the same score enter together: the curve is straight across
//! them. Points at which one arm is still empty are left out.
//!
//! The standard error is the jackknife's, over subjects or, where there are more
//! than 100, over 100 random groups, with a fixed
//! seed.
//!
//! Sources: Radcliffe (2007), "Using Control Groups to Target on Predicted Lift",
//! Direct Marketing Analytics Journal 1, 14–21; Gutierrez and Gérardy (2017),
//! "Causal Inference and Uplift Modelling", PMLR 67, 1–13; the jackknife, Efron
//! and Stein (1981), Annals of Statistics 9(3), 586–596.

use super::arm::Subject;
use crate::kernel::level::Level;
use crate::kernel::maths::student::point;
use crate::kernel::resample::{shuffle, stream};

/// The areas under the two curves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Qini {
    /// Area between the Qini curve and its chord.
    pub qini: Estimate,
    /// Area under the uplift curve.
    pub auuc: Estimate,
    /// The difference of means, at which both curves end.
    pub uplift: f64,
}

impl Qini {
    /// `auuc` of a score without information: half the uplift, to which its curve runs straight.
    #[must_use]
    pub fn auuc_random(&self) -> f64 {
        0.5 * self.uplift
    }
}

/// A figure and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// `None` where leaving out a subject empties an arm.
    pub standard_error: Option<f64>,
    /// The limits. `None` as there.
    pub limits: Option<(f64, f64)>,
}

/// At most so many groups are left out, one after the other.
const GROUPS: usize = 100;

/// The stream of random numbers that assigns subjects to groups.
const DEALING: u64 = 0x5149_4e49;

/// The areas, of subjects with a score (first) and an outcome (second),
/// ascending by score. `None` where an arm is empty.
#[must_use]
pub fn qini(subjects: &[Subject<2>], level: Level) -> Option<Qini> {
    let counts: Vec<f64> = subjects.iter().map(|subject| subject.count as f64).collect();
    let [qini, auuc, uplift] = areas(subjects, &counts)?;
    let without = replicates(subjects, &counts);
    let estimate = |value: f64, i: usize| {
        let values = without.as_ref().map(|without| without.iter().map(|areas| areas[i]).collect());
        jackknife(value, values, level)
    };
    Some(Qini { qini: estimate(qini, 0), auuc: estimate(auuc, 1), uplift })
}

/// Subjects and outcomes so far, treated and others.
#[derive(Debug, Clone, Copy, Default)]
struct SoFar {
    n: [f64; 2],
    y: [f64; 2],
}

impl SoFar {
    fn add(&mut self, subject: &Subject<2>, count: f64) {
        let arm = usize::from(!subject.is_treated);
        self.n[arm] += count;
        self.y[arm] += count * subject.values[1];
    }

    /// The height of both curves, where both arms have somebody; Q is still to
    /// be divided by all treated.
    fn heights(&self) -> Option<[f64; 2]> {
        let Self { n, y } = self;
        let both = n[0] > 0.0 && n[1] > 0.0;
        both.then(|| {
            let difference = y[0] / n[0] - y[1] / n[1];
            [n[0] * difference, (n[0] + n[1]) * difference]
        })
    }
}

/// `qini`, `auuc` and the difference of means, each subject counted `counts` times.
fn areas(subjects: &[Subject<2>], counts: &[f64]) -> Option<[f64; 3]> {
    let (mut so_far, mut sums, mut last) = (SoFar::default(), [0.0; 2], (0.0, [0.0; 2]));
    let mut end = subjects.len();
    for block in subjects.chunk_by(|a, b| a.values[0].total_cmp(&b.values[0]).is_eq()).rev() {
        let start = end - block.len();
        let members = block.iter().zip(&counts[start..end]);
        members.for_each(|(subject, count)| so_far.add(subject, *count));
        end = start;
        if let Some(heights) = so_far.heights() {
            let reached = so_far.n[0] + so_far.n[1];
            let width = reached - last.0;
            sums = [0, 1].map(|i| sums[i] + 0.5 * width * (heights[i] + last.1[i]));
            last = (reached, heights);
        }
    }
    let [_, scaled] = so_far.heights()?;
    let (all, treated) = (so_far.n[0] + so_far.n[1], so_far.n[0]);
    let uplift = scaled / all;
    Some([sums[0] / all / treated - 0.5 * uplift, sums[1] / all / all, uplift])
}

/// The areas without each of the groups. `None` where one cannot be spared.
fn replicates(subjects: &[Subject<2>], counts: &[f64]) -> Option<Vec<[f64; 3]>> {
    let mut people: Vec<usize> = Vec::new();
    for (place, subject) in subjects.iter().enumerate() {
        people.extend((0..subject.count).map(|_| place));
    }
    let groups = people.len().min(GROUPS);
    if people.len() > GROUPS {
        shuffle(&mut people, &mut stream(DEALING));
    }
    let without = |group: usize| {
        let mut counts = counts.to_vec();
        people.iter().skip(group).step_by(groups).for_each(|place| counts[*place] -= 1.0);
        areas(subjects, &counts)
    };
    (0..groups).map(without).collect()
}

/// A figure with what becomes of it where each group is left out.
fn jackknife(value: f64, without: Option<Vec<f64>>, level: Level) -> Estimate {
    let standard_error = without.as_ref().map(|without| {
        let groups = without.len() as f64;
        let mean = without.iter().sum::<f64>() / groups;
        let squares: f64 = without.iter().map(|value| (value - mean).powi(2)).sum();
        (squares * (groups - 1.0) / groups).sqrt()
    });
    let freedom = without.map_or(0.0, |without| without.len() as f64 - 1.0);
    let limits = standard_error.and_then(|error| {
        let half = point(level, freedom)? * error;
        Some((value - half, value + half))
    });
    Estimate { value, standard_error, limits }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn subject(score: f64, outcome: f64, is_treated: bool, count: u64) -> Subject<2> {
        Subject { values: [score, outcome], is_treated, weight: 1.0, count }
    }

    #[test]
    fn a_small_case_by_hand() {
        // Two blocks of four, half of each treated: the treatment moves the first only.
        let subjects = [
            subject(1.0, 0.0, false, 2),
            subject(1.0, 0.0, true, 2),
            subject(2.0, 0.0, false, 2),
            subject(2.0, 1.0, true, 2),
        ];
        let got = qini(&subjects, Level::USUAL).expect("arms");
        // Q: 0, 2/4, 2/4; chord to 1/2. Area 3/8 − 1/4.
        assert!((got.qini.value - 0.125).abs() < 1e-15);
        // U: 0, 1/2 · 1, 1/2.
        assert!((got.auuc.value - 0.375).abs() < 1e-15);
        assert!((got.uplift - 0.5).abs() < 1e-15);
        assert!((got.auuc_random() - 0.25).abs() < 1e-15);
    }

    #[test]
    fn limits_are_as_many_errors_away_as_students_t_says() {
        let subjects = [
            subject(1.0, 0.0, false, 2),
            subject(1.0, 0.0, true, 2),
            subject(2.0, 0.0, false, 2),
            subject(2.0, 1.0, true, 2),
        ];
        // scipy.stats.t.ppf of SciPy 1.17, with 7 degrees of freedom.
        for (level, errors) in [(0.9, 1.894_578_605_090_007_4), (0.99, 3.499_483_297_350_494)] {
            let found = qini(&subjects, Level::of(level)).expect("arms");
            for found in [found.qini, found.auuc] {
                let error = found.standard_error.expect("spared");
                let (lower, upper) = found.limits.expect("spared");
                assert!((found.value - lower - errors * error).abs() < 1e-12, "{level}: {found:?}");
                assert!((upper - found.value - errors * error).abs() < 1e-12, "{level}: {found:?}");
            }
        }
    }

    #[test]
    fn one_score_for_all_says_nothing() {
        let subjects = [
            subject(1.0, 0.0, false, 3),
            subject(1.0, 1.0, false, 1),
            subject(1.0, 0.0, true, 2),
            subject(1.0, 1.0, true, 3),
        ];
        let got = qini(&subjects, Level::USUAL).expect("arms");
        assert!(got.qini.value.abs() < 1e-16);
        assert!((got.auuc.value - 0.5 * got.uplift).abs() < 1e-16);
        assert!((got.uplift - 0.35).abs() < 1e-15);
    }

    #[test]
    fn an_arm_that_cannot_spare_a_subject_has_no_error_bars() {
        let subjects = [subject(1.0, 0.0, false, 1), subject(2.0, 1.0, true, 5)];
        let got = qini(&subjects, Level::USUAL).expect("arms");
        assert_eq!((got.qini.standard_error, got.auuc.limits), (None, None));
        assert_eq!(qini(&subjects[1..], Level::USUAL), None);
        assert_eq!(qini(&[], Level::USUAL), None);
    }

    /// Subjects whose treatment works by their score, which is one of `levels`.
    fn population(n: u64, levels: u64, number: u64) -> Vec<Subject<2>> {
        use rand::Rng;
        let mut random = stream(number);
        let mut subjects: Vec<_> = (0..n)
            .map(|i| {
                let score = (i % levels) as f64 / levels as f64;
                let is_treated = random.random_bool(0.5);
                let p = 0.2 + if is_treated { 0.3 * score } else { 0.0 };
                subject(score, f64::from(u8::from(random.random_bool(p))), is_treated, 1)
            })
            .collect();
        subjects.sort_by(|a, b| a.values[0].total_cmp(&b.values[0]));
        subjects
    }

    #[test]
    fn the_standard_error_is_that_of_many_experiments() {
        let runs: Vec<Qini> = (0..200)
            .map(|run| qini(&population(2000, 40, run), Level::USUAL).expect("arms"))
            .collect();
        let values: Vec<f64> = runs.iter().map(|run| run.qini.value).collect();
        let mean = values.iter().sum::<f64>() / 200.0;
        let spread = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 199.0).sqrt();
        let told = runs.iter().filter_map(|run| run.qini.standard_error).sum::<f64>() / 200.0;
        assert!((told / spread - 1.0).abs() < 0.2, "told {told}, found {spread}");
        // ∫(φ − φ²/2)·0.3 dφ − 0.15/2 = 0.025 where scores are spread evenly.
        assert!((mean - 0.025).abs() < 4.0 * spread / 200.0_f64.sqrt() + 0.001, "{mean}");
    }

    proptest! {
        #[test]
        fn only_the_order_of_scores_and_the_difference_of_outcomes_matter(
            rows in prop::collection::btree_map((0_u8..20, 0_u8..3, any::<bool>()), 1_u64..9, 2..50),
            shift in -5_i8..5,
        ) {
            let of = |stretch: &dyn Fn(f64) -> f64, shift: f64| -> Vec<_> {
                rows.iter()
                    .map(|(&(score, outcome, treated), &count)| {
                        subject(stretch(f64::from(score)), f64::from(outcome) + shift, treated, count)
                    })
                    .collect()
            };
            let (plain, other) =
                (qini(&of(&|s| s, 0.0), Level::USUAL), qini(&of(&|s| s.exp() - 7.0, f64::from(shift)), Level::USUAL));
            prop_assert_eq!(plain.is_some(), other.is_some());
            if let (Some(plain), Some(other)) = (plain, other) {
                prop_assert!((plain.qini.value - other.qini.value).abs() < 1e-11);
                prop_assert!((plain.auuc.value - other.auuc.value).abs() < 1e-11);
                prop_assert!((plain.uplift - other.uplift).abs() < 1e-11);
            }
        }

        #[test]
        fn twice_the_rows_are_the_same_curve(
            rows in prop::collection::btree_map((0_u8..20, 0_u8..3, any::<bool>()), 1_u64..9, 2..50),
        ) {
            let of = |times: u64| -> Vec<_> {
                rows.iter()
                    .map(|(&(score, outcome, treated), &count)| {
                        subject(f64::from(score), f64::from(outcome), treated, times * count)
                    })
                    .collect()
            };
            if let (Some(once), Some(twice)) = (qini(&of(1), Level::USUAL), qini(&of(2), Level::USUAL)) {
                prop_assert!((once.qini.value - twice.qini.value).abs() < 1e-12);
                prop_assert!((once.auuc.value - twice.auuc.value).abs() < 1e-12);
            }
        }
    }
}
