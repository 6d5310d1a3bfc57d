//! Numbers of typed formats as text: one notation of `17850`, whatever type stored it.
//!
//! Trailing zeros after the point have no meaning, so that they are left out: an id that was once
//! a float joins with itself. A float that is so large that its neighbours are more than 1 apart
//! may have been another integer, and is rejected wherever all digits matter.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray};
use datafusion::arrow::compute::{cast, nullif};
use datafusion::arrow::datatypes::{DataType, Float32Type, Float64Type};
use datafusion::arrow::error::ArrowError;
use std::borrow::Cow;
use std::sync::Arc;

/// From here on, integers are no longer distinguished: 2 to the number of bits of the fraction.
const HALF: f64 = 2048.0;
const SINGLE: f64 = 16_777_216.0;
const DOUBLE: f64 = 9_007_199_254_740_992.0;
/// A JSON number is expanded up to this many digits.
const MOST_DIGITS: i64 = 400;

/// The magnitude from which floats of a type do not distinguish integers; `None` for other types.
fn limit(kind: &DataType) -> Option<f64> {
    match kind {
        DataType::Float16 => Some(HALF),
        DataType::Float32 => Some(SINGLE),
        DataType::Float64 => Some(DOUBLE),
        _ => None,
    }
}

/// The rows of a float column whose values may represent several integers.
pub(super) fn inexact(found: &ArrayRef) -> Result<Vec<usize>, ArrowError> {
    let Some(limit) = limit(found.data_type()) else { return Ok(Vec::new()) };
    rows(found, |value| value.is_finite() && value.abs() >= limit)
}

/// The rows of a float column that meet a condition; none of other types.
pub(in crate::read) fn rows(
    found: &ArrayRef,
    is_meant: impl Fn(f64) -> bool,
) -> Result<Vec<usize>, ArrowError> {
    if !found.data_type().is_floating() {
        return Ok(Vec::new());
    }
    let wide = cast(found, &DataType::Float64)?;
    let values = wide.as_primitive::<Float64Type>().iter().enumerate();
    Ok(values.filter(|(_, value)| value.is_some_and(&is_meant)).map(|(row, _)| row).collect())
}

/// Floats without negative zero: there is one zero in SQL, but in the engine -0.0 is another
/// value in lists, windows and ranks.
pub(super) fn one_zero(found: &ArrayRef) -> ArrayRef {
    match found.as_primitive_opt::<Float64Type>() {
        Some(floats) => Arc::new(floats.unary::<_, Float64Type>(|value| value + 0.0)),
        None => Arc::clone(found),
    }
}

/// The numbers of a column as text, each in the shortest way that reads back as the same number.
pub(in crate::read) fn texts(found: &ArrayRef) -> Result<StringArray, ArrowError> {
    match found.data_type() {
        DataType::Float64 => {
            let values = found.as_primitive::<Float64Type>().iter();
            Ok(values.map(|value| value.map(|value| (value + 0.0).to_string())).collect())
        }
        DataType::Float16 | DataType::Float32 => {
            let single = cast(found, &DataType::Float32)?;
            let values = single.as_primitive::<Float32Type>().iter();
            Ok(values.map(|value| value.map(|value| (value + 0.0).to_string())).collect())
        }
        kind if kind.is_decimal() => {
            let texts = cast(found, &DataType::Utf8)?;
            Ok(texts.as_string::<i32>().iter().map(|text| text.map(shortened)).collect())
        }
        _ => Ok(cast(found, &DataType::Utf8)?.as_string::<i32>().clone()),
    }
}

/// The text of a number without trailing zeros and point.
fn shortened(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

/// A number of JSON as people write it: without an exponent and without needless zeros.
///
/// Digits are moved, without arithmetic. A number of too many digits stays as it is. The
/// borrowed part is the beginning of the number.
pub(in crate::read) fn plain(number: &str) -> Cow<'_, str> {
    let plain = match number.split_once(['e', 'E']) {
        None => Cow::Borrowed(shortened(number)),
        Some((mantissa, exponent)) => match exponent.parse::<i64>() {
            Ok(exponent) if exponent.abs() <= MOST_DIGITS => Cow::Owned(moved(mantissa, exponent)),
            _ => Cow::Borrowed(number),
        },
    };
    if plain == "-0" { Cow::Owned("0".to_owned()) } else { plain }
}

/// A decimal number with its point moved so many digits to the right.
fn moved(mantissa: &str, exponent: i64) -> String {
    let (sign, digits) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all = [whole, part].concat();
    let point = i64::try_from(whole.len()).unwrap_or(i64::MAX).saturating_add(exponent);
    let written = match usize::try_from(point) {
        Ok(point) if point >= all.len() => format!("{all:0<point$}"),
        Ok(point) if point > 0 => format!("{}.{}", &all[..point], &all[point..]),
        _ => {
            let zeros = usize::try_from(-point).unwrap_or_default();
            format!("0.{}{all}", "0".repeat(zeros))
        }
    };
    let written = shortened(&written);
    let leading = written.trim_start_matches('0');
    let written = if leading.is_empty() || leading.starts_with('.') {
        &written[written.len() - leading.len() - 1..]
    } else {
        leading
    };
    format!("{sign}{written}")
}

