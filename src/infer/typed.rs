//! A source of files that say their own types.

use std::collections::BTreeSet;

use arrow_avro::reader::ReaderBuilder;
use bytes::Bytes;
use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Field, SchemaRef};
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::prelude::SessionContext;

use super::block::{Block, Column};
use super::guess::Guess;
use super::sample::{Sample, Samples};
use super::split::Record;
use super::table::{self, Table};
use super::{InferError, draft, floats, moment, name, word};
use crate::declare::{ColumnType, Format};
use crate::plan::{SourceField, SourcePlan};
use crate::read::{ReadError, preview};

/// The most digits of a decimal.
const DIGITS: u8 = 38;

/// The source that typed files make.
pub(super) async fn draft(samples: &Samples, format: Format) -> Result<Block, InferError> {
    let mut taken = BTreeSet::new();
    let (mut columns, mut head) = match format {
        Format::Xlsx => sheet(samples, &mut taken).await?,
        _ => by_schema(samples, format, &mut taken).await?,
    };
    if format != Format::Xlsx {
        floats::ids(samples, format, &mut columns).await;
    }
    columns.extend(table::folders(&samples.names, &mut taken));
    head.insert(0, format!("Inferred from {}.", samples.files()));
    Ok(Block {
        head,
        name: name::source(&samples.location),
        location: samples.location.clone(),
        format: word(format),
        settings: Vec::new(),
        suggestions: draft::event_time(&columns).into_iter().collect(),
        columns,
    })
}

type Drafted = (Vec<Column>, Vec<String>);

async fn by_schema(
    samples: &Samples,
    format: Format,
    taken: &mut BTreeSet<String>,
) -> Result<Drafted, InferError> {
    let (mut fields, mut head): (Vec<Field>, Vec<String>) = (Vec::new(), Vec::new());
    let mut names = Vec::new();
    for sample in &samples.taken {
        let schema = schema(samples, sample, format).await?;
        names.push(schema.fields().iter().map(|field| field.name().clone()).collect());
        for field in schema.fields() {
            match fields.iter().find(|known| known.name() == field.name()) {
                None => fields.push(field.as_ref().clone()),
                Some(known) if known.data_type() == field.data_type() => {}
                Some(known) => {
                    let (name, one, other) = (field.name(), known.data_type(), field.data_type());
                    head.push(format!("`{name}` is {one} in one file and {other} in another."));
                }
            }
        }
    }
    samples.of_one_table(&names)?;
    let mut columns = Vec::new();
    for field in fields {
        match data_type(field.data_type()) {
            Some(data_type) => {
                let mut column = column(&field, data_type, taken);
                if data_type == ColumnType::Int64 && moment::says_when(field.name()) {
                    column.guess = counted(samples, format, &field, column.guess).await;
                }
                columns.push(column);
            }
            None => head.push(format!("`{}` is {} and left out.", field.name(), field.data_type())),
        }
    }
    head.dedup();
    Ok((columns, head))
}

fn column(field: &Field, data_type: ColumnType, taken: &mut BTreeSet<String>) -> Column {
    let name = name::column(field.name(), taken);
    let from = (name != *field.name()).then(|| field.name().clone());
    let guess = Guess { required: !field.is_nullable(), ..Guess::of(data_type) };
    let guess = match field.data_type() {
        DataType::Null => guess.note("without any value: the type is a guess"),
        _ => guess,
    };
    Column { name, from, folder: false, guess }
}

/// A column of numbers whose name says when, by what the numbers are.
async fn counted(samples: &Samples, format: Format, field: &Field, guess: Guess) -> Guess {
    let mut texts = Vec::new();
    let name = field.name().clone();
    let source = SourceField::new(&name, ColumnType::String, chrono_tz::UTC);
    let source = SourcePlan::new("infer", "infer", format, vec![source]);
    for sample in samples.taken.iter().filter(|sample| !sample.cut) {
        let bytes = Bytes::copy_from_slice(&sample.bytes);
        let rows = preview(&SessionContext::new(), &source, &sample.file.name, bytes).await;
        for batch in rows.map(|(batches, _)| batches).unwrap_or_default() {
            texts.extend((0..batch.num_rows()).map(|row| text(batch.column(0), row)));
        }
    }
    texts.retain(|text| !text.is_empty());
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    match moment::epoch(&name, &texts).filter(|_| !texts.is_empty()) {
        Some(counted) => Guess { required: guess.required, ..counted },
        None => guess,
    }
}

