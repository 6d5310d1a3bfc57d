//! Numbers as people write them: `1.234,50 €` becomes `1234.50`.
//!
//! Only the notation is changed here. Whether the number fits its type is checked by the type.

use super::notation::Notation;
use super::reason::Reason;

/// Blanks that people put between groups of digits: all of them match the declared one.
const BLANKS: [char; 4] = [' ', '\u{a0}', '\u{2009}', '\u{202f}'];

/// More digits than any type has, on one side of the point.
const PLACES: i64 = 400;

/// How a column writes its numbers.
#[derive(Debug)]
pub(crate) struct Amounts {
    decimal_mark: char,
    thousands_mark: Option<char>,
    /// The longest first, so that `US$` is not read as `$` after `US`.
    currency: Vec<String>,
    trailing_minus: bool,
    float_notation: bool,
}

impl Amounts {
    /// By a column's notation; `None` if it writes numbers as usual.
    pub(super) fn of(notation: &Notation) -> Option<Self> {
        let Notation { decimal_mark, thousands_mark, currency, .. } = notation;
        let Notation { trailing_minus, float_notation, .. } = *notation;
        let usual = *decimal_mark == '.' && thousands_mark.is_none() && currency.is_empty();
        if usual && !trailing_minus && !float_notation {
            return None;
        }
        let mut currency: Vec<_> = currency
            .iter()
            .map(|sign| sign.trim().to_owned())
            .filter(|it| !it.is_empty())
            .collect();
        currency.sort_by_key(|sign| std::cmp::Reverse(sign.len()));
        let (decimal_mark, thousands_mark) = (*decimal_mark, *thousands_mark);
        Some(Self { decimal_mark, thousands_mark, currency, trailing_minus, float_notation })
    }

    /// Appends the number with a point and without marks, groups and currency symbols.
    ///
    /// A currency symbol may be on one side of the number, with blanks between. The `-` is
    /// before or after a currency symbol in front, and if declared behind the number; a column that
    /// declares currency symbols may put a negative amount in parentheses instead.
    pub(crate) fn respell(&self, text: &str, plain: &mut String) -> Result<(), Reason> {
        let start = plain.len();
        self.point(text, plain)?;
        if self.float_notation {
            let digits = unfolded(&plain[start..])?;
            plain.truncate(start);
            plain.push_str(&digits);
        }
        Ok(())
    }

    fn point(&self, text: &str, plain: &mut String) -> Result<(), Reason> {
        let (sign, rest) = self.signed(text);
        let (mut currency, rest) = self.without_currency(rest);
        let (negative, rest) = match in_parentheses(rest).filter(|_| !self.currency.is_empty()) {
            Some(within) if sign.is_none() => {
                let (again, within) = self.without_currency(within);
                if currency && again {
                    return Err(Reason::BadNumber);
                }
                currency |= again;
                (Some('-'), within)
            }
            _ => (sign, rest),
        };
        let (inner, digits) =
            if currency && negative.is_none() { self.signed(rest) } else { (None, rest) };
        plain.extend(negative.or(inner));
        self.digits(digits, plain)
    }

    /// The sign and the text without it, which is before it or, where declared, a minus behind it.
    fn signed<'a>(&self, text: &'a str) -> (Option<char>, &'a str) {
        match signed(text) {
            (None, rest) if self.trailing_minus => behind(rest),
            found => found,
        }
    }

    /// Whether there is a currency symbol on one side, and the text without it.
    fn without_currency<'a>(&self, text: &'a str) -> (bool, &'a str) {
        let strip = |sign: &String| {
            let before = text.strip_prefix(sign.as_str()).map(str::trim_start);
            before.or_else(|| text.strip_suffix(sign.as_str()).map(str::trim_end))
        };
        let rest = self.currency.iter().find_map(strip);
        (rest.is_some(), rest.unwrap_or(text))
    }

    fn digits(&self, text: &str, plain: &mut String) -> Result<(), Reason> {
        let (whole, part) = match text.split_once(self.decimal_mark) {
            Some((whole, part)) => (whole, Some(part)),
            None => (text, None),
        };
        let exponent = whole.find(['e', 'E']).filter(|_| part.is_none()).unwrap_or(whole.len());
        let (whole, exponent) = whole.split_at(exponent);
        self.groups(whole, plain)?;
        plain.extend(part.map(|_| '.'));
        let rest = part.unwrap_or(exponent);
        // A point here would be a second one.
        let foreign = |c: char| c == '.' || !c.is_ascii();
        if rest.contains(foreign) {
            return Err(Reason::BadNumber);
        }
        plain.push_str(rest);
        Ok(())
    }

    /// Digits, perhaps in groups: then each has three, and the first one to three.
    fn groups(&self, whole: &str, plain: &mut String) -> Result<(), Reason> {
        let groups = || whole.split(|c| self.is_thousands_mark(c));
        let grouped = groups().nth(1).is_some();
        for (number, group) in groups().enumerate() {
            let width = match number {
                _ if !grouped => true,
                0 => (1..=3).contains(&group.len()),
                _ => group.len() == 3,
            };
            if !width || !group.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(Reason::BadNumber);
            }
            plain.push_str(group);
        }
        Ok(())
    }

    fn is_thousands_mark(&self, c: char) -> bool {
        let blank = |c| BLANKS.contains(&c);
        self.thousands_mark.is_some_and(|mark| mark == c || (blank(mark) && blank(c)))
    }
}

