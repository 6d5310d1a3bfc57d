//! How far weights have moved from what they were.
//!
//! Weights are divided by their sum first. With p now and q before:
//!
//! ```text
//! drift           ½ Σ |p − q|                          0 to 1
//! Kullback-Leibler  Σ p ln(p/q)                        0 to infinity
//! Jensen-Shannon  ½ Σ p ln(p/m) + ½ Σ q ln(q/m), m = (p+q)/2   0 to ln 2
//! ```
//!
//! Sources: Kullback and Leibler (1951), "On Information and Sufficiency",
//! Annals of Mathematical Statistics 22(1), 79–86; Lin (1991), "Divergence
//! Measures Based on the Shannon Entropy", IEEE Transactions on Information
//! Theory 37(1), 145–151.

use super::OutOfDomain;
use super::domain::ensure;

/// How far two sets of weights are apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeightDrift {
    /// Half the sum of absolute differences: the weight that has moved.
    pub drift: f64,
    /// `None` where something has weight now that had none before: infinite.
    pub kullback_leibler: Option<f64>,
    /// In nats.
    pub jensen_shannon: f64,
}

/// Weights now against those before, in the same order. `None` where either
/// adds up to nothing.
///
/// # Errors
/// The lists differ in length, or a weight is negative or not finite.
pub fn weight_drift(now: &[f64], before: &[f64]) -> Result<Option<WeightDrift>, OutOfDomain> {
    let length = now.len() as f64;
    ensure(now.len() == before.len(), "weights", "as many as `weights_before`", length)?;
    let (Some(now), Some(before)) = (shares("weights", now)?, shares("weights_before", before)?)
    else {
        return Ok(None);
    };
    let pairs = || now.iter().copied().zip(before.iter().copied());
    let jensen_shannon =
        pairs().map(|(p, q)| gain(p, p.midpoint(q)) + gain(q, p.midpoint(q))).sum::<f64>() / 2.0;
    let known = pairs().all(|(p, q)| p <= 0.0 || q > 0.0);
    let divergence: f64 = pairs().map(|(p, q)| gain(p, q)).sum();
    Ok(Some(WeightDrift {
        drift: (pairs().map(|(p, q)| (p - q).abs()).sum::<f64>() / 2.0).min(1.0),
        kullback_leibler: (known && divergence.is_finite()).then(|| divergence.max(0.0)),
        jensen_shannon: jensen_shannon.clamp(0.0, std::f64::consts::LN_2),
    }))
}

/// Weights divided by their sum. `None` where that is nothing.
fn shares(name: &'static str, weights: &[f64]) -> Result<Option<Vec<f64>>, OutOfDomain> {
    for weight in weights {
        ensure(weight.is_finite() && *weight >= 0.0, name, "finite and >= 0", *weight)?;
    }
    // By the largest first, so that no sum overflows.
    let largest = weights.iter().copied().fold(0.0, f64::max);
    let sum: f64 = weights.iter().map(|weight| weight / largest).sum();
    Ok((largest > 0.0).then(|| weights.iter().map(|weight| weight / largest / sum).collect()))
}

/// p ln(p/q), 0 where p is 0.
fn gain(p: f64, q: f64) -> f64 {
    if p > 0.0 { p * (p / q).ln() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_tenth_has_moved() {
        let got = weight_drift(&[0.3, 0.3, 0.3, 0.1], &[4.0, 3.0, 2.0, 1.0]);
        let got = got.expect("in domain").expect("weights");
        assert!((got.drift - 0.1).abs() < 1e-15);
        let divergence = got.kullback_leibler.expect("finite");
        assert!((divergence - 0.035_334_910_696_915).abs() < 1e-14);
        assert!((got.jensen_shannon - 0.008_617_554_938_488).abs() < 1e-14);
    }

    #[test]
    fn what_is_new_is_infinitely_surprising_which_is_no_number() {
        let got = weight_drift(&[0.5, 0.5], &[1.0, 0.0]).expect("in domain").expect("weights");
        assert_eq!(got.kullback_leibler, None);
        let gone = weight_drift(&[1.0, 0.0], &[0.5, 0.5]).expect("in domain").expect("weights");
        assert!((gone.kullback_leibler.expect("finite") - std::f64::consts::LN_2).abs() < 1e-15);
        assert!((gone.jensen_shannon - got.jensen_shannon).abs() < 1e-16);
        let apart = weight_drift(&[1.0, 0.0], &[0.0, 1.0]).expect("in domain").expect("weights");
        assert!((apart.jensen_shannon - std::f64::consts::LN_2).abs() < 1e-15);
    }

    #[test]
    fn weights_that_cannot_be_compared_are_refused() {
        let error = weight_drift(&[1.0], &[1.0, 2.0]).expect_err("lengths");
        assert_eq!(error.to_string(), "`weights` must be as many as `weights_before`, got 1");
        let error = weight_drift(&[1.0, -1.0], &[1.0, 2.0]).expect_err("negative");
        assert_eq!(error.to_string(), "`weights` must be finite and >= 0, got -1");
        assert_eq!(weight_drift(&[0.0, 0.0], &[1.0, 2.0]), Ok(None));
        assert_eq!(weight_drift(&[], &[]), Ok(None));
    }

    proptest! {
        #[test]
        fn distances_keep_to_their_bounds(
            pairs in prop::collection::vec((0.0..1e300_f64, 0.0..5.0_f64), 1..20),
        ) {
            let (now, before): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
            if let Some(got) = weight_drift(&now, &before).expect("in domain") {
                let other = weight_drift(&before, &now).expect("in domain").expect("weights");
                prop_assert!((0.0..=1.0).contains(&got.drift));
                prop_assert!((got.drift - other.drift).abs() < 1e-12);
                // Pinsker's inequality.
                let divergence = got.kullback_leibler.unwrap_or(f64::MAX);
                prop_assert!(divergence >= 2.0 * got.drift * got.drift - 1e-12);
            }
        }
    }
}
