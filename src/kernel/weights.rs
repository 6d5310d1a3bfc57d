//! What a weight is.
//!
//! | kind   | a row of weight w                        | what matters            |
//! |--------|------------------------------------------|-------------------------|
//! | counts | stands for w equal rows; w is whole      | Σw, how many there are  |
//! | design | was drawn or answered with 1/w the chance | proportions of weights |
//!
//! Counts say the same in fewer rows, so errors shrink as they grow. Design weights
//! make a sample representative of its population and add no information: what is as precise
//! as n rows of equal weight is worth
//!
//! ```text
//! n_eff = (Σw)² / Σw²        (Kish)
//! ```
//!
//! Where an estimate needs a size, design weights are scaled to add up to `n_eff`;
//! equal weights are then 1. Errors come from how much each row pulls (see
//! [`Weighted::robust`]), or from `n_eff` where there is a formula for equal weights.
//!
//! Sources: Kish (1965), "Survey Sampling", 8.2 and 11.7; Huber (1967), "The Behavior of
//! Maximum Likelihood Estimates under Nonstandard Conditions", Proceedings of the Fifth
//! Berkeley Symposium 1, 221–233; Binder (1983), "On the Variances of Asymptotically
//! Normal Estimators from Complex Surveys", International Statistical Review 51(3),
//! 279–292 (sandwich errors under design weights).

use super::OutOfDomain;
use super::domain::{check_weight, ensure};
use super::level::Level;
use crate::kernel::maths::maximise::{LogLikelihood, Maximum};
use crate::kernel::maths::student;
use crate::kernel::maths::sum::Sum;

/// What a weight is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weights {
    /// How many equal rows the row represents.
    Counts,
    /// A survey or sampling weight.
    Design,
}

/// More than this is not a count of customers.
const MOST: f64 = 1e10;

/// How many rows a row of this count represents.
///
/// # Errors
/// The weight is negative or not finite, or not a whole number up to ten billion.
pub fn whole_weight(weight: f64) -> Result<u64, OutOfDomain> {
    const RULE: &str = "a whole number from 0 to 10000000000 where weights are counts (`weights => 'design'` \
         takes any)";
    check_weight(weight)?;
    let holds = weight <= MOST && weight.fract() == 0.0;
    ensure(holds, "weight", RULE, weight)?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number that is not negative"
    )]
    Ok(weight as u64)
}

/// Things with weights, on the scale that the kind of the weights asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighted<T> {
    rows: Vec<Row<T>>,
    kind: Weights,
    customers: u64,
}

/// A thing, and what all that are equal to it weigh together.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Row<T> {
    value: T,
    /// Summed weight.
    weight: f64,
    /// Summed squared weight.
    square: f64,
    /// How many there are.
    count: f64,
}

/// The total number that some rows represent.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Mass {
    /// Σw.
    pub(super) weight: f64,
    /// Σw².
    pub(super) square: f64,
    /// How many there are.
    pub(super) count: f64,
}

impl Mass {
    /// Kish's effective size; NaN of nobody.
    pub(super) fn effective(self) -> f64 {
        self.weight / self.square * self.weight
    }
}

impl std::iter::Sum for Mass {
    fn sum<I: Iterator<Item = Self>>(masses: I) -> Self {
        let mut sums = MassSum::default();
        masses.for_each(|mass| sums.add(mass));
        sums.value()
    }
}

/// A sum of masses that keeps what rounding would take.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct MassSum([Sum; 3]);

impl MassSum {
    pub(super) fn add(&mut self, mass: Mass) {
        let parts = [mass.weight, mass.square, mass.count];
        self.0.iter_mut().zip(parts).for_each(|(sum, part)| sum.add(part));
    }

    pub(super) fn value(self) -> Mass {
        let [weight, square, count] = self.0.map(Sum::value);
        Mass { weight, square, count }
    }
}

