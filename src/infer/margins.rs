//! Lines around the rows of files: titles before the header, rows that explain it, totals.
//!
//! A guess is what most files agree on; each is shown with the lines it skips, and the files that
//! differ are named.

use std::collections::BTreeMap;

use super::block::{Setting, scalar};
use super::dialect::usual_fields;
use super::heading::{is_header, looks_like_header, names_rows};
use super::split::Record;
use super::table::is_typed;
use super::total::{is_total, sums_up};

/// How many lines before a header are believed to be a title.
const MOST_BEFORE: usize = 50;
/// How many rows a header is believed to have.
pub(super) const MOST_HEADER: usize = 4;
/// How many rows at the end are believed to be totals.
const MOST_AFTER: usize = 10;
/// How many characters of a line are shown.
const SHOWN: usize = 40;

/// Lines and rows that are not part of the table.
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
    /// Of two files that differ, their places and how many lines come before their headers.
    pub(super) apart: Option<[(usize, usize); 2]>,
    /// What is unsure.
    pub(super) doubts: Vec<String>,
}

impl Margins {
    /// Finds the lines around the records of files, and returns the names and rows of each.
    ///
    /// Of a file that is `cut`, the end was not seen. The files are called as `names` says.
    pub(super) fn take(files: &mut [(Vec<Record>, bool)], names: &[&str]) -> Self {
        let mut margins = Self {
            before: 0,
            header_rows: 1,
            names_rows: vec![1],
            after: 0,
            shown: [const { String::new() }; 3],
            apart: None,
            doubts: Vec::new(),
        };
        margins.take_before(files, names);
        margins.take_after(files, names);
        margins.take_header(files, names);
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

    fn take_before(&mut self, files: &mut [(Vec<Record>, bool)], names: &[&str]) {
        let ends: Vec<usize> = files.iter().map(|(records, _)| before(records)).collect();
        let places: Vec<usize> = filled_files(files);
        let lines: Vec<usize> = places.iter().map(|at| files[*at].0[ends[*at]].line - 1).collect();
        let Some(most) = most_frequent(&lines) else { return };
        let Some(first) = ends.iter().position(|end| *end > 0) else { return };
        if let Some(other) = apart(&lines) {
            self.apart = Some([0, other].map(|at| (places[at], lines[at])));
            let told =
                differ(&numbered(&lines, &places, names), other, "before its header", "line");
            self.doubts.push(told);
        }
        if most == 0 {
            return;
        }
        self.before = most;
        self.shown[0] = shown(&files[first].0[0]);
        for (records, _) in files.iter_mut() {
            records.retain(|record| record.line > most);
        }
    }

    fn take_after(&mut self, files: &mut [(Vec<Record>, bool)], names: &[&str]) {
        let places: Vec<usize> = filled_files(files);
        let whole = |at: &usize| !files[*at].1 && files[*at].0.len() > 1;
        let places: Vec<usize> = places.into_iter().filter(whole).collect();
        let counts: Vec<usize> = places.iter().map(|at| after(&files[*at].0)).collect();
        let most = counts.iter().copied().max().unwrap_or(0);
        let Some(at) = counts.iter().position(|count| *count == most).filter(|_| most > 0) else {
            self.doubts
                .extend(places.iter().find_map(|at| perhaps_total(&files[*at].0, names[*at])));
            return;
        };
        let example = files[places[at]].0.last().map(shown).unwrap_or_default();
        if let Some(other) = apart(&counts) {
            let told = differ(
                &numbered(&counts, &places, names),
                other,
                "at its end that may be totals",
                "row",
            );
            self.doubts.push(format!("{told} They are taken for rows: {example}."));
            return;
        }
        (self.after, self.shown[2]) = (most, example);
        for (records, _) in files.iter_mut().filter(|(_, cut)| !cut) {
            records.truncate(records.len().saturating_sub(most).max(1));
        }
    }

    fn take_header(&mut self, files: &mut [(Vec<Record>, bool)], names: &[&str]) {
        let places: Vec<usize> = filled_files(files);
        let all: Vec<&[Record]> = places.iter().map(|at| files[*at].0.as_slice()).collect();
        let counts = header_rows(&all);
        self.header_rows = most_frequent(&counts).unwrap_or(1);
        if let Some(other) = apart(&counts) {
            let counts = numbered(&counts, &places, names);
            self.doubts.push(differ(&counts, other, "in its header", "row"));
        } else if let Some(at) =
            all.iter().position(|file| looks_like_header(file, self.header_rows))
        {
            let row = shown(&all[at][self.header_rows]).replace("leaves out ", "");
            let name = scalar(names[places[at]]);
            self.doubts.push(format!(
                "The first row of {name} looks like a second header, and is taken for a row: {row}; \
                 `header_rows: {}` leaves it out.",
                self.header_rows + 1
            ));
        }
        let fits = counts.iter().position(|count| *count == self.header_rows);
        let Some(at) = fits.filter(|_| self.has_header()) else { return };
        let header = &all[at][..self.header_rows.min(all[at].len())];
        self.names_rows = names_rows(header);
        let unnamed = (0..header.len()).find(|row| !self.names_rows.contains(&(row + 1)));
        self.shown[1] = unnamed.map(|row| shown(&header[row])).unwrap_or_default();
        for (records, _) in files {
            self.name(records);
        }
    }

    /// Replaces the header by the names.
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

/// The places of the files that hold something.
fn filled_files(files: &[(Vec<Record>, bool)]) -> Vec<usize> {
    (0..files.len()).filter(|at| !files[*at].0.is_empty()).collect()
}

/// The first number that is another than the first of all.
fn apart(numbers: &[usize]) -> Option<usize> {
    numbers.iter().position(|number| *number != numbers[0])
}

/// The names of files with their numbers.
fn numbered<'a>(numbers: &[usize], places: &[usize], names: &[&'a str]) -> Vec<(&'a str, usize)> {
    numbers.iter().zip(places).map(|(number, at)| (names[*at], *number)).collect()
}

