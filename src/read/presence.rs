//! Which declared columns the files of a source have.
//!
//! A column is there if a header or a schema names it, or if any record of a JSON file has it. A file
//! lacks a column if it has rows of which none could have it; a file without rows lacks nothing.

use std::collections::BTreeSet;

/// How many names that no column has are kept, to look for the one that was meant.
const OTHERS: usize = 200;
/// How many files without a column are named.
const FILES: usize = 100;

/// What one file, or a part of it, has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Presence {
    /// How many columns are declared.
    width: usize,
    /// The declared columns that are there.
    there: BTreeSet<usize>,
    /// Names in the file that are no declared column's.
    others: BTreeSet<String>,
}

/// What the files of a source together have of one declared column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Absence {
    /// Whether some file has it.
    pub somewhere: bool,
    /// How many files lack it.
    pub files: u64,
    /// The first of them, by name.
    pub examples: Vec<String>,
    /// Names in those files that are no declared column's.
    pub others: BTreeSet<String>,
}

impl Presence {
    /// Nothing known yet of so many declared columns.
    pub(super) fn of(width: usize) -> Self {
        Self { width, ..Self::default() }
    }

    /// A column is there.
    pub(super) fn add(&mut self, column: usize) {
        self.there.insert(column);
    }

    /// Whether a column was there so far.
    pub(super) fn has(&self, column: usize) -> bool {
        self.there.contains(&column)
    }

    /// A name that may be a column's under another name.
    pub(super) fn add_other(&mut self, name: &str) {
        if self.others.len() < OTHERS && !self.others.contains(name) {
            self.others.insert(name.to_owned());
        }
    }

    /// What another part of the same file has.
    pub(super) fn merge(&mut self, part: Self) {
        self.width = self.width.max(part.width);
        self.there.extend(part.there);
        part.others.iter().for_each(|name| self.add_other(name));
    }

    /// Adds this file, which has rows or not, to what is known of all files.
    pub(super) fn note(&self, file: &str, has_rows: bool, columns: &mut Vec<Absence>) {
        columns.resize(columns.len().max(self.width), Absence::default());
        for (column, absence) in columns.iter_mut().enumerate() {
            if self.has(column) {
                absence.somewhere = true;
            } else if has_rows {
                absence.files += 1;
                if absence.examples.len() < FILES {
                    absence.examples.push(file.to_owned());
                }
                absence.others.extend(self.others.iter().take(OTHERS).cloned());
            }
        }
    }
}
