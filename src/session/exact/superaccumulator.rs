//! Sums of floats without rounding, so that they do not depend on the order of the floats.
//!
//! Floats are added into digits of 32 bits, aligned with the bits of the floats, as many as needed,
//! and so are products of two floats. Only the result is rounded, to the nearest float.
//!
//! Source: Neal (2015), "Fast Exact Summation Using Small and Large Superaccumulators",
//! arXiv:1505.05571.

use num_bigint::{BigInt, Sign};

/// Bits of a digit.
const BITS: i32 = 32;

/// More bits of a number than determine a float.
const KEPT: u64 = 64;

/// A digit of 64 bits has room for more than this many additions.
const ROOM: u32 = 1 << 30;

/// A sum of floats.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Superaccumulator {
    /// The digits, the least first; carries are still in them.
    digits: Vec<i64>,
    /// The position of the first digit, which has the unit 2^(32 · first).
    first: i32,
    /// Additions since carries were moved up.
    additions: u32,
    /// How many of NaN, ∞ and −∞ there are, if any.
    beyond: Option<Box<[i64; 3]>>,
}

impl Superaccumulator {
    /// Adds a number, or removes it with −1.
    pub(super) fn add(&mut self, value: f64, times: i64) {
        match parts(value) {
            Some((mantissa, exponent)) => self.deposit(i128::from(mantissa * times), exponent),
            None => self.count(value, times),
        }
    }

    /// Adds a product, or removes it with −1.
    pub(super) fn add_product(&mut self, one: f64, other: f64, times: i64) {
        match (parts(one), parts(other)) {
            (Some((a, e)), Some((b, f))) => {
                self.deposit(i128::from(a) * i128::from(b) * i128::from(times), e + f);
            }
            _ => self.count(one * other, times),
        }
    }

    fn count(&mut self, value: f64, times: i64) {
        let place = if value.is_nan() {
            0
        } else if value > 0.0 {
            1
        } else {
            2
        };
        self.beyond.get_or_insert_default()[place] += times;
    }

    /// Adds `mantissa` · 2^`exponent`.
    fn deposit(&mut self, mantissa: i128, exponent: i32) {
        if mantissa == 0 {
            return;
        }
        let sign = if mantissa < 0 { -1 } else { 1 };
        let (place, shift) = (exponent.div_euclid(BITS), exponent.rem_euclid(BITS));
        let mantissa = mantissa.unsigned_abs();
        let rest = mantissa >> (BITS - shift);
        let digits = 1 + (128 - rest.leading_zeros()).div_ceil(BITS.unsigned_abs()) as usize;
        let digits = self.reach(place, digits);
        digits[0] += sign * low(mantissa << shift);
        let mut rest = rest;
        for digit in &mut digits[1..] {
            *digit += sign * low(rest);
            rest >>= BITS;
        }
        self.counted(1);
    }

    /// Digits from a place on.
    fn reach(&mut self, place: i32, count: usize) -> &mut [i64] {
        if self.digits.is_empty() {
            self.first = place;
        }
        let before = usize::try_from(self.first - place).unwrap_or(0);
        if before > 0 {
            self.digits.splice(0..0, std::iter::repeat_n(0, before));
            self.first = place;
        }
        let start = usize::try_from(place - self.first).unwrap_or(0);
        if self.digits.len() < start + count {
            self.digits.resize(start + count, 0);
        }
        &mut self.digits[start..start + count]
    }

    fn counted(&mut self, additions: u32) {
        self.additions = self.additions.saturating_add(additions);
        if self.additions >= ROOM {
            self.carry();
        }
    }

    /// Propagates carries; the last digit keeps the sign.
    fn carry(&mut self) {
        let mut carried = 0;
        for digit in &mut self.digits {
            let sum = *digit + carried;
            carried = sum >> BITS;
            *digit = sum & i64::from(u32::MAX);
        }
        if carried != 0 {
            self.digits.push(carried);
        }
        self.additions = 1;
    }

    /// Adds another sum.
    pub(super) fn merge(&mut self, other: &Self) {
        if !other.digits.is_empty() {
            let digits = self.reach(other.first, other.digits.len());
            digits.iter_mut().zip(&other.digits).for_each(|(digit, more)| *digit += more);
            self.counted(other.additions);
        }
        if let Some(other) = &other.beyond {
            let beyond = self.beyond.get_or_insert_default();
            beyond.iter_mut().zip(other.iter()).for_each(|(count, more)| *count += more);
        }
    }

