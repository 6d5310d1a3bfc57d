//! Interpolation between two values of a sorted list.

use std::fmt::Debug;

use datafusion::arrow::array::ArrowPrimitiveType;
use datafusion::arrow::datatypes::{Decimal128Type, Float64Type};

use super::decimal::quotient;
use super::quantile::Call;

/// What lies between two values.
pub(super) trait Value: ArrowPrimitiveType + Debug {
    fn order(a: Self::Native, b: Self::Native) -> std::cmp::Ordering;
    fn between(call: &Call, low: Self::Native, high: Self::Native, rest: u128) -> Self::Native;
}

impl Value for Float64Type {
    fn order(a: f64, b: f64) -> std::cmp::Ordering {
        a.total_cmp(&b)
    }

    fn between(call: &Call, low: f64, high: f64, rest: u128) -> f64 {
        if rest == 0 || low.total_cmp(&high).is_eq() {
            return low;
        }
        let (rest, whole) = (rest as f64, call.at.denominator as f64);
        let step = (high - low) * rest / whole;
        match step.is_finite() {
            true => low + step,
            false => low * ((whole - rest) / whole) + high * (rest / whole),
        }
    }
}

impl Value for Decimal128Type {
    fn order(a: i128, b: i128) -> std::cmp::Ordering {
        a.cmp(&b)
    }

    /// Of decimals there are only medians: the value itself, or half of a sum of two.
    fn between(call: &Call, low: i128, high: i128, rest: u128) -> i128 {
        let sum = if rest == 0 { low + low } else { low + high };
        if call.of == call.returns { quotient(sum, 2) } else { sum * 5 }
    }
}