/// The sign in front and what follows it.
fn signed(text: &str) -> (Option<char>, &str) {
    match text.chars().next() {
        Some(sign @ ('-' | '+')) => (Some(sign), text[1..].trim_start()),
        // What typesetters use.
        Some('\u{2212}') => (Some('-'), text['\u{2212}'.len_utf8()..].trim_start()),
        _ => (None, text),
    }
}

/// The minus behind a number and what it follows.
fn behind(text: &str) -> (Option<char>, &str) {
    match text.strip_suffix(['-', '\u{2212}']) {
        Some(rest) => (Some('-'), rest.trim_end()),
        None => (None, text),
    }
}

/// A number without exponent, and without trailing zeros after the point: `1.20e3` as `1200`.
///
/// A number with more digits than any type has is rejected as such.
fn unfolded(plain: &str) -> Result<String, Reason> {
    let digits_at = usize::from(plain.starts_with(['-', '+']));
    let (sign, number) = plain.split_at(digits_at);
    let (number, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let numeric = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + part.len() == 0 || !numeric(whole) || !numeric(part) {
        return Err(Reason::BadNumber);
    }
    let shift = exponent.parse::<i64>().map_err(|_| Reason::BadNumber)?;
    let digits = format!("{whole}{part}");
    let significant = digits.trim_matches('0');
    if significant.is_empty() {
        return Ok("0".to_owned());
    }
    // The position of the point among the significant digits. No text is too long to be counted.
    let length = |text: &str| i64::try_from(text.len()).unwrap_or(i64::MAX);
    let leading = length(&digits) - length(digits.trim_start_matches('0'));
    let (point, count) = ((length(whole) - leading).saturating_add(shift), length(significant));
    if point > PLACES {
        return Err(Reason::OutOfRange);
    }
    if point < -PLACES {
        return Err(Reason::Scale);
    }
    let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or(0));
    Ok(if point >= count {
        format!("{sign}{significant}{}", zeros(point - count))
    } else if point > 0 {
        let (whole, part) = significant.split_at(usize::try_from(point).unwrap_or(0));
        format!("{sign}{whole}.{part}")
    } else {
        format!("{sign}0.{}{significant}", zeros(-point))
    })
}

fn in_parentheses(text: &str) -> Option<&str> {
    Some(text.strip_prefix('(')?.strip_suffix(')')?.trim())
}

#[cfg(test)]
mod tests {
    use super::Amounts;
    use crate::value::Notation;
    use crate::value::reason::Reason;
    use proptest::prelude::*;

    fn amounts(decimal: char, thousands: Option<char>, currency: &[&str]) -> Amounts {
        let mut notation = Notation::usual(chrono_tz::UTC);
        notation.decimal_mark = decimal;
        notation.thousands_mark = thousands;
        notation.currency = currency.iter().map(|&sign| sign.to_owned()).collect();
        Amounts::of(&notation).unwrap()
    }

    fn plain(amounts: &Amounts, text: &str) -> Result<String, Reason> {
        let mut plain = String::new();
        amounts.respell(text, &mut plain).map(|()| plain)
    }

