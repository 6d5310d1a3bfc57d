//! The outcome of the rows of a batch once every column was converted.
//!
//! A row is rejected, or happened at or after as-of, or is accepted, perhaps with NULL in place of
//! an invalid cell. All formats end here, so that their counts mean the same.

use std::borrow::Cow;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, BooleanArray, Int64Array, RecordBatch, RecordBatchOptions, StringArray,
};
use datafusion::arrow::compute::{concat_batches, filter};
use datafusion::arrow::error::ArrowError;

use super::quarantine::RejectedLines;
use super::reading::Scan;
use super::tally::{Example, FileTally, Reject};
use crate::value::{Fault, Faults};

/// A batch with every column in its place.
pub(in crate::read) struct Converted {
    /// The declared columns; those that are not needed may be missing.
    pub(in crate::read) columns: Vec<Option<ArrayRef>>,
    /// The physical line of each row.
    pub(in crate::read) lines: Vec<i64>,
    /// What is wrong.
    pub(in crate::read) faults: Faults,
}

/// A part of a file: the rows to use, the rejected ones, and the counts of all.
pub(in crate::read) struct Part {
    /// The rows to use.
    pub(in crate::read) batch: RecordBatch,
    /// What was counted.
    pub(in crate::read) counts: FileTally,
    /// The rejected rows.
    pub(in crate::read) rejected: RejectedLines,
}

impl Part {
    /// Adds other rows of the same file.
    pub(in crate::read) fn add(&mut self, other: Self) -> Result<(), ArrowError> {
        self.batch = concat_batches(&self.batch.schema(), [&self.batch, &other.batch])?;
        self.counts.add(other.counts);
        self.rejected.append(other.rejected);
        Ok(())
    }
}

/// The text of a rejected row: of the column at fault, and of the whole record.
pub(in crate::read) type Shown<'a> = (Cow<'a, str>, Cow<'a, str>);

/// Validates the rows by the rules of the source, counts them all, and keeps the ones to use.
pub(in crate::read) fn validate<'a>(
    scan: &Scan,
    file: &str,
    converted: Converted,
    show: impl Fn(usize, Fault) -> Shown<'a>,
) -> Result<Part, ArrowError> {
    validate_others(scan, file, converted, show, |_, _| false)
}

/// The same of all rows but those at fault that are corrected, by line and text: they are left out and
/// not counted.
pub(in crate::read) fn validate_others<'a>(
    scan: &Scan,
    file: &str,
    mut converted: Converted,
    show: impl Fn(usize, Fault) -> Shown<'a>,
    is_corrected: impl FnMut(i64, &str) -> bool,
) -> Result<Part, ArrowError> {
    for rule in &scan.declared().rules {
        if let Some(values) = &converted.columns[rule.column()] {
            rule.judge(values, &mut converted.faults);
        }
    }
    for (column, values) in converted.columns.iter_mut().enumerate() {
        let Some(read) = values else { continue };
        if let Some(nullified) = converted.faults.nullify(column, read)? {
            *read = nullified;
        }
    }
    let rows = Rows { scan, file, converted: &converted };
    let (mut counts, rejected) = rows.rejected(&show, is_corrected);
    rows.nullified(&show, &mut counts);
    let after_as_of = rows.after_as_of();
    counts.times.note(&scan.reading.clock, file, &converted);
    let accepted = converted.lines.len() - converted.faults.iter().count();
    counts.accepted = accepted as u64;
    counts.after_as_of = after_as_of.len() as u64;
    let used = accepted - after_as_of.len();
    let keep = (used < converted.lines.len()).then(|| rows.keep(&after_as_of));
    Ok(Part { batch: rows.project(keep.as_ref(), used)?, counts, rejected })
}

/// The rows of a batch that is validated.
struct Rows<'a> {
    scan: &'a Scan,
    file: &'a str,
    converted: &'a Converted,
}

impl Rows<'_> {
    fn rejected<'a>(
        &self,
        show: impl Fn(usize, Fault) -> Shown<'a>,
        mut is_corrected: impl FnMut(i64, &str) -> bool,
    ) -> (FileTally, RejectedLines) {
        let source = self.scan.source();
        let (mut counts, mut rejected) = (FileTally::default(), RejectedLines::default());
        for (row, fault) in self.converted.faults.iter() {
            let (text, raw) = show(row, fault);
            let line = self.converted.lines[row];
            if is_corrected(line, &raw) {
                continue;
            }
            let reject = Reject {
                source: &source.name,
                file: self.file,
                line,
                column: fault.column.map(|column| source.columns[column].name.as_str()),
                reason: fault.reason,
                text: &text,
                raw: &raw,
            };
            reject.note(&mut counts, &mut rejected);
        }
        (counts, rejected)
    }

    fn nullified<'a>(&self, show: impl Fn(usize, Fault) -> Shown<'a>, counts: &mut FileTally) {
        for (column, row, reason) in self.converted.faults.nullified() {
            let name = &self.scan.source().columns[column].name;
            let fault = Fault { column: Some(column), reason };
            let line = self.converted.lines[row];
            let example = || Example::of(self.file, line, &show(row, fault).0);
            counts.nullify(name, reason, example);
        }
    }

    /// The rows without a fault that happened at or after as-of.
    fn after_as_of(&self) -> Vec<usize> {
        let (clock, converted) = (&self.scan.reading.clock, self.converted);
        let event = clock.event.and_then(|column| converted.columns[column].as_ref());
        let Some(event) = event else { return Vec::new() };
        let is_after = |row: &usize| {
            !event.is_null(*row)
                && converted.faults.of(*row).is_none()
                && clock.is_after(event, *row)
        };
        (0..event.len()).filter(is_after).collect()
    }

    fn keep(&self, after_as_of: &[usize]) -> BooleanArray {
        let mut keep = vec![true; self.converted.lines.len()];
        let rejected = self.converted.faults.iter().map(|(row, _)| row);
        rejected.chain(after_as_of.iter().copied()).for_each(|row| keep[row] = false);
        keep.into()
    }

    fn project(&self, keep: Option<&BooleanArray>, used: usize) -> Result<RecordBatch, ArrowError> {
        let Converted { columns, lines, .. } = self.converted;
        let column = |wanted: &usize| match columns.get(*wanted) {
            Some(Some(values)) => kept(values, keep),
            Some(None) => Err(ArrowError::ComputeError(format!("column {wanted} was not read"))),
            None if *wanted == columns.len() => {
                let names = std::iter::repeat_n(self.file, used);
                Ok(Arc::new(StringArray::from_iter_values(names)) as ArrayRef)
            }
            None => kept(&(Arc::new(Int64Array::from(lines.clone())) as ArrayRef), keep),
        };
        let columns = self.scan.wanted.iter().map(column).collect::<Result<_, _>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(used));
        RecordBatch::try_new_with_options(Arc::clone(&self.scan.schema), columns, &options)
    }
}

fn kept(values: &ArrayRef, keep: Option<&BooleanArray>) -> Result<ArrayRef, ArrowError> {
    keep.map_or_else(|| Ok(Arc::clone(values)), |keep| filter(values, keep))
}
