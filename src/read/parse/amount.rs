//! Numbers as people write them: `1.234,50 €` becomes `1234.50`.
//!
//! Only the writing is changed here. Whether the number fits its type is for the type to say.

use crate::plan::Notation;
use crate::read::Reason;

/// Blanks that people put between groups of digits: all of them stand for the one declared.
const BLANKS: [char; 4] = [' ', '\u{a0}', '\u{2009}', '\u{202f}'];

/// How a column writes its numbers.
#[derive(Debug)]
pub(in crate::read) struct Amounts {
    decimal_mark: char,
    thousands_mark: Option<char>,
    /// The longest first, so that `US$` is not read as `$` after `US`.
    currency: Vec<String>,
}

impl Amounts {
    /// By a column's notation; nothing if it writes numbers as usual.
    pub(super) fn of(notation: &Notation) -> Option<Self> {
        let Notation { decimal_mark, thousands_mark, currency, .. } = notation;
        if *decimal_mark == '.' && thousands_mark.is_none() && currency.is_empty() {
            return None;
        }
        let mut currency: Vec<_> = currency
            .iter()
            .map(|sign| sign.trim().to_owned())
            .filter(|it| !it.is_empty())
            .collect();
        currency.sort_by_key(|sign| std::cmp::Reverse(sign.len()));
        Some(Self { decimal_mark: *decimal_mark, thousands_mark: *thousands_mark, currency })
    }

    /// Appends the number with a point and without marks, groups and signs of currency.
    ///
    /// A sign of currency may stand on one side of the number, with blanks between. The `-` stands
    /// before or after a sign of currency in front; a column that declares signs of currency may
    /// put a negative amount in parentheses instead.
    pub(in crate::read) fn respell(&self, text: &str, plain: &mut String) -> Result<(), Reason> {
        let (sign, rest) = signed(text);
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
            if currency && negative.is_none() { signed(rest) } else { (None, rest) };
        plain.extend(negative.or(inner));
        self.digits(digits, plain)
    }

    /// Whether there is a sign of currency on one side, and the text without it.
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

fn in_parentheses(text: &str) -> Option<&str> {
    Some(text.strip_prefix('(')?.strip_suffix(')')?.trim())
}

#[cfg(test)]
mod tests {
    use super::Amounts;
    use crate::plan::Notation;
    use crate::read::Reason;
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
            let read = plain(&english, text).and_then(|text| super::super::float(&text));
            assert_eq!(read, Err(Reason::BadNumber), "{text}");
        }
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
            let read = plain(&amounts, &text).and_then(|text| super::super::decimal(&text, 38, 2));
            prop_assert_eq!(read, Ok(cents), "{}", text);
        }

        #[test]
        fn no_text_makes_it_panic(text in ".*", other in "[-+()€ .,0-9e]*") {
            let amounts = amounts(',', Some('.'), &["€"]);
            let _ = plain(&amounts, &text);
            let _ = plain(&amounts, &other);
        }
    }
}
