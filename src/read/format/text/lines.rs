//! Text in lines: one record per line, whatever it contains.
//!
//! Lines end in `\n` or `\r\n`; lines of nothing but blanks, and those that start with the byte of
//! comments, are skipped.

use memchr::memchr;

use super::Splitter;
use super::csv::without_return;
use super::records::{MAX_RECORD, Records, Row, Span};
use crate::read::ReadError;
use crate::value::Reason;

/// Finds the cells of lines.
pub(in crate::read) trait Cells: Clone + Send + 'static {
    /// Fills the cells of all rows of a batch.
    fn fill(&mut self, records: &mut Records) -> Result<(), ReadError>;
}

/// Splits the text of one file.
pub(in crate::read) struct Lines<C> {
    cells: C,
    comment: Option<u8>,
    cursor: usize,
    start: usize,
    line: i64,
    skip: bool,
}

impl<C: Cells> Lines<C> {
    /// For a file whose lines `cells` parses, except those that start with `comment`.
    pub(in crate::read) fn new(cells: C, comment: Option<u8>) -> Self {
        Self { cells, comment, cursor: 0, start: 0, line: 1, skip: false }
    }

    /// The same for a text that starts on another line than the first.
    pub(in crate::read::format) fn starting_at(self, line: i64) -> Self {
        Self { line, ..self }
    }

    /// Where the line starts that has not ended yet.
    pub(super) fn start(&self) -> usize {
        self.start
    }

    fn end_line(&mut self, records: &mut Records, end: usize) {
        if !self.skip {
            let text = &records.text[self.start..end];
            let blank = text.trim_ascii().is_empty();
            let span = Span::new(self.start, self.start + without_return(text));
            let fault = (text.len() > MAX_RECORD).then_some(Reason::TooLong);
            if !blank && !self.is_comment(text) {
                records.bare(Row { span, line: self.line, fault });
            }
        }
        self.skip = false;
        self.line += 1;
    }

    fn is_comment(&self, line: &[u8]) -> bool {
        self.comment.is_some() && self.comment == line.first().copied()
    }

    fn bound(&mut self, records: &mut Records) {
        if self.skip {
            records.text.truncate(self.start);
        } else if records.text.len() - self.start > MAX_RECORD {
            if !self.is_comment(&records.text[self.start..]) {
                let span = records.shorten(self.start);
                records.bare(Row { span, line: self.line, fault: Some(Reason::TooLong) });
                self.start = records.text.len();
            }
            self.skip = true;
        }
        self.cursor = records.text.len();
    }
}

impl<C: Cells> Splitter for Lines<C> {
    fn split(&mut self, records: &mut Records, rows: usize) -> Result<Option<Records>, ReadError> {
        while let Some(at) = memchr(b'\n', &records.text[self.cursor..]) {
            let end = self.cursor + at;
            self.end_line(records, end);
            (self.cursor, self.start) = (end + 1, end + 1);
            if records.is_full(rows, self.cursor) {
                let mut full = records.take(self.cursor);
                (self.cursor, self.start) = (0, 0);
                self.cells.fill(&mut full)?;
                return Ok(Some(full));
            }
        }
        self.bound(records);
        Ok(None)
    }

    fn finish(&mut self, records: &mut Records) -> Result<Records, ReadError> {
        let end = records.text.len();
        if self.start < end {
            self.end_line(records, end);
        }
        let mut rest = records.take(end);
        self.cells.fill(&mut rest)?;
        Ok(rest)
    }

    fn break_off(&mut self, records: &mut Records, reason: Reason) -> Records {
        records.break_off(self.start, self.line, reason);
        let mut rest = records.take(records.text.len());
        // Without a layout there is nothing but the row at fault.
        if self.cells.fill(&mut rest).is_err() {
            rest.cells.fill(Span::NULL);
        }
        rest
    }

    fn again(&self) -> Box<dyn Splitter> {
        Box::new(Self::new(self.cells.clone(), self.comment))
    }
}

#[cfg(test)]
mod tests {
    use super::{Lines, Splitter};
    use crate::plan::Margins;
    use crate::read::column::Columns;
    use crate::read::format::text::records::{MAX_RECORD, Records};
    use crate::read::format::text::whitespace::Whitespace;

    /// Line and text of every row.
    fn rows<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<(i64, String)> {
        let margins = Margins::default();
        let cells = Whitespace::new("f", true, &margins, Columns::named(&["a"]));
        let (mut lines, mut records) = (Lines::new(cells, Some(b'#')), Records::new(1));
        for piece in pieces {
            records.text.extend_from_slice(piece);
            assert!(lines.split(&mut records, 100).unwrap().is_none());
        }
        let last = lines.finish(&mut records).unwrap();
        let text = |row: usize| String::from_utf8_lossy(&last.text[last.cells[row].range()]);
        last.rows.iter().enumerate().map(|(at, row)| (row.line, text(at).into_owned())).collect()
    }

    #[test]
    fn comments_are_skipped_before_the_header_and_between_rows_and_are_lines() {
        let found = rows([&b"# of a b\na\n#\n1\n #\n#"[..]]);
        assert_eq!(found, [(4, "1".to_owned()), (5, "#".to_owned())]);
    }

    #[test]
    fn a_comment_without_end_is_skipped_without_being_kept() {
        let long = vec![b'x'; MAX_RECORD];
        let found = rows([&b"a\n#"[..], &long, &long, &b"\n1\n"[..]]);
        assert_eq!(found, [(3, "1".to_owned())]);
    }
}
