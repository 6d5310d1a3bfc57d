//! Survey scores: recommendation (NPS), satisfaction (CSAT) and effort (CES).
//!
//! Answers come with a weight, for samples that are not representative,
//! and with a count, because equal answers are kept once. Sums run in the
//! given order: sort first for reproducible last digits.
//!
//! Sources: Reichheld (2003), "The One Number You Need to Grow", Harvard
//! Business Review 81(12), 46–54; Dixon, Freeman and Toman (2010), "Stop Trying
//! to Delight Your Customers", Harvard Business Review 88(7/8), 116–122; Kish
//! (1965), "Survey Sampling", for the effective sample size.

use super::OutOfDomain;
use super::domain::{check_weight, ensure};
use super::level::Level;
use super::mean::{Mean, mean};
use super::proportion::{Interval, net_promoter_limits, wilson};
use super::weights;

/// A score that `count` people with the same weight gave.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answer {
    pub(super) score: f64,
    weight: f64,
    count: u64,
}

/// How many recommend, and how many advise against.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recommendation {
    /// Net promoter score, −100 to 100.
    pub score: f64,
    /// Its limits; `None` for fewer than five effective answers.
    pub limits: Option<(f64, f64)>,
    /// The best answer that anybody gave.
    pub best: f64,
    /// Summed weight of 9 and 10.
    pub promoters: f64,
    /// Summed weight of the scores between.
    pub passives: f64,
    /// Summed weight of 0 to 6.
    pub detractors: f64,
    /// Kish's effective sample size.
    pub n_effective: f64,
}

/// How many are satisfied.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Satisfaction {
    /// Share of the satisfied, 0 to 1.
    pub share: Interval,
    /// Summed weight of the satisfied.
    pub numerator: f64,
    /// Summed weight of all.
    pub denominator: f64,
    /// Kish's effective sample size.
    pub n_effective: f64,
}

impl Answer {
    /// Checks one answer.
    ///
    /// # Errors
    /// The score is not finite, or the weight is negative or not finite.
    pub fn new(score: f64, weight: f64, count: u64) -> Result<Self, OutOfDomain> {
        ensure(score.is_finite(), "score", "finite", score)?;
        check_weight(weight)?;
        Ok(Self { score, weight, count })
    }

    /// How many gave it.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Whether it has a weight.
    #[must_use]
    pub fn informs(&self) -> bool {
        self.weight > 0.0
    }

    pub(super) fn total_weight(&self) -> f64 {
        self.weight * self.count as f64
    }
}

/// Scales that end here are common too, and would make everybody a detractor.
const SHORT_SCALE: f64 = 5.0;

impl Recommendation {
    /// Whether no answer is above 5: the question may have been asked on a shorter scale.
    #[must_use]
    pub fn is_on_a_short_scale(&self) -> bool {
        self.best <= SHORT_SCALE
    }
}

/// Kish's effective sample size, (Σw)²/Σw²: as many equally weighted answers
/// would be as precise. `None` where nobody has a weight.
#[must_use]
pub fn effective_size(answers: &[Answer]) -> Option<f64> {
    weights::effective_size(answers.iter().map(|answer| (answer.weight, answer.count)))
}

/// Net promoter score of answers on the scale 0 to 10. `None` without weight.
///
/// # Errors
/// A score lies off the scale.
pub fn recommendation(
    answers: &[Answer],
    level: Level,
) -> Result<Option<Recommendation>, OutOfDomain> {
    for Answer { score, .. } in answers {
        ensure((0.0..=10.0).contains(score), "score", "between 0 and 10", *score)?;
    }
    Ok(effective_size(answers).map(|n_effective| {
        let promoters = weight_of(answers, |score| score >= 9.0);
        let detractors = weight_of(answers, |score| score <= 6.0);
        let passives = weight_of(answers, |score| score > 6.0 && score < 9.0);
        let all = promoters + passives + detractors;
        let limits = net_promoter_limits(promoters / all, detractors / all, n_effective, level);
        let score = 100.0 * (promoters / all - detractors / all);
        let best = answers.iter().map(|answer| answer.score).fold(0.0, f64::max);
        Recommendation { score, limits, best, promoters, passives, detractors, n_effective }
    }))
}

