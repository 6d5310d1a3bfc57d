//! The ends of an interval in which a number of purchases will lie.
//!
//! The probability of at least n purchases is a sum of positive terms in every
//! model, so tails keep their digits, and a quantile is found by asking for a few of
//! them.

use crate::kernel::OutOfDomain;
use crate::kernel::domain::{ensure, ensure_whole};

/// Passes for a number of purchases.
///
/// # Errors
/// `n` is not a whole number.
pub fn check_purchases(n: f64) -> Result<(), OutOfDomain> {
    ensure_whole("n", n)
}

/// An end of an interval with equal tails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Below it lies (1 − level)/2.
    Lower,
    /// Above it lies (1 − level)/2.
    Upper,
}

impl End {
    /// The probability that lies above this end.
    ///
    /// # Errors
    /// `level` is not between 0 and 1.
    pub fn above(self, level: f64) -> Result<f64, OutOfDomain> {
        ensure(level > 0.0 && level < 1.0, "level", "between 0 and 1, both excluded", level)?;
        Ok(match self {
            Self::Lower => 0.5 * (1.0 + level),
            Self::Upper => 0.5 * (1.0 - level),
        })
    }
}

/// The least n for which P(Y > n) ≤ `above`, where `at_least` gives P(Y ≥ n). NaN
/// where that has no value, and beyond [`MOST_PURCHASES`].
///
/// # Errors
/// What `at_least` finds.
pub fn quantile<E>(above: f64, mut at_least: impl FnMut(f64) -> Result<f64, E>) -> Result<f64, E> {
    let mut enough =
        |n: f64| at_least(n + 1.0).map(|chance| (!chance.is_nan()).then_some(chance <= above));
    match enough(0.0)? {
        Some(true) => return Ok(0.0),
        Some(false) => {}
        None => return Ok(f64::NAN),
    }
    let (mut low, mut high) = (0.0, 1.0);
    while enough(high)? == Some(false) {
        (low, high) = (high, 2.0 * high);
        if high > MOST_PURCHASES {
            return Ok(f64::NAN);
        }
    }
    while high - low > 1.0 {
        let middle = f64::midpoint(low, high).floor();
        match enough(middle)? {
            Some(true) => high = middle,
            Some(false) => low = middle,
            None => return Ok(f64::NAN),
        }
    }
    Ok(if enough(high)?.is_some() { high } else { f64::NAN })
}

/// From here on integers are not distinguished.
pub const MOST_PURCHASES: f64 = 4_503_599_627_370_496.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_the_least_number_that_is_enough() {
        // P(Y ≥ n) = 2⁻ⁿ.
        for (above, want) in [(0.6, 0.0), (0.5, 0.0), (0.49, 1.0), (0.25, 1.0), (1e-3, 9.0)] {
            let got = quantile(above, |n| Ok::<_, OutOfDomain>(0.5_f64.powf(n)));
            assert_eq!(got.map(f64::to_bits), Ok(f64::to_bits(want)), "{above}");
        }
        for without_end in [1.0, f64::NAN] {
            let got = quantile(0.5, |_| Ok::<_, OutOfDomain>(without_end));
            assert!(got.is_ok_and(f64::is_nan), "{without_end}");
        }
        let error = End::Upper.above(1.0).expect_err("out of domain");
        assert_eq!(error.to_string(), "`level` must be between 0 and 1, both excluded, got 1");
    }
}
