//! What the texts of a column are: the narrowest type that accepts all of them, and what is
//! uncertain.

use std::collections::BTreeSet;

use super::habits::{Habits, Tells};
use super::{marks, moment, number};
use crate::declare::ColumnType;
use crate::store::redact_text;

/// Texts that often mean NULL. If the rest of a column is not text they are taken as NULL.
const NULLS: [&str; 18] = [
    "NA", "N/A", "n/a", "na", "NULL", "null", "Null", "None", "none", "NaN", "nan", "nil", "-",
    "--", "?", "#N/A", "\\N", "(null)",
];
/// Those among them that are hardly ever words, even in a column of words.
const SURE_NULLS: [&str; 5] = ["NULL", "null", "\\N", "#N/A", "(null)"];
/// Pairs of words for true and false, in lower case, that are read without being named.
const USUAL_TRUTHS: [(&str, &str); 4] = [("true", "false"), ("t", "f"), ("yes", "no"), ("y", "n")];
/// Pairs of words for true and false that have to be named.
const OTHER_TRUTHS: [(&str, &str); 12] = [
    ("oui", "non"),
    ("ja", "nein"),
    ("ja", "nee"),
    ("ja", "nej"),
    ("si", "no"),
    ("sí", "no"),
    ("sim", "não"),
    ("wahr", "falsch"),
    ("vrai", "faux"),
    ("on", "off"),
    ("j", "n"),
    ("да", "нет"),
];
/// A column with so few different words, each so often, is perhaps an enumeration.
const FEW_WORDS: usize = 10;
const OFTEN: usize = 10;
/// The share of texts that must be of a type for the others to be mentioned.
const NEARLY_ALL: f64 = 0.9;
/// How many texts show that a column is not even nearly of another type.
const FIRST: usize = 50;

/// How a column will be declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Guess {
    /// Its type.
    pub(super) data_type: ColumnType,
    /// The `strftime` patterns of dates and timestamps.
    pub(super) formats: Vec<String>,
    /// The decimal separator, if it is not a point.
    pub(super) decimal_mark: Option<char>,
    /// What groups digits.
    pub(super) thousands_mark: Option<char>,
    /// Signs beside numbers.
    pub(super) currency: Vec<String>,
    /// Whether a minus stands behind some of the numbers.
    pub(super) trailing_minus: bool,
    /// Whether whole numbers are written as floats are.
    pub(super) float_notation: bool,
    /// The words for true and false, if they are unusual.
    pub(super) truths: Option<(String, String)>,
    /// Texts that mean NULL.
    pub(super) null_values: Vec<String>,
    /// Whether every row has a value.
    pub(super) required: bool,
    /// What is unsure, and why.
    pub(super) notes: Vec<String>,
    /// What it shows about the notation of the source.
    pub(super) tells: Tells,
}

impl Guess {
    /// A type, with nothing else to say.
    pub(super) fn of(data_type: ColumnType) -> Self {
        Self {
            data_type,
            formats: Vec::new(),
            decimal_mark: None,
            thousands_mark: None,
            currency: Vec::new(),
            trailing_minus: false,
            float_notation: false,
            truths: None,
            null_values: Vec::new(),
            required: false,
            notes: Vec::new(),
            tells: Tells::default(),
        }
    }

    /// The same with a comment on what is uncertain.
    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
}

/// What was seen of a column.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    /// Its name in the files, if any.
    pub(super) name: String,
    /// Its texts; blanks around them do not count.
    pub(super) texts: Vec<String>,
    /// In how many rows there is no text.
    pub(super) missing: usize,
    /// How many files name it.
    pub(super) files: usize,
    /// Whether these are texts by the format, and not only for lack of types.
    pub(super) quoted: bool,
    /// Whether numbers among them are the format's own, which have a point whoever wrote them.
    pub(super) numbers: bool,
    /// Whether some of these are lists, taken as they are written.
    pub(super) lists: bool,
}

/// The types of the columns of a source. An ambiguous column is read like the others.
pub(super) fn guesses(columns: &[Seen]) -> Vec<Guess> {
    let alone = columns.iter().map(|seen| guess(seen, Habits::default()));
    let alone: Vec<Guess> = alone.collect();
    let habits = Habits::common(alone.iter().map(|guess| guess.tells.says));
    let together = |(seen, alone): (&Seen, Guess)| match alone.tells.asks {
        true => guess(seen, habits),
        false => alone,
    };
    columns.iter().zip(alone).map(together).collect()
}

/// Whether texts are all days or moments, with something between their digits.
pub(super) fn is_moments(texts: &[&str]) -> bool {
    !texts.is_empty() && moment::moment(texts, None).is_some()
}

/// What the column is.
pub(super) fn guess(seen: &Seen, habits: Habits) -> Guess {
    let trimmed: Vec<&str> = seen.texts.iter().map(|text| text.trim()).collect();
    let blank = trimmed.iter().filter(|text| text.is_empty()).count();
    let texts: Vec<&str> = trimmed.into_iter().filter(|text| !text.is_empty()).collect();
    if texts.is_empty() {
        return Guess::of(ColumnType::String).note("no value in the sample");
    }
    if seen.lists {
        let note = "lists as JSON text; `from: name[0]` takes one of their values";
        return required(Guess::of(ColumnType::String).note(note), seen, 0);
    }
    let (nulls, values) = parted(&texts, &NULLS);
    let typed = typed(seen, &texts, habits).map(|guess| (guess, Vec::new()));
    let typed = typed.or_else(|| {
        let guess = typed_values(seen, &values, &nulls, habits)?;
        Some((guess, nulls))
    });
    let (guess, nulls) = typed.unwrap_or_else(|| (text(seen, &texts), Vec::new()));
    let is_text = guess.data_type == ColumnType::String;
    // A text of blanks is a value of a column of text, and none of any other.
    let blank = if is_text { 0 } else { blank };
    let nulls = if is_text && nulls.is_empty() { sure(&texts) } else { nulls };
    required(Guess { null_values: nulls, ..guess }, seen, blank)
}