    /// The float nearest to the sum; NaN or infinite if a term was.
    pub(super) fn value(&self) -> f64 {
        self.not_finite().unwrap_or_else(|| self.total().nearest())
    }

    /// The sum of terms that include NaN or infinities.
    pub(super) fn not_finite(&self) -> Option<f64> {
        let [nan, above, below] = **self.beyond.as_ref()?;
        match (nan > 0, above > 0, below > 0) {
            (false, false, false) => None,
            (false, true, false) => Some(f64::INFINITY),
            (false, false, true) => Some(f64::NEG_INFINITY),
            _ => Some(f64::NAN),
        }
    }

    /// The sum of the finite terms.
    pub(super) fn total(&self) -> Total {
        let whole = self.digits.iter().rev().fold(BigInt::ZERO, |sum, digit| (sum << BITS) + digit);
        Total { whole, exponent: BITS * self.first }
    }

    /// Its state for exchange between partitions.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut sum = self.clone();
        sum.carry();
        let beyond = sum.beyond.map_or([0; 3], |beyond| *beyond);
        let numbers = [sum.first.into()].into_iter().chain(beyond).chain(sum.digits);
        numbers.flat_map(i64::to_le_bytes).collect()
    }

    /// The state received from another partition. `None` if the bytes are invalid.
    pub(super) fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let (numbers, []) = bytes.as_chunks::<8>() else { return None };
        let numbers: Vec<i64> = numbers.iter().map(|bytes| i64::from_le_bytes(*bytes)).collect();
        let [first, nan, above, below, digits @ ..] = numbers.as_slice() else { return None };
        let beyond = [*nan, *above, *below];
        Some(Self {
            digits: digits.to_vec(),
            first: i32::try_from(*first).ok()?,
            additions: 2,
            beyond: (beyond != [0; 3]).then(|| Box::new(beyond)),
        })
    }

    /// Bytes beside the sum itself.
    pub(super) fn allocated(&self) -> usize {
        self.digits.capacity() * size_of::<i64>()
    }
}

/// The lowest digit.
#[expect(clippy::cast_possible_truncation, reason = "the rest is no part of the digit")]
fn low(value: u128) -> i64 {
    i64::from(value as u32)
}

/// A finite number as an integer and a power of two.
fn parts(value: f64) -> Option<(i64, i32)> {
    const FRACTION: u32 = 52;
    let bits = value.to_bits();
    let fraction = (bits & ((1 << FRACTION) - 1)).cast_signed();
    let (mantissa, exponent) = match (bits >> FRACTION) as i32 & 0x7ff {
        0x7ff => return None,
        0 => (fraction, -1074),
        exponent => (fraction | 1 << FRACTION, exponent - 1075),
    };
    Some((if value.is_sign_negative() { -mantissa } else { mantissa }, exponent))
}

/// A number of bits; no machine holds more.
fn places(bits: u64) -> i32 {
    i32::try_from(bits).unwrap_or(i32::MAX)
}

/// A number of any length: `whole` · 2^`exponent`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Total {
    whole: BigInt,
    exponent: i32,
}

impl From<BigInt> for Total {
    fn from(whole: BigInt) -> Self {
        Self { whole, exponent: 0 }
    }
}

impl Total {
    /// The product with another.
    pub(super) fn times(&self, other: &Self) -> Self {
        Self { whole: &self.whole * &other.whole, exponent: self.exponent + other.exponent }
    }

    /// What is left without another.
    pub(super) fn less(&self, other: &Self) -> Self {
        let exponent = self.exponent.min(other.exponent);
        let at = |it: &Self| &it.whole << (it.exponent - exponent);
        Self { whole: at(self) - at(other), exponent }
    }

    pub(super) fn is_positive(&self) -> bool {
        self.whole.sign() == Sign::Plus
    }

    /// The float nearest to the quotient by another, which is above 0.
    pub(super) fn over(&self, other: &Self) -> f64 {
        let (bits, other_bits) = (self.whole.bits(), other.whole.bits());
        let shift = (other_bits + KEPT + 1).saturating_sub(bits);
        let dividend = &self.whole << shift;
        let quotient = &dividend / &other.whole;
        let is_exact = &quotient * &other.whole == dividend;
        let rest = if is_exact {
            0
        } else if dividend.sign() == Sign::Minus {
            -1
        } else {
            1
        };
        let exponent = self.exponent - other.exponent - places(shift) - 1;
        Self { whole: (quotient << 1) + rest, exponent }.nearest()
    }

