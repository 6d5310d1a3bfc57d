//! Penalty-reward contrasts: what a bad and what a good answer does to a target.
//!
//! Every driver is cut at the quartiles of its answers (type 7, weighted), and the target
//! is regressed on two dummies per driver: low (below the first quartile) and
//! high (above the third). A driver whose penalty exceeds its reward is taken
//! for granted; one whose reward exceeds its penalty delights.
//!
//! Weights enter the cuts and the regression: both are of the population.
//!
//! Sources: Brandt (1987), "A procedure for identifying value-enhancing service
//! components using customer satisfaction survey data", in Add Value to Your
//! Service, American Marketing Association, 61–65; Mikulić and Prebežac (2011),
//! "A critical review of techniques for classifying quality attributes in the
//! Kano model", Managing Service Quality 21(1), 46–66.

use super::drivers::{Flag, size_flag};
use super::quantile::weighted_cuts;
use super::sample::{Moments, Sample};
use crate::kernel::maths::matrix::dot;

/// What bad and good answers do.
#[derive(Debug, Clone, PartialEq)]
pub struct PenaltyReward {
    /// In the order given.
    pub drivers: Vec<Contrast>,
    /// The target where every driver is neither low nor high; `None` for a
    /// constant target and too few people.
    pub intercept: Option<f64>,
    /// Explained share of the target's variance.
    pub r_squared: Option<f64>,
    /// People whose answers were used.
    pub n: u64,
    /// Kish's effective sample size.
    pub n_effective: f64,
    /// What to know before use: a constant target, too few people, hardly enough, or low
    /// and high answers to drivers that repeat each other.
    pub flags: Vec<Flag>,
}

/// A driver.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contrast {
    /// First quartile: answers below are low.
    pub low_cut: f64,
    /// Third quartile: answers above are high.
    pub high_cut: f64,
    /// How many answered low.
    pub n_low: u64,
    /// How many answered high.
    pub n_high: u64,
    /// What a low answer adds to the target; `None` where nobody or everybody
    /// answered so.
    pub penalty: Option<f64>,
    /// What a high answer adds.
    pub reward: Option<f64>,
    /// Reward minus penalty: how much the driver can do.
    pub range: Option<f64>,
    /// Reward plus penalty: above 0 it delights, below it is taken for granted.
    pub asymmetry: Option<f64>,
}

/// Contrasts of the drivers of the first column of a sample: all its other
/// columns. `None` without people.
#[must_use]
pub fn penalty_reward(sample: &Sample) -> Option<PenaltyReward> {
    let quartiles: Option<Vec<(f64, f64)>> =
        (1..sample.width()).map(|column| quartiles(sample, column)).collect();
    let quartiles = quartiles?;
    let dummies = dummies(sample, &quartiles);
    let moments = dummies.moments()?;
    let n_effective = sample.effective_size()?;
    let varying = (1..dummies.width()).filter(|i| moments.covariance.at(*i, *i) > 0.0).count();
    let size = size_flag(n_effective, varying as f64);
    let all = Regression::new(&moments);
    let constant = all.is_none().then_some(Flag::ConstantTarget);
    let regression = all.filter(|_| size != Some(Flag::TooFew));
    let collinear = regression.as_ref().is_some_and(|known| !known.unique);
    let size = size.filter(|size| *size == Flag::TooFew || regression.is_some());
    let contrast = |(driver, cuts): (usize, &(f64, f64))| {
        contrast(driver, *cuts, &dummies, regression.as_ref())
    };
    Some(PenaltyReward {
        drivers: quartiles.iter().enumerate().map(contrast).collect(),
        intercept: regression.as_ref().map(|known| known.intercept),
        r_squared: regression.as_ref().map(|known| known.r_squared),
        n: sample.people(),
        n_effective,
        flags: constant
            .into_iter()
            .chain(size)
            .chain(collinear.then_some(Flag::Collinear))
            .collect(),
    })
}

/// One driver, by its place among all.
fn contrast(
    driver: usize,
    (low_cut, high_cut): (f64, f64),
    dummies: &Sample,
    regression: Option<&Regression>,
) -> Contrast {
    let (low, high) = (2 * driver + 1, 2 * driver + 2);
    let penalty = regression.and_then(|known| known.effects[low]);
    let reward = regression.and_then(|known| known.effects[high]);
    let both = reward.zip(penalty);
    Contrast {
        low_cut,
        high_cut,
        n_low: count(dummies, low),
        n_high: count(dummies, high),
        penalty,
        reward,
        range: both.map(|(reward, penalty)| reward - penalty),
        asymmetry: both.map(|(reward, penalty)| reward + penalty),
    }
}

/// The target on dummies, in their own units.
struct Regression {
    /// By column; `None` for the target and for constants.
    effects: Vec<Option<f64>>,
    intercept: f64,
    r_squared: f64,
    unique: bool,
}

