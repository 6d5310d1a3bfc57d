//! Rejected rows, every one of them, on their way to the table that keeps them.
//!
//! They wait in a file that has no name and goes with the run: memory stays bounded whatever is
//! rejected. Rows of one input file stay together and in order, so that the same inputs give the
//! same rows in the same order however many files are read at once.

use std::io::{Read, Result, Seek, SeekFrom, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tempfile::SpooledTempFile;

/// Bytes that wait in memory before they go to the disk.
const IN_MEMORY: usize = 1 << 20;
/// Bytes that one input file gathers before they go there.
const PAGE: usize = 64 << 10;

/// One rejected row, as the table keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quarantined {
    /// The file.
    pub file: String,
    /// The physical line on which the record starts, from 1; a row number in typed formats.
    pub line: i64,
    /// The column at fault, unless the whole record is.
    pub column: Option<String>,
    /// The reason's stable code.
    pub reason: String,
    /// The text of the column at fault.
    pub value: Option<String>,
    /// The whole record.
    pub raw: String,
}

/// The rejected rows of one input file: the last of them, and where the others wait.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::read) struct Pages {
    stored: Vec<Page>,
    open: Vec<u8>,
}

/// A piece of the spool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::read) struct Page {
    start: u64,
    bytes: usize,
}

/// The rejected rows of one source.
#[derive(Debug)]
pub(in crate::read) struct Spool(Mutex<SpooledTempFile>);

impl Default for Spool {
    fn default() -> Self {
        Self(Mutex::new(SpooledTempFile::new(IN_MEMORY)))
    }
}

impl Pages {
    /// Adds a row. Writing to memory and text that is UTF-8 cannot fail.
    pub(in crate::read) fn push(&mut self, row: &Quarantined) {
        if serde_json::to_writer(&mut self.open, row).is_ok() {
            self.open.push(b'\n');
        }
    }

    /// Adds rows that follow.
    pub(in crate::read) fn append(&mut self, mut more: Self) {
        self.open.append(&mut more.open);
    }

    /// Moves what has gathered to the spool, if it is enough or has to be.
    pub(in crate::read) fn store(&mut self, spool: &Spool, all: bool) -> Result<()> {
        if self.open.is_empty() || (self.open.len() < PAGE && !all) {
            return Ok(());
        }
        let start = spool.write(&self.open)?;
        self.stored.push(Page { start, bytes: self.open.len() });
        self.open.clear();
        Ok(())
    }

    /// Where the rows wait, in order.
    pub(in crate::read) fn stored(&self) -> Vec<Page> {
        self.stored.clone()
    }
}

impl Spool {
    /// A panic elsewhere leaves whole pages behind, so that the lock is never to be feared.
    fn lock(&self) -> MutexGuard<'_, SpooledTempFile> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The rows of one piece.
    pub(in crate::read) fn rows(&self, page: Page) -> Result<Vec<Quarantined>> {
        let text = self.read(page)?;
        let rows = serde_json::Deserializer::from_slice(&text).into_iter();
        rows.collect::<std::result::Result<_, _>>().map_err(Into::into)
    }

    fn write(&self, text: &[u8]) -> Result<u64> {
        let mut file = self.lock();
        let start = file.seek(SeekFrom::End(0))?;
        file.write_all(text)?;
        Ok(start)
    }

    fn read(&self, page: Page) -> Result<Vec<u8>> {
        let mut file = self.lock();
        file.seek(SeekFrom::Start(page.start))?;
        let mut text = vec![0; page.bytes];
        file.read_exact(&mut text)?;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::{PAGE, Pages, Quarantined, Spool};

    fn row(line: i64) -> Quarantined {
        let raw = format!("{line},\"a\n\u{e9}\"");
        let (file, reason) = ("a.csv".to_owned(), "bad_number".to_owned());
        Quarantined { file, line, column: Some("n".into()), reason, value: None, raw }
    }

    #[test]
    fn rows_come_back_in_order_from_memory_and_from_disk() {
        for rows in [0, 1, 40_000] {
            let spool = Spool::default();
            let mut pages = Pages::default();
            for line in 0..rows {
                pages.push(&row(line));
                pages.store(&spool, false).unwrap();
                assert!(pages.open.len() < PAGE);
            }
            pages.store(&spool, true).unwrap();
            let found: Vec<_> =
                pages.stored().into_iter().flat_map(|page| spool.rows(page).unwrap()).collect();
            assert_eq!(found, (0..rows).map(row).collect::<Vec<_>>());
        }
    }
}
