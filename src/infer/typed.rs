//! A source of typed files.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow_avro::reader::ReaderBuilder;
use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::datatypes::{DataType, Field, SchemaRef};
use futures::stream::{StreamExt, TryStreamExt, iter};

use super::block::{Block, Column, Setting};
use super::folders::with_folders;
use super::guess::Guess;
use super::margins::Margins;
use super::preview::Preview;
use super::sample::{Sample, Samples};
use super::split::Record;
use super::table::{self, Table};
use super::{InferError, draft, floats, moment, name};
use crate::declare::{ColumnType, Format};
use crate::plan::{SourceField, SourcePlan};
use crate::read::{first_sheet, nested, parquet_schema};

/// The most digits of a decimal.
const DIGITS: u8 = 38;
/// How many files are opened concurrently for their types.
const AT_ONCE: usize = 16;
/// The comment on timestamps of the old type INT96.
const OLD: &str = "INT96: taken for instants in UTC, as Spark and Hive write them";
/// How many rows of a sheet are looked at.
const ROWS: usize = 20_000;

/// The source that files with a schema make.
pub(super) async fn by_schema(
    samples: &Samples,
    format: Format,
    preview: &Preview,
) -> Result<Block, InferError> {
    let mut taken = BTreeSet::new();
    let (mut columns, head) = columns(samples, format, preview, &mut taken).await?;
    floats::ids(samples, format, preview, &mut columns).await;
    Ok(block(samples, format, (columns, head, Vec::new()), &mut taken))
}

/// The source that workbooks make.
pub(super) fn workbooks(samples: &Samples) -> Result<Block, InferError> {
    let mut taken = BTreeSet::new();
    let drafted = sheets(samples, &mut taken)?;
    Ok(block(samples, Format::Xlsx, drafted, &mut taken))
}

fn block(
    samples: &Samples,
    format: Format,
    (columns, mut head, settings): Drafted,
    taken: &mut BTreeSet<String>,
) -> Block {
    let columns = with_folders(columns, &samples.names, taken);
    head.insert(0, format!("Inferred from {}.", samples.files()));
    head.extend(samples.unseen());
    Block {
        head,
        name: name::source(&samples.location),
        location: samples.location.clone(),
        format,
        settings,
        suggestions: draft::event_time(&columns).into_iter().collect(),
        columns,
    }
}

/// The columns of a schema; of structs the fields instead, by their paths.
fn flattened(schema: &SchemaRef) -> Vec<Field> {
    let all = nested(schema.fields()).into_iter();
    let plain = all.filter(|it| !matches!(it.data_type, DataType::Struct(_)));
    plain.map(|it| Field::new(it.name, it.data_type, it.nullable)).collect()
}

/// What a file says of its columns, and which of them are of the old type INT96.
type Stored = (SchemaRef, BTreeSet<String>);
type Drafted = (Vec<Column>, Vec<String>, Vec<Setting>);

/// The columns of all files, and what is said of them.
async fn columns(
    samples: &Samples,
    format: Format,
    preview: &Preview,
    taken: &mut BTreeSet<String>,
) -> Result<(Vec<Column>, Vec<String>), InferError> {
    let schemas = samples.taken.iter().map(|sample| schema(samples, sample, format));
    let schemas: Vec<Stored> = iter(schemas).buffered(AT_ONCE).try_collect().await?;
    let is_old = |name: &String| schemas.iter().any(|(_, old)| old.contains(name));
    let flat: Vec<Vec<Field>> = schemas.iter().map(|(schema, _)| flattened(schema)).collect();
    let names = |fields: &Vec<Field>| fields.iter().map(|it| it.name().clone()).collect();
    samples.of_one_table(&flat.iter().map(names).collect::<Vec<_>>())?;
    let (fields, mut head) = united(&flat);
    let mut columns = Vec::new();
    for (field, files) in fields {
        let Some(data_type) = data_type(field.data_type()) else {
            head.push(format!("`{}` is {} and left out.", field.name(), field.data_type()));
            continue;
        };
        let part = (files < schemas.len()).then_some((files, schemas.len()));
        let mut column = column(&field, data_type, part, taken);
        if data_type == ColumnType::Int64 && moment::says_when(field.name()) {
            let texts = texts(samples, format, preview, field.name()).await;
            column.guess = counted(field.name(), &texts, column.guess);
        }
        if is_old(field.name()) {
            column.guess.notes.push(OLD.to_owned());
        }
        if is_list(field.data_type()) {
            column.guess.notes.push("as JSON".to_owned());
        }
        columns.push(column);
    }
    let mut said = BTreeSet::new();
    head.retain(|line| said.insert(line.clone()));
    Ok((columns, head))
}

/// Every field that a file has, with the number of files that have it, and where their types differ.
fn united(files: &[Vec<Field>]) -> (Vec<(Field, usize)>, Vec<String>) {
    let (mut fields, mut differing): (Vec<(Field, usize)>, Vec<String>) = (Vec::new(), Vec::new());
    for field in files.iter().flatten() {
        let Some((known, files)) = fields.iter_mut().find(|(it, _)| it.name() == field.name())
        else {
            fields.push((field.clone(), 1));
            continue;
        };
        *files += 1;
        let (name, one, other) = (field.name(), known.data_type(), field.data_type());
        if one != other {
            differing.push(format!("`{name}` is {one} in one file and {other} in another."));
        }
    }
    (fields, differing)
}

