//! A batch of text records: their bytes, once, and the ranges of rows and cells in them.
//!
//! Splitters append bytes and mark what they find; parsers read cells column by column. A record
//! that ends in a later chunk stays open in the buffer, so that chunk boundaries have no effect.

use crate::read::account::{Margin, Skipped};
use crate::read::column::Presence;
use crate::read::format::margins::Footed;
use crate::value::Reason;

/// The maximum length of a record.
pub(in crate::read::format) const MAX_RECORD: usize = 16 << 20;
/// A batch is passed on when its text is this long, even with few rows.
const MAX_TEXT: usize = 8 << 20;
/// What is kept of a record that is too long.
const KEPT: usize = 1 << 10;

/// Bytes of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::read) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// No value.
    pub(in crate::read) const NULL: Self = Self { start: u32::MAX, end: u32::MAX };

    /// The bytes from `start` to `end`. A batch's text is far below 4 GiB.
    pub(in crate::read) fn new(start: usize, end: usize) -> Self {
        let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { start: narrow(start), end: narrow(end) }
    }

    /// The same bytes in a text that has so many before them.
    fn behind(self, bytes: usize) -> Self {
        if self == Self::NULL {
            return self;
        }
        Self::new(self.start as usize + bytes, self.end as usize + bytes)
    }

    /// As a range of the text.
    pub(in crate::read) fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// One record.
#[derive(Debug, Clone, Copy)]
pub(in crate::read) struct Row {
    /// All its bytes, without the end of the line.
    pub(in crate::read::format) span: Span,
    /// The physical line on which it starts, from 1.
    pub(in crate::read) line: i64,
    /// Why it is not a row.
    pub(in crate::read) fault: Option<Reason>,
}

/// Records and their cells; the rest of the text is not split yet.
#[derive(Debug, Default)]
pub(in crate::read) struct Records {
    /// The bytes, in the order of the file, then whatever [`Records::keep`] added.
    pub(in crate::read) text: Vec<u8>,
    /// The records found so far.
    pub(in crate::read) rows: Vec<Row>,
    /// Their cells, row by row, `width` each.
    pub(in crate::read) cells: Vec<Span>,
    /// The number of declared columns.
    pub(in crate::read) width: usize,
    /// Cells whose text is not their value: escapes are to be taken out of it.
    pub(in crate::read::format) escaped: Vec<usize>,
    /// What was left out since the batch before.
    pub(in crate::read) skipped: Skipped,
    /// Cells that are invalid in any type, and why.
    pub(in crate::read) refused: Vec<(usize, Reason)>,
    /// Which declared columns the file was seen to have.
    pub(in crate::read) presence: Presence,
}

impl Records {
    /// An empty batch for so many columns.
    pub(in crate::read) fn new(width: usize) -> Self {
        Self { width, ..Self::default() }
    }

    /// Adds a row that has no cells, because it is at fault or because they come later.
    pub(in crate::read) fn bare(&mut self, row: Row) {
        self.rows.push(row);
        self.cells.resize(self.rows.len() * self.width, Span::NULL);
    }

    /// The text, and the cells of the row that comes next, all of them NULL at first.
    pub(in crate::read) fn open(&mut self) -> (&[u8], &mut [Span]) {
        let first = self.rows.len() * self.width;
        self.cells.resize(first + self.width, Span::NULL);
        (&self.text, &mut self.cells[first..])
    }

    /// Sets a cell of the row that comes next.
    pub(in crate::read) fn cell(&mut self, column: usize, span: Span, escaped: bool) {
        let (_, cells) = self.open();
        cells[column] = span;
        if escaped {
            self.escaped.push(self.rows.len() * self.width + column);
        }
    }

    /// Forgets the cells of the row that would come next: it is at fault, or no row.
    pub(in crate::read::format) fn forget(&mut self) {
        let first = self.rows.len() * self.width;
        self.cells.truncate(first);
        while self.escaped.last().is_some_and(|cell| *cell >= first) {
            self.escaped.pop();
        }
    }

    /// Whether the batch should be passed on.
    pub(in crate::read::format) fn is_full(&self, rows: usize, split: usize) -> bool {
        self.rows.len() >= rows || split >= MAX_TEXT
    }

    /// Passes on what is split, and keeps the bytes from `rest`.
    pub(in crate::read) fn take(&mut self, rest: usize) -> Self {
        // The next batch will be about as large, and growing is copying.
        let mut text = Vec::with_capacity(self.text.len());
        text.extend_from_slice(&self.text[rest..]);
        self.text.truncate(rest);
        let rows = Vec::with_capacity(self.rows.len());
        let cells = Vec::with_capacity(self.cells.len());
        let next = Self { text, rows, cells, ..Self::new(self.width) };
        std::mem::replace(self, next)
    }

    /// Forgets most of the open record that starts at `start`, because it is too long.
    pub(in crate::read::format) fn shorten(&mut self, start: usize) -> Span {
        self.text.truncate(start + KEPT);
        Span::new(start, self.text.len())
    }

    /// Replaces a row by the only record of another batch; the row keeps its line.
    pub(in crate::read) fn replace(&mut self, row: usize, other: &Self) {
        let before = self.text.len();
        self.text.extend_from_slice(&other.text);
        let (span, fault) = match other.rows.as_slice() {
            [only] => (only.span, only.fault),
            _ => (Span::new(0, other.text.len()), Some(Reason::WrongFieldCount)),
        };
        self.rows[row] = Row { span: span.behind(before), fault, ..self.rows[row] };
        self.refused.retain(|(cell, _)| cell / self.width.max(1) != row);
        if fault.is_none() {
            let refused = other.refused.iter().map(|(cell, why)| (row * self.width + cell, *why));
            self.refused.extend(refused);
            let cells = other.cells.iter().map(|cell| cell.behind(before));
            self.cells.splice(row * self.width..(row + 1) * self.width, cells);
        }
    }

    /// The record that starts at `start` is truncated with the file: its beginning is a row at
    /// fault.
    pub(in crate::read::format) fn break_off(&mut self, start: usize, line: i64, reason: Reason) {
        let span = match self.text.len() - start > MAX_RECORD {
            true => self.shorten(start),
            false => Span::new(start, self.text.len()),
        };
        self.bare(Row { span, line, fault: Some(reason) });
    }

    /// Adds text that is not in the file verbatim, such as a value without escapes.
    pub(in crate::read) fn keep(&mut self, text: &[u8]) -> Span {
        let start = self.text.len();
        self.text.extend_from_slice(text);
        Span::new(start, self.text.len())
    }
}

impl Footed for Records {
    fn rows(&self) -> usize {
        self.rows.len()
    }

    fn cut(&mut self, rows: usize) {
        for row in self.rows.drain(rows..) {
            self.skipped.note(Margin::Footer, row.line, &self.text[row.span.range()]);
        }
        self.cells.truncate(rows * self.width);
        self.refused.retain(|(cell, _)| *cell < rows * self.width);
    }
}

/// The text with every escape taken out that stands before a quote or another escape. A quote is
/// its own escape if there is no other.
pub(in crate::read::format) fn unquoted(text: &[u8], quote: u8, escape: Option<u8>) -> Vec<u8> {
    let escape = escape.unwrap_or(quote);
    let mut value = Vec::with_capacity(text.len());
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        let escaped = bytes.next_if(|next| byte == escape && (*next == quote || *next == escape));
        value.push(escaped.unwrap_or(byte));
    }
    value
}
