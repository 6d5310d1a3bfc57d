//! The spool of rejected rows, until the quarantine is staged: pages in the scratch folder of a
//! run.
//!
//! A page is written once, and is not visible before a report names it. So writers
//! and readers share nothing, and pages of aborted scans are never read. Memory is bounded however
//! much is rejected.

use std::hash::{BuildHasher, RandomState};

use object_store::ObjectStoreExt;
use object_store::path::Path;
use serde::{Deserialize, Serialize};

use super::quarantine::{Quarantined, RejectedLines};
use crate::read::ReadError;
use crate::store::Location;

/// The number of bytes to buffer before they are stored.
const PAGE: usize = 1 << 20;

/// The spool of a source's rejected rows: a folder, which lasts as long as they are needed,
/// or none.
#[derive(Debug, Clone, Default)]
pub struct Spool(Option<Location>);

/// Some rejected rows, by the name under which they are stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::read) struct Page(String);

/// Rejected rows of one origin on their way to the spool.
#[derive(Debug)]
pub(in crate::read) struct PageWriter {
    spool: Spool,
    /// The unique prefix of the names of its pages.
    name: u64,
    open: RejectedLines,
    stored: Vec<Page>,
}

impl Spool {
    /// Rejected rows are kept in this folder.
    pub fn at(folder: Location) -> Self {
        Self(Some(folder))
    }

    /// Rejected rows are counted and not kept.
    pub fn none() -> Self {
        Self(None)
    }

    /// Begins to store rows.
    pub(in crate::read) fn writer(&self) -> PageWriter {
        PageWriter {
            spool: self.clone(),
            name: RandomState::new().hash_one(()),
            open: RejectedLines::default(),
            stored: Vec::new(),
        }
    }

    /// The rows of a page.
    pub(in crate::read) async fn rows(&self, page: &Page) -> Result<Vec<Quarantined>, ReadError> {
        let Some(folder) = &self.0 else { return Ok(Vec::new()) };
        let found = async { folder.store.get(&page.within(folder)).await?.bytes().await };
        let text = found.await.map_err(|error| ReadError::scratch(&error))?;
        RejectedLines::rows(&text)
    }
}

impl Page {
    fn within(&self, folder: &Location) -> Path {
        folder.path.clone().join(self.0.as_str())
    }
}

impl PageWriter {
    /// Adds the next rows, and stores the buffer if it is full.
    pub(in crate::read) async fn add(&mut self, rows: RejectedLines) -> Result<(), ReadError> {
        self.open.append(rows);
        if self.open.bytes() < PAGE { Ok(()) } else { self.store().await }
    }

    /// Stores the rest; returns the pages of all rows, in order.
    pub(in crate::read) async fn finish(mut self) -> Result<Vec<Page>, ReadError> {
        self.store().await?;
        Ok(self.stored)
    }

    async fn store(&mut self) -> Result<(), ReadError> {
        let rows = std::mem::take(&mut self.open);
        let Some(folder) = self.spool.0.as_ref().filter(|_| rows.bytes() > 0) else {
            return Ok(());
        };
        let page = Page(format!("{:016x}-{:06}.ndjson", self.name, self.stored.len()));
        let stored = folder.store.put(&page.within(folder), rows.into()).await;
        stored.map_err(|error| ReadError::scratch(&error))?;
        self.stored.push(page);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{PAGE, Quarantined, RejectedLines, Spool};
    use crate::store;

    fn row(line: i64) -> Quarantined {
        let raw = format!("{line},\"a\n\u{e9}\"");
        let (file, reason) = ("a.csv".to_owned(), "bad_number".to_owned());
        Quarantined { file, line, column: Some("n".into()), reason, value: None, raw }
    }

    fn spool(folder: &Path) -> Spool {
        Spool::at(store::open("rejected", folder).unwrap())
    }

    #[tokio::test]
    async fn rows_come_back_in_order_from_as_many_pages_as_it_takes() {
        let folder = tempfile::tempdir().unwrap();
        let spool = spool(folder.path());
        for (rows, pages) in [(0, 0), (1, 1), (20_000, 2)] {
            let mut writer = spool.writer();
            for line in 0..rows {
                let mut one = RejectedLines::default();
                one.push(&row(line));
                writer.add(one).await.unwrap();
                assert!(writer.open.bytes() < PAGE);
            }
            let stored = writer.finish().await.unwrap();
            assert_eq!(stored.len(), pages);
            let mut found = Vec::new();
            for page in &stored {
                found.extend(spool.rows(page).await.unwrap());
            }
            assert_eq!(found, (0..rows).map(row).collect::<Vec<_>>());
        }
    }

    #[tokio::test]
    async fn writers_do_not_take_the_place_of_one_another() {
        let folder = tempfile::tempdir().unwrap();
        let spool = spool(folder.path());
        let mut writers = [spool.writer(), spool.writer()];
        for (writer, line) in writers.iter_mut().zip(1..) {
            writer.open.push(&row(line));
        }
        for (writer, line) in writers.into_iter().zip(1..) {
            let stored = writer.finish().await.unwrap();
            assert_eq!(spool.rows(&stored[0]).await.unwrap(), [row(line)]);
        }
        assert_eq!(std::fs::read_dir(folder.path().join("rejected")).unwrap().count(), 2);
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_written_says_what_the_system_says() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("rejected"), "").unwrap();
        let mut writer = spool(folder.path()).writer();
        writer.open.push(&row(1));
        let error = writer.finish().await.unwrap_err().to_string();
        assert_eq!(
            error,
            "cannot keep rejected rows in the folder for temporary files: Not a directory (os error 20)"
        );
    }
}
