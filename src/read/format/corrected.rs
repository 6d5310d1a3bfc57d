//! Corrected records replace those that were rejected.
//!
//! A corrected record of text is split again, at its place. A row of a typed file is
//! corrected when it would be rejected: its record is a JSON object, and is read as one.

use std::collections::BTreeMap;

use datafusion::common::DataFusionError;
use serde::de::IgnoredAny;

use super::text::{Lines, Objects, Records, Row, Span, Splitter, convert, json_members};
use crate::read::ReadError;
use crate::read::account::{Converted, Correction, Part, Scan, Shown, validate_others};
use crate::read::bytes::shown;
use crate::read::column::Columns;
use crate::value::Fault;

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

/// Validates rows of a typed format, whose records are corrected when they would be rejected.
pub(super) fn validate_typed<'a>(
    scan: &Scan,
    file: &str,
    converted: Converted,
    show: impl Fn(usize, Fault) -> Shown<'a>,
) -> Result<Part, DataFusionError> {
    let corrections = scan.reading.corrections.of(file);
    let mut corrected = Vec::new();
    let mut part = validate_others(scan, file, converted, show, |line, raw| {
        let record = corrections.get(&line).and_then(|correction| mended(correction, raw));
        corrected.extend(record.map(|record| (line, record)));
        corrected.last().is_some_and(|(last, _)| *last == line)
    })?;
    if !corrected.is_empty() {
        part.add(objects(scan, file, &corrected)?)?;
    }
    Ok(part)
}

/// Records of a typed file that were corrected: JSON objects, by line.
fn objects(scan: &Scan, file: &str, corrected: &[(i64, String)]) -> Result<Part, DataFusionError> {
    let source = scan.source();
    let splitter = Lines::new(Objects::new(file, Columns::lenient(source)), None);
    let mut records = Records::new(source.columns.len());
    for (row, (line, record)) in corrected.iter().enumerate() {
        let one = split(record, records.width, &splitter)?;
        records.bare(Row { span: Span::new(0, 0), line: *line, fault: None });
        records.replace(row, &one);
    }
    convert(scan, file, &(records, corrected.len() as u64))
}

/// The record of a typed file as it was corrected, if `now` is still the one that was rejected.
///
/// A record shows the columns that a run had to read, which may differ from run to run: those
/// that both show must be equal.
fn mended(correction: &Correction, now: &str) -> Option<String> {
    let [now, before, after] = [now, &correction.original, &correction.corrected].map(object);
    let mut both = now.iter().filter_map(|(key, value)| Some((before.get(key)?, value)));
    let (first, second) = both.next()?;
    let same = first == second && both.all(|(before, now)| before == now);
    same.then(|| {
        let members: BTreeMap<&str, &str> = now.into_iter().chain(after).collect();
        let members = members.iter().map(|(key, value)| format!("\"{key}\":{value}"));
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    })
}

/// The members of a JSON object as they are written; none of any other text.
fn object(text: &str) -> BTreeMap<&str, &str> {
    if serde_json::from_str::<IgnoredAny>(text).is_err() {
        return BTreeMap::new();
    }
    let mut found = Vec::new();
    json_members(text.as_bytes(), 0, &mut found);
    found
        .iter()
        .filter_map(|it| Some((text.get(it.key.clone())?, text.get(it.value.clone())?)))
        .collect()
}
