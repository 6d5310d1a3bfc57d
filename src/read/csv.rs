//! Delimited text with quotes (RFC 4180), record by record.
//!
//! Records end in `\n` or `\r\n` outside quotes; lines without a byte are skipped. A field is
//! quoted if it starts with a quote; a quote elsewhere is text. An empty field is NULL unless it
//! is quoted. The splitter is its own, and not `csv-core`'s, because rejects need the physical
//! line and the bytes of a record, and because `""` and nothing are not the same.

use super::layout::Layout;
use super::records::{MAX_RECORD, Records, Row, Span, single_quotes};
use super::text::Splitter;
use super::{ReadError, Reason};

/// Where the splitter stands within a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the first byte of a field.
    Start,
    /// In a field without quotes.
    Plain,
    /// Between quotes.
    Quoted,
    /// After a quote within quotes: the end, or the first of two.
    Quote,
    /// After text that follows a closing quote.
    Broken,
    /// In a record that is too long.
    Skip,
}

#[derive(Debug, Clone, Copy)]
struct Field {
    start: usize,
    end: usize,
    quoted: bool,
    doubled: bool,
}

/// Splits the text of one file.
#[derive(Debug)]
pub(super) struct Csv {
    delimiter: u8,
    file: String,
    columns: Vec<String>,
    layout: Option<Layout>,
    state: State,
    broken: bool,
    cursor: usize,
    record: usize,
    record_line: i64,
    line: i64,
    field: Field,
    fields: Vec<Field>,
}

const EMPTY: Field = Field { start: 0, end: 0, quoted: false, doubled: false };

impl Csv {
    /// For a file with these declared columns, found by name in its header if it has one.
    pub(super) fn new(file: &str, delimiter: u8, header: bool, columns: Vec<String>) -> Self {
        let layout = (!header).then(|| Layout::by_position(columns.len()));
        Self {
            delimiter,
            file: file.to_owned(),
            columns,
            layout,
            state: State::Start,
            broken: false,
            cursor: 0,
            record: 0,
            record_line: 1,
            line: 1,
            field: EMPTY,
            fields: Vec::new(),
        }
    }

    /// Moves over one piece of the text: a run of plain bytes, or a byte that means something.
    fn step(&mut self, records: &mut Records) -> Result<(), ReadError> {
        let rest = &records.text[self.cursor..];
        let byte = rest[0];
        match self.state {
            State::Start if byte == b'"' => {
                self.field.quoted = true;
                self.field.start += 1;
                self.enter(State::Quoted);
            }
            State::Start | State::Plain | State::Broken if byte == self.delimiter => {
                self.end_field(self.cursor);
            }
            State::Start | State::Plain | State::Broken if byte == b'\n' => {
                return self.end_line(records);
            }
            State::Start => self.enter(State::Plain),
            State::Plain | State::Broken => {
                let delimiter = self.delimiter;
                self.cursor += run(rest, |byte| byte == delimiter || byte == b'\n');
            }
            State::Quoted => self.quoted(rest),
            State::Quote => self.after_quote(byte, rest.get(1).copied()),
            State::Skip => self.skip(records),
        }
        Ok(())
    }

    fn enter(&mut self, state: State) {
        self.state = state;
        self.cursor += 1;
    }

    fn quoted(&mut self, rest: &[u8]) {
        let plain = run(rest, |byte| byte == b'"' || byte == b'\n');
        self.cursor += plain;
        match rest.get(plain) {
            Some(b'\n') => {
                self.line += 1;
                self.cursor += 1;
            }
            Some(_) => {
                self.field.end = self.cursor;
                self.enter(State::Quote);
            }
            None => {}
        }
    }

    fn after_quote(&mut self, byte: u8, next: Option<u8>) {
        match byte {
            b'"' => {
                self.field.doubled = true;
                self.enter(State::Quoted);
            }
            _ if byte == self.delimiter => self.end_field(self.field.end),
            // The end of the line is left for the next step.
            b'\n' => self.state = State::Plain,
            b'\r' if next == Some(b'\n') => self.enter(State::Plain),
            _ => {
                self.broken = true;
                self.enter(State::Broken);
            }
        }
    }

    fn skip(&mut self, records: &mut Records) {
        let plain = run(&records.text[self.cursor..], |byte| byte == b'\n');
        let ended = self.cursor + plain < records.text.len();
        records.text.drain(self.cursor..self.cursor + plain + usize::from(ended));
        if ended {
            self.line += 1;
            self.next_record();
        }
    }

    fn end_field(&mut self, end: usize) {
        let end = if self.field.quoted { self.field.end } else { end };
        self.fields.push(Field { end, ..self.field });
        self.state = State::Start;
        self.cursor += 1;
        self.field = Field { start: self.cursor, ..EMPTY };
    }

    fn end_line(&mut self, records: &mut Records) -> Result<(), ReadError> {
        let end = without_return(&records.text[self.record..self.cursor]) + self.record;
        self.end_field(end.max(self.field.start));
        self.end_record(records, end)?;
        self.line += 1;
        self.next_record();
        Ok(())
    }

    fn next_record(&mut self) {
        self.fields.clear();
        self.broken = false;
        self.state = State::Start;
        self.record = self.cursor;
        self.record_line = self.line;
        self.field = Field { start: self.cursor, ..EMPTY };
    }

