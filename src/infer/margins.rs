//! What stands around the rows of files: titles before the header, rows that explain it, totals.
//!
//! A guess is made only where the files agree; each is shown with what it leaves out.

use std::collections::BTreeMap;

use super::block::{Setting, scalar};
use super::dialect::usual_fields;
use super::split::Record;
use super::table::is_typed;

/// How many lines before a header are believed to be a title.
const MOST_BEFORE: usize = 50;
/// How many rows a header is believed to have.
const MOST_HEADER: usize = 4;
/// How many rows at the end are believed to be totals.
const MOST_AFTER: usize = 10;
/// How many rows of a file tell what a column holds.
const ROWS: usize = 100;
/// What Qualtrics writes in the last row of its headers.
const IMPORT_ID: &str = "{\"ImportId\"";
/// What the first field of a total says, in lower case, alone or before a sign.
const TOTALS: [&str; 16] = [
    "total",
    "totals",
    "grand total",
    "sub total",
    "subtotal",
    "sum",
    "summe",
    "gesamt",
    "gesamtsumme",
    "gesamtergebnis",
    "insgesamt",
    "somme",
    "totale",
    "totaal",
    "suma",
    "итого",
];
/// How many characters of a line are shown.
const SHOWN: usize = 40;

/// Lines and rows that are none of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Margins {
    /// Physical lines before the header.
    before: usize,
    /// Rows of the header.
    header_rows: usize,
    /// Those of them that name the columns, from 1.
    names_rows: Vec<usize>,
    /// Rows at the end.
    after: usize,
    /// What is skipped before, in, and after the rows.
    shown: [String; 3],
    /// What is unsure.
    pub(super) doubts: Vec<String>,
}

impl Margins {
    /// Finds what stands around the records of files, and leaves of each its names and its rows.
    ///
    /// Of a file that is `cut`, the end was not seen.
    pub(super) fn take(files: &mut [(Vec<Record>, bool)]) -> Self {
        let mut margins = Self {
            before: 0,
            header_rows: 1,
            names_rows: vec![1],
            after: 0,
            shown: [const { String::new() }; 3],
            doubts: Vec::new(),
        };
        margins.take_before(files);
        margins.take_after(files);
        margins.take_header(files);
        margins
    }

    /// Whether there is more to it than a header of one row.
    pub(super) fn has_header(&self) -> bool {
        self.header_rows > 1
    }

    /// The settings that say so.
    pub(super) fn settings(&self) -> Vec<Setting> {
        let [before, header, after] = &self.shown;
        let positions: Vec<String> = self.names_rows.iter().map(usize::to_string).collect();
        let names = match positions.as_slice() {
            [only] => only.clone(),
            several => format!("[{}]", several.join(", ")),
        };
        let setting = |key, value: String, says: &str| Setting {
            key,
            value,
            note: (!says.is_empty()).then(|| says.to_owned()),
        };
        let settings = [
            (self.before > 0).then(|| setting("skip_rows", self.before.to_string(), before)),
            self.has_header().then(|| setting("header_rows", self.header_rows.to_string(), header)),
            (self.names_rows != [1]).then(|| setting("names_row", names, "")),
            (self.after > 0).then(|| setting("footer_rows", self.after.to_string(), after)),
        ];
        settings.into_iter().flatten().collect()
    }

    fn take_before(&mut self, files: &mut [(Vec<Record>, bool)]) {
        let ends: Vec<usize> = files.iter().map(|(records, _)| before(records)).collect();
        let lines = files.iter().zip(&ends).filter(|((records, _), _)| !records.is_empty());
        let lines: Vec<usize> = lines.map(|((records, _), end)| records[*end].line - 1).collect();
        let Some(most) = most_frequent(&lines) else { return };
        let first = files.iter().zip(&ends).find(|(_, end)| **end > 0);
        let Some(((records, _), _)) = first else { return };
        if lines.iter().any(|line| *line != most) {
            self.doubts.push("Not all files have as many lines before their header.".to_owned());
        }
        if most == 0 {
            return;
        }
        self.before = most;
        self.shown[0] = shown(&records[0]);
        for (records, _) in files.iter_mut() {
            records.retain(|record| record.line > most);
        }
    }

    fn take_after(&mut self, files: &mut [(Vec<Record>, bool)]) {
        let whole = || files.iter().filter(|(records, cut)| !cut && records.len() > 1);
        let counts: Vec<usize> = whole().map(|(records, _)| after(records)).collect();
        let Some(most) = counts.iter().copied().max().filter(|most| *most > 0) else { return };
        let last = whole().filter_map(|(records, _)| records.last());
        let example = last.zip(&counts).find(|(_, count)| **count > 0).map(|(record, _)| record);
        let example = example.map(shown).unwrap_or_default();
        if counts.iter().any(|count| *count != most) {
            let doubt = format!("Some files, but not all, end in what may be a total: {example}.");
            self.doubts.push(doubt);
            return;
        }
        (self.after, self.shown[2]) = (most, example);
        for (records, _) in files.iter_mut().filter(|(_, cut)| !cut) {
            records.truncate(records.len().saturating_sub(most).max(1));
        }
    }

