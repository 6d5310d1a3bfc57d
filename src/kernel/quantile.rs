//! Type-7 quantiles of a multiset: what R and spreadsheets do by default.
//!
//! The k-th of g cuts lies at position (n−1)·k/g of the sorted values, counted
//! from zero, and is interpolated linearly between its neighbours.
//!
//! With design weights the position is that among as many values as are effective (Kish's n), and a
//! quantile is the mean of the values that lie within 1/n there, each by how much of its weight does:
//!
//! ```text
//! Q = n Σ x · |[before x, after x] ∩ [h/n, (h+1)/n]|      h = (n−1)·k/g
//! ```
//!
//! with the share of all weights that lies before and after x. Equal weights give type 7.
//!
//! Sources: Hyndman and Fan (1996), "Sample Quantiles in Statistical Packages",
//! The American Statistician 50(4), 361–365, definition 7; with weights, Akinshin (2023), "Weighted
//! Quantile Estimators", arXiv:2304.07265.

use super::OutOfDomain;
use super::domain::{ensure, ensure_whole};
use super::weights::effective_size;
use crate::kernel::maths::sum::Sum;

/// More groups than this are a mistake.
const MOST_GROUPS: u32 = 10_000;

/// The number of groups that all of the rows of value and groups ask for.
/// `None` without rows.
///
/// # Errors
/// A value is not finite, or the rows do not ask for the same number from 1 to
/// 10,000.
pub fn check_groups(rows: impl IntoIterator<Item = [f64; 2]>) -> Result<Option<u32>, OutOfDomain> {
    let mut groups = None;
    for [value, wanted] in rows {
        ensure(value.is_finite(), "value", "finite", value)?;
        ensure_whole("groups", wanted)?;
        let count = (1..=MOST_GROUPS).find(|&count| f64::from(count).total_cmp(&wanted).is_eq());
        ensure(count.is_some(), "groups", "between 1 and 10000", wanted)?;
        ensure(groups.is_none() || groups == count, "groups", "the same in every row", wanted)?;
        groups = count;
    }
    Ok(groups)
}

/// The `groups − 1` cuts that split the values into groups of about equal size.
///
/// `values` are ascending, each with how often it occurs. Empty values have no
/// cuts: `None`.
#[must_use]
pub fn cuts(values: &[(f64, u64)], groups: u32) -> Option<Vec<f64>> {
    let n: u64 = values.iter().map(|(_, count)| count).sum();
    let last = n.checked_sub(1)?;
    let ends: Vec<u64> = values
        .iter()
        .scan(0, |end, (_, count)| {
            *end += count;
            Some(*end)
        })
        .collect();
    let at = |rank: u64| values[ends.partition_point(|&end| end <= rank)].0;
    let cut = |k: u32| {
        // Whole numbers, so that a cut that falls on a value is that value.
        let product = u128::from(last) * u128::from(k);
        let (rank, rest) = (product / u128::from(groups), product % u128::from(groups));
        let rank = u64::try_from(rank).unwrap_or(last).min(last);
        let (below, above) = (at(rank), at((rank + 1).min(last)));
        below + (above - below) * (rest as f64 / f64::from(groups))
    };
    Some((1..groups).map(cut).collect())
}

/// The cuts of values with the weight of one of each, and how many there are. Equal weights are as
/// none. `None` where nothing has a weight.
#[must_use]
pub(super) fn weighted_cuts(mut values: Vec<(f64, f64, u64)>, groups: u32) -> Option<Vec<f64>> {
    values.sort_by(|left, right| left.0.total_cmp(&right.0).then(left.1.total_cmp(&right.1)));
    if values.windows(2).all(|pair| pair[0].1.total_cmp(&pair[1].1).is_eq()) {
        let counted: Vec<_> = values.iter().map(|(value, _, count)| (*value, *count)).collect();
        return cuts(&counted, groups);
    }
    let n = effective_size(values.iter().map(|(_, weight, count)| (*weight, *count)))?;
    let largest = values.iter().map(|value| value.1).fold(0.0, f64::max);
    let weight =
        |&(value, weight, count): &(f64, f64, u64)| (value, weight / largest * count as f64);
    let masses: Vec<(f64, f64)> = values.iter().map(weight).collect();
    let all = masses.iter().map(|(_, mass)| *mass).collect::<Sum>().value();
    let cut = |k: u32| {
        let first = (n - 1.0).max(0.0) * f64::from(k) / f64::from(groups) / n;
        mean_between(&masses, all * first, all * (first + 1.0 / n).min(1.0))
    };
    Some((1..groups).map(cut).collect())
}

