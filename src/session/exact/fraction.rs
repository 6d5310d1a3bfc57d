//! Fractions as they are written: the engine rounds them to millionths.

/// A number from 0 to 1 as it is written, in lowest terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fraction {
    pub(super) numerator: u128,
    pub(super) denominator: u128,
}

impl Fraction {
    /// More than eighteen digits after the point are cut.
    pub(super) fn of(value: f64) -> Self {
        let text = format!("{value}");
        let (whole, digits) = text.split_once('.').unwrap_or((&text, ""));
        let digits = &digits[..digits.len().min(18)];
        let numerator = format!("{whole}{digits}").parse().unwrap_or(0);
        let denominator = 10_u128.pow(u32::try_from(digits.len()).unwrap_or(0));
        let common = divisor(numerator, denominator);
        Self { numerator: numerator / common, denominator: denominator / common }
    }

    /// The position of a fraction in a sorted list, and the remainder to the next.
    pub(super) fn place(self, values: usize) -> (usize, u128) {
        let way = self.numerator * (values as u128 - 1);
        let place = usize::try_from(way / self.denominator).unwrap_or(values - 1);
        (place, way % self.denominator)
    }
}

fn divisor(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::Fraction;

    #[test]
    fn a_percentile_is_the_fraction_that_is_written() {
        assert_eq!(Fraction::of(0.9), Fraction { numerator: 9, denominator: 10 });
        assert_eq!(Fraction::of(0.9).place(11), (9, 0));
        assert_eq!(Fraction::of(0.333).place(4), (0, 999));
        assert_eq!(Fraction::of(1.0).place(7), (6, 0));
    }
}
