//! The rows of a file, which is reported once it has been read to its end.

use datafusion::arrow::array::RecordBatch;
use datafusion::common::DataFusionError;
use futures::stream::{BoxStream, StreamExt, TryStreamExt, try_unfold};

use super::reading::Scan;
use super::reports::FileReport;
use super::spool::PageWriter;
use super::tally::FileTally;
use super::validate::Part;
use crate::read::column::Presence;
use crate::read::list::InputFile;

/// The parts of one file, in order.
pub(in crate::read) type Parts = BoxStream<'static, Result<Part, DataFusionError>>;

/// A file that was opened.
pub(in crate::read) struct Opened {
    /// What is known of its columns before its rows are read.
    pub(in crate::read) presence: Presence,
    /// What it holds.
    pub(in crate::read) parts: Parts,
}

/// A file on its way through a scan.
struct Counting {
    scan: Scan,
    file: InputFile,
    parts: Parts,
    counts: FileTally,
    rejected: PageWriter,
}

/// The rows to use of a file, which is reported with its last row.
pub(in crate::read) fn counted(
    scan: Scan,
    file: InputFile,
    opened: Opened,
) -> BoxStream<'static, Result<RecordBatch, DataFusionError>> {
    let Opened { presence, parts } = opened;
    let mut counts = FileTally::of(file.meta.size);
    counts.presence = Presence::of(scan.source().columns.len());
    counts.presence.merge(scan.folders.presence().clone());
    counts.presence.merge(presence);
    let rejected = scan.reading.reporter.spool.writer();
    try_unfold(Counting { scan, file, parts, counts, rejected }, Counting::next).boxed()
}

impl Counting {
    /// The next rows and the rest; `None` at the end of the file.
    async fn next(mut self) -> Result<Option<(RecordBatch, Self)>, DataFusionError> {
        while let Some(Part { batch, counts, rejected }) = self.parts.try_next().await? {
            self.counts.add(counts);
            self.rejected.add(rejected).await?;
            if batch.num_rows() > 0 {
                return Ok(Some((batch, self)));
            }
        }
        let Self { scan, file, counts, rejected, .. } = self;
        let rejected = rejected.finish().await?;
        scan.reading.reporter.send(FileReport { file: file.name, counts, rejected });
        Ok(None)
    }
}
