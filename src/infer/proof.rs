//! The block is read as a pipeline's, and the samples with it: what would be rejected becomes text.

use std::sync::Arc;

use bytes::Bytes;
use datafusion::arrow::array::Array;
use datafusion::common::DataFusionError;
use datafusion::prelude::SessionContext;
use encoding_rs::UTF_8;

use super::block::Block;
use super::encoding::decode;
use super::guess::Guess;
use super::sample::{Sample, Samples};
use super::split::{Dialect, Fields, records};
use super::{InferError, document, json};
use crate::declare::{ColumnType, Format};
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::plan::{self, SourcePlan};
use crate::read::{Summary, preview_all, unpacked_name};

/// How often the samples are read; each time at least one column has become text.
const ROUNDS: usize = 4;
/// What stands around a block to make a pipeline of it.
const PIPELINE: &str = "pipeline: infer\nwarehouse: warehouse\nstages: []\nsources:\n";

/// The block, corrected until it reads the samples; what it still does not read is said.
pub(super) async fn prove(mut block: Block, samples: &Samples) -> Result<Block, InferError> {
    for _ in 0..ROUNDS {
        let source = resolved(&block)?;
        let files = samples.taken.iter().filter_map(|sample| {
            let name = unpacked_name(&sample.file.name).to_owned();
            Some((name, readable(sample, &source)?))
        });
        match read(&source, files.collect()).await {
            Ok(read) if block.correct(&read) => {}
            Ok(_) => break,
            Err(error) => return Ok(block.doubt(&error)),
        }
    }
    Ok(block)
}

/// The source as a run would know it.
fn resolved(block: &Block) -> Result<SourcePlan, InferError> {
    let text = format!("{PIPELINE}{block}");
    let file = Arc::new(SourceFile { path: "inferred".to_owned(), text });
    let unclear = |problem: String| InferError::Unclear { file: block.location.clone(), problem };
    // A location may hold what would be a variable in a pipeline.
    let sources = plan::sources(&file, &|name| Some(format!("${{{name}}}")));
    if block.columns.is_empty() {
        return Err(unclear("no whole row with names or values is at its beginning".to_owned()));
    }
    // The place is one of the block, which nobody has seen yet.
    let sources = sources.map_err(|mistakes| {
        let said: Vec<&str> = mistakes.iter().map(Diagnostic::message).collect();
        unclear(format!("the source that it seems to be is none: {}", said.join("; ")))
    })?;
    sources.into_iter().next().ok_or_else(|| unclear("it makes no source".to_owned()))
}

/// The whole records of a sample, as UTF-8; nothing if only a whole file could be read.
fn readable(sample: &Sample, source: &SourcePlan) -> Option<Bytes> {
    if !source.format.is_text() {
        return (!sample.cut).then(|| Bytes::copy_from_slice(&sample.bytes));
    }
    let text = decode(&sample.bytes, sample.cut).text;
    if !sample.cut {
        return Some(text.into());
    }
    let whole = match source.format {
        Format::Json if source.record_path.is_some() => {
            document::mended(&text, source.record_path.as_deref()?)?
        }
        Format::Json => {
            let (_, end) = json::objects(&text, true, true, usize::MAX)?;
            format!("{}]", &text[..end])
        }
        Format::Ndjson => text[..json::objects(&text, false, true, usize::MAX)?.1].to_owned(),
        _ => text[..records(&text, dialect(source), true, usize::MAX).1].to_owned(),
    };
    Some(whole.into())
}

fn dialect(source: &SourcePlan) -> Dialect {
    let written = source.dialect;
    let fields = match source.format {
        Format::Whitespace => Fields::Blanks,
        _ => Fields::Delimited {
            delimiter: char::from(written.delimiter),
            quote: written.quote.map(char::from),
            escape: written.escape.map(char::from),
        },
    };
    Dialect { fields, comment: written.comment.map(char::from) }
}

/// What reading the samples came to.
struct Read {
    summary: Summary,
    /// Per column, how many of the accepted rows have no value.
    nulls: Vec<usize>,
}

async fn read(source: &SourcePlan, files: Vec<(String, Bytes)>) -> Result<Read, DataFusionError> {
    let mut source = source.clone();
    source.dialect.encoding = UTF_8;
    let (batches, summary) = preview_all(&SessionContext::new(), &source, files).await?;
    let nulls = (0..source.columns.len())
        .map(|column| batches.iter().map(|batch| batch.column(column).null_count()).sum());
    Ok(Read { nulls: nulls.collect(), summary })
}

impl Block {
    /// Makes text of the columns with values that were rejected. Says whether there were any.
    fn correct(&mut self, read: &Read) -> bool {
        let mut corrected = false;
        for ((column, reason), rejected) in &read.summary.rejects {
            let named = |name: &String| self.columns.iter().position(|it| it.name == *name);
            let Some(at) = column.as_ref().and_then(named) else { continue };
            let guess = &mut self.columns[at].guess;
            if guess.data_type == ColumnType::String {
                corrected |= std::mem::take(&mut guess.required);
                continue;
            }
            let example = rejected.examples.first().map(|it| super::block::scalar(&it.text));
            let note = format!(
                "not {}: {reason}, such as {}",
                guess.data_type,
                example.unwrap_or_default()
            );
            *guess = Guess { required: guess.required, ..Guess::of(ColumnType::String) }.note(note);
            corrected = true;
        }
        self.fill(read);
        corrected
    }

    /// What a typed file promises never to lack is seen from its rows.
    fn fill(&mut self, read: &Read) {
        let typed = matches!(self.format, "parquet" | "avro");
        for (column, nulls) in self.columns.iter_mut().zip(&read.nulls) {
            if typed && *nulls == 0 && !column.guess.required && column.guess.notes.is_empty() {
                let rows = read.summary.accepted;
                column.guess.notes.push(format!("no NULL in {rows} rows; perhaps required: true"));
            }
        }
    }

    /// Says what stands against the block.
    fn doubt(mut self, error: &DataFusionError) -> Self {
        let error = crate::read::ReadError::find(error)
            .map_or_else(|| error.to_string(), ToString::to_string);
        self.head.push(format!("Reading the samples with it fails: {error}"));
        self
    }
}
