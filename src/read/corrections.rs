//! Rows that somebody corrected after they were rejected.
//!
//! A correction takes the place of one record, known by file, line and what it said. While the file
//! says the same there, the record is read as corrected; it is never read as both.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ReadError;
use super::records::{Records, Row};
use super::text::Splitter;
use super::unicode::shown;

/// The corrected records of one source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Corrections(BTreeMap<String, BTreeMap<i64, Correction>>);

/// One corrected record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The record as it was rejected.
    pub original: String,
    /// The record as it should have been.
    pub corrected: String,
}

impl Corrections {
    /// Notes a correction; a later one of the same record counts.
    pub fn insert(&mut self, file: &str, line: i64, correction: Correction) {
        self.0.entry(file.to_owned()).or_default().insert(line, correction);
    }

    /// The corrections of one file, by line.
    pub(super) fn of(&self, file: &str) -> BTreeMap<i64, Correction> {
        self.0.get(file).cloned().unwrap_or_default()
    }
}

/// Reads the records of a batch that were corrected as they were corrected, and counts them.
///
/// `splitter` splits one record of the same file.
pub(super) fn correct(
    records: &mut Records,
    corrections: &BTreeMap<i64, Correction>,
    splitter: &dyn Splitter,
) -> Result<u64, ReadError> {
    let mut corrected = 0;
    for row in 0..records.rows.len() {
        let Row { span, line, .. } = records.rows[row];
        let Some(correction) = corrections.get(&line) else { continue };
        if shown(&records.text[span.range()]) == correction.original {
            let one = split(&correction.corrected, records.width, splitter)?;
            records.replace(row, &one);
            corrected += 1;
        }
    }
    Ok(corrected)
}

fn split(text: &str, width: usize, splitter: &dyn Splitter) -> Result<Records, ReadError> {
    let mut splitter = splitter.again();
    let mut records = Records::new(width);
    records.text.extend_from_slice(text.as_bytes());
    splitter.split(&mut records, usize::MAX)?;
    splitter.finish(&mut records)
}
