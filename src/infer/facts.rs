//! What the values of a column are like, beyond their type, as the samples show it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use datafusion::arrow::array::{Array, RecordBatch};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};

/// Columns of more different words than this list none of them.
const WORDS: usize = 30;

/// What was seen of the values of one column.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// How many rows have a value.
    pub values: usize,
    /// How many different values there are.
    pub distinct: usize,
    /// How many values are like e-mail addresses.
    pub emails: usize,
    /// The least and the greatest value, if all are numbers.
    pub range: Option<(f64, f64)>,
    /// Whether all are integers.
    pub is_whole: bool,
    /// The newest day, if all are dates or timestamps.
    pub newest: Option<NaiveDate>,
    /// The values, if there are few different ones.
    pub words: BTreeSet<String>,
}

impl Facts {
    /// Whether no value occurs twice.
    pub fn is_unique(&self) -> bool {
        self.values > 0 && self.distinct == self.values
    }

    /// Whether values are e-mail addresses, most of them.
    pub fn is_email(&self) -> bool {
        self.emails * 2 > self.values
    }
}

/// The facts of each column of some rows.
pub(super) fn facts(batches: &[RecordBatch], columns: usize) -> Vec<Facts> {
    (0..columns).map(|column| of_texts(&texts(batches, column))).collect()
}

/// The values of a column, as text.
fn texts(batches: &[RecordBatch], column: usize) -> Vec<String> {
    let options = FormatOptions::default();
    let mut texts = Vec::new();
    for batch in batches {
        let values = batch.column(column);
        let Ok(shown) = ArrayFormatter::try_new(values, &options) else { continue };
        let rows = (0..values.len()).filter(|row| values.is_valid(*row));
        texts.extend(rows.map(|row| shown.value(row).to_string()));
    }
    texts
}

fn of_texts(texts: &[String]) -> Facts {
    let distinct: BTreeSet<&str> = texts.iter().map(String::as_str).collect();
    let numbers: Option<Vec<f64>> = distinct.iter().map(|text| text.parse().ok()).collect();
    let numbers = numbers.filter(|numbers| !numbers.is_empty());
    let days: Option<Vec<NaiveDate>> = distinct.iter().map(|text| day(text)).collect();
    let few = distinct.len() <= WORDS;
    Facts {
        values: texts.len(),
        distinct: distinct.len(),
        emails: texts.iter().filter(|text| is_email(text)).count(),
        range: numbers.as_ref().map(|numbers| range(numbers)),
        is_whole: numbers.is_some_and(|numbers| numbers.iter().all(|it| it.fract() == 0.0)),
        newest: days.and_then(|days| days.into_iter().max()),
        words: distinct.iter().filter(|_| few).map(|text| (*text).to_owned()).collect(),
    }
}

fn range(numbers: &[f64]) -> (f64, f64) {
    let least = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    (least, numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max))
}

fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text.get(..10)?, "%Y-%m-%d").ok()
}

/// Whether a text is like an e-mail address: something before one `@`, a point behind it, no blanks.
fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let plain = !text.contains(char::is_whitespace) && !host.contains('@');
    plain && !name.is_empty() && host.contains('.') && !host.starts_with('.')
}

#[cfg(test)]
mod tests {
    use super::{Facts, of_texts};

    fn of(texts: &[&str]) -> Facts {
        of_texts(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn numbers_days_and_addresses_are_told_apart() {
        let scores = of(&["0", "10", "7", "7"]);
        assert_eq!((scores.range, scores.is_whole), (Some((0.0, 10.0)), true));
        assert!(!scores.is_unique() && scores.newest.is_none());
        let days = of(&["2025-01-31", "2024-12-31T10:00:00Z"]);
        assert_eq!(days.newest.map(|day| day.to_string()).as_deref(), Some("2025-01-31"));
        assert!(days.is_unique() && days.range.is_none());
        assert!(of(&["ada@example.com", "bo@example.co.uk", "?"]).is_email());
        assert!(!of(&["@ada", "a@b@c.d", "a b@c.d", "a@.d"]).is_email());
        assert_eq!(of(&[]), Facts::default());
    }
}
