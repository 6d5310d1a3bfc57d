//! JSON: one object a line, or one list of objects, perhaps within a document.
//!
//! Values are found by paths and a path that leads nowhere is NULL. Numbers keep their digits: they
//! are read as they are written and not through a float, except an exponent and trailing zeros.
//! Objects and lists are read as their text. Nothing here recurses, so that no depth of nesting can
//! exhaust the stack.

mod document;
mod list;
mod path;
mod walk;
mod whole;

use std::borrow::Cow;
use std::ops::Range;

pub(in crate::read) use self::list::List;

use serde::de::IgnoredAny;

use self::path::{DeadEnd, Path};
use self::walk::same;
pub(crate) use self::walk::{JsonMember, json_elements, json_members, json_value};
pub(crate) use self::whole::{JsonShape, json_mended, json_objects};
use super::lines::Cells;
use super::records::{Records, Span};
use crate::read::ReadError;
use crate::read::column::{Columns, Presence, digits};
use crate::value::Reason;

/// Finds the values of objects.
#[derive(Debug, Clone)]
pub(in crate::read) struct Objects {
    file: String,
    columns: Columns,
    /// The places in which a column may be, in the order in which they count.
    paths: Vec<(usize, Vec<Path>)>,
    members: Vec<JsonMember>,
    /// Which columns the records had so far.
    presence: Presence,
}

impl Objects {
    /// For a file with these declared columns.
    pub(in crate::read) fn new(file: &str, columns: Columns) -> Self {
        let paths = |column| columns.names(column).iter().map(|name| Path::new(name)).collect();
        let paths = columns.in_files().map(|column| (column, paths(column))).collect();
        let (file, members, presence) = (file.to_owned(), Vec::new(), Presence::default());
        Self { file, columns, paths, members, presence }
    }

    fn row(&mut self, records: &mut Records, row: usize) -> Result<(), Reason> {
        let mut range = records.rows[row].span.range();
        if let Err(reason) = object(&records.text[range.clone()]) {
            let text = &records.text[range];
            let plain = self.columns.nan_is_null().then(|| without_nan(text)).ok_or(reason)?;
            object(&plain)?;
            range = records.keep(&plain).range();
        }
        json_members(&records.text, range.start, &mut self.members);
        for (column, paths) in &self.paths {
            let value = first(paths, &records.text, &self.members)?;
            if value.is_some() {
                self.presence.add(*column);
            } else if !self.presence.has(*column) {
                let text = &records.text;
                look(paths, text, &self.members, *column, &self.columns, &mut self.presence);
            }
            let cell_at = row * records.width + column;
            if let Some(value) = value {
                let exact = self.columns.is_exact(*column);
                let number =
                    records.text[value.clone()].first().is_some_and(|first| is_number(*first));
                if exact && number && digits::is_inexact(shown(&records.text[value.clone()])) {
                    records.refused.push((cell_at, Reason::Inexact));
                    // It is shown as it stood there.
                    records.cells[cell_at] = Span::new(value.start, value.end);
                    continue;
                }
                records.cells[cell_at] = cell(records, value)?;
            }
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
        records.presence = self.presence.clone();
        Ok(())
    }
}

/// Records how far the paths to a column lead that no record had so far, and what is there instead.
fn look(
    paths: &[Path],
    text: &[u8],
    object: &[JsonMember],
    column: usize,
    columns: &Columns,
    presence: &mut Presence,
) {
    for (way, path) in paths.iter().enumerate() {
        let DeadEnd { reach, instead } = path.dead_end(text, object);
        presence.reach(column, way, reach);
        let others = instead.iter().filter(|key| !columns.knows(key));
        others.for_each(|key| presence.add_other(key));
    }
}

fn is_number(first: u8) -> bool {
    matches!(first, b'-' | b'0'..=b'9')
}

/// The text of a number, which is ASCII.
fn shown(number: &[u8]) -> &str {
    std::str::from_utf8(number).unwrap_or_default()
}

/// Whether a text is one JSON object and nothing else.
fn object(text: &[u8]) -> Result<(), Reason> {
    let text = std::str::from_utf8(text).map_err(|_| Reason::BadUtf8)?;
    serde_json::from_str::<IgnoredAny>(text).map_err(|_| Reason::BadJson)?;
    if text.trim_ascii_start().starts_with('{') { Ok(()) } else { Err(Reason::BadJson) }
}

/// The text with `null` for every `NaN` outside strings, which Python writes.
fn without_nan(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let (mut string, mut escaped, mut at) = (false, false, 0);
    while let Some(byte) = text.get(at) {
        if !string && text[at..].starts_with(b"NaN") {
            plain.extend_from_slice(b"null");
            at += 3;
            continue;
        }
        string ^= *byte == b'"' && !escaped;
        escaped = string && *byte == b'\\' && !escaped;
        plain.push(*byte);
        at += 1;
    }
    plain
}

fn first(
    paths: &[Path],
    text: &[u8],
    members: &[JsonMember],
) -> Result<Option<Range<usize>>, Reason> {
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
        Some(first) if is_number(*first) => Ok(match digits::plain(shown(text)) {
            Cow::Borrowed(number) => Span::new(value.start, value.start + number.len()),
            Cow::Owned(number) => records.keep(number.as_bytes()),
        }),
        _ => Ok(Span::new(value.start, value.end)),
    }
}