impl<T: Copy> Weighted<T> {
    /// Takes things with the weight of one of them and how many there are. Those of
    /// weight 0 are left out, and so are those that do not
    /// `inform`.
    ///
    /// # Errors
    /// A weight is negative or not finite, or a count is not whole.
    pub fn new(
        rows: impl IntoIterator<Item = (T, f64, u64)>,
        kind: Weights,
        informs: impl Fn(&T) -> bool,
    ) -> Result<Self, OutOfDomain> {
        let mut given = Vec::new();
        for (value, mut weight, mut count) in rows {
            check_weight(weight)?;
            if kind == Weights::Counts {
                count = count.saturating_mul(whole_weight(weight)?);
                weight = 1.0;
            }
            if weight > 0.0 && count > 0 && informs(&value) {
                given.push((value, weight, count));
            }
        }
        let scale = match kind {
            Weights::Counts => 1.0,
            Weights::Design => scale(given.iter().map(|(_, weight, count)| (*weight, *count))),
        };
        let customers = given.iter().map(|row| row.2).fold(0, u64::saturating_add);
        let row = |(value, weight, count): (T, f64, u64)| {
            let (each, count) = (weight * scale, count as f64);
            Row { value, weight: each * count, square: each * each * count, count }
        };
        Ok(Self { rows: given.into_iter().map(row).collect(), kind, customers })
    }

    /// How many customers there are.
    #[must_use]
    pub fn customers(&self) -> u64 {
        self.customers
    }

    /// Each with its weight.
    pub fn rows(&self) -> impl Iterator<Item = (T, f64)> {
        self.rows.iter().map(|row| (row.value, row.weight))
    }

    /// What `change` makes of each, with the same weights.
    pub(super) fn map(&self, change: impl Fn(T) -> T) -> Self {
        let rows = self.rows.iter().map(|row| Row { value: change(row.value), ..*row }).collect();
        Self { rows, ..*self }
    }

    /// Each with what it stands for.
    pub(super) fn masses(&self) -> impl Iterator<Item = (T, Mass)> {
        self.rows
            .iter()
            .map(|&Row { value, weight, square, count }| (value, Mass { weight, square, count }))
    }

    /// Degrees of freedom that design weights leave: one less than the effective size. Counts leave as
    /// many as one likes, for their errors are those of a formula.
    pub(super) fn freedom(&self) -> f64 {
        match self.kind {
            Weights::Counts => f64::INFINITY,
            Weights::Design => self.masses().map(|(_, mass)| mass).sum::<Mass>().effective() - 1.0,
        }
    }

    /// The point that limits of a level are at: Student's under design weights, the normal one for counts.
    pub(super) fn point(&self, level: Level) -> Option<f64> {
        student::point(level, self.freedom())
    }

    /// Whether design weights leave no more than three effective, of whom nothing has limits.
    #[must_use]
    pub fn are_too_few(&self) -> bool {
        self.point(Level::USUAL).is_none()
    }

    /// A maximum with the errors that these weights leave. Those of counts are its
    /// own, from the curvature A of the log-likelihood. Under design weights they
    /// are those of A⁻¹BA⁻¹, where B adds up the squared slopes of each row by
    /// itself, of which `model` finds the log-likelihood. A holds the parameters
    /// that the data leave open too, though only errors of the others are given.
    pub(super) fn robust<const N: usize, M: LogLikelihood<N>>(
        &self,
        mut maximum: Maximum<N>,
        model: impl Fn(Vec<(T, f64)>) -> Option<M>,
    ) -> Maximum<N> {
        if self.kind == Weights::Counts {
            return maximum;
        }
        let bread = maximum.log_covariance;
        let mut meat = [[Sum::default(); N]; N];
        for Row { value, square, .. } in &self.rows {
            let Some(alone) = model(vec![(*value, 1.0)]) else { continue };
            let slopes = alone.at(maximum.parameters).gradient;
            let slopes: [f64; N] = std::array::from_fn(|i| slopes[i] * maximum.parameters[i]);
            for (sums, slope) in meat.iter_mut().zip(slopes) {
                let others = sums.iter_mut().zip(slopes);
                others.for_each(|(sum, other)| sum.add(square * slope * other));
            }
        }
        let meat = meat.map(|sums| sums.map(Sum::value));
        let entry = |i: usize, l: usize| {
            let pairs = (0..N).flat_map(|j| (0..N).map(move |k| (j, k)));
            pairs.map(|(j, k)| bread[i][j] * meat[j][k] * bread[k][l]).sum::<f64>()
        };
        maximum.log_covariance = std::array::from_fn(|i| std::array::from_fn(|l| entry(i, l)));
        for (i, published) in maximum.standard_errors.iter_mut().enumerate() {
            let error = maximum.parameters[i] * maximum.log_covariance[i][i].sqrt();
            *published = published.map(|_| error).filter(|error| *error > 0.0);
        }
        maximum
    }
}

