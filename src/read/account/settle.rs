//! What becomes of the rows of a batch once every column was judged.
//!
//! A row is rejected, or happened too late, or is accepted, perhaps with NULL where a cell could not
//! be a value. All formats end here, so that their counts mean the same.

use std::borrow::Cow;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, BooleanArray, Int64Array, RecordBatch, RecordBatchOptions, StringArray,
};
use datafusion::arrow::compute::{concat_batches, filter};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::error::ArrowError;
use datafusion::common::DataFusionError;
use datafusion::execution::memory_pool::MemoryPool;
use futures::stream::{BoxStream, StreamExt, TryStreamExt, try_unfold};

use super::corrections::Corrections;
use super::tally::{Example, FileTally, Reject, Tally};
use super::times::Clock;
use crate::plan::SourcePlan;
use crate::read::ReadError;
use crate::read::column::{Folders, Presence, Rule};
use crate::read::list::InputFile;
use crate::value::{Fault, Faults, Parser};

/// How a source is read in this run: fixed before the first file is opened.
#[derive(Debug)]
pub(in crate::read) struct Reading {
    /// The source.
    pub(in crate::read) source: SourcePlan,
    /// How its columns are read.
    pub(in crate::read) parsers: Vec<Parser>,
    /// What their values must be.
    pub(in crate::read) rules: Vec<Rule>,
    /// Which of them are NULL where a cell cannot be a value.
    pub(in crate::read) nullable: Arc<[bool]>,
    /// How it tells times.
    pub(in crate::read) clock: Clock,
    /// Where the counts go.
    pub(in crate::read) tally: Arc<Tally>,
    /// The records that somebody corrected.
    pub(in crate::read) corrections: Corrections,
}

impl Reading {
    /// No faults yet in so many rows.
    pub(in crate::read) fn faults(&self, rows: usize) -> Faults {
        Faults::nullifying(rows, Arc::clone(&self.nullable))
    }
}

/// A reading and the columns asked for.
#[derive(Debug, Clone)]
pub(in crate::read) struct Scan {
    /// The reading.
    pub(in crate::read) reading: Arc<Reading>,
    /// The columns of the source's schema, ascending.
    pub(in crate::read) wanted: Vec<usize>,
    /// Those columns.
    pub(in crate::read) schema: SchemaRef,
    /// Rows in a batch.
    pub(in crate::read) batch: usize,
    /// Batches of a file that are converted at once.
    pub(in crate::read) ahead: usize,
    /// The values in the path of the file that is read.
    pub(in crate::read) folders: Folders,
    /// What the run may use.
    pub(in crate::read) memory: Arc<dyn MemoryPool>,
}

/// A batch with every judged column in its place.
pub(in crate::read) struct Judged {
    /// The declared columns; those that nobody needs may be missing.
    pub(in crate::read) columns: Vec<Option<ArrayRef>>,
    /// The physical line of each row.
    pub(in crate::read) lines: Vec<i64>,
    /// What is wrong.
    pub(in crate::read) faults: Faults,
}

/// What became of a batch: the rows to use, and the counts of all.
pub(in crate::read) struct Settled {
    /// The rows to use.
    pub(in crate::read) batch: RecordBatch,
    /// What was counted.
    pub(in crate::read) counts: FileTally,
}

impl Settled {
    /// Adds what became of other rows of the same file.
    fn add(&mut self, other: Self) -> Result<(), ArrowError> {
        self.batch = concat_batches(&self.batch.schema(), [&self.batch, &other.batch])?;
        self.counts.add(other.counts);
        Ok(())
    }
}

/// Batches of one file as they are settled, in order.
pub(in crate::read) type Parts = BoxStream<'static, Result<Settled, DataFusionError>>;

/// The rows of one file.
pub(in crate::read) type Rows = BoxStream<'static, Result<RecordBatch, DataFusionError>>;

/// The text of a rejected row: of the column at fault, and of the whole record.
pub(in crate::read) type Shown<'a> = (Cow<'a, str>, Cow<'a, str>);

impl Scan {
    /// Whether the values of a declared column are needed, and not only their faults.
    pub(in crate::read) fn needs(&self, column: usize) -> bool {
        let judged = || self.reading.rules.iter().any(|rule| rule.column() == column);
        self.wanted.contains(&column) || self.reading.clock.needs(column) || judged()
    }

