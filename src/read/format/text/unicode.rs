//! Bytes that should be UTF-8 and perhaps are not.

use std::borrow::Cow;

use memchr::memchr;

use super::records::Records;
use crate::value::{Faults, Reason};

/// The text of a batch. Rows with bytes that are not UTF-8, or that are 0, are at fault; in the
/// text, which then serves the others, the former become `?`.
pub(in crate::read) fn valid<'a>(records: &'a Records, faults: &mut Faults) -> Cow<'a, str> {
    note_nul_bytes(records, faults);
    if let Ok(text) = std::str::from_utf8(&records.text) {
        return Cow::Borrowed(text);
    }
    for (row, record) in records.rows.iter().enumerate() {
        if std::str::from_utf8(&records.text[record.span.range()]).is_err() {
            faults.note(row, None, Reason::BadUtf8);
        }
    }
    let mut bytes = records.text.clone();
    for wrong in invalid(&records.text) {
        bytes[wrong].fill(b'?');
    }
    Cow::Owned(String::from_utf8(bytes).unwrap_or_default())
}

/// Most batches have no such byte, which is quickly seen.
fn note_nul_bytes(records: &Records, faults: &mut Faults) {
    let Some(first) = memchr(0, &records.text) else { return };
    let from = records.rows.partition_point(|row| row.span.range().end <= first);
    for (row, record) in records.rows.iter().enumerate().skip(from) {
        if memchr(0, &records.text[record.span.range()]).is_some() {
            faults.note(row, None, Reason::NulByte);
        }
    }
}

fn invalid(bytes: &[u8]) -> Vec<std::ops::Range<usize>> {
    let mut at = 0;
    let mut found = Vec::new();
    for chunk in bytes.utf8_chunks() {
        at += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            found.push(at..at + chunk.invalid().len());
        }
        at += chunk.invalid().len();
    }
    found
}