/// What makes weights add up to the effective size, Σw/Σw²; 0 without weights.
fn scale(weights: impl Iterator<Item = (f64, u64)> + Clone) -> f64 {
    // Of the largest weight, so that no sum overflows.
    let largest = weights.clone().map(|(weight, _)| weight).fold(0.0, f64::max);
    let (sum, squares) = sums(weights, largest);
    if largest > 0.0 { sum / squares / largest } else { 0.0 }
}

/// Kish's effective size of rows of the weight of one and how many there are: as many of equal weight
/// would be as precise. `None` where nobody has a weight.
pub(super) fn effective_size(weights: impl Iterator<Item = (f64, u64)> + Clone) -> Option<f64> {
    let largest = weights.clone().map(|(weight, _)| weight).fold(0.0, f64::max);
    // A power of two takes no digit of the weights, and leaves their squares in the range of floats.
    let (sum, squares) = sums(weights, unit(largest));
    (squares > 0.0).then(|| sum / squares * sum)
}

/// Summed weights and squared weights, in units of `unit`.
fn sums(weights: impl Iterator<Item = (f64, u64)> + Clone, unit: f64) -> (f64, f64) {
    let weights = weights.map(|(weight, count)| (weight / unit, count as f64));
    let sum: Sum = weights.clone().map(|(weight, count)| weight * count).collect();
    let squares: Sum = weights.map(|(weight, count)| weight * weight * count).collect();
    (sum.value(), squares.value())
}

