//! Parsing of files: text becomes records, typed files become batches.
//!
//! [`open`] is the entry point: whatever the format, an open file is a stream of parts,
//! each with its rows and their counts. There is a [`FileReader`] for each kind.

mod avro;
mod batches;
mod corrected;
mod margins;
mod parquet;
mod text;
mod xlsx;

use std::sync::Arc;

use datafusion::common::DataFusionError;
use futures::stream::{Stream, try_unfold};
use object_store::ObjectStore;

pub(crate) use self::margins::joined_names;
pub(crate) use self::parquet::parquet_schema;
pub(crate) use self::text::{
    JsonMember, JsonShape, Record, blank_records, delimited_records, json_elements, json_members,
    json_mended, json_objects, json_value,
};
pub(crate) use self::xlsx::first_sheet;
use super::account::{Opened, Scan};
use super::list::InputFile;
use crate::declare::Format;

/// Reads one file that was opened, part by part.
trait FileReader: Send + Sized + 'static {
    /// A part of the file.
    type Part: Send;

    /// The next part; `None` at the end of the file.
    fn next(&mut self) -> impl Future<Output = Result<Option<Self::Part>, DataFusionError>> + Send;

    /// All parts, in order.
    fn parts(self) -> impl Stream<Item = Result<Self::Part, DataFusionError>> + Send + 'static {
        try_unfold(self, |mut reader| async move {
            let part = reader.next().await?;
            Ok(part.map(|part| (part, reader)))
        })
    }
}

/// Opens a file in the format of its source.
pub(super) async fn open(
    scan: &Scan,
    store: Arc<dyn ObjectStore>,
    file: &InputFile,
) -> Result<Opened, DataFusionError> {
    let (source, name) = (scan.source(), &file.name);
    Ok(match source.format {
        Format::Csv => text::open(scan, store, file, text::csv(source, name)).await?,
        Format::Whitespace => text::open(scan, store, file, text::whitespace(source, name)).await?,
        Format::Ndjson => text::open(scan, store, file, text::ndjson(source, name)).await?,
        Format::Json => text::open(scan, store, file, text::json(source, name)).await?,
        Format::Parquet => parquet::open(scan, store, file).await?,
        Format::Avro => avro::open(scan, store, file).await?,
        Format::Xlsx => xlsx::open(scan, store, file).await?,
    })
}
