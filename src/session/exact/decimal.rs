//! Decimals as whole numbers of their last digit.

use datafusion::arrow::datatypes::{Decimal128Type, DecimalType, i256};

/// Digits of the widest decimal.
pub(super) const DIGITS: u8 = 38;

/// Ten to a power.
pub(super) fn power(exponent: u32) -> i256 {
    i256::from_i128(10).wrapping_pow(exponent)
}

/// A quotient rounded half away from zero. The denominator is not zero.
pub(super) fn quotient(numerator: i128, denominator: i128) -> i128 {
    let (whole, rest) = (numerator / denominator, numerator % denominator);
    let up = rest.unsigned_abs() >= denominator.unsigned_abs() - rest.unsigned_abs();
    match (up, (numerator < 0) == (denominator < 0)) {
        (false, _) => whole,
        (true, true) => whole + 1,
        (true, false) => whole - 1,
    }
}

/// The same where 128 bits are too few; nothing where the answer has more.
pub(super) fn wide_quotient(numerator: i256, denominator: i256) -> Option<i128> {
    let whole = numerator.checked_div(denominator)?;
    let rest = numerator.checked_rem(denominator)?.wrapping_abs();
    let up = rest >= denominator.wrapping_abs().wrapping_sub(rest);
    let negative = numerator.is_negative() != denominator.is_negative();
    let step = i256::from_i128(if negative { -1 } else { 1 });
    if up { whole.wrapping_add(step).to_i128() } else { whole.to_i128() }
}

/// The value, if it has at most so many digits.
pub(super) fn within(value: i128, precision: u8) -> Option<i128> {
    (value.unsigned_abs() < 10_u128.pow(u32::from(precision))).then_some(value)
}

/// A value as it is written.
pub(super) fn written(value: i128, scale: i8) -> String {
    Decimal128Type::format_decimal(value, DIGITS, scale)
}