/// Says which files have other numbers of lines or rows than the first, of which a source has one.
fn differ(files: &[(&str, usize)], other: usize, whereabouts: &str, noun: &str) -> String {
    let counted = |at: usize| {
        let (name, count) = (scalar(files[at].0), files[at].1);
        let ending = if count == 1 { "" } else { "s" };
        format!("{name} has {count} {noun}{ending}")
    };
    let like_other = files.iter().filter(|(_, number)| *number != files[0].1).count();
    let more = match like_other {
        1 => String::new(),
        count => format!(" ({count} of {} files differ from the first)", files.len()),
    };
    format!("{} {whereabouts}, {}{more}: make several sources of them.", counted(0), counted(other))
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
        let full = columns > 2 && filled(record) >= columns;
        is_total(first) && !again && (!full || is_foreign(records, at) || sums_up(records, at))
    };
    let ends = |at: &usize| alone(&records[*at]) || total(*at);
    (1..records.len()).rev().take(MOST_AFTER).take_while(ends).count()
}

/// Whether the label of a total stands where the rows before it have values of a type.
fn is_foreign(records: &[Record], at: usize) -> bool {
    let label = |field: &String| !field.trim().is_empty();
    let Some(column) = records[at].fields.iter().position(label) else { return false };
    let texts = |header: usize| -> Vec<&str> {
        let cells = records[header..at].iter().filter_map(|row| row.fields.get(column));
        cells.map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect()
    };
    let mut headers = (1..=MOST_HEADER).take_while(|header| *header == 1 || 2 * header <= at);
    headers.any(|header| header < at && is_typed(&texts(header)))
}

/// Says that the last row may be a total, if only its first word shows that.
fn perhaps_total(records: &[Record], name: &str) -> Option<String> {
    let last = records.last().filter(|last| is_total(&first_field(last)))?;
    let row = shown(last).replace("leaves out ", "");
    let name = scalar(name);
    Some(format!(
        "The last row of {name} may be a total, and is taken for a row: {row}; `footer_rows: 1` leaves \
         it out."
    ))
}

/// How many rows head each of the files.
fn header_rows(files: &[&[Record]]) -> Vec<usize> {
    let rows = |files: &[&[Record]]| {
        (2..=MOST_HEADER).rev().find(|rows| is_header(files, *rows)).unwrap_or(1)
    };
    let together = rows(files);
    // A header of several rows that is only in some files is detected for each.
    if together > 1 || files.len() == 1 {
        return vec![together; files.len()];
    }
    files.iter().map(|file| rows(std::slice::from_ref(file))).collect()
}

/// What the first field that is not empty says, in lower case.
fn first_field(record: &Record) -> String {
    let first = record.fields.iter().map(|field| field.trim()).find(|field| !field.is_empty());
    first.unwrap_or_default().to_lowercase()
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
        let settings = Margins::take(&mut files, &vec!["f"; texts.len()]).settings();
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