async fn schema(
    samples: &Samples,
    sample: &Sample,
    format: Format,
) -> Result<SchemaRef, InferError> {
    let unclear = |problem: String| InferError::Unclear { file: sample.file.name.clone(), problem };
    if format == Format::Avro {
        let reader = ReaderBuilder::new().build(sample.bytes.as_slice());
        return Ok(reader.map_err(|error| unclear(error.to_string()))?.schema());
    }
    let session = SessionContext::new().state();
    let files = [sample.file.meta.clone()];
    let schema = ParquetFormat::default().infer_schema(&session, &samples.store, &files).await;
    schema.map_err(|error| unclear(error.to_string()))
}

/// The declared type that takes all values of a stored one.
fn data_type(stored: &DataType) -> Option<ColumnType> {
    Some(match stored {
        DataType::Boolean => ColumnType::Boolean,
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::UInt8 | DataType::UInt16 => {
            ColumnType::Int32
        }
        DataType::Int64 | DataType::UInt32 | DataType::UInt64 => ColumnType::Int64,
        DataType::Float16 | DataType::Float32 | DataType::Float64 => ColumnType::Float64,
        DataType::Date32 | DataType::Date64 => ColumnType::Date,
        DataType::Timestamp(..) => ColumnType::Timestamp,
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale)
            if *scale >= 0 && *precision <= DIGITS =>
        {
            ColumnType::Decimal(*precision, *scale)
        }
        // A column without a type had no values; any type takes that.
        DataType::Null | DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
            ColumnType::String
        }
        DataType::Dictionary(_, values) => return data_type(values),
        _ => return None,
    })
}

/// A sheet has no types that can be relied on: its cells are read as texts, and these as a CSV's.
async fn sheet(samples: &Samples, taken: &mut BTreeSet<String>) -> Result<Drafted, InferError> {
    let mut files = Vec::new();
    for sample in &samples.taken {
        files.push(cells(sample).await?);
    }
    let table: Table = table::of_records(&files);
    let mut head = vec![format!("Of the first sheet, {} rows.", table.rows)];
    if !table.header {
        head.push("The first row seems to be no names: `header: false` reads by position.".into());
    }
    Ok((table::columns(&table, taken), head))
}

/// The names and the rows of the first sheet of a workbook.
async fn cells(sample: &Sample) -> Result<Vec<Record>, InferError> {
    let unclear = |problem: String| InferError::Unclear { file: sample.file.name.clone(), problem };
    if sample.cut {
        return Err(unclear("a workbook so large is not looked into".into()));
    }
    let names = names(sample).await?;
    let rows = read(sample, &names).await.map_err(|error| unclear(error.to_string()))?;
    let mut records = vec![record(names)];
    for batch in rows {
        let columns: Vec<_> = (0..batch.num_columns() - 2).map(|at| batch.column(at)).collect();
        records.extend(
            (0..batch.num_rows())
                .map(|row| record(columns.iter().map(|column| text(column, row)).collect())),
        );
    }
    Ok(records)
}

fn text(column: &dyn Array, row: usize) -> String {
    let texts = column.as_string_view_opt().filter(|texts| texts.is_valid(row));
    texts.map_or_else(String::new, |texts| texts.value(row).to_owned())
}

fn record(fields: Vec<String>) -> Record {
    Record { fields, ..Record::default() }
}

/// The names of a sheet: asked for a column that none has, the reader says which there are.
async fn names(sample: &Sample) -> Result<Vec<String>, InferError> {
    match read(sample, &["\u{1}".to_owned()]).await {
        Ok(_) => Ok(Vec::new()),
        Err(error) => match ReadError::find(&error) {
            Some(ReadError::MissingColumn { found, .. }) => Ok(found.clone()),
            Some(other) => Err(other.clone().into()),
            None => {
                let file = sample.file.name.clone();
                Err(InferError::Unclear { file, problem: error.to_string() })
            }
        },
    }
}

async fn read(
    sample: &Sample,
    names: &[String],
) -> Result<Vec<RecordBatch>, datafusion::error::DataFusionError> {
    let field = |name: &String| SourceField::new(name, ColumnType::String, chrono_tz::UTC);
    let columns = names.iter().map(field).collect();
    let source = SourcePlan::new("infer", "infer", Format::Xlsx, columns);
    let bytes = Bytes::copy_from_slice(&sample.bytes);
    Ok(preview(&SessionContext::new(), &source, &sample.file.name, bytes).await?.0)
}