    fn take_header(&mut self, files: &mut [(Vec<Record>, bool)]) {
        let all: Vec<&[Record]> =
            files.iter().map(|(it, _)| it.as_slice()).filter(|it| !it.is_empty()).collect();
        self.header_rows = header_rows(&all);
        let Some(first) = all.first().filter(|_| self.has_header()) else { return };
        self.names_rows = names_rows(&first[..self.header_rows.min(first.len())]);
        self.shown[1] = first.get(1).map(shown).unwrap_or_default();
        for (records, _) in files {
            self.name(records);
        }
    }

    /// Puts the names in the place of the header.
    fn name(&self, records: &mut Vec<Record>) {
        if records.is_empty() {
            return;
        }
        let header: Vec<Record> = records.drain(..self.header_rows.min(records.len())).collect();
        let named = self.names_rows.iter().filter_map(|row| header.get(row - 1));
        let rows = named.map(|row| row.fields.iter().map(|it| it.trim().to_owned()).collect());
        let fields = crate::read::joined_names(rows.collect());
        records.insert(0, Record { fields, ..Record::default() });
    }
}

/// What is there most often; of several, the least.
fn most_frequent(numbers: &[usize]) -> Option<usize> {
    let mut counts = BTreeMap::<usize, usize>::new();
    for number in numbers {
        *counts.entry(*number).or_default() += 1;
    }
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(number, _)| number)
}

/// How many fields say something; `--` says that there is nothing.
fn filled(record: &Record) -> usize {
    record.fields.iter().filter(|field| field.contains(char::is_alphanumeric)).count()
}

/// Whether a record of a table with so many columns has hardly anything in it.
fn is_sparse(record: &Record, columns: usize) -> bool {
    columns > 2 && filled(record) <= 2 && 2 * filled(record) < columns
}

/// How many records come before the header: those that are shorter than it, or nearly empty.
fn before(records: &[Record]) -> usize {
    let columns = usual_fields(records);
    let no_row = |it: &Record| it.fields.len() < columns || is_sparse(it, columns);
    let end = records.iter().take(MOST_BEFORE).take_while(|it| no_row(it)).count();
    let rest = records[end..].iter().filter(|it| it.fields.len() == columns).count();
    if rest > 1 || (rest == 1 && end > 0 && columns > 1) { end } else { 0 }
}

/// How many records come after the rows: totals, and single fields in a table of several.
fn after(records: &[Record]) -> usize {
    let columns = usual_fields(records);
    let alone = |it: &Record| columns > 2 && it.fields.len() == 1;
    let first_fields: Vec<String> = records.iter().map(first_field).collect();
    let total = |at: usize| {
        let (record, first) = (&records[at], &first_fields[at]);
        let again = first_fields.iter().filter(|other| *other == first).count() > 1;
        is_total(first) && !again && (columns == 2 || filled(record) < columns)
    };
    let ends = |at: &usize| alone(&records[*at]) || total(*at);
    (1..records.len()).rev().take(MOST_AFTER).take_while(ends).count()
}

/// What the first field that is not empty says, in lower case.
fn first_field(record: &Record) -> String {
    let first = record.fields.iter().map(|field| field.trim()).find(|field| !field.is_empty());
    first.unwrap_or_default().to_lowercase()
}

fn is_total(text: &str) -> bool {
    TOTALS.iter().any(|word| {
        let rest = text.strip_prefix(word).map(str::trim_start);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '-', '–', '(']))
    })
}

/// How many rows head every file.
fn header_rows(files: &[&[Record]]) -> usize {
    let heads = |rows: &usize| is_header(files, *rows);
    (2..=MOST_HEADER).rev().find(heads).unwrap_or(1)
}

/// Whether the first so many rows of all files are names and what explains them.
fn is_header(files: &[&[Record]], rows: usize) -> bool {
    let last = || files.iter().filter_map(|file| file.get(rows - 1));
    if last().next().is_none() {
        return false;
    }
    if last().all(|row| row.fields.iter().any(|it| it.trim_start().starts_with(IMPORT_ID))) {
        return true;
    }
    let below = || files.iter().flat_map(|file| file.iter().skip(rows).take(ROWS));
    let texts = |column: usize| -> Vec<&str> {
        let cells = below().filter_map(|row| row.fields.get(column)).map(|cell| cell.trim());
        cells.filter(|cell| !cell.is_empty()).collect()
    };
    let width = below().map(|row| row.fields.len()).max().unwrap_or(0);
    let typed: Vec<(usize, Vec<&str>)> =
        (0..width).map(|at| (at, texts(at))).filter(|(_, texts)| is_typed(texts)).collect();
    let same = |row: usize| {
        let fields = |file: &&[Record]| file.get(row).map(|record| record.fields.clone());
        files.len() > 1 && files.iter().all(|file| fields(file) == fields(&files[0]))
    };
    let explains = |row: usize| {
        let sure = typed.len() > 1 || same(row);
        sure && files.iter().filter_map(|file| file.get(row)).all(|it| explains(it, &typed))
    };
    (1..rows).all(explains)
}