/// A column, which is perhaps only in a part of the files.
fn column(
    field: &Field,
    data_type: ColumnType,
    part: Option<(usize, usize)>,
    taken: &mut BTreeSet<String>,
) -> Column {
    let name = name::column(field.name(), taken);
    let from = (name != *field.name()).then(|| field.name().clone());
    let required = !field.is_nullable() && part.is_none();
    let mut guess = Guess { required, ..Guess::of(data_type) };
    guess.notes.extend(part.map(|(files, all)| format!("in {files} of {all} files")));
    let guess = match field.data_type() {
        DataType::Null => guess.note("without any value: the type is a guess"),
        DataType::Dictionary(_, values) if **values == DataType::Null => {
            guess.note("without any value: the type is a guess")
        }
        _ => guess,
    };
    Column { name, from, folder: false, optional: false, guess }
}

/// A column of numbers whose name says when, by what the numbers are.
fn counted(name: &str, texts: &[String], guess: Guess) -> Guess {
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    match moment::epoch(name, &texts).filter(|_| !texts.is_empty()) {
        Some(counted) => Guess { required: guess.required, ..counted },
        None => guess,
    }
}

/// The values of a column as texts, without those that are empty.
async fn texts(samples: &Samples, format: Format, preview: &Preview, name: &str) -> Vec<String> {
    let field = SourceField::new(name, ColumnType::String, chrono_tz::UTC);
    let source = SourcePlan::new("infer", "infer", format, vec![field]);
    let files = preview.whole_files(&source, samples).await;
    let batches = files.into_iter().flat_map(Result::unwrap_or_default);
    let texts = batches.flat_map(|batch| {
        let column = Arc::clone(batch.column(0));
        (0..batch.num_rows()).map(move |row| text(&column, row))
    });
    texts.filter(|text| !text.is_empty()).collect()
}

fn text(column: &dyn Array, row: usize) -> String {
    let texts = column.as_string_view_opt().filter(|texts| texts.is_valid(row));
    texts.map_or_else(String::new, |texts| texts.value(row).to_owned())
}

async fn schema(samples: &Samples, sample: &Sample, format: Format) -> Result<Stored, InferError> {
    let unclear = |problem: String| InferError::Unclear { file: sample.file.name.clone(), problem };
    match format {
        Format::Avro => {
            let reader = ReaderBuilder::new().build(sample.bytes.as_slice());
            let schema = reader.map_err(|error| unclear(error.to_string()))?.schema();
            Ok((schema, BTreeSet::new()))
        }
        Format::Parquet => {
            let schema = parquet_schema(Arc::clone(&samples.store), &sample.file).await;
            schema.map_err(|error| unclear(error.to_string()))
        }
        Format::Csv | Format::Whitespace | Format::Ndjson | Format::Json | Format::Xlsx => {
            Err(unclear("it has no schema".to_owned()))
        }
    }
}

/// Whether values have parts that have no names.
fn is_list(stored: &DataType) -> bool {
    use DataType::{FixedSizeList, LargeList, List, Map};
    matches!(stored, List(_) | LargeList(_) | FixedSizeList(..) | Map(..))
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
        list if is_list(list) => ColumnType::String,
        DataType::Dictionary(_, values) => return data_type(values),
        DataType::RunEndEncoded(_, values) => return data_type(values.data_type()),
        _ => return None,
    })
}

/// A sheet has no types that can be relied on: its cells are read as texts, and these as a CSV's.
fn sheets(samples: &Samples, taken: &mut BTreeSet<String>) -> Result<Drafted, InferError> {
    let mut files = Vec::new();
    for sample in &samples.taken {
        files.push((cells(sample)?, false));
    }
    let margins = Margins::take(&mut files, &samples.called());
    let files: Vec<&[Record]> = files.iter().map(|(records, _)| records.as_slice()).collect();
    let mut table: Table = table::of_records(&files, margins.has_header());
    table.seen.iter_mut().for_each(|seen| seen.numbers = true);
    let mut head = vec![format!("Of the first sheet, {} rows.", table.rows)];
    head.extend(margins.doubts.iter().cloned());
    head.extend(table.doubts());
    let settings = table.settings().into_iter().chain(margins.settings()).collect();
    Ok((table::columns(&table, taken), head, settings))
}

/// The rows of the first sheet of a workbook, all as wide as the widest.
fn cells(sample: &Sample) -> Result<Vec<Record>, InferError> {
    if sample.cut {
        let (file, problem) = (sample.file.name.clone(), "a workbook so large is not looked into");
        return Err(InferError::Unclear { file, problem: problem.into() });
    }
    let rows = first_sheet(&sample.file.name, sample.bytes.clone(), ROWS)?;
    let width = rows.iter().map(|(_, texts)| texts.len()).max().unwrap_or(0);
    let record = |(line, mut fields): (i64, Vec<String>)| {
        fields.resize(width, String::new());
        Record { line: usize::try_from(line).unwrap_or(1), fields, ..Record::default() }
    };
    Ok(rows.into_iter().map(record).collect())
}
