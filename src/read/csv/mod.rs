//! Delimited text with quotes (RFC 4180), record by record.
//!
//! Records end in `\n` or `\r\n` outside quotes; lines without a byte, and those that start with
//! the byte of comments, are skipped. A field is quoted if it starts with a quote; a quote
//! elsewhere is text. An empty field is NULL unless it is quoted. The splitter is its own, and not
//! `csv-core`'s, because rejects need the physical line and the bytes of a record, because `""`
//! and nothing are not the same, and because it copies nothing: a cell is a place in the text.

mod marks;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use memchr::memchr;

use self::marks::Marks;
use super::layout::Layout;
use super::records::{MAX_RECORD, Records, Row, Span, unquoted};
use super::text::Splitter;
use super::{ReadError, Reason};
use crate::plan::Dialect;

/// Where the splitter stands within a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// In a field without quotes, perhaps before its first byte.
    Plain,
    /// Between quotes.
    Quoted,
    /// Somewhere after an escape within quotes.
    Escape,
    /// Somewhere after a quote within quotes: the end, or the first of two.
    Quote,
    /// After text that follows a closing quote.
    Broken,
    /// In a record that is too long.
    Skip,
}

#[derive(Debug, Clone, Copy)]
struct Field {
    start: usize,
    /// Where the last quote or escape within quotes stands.
    turn: usize,
    quoted: bool,
    escaped: bool,
}

impl Field {
    fn at(start: usize) -> Self {
        Self { start, turn: start, quoted: false, escaped: false }
    }
}

/// Splits the text of one file.
#[derive(Debug)]
pub(super) struct Csv {
    dialect: Dialect,
    file: String,
    columns: Vec<String>,
    layout: Option<Layout>,
    marks: Marks,
    state: State,
    broken: bool,
    record: usize,
    record_line: i64,
    line: i64,
    field: Field,
    /// Fields of the record so far.
    fields: usize,
    /// The fields of the header.
    names: Vec<String>,
}

impl Csv {
    /// For a file with these declared columns, found by name in its header if it has one.
    pub(super) fn new(file: &str, dialect: Dialect, columns: Vec<String>) -> Self {
        let quote = dialect.quote.unwrap_or(dialect.delimiter);
        let escape = dialect.escape.unwrap_or(quote);
        Self {
            dialect,
            file: file.to_owned(),
            layout: (!dialect.header).then(|| Layout::by_position(columns.len())),
            columns,
            marks: Marks::new([dialect.delimiter, b'\n', quote, escape]),
            state: State::Plain,
            broken: false,
            record: 0,
            record_line: 1,
            line: 1,
            field: Field::at(0),
            fields: 0,
            names: Vec::new(),
        }
    }

    /// Judges the byte at `at`, which may mean something.
    #[inline]
    fn mark(&mut self, records: &mut Records, at: usize) -> Result<(), ReadError> {
        let byte = records.text[at];
        if self.state != State::Plain {
            return self.mark_within_quotes(records, at, byte);
        }
        if byte == self.dialect.delimiter {
            self.end_field(records, at, at);
        } else if byte == b'\n' {
            return self.end_line(records, at);
        } else if at == self.field.start && self.dialect.quote == Some(byte) {
            self.open_quotes(records);
        }
        Ok(())
    }

    fn open_quotes(&mut self, records: &Records) {
        if !self.is_comment(records) {
            self.field = Field { quoted: true, ..Field::at(self.field.start + 1) };
            self.state = State::Quoted;
        }
    }

    fn mark_within_quotes(
        &mut self,
        records: &mut Records,
        at: usize,
        byte: u8,
    ) -> Result<(), ReadError> {
        match self.state {
            State::Escape | State::Quote if self.is_escaped(at, byte) => {
                self.field.escaped = true;
                self.state = State::Quoted;
            }
            State::Quoted | State::Escape => self.turn(at, byte),
            State::Quote => {
                let rest = self.is_rest(&records.text[self.field.turn + 1..at], byte);
                self.close(rest);
                return self.mark(records, at);
            }
            _ if byte == self.dialect.delimiter => self.end_field(records, at, at),
            _ if byte == b'\n' => return self.end_line(records, at),
            _ => {}
        }
        Ok(())
    }

