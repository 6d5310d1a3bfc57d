//! Parquet files: typed already, but not always as declared.
//!
//! A column that is not in a file is NULL unless it is required. Text is parsed as in any other
//! format. A timestamp with a zone is brought to the pipeline's; one without is in the zone that the column
//! declares.
//! Other types are cast, and a value that does not survive the way there and back is rejected.
//! `_line` is the number of the row in the file, from 1.

use std::borrow::Cow;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, PrimitiveArray, RecordBatch, new_null_array,
};
use datafusion::arrow::compute::kernels::cmp::distinct;
use datafusion::arrow::compute::{CastOptions, can_cast_types, cast, cast_with_options};
use datafusion::arrow::datatypes::{DataType, Schema, TimeUnit, TimestampMicrosecondType};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::DataFusionError;
use datafusion::parquet::arrow::async_reader::ParquetRecordBatchStream;
use datafusion::parquet::arrow::{ParquetRecordBatchStreamBuilder, ProjectionMask};
use datafusion::parquet::errors::ParquetError;
use futures::stream::{StreamExt, TryStreamExt, try_unfold};
use object_store::ObjectStore;

use super::convert::Texts;
use super::faults::{Fault, Faults};
use super::layout::missing;
use super::parse::{Parser, Zones};
use super::ranges::Ranges;
use super::settle::{Judged, Rows, Scan, Settled};
use super::{InputFile, ReadError, Reason};
use crate::plan::{SourceField, arrow_type};

/// The batches of one file.
struct FileReader {
    scan: Scan,
    file: String,
    stream: ParquetRecordBatchStream<Ranges>,
    rows: i64,
}

/// Opens a Parquet file.
pub(super) async fn open(
    scan: Scan,
    store: Arc<dyn ObjectStore>,
    file: InputFile,
) -> Result<Rows, ReadError> {
    let reader = Ranges::new(store, file.clone());
    let damaged = |error: ParquetError| damaged(&file.name, &error);
    let builder = ParquetRecordBatchStreamBuilder::new(reader).await.map_err(damaged)?;
    let roots = roots(&scan, builder.schema(), &file.name)?;
    let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
    let stream = builder.with_projection(mask).with_batch_size(scan.batch).build();
    let stream = stream.map_err(damaged)?;
    let start = FileReader { scan: scan.clone(), file: file.name.clone(), stream, rows: 0 };
    let parts = try_unfold(start, |mut state| async move {
        let part = state.next().await?;
        Ok(part.map(|part| (part, state)))
    });
    Ok(scan.counted(file, parts.boxed()))
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

/// The columns of the file that are needed: asked for, or able to reject a row.
fn roots(scan: &Scan, schema: &Schema, file: &str) -> Result<Vec<usize>, ReadError> {
    let mut roots = Vec::new();
    for (column, field) in scan.reading.source.columns.iter().enumerate() {
        match schema.fields().find(&field.name) {
            Some((root, found)) => {
                check(field, found.data_type(), file)?;
                let safe = !field.required && *found.data_type() == arrow_type(field.data_type);
                if scan.needs(column) || !safe {
                    roots.push(root);
                }
            }
            None if field.required => {
                let found: Vec<_> =
                    schema.fields().iter().map(|field| field.name().clone()).collect();
                return Err(missing(&field.name, &found, file));
            }
            None => {}
        }
    }
    Ok(roots)
}

fn check(field: &SourceField, found: &DataType, file: &str) -> Result<(), ReadError> {
    let wanted = arrow_type(field.data_type);
    if is_text(found) || (can_cast_types(found, &wanted) && !found.is_nested()) {
        return Ok(());
    }
    Err(ReadError::ColumnType {
        file: file.to_owned(),
        column: field.name.clone(),
        found: found.to_string(),
        wanted: field.data_type.to_string(),
    })
}

fn is_text(found: &DataType) -> bool {
    match found {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, values) => is_text(values),
        _ => false,
    }
}

impl FileReader {
    async fn next(&mut self) -> Result<Option<Settled>, DataFusionError> {
        let read = self.stream.try_next().await;
        match read.map_err(|error| damaged(&self.file, &error))? {
            Some(read) => Ok(Some(self.convert(&read)?)),
            None => Ok(None),
        }
    }

    fn convert(&mut self, read: &RecordBatch) -> Result<Settled, ArrowError> {
        let rows = i64::try_from(read.num_rows()).unwrap_or(i64::MAX);
        let lines = (self.rows + 1..=self.rows + rows).collect();
        self.rows += rows;
        let mut faults = Faults::none(read.num_rows());
        let reading = &self.scan.reading;
        let fields = reading.source.columns.iter().zip(&reading.parsers).enumerate();
        let columns = fields
            .map(|(column, (field, parser))| {
                let wanted = arrow_type(field.data_type);
                match read.column_by_name(&field.name) {
                    None => Ok(Some(new_null_array(&wanted, read.num_rows()))),
                    Some(found) => {
                        let target = Target { column, field, parser, wanted };
                        target.read(found, &mut faults).map(Some)
                    }
                }
            })
            .collect::<Result<_, ArrowError>>()?;
        let mut judged = Judged { columns, lines, faults };
        let show = |row: usize, fault: Fault| {
            let name = fault.column.map(|column| reading.source.columns[column].name.as_str());
            let value = name.and_then(|name| read.column_by_name(name));
            (Cow::Owned(value.map_or_else(String::new, |value| shown(value, row))), raw(read, row))
        };
        self.scan.settle(&self.file, &mut judged, show)
    }
}

