//! How unevenly a total is spread: Gini, Lorenz, top shares, Herfindahl, Theil.
//!
//! ```text
//! x₁ ≤ … ≤ xₙ    ascending amounts, zero or more      T = Σ x    μ = T/n
//! Gini           2 Σ i·xᵢ / (n T) − (n+1)/n           0 ≤ G ≤ 1 − 1/n
//! Gini, unbiased n/(n−1) · G                          0 to 1; not for n = 1
//! Herfindahl     Σ (x/T)²                             1/n ≤ H ≤ 1
//! Theil          Σ (x/μ) ln(x/μ) / n                  0 to ln n
//! ```
//!
//! Amounts have weights (see [`super::weights`]). Design weights say which share p of the population each
//! represents, but not how many there are. Gini and Theil need no more: they are those of the
//! population,
//!
//! ```text
//! Gini   Σᵢⱼ pᵢ pⱼ |xᵢ − xⱼ| / 2μ      μ = Σ p x      0 to 1 − the least p
//! Theil  Σ p (x/μ) ln(x/μ)                            0 to −ln of the least p
//! ```
//!
//! Statistics that depend on a size use the effective number of people, n = 1/Σp²: the correction
//! of Gini, which makes it the mean difference of two different rows by twice the mean;
//! Herfindahl's index Σ p (x/μ)² / n; and ln n. Rows that represent less than one of these may be
//! more concentrated than n people can be: then the weights are insufficient, and that number is
//! `None`. People are divisible: shares are cut where they fall.
//!
//! Amounts below zero are undefined for a Lorenz curve and are rejected; if all amounts
//! are zero, every measure is `None`.
//!
//! Sums compensate rounding, so amounts in whole cents give the exact
//! fraction, rounded once or twice.
//!
//! Sources: Gini (1912), "Variabilità e mutabilità"; Lorenz (1905), "Methods of
//! Measuring the Concentration of Wealth", Publ. Am. Stat. Assoc. 9(70), 209–219;
//! Deltas (2003), "The Small-Sample Bias of the Gini Coefficient", Rev. Econ.
//! Stat. 85(1), 226–234; Herfindahl (1950), "Concentration in the Steel
//! Industry"; Adelman (1969), "Comment on the 'H' Concentration Measure as a
//! Numbers-Equivalent", Rev. Econ. Stat. 51(1), 99–101; Theil (1967), "Economics
//! and Information Theory"; under design weights, Langel and Tillé (2013), "Variance Estimation of the Gini
//! Index: Revisiting a Result Several Times Published", J. R. Stat. Soc. A 176(2), 521–540.

use super::OutOfDomain;
use super::domain::{ensure, ensure_not_negative};
use super::weights::{Weighted, Weights};
use crate::kernel::maths::sum::Sum;

/// Amounts to compare, of which at least one is above zero.
#[derive(Debug, Clone, PartialEq)]
pub struct Amounts {
    /// Ascending, in units of `unit`, each with its weight.
    ascending: Vec<(f64, f64)>,
    /// A power of two near the largest amount, so that no square overflows.
    unit: f64,
    /// Summed weight.
    n: f64,
    /// The sum of all amounts, in units of `unit`.
    total: f64,
    /// Whether customers are whole ones.
    whole: bool,
}

/// The Gini coefficient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gini {
    /// Among exactly these: 0 to 1 − 1/n; under design weights, in the population that they stand for.
    pub value: f64,
    /// For the population they are drawn from: 0 to 1. `None` unless n > 1 and if the weights are
    /// insufficient.
    pub unbiased: Option<f64>,
}

/// A share of the total and its numerator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TopShare {
    /// `numerator / denominator`.
    pub share: f64,
    /// How many hold it.
    pub holders: u64,
    /// What they hold.
    pub numerator: f64,
    /// What there is.
    pub denominator: f64,
}

/// The smallest group with a share of the total.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Holders {
    /// How many they are.
    pub holders: u64,
    /// Which share of all they are.
    pub share: f64,
    /// Their share of the total.
    pub held: f64,
}