    #[test]
    fn marks_become_those_of_every_program() {
        let german = amounts(',', Some('.'), &["€", "EUR"]);
        for (text, expected) in [
            ("1.234.567,89", "1234567.89"),
            ("1234,5", "1234.5"),
            ("-1.234,50 €", "-1234.50"),
            ("€ -1.234,50", "-1234.50"),
            ("-€1,5", "-1.5"),
            ("EUR\u{a0}7", "7"),
            ("+7 EUR", "+7"),
            ("\u{2212}7", "-7"),
            ("(1.234,50 €)", "-1234.50"),
            ("€ (0,5)", "-0.5"),
            (",5", ".5"),
            ("1,5e3", "1.5e3"),
            ("12e3", "12e3"),
        ] {
            assert_eq!(plain(&german, text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn groups_have_three_digits_and_end_before_the_decimals() {
        let english = amounts('.', Some(','), &["US$", "$"]);
        for (text, expected) in [("1,234.5", "1234.5"), ("US$12,345", "12345"), ("$1", "1")] {
            assert_eq!(plain(&english, text).as_deref(), Ok(expected), "{text}");
        }
        for text in [
            "1,23",
            "1,2345",
            ",123",
            "1234,567",
            "1,,234",
            "1,234,",
            "1.234,567",
            "1.2.3",
            "1 234",
            "$$1",
            "$1$",
            "$(1$)",
            "-(1)",
            "((1))",
            "--1",
            "-$-1",
            "USD 1",
            "1,234e",
            "１",
        ] {
            let read = plain(&english, text).and_then(|text| crate::value::number::float(&text));
            assert_eq!(read, Err(Reason::BadNumber), "{text}");
        }
    }

    #[test]
    fn a_minus_may_stand_behind_where_it_is_declared() {
        let mut notation = Notation::usual(chrono_tz::UTC);
        (notation.thousands_mark, notation.trailing_minus) = (Some(','), true);
        notation.currency = vec!["€".to_owned()];
        let amounts = Amounts::of(&notation).unwrap();
        for (text, expected) in [
            ("1,234.50-", "-1234.50"),
            ("1,234.50 -", "-1234.50"),
            ("7\u{2212}", "-7"),
            ("-7", "-7"),
            ("7", "7"),
            ("7- €", "-7"),
            ("€ 7-", "-7"),
            ("7 €-", "-7"),
        ] {
            assert_eq!(plain(&amounts, text).as_deref(), Ok(expected), "{text}");
        }
        for text in ["-7-", "7--", "(7)-", "(7-)", "+7-"] {
            assert_eq!(plain(&amounts, text), Err(Reason::BadNumber), "{text}");
        }
        notation.trailing_minus = false;
        assert_eq!(plain(&Amounts::of(&notation).unwrap(), "7-"), Err(Reason::BadNumber));
    }

    #[test]
    fn what_is_written_as_a_float_is_exact_where_that_is_declared() {
        let mut notation = Notation::usual(chrono_tz::UTC);
        notation.float_notation = true;
        let amounts = Amounts::of(&notation).unwrap();
        let whole =
            |text| plain(&amounts, text).and_then(|text| crate::value::number::int64(&text));
        for (text, expected) in [
            ("12.0", 12),
            ("12", 12),
            ("1e3", 1000),
            ("-1.50E+2", -150),
            ("+2500e-2", 25),
            ("0.0", 0),
            ("-0e999", 0),
            ("9223372036854775807.0", i64::MAX),
            ("922337203685477580.7e1", i64::MAX),
            ("17850.000000", 17850),
        ] {
            assert_eq!(whole(text), Ok(expected), "{text}");
        }
        for (text, reason) in [
            ("12.5", Reason::BadNumber),
            ("1e-1", Reason::BadNumber),
            ("1e", Reason::BadNumber),
            ("e3", Reason::BadNumber),
            ("NaN", Reason::BadNumber),
            ("1e1.0", Reason::BadNumber),
            ("1e19", Reason::OutOfRange),
            ("1e999999999999", Reason::OutOfRange),
            ("1e99999999999999999999", Reason::BadNumber),
            ("1e-999999999999", Reason::Scale),
        ] {
            assert_eq!(whole(text), Err(reason), "{text}");
        }
        let decimal =
            |text| plain(&amounts, text).and_then(|it| crate::value::number::decimal(&it, 18, 2));
        assert_eq!(decimal("1E-1"), Ok(10));
        assert_eq!(decimal("1.25e1"), Ok(1250));
        assert_eq!(decimal("1.2500e-1"), Err(Reason::Scale));
    }

    #[test]
    fn a_blank_between_groups_may_be_any_blank() {
        let french = amounts(',', Some(' '), &[]);
        for text in ["1 234,5", "1\u{a0}234,5", "1\u{202f}234,5"] {
            assert_eq!(plain(&french, text).as_deref(), Ok("1234.5"), "{text}");
        }
        assert_eq!(plain(&french, "1.5"), Err(Reason::BadNumber));
        assert_eq!(plain(&french, "(1,5)"), Err(Reason::BadNumber));
    }

    proptest! {
        #[test]
        fn an_amount_reads_back_however_it_is_written(
            cents in -(10_i128.pow(20))..10_i128.pow(20),
            marks in prop::sample::select(&[('.', ','), (',', '.'), (',', ' '), ('.', '\'')]),
            sign in prop::sample::select(&["€", "CHF", "kr."]),
            before: bool,
            blank in prop::sample::select(&["", " ", "\u{a0}"]),
        ) {
            let whole = (cents.abs() / 100).to_string();
            let groups = whole.as_bytes().rchunks(3).rev().map(|group| String::from_utf8_lossy(group));
            let whole = groups.collect::<Vec<_>>().join(&marks.1.to_string());
            let number = format!("{whole}{}{:02}", marks.0, cents.abs() % 100);
            let money =
                if before { format!("{sign}{blank}{number}") } else { format!("{number}{blank}{sign}") };
            let text = format!("{}{money}", if cents < 0 { "-" } else { "" });
            let amounts = amounts(marks.0, Some(marks.1), &["€", "CHF", "kr."]);
            let read = plain(&amounts, &text).and_then(|text| crate::value::number::decimal(&text, 38, 2));
            prop_assert_eq!(read, Ok(cents), "{}", text);
        }

        #[test]
        fn no_text_makes_it_panic(text in ".*", other in "[-+()€ .,0-9e]*") {
            let mut amounts = amounts(',', Some('.'), &["€"]);
            (amounts.trailing_minus, amounts.float_notation) = (true, true);
            let _ = plain(&amounts, &text);
            let _ = plain(&amounts, &other);
        }
    }
}
