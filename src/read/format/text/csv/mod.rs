//! Delimited text with quotes (RFC 4180), record by record.
//!
//! Records end in `\n` or `\r\n` outside quotes; lines without a byte, and those that start with
//! the byte of comments, are skipped. A field is quoted if it starts with a quote; a quote
//! elsewhere is text. An empty field is NULL unless it is quoted. The splitter is custom, and not
//! `csv-core`'s, because rejects need the physical line and the bytes of a record, because `""` and
//! an empty field differ, and because it copies nothing: a cell is a range of the text.

mod bounds;
mod marks;
#[cfg(test)]
mod tests;
mod whole;

use std::borrow::Cow;

use self::marks::Marks;
use super::Splitter;
use super::record::Record;
use super::records::{MAX_RECORD, Records, Row, Span, unquoted};
use crate::plan::{Dialect, Margins};
use crate::read::ReadError;
use crate::read::account::Margin;
use crate::read::column::{Columns, Layout};
use crate::read::format::margins::Header;
use crate::value::Reason;

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

/// Splits the text of one file.
#[derive(Debug)]
pub(in crate::read) struct Csv {
    dialect: Dialect,
    file: String,
    columns: Columns,
    layout: Option<Layout>,
    marks: Marks,
    state: State,
    broken: bool,
    record: usize,
    record_line: i64,
    line: i64,
    /// Where the field starts, after its opening quote.
    start: usize,
    /// Where the last quote or escape within quotes stands.
    turn: usize,
    /// Whether there are escapes within the quotes.
    escaped: bool,
    /// Fields of the record so far.
    fields: usize,
    header: Header,
    /// The fields of a row of the header, or of a record that is taken whole.
    names: Vec<String>,
    /// How many of them stand in quotes.
    quoted: usize,
    /// The records so far, where they are taken whole and there is no header.
    whole: Option<Vec<Record>>,
}

impl Csv {
    /// For a file with these declared columns, found by name in its header if it has one.
    pub(in crate::read) fn new(file: &str, dialect: Dialect, columns: Columns) -> Self {
        let quote = dialect.quote.unwrap_or(dialect.delimiter);
        let escape = dialect.escape.unwrap_or(quote);
        Self {
            dialect,
            file: file.to_owned(),
            layout: (!dialect.header).then(|| Layout::by_position(&columns)),
            columns,
            marks: Marks::new([dialect.delimiter, b'\n', quote, escape]),
            state: State::Plain,
            broken: false,
            record: 0,
            record_line: 1,
            line: 1,
            start: 0,
            turn: 0,
            escaped: false,
            fields: 0,
            header: Header::of(&Margins::default()),
            names: Vec::new(),
            quoted: 0,
            whole: None,
        }
    }

    /// The same for files with these margins; the lines before the header are removed already.
    pub(in crate::read) fn within(self, margins: &Margins) -> Self {
        let line = 1 + i64::from(margins.skip_rows);
        Self { record_line: line, line, header: Header::of(margins), ..self }
    }

    /// The place of the next mark that is not just the end of a field without quotes.
    fn next(&mut self, records: &mut Records) -> Option<usize> {
        let Some(layout) = self.layout.as_ref().filter(|_| self.state == State::Plain) else {
            return self.marks.next(&records.text);
        };
        let (text, cells) = records.open();
        let (mut start, mut fields) = (self.start, self.fields);
        // This is the hot loop for nearly all of a file, so it is minimal.
        let found = loop {
            let Some(at) = self.marks.next(text) else { break None };
            if text[at] != self.dialect.delimiter {
                break Some(at);
            }
            let target = layout.targets().get(fields).copied().flatten();
            if let (Some(column), true) = (target, start < at) {
                cells[column] = Span::new(start, at);
            }
            (start, fields) = (at + 1, fields + 1);
        };
        (self.start, self.fields) = (start, fields);
        found
    }

    /// Judges the byte at `at`, which may mean something.
    #[inline]
    fn mark(&mut self, records: &mut Records, at: usize) -> Result<(), ReadError> {
        let byte = records.text[at];
        if self.state != State::Plain {
            return self.mark_within_quotes(records, at, byte);
        }
        if byte == self.dialect.delimiter {
            self.field(records, at, false);
            self.start = at + 1;
        } else if byte == b'\n' {
            return self.end_line(records, at);
        } else if at == self.start && self.dialect.quote == Some(byte) {
            self.open_quotes(records);
        }
        Ok(())
    }