    /// The nearest float.
    pub(super) fn nearest(&self) -> f64 {
        let magnitude = self.whole.magnitude();
        let dropped = magnitude.bits().saturating_sub(KEPT);
        let mut kept = u64::try_from(magnitude >> dropped).unwrap_or(u64::MAX);
        // A sticky bit below those that are kept distinguishes a half from more than a half.
        if magnitude.trailing_zeros().is_some_and(|zeros| zeros < dropped) {
            kept |= 1;
        }
        let value = libm::scalbn(kept as f64, self.exponent + places(dropped));
        if self.whole.sign() == Sign::Minus { -value } else { value }
    }
}

#[cfg(test)]
mod tests {
    use num_bigint::BigInt;
    use proptest::prelude::*;

    use super::{Superaccumulator, Total};

    fn sum(values: &[f64]) -> Superaccumulator {
        let mut sum = Superaccumulator::default();
        for value in values {
            sum.add(*value, 1);
        }
        sum
    }

    fn value(values: &[f64]) -> u64 {
        sum(values).value().to_bits()
    }

    #[test]
    fn nothing_is_rounded_before_the_end() {
        for (values, expected) in [
            (&[1e16, 1.0, 1.0, -1e16][..], 2.0),
            (&[0.1; 10], 1.0),
            (&[f64::MAX, f64::MAX, -f64::MAX], f64::MAX),
            (&[f64::MAX, f64::MAX], f64::INFINITY),
            (&[5e-324, 5e-324, 1e300, -1e300], 1e-323),
            (&[1.0, 2_f64.powi(-53)], 1.0),
            (&[1.0, 2_f64.powi(-53), 5e-324], 1.0 + f64::EPSILON),
            (&[], 0.0),
            (&[-0.0], 0.0),
            (&[1.0, f64::INFINITY], f64::INFINITY),
            (&[f64::NEG_INFINITY, 1.0], f64::NEG_INFINITY),
        ] {
            assert_eq!(value(values), expected.to_bits(), "{values:?}");
        }
        assert!(sum(&[f64::INFINITY, f64::NEG_INFINITY]).value().is_nan());
        assert!(sum(&[f64::NAN, 1.0]).value().is_nan());
    }

    #[test]
    fn what_is_infinite_can_be_taken_out() {
        let mut left = sum(&[1.0, f64::INFINITY, f64::NAN]);
        left.add(f64::INFINITY, -1);
        left.add(f64::NAN, -1);
        assert_eq!(left.value().to_bits(), 1_f64.to_bits());
    }

    #[test]
    fn products_beyond_the_floats_cancel_too() {
        let mut sum = Superaccumulator::default();
        sum.add_product(1e308, 1e308, 1);
        sum.add_product(1e-200, 1e-200, 1);
        sum.add_product(1e308, 1e308, -1);
        sum.add_product(3.0, 0.5, 1);
        assert_eq!(sum.value().to_bits(), 1.5_f64.to_bits());
    }

    #[test]
    fn a_quotient_is_the_nearest_float() {
        let whole = |number: i64| Total::from(BigInt::from(number));
        for (one, other) in [(1, 3), (-1, 3), (2, 3), (-7, 2), (0, 5), (1 << 53, 7), (10, 1 << 60)]
        {
            let quotient = whole(one).over(&whole(other));
            assert_eq!(
                quotient.to_bits(),
                (one as f64 / other as f64).to_bits(),
                "{one} / {other}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_order_and_no_parting_changes_a_sum(
            mut values in prop::collection::vec(any::<f64>().prop_filter("finite", |it| it.is_finite()), 0..50),
            cut in 0_usize..50,
        ) {
            let expected = value(&values);
            values.reverse();
            let (some, rest) = values.split_at(cut.min(values.len()));
            let mut both = Superaccumulator::of_bytes(&sum(some).to_bytes()).expect("such bytes");
            both.merge(&sum(rest));
            prop_assert_eq!(both.value().to_bits(), expected);
            for value in &values {
                both.add(*value, -1);
            }
            prop_assert_eq!(both.value().to_bits(), 0);
        }

        #[test]
        fn two_numbers_add_up_as_the_machine_adds(one: f64, other: f64) {
            prop_assume!(one.is_finite() && other.is_finite());
            prop_assert_eq!(value(&[one, other]), (one + other + 0.0).to_bits());
            let mut product = Superaccumulator::default();
            product.add_product(one, other, 1);
            let (found, expected) = (product.value(), one * other);
            let same = found.to_bits() == (expected + 0.0).to_bits();
            prop_assert!(same || (found - expected).abs() <= 5e-324, "{found} {expected}");
        }
    }
}
