//! The numbers of a row, small where they are scores.
//!
//! Surveys are rows of two dozen whole numbers up to ten. Kept as bytes, a
//! million of them are sorted in place instead of by following pointers.

use std::cmp::Ordering;

use super::multiset::{to_bits, to_number};
use crate::kernel::positive_zero;

/// Some numbers; NaN represents NULL.
#[derive(Debug)]
pub(super) enum Numbers {
    /// Whole numbers from 0 to 254, and 255 for NaN.
    Scores { length: u8, bytes: [u8; MOST] },
    /// Any others, as bits that sort as the numbers do.
    Wide(Box<[u64]>),
}

const MOST: usize = 30;
const MISSING: u8 = u8::MAX;

impl Numbers {
    pub(super) fn new(numbers: &[f64]) -> Self {
        Self::scores(numbers)
            .unwrap_or_else(|| Self::Wide(numbers.iter().map(|number| to_bits(*number)).collect()))
    }

    fn scores(numbers: &[f64]) -> Option<Self> {
        let length = u8::try_from(numbers.len()).ok()?;
        let mut bytes = [0; MOST];
        if numbers.len() > MOST {
            return None;
        }
        for (byte, number) in bytes.iter_mut().zip(numbers) {
            *byte = score(*number)?;
        }
        Some(Self::Scores { length, bytes })
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Scores { length, .. } => usize::from(*length),
            Self::Wide(bits) => bits.len(),
        }
    }

    pub(super) fn at(&self, place: usize) -> f64 {
        match self {
            Self::Scores { bytes, .. } if bytes[place] == MISSING => f64::NAN,
            Self::Scores { bytes, .. } => f64::from(bytes[place]),
            Self::Wide(bits) => to_number(bits[place]),
        }
    }

    /// Number by number, NaN last, whatever the form.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Scores { bytes, .. }, Self::Scores { bytes: others, .. }) => bytes.cmp(others),
            (Self::Wide(bits), Self::Wide(others)) => bits.cmp(others),
            _ => (0..self.len().min(other.len()))
                .map(|place| to_bits(self.at(place)).cmp(&to_bits(other.at(place))))
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal),
        }
    }

    /// Bytes outside of the value itself.
    pub(super) fn heap(&self) -> usize {
        match self {
            Self::Scores { .. } => 0,
            Self::Wide(bits) => size_of_val(&**bits),
        }
    }
}

/// The byte of a number that has one.
fn score(number: f64) -> Option<u8> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "what does not survive the way there and back is refused"
    )]
    let byte = number as u8;
    match byte {
        _ if number.is_nan() => Some(MISSING),
        MISSING => None,
        byte => (f64::from(byte).to_bits() == positive_zero(number).to_bits()).then_some(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(numbers: [f64; 2]) -> Numbers {
        Numbers::new(&numbers)
    }

    #[test]
    fn scores_are_small_and_all_else_is_not() {
        for (number, small) in [
            (0.0, true),
            (-0.0, true),
            (10.0, true),
            (254.0, true),
            (f64::NAN, true),
            (255.0, false),
            (-1.0, false),
            (7.5, false),
            (1e300, false),
            (f64::INFINITY, false),
        ] {
            let numbers = order([number, 1.0]);
            assert_eq!(matches!(numbers, Numbers::Scores { .. }), small, "{number}");
            let back = numbers.at(0);
            assert!(number.is_nan() && back.is_nan() || back.to_bits() == (number + 0.0).to_bits());
        }
        assert!(matches!(Numbers::new(&[1.0; 31]), Numbers::Wide(_)));
    }

    #[test]
    fn the_form_does_not_change_the_order() {
        let ascending =
            [[-1.0, 0.0], [0.0, 300.0], [0.5, 0.0], [1.0, 2.0], [1.0, 2.5], [1.0, f64::NAN]];
        for (i, left) in ascending.iter().enumerate() {
            for (j, right) in ascending.iter().enumerate() {
                assert_eq!(order(*left).compare(&order(*right)), i.cmp(&j), "{left:?} {right:?}");
            }
        }
    }
}