/// Whether a JSON number was a float that may represent several integers: it is integral, written
/// with a point or an exponent, and too large.
pub(in crate::read) fn is_inexact(number: &str) -> bool {
    number.contains(['.', 'e', 'E'])
        && !plain(number).contains('.')
        && number.parse::<f64>().is_ok_and(|value| value.abs() >= DOUBLE)
}

/// The same column without the values of some rows.
pub(in crate::read) fn without(found: &ArrayRef, rows: &[usize]) -> Result<ArrayRef, ArrowError> {
    if rows.is_empty() {
        return Ok(Arc::clone(found));
    }
    let mut dropped = vec![false; found.len()];
    for row in rows {
        dropped[*row] = true;
    }
    nullif(found, &dropped.into())
}

#[cfg(test)]
mod tests {
    use super::{inexact, is_inexact, one_zero, plain, texts};
    use datafusion::arrow::array::{
        ArrayRef, Decimal128Array, Float32Array, Float64Array, Int64Array,
    };
    use proptest::prelude::*;
    use std::sync::Arc;

    fn shown(found: &ArrayRef) -> Vec<String> {
        texts(found).unwrap().iter().map(|text| text.unwrap().to_owned()).collect()
    }

    #[test]
    fn there_is_one_zero() {
        let floats: ArrayRef = Arc::new(Float64Array::from(vec![Some(-0.0), None, Some(-1.5)]));
        let zero = one_zero(&floats);
        let expected: ArrayRef =
            Arc::new(Float64Array::from(vec![Some(0.0_f64), None, Some(-1.5)]));
        assert_eq!(format!("{zero:?}"), format!("{expected:?}"));
    }

    #[test]
    fn a_number_is_written_the_same_whatever_kept_it() {
        let floats = Float64Array::from(vec![17850.0, -0.0, 0.1, 12.5, 1e15, 1e-7]);
        let expected = ["17850", "0", "0.1", "12.5", "1000000000000000", "0.0000001"];
        assert_eq!(shown(&(Arc::new(floats) as _)), expected);
        let singles = Float32Array::from(vec![17850.0, 19.99]);
        assert_eq!(shown(&(Arc::new(singles) as _)), ["17850", "19.99"]);
        let decimals = Decimal128Array::from(vec![1_785_000, 1250, 0, -5]);
        let decimals = decimals.with_precision_and_scale(20, 2).unwrap();
        assert_eq!(shown(&(Arc::new(decimals) as _)), ["17850", "12.5", "0", "-0.05"]);
        assert_eq!(shown(&(Arc::new(Int64Array::from(vec![17850])) as _)), ["17850"]);
    }

    #[test]
    fn a_float_that_may_be_another_number_is_told() {
        let doubles = [9_007_199_254_740_991.0, 9_007_199_254_740_992.0, -1e300, f64::INFINITY];
        let doubles: ArrayRef = Arc::new(Float64Array::from(doubles.to_vec()));
        assert_eq!(inexact(&doubles).unwrap(), [1, 2]);
        let singles: ArrayRef = Arc::new(Float32Array::from(vec![16_777_215.0, 16_777_216.0]));
        assert_eq!(inexact(&singles).unwrap(), [1]);
    }

    #[test]
    fn json_numbers_are_written_out() {
        for (number, expected) in [
            ("12345678901234567890123", "12345678901234567890123"),
            ("17850.0", "17850"),
            ("1e3", "1000"),
            ("-1.50E2", "-150"),
            ("12.50", "12.5"),
            ("1.005", "1.005"),
            ("1E-1", "0.1"),
            ("12.5e-4", "0.00125"),
            ("120e-1", "12"),
            ("0.05e1", "0.5"),
            ("0.5e1", "5"),
            ("-0.0", "0"),
            ("0e5", "0"),
            ("1e9999", "1e9999"),
        ] {
            assert_eq!(plain(number), expected, "{number}");
        }
    }

    #[test]
    fn digits_of_json_count_as_they_are_written() {
        for exact in ["9007199254740993", "12345678901234567.89", "1e15", "9007199254740991.0"] {
            assert!(!is_inexact(exact), "{exact}");
        }
        for lost in ["9007199254740992.0", "1e16", "-1.5E300"] {
            assert!(is_inexact(lost), "{lost}");
        }
    }

    proptest! {
        #[test]
        fn writing_a_number_out_does_not_change_it(number in "-?(0|[1-9][0-9]{0,5})(\\.[0-9]{1,5})?([eE][+-]?[0-9]{1,2})?") {
            let [before, after] = [&number, plain(&number).as_ref()].map(|it| it.parse::<f64>().unwrap());
            prop_assert!(before.total_cmp(&after).is_eq() || (before + after).abs() <= 0.0);
            prop_assert!(!plain(&number).contains(['e', 'E']));
        }
    }
}
