//! The dialect of texts: the one whose first record has the names of the columns, and that gives
//! most records of each text the same number of fields. Texts of one source may differ in that
//! number.

use super::first_row::is_header;
use super::guess::is_moments;
use super::split::{Dialect, Fields, Record, records};

/// Characters between fields. Of several that fit, the first: the rarer a character is in prose,
/// the less likely it fits by chance.
const DELIMITERS: [char; 5] = ['\t', '|', ';', ',', TIME];
/// The one that occurs in every time of day, and counts only if no other fits.
const TIME: char = ':';
/// Characters around fields.
const QUOTES: [Option<char>; 3] = [Some('"'), Some('\''), None];
/// Characters that start a line to skip.
const COMMENTS: [Option<char>; 3] = [None, Some('#'), Some('%')];
/// The character before a quote within quotes, where quotes are not doubled.
const ESCAPE: char = '\\';
/// How many records of a file are considered.
const RECORDS: usize = 500;
/// How many of them determine whether the first is a header.
const HEADED: usize = 20;
/// The share of records with the same number of fields that makes a dialect plausible, in thousandths.
const PLAUSIBLE: u32 = 800;
/// The same for a dialect that shows a header.
const HEADED_PLAUSIBLE: u32 = 500;

/// How well a dialect fits; of two, the greater fits better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    /// How many texts have a definite header.
    headed: usize,
    /// Whether it does not split times of day.
    usual: bool,
    /// The share of records that are whole and have the usual number of fields of their text, in
    /// thousandths.
    share: u32,
    /// Whether most records have quotes that open and close.
    quoted: bool,
}

impl Fit {
    fn is_plausible(self) -> bool {
        self.share >= if self.headed > 0 { HEADED_PLAUSIBLE } else { PLAUSIBLE }
    }
}

/// A text and whether it breaks off.
pub(super) type Text<'a> = (&'a str, bool);

/// The dialect of the texts, which may be known to have delimiters.
pub(super) fn dialect(texts: &[Text], is_delimited: bool) -> Dialect {
    let several = best(delimited(texts), |it| fit(it, texts, Wanted::Several));
    let blank = |comment| Dialect { fields: Fields::Blanks, comment };
    let blanks = comments(texts).into_iter().map(blank);
    let blanks = best(blanks, |it| fit(it, texts, Wanted::Several)).filter(|_| !is_delimited);
    let several = match (several, blanks) {
        (Some(one), Some(other)) => Some(if other.1 >= one.1 { other } else { one }),
        (one, other) => one.or(other),
    };
    let (single, alone) = single(texts);
    match several.or_else(|| best(delimited(texts), |it| fit_within(it, texts))) {
        Some((_, fit)) if alone.headed > fit.headed => single,
        Some((_, fit)) if fit.headed == 0 && are_moments(single, texts) => single,
        Some((dialect, _)) => dialect,
        None => single,
    }
}

/// The places of a text that the dialect parts and of one that another delimiter does, and that one's own
/// dialect.
pub(super) fn apart(texts: &[Text], dialect: Dialect) -> Option<([usize; 2], Dialect)> {
    let one = texts.iter().position(|text| splits(*text, dialect))?;
    let others = texts.iter().enumerate().filter(|(_, text)| !splits(**text, dialect));
    let own = |text: &Text| {
        let text = std::slice::from_ref(text);
        best(delimited(text), |it| fit(it, text, Wanted::Several))
    };
    others.into_iter().find_map(|(at, text)| Some(([one, at], own(text)?.0)))
}

/// Whether a dialect makes several fields of a text.
fn splits((text, cut): Text, dialect: Dialect) -> bool {
    usual_fields(&records(text, dialect, cut, RECORDS).0) > 1
}

/// The fit of a dialect to texts with other lines around their records, such as titles and totals.
///
/// The share is that of the records from the first to the last of the usual number of fields. Nothing fits
/// if there are hardly any.
fn fit_within(dialect: Dialect, texts: &[Text]) -> Fit {
    let mut found = Counted::default();
    for (text, cut) in texts {
        let records = records(text, dialect, *cut, RECORDS).0;
        let several: Vec<Record> =
            records.iter().filter(|it| it.fields.len() > 1).cloned().collect();
        let fields = usual_fields(&several);
        let usual = |it: &Record| fields > 1 && !it.broken && it.fields.len() == fields;
        let (first, last) = (records.iter().position(usual), records.iter().rposition(usual));
        if let Some((first, last)) = first.zip(last) {
            found.add(&records[first..=last], fields);
        }
    }
    let few = found.whole < 2 * texts.len();
    if few { Counted::default().fit(dialect) } else { found.fit(dialect) }
}

