//! Records with all their fields, for text whose columns are not known yet.

use super::csv::Csv;
use super::lines::{Cells, Lines};
use super::record::Record;
use super::records::Records;
use super::splitter::Splitter;
use super::whitespace;
use crate::plan::Dialect;
use crate::read::ReadError;
use crate::read::column::Columns;

/// At most so many records of delimited text, its header among them, and the byte at which the last
/// whole one ends.
///
/// Of a text that is `cut`, the text after the last line end is not a record.
pub(crate) fn delimited_records(
    text: &str,
    dialect: Dialect,
    cut: bool,
    most: usize,
) -> (Vec<Record>, usize) {
    let dialect = Dialect { header: true, ..dialect };
    Csv::new("", dialect, Columns::none()).whole(text, cut, most)
}

/// The same for text in columns separated by runs of blanks.
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

#[cfg(test)]
mod tests {
    use super::{Record, blank_records, delimited_records};
    use crate::plan::Dialect;

    /// Line and fields of each record, `!` before those that are broken, and where the last ends.
    fn shown((records, end): (Vec<Record>, usize)) -> (Vec<String>, usize) {
        let show = |it: &Record| {
            let mark = if it.broken { "!" } else { "" };
            format!("{mark}{}:{}", it.line, it.fields.join("|"))
        };
        (records.iter().map(show).collect(), end)
    }

    fn delimited(text: &str, cut: bool, most: usize) -> (Vec<String>, usize) {
        let dialect = Dialect { comment: Some(b'#'), ..Dialect::default() };
        shown(delimited_records(text, dialect, cut, most))
    }

    #[test]
    fn records_have_all_their_fields_and_comments_and_empty_lines_are_none() {
        let text = "a,\" b\nc\"\r\n# \"x\n\n1 ,\"2\"\"\",\n3";
        let end = text.len();
        assert_eq!(
            delimited(text, false, 10),
            (vec!["1:a| b\nc".into(), "5:1 |2\"|".into(), "6:3".into()], end)
        );
        assert_eq!(
            delimited(text, true, 10),
            (vec!["1:a| b\nc".into(), "5:1 |2\"|".into()], end - 1)
        );
        assert_eq!(delimited(text, false, 1), (vec!["1:a| b\nc".into()], 10));
        assert_eq!(delimited("", false, 10), (Vec::new(), 0));
    }

    #[test]
    fn a_quote_that_is_not_the_end_of_its_field_breaks_the_record() {
        let text = "\"x\"y,z\n\"a\nb,c\n";
        let broken: Vec<String> = vec!["!1:x\"y|z".into(), "!2:a\nb,c\n".into()];
        assert_eq!(delimited(text, false, 10), (broken, text.len()));
        assert_eq!(delimited(text, true, 10).1, 7);
    }

    #[test]
    fn a_long_text_is_split_as_a_short_one() {
        let row = "1,\"a\nb\",c\n";
        let (records, end) = delimited(&row.repeat(20_000), true, usize::MAX);
        assert_eq!((records.len(), end), (20_000, 20_000 * row.len()));
        assert!(records.iter().all(|record| record.ends_with(":1|a\nb|c")));
    }

    #[test]
    fn runs_of_blanks_part_fields_that_have_no_quotes() {
        let text = " a  \"b\n# c\n \n1\t2";
        let blanks = |cut, most| shown(blank_records(text, Some(b'#'), cut, most));
        assert_eq!(blanks(false, 10), (vec!["1:a|\"b".into(), "4:1|2".into()], text.len()));
        assert_eq!(blanks(true, 10), (vec!["1:a|\"b".into()], text.len() - 3));
        assert_eq!(blanks(true, 1), (vec!["1:a|\"b".into()], 7));
    }
}