impl Regression {
    /// `None` for a constant target.
    fn new(moments: &Moments) -> Option<Self> {
        let Moments { means, covariance } = moments;
        let varying: Vec<usize> =
            (1..means.len()).filter(|i| covariance.at(*i, *i) > 0.0).collect();
        let with: Vec<f64> = varying.iter().map(|column| covariance.at(*column, 0)).collect();
        let solution = covariance.part(&varying).solve(&with);
        let mut effects = vec![None; means.len()];
        let mut intercept = means[0];
        for (column, effect) in varying.iter().zip(&solution.values) {
            effects[*column] = Some(*effect);
            intercept -= effect * means[*column];
        }
        let variance = covariance.at(0, 0);
        (variance > 0.0).then(|| Self {
            effects,
            intercept,
            r_squared: (dot(&solution.values, &with) / variance).clamp(0.0, 1.0),
            unique: solution.unique,
        })
    }
}

/// First and third quartile of a column.
fn quartiles(sample: &Sample, column: usize) -> Option<(f64, f64)> {
    let answers = sample.rows().map(|(values, weight, count)| (values[column], weight, count));
    match weighted_cuts(answers.collect(), 4)?.as_slice() {
        [low, _, high] => Some((*low, *high)),
        _ => None,
    }
}

/// The target, and for each driver whether it is low and whether it is high.
fn dummies(sample: &Sample, quartiles: &[(f64, f64)]) -> Sample {
    let mut dummies = Sample::new(1 + 2 * quartiles.len());
    let dummy = |holds: bool| f64::from(u8::from(holds));
    for (values, weight, count) in sample.rows() {
        let cut = values[1..].iter().zip(quartiles);
        let low_high =
            cut.flat_map(|(value, (low, high))| [dummy(value < low), dummy(value > high)]);
        let row: Vec<f64> = std::iter::once(values[0]).chain(low_high).collect();
        dummies.push_checked(&row, weight, count);
    }
    dummies
}

/// How many people have a dummy.
fn count(dummies: &Sample, column: usize) -> u64 {
    dummies.rows().map(|(values, _, count)| if values[column] > 0.0 { count } else { 0 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::drivers::tests::{mobi_blocks, sample_of};

    #[test]
    fn the_contrasts_of_the_mobile_phone_survey_are_the_published_ones() {
        let got = penalty_reward(&mobi_blocks()).expect("people");
        assert!((got.intercept.expect("varies") - 7.989_717_785_638).abs() < 1e-11);
        assert!((got.r_squared.expect("varies") - 0.403_010_456_812).abs() < 1e-11);
        for (driver, (n_low, n_high, penalty, reward)) in got.drivers.iter().zip([
            (56, 56, -0.267_560_615_515, 0.141_841_410_845),
            (51, 57, -0.293_428_341_364, 0.466_280_633_242),
            (63, 60, -0.598_403_539_028, 0.626_480_061_966),
            (63, 59, -0.264_915_347_048, 0.199_965_499_521),
        ]) {
            assert_eq!((driver.n_low, driver.n_high), (n_low, n_high));
            assert!((driver.penalty.expect("some") - penalty).abs() < 1e-11);
            assert!((driver.reward.expect("some") - reward).abs() < 1e-11);
            assert!((driver.range.expect("both") - (reward - penalty)).abs() < 1e-11);
            assert!((driver.asymmetry.expect("both") - (reward + penalty)).abs() < 1e-11);
        }
    }

    #[test]
    fn a_driver_without_low_answers_has_no_penalty() {
        let rows: Vec<Vec<f64>> =
            (0..40_u32).map(|i| vec![f64::from(i % 5), f64::from(u8::from(i % 6 == 0))]).collect();
        let got = penalty_reward(&sample_of(&rows)).expect("people");
        assert_eq!((got.drivers[0].n_low, got.drivers[0].penalty), (0, None));
        assert!(got.drivers[0].reward.expect("some").is_finite());
        assert_eq!(got.drivers[0].asymmetry, None);
        assert_eq!(penalty_reward(&Sample::new(3)), None);
        let same = penalty_reward(&sample_of(&[vec![1.0, 2.0], vec![1.0, 3.0]])).expect("people");
        assert_eq!((same.intercept, same.r_squared), (None, None));
        assert_eq!(same.flags, [Flag::ConstantTarget, Flag::TooFew]);
    }

    #[test]
    fn as_many_people_as_terms_explain_nothing() {
        // One dummy each for low and high, and the intercept.
        let row = |[y, a]: [f64; 2]| vec![y, a];
        let of = |rows: &[[f64; 2]]| {
            let rows: Vec<_> = rows.iter().copied().map(row).collect();
            penalty_reward(&sample_of(&rows)).expect("people")
        };
        let three = of(&[[2.0, 1.0], [5.0, 3.0], [9.0, 5.0]]);
        assert_eq!((three.r_squared, three.intercept), (None, None));
        assert_eq!((three.drivers[0].penalty, three.drivers[0].range), (None, None));
        assert_eq!(three.flags, [Flag::TooFew]);
        let five = of(&[[2.0, 1.0], [5.0, 3.0], [6.0, 3.0], [4.0, 3.0], [9.0, 5.0]]);
        assert!((five.drivers[0].penalty.expect("some") + 3.0).abs() < 1e-12);
        assert_eq!(five.flags, [Flag::SmallSample]);
        assert!(penalty_reward(&mobi_blocks()).expect("people").flags.is_empty());
    }
}
