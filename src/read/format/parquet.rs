//! Parquet files, of which only the columns that are needed are read.
//!
//! A column that is not in a file is NULL unless it is required. `_line` is the number of the row
//! in the file, from 1.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, FieldRef, Fields, Schema, SchemaRef, TimeUnit};
use datafusion::common::DataFusionError;
use datafusion::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use datafusion::parquet::arrow::async_reader::ParquetRecordBatchStream;
use datafusion::parquet::arrow::{ParquetRecordBatchStreamBuilder, ProjectionMask};
use datafusion::parquet::basic::{LogicalType, Type};
use datafusion::parquet::errors::ParquetError;
use futures::stream::{StreamExt, TryStreamExt};
use object_store::ObjectStore;

use super::FileReader;
use super::batches::FileRows;
use crate::read::ReadError;
use crate::read::account::{Opened, Part, Scan};
use crate::read::bytes::Ranges;
use crate::read::list::InputFile;

/// A file on its way into batches.
struct ParquetFile {
    name: String,
    rows: FileRows,
    stream: ParquetRecordBatchStream<Ranges>,
}

/// The schema by which a Parquet file is read, and the paths of timestamps of the old type INT96.
pub(crate) async fn parquet_schema(
    store: Arc<dyn ObjectStore>,
    file: &InputFile,
) -> Result<(SchemaRef, BTreeSet<String>), ReadError> {
    let metadata = load(&mut Ranges::new(store, file.clone())).await;
    let metadata = metadata.map_err(|error| damaged(&file.name, &error))?;
    Ok((meant(&metadata), int96(&metadata)))
}

/// Opens a Parquet file.
pub(super) async fn open(
    scan: &Scan,
    store: Arc<dyn ObjectStore>,
    file: &InputFile,
) -> Result<Opened, ReadError> {
    let mut reader = Ranges::new(store, file.clone());
    let damaged = |error: ParquetError| damaged(&file.name, &error);
    let metadata = load(&mut reader).await.map_err(damaged)?;
    let rows = FileRows::new(scan.clone(), &file.name, &meant(&metadata))?;
    let builder = ParquetRecordBatchStreamBuilder::new_with_metadata(reader, metadata);
    let mask = ProjectionMask::roots(builder.parquet_schema(), rows.roots().iter().copied());
    let stream = builder.with_projection(mask).with_batch_size(scan.batch).build();
    let stream = stream.map_err(damaged)?;
    let presence = rows.presence();
    let opened = ParquetFile { name: file.name.clone(), rows, stream };
    Ok(Opened { presence, parts: opened.parts().boxed() })
}

/// What a file says of itself.
async fn load(reader: &mut Ranges) -> Result<ArrowReaderMetadata, ParquetError> {
    ArrowReaderMetadata::load_async(reader, ArrowReaderOptions::new()).await.and_then(readable)
}

/// The paths of moments of the old type INT96.
fn int96(metadata: &ArrowReaderMetadata) -> BTreeSet<String> {
    let columns = metadata.parquet_schema().columns().iter();
    let old = columns.filter(|column| column.physical_type() == Type::INT96);
    old.map(|column| column.path().string()).collect()
}

/// The schema of a file where sixteen bytes are those of a UUID only if the file says so, and bytes of
/// any text if not.
fn meant(metadata: &ArrowReaderMetadata) -> SchemaRef {
    let columns = metadata.parquet_schema().columns().iter();
    let uuids = columns.filter(|it| it.logical_type_ref() == Some(&LogicalType::Uuid));
    let uuids: BTreeSet<String> = uuids.map(|column| column.path().string()).collect();
    let fields = within(metadata.schema().fields(), "", &|path, kind| match kind {
        DataType::FixedSizeBinary(_) if !uuids.contains(path) => DataType::Binary,
        other => other.clone(),
    });
    Arc::new(Schema::new(fields))
}

/// Has columns read as types that hold their values, where the reader would choose others.
fn readable(metadata: ArrowReaderMetadata) -> Result<ArrowReaderMetadata, ParquetError> {
    let fields = retyped(metadata.schema().fields(), &int96(&metadata));
    if fields == *metadata.schema().fields() {
        return Ok(metadata);
    }
    let options = ArrowReaderOptions::new().with_schema(Arc::new(Schema::new(fields)));
    ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options)
}

/// The types by which columns are read. Timestamps of the old type INT96, whose paths are
/// given, are instants, which their writers count in UTC, and microseconds: as nanoseconds those
/// before 1677 and after 2262 would silently overflow. Dictionaries of type Null become plain
/// columns of type Null.
fn retyped(fields: &Fields, old: &BTreeSet<String>) -> Fields {
    within(fields, "", &|path, kind| match kind {
        DataType::Timestamp(..) if old.contains(path) => {
            DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
        }
        DataType::Dictionary(_, values) if **values == DataType::Null => DataType::Null,
        other => other.clone(),
    })
}

/// The fields below a path, with the types that `retype` gives those that are not structs.
fn within(fields: &Fields, below: &str, retype: &dyn Fn(&str, &DataType) -> DataType) -> Fields {
    let field = |field: &FieldRef| {
        let path = format!("{below}{}", field.name());
        let kind = match field.data_type() {
            DataType::Struct(inner) => DataType::Struct(within(inner, &format!("{path}."), retype)),
            other => retype(&path, other),
        };
        Arc::new(field.as_ref().clone().with_data_type(kind))
    };
    fields.iter().map(field).collect()
}

fn damaged(file: &str, error: &ParquetError) -> ReadError {
    let store = match error {
        ParquetError::External(inner) => inner.downcast_ref::<ReadError>(),
        _ => None,
    };
    store
        .cloned()
        .unwrap_or_else(|| ReadError::Parquet { file: file.to_owned(), problem: error.to_string() })
}

impl FileReader for ParquetFile {
    type Part = Part;

    async fn next(&mut self) -> Result<Option<Part>, DataFusionError> {
        let read = self.stream.try_next().await;
        match read.map_err(|error| damaged(&self.name, &error))? {
            Some(read) => Ok(Some(self.rows.convert(&read)?)),
            None => Ok(None),
        }
    }
}
