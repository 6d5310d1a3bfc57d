//! Verification of the block: it is parsed as in a pipeline, and the samples are read with it;
//! columns with rejected values become text.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use datafusion::arrow::array::Array;
use datafusion::common::DataFusionError;
use encoding_rs::UTF_8;

use super::InferError;
use super::block::{Block, Column, scalar};
use super::encoding::decode;
use super::facts::{Facts, facts};
use super::guess::{Guess, shown_whole};
use super::preview::Preview;
use super::proven::Proven;
use super::sample::{Sample, Samples};
use super::split::{Dialect, Fields, records};
use crate::declare::{self, ColumnType, Format, Quoted};
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::plan::{self, SourcePlan};
use crate::read::{JsonShape, ReadError, Reason, Summary, json_mended, unpacked_name};
use crate::store::redact_text;

/// Of more rows than this in a hundred, no limit is proposed: the block is wrong, and not the rows.
const MOST_REJECTED: u64 = 50;
/// The text around a block that makes it a pipeline.
const PIPELINE: &str = "pipeline: infer\nwarehouse: warehouse\nstages: []\nsources:\n";

/// The block, corrected until it reads the samples; what it still does not read is said.
pub(super) async fn prove(
    block: Block,
    samples: &Samples,
    preview: &Preview,
) -> Result<Proven, InferError> {
    let mut block = without_hidden(block);
    // Each correction weakens a column, so that this terminates.
    loop {
        let source = resolved(&block)?;
        let files = samples.taken.iter().filter_map(|sample| {
            let name = unpacked_name(&sample.file.name).to_owned();
            Some((name, readable(sample, &source)?))
        });
        match read(&source, files.collect(), preview).await {
            Ok(read) if correct(&mut block, &read) => {}
            Ok(read) => {
                let block = limit(block, &read.summary);
                return Ok(Proven { block, facts: read.facts });
            }
            Err(error) if correct_folder(&mut block, &error) => {}
            Err(error) => {
                return Ok(Proven { block: doubt(block, &error), facts: Vec::new() });
            }
        }
    }
}

/// The source as a run would know it, of the block as it is printed.
fn resolved(block: &Block) -> Result<SourcePlan, InferError> {
    let text = redact_text(&format!("{PIPELINE}{block}"));
    let file = Arc::new(
        SourceFile::new("inferred", text)
            .masked_by(|text| declare::masked_values(text, Quoted::Pipeline)),
    );
    let unclear = |problem: String| InferError::Unclear { file: block.location.clone(), problem };
    // A location may contain text that would be a variable in a pipeline.
    let sources = plan::sources(&file, &|name| Some(format!("${{{name}}}")));
    if block.columns.is_empty() {
        return Err(unclear("no whole row with names or values is at its beginning".to_owned()));
    }
    // The position is in the block, which the user has not seen yet.
    let sources = sources.map_err(|mistakes| {
        let said: Vec<&str> = mistakes.iter().map(Diagnostic::message).collect();
        unclear(format!("the source that it seems to be is not valid: {}", said.join("; ")))
    })?;
    sources.into_iter().next().ok_or_else(|| unclear("it makes no source".to_owned()))
}

/// The whole records of a sample, as UTF-8; nothing if only a whole file could be read.
fn readable(sample: &Sample, source: &SourcePlan) -> Option<Bytes> {
    if !source.format.is_text() {
        return (!sample.cut).then(|| Bytes::copy_from_slice(&sample.bytes));
    }
    let text = decode(&sample.bytes, sample.cut).text;
    match sample.cut {
        true => whole(&text, source).map(Into::into),
        false => Some(text.into()),
    }
}

/// The beginning of a text, without the record in which it is cut.
fn whole(text: &str, source: &SourcePlan) -> Option<String> {
    let before = |fields: Fields| {
        let comment = source.dialect.comment.map(char::from);
        let (_, end) = records(text, Dialect { fields, comment }, true, usize::MAX);
        text[..end].to_owned()
    };
    match source.format {
        Format::Csv => Some(before(Fields::delimited(&source.dialect))),
        Format::Whitespace => Some(before(Fields::Blanks)),
        Format::Ndjson => json_mended(text, JsonShape::Lines),
        Format::Json => {
            let within = source.record_path.as_deref().map(JsonShape::Within);
            json_mended(text, within.unwrap_or(JsonShape::List))
        }
        Format::Parquet | Format::Avro | Format::Xlsx => None,
    }
}