/// A point of the Lorenz curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// This share, the poorest first …
    pub population_share: f64,
    /// … holds this share of the total.
    pub value_share: f64,
}

/// The Herfindahl index.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Herfindahl {
    /// The summed squares of the shares of n people: 1/n to 1. `None` if the weights are
    /// insufficient.
    pub value: Option<f64>,
    /// So many equal shares would be as concentrated: 1 to n. `None` as `value`.
    pub effective_number: Option<f64>,
}

/// Theil's index.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Theil {
    /// In nats: 0 to ln n; under design weights, of the population that they stand for.
    pub value: f64,
    /// As a share of ln n: 0 to 1. `None` unless n > 1 and if the weights are insufficient.
    pub relative: Option<f64>,
}

impl Amounts {
    /// Checks amounts, each with its weight and how often it occurs with that. Their
    /// order does not matter.
    ///
    /// `None` where nothing above zero has a weight, or the sums are out of range.
    ///
    /// # Errors
    /// An amount or a weight is negative or not finite, or a count is not whole.
    pub fn new(
        amounts: impl IntoIterator<Item = (f64, f64, u64)>,
        weights: Weights,
    ) -> Result<Option<Self>, OutOfDomain> {
        let amounts: Vec<_> = amounts.into_iter().collect();
        for (value, ..) in &amounts {
            ensure_not_negative("value", *value)?;
        }
        let weighted = Weighted::new(amounts, weights, |_| true)?;
        let mut ascending: Vec<_> =
            weighted.rows().map(|(value, weight)| (value + 0.0, weight)).collect();
        ascending.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        Ok(Self::sorted(ascending, weights == Weights::Counts))
    }

    fn sorted(mut ascending: Vec<(f64, f64)>, whole: bool) -> Option<Self> {
        let largest = ascending.last()?.0;
        let unit = libm::ldexp(1.0, libm::frexp(largest).1 - 1);
        let (mut n, mut total) = (Sum::default(), Sum::default());
        for (value, weight) in &mut ascending {
            *value /= unit;
            n.add(*weight);
            total.add_product(*value, *weight);
        }
        let (n, total) = (n.value(), total.value());
        // Sums beyond the range of a float are as good as unknown.
        let in_range = (n * total).is_finite() && (total * unit).is_finite();
        (total > 0.0 && in_range).then_some(Self { ascending, unit, n, total, whole })
    }

    /// How many there are: the sum of the counts, or the effective number.
    #[must_use]
    pub fn n(&self) -> f64 {
        self.n
    }

    /// The Gini coefficient. `None` where the numbers are out of range.
    #[must_use]
    pub fn gini(&self) -> Option<Gini> {
        let (mut below, mut sum) = (Sum::default(), Sum::default());
        for &(value, weight) in &self.ascending {
            // w equal amounts at the ranks that follow: Σ (2i − n − 1).
            let mut ranks = below;
            ranks.add(below.value());
            ranks.add(weight - self.n);
            sum.add_product(value, weight * ranks.value());
            below.add(weight);
        }
        let spread = if self.alike() { 0.0 } else { sum.value() };
        let value = finite(spread / (self.n * self.total))?.max(0.0);
        let correction = self.several().then(|| self.n / (self.n - 1.0));
        Some(Gini { value, unbiased: correction.and_then(|correction| share(value * correction)) })
    }

    /// Whether all amounts are the same, so that what is left of their differences is rounding.
    fn alike(&self) -> bool {
        let value = |row: Option<&(f64, f64)>| row.map_or(0.0, |row| row.0);
        value(self.ascending.first()).total_cmp(&value(self.ascending.last())).is_eq()
    }

    /// Whether there is more than one; rounding of weights may leave one a trace above.
    fn several(&self) -> bool {
        self.n > 1.0 + 1e-9
    }

