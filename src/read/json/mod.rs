//! JSON: one object a line, or one list of objects, perhaps within a document.
//!
//! Values are found by paths and a path that leads nowhere is NULL. Numbers keep their digits: they
//! are taken as they are written and not through a float. Objects and lists are taken as their
//! text. Nothing here recurses, so that no depth of nesting can exhaust the stack.

mod document;
mod list;
mod path;
pub(super) mod walk;

use std::ops::Range;

pub(super) use self::list::List;

use serde::de::IgnoredAny;

use self::path::Path;
use self::walk::{Member, members, same};
use super::columns::Columns;
use super::lines::Cells;
use super::records::{Records, Span};
use super::{ReadError, Reason};

/// Finds the values of objects.
#[derive(Debug, Clone)]
pub(super) struct Objects {
    file: String,
    columns: Columns,
    /// The places in which a column may be, in the order in which they count.
    paths: Vec<(usize, Vec<Path>)>,
    members: Vec<Member>,
}

impl Objects {
    /// For a file with these declared columns.
    pub(super) fn new(file: &str, columns: Columns) -> Self {
        let paths = |column| columns.names(column).iter().map(|name| Path::new(name)).collect();
        let paths = columns.in_files().map(|column| (column, paths(column))).collect();
        Self { file: file.to_owned(), columns, paths, members: Vec::new() }
    }

    fn row(&mut self, records: &mut Records, row: usize) -> Result<(), Reason> {
        let range = records.rows[row].span.range();
        object(&records.text[range.clone()])?;
        members(&records.text, range.start, &mut self.members);
        for (column, paths) in &self.paths {
            let value = first(paths, &records.text, &self.members)?;
            let cell = value.map_or(Ok(Span::NULL), |value| cell(records, value))?;
            records.cells[row * records.width + column] = cell;
        }
        Ok(())
    }

    /// Refuses a key that starts no path of a column.
    fn others(&self, text: &[u8]) -> Result<(), ReadError> {
        let starts = |key: &Range<usize>| {
            let mut paths = self.paths.iter().flat_map(|(_, paths)| paths);
            paths.any(|path| path.starts().any(|start| same(&text[key.clone()], start)))
        };
        match self.members.iter().find(|member| !starts(&member.key)) {
            None => Ok(()),
            Some(other) => {
                let key = String::from_utf8_lossy(&text[other.key.clone()]);
                Err(self.columns.unknown(&key, &self.file))
            }
        }
    }
}

impl Cells for Objects {
    fn fill(&mut self, records: &mut Records) -> Result<(), ReadError> {
        for row in 0..records.rows.len() {
            if records.rows[row].fault.is_some() {
                continue;
            }
            match self.row(records, row) {
                Err(reason) => records.rows[row].fault = Some(reason),
                Ok(()) if self.columns.refuses_others() => self.others(&records.text)?,
                Ok(()) => {}
            }
        }
        Ok(())
    }
}

/// Whether a text is one JSON object and nothing else.
fn object(text: &[u8]) -> Result<(), Reason> {
    let text = std::str::from_utf8(text).map_err(|_| Reason::BadUtf8)?;
    serde_json::from_str::<IgnoredAny>(text).map_err(|_| Reason::BadJson)?;
    if text.trim_ascii_start().starts_with('{') { Ok(()) } else { Err(Reason::BadJson) }
}

fn first(paths: &[Path], text: &[u8], members: &[Member]) -> Result<Option<Range<usize>>, Reason> {
    for path in paths {
        if let Some(value) = path.find(text, members)? {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

fn cell(records: &mut Records, value: Range<usize>) -> Result<Span, Reason> {
    let text = &records.text[value.clone()];
    match text.first() {
        Some(b'n') => Ok(Span::NULL),
        Some(b'"') if text.contains(&b'\\') => {
            let plain: String = serde_json::from_slice(text).map_err(|_| Reason::BadJson)?;
            Ok(records.keep(plain.as_bytes()))
        }
        Some(b'"') => Ok(Span::new(value.start + 1, value.end - 1)),
        _ => Ok(Span::new(value.start, value.end)),
    }
}
