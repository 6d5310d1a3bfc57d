//! How evenly an amount is spread over categories: Shannon's entropy.
//!
//! ```text
//! pᵢ = xᵢ / Σ x     H = −Σ pᵢ ln pᵢ  (nats, 0 to ln n)     exp H  effective number
//! ```
//!
//! Categories without an amount count as not there.
//!
//! Sources: Shannon (1948), "A Mathematical Theory of Communication", Bell Syst.
//! Tech. J. 27, 379–423; Hill (1973), "Diversity and Evenness: A Unifying
//! Notation and Its Consequences", Ecology 54(2), 427–432 (exp H).

use super::OutOfDomain;
use super::domain::ensure_not_negative;
use crate::kernel::maths::sum::Sum;

/// How diverse the amounts are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Diversity {
    /// In nats, 0 for a single category.
    pub entropy: f64,
    /// So many categories of equal amount would be as diverse: 1 to `categories`.
    pub effective_number: f64,
    /// Categories with an amount above zero.
    pub categories: u64,
}

/// The diversity of amounts, one per category, each with how often it occurs.
///
/// `None` where no category has an amount.
///
/// # Errors
/// An amount is negative or not finite.
pub fn diversity(amounts: &[(f64, u64)]) -> Result<Option<Diversity>, OutOfDomain> {
    for (amount, _) in amounts {
        ensure_not_negative("amount", *amount)?;
    }
    let largest = amounts.iter().map(|(amount, _)| *amount).fold(0.0, f64::max);
    // Relative to the largest, so that the sum cannot overflow.
    let there: Vec<(f64, f64, u64)> = amounts
        .iter()
        .filter(|(amount, _)| *amount > 0.0)
        .map(|(amount, count)| (amount / largest, *count as f64, *count))
        .collect();
    let total = there.iter().map(|(amount, n, _)| amount * n).collect::<Sum>().value();
    // An amount too small to divide has no part in the entropy either.
    let parts = there.iter().filter(|(amount, ..)| *amount > 0.0);
    let terms: Sum = parts.map(|(amount, n, _)| n * amount * (total / amount).ln()).collect();
    let entropy = (terms.value() / total).max(0.0);
    Ok((largest > 0.0).then(|| Diversity {
        entropy,
        effective_number: entropy.exp(),
        categories: there.iter().map(|(_, _, count)| count).sum(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::concentration::Amounts;
    use crate::kernel::weights::Weights;
    use proptest::prelude::*;

    fn of(amounts: &[f64]) -> Option<Diversity> {
        let counted: Vec<_> = amounts.iter().map(|amount| (*amount, 1)).collect();
        diversity(&counted).expect("in domain")
    }

    #[test]
    fn equal_parts_have_the_logarithm_of_their_number() {
        for n in 1..=20_usize {
            let got = of(&vec![2.5; n]).expect("amounts");
            assert!((got.entropy - (n as f64).ln()).abs() < 1e-14);
            assert!((got.effective_number - n as f64).abs() < 1e-12);
        }
        // R: -sum(c(.5, .25, .25) * log(c(.5, .25, .25))) = 1.5 ln 2
        let got = of(&[2.0, 1.0, 1.0, 0.0]).expect("amounts");
        assert!((got.entropy - 1.5 * std::f64::consts::LN_2).abs() < 1e-15);
        assert_eq!(got.categories, 3);
    }

    #[test]
    fn nothing_has_no_entropy_and_debts_are_refused() {
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[0.0, 0.0]), None);
        let error = diversity(&[(-1.0, 1)]).expect_err("negative");
        assert_eq!(error.to_string(), "`amount` must be finite and >= 0, got -1");
        assert!(of(&[1e-320, 1e308, 1e308]).expect("amounts").entropy.is_finite());
    }

    proptest! {
        #[test]
        fn entropy_and_theils_index_add_up_to_the_logarithm_of_n(
            amounts in prop::collection::vec(1_u32..10_000, 1..30),
        ) {
            let amounts: Vec<f64> = amounts.into_iter().map(f64::from).collect();
            let got = of(&amounts).expect("amounts");
            let theil = Amounts::new(amounts.iter().map(|amount| (*amount, 1.0, 1)), Weights::Counts)
                .expect("in domain")
                .expect("amounts")
                .theil()
                .expect("in range");
            prop_assert!((got.entropy + theil.value - (amounts.len() as f64).ln()).abs() < 1e-12);
            prop_assert!(got.effective_number <= amounts.len() as f64 * (1.0 + 1e-12));
        }
    }
}