    /// What the ⌈`share`·n⌉ largest hold.
    ///
    /// # Errors
    /// `share` is not above 0 and at most 1.
    pub fn top_share(&self, share: f64) -> Result<TopShare, OutOfDomain> {
        check_share(share)?;
        let holders = self.customers(share * self.n);
        let (mut held, mut left) = (Sum::default(), holders);
        for &(value, weight) in self.ascending.iter().rev() {
            held.add_product(value, weight.min(left));
            left -= weight.min(left);
        }
        Ok(TopShare {
            share: (held.value() / self.total).min(1.0),
            holders: count(whole(holders)),
            numerator: held.value() * self.unit,
            denominator: self.total * self.unit,
        })
    }

    /// How many of the largest it takes to hold `share` of the total.
    ///
    /// # Errors
    /// `share` is not above 0 and at most 1.
    pub fn holders_of(&self, share: f64) -> Result<Holders, OutOfDomain> {
        check_share(share)?;
        let wanted = share * self.total;
        let (mut held, mut above) = (Sum::default(), Sum::default());
        for &(value, weight) in self.ascending.iter().rev().filter(|(value, _)| *value > 0.0) {
            let missing = ((wanted - held.value()) / value).max(0.0);
            let more = self.customers(above.value() + missing) - above.value();
            held.add_product(value, weight.min(more));
            above.add(weight.min(more));
            if more <= weight {
                break;
            }
        }
        let holders = self.customers(above.value());
        let held = (held.value() / self.total).min(1.0);
        let share = (holders / self.n).min(1.0);
        Ok(Holders { holders: count(whole(holders)), share, held })
    }

    /// So many, or the next whole number.
    fn customers(&self, number: f64) -> f64 {
        if self.whole { whole(number) } else { number }
    }

    /// The Lorenz curve at 0, 1/`groups`, 2/`groups`, …, 1; straight between two
    /// amounts.
    #[must_use]
    pub fn lorenz(&self, groups: u32) -> Vec<Point> {
        let (mut below, mut held) = (Sum::default(), Sum::default());
        let mut rows = self.ascending.iter().copied().peekable();
        let point = |group: u32| {
            let population_share = f64::from(group) / f64::from(groups);
            let rank = self.n * f64::from(group) / f64::from(groups);
            while let Some((value, weight)) = rows.next_if(|row| below.value() + row.1 <= rank) {
                held.add_product(value, weight);
                below.add(weight);
            }
            let mut here = held;
            if let Some(&(value, _)) = rows.peek() {
                here.add_product(value, rank - below.value());
            }
            let share = if group == groups { 1.0 } else { here.value() / self.total };
            Point { population_share, value_share: share.clamp(0.0, population_share) }
        };
        (0..=groups).map(point).collect()
    }

    /// The Herfindahl index. `None` where the numbers are out of range.
    #[must_use]
    pub fn herfindahl(&self) -> Option<Herfindahl> {
        let mut squares = Sum::default();
        for &(value, weight) in &self.ascending {
            squares.add_product(value * weight, value);
        }
        let value = share(finite(squares.value() / self.total / self.total)?);
        Some(Herfindahl { value, effective_number: value.map(|value| 1.0 / value) })
    }

    /// Theil's index. `None` where the numbers are out of range.
    #[must_use]
    pub fn theil(&self) -> Option<Theil> {
        let mean = self.total / self.n;
        let terms = self.ascending.iter().filter(|(value, _)| *value > 0.0);
        let sum: Sum = terms.map(|(value, weight)| weight * value * (value / mean).ln()).collect();
        let spread = if self.alike() { 0.0 } else { sum.value() };
        let value = finite(spread / self.total)?.max(0.0);
        let relative = self.several().then(|| value / self.n.ln()).and_then(share);
        Some(Theil { value, relative })
    }
}

/// A number that is at most 1 but for rounding. `None` where it is more.
fn share(number: f64) -> Option<f64> {
    (number <= 1.0 + 1e-9).then(|| number.min(1.0))
}

/// Passes for a share of a whole.
///
/// # Errors
/// `share` is not above 0 and at most 1.
pub fn check_share(share: f64) -> Result<(), OutOfDomain> {
    ensure(share > 0.0 && share <= 1.0, "share", "above 0 and at most 1", share)
}

