//! Types of numbers for totals.

use datafusion::arrow::datatypes::{
    ArrowNativeType, ArrowPrimitiveType, Decimal128Type, Decimal256Type, i256,
};

/// A type of number for totals.
pub(super) trait Sum: ArrowNativeType + Send + Sync {
    /// Its state for exchange between partitions.
    type Arrow: ArrowPrimitiveType<Native = Self>;

    fn add(&mut self, value: i128);
    fn merge(&mut self, other: Self);
    fn wide(self) -> i256;
    /// The number itself, if it has 128 bits.
    fn narrow(self) -> Option<i128>;
}

impl Sum for i128 {
    type Arrow = Decimal128Type;

    // 2^127 is more than any number of values of at most 2^64 or 10^28 that a machine can hold.
    fn add(&mut self, value: i128) {
        *self += value;
    }

    fn merge(&mut self, other: Self) {
        *self += other;
    }

    fn wide(self) -> i256 {
        i256::from_i128(self)
    }

    fn narrow(self) -> Option<i128> {
        Some(self)
    }
}

impl Sum for i256 {
    type Arrow = Decimal256Type;

    fn add(&mut self, value: i128) {
        *self = self.wrapping_add(Self::from_i128(value));
    }

    fn merge(&mut self, other: Self) {
        *self = self.wrapping_add(other);
    }

    fn wide(self) -> i256 {
        self
    }

    fn narrow(self) -> Option<i128> {
        self.to_i128()
    }
}
