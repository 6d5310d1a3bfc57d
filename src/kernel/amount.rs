//! Amounts that can be reckoned with.

use super::domain::{OutOfDomain, ensure};

/// Amounts beyond this are mistakes, and results from them could overflow.
pub const LARGEST: f64 = 1e60;

/// Accepts a plausible amount of money, or another plausible figure.
pub(super) fn ensure_amount(name: &'static str, value: f64) -> Result<(), OutOfDomain> {
    ensure(value.abs() <= LARGEST, name, "between -1e60 and 1e60", value)
}

/// The same number, of which there is one zero: −0 becomes 0.
#[must_use]
pub fn positive_zero(number: f64) -> f64 {
    number + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_zero() {
        for (number, want) in
            [(-0.0, 0.0_f64), (0.0, 0.0), (-1.5, -1.5), (f64::INFINITY, f64::INFINITY)]
        {
            assert_eq!(positive_zero(number).to_bits(), want.to_bits());
        }
        assert!(positive_zero(f64::NAN).is_nan());
    }

    #[test]
    fn what_could_overflow_is_refused() {
        assert_eq!(ensure_amount("margin", -12.5), Ok(()));
        for value in [f64::NAN, f64::INFINITY, -1e61] {
            let error = ensure_amount("margin", value).expect_err("no amount").to_string();
            assert!(error.starts_with("`margin` must be between -1e60 and 1e60"), "{error}");
        }
    }
}
