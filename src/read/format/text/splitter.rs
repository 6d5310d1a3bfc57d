//! Splitters, which find the records of a text, one for each text format.

use super::csv::Csv;
use super::json::{List, Objects};
use super::lines::Lines;
use super::records::Records;
use super::whitespace::Whitespace;
use crate::plan::SourcePlan;
use crate::read::ReadError;
use crate::read::column::Columns;
use crate::value::Reason;

/// Finds the records of one file, however its bytes arrive.
pub(in crate::read) trait Splitter: Send {
    /// Splits what has arrived: a full batch, or `None` until more arrives.
    fn split(&mut self, records: &mut Records, rows: usize) -> Result<Option<Records>, ReadError>;

    /// Splits what is left at the end of the file.
    fn finish(&mut self, records: &mut Records) -> Result<Records, ReadError>;

    /// Makes of what is left one row at fault: the file is damaged where it ends.
    fn break_off(&mut self, records: &mut Records, reason: Reason) -> Records;

    /// A splitter for another record of the same file.
    fn again(&self) -> Box<dyn Splitter>;
}

/// Delimited text.
pub(in crate::read::format) fn csv(source: &SourcePlan, file: &str) -> Box<dyn Splitter> {
    Box::new(Csv::new(file, source.dialect, Columns::of(source)).within(&source.margins))
}

/// Text in columns separated by runs of blanks.
pub(in crate::read::format) fn whitespace(source: &SourcePlan, file: &str) -> Box<dyn Splitter> {
    let (dialect, margins) = (source.dialect, &source.margins);
    let fields = Whitespace::new(file, dialect.header, margins, Columns::of(source));
    let line = 1 + i64::from(margins.skip_rows);
    Box::new(Lines::new(fields, dialect.comment).starting_at(line))
}

/// One JSON object a line.
pub(in crate::read::format) fn ndjson(source: &SourcePlan, file: &str) -> Box<dyn Splitter> {
    Box::new(Lines::new(Objects::new(file, Columns::of(source)), None))
}

/// One JSON list of objects, perhaps within a document.
pub(in crate::read::format) fn json(source: &SourcePlan, file: &str) -> Box<dyn Splitter> {
    let list = List::new(file, Objects::new(file, Columns::of(source)));
    Box::new(list.at(source.record_path.as_deref()))
}