/// The dialect in which texts are of one column, and how well it fits: the comma, unless it parts what the
/// first line does not.
fn single(texts: &[Text]) -> (Dialect, Fit) {
    let usual = Fields::Delimited { delimiter: ',', quote: Some('"'), escape: None };
    let usual = Dialect { fields: usual, comment: None };
    let candidates = [',', ';', '\t', '|'].into_iter().flat_map(|it| with(it, texts));
    let one = best(candidates, |it| fit(it, texts, Wanted::One));
    one.unwrap_or_else(|| (usual, Counted::default().fit(usual)))
}

/// Whether the lines are moments as they stand, which `:` would part.
fn are_moments(single: Dialect, texts: &[Text]) -> bool {
    texts.iter().all(|(text, cut)| {
        let records = records(text, single, *cut, HEADED).0;
        let whole: Vec<&str> = records.iter().map(|it| it.fields[0].trim()).collect();
        records.iter().all(|it| it.fields.len() == 1) && is_moments(&whole)
    })
}

fn delimited(texts: &[Text]) -> Vec<Dialect> {
    DELIMITERS.iter().flat_map(|delimiter| with(*delimiter, texts)).collect()
}

/// Every dialect with this delimiter that splits the texts differently from those before it.
fn with(delimiter: char, texts: &[Text]) -> Vec<Dialect> {
    let has = |sign: String| texts.iter().any(|(text, _)| text.contains(&sign));
    let [usual, ..] = QUOTES;
    let differs =
        |quote: &Option<char>| *quote == usual || quote.or(usual).is_some_and(|it| has(it.into()));
    let mut found = Vec::new();
    for quote in QUOTES.into_iter().filter(differs) {
        found.push(Fields::Delimited { delimiter, quote, escape: None });
        if quote.is_some_and(|quote| has(format!("{ESCAPE}{quote}"))) {
            found.push(Fields::Delimited { delimiter, quote, escape: Some(ESCAPE) });
        }
    }
    let dialects = |comment| found.iter().map(move |fields| Dialect { fields: *fields, comment });
    comments(texts).into_iter().flat_map(dialects).collect()
}

/// The signs that may start lines to skip: those that lines start with.
fn comments(texts: &[Text]) -> Vec<Option<char>> {
    let starts =
        |sign: char| texts.iter().any(|(text, _)| text.lines().any(|it| it.starts_with(sign)));
    COMMENTS.into_iter().filter(|comment| comment.is_none_or(starts)).collect()
}

/// The first of the dialects that fit best, if they are plausible.
fn best(
    dialects: impl IntoIterator<Item = Dialect>,
    fit: impl Fn(Dialect) -> Fit,
) -> Option<(Dialect, Fit)> {
    let mut best: Option<(Dialect, Fit)> = None;
    for dialect in dialects {
        let fit = fit(dialect);
        if fit.is_plausible() && best.is_none_or(|(_, other)| fit > other) {
            best = Some((dialect, fit));
        }
    }
    best
}

/// How many fields are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    One,
    Several,
}

fn fit(dialect: Dialect, texts: &[Text], wanted: Wanted) -> Fit {
    let mut found = Counted::default();
    for (text, cut) in texts {
        let records = records(text, dialect, *cut, RECORDS).0;
        let fields = usual_fields(&records);
        let fits = (fields == 1) == (wanted == Wanted::One);
        found.add(&records, if fits { fields } else { 0 });
    }
    found.fit(dialect)
}

/// What was counted of the records of texts.
#[derive(Debug, Default)]
struct Counted {
    all: usize,
    whole: usize,
    quoted: usize,
    headed: usize,
}

impl Counted {
    /// Counts the records of a text, which usually have so many fields.
    fn add(&mut self, records: &[Record], fields: usize) {
        let whole = |it: &&Record| !it.broken && it.fields.len() == fields;
        let count = records.iter().filter(whole).count();
        let most = 1000 * count >= HEADED_PLAUSIBLE as usize * records.len();
        let first: Vec<Record> = records.iter().filter(whole).take(HEADED).cloned().collect();
        self.all += records.len();
        self.whole += count;
        self.quoted += records.iter().filter(|it| !it.broken && it.quoted > 0).count();
        self.headed += usize::from(most && is_header(&first));
    }

