//! Numbers and truth values.

use std::num::IntErrorKind;

use super::reason::Reason;

const TRUE: [&str; 5] = ["true", "t", "1", "yes", "y"];
const FALSE: [&str; 5] = ["false", "f", "0", "no", "n"];

/// A truth value in any case.
pub(crate) fn boolean(text: &str) -> Result<bool, Reason> {
    let among = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    match (among(&TRUE), among(&FALSE)) {
        (true, _) => Ok(true),
        (_, true) => Ok(false),
        _ => Err(Reason::BadBoolean),
    }
}

/// A whole number of 32 bits.
pub(crate) fn int32(text: &str) -> Result<i32, Reason> {
    text.parse().map_err(|error| whole(&error))
}

/// A whole number of 64 bits.
pub(crate) fn int64(text: &str) -> Result<i64, Reason> {
    text.parse().map_err(|error| whole(&error))
}

fn whole(error: &std::num::ParseIntError) -> Reason {
    match error.kind() {
        IntErrorKind::PosOverflow | IntErrorKind::NegOverflow => Reason::OutOfRange,
        _ => Reason::BadNumber,
    }
}

/// A finite number; `inf` and `nan` are not numbers, and `1e999` is out of range. -0 is 0.
pub(crate) fn float(text: &str) -> Result<f64, Reason> {
    let value: f64 = text.parse().map_err(|_| Reason::BadNumber)?;
    let digits = text.bytes().any(|byte| byte.is_ascii_digit());
    match (value.is_finite(), digits) {
        (true, _) => Ok(value + 0.0),
        (false, true) => Err(Reason::OutOfRange),
        (false, false) => Err(Reason::BadNumber),
    }
}

/// A decimal number as its integer of `10^-scale`. Zeros beyond the scale are
/// accepted; other digits there are not. There is no exponent.
pub(crate) fn decimal(text: &str, precision: u8, scale: i8) -> Result<i128, Reason> {
    let (negative, digits) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] | rest => (false, rest),
    };
    let scale = usize::try_from(scale).unwrap_or(0);
    let value = match short(digits, scale) {
        Some(value) => i128::from(value),
        None => magnitude(digits, scale)?,
    };
    match fits(value, precision) {
        true if negative => Ok(-value),
        true => Ok(value),
        false => Err(Reason::OutOfRange),
    }
}

/// Whether this many digits are enough; types nearly always have eighteen and values nearly never
/// use them.
fn fits(value: i128, precision: u8) -> bool {
    let limit = |precision| 10_i128.checked_pow(precision).unwrap_or(i128::MAX);
    (precision >= 18 && value < const { 10_i128.pow(18) }) || value < limit(u32::from(precision))
}

/// A number of few digits without more than `scale` of them behind the point, as its integer of
/// `10^-scale`, in one pass; `None` for any other text.
fn short(digits: &[u8], scale: usize) -> Option<i64> {
    // Without the other characters there are at most eighteen digits, which fit a machine word.
    if digits.len() + scale > 18 {
        return None;
    }
    let (mut value, mut point) = (0, None);
    for (at, byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => value = value * 10 + i64::from(byte - b'0'),
            b'.' if point.is_none() => point = Some(at),
            _ => return None,
        }
    }
    let part = point.map_or(0, |point| digits.len() - point - 1);
    let some = digits.len() > usize::from(point.is_some());
    (some && part <= scale).then(|| (part..scale).fold(value, |value, _| value * 10))
}

fn magnitude(digits: &[u8], scale: usize) -> Result<i128, Reason> {
    let point = digits.iter().position(|byte| *byte == b'.').unwrap_or(digits.len());
    let (whole, part) = (&digits[..point], digits.get(point + 1..).unwrap_or_default());
    let numeric = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    if whole.len() + part.len() == 0 || !numeric(whole) || !numeric(part) {
        return Err(Reason::BadNumber);
    }
    let (kept, beyond) = part.split_at(part.len().min(scale));
    if beyond.iter().any(|digit| *digit != b'0') {
        return Err(Reason::Scale);
    }
    let zeros = std::iter::repeat_n(&b'0', scale - kept.len());
    number(whole.iter().chain(kept).chain(zeros)).ok_or(Reason::OutOfRange)
}

fn number<'a>(digits: impl Iterator<Item = &'a u8>) -> Option<i128> {
    let mut small = 0_i64;
    let mut large = 0_i128;
    let mut seen = 0;
    for digit in digits {
        let digit = digit - b'0';
        // Eighteen digits fit a machine word; hardly any amount has more.
        if seen < 18 {
            small = small * 10 + i64::from(digit);
            large = i128::from(small);
            seen += usize::from(small > 0);
        } else {
            large = large.checked_mul(10)?.checked_add(i128::from(digit))?;
        }
    }
    Some(large)
}

#[cfg(test)]
mod tests {
    use super::{boolean, decimal, float, int32, int64};
    use crate::value::reason::Reason;
    use proptest::prelude::*;

    #[test]
    fn truth_is_written_in_several_ways() {
        for text in ["true", "T", "1", "Yes", "y"] {
            assert_eq!(boolean(text), Ok(true), "{text}");
        }
        for text in ["FALSE", "f", "0", "no", "N"] {
            assert_eq!(boolean(text), Ok(false), "{text}");
        }
        assert_eq!(boolean("2"), Err(Reason::BadBoolean));
    }

    #[test]
    fn a_whole_number_that_is_too_large_is_told_from_one_that_is_none() {
        assert_eq!(int32("-2147483648"), Ok(i32::MIN));
        assert_eq!(int32("2147483648"), Err(Reason::OutOfRange));
        assert_eq!(int64("1.0"), Err(Reason::BadNumber));
        assert_eq!(int64("x"), Err(Reason::BadNumber));
    }

    #[test]
    fn a_float_is_finite() {
        assert_eq!(float("-1.5e3"), Ok(-1500.0));
        assert!(float("-0.0").is_ok_and(f64::is_sign_positive));
        assert_eq!(float("1e999"), Err(Reason::OutOfRange));
        assert_eq!(float("nan"), Err(Reason::BadNumber));
    }

    #[test]
    fn a_decimal_is_exact_or_refused() {
        assert_eq!(decimal("12.3", 18, 2), Ok(1230));
        assert_eq!(decimal("-.05", 18, 2), Ok(-5));
        assert_eq!(decimal("+7.", 18, 2), Ok(700));
        assert_eq!(decimal("1.2300", 18, 2), Ok(123));
        assert_eq!(decimal("1.234", 18, 2), Err(Reason::Scale));
        assert_eq!(decimal("100", 4, 2), Err(Reason::OutOfRange));
        assert_eq!(decimal(&"9".repeat(50), 38, 0), Err(Reason::OutOfRange));
        for text in ["", ".", "-", "1e3", "1,000", "1.2.3", "--1", "٣"] {
            assert_eq!(decimal(text, 18, 2), Err(Reason::BadNumber), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_short_decimal_is_read_like_a_long_one(text in "[0-9]{0,9}[.x]?[0-9]{0,9}", scale in 0_usize..8) {
            if let Some(value) = super::short(text.as_bytes(), scale) {
                prop_assert_eq!(super::magnitude(text.as_bytes(), scale), Ok(i128::from(value)));
            }
        }

        #[test]
        fn a_decimal_reads_back_as_it_is_written(value in -(10_i128.pow(38) - 1)..10_i128.pow(38)) {
            let text = format!("{}{}.{:02}", if value < 0 { "-" } else { "" }, value.abs() / 100, value.abs() % 100);
            prop_assert_eq!(decimal(&text, 38, 2), Ok(value));
        }
    }
}
