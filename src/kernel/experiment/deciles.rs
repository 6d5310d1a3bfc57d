//! The effect of a treatment by deciles of a score.
//!
//! Subjects are ordered by their score, the highest first, and cut into ten
//! parts. Those with the same score stay together, in the part that contains the
//! middle of their block, so parts may differ in size and a part may be missing.
//!
//! Source: Radcliffe (2007), "Using Control Groups to Target on Predicted Lift",
//! Direct Marketing Analytics Journal 1, 14–21; the interval, Newcombe (1998),
//! Statistics in Medicine 17(8), 873–890.

use super::arm::{Subject, yes_or_no};
use super::proportions::newcombe;
use crate::kernel::OutOfDomain;
use crate::kernel::level::Level;
use crate::kernel::proportion::{Interval, wilson};

/// A tenth of the subjects, by score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decile {
    /// 1 for the highest scores, to 10.
    pub decile: i32,
    /// The lowest score in it.
    pub score_min: f64,
    /// The highest score in it.
    pub score_max: f64,
    /// The treated.
    pub treated: Counts,
    /// The others.
    pub control: Counts,
}

/// Subjects of one arm.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// All.
    pub n: u64,
    /// Those with an outcome of 1.
    pub successes: u64,
}

impl Counts {
    /// The share of successes. `None` without subjects.
    #[must_use]
    pub fn rate(&self, level: Level) -> Option<Interval> {
        let n = self.n as f64;
        (self.n > 0).then(|| wilson(self.successes as f64 / n, n, level))
    }
}

impl Decile {
    /// The rate of the treated minus that of the others. `None` where there are
    /// none of either.
    #[must_use]
    pub fn uplift(&self, level: Level) -> Option<Interval> {
        Some(newcombe(self.treated.rate(level)?, self.control.rate(level)?))
    }

    fn empty(decile: i32, score: f64) -> Self {
        let (treated, control) = (Counts::default(), Counts::default());
        Self { decile, score_min: score, score_max: score, treated, control }
    }

    fn add(&mut self, subject: &Subject<2>, is_success: bool) {
        self.score_min = subject.values[0];
        let arm = if subject.is_treated { &mut self.treated } else { &mut self.control };
        arm.n += subject.count;
        arm.successes += if is_success { subject.count } else { 0 };
    }
}

/// The tenths of subjects with a score (first) and an outcome (second).
///
/// `subjects` are ascending by score.
///
/// # Errors
/// An outcome is neither 0 nor 1.
pub fn uplift_deciles(subjects: &[Subject<2>]) -> Result<Vec<Decile>, OutOfDomain> {
    let all: u64 = subjects.iter().map(|subject| subject.count).sum();
    let mut deciles: Vec<Decile> = Vec::new();
    let mut above = 0;
    for block in subjects.chunk_by(|a, b| a.values[0].total_cmp(&b.values[0]).is_eq()).rev() {
        let size: u64 = block.iter().map(|subject| subject.count).sum();
        let number = 1 + tenth(2 * above + size, 2 * all);
        above += size;
        if deciles.last().is_none_or(|last| last.decile != number) {
            deciles.push(Decile::empty(number, block[0].values[0]));
        }
        for (subject, decile) in block.iter().zip(std::iter::repeat(deciles.len() - 1)) {
            deciles[decile].add(subject, yes_or_no("outcome", subject.values[1])?);
        }
    }
    Ok(deciles)
}

/// Whole tenths of the way from 0 to `end`, at most 9.
fn tenth(at: u64, end: u64) -> i32 {
    (1..10).filter(|&k| u128::from(at) * 10 >= u128::from(end) * k).fold(0, |sum, _| sum + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn subject(score: f64, outcome: f64, is_treated: bool, count: u64) -> Subject<2> {
        Subject { values: [score, outcome], is_treated, weight: 1.0, count }
    }

    #[test]
    fn the_highest_scores_come_first() {
        let subjects: Vec<_> = (0..100)
            .map(|i| subject(f64::from(i), f64::from(u8::from(i >= 50)), i % 2 == 0, 1))
            .collect();
        let got = uplift_deciles(&subjects).expect("in domain");
        let numbers: Vec<_> = got.iter().map(|decile| decile.decile).collect();
        assert_eq!(numbers, (1..=10).collect::<Vec<_>>());
        assert_eq!((got[0].score_min, got[0].score_max), (90.0, 99.0));
        assert!(got.iter().all(|decile| decile.treated.n == 5 && decile.control.n == 5));
        assert_eq!((got[0].treated.successes, got[9].treated.successes), (5, 0));
    }

    #[test]
    fn equal_scores_stay_together() {
        let subjects = [
            subject(1.0, 0.0, true, 10),
            subject(2.0, 1.0, false, 30),
            subject(2.0, 1.0, true, 40),
            subject(3.0, 1.0, true, 20),
        ];
        let got = uplift_deciles(&subjects).expect("in domain");
        let numbers: Vec<_> = got.iter().map(|decile| decile.decile).collect();
        // Middles at 10, 55 and 95 of 100.
        assert_eq!(numbers, [2, 6, 10]);
        assert_eq!(got[1].treated, Counts { n: 40, successes: 40 });
        assert_eq!(
            (got[0].uplift(Level::USUAL), got[1].uplift(Level::USUAL).is_some()),
            (None, true)
        );
        let error = uplift_deciles(&[subject(1.0, 0.5, true, 1)]).expect_err("half").to_string();
        assert_eq!(error, "`outcome` must be 0 or 1, got 0.5");
    }

    proptest! {
        #[test]
        fn everybody_is_in_one_decile(
            rows in prop::collection::btree_map((0_u8..60, any::<bool>(), any::<bool>()), 1_u64..50, 1..80),
        ) {
            let subjects: Vec<_> = rows
                .iter()
                .map(|(&(score, outcome, treated), &count)| {
                    subject(f64::from(score), f64::from(u8::from(outcome)), treated, count)
                })
                .collect();
            let got = uplift_deciles(&subjects).expect("in domain");
            let counted: u64 = got.iter().map(|decile| decile.treated.n + decile.control.n).sum();
            prop_assert_eq!(counted, rows.values().sum::<u64>());
            prop_assert!(got.windows(2).all(|pair| pair[0].decile < pair[1].decile
                && pair[0].score_min > pair[1].score_max));
            prop_assert!(got.iter().all(|decile| (1..=10).contains(&decile.decile)));
        }
    }
}