    fn fit(&self, dialect: Dialect) -> Fit {
        let is_time = matches!(dialect.fields, Fields::Delimited { delimiter: TIME, .. });
        let share = u32::try_from(self.whole * 1000 / self.all.max(1)).unwrap_or(0);
        Fit { headed: self.headed, usual: !is_time, share, quoted: self.quoted * 2 > self.all }
    }
}

/// The number of fields that most records have.
pub(super) fn usual_fields(records: &[Record]) -> usize {
    let mut counts = std::collections::BTreeMap::<usize, usize>::new();
    for record in records {
        *counts.entry(record.fields.len()).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(fields, count)| (*count, *fields)).map_or(0, |(it, _)| it)
}

#[cfg(test)]
mod tests {
    use super::{apart, dialect};
    use crate::infer::split::Fields;

    fn delimiter(texts: &[&str]) -> Option<char> {
        let texts: Vec<(&str, bool)> = texts.iter().map(|text| (*text, false)).collect();
        match dialect(&texts, true).fields {
            Fields::Delimited { delimiter, .. } => Some(delimiter),
            Fields::Blanks => None,
        }
    }

    #[test]
    fn texts_of_one_source_may_have_other_numbers_of_fields() {
        for (sign, decimal) in [(',', "5.99"), (';', "5,99"), ('\t', "5,99"), ('|', "5,99")] {
            let text = |names: &str, row: &str, rows: usize| {
                format!("{names}\n{}", format!("{row}\n").repeat(rows))
                    .replace('~', &sign.to_string())
            };
            let row = format!("1~10:30~2025-01-01 10:00:00~{decimal}");
            for (rows, more) in [(5, 5), (100, 5), (5, 100), (60, 3)] {
                let one = text("id~time~at~price", &row, rows);
                let other = text("id~gift~time~at~price", &row.replacen('~', "~x~", 1), more);
                assert_eq!(delimiter(&[&one, &other]), Some(sign), "{one}{other}");
                assert_eq!(delimiter(&[&other, &one]), Some(sign), "{one}{other}");
            }
        }
    }

    #[test]
    fn a_header_settles_what_the_lines_below_it_do_not() {
        let times = "id,qty,at\n1,2,2025-01-01 10:00:00\n1,2,x,2025-01-01 10:00:00\n1,2025-01-01 10:00:00\n\
                     1,2,2025-01-01 10:00:00\n";
        assert_eq!(delimiter(&[times]), Some(','));
        let decimals = "id;name;price\n1;a;5,99\n2;b;c;6,50\n3;d;7,25\n";
        assert_eq!(delimiter(&[decimals]), Some(';'));
        let nobody = "1,2,2025-01-01 10:00:00\n1,2,x,2025-01-01 10:00:00\n".repeat(2)
            + &"1,2,2025-01-01 10:00:00\n".repeat(9);
        assert_eq!(delimiter(&[&nobody]), Some(','));
    }

    #[test]
    fn what_parts_the_values_of_one_column_is_no_delimiter() {
        for text in [
            "at\n2025-01-01 10:00:00\n2025-01-01 10:01:00\n",
            "2025-01-01 10:00:00\n2025-01-01 10:01:00\n",
            "n\n1.5\n2.5\n",
        ] {
            assert_eq!(delimiter(&[text]), Some(','), "{text}");
        }
        assert_eq!(delimiter(&["price\n5,99\n6,50\n"]), Some(';'));
        assert_eq!(delimiter(&["a:b\n1:x\n2:y\n"]), Some(':'));
        assert_eq!(delimiter(&["5,99\n6,50\n"]), Some(','));
    }

    #[test]
    fn a_text_of_another_delimiter_is_found() {
        let texts = [("a;b\n1;2\n", false), ("a,b\n1,2\n", false), ("a;b\n1;2\n", false)];
        let found = apart(&texts, dialect(&texts, true)).unwrap();
        assert_eq!(found, ([0, 1], dialect(&texts[1..2], true)));
        assert_eq!(apart(&texts[2..], dialect(&texts[2..], true)), None);
    }
}
