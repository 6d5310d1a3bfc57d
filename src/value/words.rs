//! Words for true and false.

use super::notation::Notation;
use super::number::boolean;
use super::reason::Reason;

/// The words of a column; the usual ones stand where none are declared.
#[derive(Debug)]
pub(crate) struct Words {
    yes: Vec<String>,
    no: Vec<String>,
}

impl Words {
    /// By a column's notation; `None` if it uses the usual words.
    pub(super) fn of(notation: &Notation) -> Option<Self> {
        let lower =
            |words: &[String]| words.iter().map(|word| word.trim().to_lowercase()).collect();
        let words = Self { yes: lower(&notation.true_values), no: lower(&notation.false_values) };
        (!words.yes.is_empty() || !words.no.is_empty()).then_some(words)
    }

    /// A boolean in any case. A declared word takes precedence over a usual one.
    pub(crate) fn parse(&self, text: &str) -> Result<bool, Reason> {
        let among = |words: &[String]| {
            words.iter().any(|word| match word.is_ascii() {
                true => word.eq_ignore_ascii_case(text),
                false => *word == text.to_lowercase(),
            })
        };
        match (among(&self.yes), among(&self.no), boolean(text)) {
            (true, _, _) => Ok(true),
            (_, true, _) => Ok(false),
            (_, _, Ok(true)) if self.yes.is_empty() => Ok(true),
            (_, _, Ok(false)) if self.no.is_empty() => Ok(false),
            _ => Err(Reason::BadBoolean),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Words;
    use crate::value::Notation;
    use crate::value::reason::Reason;

    fn words(yes: &[&str], no: &[&str]) -> Words {
        let texts = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
        let mut notation = Notation::usual(chrono_tz::UTC);
        (notation.true_values, notation.false_values) = (texts(yes), texts(no));
        Words::of(&notation).unwrap()
    }

    #[test]
    fn declared_words_replace_the_usual_ones_in_any_case() {
        let french = words(&["oui", "ДА"], &["non"]);
        for (text, expected) in [("Oui", true), ("да", true), ("NON", false)] {
            assert_eq!(french.parse(text), Ok(expected), "{text}");
        }
        for text in ["yes", "1", "0", "false"] {
            assert_eq!(french.parse(text), Err(Reason::BadBoolean), "{text}");
        }
    }

    #[test]
    fn the_usual_words_stand_on_the_side_that_declares_none() {
        let marked = words(&["x"], &[]);
        assert_eq!(marked.parse("X"), Ok(true));
        assert_eq!(marked.parse("no"), Ok(false));
        assert_eq!(marked.parse("yes"), Err(Reason::BadBoolean));
        assert_eq!(words(&[], &["1"]).parse("1"), Ok(false));
        assert_eq!(words(&["n"], &[]).parse("n"), Ok(true));
    }

    #[test]
    fn columns_without_words_have_none() {
        assert!(Words::of(&Notation::usual(chrono_tz::UTC)).is_none());
    }
}
