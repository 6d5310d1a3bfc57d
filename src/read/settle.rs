//! What becomes of the rows of a batch once every column was judged.
//!
//! A row is rejected, or happened too late, or is accepted. All formats end here, so that their
//! counts mean the same.

use std::borrow::Cow;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, RecordBatchOptions,
    StringArray,
};
use datafusion::arrow::compute::filter;
use datafusion::arrow::datatypes::{DataType, Date32Type, SchemaRef, TimestampMicrosecondType};
use datafusion::arrow::error::ArrowError;

use super::faults::{Fault, Faults};
use super::parse::Parser;
use super::tally::{FileTally, Reject, Tally};
use super::times::Clock;
use crate::plan::SourcePlan;

const DAY: i64 = 86_400_000_000;

/// How a source is read in this run: fixed before the first file is opened.
#[derive(Debug)]
pub(super) struct Reading {
    /// The source.
    pub(super) source: SourcePlan,
    /// How its columns are read.
    pub(super) parsers: Vec<Parser>,
    /// How it tells times.
    pub(super) clock: Clock,
    /// Where the counts go.
    pub(super) tally: Arc<Tally>,
}

/// A reading and the columns asked for.
#[derive(Debug, Clone)]
pub(super) struct Scan {
    /// The reading.
    pub(super) reading: Arc<Reading>,
    /// The columns of the source's schema, ascending.
    pub(super) wanted: Vec<usize>,
    /// Those columns.
    pub(super) schema: SchemaRef,
    /// Rows in a batch.
    pub(super) batch: usize,
}

/// A batch with every judged column in its place.
pub(super) struct Judged {
    /// The declared columns; those that nobody needs may be missing.
    pub(super) columns: Vec<Option<ArrayRef>>,
    /// The physical line of each row.
    pub(super) lines: Vec<i64>,
    /// What is wrong.
    pub(super) faults: Faults,
}

/// The text of a rejected row: of the column at fault, and of the whole record.
pub(super) type Shown<'a> = (Cow<'a, str>, Cow<'a, str>);

impl Scan {
    /// Whether the values of a declared column are needed, and not only their faults.
    pub(super) fn needs(&self, column: usize) -> bool {
        self.wanted.contains(&column) || self.reading.clock.needs(column)
    }

    /// Counts every row, and keeps the ones to use.
    pub(super) fn settle<'a>(
        &self,
        file: &str,
        judged: &Judged,
        counts: &mut FileTally,
        show: impl Fn(usize, Fault) -> Shown<'a>,
    ) -> Result<RecordBatch, ArrowError> {
        self.reject(file, judged, counts, show);
        let rejected = judged.faults.iter().count();
        let late = self.late(judged);
        counts.times.note(&self.reading.clock, file, judged);
        let used = judged.lines.len() - rejected - late.len();
        counts.after_as_of += late.len() as u64;
        counts.accepted += used as u64;
        let keep = (used < judged.lines.len()).then(|| keep(judged, &late));
        self.project(file, judged, keep.as_ref(), used)
    }

    fn reject<'a>(
        &self,
        file: &str,
        judged: &Judged,
        counts: &mut FileTally,
        show: impl Fn(usize, Fault) -> Shown<'a>,
    ) {
        let source = &self.reading.source;
        for (row, fault) in judged.faults.iter() {
            let (text, raw) = show(row, fault);
            counts.reject(&Reject {
                source: &source.name,
                file,
                line: judged.lines[row],
                column: fault.column.map(|column| source.columns[column].name.as_str()),
                reason: fault.reason,
                text: &text,
                raw: &raw,
            });
        }
    }

    /// The rows without a fault that happened at or after as-of.
    fn late(&self, judged: &Judged) -> Vec<usize> {
        let event = self.reading.clock.event.and_then(|column| judged.columns[column].as_ref());
        let Some(event) = event else { return Vec::new() };
        let late = |row: &usize| {
            !event.is_null(*row)
                && judged.faults.of(*row).is_none()
                && moment(event, *row).is_some_and(|moment| moment >= self.reading.clock.as_of)
        };
        (0..event.len()).filter(late).collect()
    }

    fn project(
        &self,
        file: &str,
        judged: &Judged,
        keep: Option<&BooleanArray>,
        used: usize,
    ) -> Result<RecordBatch, ArrowError> {
        let declared = judged.columns.len();
        let column = |wanted: &usize| match judged.columns.get(*wanted) {
            Some(Some(values)) => kept(values, keep),
            Some(None) => Err(ArrowError::ComputeError(format!("column {wanted} was not read"))),
            None if *wanted == declared => {
                let names = std::iter::repeat_n(file, used);
                Ok(Arc::new(StringArray::from_iter_values(names)) as ArrayRef)
            }
            None => kept(&(Arc::new(Int64Array::from(judged.lines.clone())) as ArrayRef), keep),
        };
        let columns = self.wanted.iter().map(column).collect::<Result<_, _>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(used));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)
    }
}

fn kept(values: &ArrayRef, keep: Option<&BooleanArray>) -> Result<ArrayRef, ArrowError> {
    keep.map_or_else(|| Ok(Arc::clone(values)), |keep| filter(values, keep))
}

fn keep(judged: &Judged, late: &[usize]) -> BooleanArray {
    let mut keep = vec![true; judged.lines.len()];
    let rejected = judged.faults.iter().map(|(row, _)| row);
    rejected.chain(late.iter().copied()).for_each(|row| keep[row] = false);
    keep.into()
}

/// Microseconds on the pipeline's clock; a day starts at midnight.
pub(super) fn moment(event: &ArrayRef, row: usize) -> Option<i64> {
    match event.data_type() {
        DataType::Date32 => {
            Some(i64::from(event.as_primitive_opt::<Date32Type>()?.value(row)) * DAY)
        }
        _ => Some(event.as_primitive_opt::<TimestampMicrosecondType>()?.value(row)),
    }
}
