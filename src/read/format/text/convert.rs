//! Records become the columns that are declared.

use std::borrow::Cow;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::error::ArrowError;
use datafusion::common::DataFusionError;

use super::records::Records;
use super::unicode::valid;
use crate::plan::SourceField;
use crate::read::account::{Converted, Part, Scan, validate};
use crate::read::bytes::shown;
use crate::value::{Fault, Faults, Parser, Texts};

/// Records that are split, and how many of them were corrected.
pub(in crate::read::format) type Split = (Records, u64);

/// Records become columns; rows that cannot are rejected.
pub(in crate::read::format) fn convert(
    scan: &Scan,
    file: &str,
    (records, corrected): &Split,
) -> Result<Part, DataFusionError> {
    let mut faults = scan.declared().faults(records.rows.len());
    for (row, record) in records.rows.iter().enumerate() {
        if let Some(reason) = record.fault {
            faults.note(row, None, reason);
        }
    }
    for (cell, reason) in &records.refused {
        faults.note(cell / records.width, Some(cell % records.width), *reason);
    }
    let text = valid(records, &mut faults);
    let columns = columns(scan, records, &text, &mut faults)?;
    let lines = records.rows.iter().map(|row| row.line).collect();
    let converted = Converted { columns, lines, faults };
    let show = |row: usize, fault: Fault| {
        let raw = shown(&records.text[records.rows[row].span.range()]);
        match fault.column {
            None => (raw.clone(), raw),
            Some(column) => {
                let value = cell(records, &text, row, column);
                (Cow::Borrowed(value.unwrap_or_default()), raw)
            }
        }
    };
    let mut part = validate(scan, file, converted, show)?;
    part.counts.corrected = *corrected;
    part.counts.skip(file, &records.skipped);
    part.counts.presence.merge(records.presence.clone());
    Ok(part)
}

fn columns(
    scan: &Scan,
    records: &Records,
    text: &str,
    faults: &mut Faults,
) -> Result<Vec<Option<ArrayRef>>, ArrowError> {
    let declared = scan.declared();
    let fields = declared.source.columns.iter().zip(&declared.parsers).enumerate();
    fields
        .map(|(column, (field, parser)): (usize, (&SourceField, &Parser))| {
            let text = |row| cell(records, text, row, column);
            let (rows, required) = (records.rows.len(), field.required);
            let texts = Texts { column, rows, required, text };
            if let Some(values) = scan.folders.column(column, rows) {
                return values.map(Some);
            }
            if matches!(parser, Parser::Text) && !scan.needs(column) {
                texts.judge(faults);
                return Ok(None);
            }
            Ok(Some(texts.read(parser, faults)))
        })
        .collect()
}

/// The text of a cell, if it has one. Fields end at single bytes, hence never within a character.
fn cell<'a>(records: &Records, text: &'a str, row: usize, column: usize) -> Option<&'a str> {
    text.get(records.cells[row * records.width + column].range())
}