    fn open_quotes(&mut self, records: &Records) {
        if !self.is_comment(records) {
            self.start += 1;
            self.escaped = false;
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
                self.escaped = true;
                self.state = State::Quoted;
            }
            State::Quoted | State::Escape => self.turn(at, byte),
            _ if byte == b'\n' => return self.end_line(records, at),
            _ if byte == self.dialect.delimiter => {
                self.close(records, at);
                self.start = at + 1;
                self.state = State::Plain;
            }
            _ => self.state = State::Broken,
        }
        Ok(())
    }

    /// Whether the byte stands right after an escape and is one that needs it.
    fn is_escaped(&self, at: usize, byte: u8) -> bool {
        let Dialect { quote, escape, .. } = self.dialect;
        let follows = escape.is_none() || self.state == State::Escape;
        let needs = quote == Some(byte) || escape == Some(byte);
        follows && needs && at == self.turn + 1
    }

    fn turn(&mut self, at: usize, byte: u8) {
        self.turn = at;
        self.state = if self.dialect.quote == Some(byte) {
            State::Quote
        } else if self.dialect.escape == Some(byte) {
            State::Escape
        } else {
            self.line += i64::from(byte == b'\n');
            State::Quoted
        };
    }

    fn is_comment(&self, records: &Records) -> bool {
        let comment = self.dialect.comment;
        comment.is_some() && comment == records.text.get(self.record).copied()
    }

    /// Ends the field, in whatever state it is, before the delimiter or the end of the line.
    fn close(&mut self, records: &mut Records, end: usize) {
        match self.state {
            State::Plain => self.field(records, end, false),
            State::Quote if end == self.turn + 1 => self.field(records, self.turn, true),
            _ => {
                self.broken = true;
                self.fields += 1;
                if self.whole.is_some() {
                    self.names.push(self.name(&records.text[self.start..end], false));
                }
            }
        }
    }

    /// Notes a field that ends at `end`.
    fn field(&mut self, records: &mut Records, end: usize, quoted: bool) {
        let escaped = quoted && self.escaped;
        let target = self.layout.as_ref().map(|layout| layout.targets().get(self.fields));
        match target {
            Some(Some(Some(column))) if quoted || end > self.start => {
                records.cell(*column, Span::new(self.start, end), escaped);
            }
            Some(_) => {}
            None => {
                self.quoted += usize::from(quoted);
                self.names.push(self.name(&records.text[self.start..end], escaped));
            }
        }
        self.fields += 1;
    }

    fn name(&self, text: &[u8], escaped: bool) -> String {
        let text = if escaped { Cow::Owned(self.unquoted(text)) } else { Cow::Borrowed(text) };
        String::from_utf8_lossy(&text).into_owned()
    }

    fn end_line(&mut self, records: &mut Records, at: usize) -> Result<(), ReadError> {
        let end = self.record + without_return(&records.text[self.record..at]);
        let blank = self.fields == 0 && end == self.record;
        if blank || self.is_comment(records) {
            records.forget();
            self.names.clear();
            self.quoted = 0;
        } else {
            self.close(records, end);
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
        self.start = start;
    }

    fn end_record(&mut self, records: &mut Records, end: usize) -> Result<(), ReadError> {
        let Some(layout) = &self.layout else { return self.header_row(records, end) };
        let fault = self.fault(layout, end);
        if fault.is_some() {
            records.forget();
        }
        let span = Span::new(self.record, end);
        records.bare(Row { span, line: self.record_line, fault });
        Ok(())
    }

    fn header_row(&mut self, records: &mut Records, end: usize) -> Result<(), ReadError> {
        if self.whole.is_some() {
            self.take_whole();
            return Ok(());
        }
        if self.broken {
            let file = self.file.clone();
            return Err(ReadError::Header { file, reason: Reason::BadQuotes });
        }
        if !self.header.names_next() {
            let row = &records.text[self.record..end];
            records.skipped.note(Margin::Header, self.record_line, row);
        }
        let names = std::mem::take(&mut self.names);
        let names = names.iter().map(|name| name.trim().to_owned()).collect();
        if let Some(names) = self.header.add(names) {
            self.layout = Some(Layout::by_name(&names, &self.columns, &self.file)?);
        }
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
        records.forget();
        let mut full = records.take(end);
        if let Some(layout) = &self.layout {
            full.presence = layout.presence().clone();
        }
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
        while let Some(at) = self.next(records) {
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
        let open = matches!(self.state, State::Quoted | State::Escape);
        if open && self.line != self.record_line {
            return Err(self.unclosed());
        }
        if self.state != State::Skip && self.record < end {
            self.end_line(records, end)?;
        }
        Ok(self.hand_on(records, end))
    }

    fn break_off(&mut self, records: &mut Records, reason: Reason) -> Records {
        records.forget();
        records.break_off(self.record, self.record_line, reason);
        self.hand_on(records, records.text.len())
    }

    fn again(&self) -> Box<dyn Splitter> {
        let (file, columns) = (self.file.as_str(), self.columns.clone());
        Box::new(Self { layout: self.layout.clone(), ..Self::new(file, self.dialect, columns) })
    }
}

/// The length of a line without a carriage return at its end.
pub(in crate::read::format) fn without_return(line: &[u8]) -> usize {
    line.len() - usize::from(line.last() == Some(&b'\r'))
}