/// What reading the samples came to.
struct Read {
    summary: Summary,
    /// Per column, how many of the accepted rows have no value.
    nulls: Vec<usize>,
    /// Per column, what their values are like.
    facts: Vec<Facts>,
}

async fn read(
    source: &SourcePlan,
    files: Vec<(String, Bytes)>,
    preview: &Preview,
) -> Result<Read, DataFusionError> {
    let mut source = source.clone();
    source.dialect.encoding = UTF_8;
    let (batches, summary) = preview.rows(&source, files).await?;
    let nulls = (0..source.columns.len())
        .map(|column| batches.iter().map(|batch| batch.column(column).null_count()).sum());
    let (nulls, facts) = (nulls.collect(), facts(&batches, source.columns.len()));
    Ok(Read { summary, nulls, facts })
}

/// Makes text of the columns with values that were rejected. Says whether there were any.
fn correct(block: &mut Block, read: &Read) -> bool {
    let mut corrected = false;
    for ((column, reason), rejected) in &read.summary.rejects {
        let example = rejected.examples.first().map_or("", |it| it.text.as_str());
        corrected |= column.as_ref().is_some_and(|it| loosen(block, it, *reason, example));
    }
    fill(block, read);
    corrected
}

/// Makes text of a column whose value in a path is not of its type.
fn correct_folder(block: &mut Block, error: &DataFusionError) -> bool {
    match ReadError::find(error) {
        Some(ReadError::FolderValue { column, value, reason, .. }) => {
            loosen(block, column, *reason, value)
        }
        _ => false,
    }
}

/// Makes text of a column, or lets one of text be empty. Says whether there was anything to do.
fn loosen(block: &mut Block, column: &str, reason: Reason, example: &str) -> bool {
    let Some(column) = block.columns.iter_mut().find(|it| it.name == column) else {
        return false;
    };
    let guess = &mut column.guess;
    if guess.data_type == ColumnType::String {
        return std::mem::take(&mut guess.required);
    }
    let note = format!("not {}: {reason}, such as {}", guess.data_type, scalar(example));
    *guess = Guess { required: guess.required, ..Guess::of(ColumnType::String) }.note(note);
    true
}

/// Leaves out columns whose names are not printed as they are: what is printed would name others.
fn without_hidden(mut block: Block) -> Block {
    let shown = |column: &Column| shown_whole(column.from.as_ref().unwrap_or(&column.name));
    let (columns, hidden): (Vec<_>, Vec<_>) = block.columns.into_iter().partition(shown);
    block.columns = columns;
    let told = hidden.iter().filter_map(|column| {
        let name = scalar(column.from.as_ref()?);
        Some(format!("A column is left out: its name holds what is never shown, behind {name}."))
    });
    block.head.extend(told);
    block
}

/// Proposes how many rows may be rejected, if some are.
fn limit(mut block: Block, read: &Summary) -> Block {
    if read.rejected == 0 {
        return block;
    }
    let (rejected, rows) = (read.rejected, read.rows);
    let reasons: BTreeSet<&str> = read.rejects.keys().map(|(_, reason)| reason.code()).collect();
    let reasons: Vec<&str> = reasons.into_iter().collect();
    let said = format!("rejects {rejected} of {rows} rows: {}", reasons.join(", "));
    match (rejected * 100).div_ceil(rows) {
        share @ 0..=MOST_REJECTED => {
            block.suggestions.push(format!("max_rejects: {share}%  # {said}"));
        }
        _ => block.head.push(format!("Reading the samples with it {said}.")),
    }
    block
}

/// Whether a column of a typed file is required is determined from its rows.
fn fill(block: &mut Block, read: &Read) {
    let typed = block.format.facts().has_schema;
    for (column, nulls) in block.columns.iter_mut().zip(&read.nulls) {
        if typed && *nulls == 0 && !column.guess.required && column.guess.notes.is_empty() {
            let rows = read.summary.accepted;
            column.guess.notes.push(format!("no NULL in {rows} rows; perhaps required: true"));
        }
    }
}

/// Adds a comment with the remaining errors of the block.
fn doubt(mut block: Block, error: &DataFusionError) -> Block {
    let error = ReadError::find(error).map_or_else(|| error.to_string(), ToString::to_string);
    block.head.push(format!("Reading the samples with it fails: {error}"));
    block
}
