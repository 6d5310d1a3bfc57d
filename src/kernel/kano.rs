//! Kano's classes: what an attribute does when it is there, and when it is not.
//!
//! Everybody answers twice, on the same five words: how they feel if the
//! attribute is there (functional) and if it is not (dysfunctional).
//!
//! | functional ╲ dysfunctional | like | expect | neutral | live with | dislike |
//! |----------------------------|------|--------|---------|-----------|---------|
//! | 1 like                     | Q    | A      | A       | A         | O       |
//! | 2 expect                   | R    | I      | I       | I         | M       |
//! | 3 neutral                  | R    | I      | I       | I         | M       |
//! | 4 live with                | R    | I      | I       | I         | M       |
//! | 5 dislike                  | R    | R      | R       | R         | Q       |
//!
//! ```text
//! better = (A + O) / (A + O + M + I)      worse = −(O + M) / (A + O + M + I)
//! ```
//!
//! Sources: Kano, Seraku, Takahashi and Tsuji (1984), "Attractive quality and
//! must-be quality", Journal of the Japanese Society for Quality Control 14(2),
//! 39–48; Berger et al. (1993), "Kano's methods for understanding
//! customer-defined quality", Center for Quality Management Journal 2(4), 3–36.

use super::OutOfDomain;
use super::domain::{check_weight, ensure};
use super::level::Level;
use super::proportion::{Interval, wilson};

/// What an attribute is to somebody, or to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// It is taken for granted: missed when absent, unnoticed when there.
    MustBe,
    /// The more, the better.
    OneDimensional,
    /// It delights when there, and is not missed.
    Attractive,
    /// It does not matter.
    Indifferent,
    /// It is better absent.
    Reverse,
    /// The answers contradict each other.
    Questionable,
}

impl Class {
    /// All of them; of those named equally often, the first is the class.
    pub const ALL: [Self; 6] = [
        Self::MustBe,
        Self::OneDimensional,
        Self::Attractive,
        Self::Indifferent,
        Self::Reverse,
        Self::Questionable,
    ];

    /// In a word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::MustBe => "must_be",
            Self::OneDimensional => "one_dimensional",
            Self::Attractive => "attractive",
            Self::Indifferent => "indifferent",
            Self::Reverse => "reverse",
            Self::Questionable => "questionable",
        }
    }

    /// The class of one pair of answers, each 1 (like) to 5 (dislike).
    ///
    /// # Errors
    /// An answer is not one of 1, 2, 3, 4 and 5.
    pub fn new(functional: f64, dysfunctional: f64) -> Result<Self, OutOfDomain> {
        let (liked, disliked) = (is(functional, 1.0), is(functional, 5.0));
        let (missing_liked, missing_disliked) = (is(dysfunctional, 1.0), is(dysfunctional, 5.0));
        for (name, answer) in [("functional", functional), ("dysfunctional", dysfunctional)] {
            let known = (1..=5).any(|word| is(answer, f64::from(word)));
            ensure(known, name, "a whole number from 1 to 5", answer)?;
        }
        Ok(match (liked, disliked, missing_liked, missing_disliked) {
            (true, _, true, _) | (_, true, _, true) => Self::Questionable,
            (true, _, _, true) => Self::OneDimensional,
            (true, ..) => Self::Attractive,
            (_, true, ..) | (_, _, true, _) => Self::Reverse,
            (_, _, _, true) => Self::MustBe,
            _ => Self::Indifferent,
        })
    }
}

fn is(answer: f64, word: f64) -> bool {
    answer.total_cmp(&word).is_eq()
}

/// What an attribute is to people.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kano {
    /// The class that most name.
    pub class: Class,
    /// Summed weight by class, in the order of [`Class::ALL`].
    pub weights: [f64; 6],
    /// By how much being there satisfies, 0 to 1; `None` where nobody is in one
    /// of the four classes that count.
    pub better: Option<Interval>,
    /// By how much being absent dissatisfies, −1 to 0.
    pub worse: Option<Interval>,
    /// People who answered.
    pub n: u64,
    /// Kish's effective sample size.
    pub n_effective: f64,
}

/// Sums of answers so far.
#[derive(Debug, Clone, Copy, Default)]
pub struct Votes {
    weights: [f64; 6],
    squares: [f64; 6],
    n: u64,
}

impl Votes {
    /// Adds `count` people with the same weight and class; those of weight 0
    /// are left out.
    ///
    /// # Errors
    /// The weight is negative or not finite.
    pub fn add(&mut self, class: Class, weight: f64, count: u64) -> Result<(), OutOfDomain> {
        check_weight(weight)?;
        ensure(weight <= 1e60, "weight", "at most 1e60", weight)?;
        if weight > 0.0 {
            self.weights[class as usize] += weight * count as f64;
            self.squares[class as usize] += weight * weight * count as f64;
            self.n += count;
        }
        Ok(())
    }