fn typed_values(seen: &Seen, values: &[&str], nulls: &[String], habits: Habits) -> Option<Guess> {
    if values.is_empty() || nulls.is_empty() {
        return None;
    }
    typed(seen, values, habits)
}

fn sure(texts: &[&str]) -> Vec<String> {
    parted(texts, &SURE_NULLS).0
}

/// The texts that are among `words`, each once, and the others.
fn parted<'a>(texts: &[&'a str], words: &[&str]) -> (Vec<String>, Vec<&'a str>) {
    let (nulls, values): (Vec<&str>, Vec<&str>) =
        texts.iter().partition(|text| words.contains(text));
    let nulls: BTreeSet<&str> = nulls.into_iter().collect();
    (nulls.into_iter().map(str::to_owned).collect(), values)
}

/// The type that takes all texts, unless that is any text.
fn typed(seen: &Seen, texts: &[&str], habits: Habits) -> Option<Guess> {
    truths(texts)
        .or_else(|| moment::compact(texts))
        .or_else(|| moment::epoch(&seen.name, texts))
        .or_else(|| {
            let number = number::number(seen, texts, habits)?;
            Some(moment::perhaps(number, texts))
        })
        .or_else(|| moment::moment(texts, habits.order))
}

fn truths(texts: &[&str]) -> Option<Guess> {
    let words: BTreeSet<String> = texts.iter().map(|text| text.to_lowercase()).collect();
    let are =
        |(yes, no): &(&str, &str)| words.len() == 2 && words.contains(*yes) && words.contains(*no);
    let only = words.iter().all(|word| word == "true" || word == "false");
    if only || USUAL_TRUTHS.iter().any(are) {
        return Some(Guess::of(ColumnType::Boolean));
    }
    let (yes, no) = OTHER_TRUTHS.iter().find(|pair| are(pair))?;
    let truths = Some(((*yes).to_owned(), (*no).to_owned()));
    Some(Guess { truths, ..Guess::of(ColumnType::Boolean) })
}

fn text(seen: &Seen, texts: &[&str]) -> Guess {
    let says = Habits { decimal: marks::of_percentages(texts), ..Habits::default() };
    let tells = Tells { says, ..Tells::default() };
    let guess = Guess { tells, ..Guess::of(ColumnType::String) };
    if let Some(note) = nearly(seen, texts) {
        return guess.note(note);
    }
    let words: BTreeSet<&str> = texts.iter().copied().collect();
    let short = words.iter().all(|word| word.chars().count() <= 30);
    if words.len() <= FEW_WORDS && texts.len() >= OFTEN * words.len() && short {
        let words: Vec<String> = words.into_iter().map(super::block::scalar).collect();
        let note = format!("perhaps accepted_values: [{}]", words.join(", "));
        return if shown_whole(&note) { guess.note(note) } else { guess };
    }
    guess
}

/// Whether a text is printed as it is: of URLs, what may be a secret is not.
pub(super) fn shown_whole(text: &str) -> bool {
    redact_text(text) == text
}

/// The comment on a column that is almost of another type.
fn nearly(seen: &Seen, texts: &[&str]) -> Option<String> {
    // Most columns of words end here, before each of their texts is tried as a date.
    let some = &texts[..texts.len().min(FIRST)];
    let typed = |texts: &[&str]| typed(seen, texts, Habits::default());
    let fits = |text: &&&str| typed(&[**text]).as_ref().is_some_and(is_typed);
    if (some.iter().filter(fits).count() as f64) < NEARLY_ALL / 2.0 * some.len() as f64 {
        return None;
    }
    let fitting: Vec<&str> = texts.iter().filter(fits).copied().collect();
    if fitting.len() == texts.len() || (fitting.len() as f64) < NEARLY_ALL * texts.len() as f64 {
        return None;
    }
    let data_type = typed(&fitting).filter(is_typed)?.data_type;
    let other = texts.iter().find(|text| !fitting.contains(text))?;
    let (other, count) = (super::block::scalar(other), texts.len() - fitting.len());
    Some(format!("{data_type} but for {count} of {}, such as {other}", texts.len()))
}

fn is_typed(guess: &Guess) -> bool {
    guess.data_type != ColumnType::String
}

/// A column that had a value in every row of the sample is declared as required.
fn required(mut guess: Guess, seen: &Seen, blank: usize) -> Guess {
    let none = |text: &&String| guess.null_values.iter().any(|null| null == text.trim());
    let empty = seen.missing + blank + seen.texts.iter().filter(none).count();
    let rows = seen.texts.len() + seen.missing;
    guess.required = empty == 0;
    guess.notes.push(match empty {
        0 => format!("never empty in {rows} {}", if rows == 1 { "row" } else { "rows" }),
        _ => format!("empty in {empty} of {rows} rows"),
    });
    guess
}
