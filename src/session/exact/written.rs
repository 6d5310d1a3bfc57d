//! Floats as they are written: the shortest decimal that represents the number.
//!
//! A float is a binary fraction near the number that was meant: 1.005 is a little less. The engine
//! multiplies by powers of ten and rounds the result, so that `round(1.005, 2)` is 1 and
//! `trunc(0.29, 2)` is 0.28, and a cast to many digits shows digits that were never written.
//! Rounding the written number gives 1.01, 0.29, and zeros.

use super::decimal::quotient;

/// A number as digits and a power of ten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written {
    digits: i128,
    exponent: i32,
}

impl Written {
    /// The number, unless it is infinite or NaN. `text` is written as `-1.25e-3`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = text.split_once('e')?;
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{part}").parse().ok()?;
        let exponent: i32 = exponent.parse().ok()?;
        Some(Self { digits, exponent: exponent - i32::try_from(part.len()).ok()? })
    }

    /// In units of the last digit at a given scale, rounded half away from zero.
    pub(super) fn rounded(self, scale: i32) -> Option<i128> {
        self.scaled(scale, quotient)
    }

    /// The same, cut.
    pub(super) fn cut(self, scale: i32) -> Option<i128> {
        self.scaled(scale, |numerator, denominator| numerator / denominator)
    }

    fn scaled(self, scale: i32, divide: impl Fn(i128, i128) -> i128) -> Option<i128> {
        let exponent = self.exponent.saturating_add(scale);
        let power = 10_i128.checked_pow(exponent.unsigned_abs());
        match (exponent >= 0, power) {
            (true, Some(power)) => self.digits.checked_mul(power),
            (true, None) => (self.digits == 0).then_some(0),
            (false, Some(power)) => Some(divide(self.digits, power)),
            (false, None) => Some(0),
        }
    }
}

/// A float with a given number of digits after the point, by rounding or truncating its notation.
pub(super) fn shortened(value: f64, scale: i32, cut: bool) -> f64 {
    let Some(written) = Written::parse(&format!("{value:e}")) else { return value };
    let whole = if cut { written.cut(scale) } else { written.rounded(scale) };
    match whole {
        // There are no digits so far behind the point.
        None => value,
        _ if written.exponent.saturating_add(scale) >= 0 => value,
        Some(whole) => format!("{whole}e{}", -i64::from(scale)).parse().unwrap_or(value),
    }
}

#[cfg(test)]
mod tests {
    use super::{Written, shortened};

    #[test]
    fn a_float_is_rounded_as_it_is_written() {
        let rounded = |value, scale| shortened(value, scale, false);
        for (value, scale, expected) in [
            (1.005, 2, 1.01),
            (2.675, 2, 2.68),
            (-2.675, 2, -2.68),
            (0.285, 2, 0.29),
            (1234.5, -2, 1200.0),
            (1250.0, -2, 1300.0),
            (1e300, 2, 1e300),
            (5e-324, 3, 0.0),
            (0.1, 300, 0.1),
            (9.995, 2, 10.0),
        ] {
            assert_eq!(rounded(value, scale).to_bits(), f64::to_bits(expected), "{value} {scale}");
        }
        assert!(rounded(f64::NAN, 2).is_nan());
    }

    #[test]
    fn a_float_is_cut_as_it_is_written() {
        for (value, expected) in [(0.29, 0.29), (1.15, 1.15), (4.35, 4.35), (-2.789, -2.78)] {
            assert_eq!(shortened(value, 2, true).to_bits(), f64::to_bits(expected));
        }
    }

    #[test]
    fn a_float_has_the_digits_that_are_written_and_no_others() {
        let tenth = Written::parse("1e-1").unwrap();
        assert_eq!(tenth.rounded(30), Some(10_i128.pow(29)));
        assert_eq!(Written::parse("NaN"), None);
        assert_eq!(Written::parse("1e300").unwrap().rounded(2), None);
    }
}