    /// The class and its coefficients. `None` without people.
    #[must_use]
    pub fn kano(&self, level: Level) -> Option<Kano> {
        let [must_be, one_dimensional, attractive, indifferent, ..] = self.weights;
        let counted = must_be + one_dimensional + attractive + indifferent;
        let share = |part: f64| {
            let n = effective(counted, self.squares[..4].iter().sum())?;
            Some(wilson((part / counted).min(1.0), n, level))
        };
        let most = self.weights.iter().copied().fold(0.0, f64::max);
        let class = Class::ALL.into_iter().find(|class| self.weights[*class as usize] >= most)?;
        Some(Kano {
            class,
            weights: self.weights,
            better: share(attractive + one_dimensional),
            worse: share(one_dimensional + must_be).map(negative),
            n: self.n,
            n_effective: effective(self.weights.iter().sum(), self.squares.iter().sum())?,
        })
    }
}

/// Kish's effective sample size.
fn effective(weights: f64, squares: f64) -> Option<f64> {
    (weights > 0.0).then(|| weights / squares * weights)
}

fn negative(interval: Interval) -> Interval {
    let Interval { value, lower, upper } = interval;
    // Not −0.
    Interval { value: 0.0 - value, lower: 0.0 - upper, upper: 0.0 - lower }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn votes(rows: &[(Class, f64, u64)]) -> Votes {
        let mut votes = Votes::default();
        for (class, weight, count) in rows {
            votes.add(*class, *weight, *count).expect("in domain");
        }
        votes
    }

    #[test]
    fn the_table_is_bergers() {
        let want = ["QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"];
        for (row, functional) in want.iter().zip(1..) {
            for (letter, dysfunctional) in row.chars().zip(1..) {
                let class = Class::new(f64::from(functional), f64::from(dysfunctional));
                let name = class.expect("on the scale").name();
                assert!(
                    name.starts_with(letter.to_ascii_lowercase()),
                    "{functional}, {dysfunctional}: {name}"
                );
            }
        }
        let error = Class::new(1.0, 2.5).expect_err("no word").to_string();
        assert_eq!(error, "`dysfunctional` must be a whole number from 1 to 5, got 2.5");
        assert!(Class::new(0.0, 1.0).is_err() && Class::new(f64::NAN, 1.0).is_err());
    }

    #[test]
    fn better_and_worse_are_shares_of_the_four_that_count() {
        let got = votes(&[
            (Class::Attractive, 1.0, 30),
            (Class::OneDimensional, 1.0, 40),
            (Class::MustBe, 1.0, 20),
            (Class::Indifferent, 1.0, 10),
            (Class::Questionable, 1.0, 5),
        ]);
        let got = got.kano(Level::USUAL).expect("people");
        assert_eq!((got.class, got.n), (Class::OneDimensional, 105));
        let (better, worse) = (got.better.expect("some"), got.worse.expect("some"));
        assert!((better.value - 0.7).abs() < 1e-12 && (worse.value + 0.6).abs() < 1e-12);
        let wilson = wilson(0.6, 100.0, Level::USUAL);
        assert!((worse.lower + wilson.upper).abs() < 1e-12);
        assert!((worse.upper + wilson.lower).abs() < 1e-12);
    }

    #[test]
    fn limits_of_other_levels_are_those_of_another_library() {
        // statsmodels 0.15: proportion_confint(60, 100, 1 - level, "wilson")
        let votes = votes(&[(Class::OneDimensional, 1.0, 60), (Class::Indifferent, 1.0, 40)]);
        for (level, lower, upper) in [
            (0.9, 0.517_809_506_434_331_5, 0.676_921_949_409_033_5),
            (0.99, 0.471_419_117_930_822_3, 0.716_136_744_526_013_2),
        ] {
            let got = votes.kano(Level::of(level)).expect("people");
            let (better, worse) = (got.better.expect("some"), got.worse.expect("some"));
            for (got, want) in [(better.lower, lower), (better.upper, upper)] {
                assert!((got - want).abs() < 1e-12, "{level}: {better:?}");
            }
            for (got, want) in [(worse.lower, -upper), (worse.upper, -lower)] {
                assert!((got - want).abs() < 1e-12, "{level}: {worse:?}");
            }
        }
    }

    #[test]
    fn of_classes_named_equally_often_the_one_that_hurts_most_is_taken() {
        let order = [Class::MustBe, Class::OneDimensional, Class::Attractive, Class::Indifferent];
        for (place, class) in order.iter().enumerate() {
            let tied: Vec<_> = order[place..].iter().rev().map(|class| (*class, 2.0, 3)).collect();
            assert_eq!(votes(&tied).kano(Level::USUAL).expect("people").class, *class);
        }
    }

    #[test]
    fn nobody_in_the_four_classes_leaves_the_coefficients_unknown() {
        let got = votes(&[(Class::Reverse, 2.0, 3)]).kano(Level::USUAL).expect("people");
        assert_eq!((got.class, got.better, got.worse), (Class::Reverse, None, None));
        assert!((got.n_effective - 3.0).abs() < 1e-12);
        assert_eq!(votes(&[(Class::MustBe, 0.0, 3)]).kano(Level::USUAL), None);
    }
}