    fn end_record(&mut self, records: &mut Records, end: usize) -> Result<(), ReadError> {
        let blank = self.fields.len() == 1 && end == self.record;
        match &self.layout {
            _ if blank => Ok(()),
            None => self.header(records),
            Some(_) => {
                self.row(records, end);
                Ok(())
            }
        }
    }

    fn header(&mut self, records: &Records) -> Result<(), ReadError> {
        if self.broken {
            let file = self.file.clone();
            return Err(ReadError::Header { file, reason: Reason::BadQuotes });
        }
        let name = |field: &Field| {
            let bytes = &records.text[field.start..field.end];
            let bytes = if field.doubled { single_quotes(bytes) } else { bytes.to_vec() };
            String::from_utf8_lossy(&bytes).trim().to_owned()
        };
        let names: Vec<String> = self.fields.iter().map(name).collect();
        self.layout = Some(Layout::by_name(&names, &self.columns, &self.file)?);
        Ok(())
    }

    fn row(&mut self, records: &mut Records, end: usize) {
        let fault = self.fault(end);
        let span = Span::new(self.record, end);
        records.bare(Row { span, line: self.record_line, fault });
        if fault.is_none() {
            self.cells(records);
        }
    }

    fn fault(&self, end: usize) -> Option<Reason> {
        let expected = self.layout.as_ref().map(Layout::fields);
        if end - self.record > MAX_RECORD {
            Some(Reason::TooLong)
        } else if self.broken {
            Some(Reason::BadQuotes)
        } else {
            (expected != Some(self.fields.len())).then_some(Reason::WrongFieldCount)
        }
    }

    fn cells(&self, records: &mut Records) {
        let first = records.cells.len() - records.width;
        let targets = self.layout.iter().flat_map(Layout::targets);
        for (field, target) in self.fields.iter().zip(targets) {
            let Some(column) = target else { continue };
            if field.quoted || field.end > field.start {
                records.cells[first + column] = Span::new(field.start, field.end);
            }
            if field.doubled {
                records.doubled.push(first + column);
            }
        }
    }

    /// The text ends within a record: more may come, but not without end.
    fn bound(&mut self, records: &mut Records) -> Result<(), ReadError> {
        if self.state == State::Skip || self.cursor - self.record <= MAX_RECORD {
            return Ok(());
        }
        match self.state {
            State::Quoted => Err(self.unclosed()),
            _ if self.layout.is_none() => {
                Err(ReadError::Header { file: self.file.clone(), reason: Reason::TooLong })
            }
            _ => {
                let span = records.shorten(self.record);
                let (line, fault) = (self.record_line, Some(Reason::TooLong));
                records.bare(Row { span, line, fault });
                self.state = State::Skip;
                self.cursor = records.text.len();
                Ok(())
            }
        }
    }

    fn unclosed(&self) -> ReadError {
        ReadError::UnclosedQuote { file: self.file.clone(), line: self.record_line }
    }

    /// Starts again at the front of the text, whose first `by` bytes were handed on.
    fn rebase(&mut self, by: usize) {
        self.cursor -= by;
        self.record -= by;
        self.field.start -= by;
    }
}

impl Splitter for Csv {
    fn split(&mut self, records: &mut Records, rows: usize) -> Result<Option<Records>, ReadError> {
        while self.cursor < records.text.len() {
            // What follows a quote decides what it is; `\r` needs one byte more.
            let waits = self.state == State::Quote && records.text[self.cursor..] == *b"\r";
            if waits {
                break;
            }
            self.step(records)?;
            let between = self.state == State::Start && self.fields.is_empty();
            if between && records.is_full(rows, self.cursor) {
                let mut full = records.take(self.cursor);
                self.rebase(self.cursor);
                full.undouble();
                return Ok(Some(full));
            }
        }
        self.bound(records)?;
        Ok(None)
    }

    fn finish(&mut self, records: &mut Records) -> Result<Records, ReadError> {
        let open = self.state != State::Start || !self.fields.is_empty();
        if self.state == State::Quoted {
            if self.line != self.record_line {
                return Err(self.unclosed());
            }
            self.broken = true;
            self.field.end = self.cursor;
        }
        if open && self.state != State::Skip {
            self.cursor = records.text.len();
            self.end_line(records)?;
        }
        let mut rest = records.take(records.text.len());
        rest.undouble();
        Ok(rest)
    }

    fn break_off(&mut self, records: &mut Records, reason: Reason) -> Records {
        let mut rest = records.broken_off(self.record, self.record_line, reason);
        rest.undouble();
        rest
    }

    fn again(&self) -> Box<dyn Splitter> {
        let (layout, columns) = (self.layout.clone(), self.columns.clone());
        Box::new(Self { layout, ..Self::new(&self.file, self.delimiter, true, columns) })
    }
}

/// How many bytes come before one that means something.
fn run(bytes: &[u8], means: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|byte| means(*byte)).unwrap_or(bytes.len())
}

/// The length of a line without a carriage return at its end.
pub(super) fn without_return(line: &[u8]) -> usize {
    line.len() - usize::from(line.last() == Some(&b'\r'))
}
