//! One JSON object a line.
//!
//! Keys are found by name and a key that is not there is NULL. Numbers keep their digits: they are
//! taken as they are written and not through a float. Objects and lists are taken as their text.

use serde::de::IgnoredAny;

use super::lines::Cells;
use super::records::{Records, Span};
use super::{ReadError, Reason};

/// Finds the values of lines.
#[derive(Debug, Clone)]
pub(super) struct Ndjson {
    columns: Vec<String>,
}

impl Ndjson {
    /// For a file with these declared columns.
    pub(super) fn new(columns: Vec<String>) -> Self {
        Self { columns }
    }

    fn row(&self, records: &mut Records, row: usize) -> Result<(), Reason> {
        let range = records.rows[row].span.range();
        let members = members(&records.text[range.clone()])?;
        for (key, value) in members {
            let Some(column) = self.columns.iter().position(|column| *column == key) else {
                continue;
            };
            let value = range.start + value.start..range.start + value.end;
            let cell = cell(records, value)?;
            records.cells[row * records.width + column] = cell;
        }
        Ok(())
    }
}

impl Cells for Ndjson {
    fn fill(&mut self, records: &mut Records) -> Result<(), ReadError> {
        for row in 0..records.rows.len() {
            if records.rows[row].fault.is_some() {
                continue;
            }
            records.rows[row].fault = self.row(records, row).err();
        }
        Ok(())
    }
}

/// The keys of an object and where their values stand.
fn members(line: &[u8]) -> Result<Vec<(String, std::ops::Range<usize>)>, Reason> {
    let text = std::str::from_utf8(line).map_err(|_| Reason::BadUtf8)?;
    serde_json::from_str::<IgnoredAny>(text).map_err(|_| Reason::BadJson)?;
    if !text.trim_start().starts_with('{') {
        return Err(Reason::BadJson);
    }
    // The line is well-formed from here on, so that strings and depth are all there is to watch.
    let mut walk = Walk { bytes: line, at: 0 };
    walk.blanks();
    walk.at += 1;
    let mut found = Vec::new();
    loop {
        walk.blanks();
        match walk.bytes.get(walk.at) {
            Some(b',') => walk.at += 1,
            Some(b'"') => {
                let key = serde_json::from_str(&text[walk.value()]).map_err(|_| Reason::BadJson)?;
                walk.blanks();
                walk.at += 1;
                walk.blanks();
                found.push((key, walk.value()));
            }
            _ => return Ok(found),
        }
    }
}

fn cell(records: &mut Records, value: std::ops::Range<usize>) -> Result<Span, Reason> {
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

/// A way through well-formed JSON.
struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Walk<'_> {
    fn blanks(&mut self) {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    /// Moves over one value and says where it stands.
    fn value(&mut self) -> std::ops::Range<usize> {
        let start = self.at;
        let mut depth = 0_u32;
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'"' => self.string(),
                b'{' | b'[' => depth += 1,
                b'}' | b']' | b',' | b':' if depth == 0 => break,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
        }
        start..start + self.bytes[start..self.at].trim_ascii_end().len()
    }

    /// From the opening quote to the closing one.
    fn string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'"' => return,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
    }
}
