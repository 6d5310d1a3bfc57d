//! Records with all their fields, for whoever does not know the columns yet.

use super::csv::Csv;
use super::lines::{Cells, Lines};
use super::records::Records;
use super::splitter::Splitter;
use super::whitespace;
use crate::plan::Dialect;
use crate::read::ReadError;
use crate::read::column::Columns;

/// One record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Record {
    /// The physical line on which it starts, from 1.
    pub(crate) line: usize,
    /// Its fields, without quotes.
    pub(crate) fields: Vec<String>,
    /// How many of them stand in quotes.
    pub(crate) quoted: usize,
    /// Whether something follows a closing quote, or none closes.
    pub(crate) broken: bool,
}

/// At most so many records of delimited text, its header among them, and the byte at which the last
/// whole one ends.
///
/// Of a text that is `cut`, what follows the last line end is no record.
pub(crate) fn delimited_records(
    text: &str,
    dialect: Dialect,
    cut: bool,
    most: usize,
) -> (Vec<Record>, usize) {
    let dialect = Dialect { header: true, ..dialect };
    Csv::new("", dialect, Columns::none()).whole(text, cut, most)
}

/// The same of text in columns parted by runs of blanks.
pub(crate) fn blank_records(
    text: &str,
    comment: Option<u8>,
    cut: bool,
    most: usize,
) -> (Vec<Record>, usize) {
    let (mut lines, mut records) = (Lines::new(Uncut, comment), Records::new(0));
    records.text.extend_from_slice(text.as_bytes());
    let full = lines.split(&mut records, most).ok().flatten();
    let (found, end) = match full {
        Some(full) => {
            let end = full.text.len();
            (full, end)
        }
        None if cut => {
            let end = lines.start();
            (records, end)
        }
        None => (lines.finish(&mut records).unwrap_or_default(), text.len()),
    };
    let record = |row: &super::Row| {
        let mut spans = Vec::new();
        whitespace::fields(&found.text, row.span, &mut spans);
        let field = |span: &super::Span| String::from_utf8_lossy(&found.text[span.range()]).into();
        let fields = spans.iter().map(field).collect();
        Record { line: usize::try_from(row.line).unwrap_or(1), fields, ..Record::default() }
    };
    (found.rows.iter().map(record).collect(), end)
}

/// Lines that are not looked into.
#[derive(Debug, Clone)]
struct Uncut;

impl Cells for Uncut {
    fn fill(&mut self, _: &mut Records) -> Result<(), ReadError> {
        Ok(())
    }
}