/// The end of the scale that all answers share. `None` without answers.
///
/// # Errors
/// It is not finite, or not the same everywhere.
pub fn same_scale(ends: impl IntoIterator<Item = f64>) -> Result<Option<f64>, OutOfDomain> {
    let mut scale_max: Option<f64> = None;
    for end in ends {
        ensure(end.is_finite(), "scale_max", "finite", end)?;
        let same = scale_max.is_none_or(|known| known.total_cmp(&end).is_eq());
        ensure(same, "scale_max", "the same in every row", end)?;
        scale_max = Some(end);
    }
    Ok(scale_max)
}

/// Passes for boxes at the top of a scale that ends at `scale_max` and begins at 1.
///
/// # Errors
/// They are the whole scale, so that every answer would be in them, or no whole number from 1.
pub fn check_boxes(scale_max: f64, boxes: f64) -> Result<(), OutOfDomain> {
    let whole = boxes >= 1.0 && boxes.fract().total_cmp(&0.0).is_eq();
    ensure(whole, "boxes", "a whole number from 1", boxes)?;
    ensure(boxes < scale_max, "boxes", "below `scale_max`, or every answer is in them", boxes)
}

/// Share of answers in the top `boxes` of a scale that ends at `scale_max`.
/// `None` without weight.
///
/// # Errors
/// A score lies above the scale, or `boxes` is no whole number from 1.
pub fn satisfaction(
    answers: &[Answer],
    scale_max: f64,
    boxes: f64,
    level: Level,
) -> Result<Option<Satisfaction>, OutOfDomain> {
    ensure(scale_max.is_finite(), "scale_max", "finite", scale_max)?;
    let whole = boxes >= 1.0 && boxes.fract().total_cmp(&0.0).is_eq();
    ensure(whole, "boxes", "a whole number from 1", boxes)?;
    for Answer { score, .. } in answers {
        ensure(*score <= scale_max, "score", "at most `scale_max`", *score)?;
    }
    Ok(effective_size(answers).map(|n_effective| {
        let least = scale_max - boxes + 1.0;
        let numerator = weight_of(answers, |score| score >= least);
        let others = weight_of(answers, |score| score < least);
        let denominator = numerator + others;
        let share = wilson(numerator / denominator, n_effective, level);
        Satisfaction { share, numerator, denominator, n_effective }
    }))
}

/// Share of answers that are 1, of answers that are 0 or 1. `None` without
/// weight.
///
/// # Errors
/// An answer is neither.
pub fn rate(hits: &[Answer], level: Level) -> Result<Option<Satisfaction>, OutOfDomain> {
    for Answer { score, .. } in hits {
        let known = [0.0_f64, 1.0].iter().any(|known| known.total_cmp(score).is_eq());
        ensure(known, "hit", "0 or 1", *score)?;
    }
    satisfaction(hits, 1.0, 1.0, level)
}

/// Mean effort score with its t interval. `None` without weight.
#[must_use]
pub fn effort(answers: &[Answer], level: Level) -> Option<Mean> {
    mean(answers, level)
}

