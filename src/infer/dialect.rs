//! Which dialect a text is written in: the one that gives most records the same number of fields.

use super::split::{Dialect, Fields, Record, records};

/// Characters between fields. Of several that fit, the first: the rarer a character is in prose,
/// the less it fits by chance.
const DELIMITERS: [char; 5] = ['\t', '|', ';', ',', ':'];
/// Characters around fields.
const QUOTES: [Option<char>; 3] = [Some('"'), Some('\''), None];
/// Characters that start a line to skip.
const COMMENTS: [Option<char>; 3] = [None, Some('#'), Some('%')];
/// The character before a quote within quotes, where quotes are not doubled.
const ESCAPE: char = '\\';
/// How many records of a file decide.
const RECORDS: usize = 500;
/// The share of records with the same number of fields that makes a dialect plausible.
const PLAUSIBLE: f64 = 0.8;

/// How well a dialect fits.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
struct Fit {
    /// The share of records that are whole and have the usual number of fields, in thousandths.
    share: u32,
    /// Whether most records have quotes that open and close.
    quoted: bool,
    /// The usual number of fields.
    fields: usize,
}

/// A text and whether it breaks off.
pub(super) type Text<'a> = (&'a str, bool);

/// The dialect of the texts; nothing if their lines are no records of several fields.
pub(super) fn dialect(texts: &[Text], blanks_first: bool) -> Option<Dialect> {
    let delimited = best(DELIMITERS.iter().flat_map(|delimiter| with(*delimiter, texts)), texts);
    let blanks = best(COMMENTS.map(|comment| Dialect { fields: Fields::Blanks, comment }), texts);
    match (delimited, blanks) {
        (Some((_, fit)), Some((blanks, other))) if blanks_first && other.share >= fit.share => {
            Some(blanks)
        }
        (Some((dialect, fit)), Some((blanks, other))) => {
            Some(if other.share > fit.share { blanks } else { dialect })
        }
        (found, other) => found.or(other).map(|(dialect, _)| dialect),
    }
}

/// The dialect of texts with lines around their records that are none, such as titles and totals.
pub(super) fn within(texts: &[Text]) -> Option<Dialect> {
    let mut best: Option<(Dialect, (u32, usize))> = None;
    for delimiter in DELIMITERS {
        for dialect in with(delimiter, texts) {
            let fit = fit_within(dialect, texts);
            if f64::from(fit.0) >= PLAUSIBLE * 1000.0 && best.is_none_or(|(_, other)| fit > other) {
                best = Some((dialect, fit));
            }
        }
    }
    best.map(|(dialect, _)| dialect)
}

/// The share of records from the first to the last of the usual number of fields that have it, in
/// thousandths, and how many these are. Nothing fits if there are hardly any.
fn fit_within(dialect: Dialect, texts: &[Text]) -> (u32, usize) {
    let (mut all, mut whole) = (0, 0);
    for (text, cut) in texts {
        let records = records(text, dialect, *cut, RECORDS).0;
        let several: Vec<Record> =
            records.iter().filter(|it| it.fields.len() > 1).cloned().collect();
        let fields = usual_fields(&several);
        let usual = |it: &Record| !it.broken && fields > 1 && it.fields.len() == fields;
        let (first, last) = (records.iter().position(usual), records.iter().rposition(usual));
        all += first.zip(last).map_or(0, |(first, last)| last - first + 1);
        whole += records.iter().filter(|it| usual(it)).count();
    }
    let few = whole < 2 * texts.len();
    if few { (0, 0) } else { (u32::try_from(whole * 1000 / all).unwrap_or(0), whole) }
}

/// The dialect of texts of one column.
pub(super) fn single(texts: &[Text]) -> Dialect {
    let escapes = with(',', texts);
    let scored = escapes.into_iter().map(|dialect| (dialect, fit(dialect, texts)));
    let better = |one: (Dialect, Fit), other: (Dialect, Fit)| {
        if (other.1.share, other.1.quoted) > (one.1.share, one.1.quoted) { other } else { one }
    };
    let usual = Fields::Delimited { delimiter: ',', quote: Some('"'), escape: None };
    let usual = Dialect { fields: usual, comment: None };
    scored.reduce(better).map_or(usual, |(dialect, _)| dialect)
}

/// Every dialect with this delimiter; escapes only where there is one.
fn with(delimiter: char, texts: &[Text]) -> Vec<Dialect> {
    let mut found = Vec::new();
    for comment in COMMENTS {
        for quote in QUOTES {
            let fields = Fields::Delimited { delimiter, quote, escape: None };
            found.push(Dialect { fields, comment });
            let escaped = quote.map(|quote| format!("{ESCAPE}{quote}"));
            if escaped.is_some_and(|it| texts.iter().any(|(text, _)| text.contains(&it))) {
                let fields = Fields::Delimited { delimiter, quote, escape: Some(ESCAPE) };
                found.push(Dialect { fields, comment });
            }
        }
    }
    found
}

/// The first of the dialects that fit best.
fn best(dialects: impl IntoIterator<Item = Dialect>, texts: &[Text]) -> Option<(Dialect, Fit)> {
    let mut best: Option<(Dialect, Fit)> = None;
    for dialect in dialects {
        let fit = fit(dialect, texts);
        let plausible = fit.fields > 1 && f64::from(fit.share) >= PLAUSIBLE * 1000.0;
        let better =
            best.is_none_or(|(_, other)| (fit.share, fit.quoted) > (other.share, other.quoted));
        if plausible && better {
            best = Some((dialect, fit));
        }
    }
    best
}

fn fit(dialect: Dialect, texts: &[Text]) -> Fit {
    let all: Vec<Record> =
        texts.iter().flat_map(|(text, cut)| records(text, dialect, *cut, RECORDS).0).collect();
    let fields = usual_fields(&all);
    let whole = all.iter().filter(|it| !it.broken && it.fields.len() == fields).count();
    let quoted = all.iter().filter(|it| !it.broken && it.quoted > 0).count();
    let share = u32::try_from(whole * 1000 / all.len().max(1)).unwrap_or(0);
    Fit { share, quoted: quoted * 2 > all.len(), fields }
}

/// The number of fields that most records have.
pub(super) fn usual_fields(records: &[Record]) -> usize {
    let mut counts = std::collections::BTreeMap::<usize, usize>::new();
    for record in records {
        *counts.entry(record.fields.len()).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(fields, count)| (*count, *fields)).map_or(0, |(it, _)| it)
}
