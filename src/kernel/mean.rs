//! A weighted mean with its t interval.
//!
//! ```text
//! mean = Σ w s / Σ w            n = (Σ w)² / Σ w²  (Kish's effective size)
//! sd²  = n/(n−1) · Σ w (s − mean)² / Σ w
//! mean ± t(n−1) · sd / √n
//! ```
//!
//! With equal weights these are the textbook forms. Source of n: Kish (1965),
//! "Survey Sampling"; of t: Student (1908), "The Probable Error of a Mean",
//! Biometrika 6(1), 1–25.

use super::level::Level;
use super::survey::{Answer, effective_size};
use crate::kernel::maths::student::point;

/// A mean, and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mean {
    /// Σ w s.
    pub numerator: f64,
    /// Σ w.
    pub denominator: f64,
    /// Kish's effective sample size.
    pub n_effective: f64,
    /// The weighted mean.
    pub value: f64,
    /// Of a single answer. `None` for one answer, which shows no spread.
    pub standard_deviation: Option<f64>,
    /// The limits. `None` where all answers are the same, as one is: how far others may lie is not
    /// seen; and for no more than three effective answers, of which Student's t says nothing.
    pub limits: Option<(f64, f64)>,
    /// Whether not all answers are the same.
    pub spread: bool,
}

impl Mean {
    /// Why there are no limits; empty where there are.
    #[must_use]
    pub fn flag(&self) -> &'static str {
        match (self.limits, self.spread) {
            (Some(_), _) => "",
            (None, false) => "no_spread",
            (None, true) => "too_few",
        }
    }
}

/// The mean of answers, summed in the order given.
///
/// `None` where all weights are zero.
#[must_use]
pub fn mean(answers: &[Answer], level: Level) -> Option<Mean> {
    let n_effective = effective_size(answers)?;
    let denominator: f64 = answers.iter().map(Answer::total_weight).sum();
    let numerator: f64 = answers.iter().map(|answer| answer.total_weight() * answer.score).sum();
    let value = numerator / denominator;
    let squares: f64 = answers
        .iter()
        .map(|answer| answer.total_weight() * (answer.score - value) * (answer.score - value))
        .sum();
    let freedom = n_effective - 1.0;
    // Rounding may leave one answer with a trace of freedom.
    let standard_deviation =
        (freedom > 1e-9).then(|| (squares / denominator * n_effective / freedom).sqrt());
    let spread = answers.windows(2).any(|pair| pair[0].score.total_cmp(&pair[1].score).is_ne());
    let limits = standard_deviation.filter(|_| spread).and_then(|deviation| {
        let half = point(level, freedom)? * deviation / n_effective.sqrt();
        Some((value - half, value + half))
    });
    Some(Mean { numerator, denominator, n_effective, value, standard_deviation, limits, spread })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(rows: &[(f64, f64, u64)]) -> Vec<Answer> {
        rows.iter()
            .map(|&(score, weight, count)| Answer::new(score, weight, count).expect("in domain"))
            .collect()
    }

    #[test]
    fn equal_weights_give_the_textbook_interval() {
        // R: t.test(c(1, 2, 2, 4, 7)) and sd(c(1, 2, 2, 4, 7)).
        let got = mean(
            &answers(&[(1.0, 3.0, 1), (2.0, 3.0, 2), (4.0, 3.0, 1), (7.0, 3.0, 1)]),
            Level::USUAL,
        );
        let got = got.expect("answers");
        assert!((got.value - 3.2).abs() < 1e-14);
        assert!((got.n_effective - 5.0).abs() < 1e-14);
        assert!((got.standard_deviation.expect("spread") - 5.7_f64.sqrt()).abs() < 1e-14);
        let (lower, upper) = got.limits.expect("spread");
        let half = 2.776_445_105_197_799 * (5.7_f64 / 5.0).sqrt();
        assert!((lower - (3.2 - half)).abs() < 1e-12 && (upper - (3.2 + half)).abs() < 1e-12);
    }

    #[test]
    fn answers_that_are_all_the_same_have_no_interval() {
        let got = mean(&answers(&[(0.1, 0.3, 4), (0.1, 0.7, 3)]), Level::USUAL).expect("answers");
        assert!((got.value - 0.1).abs() < 1e-15);
        assert!(got.standard_deviation.is_some_and(|deviation| deviation < 1e-9));
        assert_eq!(got.limits, None);
    }

    #[test]
    fn one_answer_has_a_mean_and_no_interval() {
        let got = mean(&answers(&[(4.0, 0.3, 1)]), Level::USUAL).expect("an answer");
        assert!((got.value - 4.0).abs() < 1e-14);
        assert_eq!((got.standard_deviation, got.limits), (None, None));
        assert_eq!(mean(&answers(&[(4.0, 0.0, 3)]), Level::USUAL), None);
    }

    #[test]
    fn weights_that_leave_few_effective_answers_leave_no_limits() {
        for (rows, n_effective) in [
            (vec![(5.0, 50.0, 1), (3.0, 1.0, 1), (4.0, 1.0, 1)], 2704.0 / 2502.0),
            (vec![(5.0, 1e9, 1), (3.0, 1.0, 1)], 1.0),
            (vec![(5.0, 0.7, 2), (3.0, 0.7, 1)], 3.0),
        ] {
            let got = mean(&answers(&rows), Level::USUAL).expect("answers");
            assert!((got.n_effective - n_effective).abs() < 1e-8);
            assert_eq!((got.limits, got.flag()), (None, "too_few"), "{rows:?}");
        }
        // R: t.test(c(5, 5, 3, 4)).
        let got = mean(&answers(&[(5.0, 0.7, 2), (3.0, 0.7, 1), (4.0, 0.7, 1)]), Level::USUAL);
        let (lower, upper) = got.expect("answers").limits.expect("four");
        assert!((lower - 2.726_519_819_170_922).abs() < 1e-12, "{lower}");
        assert!((upper - 5.773_480_180_829_078).abs() < 1e-12, "{upper}");
    }
}
