//! Timestamps as counts from 1 January 1970 in UTC.

use super::notation::EpochUnit;
use super::reason::Reason;

/// Microseconds of the years 1 to 9999, the plausible ones: a count of milliseconds that is
/// taken for seconds is far outside.
const YEARS: std::ops::Range<i64> = -62_135_596_800_000_000..253_402_300_800_000_000;

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Epoch(EpochUnit);

impl Epoch {
    /// By the name of a format, if it is one.
    pub(super) fn named(format: &str) -> Option<Self> {
        EpochUnit::named(format).map(Self)
    }

    /// Microseconds that a text counts: an integer, or a decimal, of which microseconds
    /// are kept.
    pub(super) fn parse(self, text: &str) -> Result<i64, Reason> {
        let (whole, fraction) = match text.split_once('.') {
            Some((whole, fraction)) => (whole, micros(fraction).ok_or(Reason::BadTimestamp)?),
            None => (text, 0),
        };
        let digits = whole.strip_prefix(['-', '+']).unwrap_or(whole);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Reason::BadTimestamp);
        }
        let count: i128 = whole.parse().map_err(|_| Reason::OutOfRange)?;
        let millionths = count.checked_mul(1_000_000).ok_or(Reason::OutOfRange)?;
        let fraction = if whole.starts_with('-') { -fraction } else { fraction };
        self.of_millionths(millionths + i128::from(fraction))
    }

    fn of_millionths(self, millionths: i128) -> Result<i64, Reason> {
        let per_second = i128::from(self.0.per_second());
        let micros = millionths.checked_mul(1_000_000).ok_or(Reason::OutOfRange)?;
        let micros = micros.div_euclid(per_second * 1_000_000);
        within_years(i64::try_from(micros).map_err(|_| Reason::OutOfRange)?)
    }
}

/// A moment that people can mean.
pub(super) fn within_years(micros: i64) -> Result<i64, Reason> {
    if YEARS.contains(&micros) { Ok(micros) } else { Err(Reason::OutOfRange) }
}

/// The first six digits of a fraction.
fn micros(text: &str) -> Option<i64> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = text.bytes().chain(std::iter::repeat(b'0')).take(6);
    Some(digits.fold(0, |value, digit| value * 10 + i64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::Epoch;
    use crate::value::reason::Reason;

    fn read(unit: &str, text: &str) -> Result<i64, Reason> {
        Epoch::named(unit).unwrap().parse(text)
    }

    #[test]
    fn a_count_is_brought_to_microseconds_downwards() {
        assert_eq!(read("%s", "1704067200"), Ok(1_704_067_200_000_000));
        assert_eq!(read("epoch", "1704067200.1234567"), Ok(1_704_067_200_123_456));
        assert_eq!(read("epoch_ms", "-1"), Ok(-1_000));
        assert_eq!(read("epoch_ns", "-1"), Ok(-1));
        assert_eq!(read("epoch_ns", "1999"), Ok(1));
        assert_eq!(read("epoch_us", "7.5"), Ok(7));
    }

    #[test]
    fn a_count_of_another_unit_is_out_of_range_and_what_is_no_number_no_moment() {
        for (unit, text) in [
            ("%s", "1704067200123"),
            ("epoch_ms", "1704067200123456"),
            ("epoch_us", "1704067200123456789"),
            ("epoch", "99999999999999999999999999999999999999999"),
        ] {
            assert_eq!(read(unit, text), Err(Reason::OutOfRange), "{unit} {text}");
        }
        for text in ["", "-", "1e9", "1.", ".5", "12 34", "٣"] {
            assert_eq!(read("epoch", text), Err(Reason::BadTimestamp), "{text}");
        }
    }
}