    /// Whether the byte stands right after an escape and is one that needs it.
    fn is_escaped(&self, at: usize, byte: u8) -> bool {
        let Dialect { quote, escape, .. } = self.dialect;
        let follows = escape.is_none() || self.state == State::Escape;
        let needs = quote == Some(byte) || escape == Some(byte);
        follows && needs && at == self.field.turn + 1
    }

    fn turn(&mut self, at: usize, byte: u8) {
        self.field.turn = at;
        self.state = if self.dialect.quote == Some(byte) {
            State::Quote
        } else if self.dialect.escape == Some(byte) {
            State::Escape
        } else {
            self.line += i64::from(byte == b'\n');
            State::Quoted
        };
    }

    /// Whether what stands between a closing quote and the next mark may stand there.
    fn is_rest(&self, between: &[u8], mark: u8) -> bool {
        match between {
            b"" => mark == self.dialect.delimiter || mark == b'\n',
            b"\r" => mark == b'\n',
            _ => false,
        }
    }

    fn close(&mut self, properly: bool) {
        self.broken |= !properly;
        self.state = if properly { State::Plain } else { State::Broken };
    }

    fn is_comment(&self, records: &Records) -> bool {
        self.dialect.comment.is_some() && self.dialect.comment == records.text.get(self.record).copied()
    }

    /// Ends the field at `end` and starts the next one after `at`.
    #[inline]
    fn end_field(&mut self, records: &mut Records, at: usize, end: usize) {
        let field = self.field;
        let end = if field.quoted { field.turn } else { end };
        if self.fields == 0 {
            records.open();
        }
        if let Some(layout) = &self.layout {
            let value = field.quoted || end > field.start;
            if value && let Some(Some(column)) = layout.targets().get(self.fields) {
                records.cell(*column, Span::new(field.start, end), field.escaped);
            }
        } else {
            let name = &records.text[field.start..end];
            self.names.push(self.name(name, field.escaped));
        }
        self.fields += 1;
        self.state = State::Plain;
        self.field = Field::at(at + 1);
    }

    fn name(&self, text: &[u8], escaped: bool) -> String {
        let text = if escaped { Cow::Owned(self.unquoted(text)) } else { Cow::Borrowed(text) };
        String::from_utf8_lossy(&text).trim().to_owned()
    }

    fn end_line(&mut self, records: &mut Records, at: usize) -> Result<(), ReadError> {
        let end = self.record + without_return(&records.text[self.record..at]);
        let blank = self.fields == 0 && end == self.record;
        self.end_field(records, at, end.max(self.field.start));
        if blank || self.is_comment(records) {
            records.forget();
            self.names.clear();
        } else {
            self.end_record(records, end)?;
        }
        self.line += 1;
        self.next_record(at + 1);
        Ok(())
    }

    fn next_record(&mut self, start: usize) {
        self.fields = 0;
        self.broken = false;
        self.state = State::Plain;
        self.record = start;
        self.record_line = self.line;
        self.field = Field::at(start);
    }

    fn end_record(&mut self, records: &mut Records, end: usize) -> Result<(), ReadError> {
        let Some(layout) = &self.layout else { return self.header() };
        let fault = self.fault(layout, end);
        if fault.is_some() {
            records.forget();
        }
        let span = Span::new(self.record, end);
        records.bare(Row { span, line: self.record_line, fault });
        Ok(())
    }