fn shown(values: &ArrayRef, row: usize) -> String {
    array_value_to_string(values, row).unwrap_or_default()
}

/// The columns that were read, as `name=value`.
fn raw(read: &RecordBatch, row: usize) -> Cow<'static, str> {
    let schema = read.schema();
    let pairs = schema.fields().iter().zip(read.columns());
    let pairs = pairs.map(|(field, values)| format!("{}={}", field.name(), shown(values, row)));
    Cow::Owned(pairs.collect::<Vec<_>>().join(","))
}

/// What a column of the file has to become.
struct Target<'a> {
    column: usize,
    field: &'a SourceField,
    parser: &'a Parser,
    wanted: DataType,
}

impl Target<'_> {
    fn read(&self, found: &ArrayRef, faults: &mut Faults) -> Result<ArrayRef, ArrowError> {
        if is_text(found.data_type()) {
            return self.text(found, faults);
        }
        let values = self.cast(found, faults)?;
        for row in (0..found.len()).filter(|_| self.field.required && found.null_count() > 0) {
            if found.is_null(row) {
                faults.note(row, Some(self.column), Reason::MissingRequired);
            }
        }
        Ok(values)
    }

    fn text(&self, found: &ArrayRef, faults: &mut Faults) -> Result<ArrayRef, ArrowError> {
        let found = cast(found, &DataType::Utf8View)?;
        let values = found.as_string_view();
        let text = |row| values.is_valid(row).then(|| values.value(row));
        let (column, rows, required) = (self.column, found.len(), self.field.required);
        Ok(Texts { column, rows, required, text }.read(self.parser, faults))
    }

    fn cast(&self, found: &ArrayRef, faults: &mut Faults) -> Result<ArrayRef, ArrowError> {
        match (found.data_type(), self.parser.values()) {
            (DataType::Timestamp(_, None), Parser::Timestamp(moments))
                if moments.zones().differ() =>
            {
                self.placed(found, moments.zones(), faults)
            }
            (same, _) if *same == self.wanted => Ok(Arc::clone(found)),
            (DataType::Timestamp(_, Some(_)), Parser::Timestamp(moments)) => {
                self.wall(found, moments.zones(), faults)
            }
            _ => {
                let safe = CastOptions { safe: true, ..CastOptions::default() };
                let values = cast_with_options(found, &self.wanted, &safe)?;
                self.lost(found, &values, faults)?;
                Ok(values)
            }
        }
    }

    /// Moments in UTC on the pipeline's clock.
    fn wall(
        &self,
        found: &ArrayRef,
        zones: Zones,
        faults: &mut Faults,
    ) -> Result<ArrayRef, ArrowError> {
        let utc = cast(found, &DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())))?;
        let utc = utc.as_primitive::<TimestampMicrosecondType>();
        let wall = utc.iter().enumerate().map(|(row, moment)| {
            zones.wall(moment?).map_err(|reason| faults.note(row, Some(self.column), reason)).ok()
        });
        let wall: PrimitiveArray<TimestampMicrosecondType> = wall.collect();
        Ok(Arc::new(wall))
    }

    /// Times of the column's own clock on the pipeline's.
    fn placed(
        &self,
        found: &ArrayRef,
        zones: Zones,
        faults: &mut Faults,
    ) -> Result<ArrayRef, ArrowError> {
        let local = cast(found, &DataType::Timestamp(TimeUnit::Microsecond, None))?;
        let local = local.as_primitive::<TimestampMicrosecondType>();
        let wall = local.iter().enumerate().map(|(row, time)| {
            let placed = zones.place(time?, None);
            placed.map_err(|reason| faults.note(row, Some(self.column), reason)).ok()
        });
        let wall: PrimitiveArray<TimestampMicrosecondType> = wall.collect();
        Ok(Arc::new(wall))
    }

    /// Notes values that the cast dropped or changed.
    fn lost(
        &self,
        found: &ArrayRef,
        values: &ArrayRef,
        faults: &mut Faults,
    ) -> Result<(), ArrowError> {
        for row in (0..found.len()).filter(|row| values.is_null(*row) && found.is_valid(*row)) {
            faults.note(row, Some(self.column), Reason::OutOfRange);
        }
        if !self.can_change(found.data_type()) {
            return Ok(());
        }
        let back = cast(values, found.data_type())?;
        let changed = distinct(&back, found)?;
        let reason = match self.parser.values() {
            Parser::Decimal(..) => Reason::Scale,
            _ => Reason::BadNumber,
        };
        for row in (0..found.len()).filter(|row| changed.value(*row)) {
            faults.note(row, Some(self.column), reason);
        }
        Ok(())
    }

    /// Whether a cast rounds: numbers with a part after the point becoming ones with less of it.
    fn can_change(&self, found: &DataType) -> bool {
        let exact =
            matches!(self.parser.values(), Parser::Int32 | Parser::Int64 | Parser::Decimal(..));
        exact
            && (found.is_floating()
                || matches!(found, DataType::Decimal128(..) | DataType::Decimal256(..)))
    }
}
