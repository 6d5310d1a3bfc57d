//! How a total becomes a result, or an error.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, ArrowPrimitiveType, PrimitiveArray, new_empty_array};
use datafusion::arrow::datatypes::{
    DataType, Decimal128Type, Decimal256Type, DecimalType, Float64Type, Int64Type, UInt64Type, i256,
};
use datafusion::common::{Result, ScalarValue, internal_err};

use super::number::Sum;
use crate::diagnostic::Place;
use crate::session::OutOfRange;
use crate::session::exact::decimal::{power, quotient, wide_quotient, within};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Sum,
    Average,
}

/// The type that is added up, and that of the result.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) kind: Kind,
    /// The type of a value.
    pub(super) of: DataType,
    /// The type of a total for exchange between partitions.
    pub(super) total: DataType,
    pub(super) returns: DataType,
    pub(super) place: Option<Place>,
}

impl Answer {
    pub(super) fn is_wide(&self) -> bool {
        matches!(self.total, DataType::Decimal256(..))
    }

    /// The answer of one group.
    pub(super) fn of<T: Sum>(&self, total: T, count: u64) -> Result<ScalarValue> {
        ScalarValue::try_from_array(&self.all([total], [count])?, 0)
    }

    /// The answers of groups.
    pub(super) fn all<T: Sum>(
        &self,
        totals: impl IntoIterator<Item = T>,
        counts: impl IntoIterator<Item = u64>,
    ) -> Result<ArrayRef> {
        let groups = totals.into_iter().zip(counts);
        match self.returns {
            DataType::Int64 => {
                self.each_group::<_, Int64Type>(groups, |total, _| total.narrow()?.try_into().ok())
            }
            DataType::UInt64 => {
                self.each_group::<_, UInt64Type>(groups, |total, _| total.narrow()?.try_into().ok())
            }
            DataType::Float64 => self.each_group::<_, Float64Type>(groups, ratio),
            DataType::Decimal128(precision, scale) => {
                let more = i16::from(scale) - i16::from(self.scale());
                let steps = (self.kind == Kind::Average).then(|| power(more.unsigned_abs().into()));
                self.each_group::<_, Decimal128Type>(groups, |total, count| {
                    let value = match steps {
                        Some(steps) => mean(total, count, steps)?,
                        None => total.narrow()?,
                    };
                    within(value, precision)
                })
            }
            ref other => internal_err!("a total answered as {other}"),
        }
    }

    /// Without values there is no total: NULL, not zero.
    fn each_group<T: Sum, R: ArrowPrimitiveType>(
        &self,
        groups: impl Iterator<Item = (T, u64)>,
        answer: impl Fn(T, u64) -> Option<R::Native>,
    ) -> Result<ArrayRef> {
        let answers = groups.map(|(total, count)| match count {
            0 => Ok(None),
            _ => answer(total, count).map(Some).ok_or_else(|| self.beyond(total)),
        });
        let answers = answers.collect::<Result<Vec<_>, OutOfRange>>()?;
        let answers: PrimitiveArray<R> = PrimitiveArray::from_iter(answers);
        Ok(Arc::new(answers.with_data_type(self.returns.clone())))
    }

    /// The scale of what is added up.
    fn scale(&self) -> i8 {
        match self.of {
            DataType::Decimal128(_, scale) => scale,
            _ => 0,
        }
    }

    fn beyond<T: Sum>(&self, total: T) -> OutOfRange {
        let total = Decimal256Type::format_decimal(total.wide(), 76, self.scale());
        let returns = crate::session::type_name(&self.returns);
        let message = match self.kind {
            Kind::Sum => format!("the sum, {total}, is beyond {returns}"),
            Kind::Average => {
                format!("the average of values that sum to {total} is beyond {returns}")
            }
        };
        let help = "cast to a wider decimal before, or to float64 where digits may be lost";
        OutOfRange::new(message, help, self.place.as_ref())
    }

    /// Values as an array of what is added up.
    pub(super) fn values(&self, values: impl Iterator<Item = i128>) -> Result<ArrayRef> {
        let scalar = |value: i128| match self.of {
            DataType::Decimal128(precision, scale) => {
                ScalarValue::Decimal128(Some(value), precision, scale)
            }
            DataType::UInt64 => ScalarValue::UInt64(value.try_into().ok()),
            _ => ScalarValue::Int64(value.try_into().ok()),
        };
        let mut values = values.map(scalar).peekable();
        match values.peek() {
            Some(_) => ScalarValue::iter_to_array(values),
            None => Ok(new_empty_array(&self.of)),
        }
    }
}

/// An average of integers: the nearest float.
///
/// The quotient is computed with so many digits that the remainder decides only ties.
fn ratio<T: Sum>(total: T, count: u64) -> Option<f64> {
    let total = total.narrow()?;
    let (size, count) = (total.unsigned_abs(), u128::from(count));
    if size == 0 {
        return Some(0.0);
    }
    let shift = size.leading_zeros();
    let (whole, rest) = ((size << shift) / count, (size << shift) % count);
    let nearest = (whole | u128::from(rest != 0)) as f64 / 2.0_f64.powi(shift.cast_signed());
    Some(if total < 0 { -nearest } else { nearest })
}

/// An average with more digits after the point.
fn mean<T: Sum>(total: T, count: u64, steps: i256) -> Option<i128> {
    let count = i128::from(count);
    let narrow = total.narrow().zip(steps.to_i128());
    match narrow.and_then(|(total, steps)| total.checked_mul(steps)) {
        Some(total) => Some(quotient(total, count)),
        None => wide_quotient(total.wide().checked_mul(steps)?, i256::from_i128(count)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::ratio;

    #[test]
    fn an_average_is_the_nearest_float() {
        // 5/3 is 1.66666…, of which two roundings made 1.6666666666666665.
        for (total, count, nearest) in [
            (5, 3, 1.666_666_666_666_666_7),
            (-5, 3, -1.666_666_666_666_666_7),
            (0, 7, 0.0),
            (1 << 60, 1, 1_152_921_504_606_846_976.0),
            ((1 << 60) + 1, 1, 1_152_921_504_606_846_976.0),
            // Half way between two floats, and a trace above.
            ((1 << 54) + 2, 1, 18_014_398_509_481_984.0),
            (2 * ((1 << 54) + 2) + 1, 2, 18_014_398_509_481_988.0),
            (i128::from(i64::MAX) * 3, 3, 9_223_372_036_854_775_807.0),
        ] {
            assert_eq!(
                ratio(total, count).map(f64::to_bits),
                Some(f64::to_bits(nearest)),
                "{total}"
            );
        }
    }

    proptest! {
        #[test]
        fn where_both_are_floats_it_is_their_quotient(
            total in -(1_i128 << 53)..1 << 53,
            count in 1_u64..1 << 53,
        ) {
            prop_assert_eq!(ratio(total, count), Some(total as f64 / count as f64));
        }
    }
}