    /// The rows of a file, which is counted when it was read to its end. What is known of its columns
    /// already is in `presence`.
    pub(in crate::read) fn counted(
        self,
        file: InputFile,
        presence: Presence,
        parts: Parts,
    ) -> Rows {
        let mut counts = FileTally::of(file.meta.size);
        counts.presence = Presence::of(self.reading.source.columns.len());
        counts.presence.merge(self.folders.presence().clone());
        counts.presence.merge(presence);
        let start = (self, file, parts, counts);
        let next = |(scan, file, mut parts, mut counts): (Self, InputFile, Parts, FileTally)| async move {
            let tally = &scan.reading.tally;
            while let Some(Settled { batch, counts: part }) = parts.try_next().await? {
                tally.add(&mut counts, part).map_err(|error| ReadError::scratch(&error))?;
                if batch.num_rows() > 0 {
                    return Ok(Some((batch, (scan, file, parts, counts))));
                }
            }
            tally.finish(&file.name, counts).map_err(|error| ReadError::scratch(&error))?;
            Ok(None)
        };
        try_unfold(start, next).boxed()
    }

    /// Judges the rows by the rules of the source, counts them all, and keeps the ones to use.
    pub(in crate::read) fn settle<'a>(
        &self,
        file: &str,
        judged: &mut Judged,
        show: impl Fn(usize, Fault) -> Shown<'a>,
    ) -> Result<Settled, ArrowError> {
        self.settled(file, judged, show, |_, _| false)
    }

    /// The same of a typed format, whose records are corrected when they would be rejected.
    pub(in crate::read) fn settle_typed<'a>(
        &self,
        file: &str,
        judged: &mut Judged,
        show: impl Fn(usize, Fault) -> Shown<'a>,
    ) -> Result<Settled, DataFusionError> {
        let corrections = self.reading.corrections.of(file);
        let mut corrected = Vec::new();
        let mut settled = self.settled(file, judged, show, |line, raw| {
            let record = corrections.get(&line).and_then(|correction| correction.of_object(raw));
            corrected.extend(record.map(|record| (line, record)));
            corrected.last().is_some_and(|(last, _)| *last == line)
        })?;
        if !corrected.is_empty() {
            settled.add(self.objects(file, &corrected)?)?;
        }
        Ok(settled)
    }

    fn settled<'a>(
        &self,
        file: &str,
        judged: &mut Judged,
        show: impl Fn(usize, Fault) -> Shown<'a>,
        is_corrected: impl FnMut(i64, &str) -> bool,
    ) -> Result<Settled, ArrowError> {
        for rule in &self.reading.rules {
            if let Some(values) = &judged.columns[rule.column()] {
                rule.judge(values, &mut judged.faults);
            }
        }
        for (column, values) in judged.columns.iter_mut().enumerate() {
            let Some(read) = values else { continue };
            if let Some(nullified) = judged.faults.nullify(column, read)? {
                *read = nullified;
            }
        }
        let mut counts = self.rejected(file, judged, &show, is_corrected);
        self.nullified(file, judged, &show, &mut counts);
        let late = self.late(judged);
        counts.times.note(&self.reading.clock, file, judged);
        let rejected = judged.faults.iter().count();
        counts.accepted = (judged.lines.len() - rejected) as u64;
        counts.after_as_of = late.len() as u64;
        let used = judged.lines.len() - rejected - late.len();
        let keep = (used < judged.lines.len()).then(|| keep(judged, &late));
        Ok(Settled { batch: self.project(file, judged, keep.as_ref(), used)?, counts })
    }

    fn rejected<'a>(
        &self,
        file: &str,
        judged: &Judged,
        show: impl Fn(usize, Fault) -> Shown<'a>,
        mut is_corrected: impl FnMut(i64, &str) -> bool,
    ) -> FileTally {
        let source = &self.reading.source;
        let mut counts = FileTally::default();
        for (row, fault) in judged.faults.iter() {
            let (text, raw) = show(row, fault);
            if is_corrected(judged.lines[row], &raw) {
                continue;
            }
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
        counts
    }

    fn nullified<'a>(
        &self,
        file: &str,
        judged: &Judged,
        show: impl Fn(usize, Fault) -> Shown<'a>,
        counts: &mut FileTally,
    ) {
        for (column, row, reason) in judged.faults.nullified() {
            let name = &self.reading.source.columns[column].name;
            let fault = Fault { column: Some(column), reason };
            let example = || Example::of(file, judged.lines[row], &show(row, fault).0);
            counts.nullify(name, reason, example);
        }
    }

    /// The rows without a fault that happened at or after as-of.
    fn late(&self, judged: &Judged) -> Vec<usize> {
        let event = self.reading.clock.event.and_then(|column| judged.columns[column].as_ref());
        let Some(event) = event else { return Vec::new() };
        let late = |row: &usize| {
            !event.is_null(*row)
                && judged.faults.of(*row).is_none()
                && self.reading.clock.is_after(event, *row)
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
