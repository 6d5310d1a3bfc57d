//! Numbers as people read them.

use crate::text::grouped;

/// What a value is, which says how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A code of a table, which has a name.
    Name,
    /// Text of the data, a date or a stable code of this program.
    Text,
    /// Yes or no.
    Truth,
    /// A whole number.
    Count,
    /// An amount of money, in the currency of the data.
    Money,
    /// A share of a whole, written in percent.
    Share,
    /// A number with so many decimals.
    Decimals(usize),
    /// What the column `unit` of the row says.
    Unit,
}

impl Kind {
    /// The kind of a unit as queries name it.
    pub(super) fn of_unit(unit: &str) -> Self {
        match unit {
            "count" => Self::Count,
            "money" => Self::Money,
            "share" => Self::Share,
            "points" => Self::Decimals(1),
            _ => Self::Decimals(2),
        }
    }

    /// A number as it is written; its text, if it has one, to the last digit.
    pub(super) fn written(self, number: f64) -> String {
        match self {
            Self::Share => format!("{}%", fixed(number * 100.0, 1)),
            Self::Count => fixed(number, usize::from(number.fract() != 0.0)),
            Self::Decimals(decimals) => fixed(number, decimals),
            _ => fixed(number, 2),
        }
    }

    /// A change, which always has its sign.
    pub(super) fn change(self, number: f64) -> String {
        let sign = if number > 0.0 { "+" } else { "" };
        match self {
            // The difference of two shares is in percentage points.
            Self::Share => format!("{sign}{} pp", fixed(number * 100.0, 1)),
            _ => format!("{sign}{}", self.written(number)),
        }
    }
}

/// A number with a given number of decimals, its thousands grouped, and a typographic minus.
pub(super) fn fixed(number: f64, decimals: usize) -> String {
    let text = format!("{number:.decimals$}");
    let digits = text.trim_start_matches('-');
    let is_zero = digits.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    let (whole, rest) = digits.split_once('.').map_or((digits, None), |(a, b)| (a, Some(b)));
    let rest = rest.map(|rest| format!(".{rest}")).unwrap_or_default();
    let sign = if text.starts_with('-') && !is_zero { "−" } else { "" };
    format!("{sign}{}{rest}", grouped(whole))
}

/// An amount to its last digit, as the text of a decimal has it.
pub(super) fn exact(text: &str) -> Option<String> {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("−", digits));
    let (whole, rest) = digits.split_once('.')?;
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit());
    (is_number(whole) && is_number(rest)).then(|| format!("{sign}{}.{rest}", grouped(whole)))
}

#[cfg(test)]
mod tests {
    use super::{Kind, exact};

    #[test]
    fn numbers_are_written_as_what_they_are() {
        for (kind, number, written) in [
            (Kind::Count, 1_234_567.0, "1,234,567"),
            (Kind::Count, 11.5, "11.5"),
            (Kind::Money, -1234.5, "−1,234.50"),
            (Kind::Share, 0.123_456, "12.3%"),
            (Kind::Share, 1.0, "100.0%"),
            (Kind::Decimals(1), -0.04, "0.0"),
            (Kind::Decimals(3), 0.0125, "0.013"),
        ] {
            assert_eq!(kind.written(number), written);
        }
    }

    #[test]
    fn a_change_has_its_sign_and_a_change_of_a_share_is_in_points() {
        assert_eq!(Kind::Share.change(0.05), "+5.0 pp");
        assert_eq!(Kind::Money.change(-3.0), "−3.00");
        assert_eq!(Kind::Count.change(0.0), "0");
    }

    #[test]
    fn money_is_written_to_the_last_digit() {
        let amount = "9007199254740993.01";
        assert_eq!(exact(amount).as_deref(), Some("9,007,199,254,740,993.01"));
        assert_eq!(exact("-0.10").as_deref(), Some("−0.10"));
        assert_eq!(exact("12"), None);
        assert_eq!(exact("1e3.5"), None);
    }
}