/// The mean of the values whose mass lies between two points of the whole.
fn mean_between(masses: &[(f64, f64)], low: f64, high: f64) -> f64 {
    let (mut before, mut inside) = (Sum::default(), Vec::new());
    for (value, mass) in masses {
        let start = before.value();
        before.add(*mass);
        let share = (before.value().min(high) - start.max(low)) / (high - low);
        // What rounding leaves of a neighbour would move a cut off the value that it falls on.
        if share > 1e-9 {
            inside.push((*value, share));
        }
    }
    let (first, last) =
        (inside.first().map_or(f64::NAN, |it| it.0), inside.last().map_or(f64::NAN, |it| it.0));
    let shares: f64 = inside.iter().map(|(_, share)| share).sum();
    // From the first, so that equal values give that value.
    let above: f64 = inside.iter().map(|(value, share)| (value - first) * share / shares).sum();
    (first + above).clamp(first, last)
}

/// 1 + the number of cuts below `value`. `None` where one of them is NaN, which is
/// neither below nor above.
pub fn score(value: f64, cuts: impl IntoIterator<Item = f64>) -> Option<i32> {
    let first = (!value.is_nan()).then_some(1)?;
    cuts.into_iter().try_fold(first, |score, cut| {
        cut.partial_cmp(&value).map(|order| score + i32::from(order.is_lt()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn equal_weights_cut_as_no_weights_do() {
        let values = [(1.0, 3), (2.5, 1), (4.0, 5), (9.0, 2)];
        for groups in 2..12 {
            let weighted = values.map(|(value, count)| (value, 0.3, count)).to_vec();
            assert_eq!(weighted_cuts(weighted, groups), cuts(&values, groups), "{groups}");
        }
        assert_eq!(weighted_cuts(Vec::new(), 4), None);
    }

    #[test]
    fn design_weights_cut_where_the_population_is() {
        // 1 and 2 of 12 answers each with weight 6, 3 to 5 with weight 1: of all weight, the first
        // quarter ends within 1 and the third within 2, as among 180 answers.
        let values: Vec<_> = [(1.0, 6.0), (2.0, 6.0), (3.0, 1.0), (4.0, 1.0), (5.0, 1.0)]
            .map(|(value, weight)| (value, weight, 12))
            .to_vec();
        assert_eq!(weighted_cuts(values.clone(), 4), Some(vec![1.0, 2.0, 2.0]));
        // However the weights are split among rows, and whatever their unit.
        let split: Vec<_> = values
            .iter()
            .flat_map(|(v, w, n)| vec![(*v, w / 7.0, 1); usize::try_from(*n).expect("few")])
            .collect();
        assert_eq!(weighted_cuts(split, 4), Some(vec![1.0, 2.0, 2.0]));
        // Weights 1, 2, 1 are as 8/3 answers; the middle third of the whole, from 5/16 to 11/16, is within 2.
        let three = vec![(1.0, 1.0, 1), (2.0, 2.0, 1), (4.0, 1.0, 1)];
        assert_eq!(weighted_cuts(three.clone(), 2), Some(vec![2.0]));
        // From (n−1)/4n = 5/32 to 17/32: 3/32 of 1 and 9/32 of 2, in twelfths.
        let quartile = weighted_cuts(three, 4).expect("weight")[0];
        assert!((quartile - 1.75).abs() < 1e-12, "{quartile}");
    }

    #[test]
    fn cuts_interpolate_as_r_does() {
        let values: Vec<_> = [1.0, 2.0, 4.0, 8.0].map(|value| (value, 1)).to_vec();
        // quantile(c(1, 2, 4, 8), 1:4 / 5)
        let want = [1.6, 2.4, 3.6, 5.6];
        for (got, want) in cuts(&values, 5).expect("values").into_iter().zip(want) {
            assert!((got - want).abs() < 1e-12, "{got} {want}");
        }
        assert_eq!(cuts(&values, 1), Some(vec![]));
        assert_eq!(cuts(&[(3.0, 7)], 3), Some(vec![3.0, 3.0]));
        assert_eq!(cuts(&[], 5), None);
    }

    #[test]
    fn a_value_on_a_cut_belongs_to_the_group_below() {
        let scores = [0.5, 1.0, 1.5, 9.0].map(|value| score(value, [1.0, 2.0, 3.0]));
        assert_eq!(scores, [1, 1, 2, 4].map(Some));
    }

    #[test]
    fn what_is_no_number_is_in_no_group() {
        assert_eq!(score(f64::NAN, [1.0, 2.0]), None);
        assert_eq!(score(f64::NAN, []), None);
        assert_eq!(score(0.0, [1.0, f64::NAN]), None);
        assert_eq!(score(f64::INFINITY, [1.0, 2.0]), Some(3));
    }

    proptest! {
        #[test]
        fn a_count_is_the_same_as_repetition(
            values in prop::collection::btree_map(-1000_i32..1000, 1_u64..5, 1..40), groups in 1_u32..12,
        ) {
            let counted: Vec<_> = values.iter().map(|(v, n)| (f64::from(*v), *n)).collect();
            let repeated: Vec<_> = counted
                .iter()
                .flat_map(|&(v, n)| (0..n).map(move |_| (v, 1)))
                .collect();
            prop_assert_eq!(cuts(&counted, groups), cuts(&repeated, groups));
            let cuts = cuts(&counted, groups).expect("values");
            prop_assert!(cuts.is_sorted());
        }
    }
}