/// The next whole number. 0.07 · 100 is 7 here, though floats make it a little more.
fn whole(number: f64) -> f64 {
    let nearest = number.round();
    let close = (number - nearest).abs() <= 1e-12 * number.max(1.0);
    if close { nearest } else { number.ceil() }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a whole number that is not negative"
)]
fn count(whole: f64) -> u64 {
    whole as u64
}

fn finite(number: f64) -> Option<f64> {
    number.is_finite().then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    const LOG: &str = include_str!("../../tests/data/cdnow/CDNOW_sample.txt");

    fn amounts(values: &[f64]) -> Amounts {
        weighted(&values.iter().map(|value| (*value, 1.0)).collect::<Vec<_>>())
    }

    fn checked(rows: &[(f64, f64)]) -> Result<Option<Amounts>, OutOfDomain> {
        Amounts::new(rows.iter().map(|(value, n)| (*value, *n, 1)), Weights::Counts)
    }

    fn weighted(rows: &[(f64, f64)]) -> Amounts {
        checked(rows).expect("in domain").expect("something to share")
    }

    /// What each of the 2,357 customers spent, in cents.
    fn spend() -> Vec<f64> {
        let mut cents: BTreeMap<&str, u32> = BTreeMap::new();
        for line in LOG.lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [customer, _, _, _, amount] = words[..] else { continue };
            *cents.entry(customer).or_default() +=
                amount.replace('.', "").parse::<u32>().expect("an amount with two decimals");
        }
        cents.into_values().map(f64::from).collect()
    }

    fn index(amounts: &Amounts) -> f64 {
        amounts.herfindahl().and_then(|index| index.value).expect("in range")
    }

    fn designed(rows: &[(f64, f64, u64)]) -> Amounts {
        let amounts = Amounts::new(rows.iter().copied(), Weights::Design).expect("in domain");
        amounts.expect("something to share")
    }

    fn close(got: f64, want: f64) {
        assert!((got - want).abs() < 1e-12, "got {got}, want {want}");
    }

    #[test]
    fn the_spend_of_the_sample_is_as_concentrated_as_published() {
        let spend = amounts(&spend());
        let gini = spend.gini().expect("in range");
        close(gini.value, 0.630_917_117_016_241);
        close(gini.unbiased.expect("many"), 0.631_184_908_661_834);
        close(index(&spend), 2.285_796_437_229_907e-3);
        close(spend.theil().expect("in range").value, 0.818_686_665_199);
        for (share, held) in [
            (0.01, 0.145_540_078_054),
            (0.025, 0.248_683_959_003),
            (0.05, 0.360_666_353_834),
            (0.10, 0.508_070_237_796),
            (0.20, 0.674_550_171_546),
            (0.50, 0.894_541_581_340),
        ] {
            close(spend.top_share(share).expect("a share").share, held);
        }
        let fourfifths = spend.holders_of(0.8).expect("a share");
        assert_eq!(fourfifths.holders, 777);
        assert!((fourfifths.share - 0.329_656_34).abs() < 1e-8);
        assert!(fourfifths.held >= 0.8);
    }

    #[test]
    fn small_cases_are_exact_fractions() {
        for (values, want, unbiased) in [
            (vec![1.0, 2.0, 3.0, 4.0], 1.0 / 4.0, 1.0 / 3.0),
            (vec![0.0, 0.0, 0.0, 10.0], 3.0 / 4.0, 1.0),
            (vec![10.0, 20.0, 70.0], 2.0 / 5.0, 3.0 / 5.0),
            (vec![5.0, 5.0, 5.0], 0.0, 0.0),
        ] {
            let gini = amounts(&values).gini().expect("in range");
            assert_eq!(gini.value.to_bits(), f64::to_bits(want), "{values:?}");
            assert!((gini.unbiased.expect("several") - unbiased).abs() < 1e-15, "{values:?}");
        }
        assert_eq!(amounts(&[3.0]).gini(), Some(Gini { value: 0.0, unbiased: None }));
        assert_eq!(amounts(&[3.0]).theil(), Some(Theil { value: 0.0, relative: None }));
        close(index(&amounts(&[3.0])), 1.0);
    }

    #[test]
    fn one_of_many_and_all_alike_are_the_two_ends() {
        let alone = amounts(&[0.0, 0.0, 0.0, 0.0, 7.0]);
        close(alone.theil().expect("in range").value, 5.0_f64.ln());
        close(alone.theil().expect("in range").relative.expect("several"), 1.0);
        close(index(&alone), 1.0);
        let alike = amounts(&[7.0; 5]);
        close(alike.theil().expect("in range").value, 0.0);
        close(index(&alike), 0.2);
        close(alike.herfindahl().and_then(|all| all.effective_number).expect("in range"), 5.0);
    }

    #[test]
    fn equal_design_weights_say_what_no_weights_say() {
        let (plain, equal) =
            (amounts(&[10.0, 20.0, 70.0]), [(10.0, 0.3, 1), (20.0, 0.3, 1), (70.0, 0.3, 1)]);
        let equal = designed(&equal);
        close(equal.gini().expect("in range").value, 0.4);
        close(equal.gini().and_then(|gini| gini.unbiased).expect("several"), 0.6);
        close(index(&equal), 0.54);
        let [got, want] = [&equal, &plain].map(|all| all.theil().expect("in range"));
        close(got.value, want.value);
        close(got.relative.expect("several"), want.relative.expect("several"));
        for alike in [
            designed(&[(5.0, 0.3, 1), (5.0, 1.7, 3), (5.0, 0.011, 2)]),
            designed(&[(0.1, 3.0, 7), (0.1, 1.1, 1)]),
        ] {
            let (gini, theil) = (alike.gini().expect("in range"), alike.theil().expect("in range"));
            assert_eq!((gini.value.to_bits(), theil.value.to_bits()), (0, 0));
            assert_eq!((gini.unbiased, theil.relative), (Some(0.0), Some(0.0)));
        }
        // However the weight of one is rounded.
        let one = designed(&[(3.0, 0.3, 1)]);
        assert_eq!(one.gini().expect("in range").unbiased, None);
        assert_eq!(one.theil().expect("in range").relative, None);
    }

    #[test]
    fn design_weights_say_what_the_population_is_like() {
        // Half of the weight has 1 each, a quarter 2, a quarter 4: μ = 2, Σpx² = 5.5, n = 1/(¼ + ⅛).
        let all = designed(&[(1.0, 2.0, 1), (2.0, 1.0, 1), (4.0, 1.0, 1)]);
        let n = 8.0 / 3.0;
        close(all.n(), n);
        // Σ pᵢpⱼ|xᵢ−xⱼ| = 2(⅛·1 + ⅛·3 + 1/16·2) = 1.25.
        close(all.gini().expect("in range").value, 0.3125);
        close(all.gini().and_then(|gini| gini.unbiased).expect("several"), 0.5);
        close(index(&all), 5.5 / 4.0 / n);
        let theil = all.theil().expect("in range");
        close(theil.value, 0.5 * 0.5 * 0.5_f64.ln() + 0.5 * 2.0_f64.ln());
        close(theil.relative.expect("several"), theil.value / n.ln());
    }

    #[test]
    fn weights_that_tell_too_little_leave_what_needs_a_size_unknown() {
        for (rows, gini, theil) in [
            (vec![(5.0, 0.05, 1), (0.0, 0.95, 1)], 0.95, 20.0_f64.ln()),
            (vec![(100.0, 1.0, 10), (0.0, 99.0, 10)], 0.99, 100.0_f64.ln()),
        ] {
            let all = designed(&rows);
            let spread = all.gini().expect("in range");
            close(spread.value, gini);
            assert_eq!(spread.unbiased, None, "{rows:?}");
            assert_eq!(all.herfindahl().and_then(|index| index.value), None, "{rows:?}");
            let entropy = all.theil().expect("in range");
            close(entropy.value, theil);
            assert_eq!(entropy.relative, None, "{rows:?}");
        }
        let three = designed(&[(5.0, 0.3, 1), (1.0, 0.2, 1), (0.0, 0.5, 1)]);
        let [index, unbiased] =
            [three.herfindahl().expect("in range").value, three.gini().expect("in range").unbiased];
        assert_eq!((index, unbiased), (None, None));
    }

    #[test]
    fn nothing_to_share_has_no_concentration_and_debts_are_refused() {
        assert_eq!(checked(&[]), Ok(None));
        assert_eq!(checked(&[(0.0, 1.0), (0.0, 2.0)]), Ok(None));
        assert_eq!(checked(&[(5.0, 0.0)]), Ok(None));
        assert_eq!(checked(&[(1e308, 1.0), (1e308, 1.0)]), Ok(None));
        let design = Amounts::new([(1.0, 1e308, 1), (2.0, 1e308, 1)], Weights::Design);
        let n = design.expect("in domain").expect("something to share").n();
        assert!((n - 2.0).abs() < 1e-15);
        let error = checked(&[(-0.01, 1.0)]).expect_err("negative");
        assert_eq!(error.to_string(), "`value` must be finite and >= 0, got -0.01");
        let error = amounts(&[1.0]).top_share(1.5).expect_err("more than all");
        assert_eq!(error.to_string(), "`share` must be above 0 and at most 1, got 1.5");
    }

    #[test]
    fn amounts_near_the_ends_of_the_range_neither_overflow_nor_vanish() {
        for unit in [1e-300, 1e300] {
            let far = amounts(&[unit, 2.0 * unit, 3.0 * unit, 4.0 * unit]);
            close(far.gini().expect("in range").value, 0.25);
            close(index(&far), 0.3);
            close(far.top_share(0.25).expect("a share").share, 0.4);
        }
    }

    #[test]
    fn a_share_that_floats_cannot_hold_counts_no_customer_too_many() {
        let hundred = amounts(&[1.0; 100]);
        for percent in 1..=100_u32 {
            let share = f64::from(percent) / 100.0;
            let top = hundred.top_share(share).expect("a share");
            assert_eq!(top.holders, u64::from(percent));
            let holders = hundred.holders_of(share).expect("a share");
            assert_eq!(holders.holders, u64::from(percent));
        }
    }

    #[test]
    fn the_curve_bends_between_two_amounts_only() {
        let curve = amounts(&[1.0, 2.0, 3.0, 4.0]).lorenz(8);
        let shares: Vec<f64> = curve.iter().map(|point| point.value_share * 20.0).collect();
        for (got, want) in shares.iter().zip([0.0, 1.0, 2.0, 4.0, 6.0, 9.0, 12.0, 16.0, 20.0]) {
            close(*got, want);
        }
        close(curve[3].population_share, 0.375);
    }

    fn cents() -> impl Strategy<Value = Vec<(u32, u8)>> {
        prop::collection::vec((0_u32..100_000, 1_u8..5), 1..40)
            .prop_filter("something to share", |rows| rows.iter().any(|(value, _)| *value > 0))
    }

    proptest! {
        #[test]
        fn a_weight_is_the_same_as_repetition_and_order_does_not_matter(rows in cents()) {
            let pairs: Vec<_> =
                rows.iter().map(|(v, w)| (f64::from(*v), f64::from(*w))).collect();
            let single: Vec<f64> = rows
                .iter()
                .rev()
                .flat_map(|(v, w)| std::iter::repeat_n(f64::from(*v), usize::from(*w)))
                .collect();
            let (a, b) = (weighted(&pairs), amounts(&single));
            prop_assert_eq!(a.gini(), b.gini());
            prop_assert_eq!(a.lorenz(7), b.lorenz(7));
            for share in [0.01, 0.2, 0.37, 1.0] {
                prop_assert_eq!(a.top_share(share), b.top_share(share));
                prop_assert_eq!(a.holders_of(share), b.holders_of(share));
            }
            let (a, b) = (a.theil().expect("in range"), b.theil().expect("in range"));
            prop_assert!((a.value - b.value).abs() < 1e-13);
        }

        #[test]
        fn every_measure_keeps_its_bounds_and_the_unit_of_money_does_not_matter(rows in cents()) {
            let values: Vec<f64> = rows.iter().map(|(v, _)| f64::from(*v)).collect();
            prop_assume!(values.iter().any(|value| *value > 0.0));
            let (all, n) = (amounts(&values), values.len() as f64);
            let gini = all.gini().expect("in range");
            prop_assert!(0.0 <= gini.value && gini.value <= 1.0 - 1.0 / n + 1e-15);
            prop_assert!(1.0 / n - 1e-15 <= index(&all) && index(&all) <= 1.0);
            let theil = all.theil().expect("in range").value;
            prop_assert!(0.0 <= theil && theil <= n.ln() + 1e-12);
            let thirds: Vec<f64> = values.iter().map(|value| value / 3.0).collect();
            prop_assert!((amounts(&thirds).gini().expect("in range").value - gini.value).abs() < 1e-12);
        }

        #[test]
        fn design_weights_keep_every_measure_in_its_range(
            rows in prop::collection::vec((0_u32..1000, 1_u32..10_000), 1..30),
        ) {
            prop_assume!(rows.iter().any(|(value, _)| *value > 0));
            let weighted = |(value, weight): &(u32, u32)| (f64::from(*value), f64::from(*weight), 1);
            let all = designed(&rows.iter().map(weighted).collect::<Vec<_>>());
            let sum: u32 = rows.iter().map(|row| row.1).sum();
            let least = rows.iter().map(|row| row.1).min().map_or(1.0, f64::from) / f64::from(sum);
            let inside = |value: Option<f64>, most: f64| value.is_none_or(|value| (0.0..=most).contains(&value));
            let gini = all.gini().expect("in range");
            prop_assert!(inside(Some(gini.value), 1.0 - least + 1e-12) && inside(gini.unbiased, 1.0));
            let theil = all.theil().expect("in range");
            prop_assert!(inside(Some(theil.value), 1e-12 - least.ln()) && inside(theil.relative, 1.0));
            let found = all.herfindahl().expect("in range");
            prop_assert!(inside(found.value, 1.0) && inside(found.effective_number, all.n() + 1e-9));
            prop_assert!(found.effective_number.is_none_or(|number| number >= 1.0));
        }

        #[test]
        fn the_gini_coefficient_is_twice_the_area_above_the_curve(rows in cents()) {
            let values: Vec<f64> = rows.iter().map(|(v, _)| f64::from(*v)).collect();
            prop_assume!(values.iter().any(|value| *value > 0.0));
            let all = amounts(&values);
            let curve = all.lorenz(u32::try_from(values.len()).expect("few"));
            let area: f64 = curve
                .windows(2)
                .map(|p| 0.5 * (p[0].value_share + p[1].value_share) / values.len() as f64)
                .sum();
            prop_assert!((1.0 - 2.0 * area - all.gini().expect("in range").value).abs() < 1e-12);
        }

        #[test]
        fn so_many_holders_are_enough_and_one_less_is_not(rows in cents(), share in 0.01..1.0_f64) {
            let values: Vec<f64> = rows.iter().map(|(v, _)| f64::from(*v)).collect();
            prop_assume!(values.iter().any(|value| *value > 0.0));
            let all = amounts(&values);
            let holders = all.holders_of(share).expect("a share");
            let held = |count: u64| all.top_share(count as f64 / all.n()).map_or(0.0, |top| top.share);
            prop_assert!((held(holders.holders) - holders.held).abs() < 1e-14);
            prop_assert!(held(holders.holders) >= share - 1e-12);
            prop_assert!(held(holders.holders - 1) < share + 1e-12);
        }
    }
}
