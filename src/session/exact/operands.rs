//! The types in which exact operators compute, and those of their results.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::Operator;

use super::decimal::DIGITS;

/// The usual and the minimum scale of a quotient.
const QUOTIENT_SCALE: i16 = 12;
const LEAST_QUOTIENT_SCALE: i16 = 6;

/// The types in which operands are computed, if operator and types are ours.
pub(super) fn operands(
    operator: Operator,
    left: &DataType,
    right: &DataType,
) -> Option<(DataType, DataType)> {
    use Operator::{Divide, Minus, Modulo, Multiply, Plus};
    let shifts = is_shift(operator);
    if !shifts && !matches!(operator, Plus | Minus | Multiply | Divide | Modulo) {
        return None;
    }
    match (left.is_integer(), right.is_integer()) {
        (true, true) => Some((integer(left), integer(right))),
        _ if shifts => None,
        _ => Some((decimal(left)?, decimal(right)?)),
    }
}

pub(super) fn is_shift(operator: Operator) -> bool {
    matches!(operator, Operator::BitwiseShiftLeft | Operator::BitwiseShiftRight)
}

fn integer(data_type: &DataType) -> DataType {
    if *data_type == DataType::UInt64 { DataType::UInt64 } else { DataType::Int64 }
}

fn decimal(data_type: &DataType) -> Option<DataType> {
    use DataType::{Decimal32, Decimal64, Decimal128, Int8, Int16, Int32, Int64};
    use DataType::{UInt8, UInt16, UInt32, UInt64};
    let whole = |digits| Some(Decimal128(digits, 0));
    match data_type {
        Decimal32(precision, scale)
        | Decimal64(precision, scale)
        | Decimal128(precision, scale) => Some(Decimal128(*precision, *scale)),
        Int8 | UInt8 => whole(3),
        Int16 | UInt16 => whole(5),
        Int32 | UInt32 => whole(10),
        Int64 | UInt64 => whole(20),
        _ => None,
    }
}

/// The type of the answer.
pub(super) fn answered(operator: Operator, left: &DataType, right: &DataType) -> Result<DataType> {
    let (DataType::Decimal128(p1, s1), DataType::Decimal128(p2, s2)) = (left, right) else {
        return Ok(DataType::Int64);
    };
    let (p1, s1, p2, s2) = (i16::from(*p1), i16::from(*s1), i16::from(*p2), i16::from(*s2));
    let widest = i16::from(DIGITS);
    let scale = s1.max(s2);
    let (precision, scale) = match operator {
        Operator::Multiply => (p1 + p2 + 1, s1 + s2),
        Operator::Divide => {
            let whole = p1 - s1 + s2;
            let wanted = QUOTIENT_SCALE.max(s1);
            let scale = wanted.min((widest - whole).max(LEAST_QUOTIENT_SCALE));
            (whole + scale, scale)
        }
        Operator::Modulo => ((p1 - s1).min(p2 - s2) + scale, scale),
        _ => ((p1 - s1).max(p2 - s2) + scale + 1, scale),
    };
    if scale > widest {
        return plan_err!(
            "`{operator}` of {left} and {right} would have {scale} digits after the point; \
             cast one of them to fewer"
        );
    }
    let precision = precision.clamp(scale.max(1), widest);
    let digits = |count: i16| count.try_into().unwrap_or(DIGITS);
    Ok(DataType::Decimal128(digits(precision), i8::try_from(scale).unwrap_or(i8::MAX)))
}
