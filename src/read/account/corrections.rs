//! Rows that somebody corrected after they were rejected.
//!
//! A correction takes the place of one record, known by file, line and what it said. While the file
//! says the same there, the record is read as corrected; it is never read as both.

use std::collections::BTreeMap;

use datafusion::common::DataFusionError;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::settle::{Scan, Settled};
use crate::read::ReadError;
use crate::read::column::Columns;
use crate::read::format::{Lines, Objects, Records, Row, Span, Splitter, members, shown};

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
    pub(in crate::read) fn of(&self, file: &str) -> BTreeMap<i64, Correction> {
        self.0.get(file).cloned().unwrap_or_default()
    }
}

impl Correction {
    /// The record of a typed file as it was corrected, if `now` is still the one that was rejected.
    ///
    /// A record shows the columns that a run had to read, which may differ from run to run: those
    /// that both show have to agree.
    pub(in crate::read) fn of_object(&self, now: &str) -> Option<String> {
        let [now, before, after] = [now, &self.original, &self.corrected].map(object);
        let mut both = now.iter().filter_map(|(key, value)| Some((before.get(key)?, value)));
        let (first, second) = both.next()?;
        let same = first == second && both.all(|(before, now)| before == now);
        same.then(|| {
            let members: BTreeMap<&str, &str> = now.into_iter().chain(after).collect();
            let members = members.iter().map(|(key, value)| format!("\"{key}\":{value}"));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        })
    }
}

/// The members of a JSON object as they are written; none of any other text.
fn object(text: &str) -> BTreeMap<&str, &str> {
    if serde_json::from_str::<IgnoredAny>(text).is_err() {
        return BTreeMap::new();
    }
    let mut found = Vec::new();
    members(text.as_bytes(), 0, &mut found);
    found
        .iter()
        .filter_map(|it| Some((text.get(it.key.clone())?, text.get(it.value.clone())?)))
        .collect()
}

impl Scan {
    /// Records of a typed file that were corrected: JSON objects, by line.
    pub(in crate::read) fn objects(
        &self,
        file: &str,
        corrected: &[(i64, String)],
    ) -> Result<Settled, DataFusionError> {
        let source = &self.reading.source;
        let splitter = Lines::new(Objects::new(file, Columns::lenient(source)), None);
        let mut records = Records::new(source.columns.len());
        for (row, (line, record)) in corrected.iter().enumerate() {
            let one = split(record, records.width, &splitter)?;
            records.bare(Row { span: Span::new(0, 0), line: *line, fault: None });
            records.replace(row, &one);
        }
        self.convert(file, &(records, corrected.len() as u64))
    }
}

/// Reads the records of a batch that were corrected as they were corrected, and counts them.
///
/// `splitter` splits one record of the same file.
pub(in crate::read) fn correct(
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
