//! One splitter for each format of text.

use super::csv::Csv;
use super::json::{List, Objects};
use super::lines::Lines;
use super::splitter::Splitter;
use super::whitespace::Whitespace;
use crate::plan::SourcePlan;
use crate::read::column::Columns;

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
