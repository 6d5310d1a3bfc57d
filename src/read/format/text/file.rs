//! Reading of a text file: pieces of bytes, then records, then columns.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::common::DataFusionError;
use futures::stream::{StreamExt, TryStreamExt};
use object_store::ObjectStore;

use super::convert::{Split, convert};
use super::reader::Reader;
use super::records::Records;
use super::splitter::Splitter;
use crate::declare::DamagedFiles;
use crate::read::ReadError;
use crate::read::account::{Correction, Opened, Part, Scan};
use crate::read::bytes::{self, Pieces, utf8};
use crate::read::column::Presence;
use crate::read::format::FileReader;
use crate::read::format::corrected::correct;
use crate::read::format::margins::Window;
use crate::read::list::InputFile;

/// The records of one file, a batch after the other.
struct TextFile {
    pieces: Pieces,
    reader: Reader,
    window: Window<Records>,
    corrections: BTreeMap<i64, Correction>,
    damaged: DamagedFiles,
    ended: bool,
}

/// Opens a text file, whose records `splitter` finds.
///
/// They are split sequentially, since where one begins depends on those before; batches of them
/// are converted concurrently if other cores would be idle, and returned in order.
pub(in crate::read::format) async fn open(
    scan: &Scan,
    store: Arc<dyn ObjectStore>,
    file: &InputFile,
    splitter: Box<dyn Splitter>,
) -> Result<Opened, ReadError> {
    let source = scan.source();
    let bytes = bytes::open_padded(store, file, source.zero_padding).await?;
    let opened = TextFile {
        pieces: utf8(bytes, source.dialect.encoding),
        reader: Reader::new(splitter, source.columns.len(), scan.batch)
            .skipping(source.margins.skip_rows),
        window: Window::new(source.margins.footer_rows),
        corrections: scan.reading.corrections.of(&file.name),
        damaged: source.damaged_files,
        ended: false,
    };
    let (converting, ahead) = (scan.clone(), scan.ahead);
    let name = Arc::<str>::from(file.name.as_str());
    let parts =
        opened.parts().map_ok(move |split| converted(converting.clone(), Arc::clone(&name), split));
    Ok(Opened { presence: Presence::default(), parts: parts.try_buffered(ahead).boxed() })
}

async fn converted(scan: Scan, file: Arc<str>, split: Split) -> Result<Part, DataFusionError> {
    if scan.ahead == 1 {
        return convert(&scan, &file, &split);
    }
    let converting = tokio::spawn(async move { convert(&scan, &file, &split) });
    match converting.await {
        Ok(part) => part,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(error) => Err(DataFusionError::External(Box::new(error))),
    }
}

impl FileReader for TextFile {
    type Part = Split;

    async fn next(&mut self) -> Result<Option<Split>, DataFusionError> {
        loop {
            if let Some(mut records) = self.window.pop() {
                let splitter = self.reader.splitter.as_ref();
                let corrected = correct(&mut records, &self.corrections, splitter)?;
                return Ok(Some((records, corrected)));
            }
            if self.ended {
                return Ok(None);
            }
            self.hold().await?;
        }
    }
}

impl TextFile {
    /// Moves on to the next batch, which is held until it is known to contain no footer.
    async fn hold(&mut self) -> Result<(), ReadError> {
        if let Some(mut records) = self.records().await? {
            if records.rows.is_empty() {
                records.text = Vec::new();
            }
            self.window.push(records);
        }
        if self.ended {
            self.window.end();
        }
        Ok(())
    }

    async fn records(&mut self) -> Result<Option<Records>, ReadError> {
        let read = match self.reader.next() {
            Ok(None) => self.feed().await,
            other => other,
        };
        match read {
            Err(damage) if self.damaged == DamagedFiles::Quarantine => self.break_off(damage),
            other => other,
        }
    }

    async fn feed(&mut self) -> Result<Option<Records>, ReadError> {
        if let Some(piece) = self.pieces.try_next().await? {
            self.reader.feed(&piece);
            return Ok(None);
        }
        self.ended = true;
        self.reader.finish().map(Some)
    }

    /// What was read of a damaged file is used, and the rest is one row at fault.
    fn break_off(&mut self, damage: ReadError) -> Result<Option<Records>, ReadError> {
        let reason = damage.is_damage().ok_or(damage)?;
        self.ended = true;
        self.window.break_off();
        Ok(Some(self.reader.break_off(reason)))
    }
}
