//! How large an experiment must be, before it is run.
//!
//! ```text
//! shares   n per arm = (z √(2p̄(1 − p̄)) + z′ √(p₁(1 − p₁) + p₀(1 − p₀)))² / (p₁ − p₀)²
//! means    smallest difference = δ σ √(1/n₁ + 1/n₀),  P(|T(δ)| > t) = power
//! ```
//!
//! with p̄ the mean of both shares, z the 97.5 % point of the normal distribution
//! and z′ the point that a share of `power` stays below; t the 97.5 % point of
//! Student's distribution with n₁ + n₀ − 2 degrees of freedom and T(δ) the noncentral
//! one: so large an effect gives a two-sided p below 0.05 with that probability. The
//! chance of finding it on the wrong side, P(T(δ) < −t), is part of that power.
//!
//! Sources: Fleiss, Levin and Paik (2003), "Statistical Methods for Rates and
//! Proportions", 3rd ed., 4.2; Cohen (1988), "Statistical Power Analysis for the
//! Behavioral Sciences", 2nd ed., 2.4.

use crate::kernel::OutOfDomain;
use crate::kernel::amount::ensure_amount;
use crate::kernel::domain::{ensure, ensure_not_negative};
use crate::kernel::level::{Level, Z};
use crate::kernel::maths::normal::{quantile, upper_tail};
use crate::kernel::maths::student::{critical, shifted_upper_tail};

/// Degrees of freedom from which the normal distribution gives the same to nine digits.
const NEAR_NORMAL: f64 = 1e9;

/// How surely an effect shall be found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Power {
    share: f64,
    /// The point of the normal distribution that this share stays below.
    z: f64,
}

impl Power {
    /// Checks the probability.
    ///
    /// # Errors
    /// It is not from 0.5 to 0.999999.
    pub fn new(power: f64) -> Result<Self, OutOfDomain> {
        let usable = (0.5..=0.999_999).contains(&power);
        ensure(usable, "power", "between 0.5 and 0.999999", power)?;
        Ok(Self { share: power, z: quantile(power) })
    }
}

/// Subjects needed in each of two arms of equal size, to distinguish two shares.
///
/// # Errors
/// A share is not within 0 to 1, or both are the same.
pub fn sample_size_of_shares(
    share: f64,
    share_other: f64,
    power: Power,
) -> Result<f64, OutOfDomain> {
    ensure((0.0..=1.0).contains(&share), "share", "between 0 and 1", share)?;
    let inside = (0.0..=1.0).contains(&share_other);
    ensure(inside, "share_other", "between 0 and 1", share_other)?;
    let apart = (share - share_other).abs();
    ensure(apart > 0.0, "share_other", "different from `share`", share_other)?;
    let single = |share: f64| share * (1.0 - share);
    let null = (2.0 * single(f64::midpoint(share, share_other))).sqrt();
    let effect = (single(share) + single(share_other)).sqrt();
    Ok(((Z * null + power.z * effect) / apart).powi(2).ceil())
}

/// The smallest difference of means that two arms of these sizes find.
///
/// # Errors
/// `standard_deviation` is negative, a size below 1, or both together below 3.
pub fn detectable_difference(
    standard_deviation: f64,
    n_treated: f64,
    n_control: f64,
    power: Power,
) -> Result<f64, OutOfDomain> {
    ensure_not_negative("standard_deviation", standard_deviation)?;
    ensure_amount("standard_deviation", standard_deviation)?;
    ensure(n_treated >= 1.0, "n_treated", "at least 1", n_treated)?;
    ensure(n_control >= 1.0, "n_control", "at least 1", n_control)?;
    let freedom = n_treated + n_control - 2.0;
    ensure(freedom >= 1.0, "n_treated", "at least 3 together with `n_control`", n_treated)?;
    let scale = standard_deviation * (1.0 / n_treated + 1.0 / n_control).sqrt();
    Ok(detectable_shift(freedom, power) * scale)
}