fn weight_of(answers: &[Answer], chosen: impl Fn(f64) -> bool) -> f64 {
    let chosen = answers.iter().filter(|answer| chosen(answer.score));
    // A fold, because the sum of nothing is -0.
    chosen.map(Answer::total_weight).fold(0.0, |sum, weight| sum + weight)
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
    fn who_has_no_weight_says_nothing_and_five_points_are_a_short_scale() {
        let all = answers(&[(5.0, 1.0, 2), (9.0, 0.0, 1)]);
        assert_eq!(all.iter().map(Answer::informs).collect::<Vec<_>>(), [true, false]);
        for (best, short) in [(5.0, true), (5.5, false), (6.0, false)] {
            let answers = answers(&[(1.0, 1.0, 2), (best, 1.0, 1)]);
            let got = recommendation(&answers, Level::USUAL).expect("in domain").expect("answers");
            assert_eq!(got.is_on_a_short_scale(), short, "{best}");
        }
    }

    #[test]
    fn the_scale_is_cut_at_nine_and_six() {
        let rows = [(0.0, 1.0, 2), (6.0, 1.0, 18), (7.0, 1.0, 20), (8.0, 1.0, 10), (9.0, 1.0, 30)];
        let mut rows = rows.to_vec();
        rows.push((10.0, 1.0, 20));
        let got =
            recommendation(&answers(&rows), Level::USUAL).expect("on the scale").expect("answers");
        for (got, want) in [(got.promoters, 50.0), (got.passives, 30.0), (got.detractors, 20.0)] {
            assert!((got - want).abs() < 1e-12, "{got} {want}");
        }
        assert!((got.score - 30.0).abs() < 1e-12);
        assert!((got.limits.expect("enough").0 - 14.051_130_178_8).abs() < 1e-10);
        assert!((got.n_effective - 100.0).abs() < 1e-10);
    }

    #[test]
    fn the_top_two_boxes_are_satisfied() {
        let rows = [(5.0, 2.0, 50), (4.0, 2.0, 30), (3.0, 2.0, 15), (1.0, 2.0, 5)];
        let got = satisfaction(&answers(&rows), 5.0, 2.0, Level::USUAL)
            .expect("on the scale")
            .expect("answers");
        assert!((got.share.value - 0.8).abs() < 1e-15);
        assert!((got.share.lower - 0.711_170_834_406_841).abs() < 1e-12);
        assert!((got.numerator - 160.0).abs() < 1e-12 && (got.denominator - 200.0).abs() < 1e-12);
    }

    #[test]
    fn a_rate_counts_what_is_true() {
        let got = rate(&answers(&[(1.0, 1.0, 7), (0.0, 1.0, 5)]), Level::USUAL)
            .expect("0 or 1")
            .expect("answers");
        assert!((got.share.lower - 0.319_511_312_549_55).abs() < 1e-12);
        assert!((got.share.upper - 0.806_739_686_341_243).abs() < 1e-12);
        let error = rate(&answers(&[(0.5, 1.0, 1)]), Level::USUAL).expect_err("half true");
        assert_eq!(error.to_string(), "`hit` must be 0 or 1, got 0.5");
    }

    #[test]
    fn unequal_weights_are_worth_fewer_answers() {
        let got = effective_size(&answers(&[(1.0, 1.0, 1), (1.0, 9.0, 1)])).expect("weight");
        assert!((got - 100.0 / 82.0).abs() < 1e-14);
        assert_eq!(effective_size(&answers(&[(1.0, 0.0, 5)])), None);
    }

    #[test]
    fn weights_whose_squares_leave_the_range_of_floats_count_as_any() {
        for unit in [1e-300, 1e-200, 1e-170, 1e-150, 1e150, 1e170, 1e200, 1e300] {
            let got = rate(&answers(&[(1.0, unit, 1), (0.0, unit, 1)]), Level::USUAL);
            let got = got.expect("0 or 1").expect("weight");
            assert!((got.n_effective - 2.0).abs() < 1e-14, "{unit}");
            // Wilson's limits of one of two.
            assert!((got.share.lower - 0.094_531_205_734_2).abs() < 1e-9, "{:?}", got.share);
            assert!((got.share.upper - 0.905_468_794_265_8).abs() < 1e-9, "{:?}", got.share);
            let six = recommendation(&answers(&[(10.0, unit, 4), (3.0, unit, 2)]), Level::USUAL);
            assert!(six.expect("on the scale").is_some_and(|six| six.limits.is_some()), "{unit}");
        }
    }

    #[test]
    fn a_score_off_the_scale_is_refused() {
        let error =
            recommendation(&answers(&[(11.0, 1.0, 1)]), Level::USUAL).expect_err("off the scale");
        assert_eq!(error.to_string(), "`score` must be between 0 and 10, got 11");
        let error = satisfaction(&answers(&[(6.0, 1.0, 1)]), 5.0, 2.0, Level::USUAL)
            .expect_err("off the scale");
        assert_eq!(error.to_string(), "`score` must be at most `scale_max`, got 6");
        let error = Answer::new(3.0, -1.0, 1).expect_err("out of domain");
        assert_eq!(error.to_string(), "`weight` must be finite and >= 0, got -1");
    }
}
