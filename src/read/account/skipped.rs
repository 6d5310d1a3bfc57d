//! Lines and rows that a source declares to be skipped: counted, with the first of each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::read::bytes::shown;

/// How many characters of a line are kept to show it.
const SHOWN: usize = 80;

/// Where such a line or row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Margin {
    /// Before the header.
    Before,
    /// In the header, below or above the names.
    Header,
    /// At the end of the file.
    Footer,
}

impl Margin {
    /// The setting that declares it.
    pub fn setting(self) -> &'static str {
        match self {
            Self::Before => "skip_rows",
            Self::Header => "header_rows",
            Self::Footer => "footer_rows",
        }
    }
}

/// What was left out of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::read) struct Skipped(BTreeMap<Margin, Lines>);

/// Some lines of one margin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::read) struct Lines {
    /// How many there are.
    pub(in crate::read) rows: u64,
    /// The physical line of the first.
    pub(in crate::read) line: i64,
    /// What it says.
    pub(in crate::read) text: String,
}

impl Skipped {
    /// Records a line or a row; those of one margin come in order.
    pub(in crate::read) fn note(&mut self, margin: Margin, line: i64, text: &[u8]) {
        let first = || Lines { rows: 0, line, text: shown(text).chars().take(SHOWN).collect() };
        self.0.entry(margin).or_insert_with(first).rows += 1;
    }

    /// By margin.
    pub(in crate::read) fn iter(&self) -> impl Iterator<Item = (Margin, &Lines)> {
        self.0.iter().map(|(margin, lines)| (*margin, lines))
    }
}