/// Whether a row has something, but no value, where the rows below it have values.
fn explains(row: &Record, typed: &[(usize, Vec<&str>)]) -> bool {
    let mut words = 0;
    for (column, texts) in typed {
        let cell = row.fields.get(*column).map_or("", |cell| cell.trim());
        if cell.is_empty() {
            continue;
        }
        let with: Vec<&str> = texts.iter().copied().chain([cell]).collect();
        if is_typed(&with) {
            return false;
        }
        words += 1;
    }
    words > 0
}

/// Which rows of a header name the columns: the first in which every column has a name of its own,
/// or else the first two together.
fn names_rows(header: &[Record]) -> Vec<usize> {
    let width = header.iter().map(|row| row.fields.len()).max().unwrap_or(0);
    let complete = |row: &Record| {
        let mut names: Vec<&str> = row.fields.iter().map(|name| name.trim()).collect();
        names.sort_unstable();
        let own = names.windows(2).all(|pair| pair[0] != pair[1]);
        names.len() == width && own && names.first().is_some_and(|first| !first.is_empty())
    };
    match header.iter().position(complete) {
        Some(row) => vec![row + 1],
        None if header.len() > 1 => vec![1, 2],
        None => vec![1],
    }
}

/// The beginning of a record, as a comment shows it.
fn shown(record: &Record) -> String {
    let fields: Vec<&str> =
        record.fields.iter().map(|field| field.trim()).filter(|field| !field.is_empty()).collect();
    let text: String = fields.join(" ").chars().take(SHOWN).collect();
    format!("leaves out {}", scalar(&text))
}

#[cfg(test)]
mod tests {
    use super::Margins;
    use crate::infer::split::{Dialect, Fields, Record, records};

    const CSV: Dialect = Dialect {
        fields: Fields::Delimited { delimiter: ',', quote: Some('"'), escape: None },
        comment: None,
    };

    /// The margins of texts, as settings, and the first field of every row that is left.
    fn taken(texts: &[&str]) -> (String, Vec<String>) {
        let split = |text: &&str| (records(text, CSV, false, 1000).0, false);
        let mut files: Vec<_> = texts.iter().map(split).collect();
        let settings = Margins::take(&mut files).settings();
        let settings: Vec<String> =
            settings.iter().map(|it| format!("{}: {}", it.key, it.value)).collect();
        let first = |record: &Record| record.fields[0].clone();
        (settings.join(", "), files.iter().flat_map(|(it, _)| it.iter().map(first)).collect())
    }

    #[test]
    fn a_title_and_a_total_are_told_from_rows() {
        let text = "Campaign report\n\n\"January 1, 2026 - January 31, 2026\"\nDay,Campaign,Clicks,Cost\n\
                    2026-01-01,a,3,1.50\n2026-01-02,b,4,2.50\nTotal: account,,7,4.00\n";
        let (settings, first) = taken(&[text]);
        assert_eq!(settings, "skip_rows: 3, footer_rows: 1");
        assert_eq!(first, ["Day", "2026-01-01", "2026-01-02"]);
    }

    #[test]
    fn a_header_of_several_rows_is_told_by_what_is_below_it() {
        let text = "id,at,Liked?,,score\n,,Price,Quality,Response\n\
                    1,2026-01-01,x,,9\n2,2026-01-02,,y,10\n";
        let (settings, first) = taken(&[text]);
        assert_eq!(settings, "header_rows: 2, names_row: [1, 2]");
        assert_eq!(first, ["id", "1", "2"]);
    }

    #[test]
    fn import_ids_are_a_header_even_where_nobody_has_answered() {
        let text = "Q1,Q2\nHow?,Why?\n\"{\"\"ImportId\"\":\"\"Q1\"\"}\",\"{\"\"ImportId\"\":\"\"Q2\"\"}\"\n";
        assert_eq!(taken(&[text]), ("header_rows: 3".to_owned(), vec!["Q1".to_owned()]));
    }

    #[test]
    fn plain_tables_have_nothing_around_them() {
        for text in [
            "id,n\n1,2\n2,3\n",
            "id,n,note\n1,2,\n2,,\n3,n/a,x\n",
            "id,n,at\n1,?,2026-01-01\n2,3,2026-01-02\n",
            "name,n\nTotal,2\nTotal,3\n",
            "a,b\n",
            "",
        ] {
            assert_eq!(taken(&[text]).0, "", "{text}");
        }
        assert_eq!(taken(&["id,n\n1,2\n2,x\n", "id,n\n1,2\n2,y\n"]).0, "");
    }
}
