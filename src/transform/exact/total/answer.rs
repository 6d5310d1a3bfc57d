//! How a total becomes an answer, and what is said where it does not.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, ArrowPrimitiveType, PrimitiveArray, new_empty_array};
use datafusion::arrow::datatypes::{
    DataType, Decimal128Type, Decimal256Type, DecimalType, Float64Type, Int64Type, UInt64Type, i256,
};
use datafusion::common::{Result, ScalarValue, internal_err};

use super::number::Sum;
use crate::diagnostic::Place;
use crate::transform::exact::OutOfRange;
use crate::transform::exact::decimal::{power, quotient, wide_quotient, within};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Sum,
    Average,
}

/// What is added up, and what comes of it.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) kind: Kind,
    /// The type of a value.
    pub(super) of: DataType,
    /// The type of a total on its way between partitions.
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

    /// No value has no total: unknown, not zero.
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

    /// Digits after the point of what is added up.
    fn scale(&self) -> i8 {
        match self.of {
            DataType::Decimal128(_, scale) => scale,
            _ => 0,
        }
    }

    fn beyond<T: Sum>(&self, total: T) -> OutOfRange {
        let total = Decimal256Type::format_decimal(total.wide(), 76, self.scale());
        let returns = crate::plan::type_name(&self.returns);
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

/// An average of whole numbers.
fn ratio<T: Sum>(total: T, count: u64) -> Option<f64> {
    let (total, count) = (total.narrow()?, i128::from(count));
    Some((total / count) as f64 + (total % count) as f64 / count as f64)
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
