//! Text in columns separated by runs of blanks and tabs. There are no quotes and no empty fields.

use super::lines::Cells;
use super::records::{Records, Span};
use crate::plan::Margins;
use crate::read::ReadError;
use crate::read::account::Margin;
use crate::read::column::{Columns, Layout};
use crate::read::format::margins::Header;
use crate::value::Reason;

/// Finds the fields of lines.
#[derive(Debug, Clone)]
pub(in crate::read) struct Whitespace {
    file: String,
    columns: Columns,
    layout: Option<Layout>,
    header: Header,
}

impl Whitespace {
    /// For a file with these declared columns, found by name in its header if it has one.
    pub(in crate::read) fn new(
        file: &str,
        header: bool,
        margins: &Margins,
        columns: Columns,
    ) -> Self {
        let layout = (!header).then(|| Layout::by_position(&columns));
        Self { file: file.to_owned(), columns, layout, header: Header::of(margins) }
    }

    fn header(&mut self, records: &mut Records) -> Result<(), ReadError> {
        let first = records.rows.remove(0);
        records.cells.truncate(records.rows.len() * records.width);
        if let Some(reason) = first.fault {
            return Err(ReadError::Header { file: self.file.clone(), reason });
        }
        let line = &records.text[first.span.range()];
        if !self.header.names_next() {
            records.skipped.note(Margin::Header, first.line, line);
        }
        let names = String::from_utf8_lossy(line).split_whitespace().map(str::to_owned).collect();
        if let Some(names) = self.header.add(names) {
            self.layout = Some(Layout::by_name(&names, &self.columns, &self.file)?);
        }
        Ok(())
    }
}

impl Cells for Whitespace {
    fn fill(&mut self, records: &mut Records) -> Result<(), ReadError> {
        while self.layout.is_none() && !records.rows.is_empty() {
            self.header(records)?;
        }
        let Some(layout) = &self.layout else { return Ok(()) };
        records.presence = layout.presence().clone();
        let mut found = Vec::new();
        for row in 0..records.rows.len() {
            fields(&records.text, records.rows[row].span, &mut found);
            if found.len() != layout.fields() {
                records.rows[row].fault.get_or_insert(Reason::WrongFieldCount);
                continue;
            }
            for (span, target) in found.iter().zip(layout.targets()) {
                let Some(column) = target else { continue };
                records.cells[row * records.width + column] = *span;
            }
        }
        Ok(())
    }
}

/// The runs of bytes of a line that are not blank.
pub(super) fn fields(text: &[u8], line: Span, found: &mut Vec<Span>) {
    found.clear();
    let range = line.range();
    let mut start = None;
    for at in range.clone() {
        match (text[at].is_ascii_whitespace(), start) {
            (true, Some(from)) => {
                found.push(Span::new(from, at));
                start = None;
            }
            (false, None) => start = Some(at),
            _ => {}
        }
    }
    if let Some(from) = start {
        found.push(Span::new(from, range.end));
    }
}