/// The power of two that a number above zero is 1 to 2 times of; of zero, 1.
pub(super) fn unit(number: f64) -> f64 {
    if number > 0.0 { libm::ldexp(1.0, libm::frexp(number).1 - 1) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::beta_geometric::{self, Coin};
    use crate::kernel::gamma_gamma::{self, Spend};
    use crate::kernel::renewal::{Stay, fit_bdw_weighted, fit_sbg_weighted};
    use crate::kernel::testing::{assert_close, sample};

    /// Contracts with weights, two alike among them.
    /// How often each row is there, so that the data identify the parameters: errors are those of one
    /// of each by the root of this.
    const TIMES: u64 = 100;

    fn stays(scale: f64, kind: Weights) -> Result<Weighted<Stay>, OutOfDomain> {
        let rows = [
            (1, 1, 4.0),
            (1, 1, 2.5),
            (2, 1, 1.5),
            (2, 0, 1.0),
            (3, 1, 0.75),
            (4, 1, 0.5),
            (6, 0, 3.0),
            (6, 0, 2.25),
        ];
        let rows = rows.map(|(periods, lost, weight)| {
            let stay = Stay::new(f64::from(periods), f64::from(lost)).expect("in domain");
            (stay, scale * weight, TIMES)
        });
        Weighted::new(rows, kind, |_| true)
    }

    #[test]
    fn errors_under_design_weights_are_those_of_thirty_digit_arithmetic() {
        let fit = fit_sbg_weighted(&stays(1.0, Weights::Design).expect("in domain"));
        let fit = fit.expect("customers");
        let want = [
            (0.220_463_366_948_634, 0.207_317_147_719_372),
            (0.301_079_512_105_991, 0.361_278_456_900_287),
        ];
        for (i, (parameter, error)) in want.into_iter().enumerate() {
            assert_close(fit.parameters[i], parameter, 1e-8);
            let error = error / (TIMES as f64).sqrt();
            assert_close(fit.standard_errors[i].expect("identified"), error, 1e-8);
        }
    }

    #[test]
    fn a_sample_that_is_weighted_by_what_customers_do_has_wider_errors() {
        let rows = sample().into_iter().map(|(history, n)| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
            let n = n as u64;
            (history, 1.0 + history.x % 3.0 / 2.0, n)
        });
        let histories = Weighted::new(rows, Weights::Design, |_| true).expect("in domain");
        assert_eq!(histories.customers(), 2357);
        let fit = beta_geometric::fit_weighted(Coin::AfterRepeats, &histories);
        let fit = fit.expect("customers");
        let want = [
            (0.372_097_770_376_821, 0.021_865_387_728_515_1),
            (5.478_276_818_237_6, 0.543_171_647_311_377),
            (0.833_675_892_490_116, 0.175_641_621_571_508),
            (2.432_954_255_688_22, 0.591_509_799_666_245),
        ];
        for (i, (parameter, error)) in want.into_iter().enumerate() {
            assert_close(fit.parameters[i], parameter, 1e-7);
            assert_close(fit.standard_errors[i].expect("identified"), error, 1e-6);
        }
    }

    #[test]
    fn what_is_open_widens_the_errors_of_what_it_is_tied_to() {
        let rows = [(5.0, 29.0), (5.0, 84.0), (1.0, 35.0), (2.0, 37.0), (1.0, 38.0)];
        let rows = rows.map(|(x, z)| (Spend::new(x, z).expect("in domain"), 1.0, 1));
        let spends = Weighted::new(rows, Weights::Design, |_| true).expect("in domain");
        let fit = gamma_gamma::fit_weighted(&spends).expect("customers");
        assert_eq!(fit.standard_errors[0], None, "the variation within a customer may be none");
        // Forty-digit arithmetic where p is infinite. Given p and v it would be 1.37.
        assert_close(fit.standard_errors[1].expect("identified"), 6.002_620_104_659_5, 1e-5);

        let rows = [(4.0, 0.0, 9), (1.0, 1.0, 18), (5.0, 0.0, 15), (3.0, 1.0, 33)];
        let rows = rows.map(|(t, lost, n)| (Stay::new(t, lost).expect("in domain"), 1.0, n));
        let stays = Weighted::new(rows, Weights::Design, |_| true).expect("in domain");
        let fit = fit_bdw_weighted(&stays).expect("customers");
        assert_eq!(fit.standard_errors[..2], [None; 2]);
        // Forty-digit arithmetic.
        assert_close(fit.standard_errors[2].expect("identified"), 0.327_456_396_959_694, 1e-6);
    }

    #[test]
    fn only_proportions_of_design_weights_matter() {
        let want = fit_sbg_weighted(&stays(1.0, Weights::Design).expect("in domain"));
        let want = want.expect("customers");
        assert!(want.identified);
        // The second makes them add up to 1.
        for scale in [1e-9, 1.0 / 1550.0, 1e300] {
            let got = fit_sbg_weighted(&stays(scale, Weights::Design).expect("in domain"));
            let got = got.expect("customers");
            assert!(got.identified, "{scale}");
            assert_close(got.log_likelihood, want.log_likelihood, 1e-12);
            for i in 0..2 {
                assert_close(got.parameters[i], want.parameters[i], 1e-8);
                let errors = [got, want].map(|fit| fit.standard_errors[i].expect("identified"));
                assert_close(errors[0], errors[1], 1e-6);
            }
        }
    }

    #[test]
    fn design_weights_add_up_to_the_effective_number_and_counts_to_all() {
        let sum = |kind, weights: [f64; 2]| -> f64 {
            let rows = [((), weights[0], 3), ((), weights[1], 1)];
            let rows = Weighted::new(rows, kind, |()| true).expect("in domain");
            rows.rows().map(|((), weight)| weight).sum()
        };
        assert_close(sum(Weights::Design, [0.1, 0.1]), 4.0, 1e-15);
        // (3 · 2 + 6)² / (3 · 4 + 36)
        assert_close(sum(Weights::Design, [2.0, 6.0]), 3.0, 1e-15);
        assert_close(sum(Weights::Counts, [2.0, 6.0]), 12.0, 1e-15);
    }

    #[test]
    fn a_count_that_is_not_whole_is_refused_with_the_way_out() {
        let error = stays(1.0, Weights::Counts).expect_err("2.5 customers").to_string();
        assert!(error.contains("must be a whole number"), "{error}");
        assert!(error.contains("`weights => 'design'`") && error.ends_with("got 2.5"), "{error}");
        assert!(whole_weight(-1.0).is_err() && whole_weight(f64::NAN).is_err());
        assert_eq!(whole_weight(3.0), Ok(3));
    }
}
