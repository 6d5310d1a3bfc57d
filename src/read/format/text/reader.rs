//! Bytes, fed piece by piece, become records, passed on batch by batch.

use memchr::memchr;

use super::records::Records;
use super::splitter::Splitter;
use crate::read::ReadError;
use crate::read::account::Margin;
use crate::value::Reason;

/// The mark that some programs put before UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";
/// How much of a line that is skipped is kept to show it, in bytes.
const SHOWN: usize = 1 << 10;

/// Records one batch after the other, from bytes fed piece by piece.
pub(super) struct Reader {
    pub(super) splitter: Box<dyn Splitter>,
    records: Records,
    rows: usize,
    started: bool,
    /// How many lines are skipped, and how many of them are skipped already.
    skip: u32,
    skipped: u32,
}

impl Reader {
    /// With so many declared columns and rows in a batch.
    pub(super) fn new(splitter: Box<dyn Splitter>, columns: usize, rows: usize) -> Self {
        let records = Records::new(columns);
        Self { splitter, records, rows, started: false, skip: 0, skipped: 0 }
    }

    /// The same for files of which the first lines are skipped, whatever is in them.
    pub(super) fn skipping(self, lines: u32) -> Self {
        Self { skip: lines, ..self }
    }

    /// Adds the next bytes of the file.
    pub(super) fn feed(&mut self, piece: &[u8]) {
        self.records.text.extend_from_slice(piece);
        if !self.started && self.records.text.len() >= MARK.len() {
            self.start();
        }
        if self.started {
            self.skip(false);
        }
    }

    fn start(&mut self) {
        self.started = true;
        if self.records.text.starts_with(MARK) {
            self.records.text.drain(..MARK.len());
        }
    }

    /// Drops the lines to be skipped, as far as they have arrived; `all` that has, at the end.
    fn skip(&mut self, all: bool) {
        let mut start = 0;
        while self.skipped < self.skip {
            let rest = &self.records.text[start..];
            let end = memchr(b'\n', rest).map(|at| at + 1);
            let Some(length) = end.or((all && !rest.is_empty()).then_some(rest.len())) else {
                break;
            };
            self.skipped += 1;
            let line = rest[..length.min(SHOWN)].trim_ascii_end();
            self.records.skipped.note(Margin::Before, i64::from(self.skipped), line);
            start += length;
        }
        self.records.text.drain(..start);
        if self.skipped < self.skip {
            // Nothing else of an unbounded line is needed.
            self.records.text.truncate(SHOWN);
        }
    }

    /// A full batch, or `None` until more was fed.
    pub(super) fn next(&mut self) -> Result<Option<Records>, ReadError> {
        if !self.started || self.skipped < self.skip {
            return Ok(None);
        }
        self.splitter.split(&mut self.records, self.rows)
    }

    /// What is left of a damaged file, as one row at fault behind those that are whole.
    pub(super) fn break_off(&mut self, reason: Reason) -> Records {
        if !self.started {
            self.start();
        }
        self.splitter.break_off(&mut self.records, reason)
    }

    /// The last batch. Everything before it was taken with [`Reader::next`].
    pub(super) fn finish(&mut self) -> Result<Records, ReadError> {
        let untouched = !self.started;
        if untouched {
            self.start();
        }
        self.skip(true);
        if untouched {
            // So little text is one batch, however small batches are.
            self.splitter.split(&mut self.records, usize::MAX)?;
        }
        self.splitter.finish(&mut self.records)
    }
}
