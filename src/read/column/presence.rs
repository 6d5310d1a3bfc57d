//! Which declared columns the files of a source have.
//!
//! A column is there if a header or a schema names it, or if any record of a JSON file has it. A file
//! lacks a column if it has rows of which none has it; a file without rows lacks nothing.
//!
//! A path through records may end at something that is missing itself, so that the rest is
//! unknown. The record in which it leads farthest decides: if it ends at an object, the object has
//! other keys.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// How many unknown names are kept, to suggest the one that was meant.
const OTHERS: usize = 200;
/// How many files without a column are named.
const FILES: usize = 100;

/// How far an unresolved path leads. Of several, the greatest counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(in crate::read) struct Reach {
    /// How much of the path is there, in bytes.
    pub(in crate::read) length: usize,
    /// Whether it ends at something that has no such rest, and not at what is missing itself: NULL, or an
    /// element behind the end of a list.
    pub(in crate::read) astray: bool,
}

/// How far the ways to a column lead, by their place among its names.
type Ways = BTreeMap<usize, Reach>;

/// What one file, or a part of it, has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// How many columns are declared.
    width: usize,
    /// The declared columns that are there.
    there: BTreeSet<usize>,
    /// Names in the file that belong to no declared column.
    others: BTreeSet<String>,
    /// Of columns that were not there so far, how far the ways to them lead.
    ways: BTreeMap<usize, Ways>,
}

/// What the files of a source together have of one declared column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Absence {
    /// Whether some file has it.
    pub somewhere: bool,
    /// The files that lack it.
    lacking: Files,
    /// The files in which some way to it ends at what is missing itself.
    unclear: Files,
    /// Names in those files that belong to no declared column.
    pub others: BTreeSet<String>,
    /// How far the ways to it lead in those files.
    ways: Ways,
}

/// A number of files, and the first of them by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Files {
    count: u64,
    examples: Vec<String>,
}

impl Files {
    fn add(&mut self, file: &str) {
        self.count += 1;
        if self.examples.len() < FILES {
            self.examples.push(file.to_owned());
        }
    }
}

impl Absence {
    /// The files that do not have it: how many, and the first by name. If others have it, those
    /// whose records may have it do not count.
    pub fn without(&self) -> (u64, Vec<String>) {
        if self.somewhere {
            return (self.lacking.count, self.lacking.examples.clone());
        }
        let mut examples = [self.lacking.examples.as_slice(), &self.unclear.examples].concat();
        examples.sort();
        examples.truncate(FILES);
        (self.lacking.count + self.unclear.count, examples)
    }

    /// Whether rows were read, and no file has it.
    pub fn is_nowhere(&self) -> bool {
        !self.somewhere && self.without().0 > 0
    }

    /// Whether files may have it: some path to it ends at something that is missing itself.
    pub fn is_unclear(&self) -> bool {
        !self.somewhere && is_unclear(&self.ways)
    }
}

fn is_unclear(ways: &Ways) -> bool {
    ways.values().any(|reach| !reach.astray)
}

fn farthest(ways: &mut Ways, way: usize, reach: Reach) {
    let known = ways.entry(way).or_insert(reach);
    *known = reach.max(*known);
}

impl Presence {
    /// Nothing known yet of so many declared columns.
    pub(in crate::read) fn of(width: usize) -> Self {
        Self { width, ..Self::default() }
    }

    /// A column is there.
    pub(in crate::read) fn add(&mut self, column: usize) {
        self.there.insert(column);
    }

    /// Whether a column was there so far.
    pub(in crate::read) fn has(&self, column: usize) -> bool {
        self.there.contains(&column)
    }

    /// A name that may be a column's under another name.
    pub(in crate::read) fn add_other(&mut self, name: &str) {
        if self.others.len() < OTHERS && !self.others.contains(name) {
            self.others.insert(name.to_owned());
        }
    }

    /// A way to a column leads so far in a record.
    pub(in crate::read) fn reach(&mut self, column: usize, way: usize, reach: Reach) {
        farthest(self.ways.entry(column).or_default(), way, reach);
    }

    /// What another part of the same file has.
    pub(in crate::read) fn merge(&mut self, part: Self) {
        self.width = self.width.max(part.width);
        self.there.extend(part.there);
        part.others.iter().for_each(|name| self.add_other(name));
        for (column, ways) in part.ways {
            for (way, reach) in ways {
                self.reach(column, way, reach);
            }
        }
    }

    /// Adds this file, which has rows or not, to what is known of all files.
    pub(in crate::read) fn note(&self, file: &str, has_rows: bool, columns: &mut Vec<Absence>) {
        columns.resize(columns.len().max(self.width), Absence::default());
        for (column, absence) in columns.iter_mut().enumerate() {
            if self.has(column) {
                absence.somewhere = true;
                continue;
            }
            if !has_rows {
                continue;
            }
            let ways = self.ways.get(&column).cloned().unwrap_or_default();
            match is_unclear(&ways) {
                true => absence.unclear.add(file),
                false => absence.lacking.add(file),
            }
            for (way, reach) in ways {
                farthest(&mut absence.ways, way, reach);
            }
            absence.others.extend(self.others.iter().take(OTHERS).cloned());
        }
    }
}
