//! All rejected rows, in the format of the quarantine.

use object_store::PutPayload;
use serde::{Deserialize, Serialize};

use crate::read::ReadError;

/// One rejected row, in the format of the quarantine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::read) struct Quarantined {
    /// The file.
    pub(in crate::read) file: String,
    /// The physical line on which the record starts, from 1; a row number in typed formats.
    pub(in crate::read) line: i64,
    /// The column at fault, unless the whole record is.
    pub(in crate::read) column: Option<String>,
    /// The reason's stable code.
    pub(in crate::read) reason: String,
    /// The text of the column at fault.
    pub(in crate::read) value: Option<String>,
    /// The whole record.
    pub(in crate::read) raw: String,
}

/// Rejected rows in order, each as a line of JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::read) struct RejectedLines(Vec<u8>);

impl RejectedLines {
    /// Adds a row. Writing to memory and text that is UTF-8 cannot fail.
    pub(in crate::read) fn push(&mut self, row: &Quarantined) {
        if serde_json::to_writer(&mut self.0, row).is_ok() {
            self.0.push(b'\n');
        }
    }

    /// Adds rows that follow.
    pub(in crate::read) fn append(&mut self, mut more: Self) {
        self.0.append(&mut more.0);
    }

    /// How much there is.
    pub(in crate::read) fn bytes(&self) -> usize {
        self.0.len()
    }

    /// The rows that such lines are.
    pub(in crate::read) fn rows(lines: &[u8]) -> Result<Vec<Quarantined>, ReadError> {
        let rows = serde_json::Deserializer::from_slice(lines).into_iter();
        rows.collect::<Result<_, _>>()
            .map_err(|error: serde_json::Error| ReadError::scratch(&error))
    }
}

impl From<RejectedLines> for PutPayload {
    fn from(lines: RejectedLines) -> Self {
        lines.0.into()
    }
}
