//! p-values of many tests at once.
//!
//! Of twenty tests of true null hypotheses, one is below 0.05 on average. An adjusted p-value is
//! compared with the same threshold as a single one, and then the guarantee is for all tests
//! together. With m known p-values in ascending order, p₁ ≤ p₂ ≤ … ≤ pₘ:
//!
//! ```text
//! Holm                   max over j ≤ i of (m−j+1)·pⱼ   chance of any false alarm
//! Benjamini, Hochberg    min over j ≥ i of m/j·pⱼ       expected share of false alarms among the alarms
//! ```
//!
//! both at most 1. Holm's is valid under any dependence of the tests; Benjamini and Hochberg's if
//! they are independent, or positively dependent (Benjamini and Yekutieli 2001). An unknown p-value
//! does not count as a test.
//!
//! Sources: Holm (1979), "A Simple Sequentially Rejective Multiple Test Procedure", Scandinavian Journal of
//! Statistics 6(2), 65–70; Benjamini and Hochberg (1995), "Controlling the False Discovery Rate", Journal of
//! the Royal Statistical Society B 57(1), 289–300.

use super::domain::{OutOfDomain, ensure};

/// Adjusts for the chance of any false alarm; in the order given.
///
/// # Errors
/// A p-value is not from 0 to 1.
pub fn holm(p_values: &[Option<f64>]) -> Result<Vec<Option<f64>>, OutOfDomain> {
    let known = ascending(p_values)?;
    let (mut adjusted, mut largest) = (p_values.to_vec(), 0.0_f64);
    for (below, (place, p)) in known.iter().enumerate() {
        largest = largest.max((known.len() - below) as f64 * p).min(1.0);
        adjusted[*place] = Some(largest);
    }
    Ok(adjusted)
}

/// Adjusts for the expected share of false alarms among all alarms; in the order given.
///
/// # Errors
/// A p-value is not from 0 to 1.
pub fn benjamini_hochberg(p_values: &[Option<f64>]) -> Result<Vec<Option<f64>>, OutOfDomain> {
    let known = ascending(p_values)?;
    let (mut adjusted, mut least) = (p_values.to_vec(), 1.0_f64);
    for (below, (place, p)) in known.iter().enumerate().rev() {
        least = least.min(p * (known.len() as f64 / (below + 1) as f64));
        adjusted[*place] = Some(least);
    }
    Ok(adjusted)
}

/// The p-values that are known, ascending, each with its place.
fn ascending(p_values: &[Option<f64>]) -> Result<Vec<(usize, f64)>, OutOfDomain> {
    let known = p_values.iter().enumerate().filter_map(|(place, p)| p.map(|p| (place, p)));
    let mut known: Vec<(usize, f64)> = known.collect();
    for (_, p) in &known {
        ensure((0.0..=1.0).contains(p), "p_values", "from 0 to 1", *p)?;
    }
    known.sort_by(|left, right| left.1.total_cmp(&right.1));
    Ok(known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Fifteen tests of Benjamini and Hochberg (1995), section 3.2, in another order and two unknown.
    const PAPER: [Option<f64>; 17] = [
        Some(0.0298),
        Some(0.0001),
        None,
        Some(0.0278),
        Some(0.0004),
        Some(0.0019),
        Some(0.0095),
        Some(0.0201),
        Some(0.0344),
        Some(0.0459),
        Some(0.3240),
        Some(0.4262),
        Some(0.5719),
        Some(0.6528),
        None,
        Some(0.7590),
        Some(1.0),
    ];

    fn assert_adjusted(got: &[Option<f64>], want: &[Option<f64>]) {
        assert_eq!(got.len(), want.len());
        for (got, want) in got.iter().zip(want) {
            match (got, want) {
                (Some(got), Some(want)) => assert!((got - want).abs() < 1e-14, "{got}, not {want}"),
                (got, want) => assert_eq!(got, want),
            }
        }
    }

    #[test]
    fn the_papers_tests_are_adjusted_as_by_statsmodels() {
        // statsmodels 0.14, multipletests(…, method="holm") and "fdr_bh".
        let (any, share) = (holm(&PAPER), benjamini_hochberg(&PAPER));
        let (any, share) = (any.expect("shares"), share.expect("shares"));
        assert_adjusted(&any, &HOLM);
        assert_adjusted(&share, &BENJAMINI_HOCHBERG);
        // Four are found at 0.05, as the paper says; Bonferroni's and Holm's find three.
        let below =
            |adjusted: &[Option<f64>]| adjusted.iter().flatten().filter(|p| **p <= 0.05).count();
        assert_eq!([below(&share), below(&any)], [4, 3]);
    }

    #[test]
    fn one_test_needs_no_adjustment_and_none_is_none() {
        for adjust in [holm, benjamini_hochberg] {
            assert_eq!(adjust(&[Some(0.04)]), Ok(vec![Some(0.04)]));
            assert_eq!(adjust(&[None, Some(0.0), None]), Ok(vec![None, Some(0.0), None]));
            assert_eq!(adjust(&[None]), Ok(vec![None]));
            assert_eq!(adjust(&[]), Ok(Vec::new()));
        }
    }

    #[test]
    fn what_is_no_probability_is_refused() {
        for wrong in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            let error = holm(&[Some(0.5), Some(wrong)]).expect_err("no probability").to_string();
            assert!(error.starts_with("`p_values` must be from 0 to 1"), "{error}");
            assert!(benjamini_hochberg(&[Some(wrong)]).is_err());
        }
    }

    proptest! {
        #[test]
        fn adjusting_keeps_the_order_and_never_helps(
            p_values in prop::collection::vec(prop::option::of(0.0..=1.0_f64), 0..30),
        ) {
            let (holm, fdr) = (holm(&p_values), benjamini_hochberg(&p_values));
            let (holm, fdr) = (holm.expect("shares"), fdr.expect("shares"));
            let mut rows: Vec<_> = (0..p_values.len())
                .filter_map(|i| Some((p_values[i]?, fdr[i]?, holm[i]?)))
                .collect();
            prop_assert_eq!(rows.len(), p_values.iter().flatten().count());
            rows.sort_by(|left, right| left.0.total_cmp(&right.0));
            for (p, fdr, holm) in &rows {
                prop_assert!(p <= fdr && *fdr <= holm * (1.0 + 1e-15) && *holm <= 1.0);
            }
            for pair in rows.windows(2) {
                prop_assert!(pair[0].1 <= pair[1].1 && pair[0].2 <= pair[1].2);
            }
        }
    }

    const HOLM: [Option<f64>; 17] = [
        Some(0.278),
        Some(0.0015),
        None,
        Some(0.278),
        Some(0.0056),
        Some(0.0247),
        Some(0.114),
        Some(0.2211),
        Some(0.278),
        Some(0.3213),
        Some(1.0),
        Some(1.0),
        Some(1.0),
        Some(1.0),
        None,
        Some(1.0),
        Some(1.0),
    ];
    const BENJAMINI_HOCHBERG: [Option<f64>; 17] = [
        Some(0.063_857_142_857_142_9),
        Some(0.0015),
        None,
        Some(0.063_857_142_857_142_9),
        Some(0.003),
        Some(0.0095),
        Some(0.035_625),
        Some(0.0603),
        Some(0.0645),
        Some(0.0765),
        Some(0.486),
        Some(0.581_181_818_181_818),
        Some(0.714_875),
        Some(0.753_230_769_230_769),
        None,
        Some(0.813_214_285_714_286),
        Some(1.0),
    ];
}