/// Standard errors between two means that are found with this power.
fn detectable_shift(freedom: f64, power: Power) -> f64 {
    let point = critical(Level::USUAL, freedom);
    let beyond = |shift: f64| match freedom > NEAR_NORMAL {
        true => upper_tail(point - shift),
        false => shifted_upper_tail(point, shift, freedom),
    };
    let found = |shift: f64| beyond(shift) + beyond(-shift) >= power.share;
    let (mut low, mut high) = (0.0, 2.0 * (Z + power.z));
    while !found(high) && high.is_finite() {
        (low, high) = (high, 2.0 * high);
    }
    while high - low > 1e-12 * high {
        let middle = f64::midpoint(low, high);
        if found(middle) { high = middle } else { low = middle }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    fn power(power: f64) -> Power {
        Power::new(power).expect("in domain")
    }

    #[test]
    fn sizes_are_those_that_r_gives() {
        // power.prop.test(p1 =, p2 =, power =), rounded up.
        for (share, other, wanted, n) in
            [(0.10, 0.12, 0.8, 3841.0), (0.50, 0.75, 0.9, 77.0), (0.05, 0.10, 0.8, 435.0)]
        {
            let got = sample_size_of_shares(share, other, power(wanted));
            assert_eq!(got, Ok(n), "{share} {other}");
            assert_eq!(got, sample_size_of_shares(other, share, power(wanted)));
        }
        // Forty-digit arithmetic: different is different, however little.
        for (share, other, n) in [
            (0.5, 0.500_000_001, 3.924_440_089_156_032_5e18),
            (0.1, 0.1 + 1e-12, 1.412_782_433_320_125e24),
        ] {
            let got = sample_size_of_shares(share, other, power(0.8)).expect("different");
            assert!((got / n - 1.0).abs() < 1e-12, "{got}");
        }
    }

    #[test]
    fn differences_are_those_that_a_t_test_finds() {
        // Both tails of the noncentral t distribution, integrated in another library, by bisection.
        for (deviation, treated, control, wanted, difference) in [
            (1.0, 5.0, 5.0, 0.8, 2.024_439_339_384_543_2),
            (1.0, 5.0, 5.0, 0.9, 2.347_951_126_326_375),
            (1.0, 2.0, 1.0, 0.8, 20.004_993_592_735_925),
            (2.0, 10.0, 30.0, 0.8, 2.099_543_566_988_417),
            (1.0, 50.0, 50.0, 0.5, 0.395_853_239_855_757_4),
            (40.0, 5000.0, 5000.0, 0.8, 2.241_480_744_423_35),
            (1.0, 30.0, 4.0, 0.5, 1.075_570_593_381_324_2),
            (1.0, 1e10, 1e10, 0.5, 2.771_650_580_456_347_3e-5),
        ] {
            let got = detectable_difference(deviation, treated, control, power(wanted));
            let got = got.expect("in domain");
            assert!((got / difference - 1.0).abs() < 1e-7, "{treated} {control} {wanted}: {got}");
        }
        assert!(detectable_difference(1.0, 1.0, 1.0, power(0.8)).is_err());
    }

    #[test]
    fn the_classic_sixteen() {
        // n = 16 σ²/δ² per arm finds δ four times in five (Lehr's rule, 15.7).
        let got = detectable_difference(1.0, 1600.0, 1600.0, power(0.8)).expect("in domain");
        assert!((got - 0.099_080_631_454).abs() < 1e-9, "{got}");
        assert!(detectable_difference(0.0, 5.0, 5.0, power(0.8)).expect("in domain") < 1e-300);
    }

    #[test]
    fn a_mistake_names_the_rule() {
        let error = sample_size_of_shares(0.1, 0.1, power(0.8)).expect_err("the same");
        assert_eq!(error.to_string(), "`share_other` must be different from `share`, got 0.1");
        let error = Power::new(0.2).expect_err("too little");
        assert_eq!(error.to_string(), "`power` must be between 0.5 and 0.999999, got 0.2");
    }
}
