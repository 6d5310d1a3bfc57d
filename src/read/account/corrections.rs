//! Corrections of rejected rows.
//!
//! A correction replaces one record, identified by file, line and contents. As long as the file has
//! the same contents there, the record is read as corrected; it is never read twice.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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
    /// Adds a correction; a later one of the same record takes precedence.
    pub fn insert(&mut self, file: &str, line: i64, correction: Correction) {
        self.0.entry(file.to_owned()).or_default().insert(line, correction);
    }

    /// The corrections of one file, by line.
    pub(in crate::read) fn of(&self, file: &str) -> BTreeMap<i64, Correction> {
        self.0.get(file).cloned().unwrap_or_default()
    }
}