    fn header(&mut self) -> Result<(), ReadError> {
        if self.broken {
            let file = self.file.clone();
            return Err(ReadError::Header { file, reason: Reason::BadQuotes });
        }
        self.layout = Some(Layout::by_name(&self.names, &self.columns, &self.file)?);
        Ok(())
    }

    fn fault(&self, layout: &Layout, end: usize) -> Option<Reason> {
        if end - self.record > MAX_RECORD {
            Some(Reason::TooLong)
        } else if self.broken {
            Some(Reason::BadQuotes)
        } else {
            (self.fields != layout.fields()).then_some(Reason::WrongFieldCount)
        }
    }

    /// The text ends within a record: more may come, but not without end.
    fn bound(&mut self, records: &mut Records) -> Result<(), ReadError> {
        if records.text.len() - self.record <= MAX_RECORD {
            return Ok(());
        }
        match self.state {
            State::Quoted | State::Escape => return Err(self.unclosed()),
            _ if self.is_comment(records) => records.forget(),
            _ if self.layout.is_none() => {
                let file = self.file.clone();
                return Err(ReadError::Header { file, reason: Reason::TooLong });
            }
            _ => {
                records.forget();
                let span = records.shorten(self.record);
                let (line, fault) = (self.record_line, Some(Reason::TooLong));
                records.bare(Row { span, line, fault });
                self.record = records.text.len();
            }
        }
        self.state = State::Skip;
        Ok(())
    }

    /// Drops what there is of a record that is too long. Whether its end is there.
    fn skip(&mut self, records: &mut Records) -> bool {
        let end = memchr(b'\n', &records.text[self.record..]);
        let Some(end) = end else {
            records.text.truncate(self.record);
            return false;
        };
        records.text.drain(self.record..=self.record + end);
        self.line += 1;
        self.next_record(self.record);
        self.marks.restart(self.record);
        true
    }

    fn unclosed(&self) -> ReadError {
        ReadError::UnclosedQuote { file: self.file.clone(), line: self.record_line }
    }

    fn unquoted(&self, text: &[u8]) -> Vec<u8> {
        match self.dialect.quote {
            Some(quote) => unquoted(text, quote, self.dialect.escape),
            None => text.to_vec(),
        }
    }

    /// Hands on the batch, which ends at `end`, where a record ends too.
    fn hand_on(&mut self, records: &mut Records, end: usize) -> Records {
        let mut full = records.take(end);
        for cell in std::mem::take(&mut full.escaped) {
            let value = self.unquoted(&full.text[full.cells[cell].range()]);
            full.cells[cell] = full.keep(&value);
        }
        self.next_record(0);
        self.marks.restart(0);
        full
    }
}

impl Splitter for Csv {
    fn split(&mut self, records: &mut Records, rows: usize) -> Result<Option<Records>, ReadError> {
        if self.state == State::Skip && !self.skip(records) {
            return Ok(None);
        }
        while let Some(at) = self.marks.next(&records.text) {
            self.mark(records, at)?;
            if self.record == at + 1 && records.is_full(rows, self.record) {
                return Ok(Some(self.hand_on(records, self.record)));
            }
        }
        self.bound(records)?;
        Ok(None)
    }

    fn finish(&mut self, records: &mut Records) -> Result<Records, ReadError> {
        let end = records.text.len();
        match self.state {
            State::Quoted | State::Escape if self.line != self.record_line => {
                return Err(self.unclosed());
            }
            State::Quoted | State::Escape => {
                self.broken = true;
                self.field.turn = end;
            }
            State::Quote => {
                let rest = self.is_rest(&records.text[self.field.turn + 1..], b'\n');
                self.close(rest);
            }
            _ => {}
        }
        if self.state != State::Skip && self.record < end {
            self.end_line(records, end)?;
        }
        Ok(self.hand_on(records, end))
    }
}

/// The length of a line without a carriage return at its end.
pub(super) fn without_return(line: &[u8]) -> usize {
    line.len() - usize::from(line.last() == Some(&b'\r'))
}
