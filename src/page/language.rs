//! The languages of a page, and what is said in them.

use clap::ValueEnum;

use super::names;
use super::words::Word;
use crate::text::{printable, spelt_out};

/// The language of a page's own words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Chinese, in simplified characters.
    Zh,
}

impl Language {
    /// What readers aloud and browsers know it by (BCP 47).
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh-Hans",
        }
    }

    /// A word or sentence of the page.
    pub(super) fn say(self, word: Word) -> &'static str {
        word.said(self)
    }

    /// A sentence with the values for each `{}` of it.
    pub(super) fn fill(self, word: Word, with: &[&str]) -> String {
        let mut with = with.iter();
        let parts = self.say(word).split("{}").flat_map(|part| [Some(part), with.next().copied()]);
        parts.flatten().collect()
    }

    /// The name of a code of a table; other text as it is, with control characters escaped.
    pub(super) fn name(self, code: &str) -> String {
        match names::named(code) {
            Some(names) => names[self as usize].to_owned(),
            None => shown(code),
        }
    }
}

/// Text of the data as it may be shown on a page: characters that affect the surrounding text are
/// escaped.
pub(super) fn shown(text: &str) -> String {
    spelt_out(&printable(text))
}

#[cfg(test)]
mod tests {
    use super::{Language, Word, shown};

    #[test]
    fn values_stand_where_a_sentence_has_room_for_them() {
        let said = Language::En.fill(Word::MissingAre, &["{}", "5"]);
        assert_eq!(said, "{} of the 5 tables of the pipeline have no rows for this period.");
    }

    #[test]
    fn text_that_acts_on_what_is_around_it_is_spelt_out() {
        assert_eq!(shown("a\u{202e}b\u{0}"), "a\\u{202e}b\\u{0}");
        assert_eq!(Language::Zh.name("true_loyalty"), "绝对忠诚");
        assert_eq!(Language::Zh.name("my segment"), "my segment");
    }
}
