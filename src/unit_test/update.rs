//! Files of tests updated so that they pass: actual rows replace expected ones, and everything else
//! is kept.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;

use super::edit::{Edit, edited, list, rows};
use super::written::{plain, yaml};
use super::{Answer, Verdict};
use crate::declare::{self, yaml_text::scalar};
use crate::diagnostic::SourceFile;
use crate::plan::ExpectedRows;
use crate::project::TESTS;

/// A file of tests, or of rows of tests, with the actual rows.
#[derive(Debug)]
pub struct Rewritten {
    /// The file as it was read.
    pub file: Arc<SourceFile>,
    /// What it is to say.
    pub text: String,
}

impl Rewritten {
    /// Whether it would still be a file of tests.
    pub fn is_readable(&self) -> bool {
        let again = Arc::new(SourceFile::new(&self.file.path, self.text.as_str()));
        !again.path.ends_with(TESTS) || declare::tests(&again).is_ok()
    }
}

/// The files of all failed tests, with their actual rows, and the tests that cannot be updated:
/// they have no result, or their rows are shared with others or in a file that is not of tests.
pub fn rewritten(verdicts: &[Verdict]) -> (Vec<Rewritten>, Vec<&Verdict>) {
    let mut edits: BTreeMap<Arc<SourceFile>, Vec<Edit>> = BTreeMap::new();
    let mut kept = Vec::new();
    for verdict in verdicts.iter().filter(|verdict| !verdict.passed()) {
        let Some(new) = changes(verdict) else {
            kept.push(verdict);
            continue;
        };
        for (file, new) in new {
            edits.entry(file).or_default().extend(new);
        }
    }
    let new = edits.into_iter().map(|(file, edits)| {
        let text = edited(&file.text, edits);
        Rewritten { file, text }
    });
    (new.collect(), kept)
}

/// What has to change for a test to pass, by file.
fn changes(verdict: &Verdict) -> Option<Vec<(Arc<SourceFile>, Vec<Edit>)>> {
    let wrong = verdict.answers().filter(|(_, answer)| !answer.is_right());
    let changes = wrong.map(|(expected, answer)| {
        let tests = expected.place.file();
        let file = expected.csv.as_ref().unwrap_or(tests);
        is_of_tests(&file.path, &tests.path).then_some(())?;
        Some((Arc::clone(file), instead(expected, answer)?))
    });
    changes.collect()
}

/// Whether a file may be written for tests: itself, or rows below its folder. Otherwise the author
/// of a project could have any file of it overwritten.
fn is_of_tests(path: &str, tests: &str) -> bool {
    let folder = tests.rfind('/').map_or("", |end| &tests[..=end]);
    let below = path.strip_prefix(folder).unwrap_or("..");
    let mut parts = below.split('/');
    let is_csv = std::path::Path::new(below).extension().is_some_and(|it| it == "csv");
    path == tests || is_csv && parts.all(|part| !part.starts_with('.'))
}

/// The edits that make an expectation pass: single values if the number of rows is as expected, or
/// else all rows.
fn instead(expected: &ExpectedRows, answer: &Answer) -> Option<Vec<Edit>> {
    let came = answer.came.as_ref().ok()?;
    let differences = &answer.differences;
    let same_rows = differences.missing.is_empty() && differences.unexpected.is_empty();
    let values = same_rows.then(|| values(expected, answer, came)).flatten();
    values.or_else(|| all(expected, came).map(|edit| vec![edit]))
}

/// Single values, if each of them is a separate passage.
fn values(expected: &ExpectedRows, answer: &Answer, came: &RecordBatch) -> Option<Vec<Edit>> {
    let changed = answer.differences.changed.iter();
    let cells = changed.flat_map(|row| row.columns.iter().map(move |column| (row, *column)));
    let value = |(row, column): (&super::Changed, usize)| {
        let place = &expected.places.get(row.expected)?.1[column];
        let is_nested = came.column(column).data_type().is_nested();
        let range = (!is_nested).then(|| passage(&place.file().text, place.bytes())).flatten()?;
        let new = match expected.csv {
            Some(_) => field(came, column, row.came),
            None => yaml(came.column(column), row.came),
        };
        Some((range, new))
    };
    cells.map(value).collect()
}

/// A passage that is one value in one line, and no more.
fn passage(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let value = text.get(range.clone())?;
    let is_value =
        !value.trim().is_empty() && !value.starts_with([',', '}', ']', '|', '>', '*', '&']);
    (is_value && value.trim() == value && !value.contains('\n')).then_some(range)
}

/// All actual rows: in their order, if that was expected, or else sorted.
fn all(expected: &ExpectedRows, came: &RecordBatch) -> Option<Edit> {
    let write = |row| if expected.csv.is_some() { record(came, row) } else { mapping(came, row) };
    let mut written: Vec<String> = (0..came.num_rows()).map(write).collect();
    if !expected.ordered {
        written.sort();
    }
    if let Some(file) = &expected.csv {
        let schema = came.schema();
        let names: Vec<String> = schema.fields().iter().map(|field| quoted(field.name())).collect();
        let lines = [names.join(",")].into_iter().chain(written);
        return Some((0..file.text.len(), lines.map(|line| line + "\n").collect()));
    }
    let (text, start) = (&expected.place.file().text, expected.place.bytes().start);
    let range = list(text, start)?;
    let new = rows(text, start, &written);
    // A line that ends with its key needs no blank behind it.
    let blank = new.starts_with('\n') && text[..start].ends_with(' ');
    Some((range.start - usize::from(blank)..range.end, new))
}

/// A row as YAML.
fn mapping(rows: &RecordBatch, row: usize) -> String {
    let schema = rows.schema();
    let cells = schema.fields().iter().zip(rows.columns());
    let cells =
        cells.map(|(field, column)| format!("{}: {}", scalar(field.name()), yaml(column, row)));
    format!("{{{}}}", cells.collect::<Vec<_>>().join(", "))
}

/// A row as a line of CSV.
fn record(rows: &RecordBatch, row: usize) -> String {
    let fields = (0..rows.num_columns()).map(|column| field(rows, column, row));
    fields.collect::<Vec<_>>().join(",")
}

fn field(rows: &RecordBatch, column: usize, row: usize) -> String {
    let values = rows.column(column);
    if values.is_null(row) { String::new() } else { quoted(&plain(values, row)) }
}

/// A field in quotes where it would be read as something else without.
fn quoted(text: &str) -> String {
    match text.is_empty() || text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}
