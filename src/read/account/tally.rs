//! The counts of reading one source: rows read, used and rejected, and why.
//!
//! Counts are kept by file, as files are reported, so that a file that was read twice is counted once.
//! Rows read are always accepted + rejected; every rejected one is kept, for the quarantine. Cells that
//! became NULL and skipped lines are counted separately.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::pairs;
use super::quarantine::{Quarantined, RejectedLines};
use super::reports::FileReport;
use super::skipped::{Margin, Skipped};
use super::spool::Page;
use super::times::Times;
use crate::read::column::{Absence, Presence};
use crate::value::Reason;

/// How many rows are kept as examples of one reason in one column.
const EXAMPLES: usize = 5;
/// How many characters of a rejected text are kept in an example.
const SHOWN: usize = 80;

/// What was rejected: the column, unless it was the whole record, and the reason.
type Why = (Option<String>, Reason);

/// One row that was not accepted, as it is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::read) struct Reject<'a> {
    /// The source.
    pub(in crate::read) source: &'a str,
    /// The file.
    pub(in crate::read) file: &'a str,
    /// The physical line on which the record starts, from 1; a row number in Parquet.
    pub(in crate::read) line: i64,
    /// The column, unless the whole record is at fault.
    pub(in crate::read) column: Option<&'a str>,
    /// Why.
    pub(in crate::read) reason: Reason,
    /// The offending text: that of the column, or of the record.
    pub(in crate::read) text: &'a str,
    /// The whole record. Bytes that are not UTF-8 are replaced.
    pub(in crate::read) raw: &'a str,
}

/// The counts of one file, or of a part of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::read) struct FileTally {
    /// Bytes as stored.
    pub(in crate::read) bytes: u64,
    /// Rows that kept the contract.
    pub(in crate::read) accepted: u64,
    /// Rows among them that happened at or after as-of.
    pub(in crate::read) after_as_of: u64,
    /// When the rows happened.
    pub(in crate::read) times: Times,
    /// Rows that were read as corrected.
    pub(in crate::read) corrected: u64,
    /// Which declared columns are there.
    pub(in crate::read) presence: Presence,
    #[serde(with = "pairs")]
    rejects: BTreeMap<Why, Counted>,
    #[serde(with = "pairs")]
    nullified: BTreeMap<(String, Reason), Counted>,
    skipped: BTreeMap<Margin, Counted>,
}

/// How often something was found, with the first examples.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// The number of rows.
    pub rows: u64,
    /// The rows with the smallest file and line.
    pub examples: Vec<Example>,
}

/// A row to show.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Example {
    /// The file.
    pub file: String,
    /// The physical line, from 1.
    pub line: i64,
    /// The offending text, cut to 80 characters.
    pub text: String,
}

impl FileTally {
    /// Nothing read yet of a file with so many bytes.
    pub(in crate::read) fn of(bytes: u64) -> Self {
        Self { bytes, ..Self::default() }
    }

    /// Records an invalid cell of an accepted row that is NULL.
    pub(super) fn nullify(&mut self, column: &str, reason: Reason, example: impl Fn() -> Example) {
        self.nullified.entry((column.to_owned(), reason)).or_default().note(example);
    }

    /// Records lines that are skipped as declared.
    pub(in crate::read) fn skip(&mut self, file: &str, skipped: &Skipped) {
        for (margin, lines) in skipped.iter() {
            let examples = vec![Example::of(file, lines.line, &lines.text)];
            self.skipped.entry(margin).or_default().add(&Counted { rows: lines.rows, examples });
        }
    }

    /// Adds the counts of the part that follows.
    pub(in crate::read) fn add(&mut self, part: Self) {
        self.bytes += part.bytes;
        self.accepted += part.accepted;
        self.after_as_of += part.after_as_of;
        self.corrected += part.corrected;
        self.times.add(&part.times);
        self.presence.merge(part.presence);
        add_all(&mut self.rejects, &part.rejects);
        add_all(&mut self.nullified, &part.nullified);
        add_all(&mut self.skipped, &part.skipped);
        // Only the first of a file: a batch may end anywhere.
        self.skipped.values_mut().for_each(|lines| lines.examples.truncate(1));
    }

    /// Whether there are rows that have columns: invalid records have none.
    fn has_rows(&self) -> bool {
        self.accepted > 0 || self.rejects.keys().any(|(column, _)| column.is_some())
    }

    /// Rows not accepted for any reason.
    fn rejected(&self) -> u64 {
        self.rejects.values().map(|rejected| rejected.rows).sum()
    }
}

impl Reject<'_> {
    /// Counts and keeps the row. Every reject goes through here.
    pub(in crate::read) fn note(&self, counts: &mut FileTally, kept: &mut RejectedLines) {
        let why = (self.column.map(str::to_owned), self.reason);
        let example = || Example::of(self.file, self.line, self.text);
        counts.rejects.entry(why).or_default().note(example);
        kept.push(&self.kept());
    }

    fn kept(&self) -> Quarantined {
        Quarantined {
            file: self.file.to_owned(),
            line: self.line,
            column: self.column.map(str::to_owned),
            reason: self.reason.code().to_owned(),
            value: self.column.map(|_| self.text.to_owned()),
            raw: self.raw.to_owned(),
        }
    }
}

/// The counts of the files of one source, and the pages of its rejected rows.
#[derive(Debug, Default)]
pub(super) struct Tally {
    files: BTreeMap<String, FileReport>,
    /// Rows that were rejected after their files were read.
    superseded: Vec<Page>,
}

impl Tally {
    /// Adds a file. A second report of the same file replaces the first.
    pub(super) fn add(&mut self, report: FileReport) {
        self.files.insert(report.file.clone(), report);
    }

    /// Rejects a row of a file that was read to its end, and was accepted then. Such rows come in any
    /// order, which their examples do not show.
    pub(super) fn reject_accepted(&mut self, reject: &Reject, kept: &mut RejectedLines) {
        let mut one = FileTally::default();
        reject.note(&mut one, kept);
        let report = self.files.entry(reject.file.to_owned()).or_default();
        report.counts.accepted = report.counts.accepted.saturating_sub(1);
        report.counts.add(one);
    }

    /// The pages of the rows that were rejected like this.
    pub(super) fn superseded(&mut self, pages: Vec<Page>) {
        self.superseded.extend(pages);
    }

    /// The pages of rejected rows, by file and line, except those that were accepted first.
    pub(super) fn rejected(&self) -> Vec<Page> {
        let files = self.files.values().flat_map(|report| &report.rejected);
        files.chain(&self.superseded).cloned().collect()
    }

    /// All files together.
    pub(super) fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        for (file, FileReport { counts, .. }) in &self.files {
            summary.add(counts);
            counts.presence.note(file, counts.has_rows(), &mut summary.columns);
        }
        summary
    }
}

/// The counts of a source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files read to their end.
    pub files: u64,
    /// Their bytes as stored.
    pub bytes: u64,
    /// Rows read: accepted and rejected ones.
    pub rows: u64,
    /// Rows that kept the contract.
    pub accepted: u64,
    /// Rows among them that happened at or after as-of.
    pub after_as_of: u64,
    /// Rows that were read as corrected.
    pub corrected: u64,
    /// Rows not accepted.
    pub rejected: u64,
    /// When the rows happened.
    pub times: Times,
    /// By declared column, which files lack it.
    pub columns: Vec<Absence>,
    /// The rejected rows by column (none: the whole record) and reason.
    pub rejects: BTreeMap<(Option<String>, Reason), Counted>,
    /// The cells of accepted rows that were replaced by NULL, by column and reason.
    pub nullified: BTreeMap<(String, Reason), Counted>,
    /// The lines and rows that are skipped as declared.
    pub skipped: BTreeMap<Margin, Counted>,
}

impl Summary {
    fn add(&mut self, file: &FileTally) {
        self.files += 1;
        self.bytes += file.bytes;
        self.accepted += file.accepted;
        self.after_as_of += file.after_as_of;
        self.corrected += file.corrected;
        self.rejected += file.rejected();
        self.rows = self.accepted + self.rejected;
        self.times.add(&file.times);
        add_all(&mut self.rejects, &file.rejects);
        add_all(&mut self.nullified, &file.nullified);
        add_all(&mut self.skipped, &file.skipped);
    }
}

fn add_all<K: Ord + Clone>(all: &mut BTreeMap<K, Counted>, more: &BTreeMap<K, Counted>) {
    for (key, counted) in more {
        all.entry(key.clone()).or_default().add(counted);
    }
}

impl Example {
    pub(in crate::read) fn of(file: &str, line: i64, text: &str) -> Self {
        Self { file: file.to_owned(), line, text: text.chars().take(SHOWN).collect() }
    }
}

impl Counted {
    fn note(&mut self, example: impl Fn() -> Example) {
        self.rows += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(example());
        }
    }

    fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.examples.extend(other.examples.iter().cloned());
        // Of one line, the first that were found: a batch may end anywhere.
        self.examples.sort_by(|one, other| (&one.file, one.line).cmp(&(&other.file, other.line)));
        self.examples.truncate(EXAMPLES);
    }
}

#[cfg(test)]
mod tests {
    use super::{FileReport, FileTally, Reject, RejectedLines, Tally};
    use crate::value::Reason;

    fn reject(file: &'static str, line: i64, text: &'static str) -> Reject<'static> {
        let reason = Reason::BadNumber;
        Reject { source: "orders", file, line, column: Some("price"), reason, text, raw: text }
    }

    fn file(name: &'static str, lines: std::ops::Range<i64>) -> FileReport {
        let mut counts = FileTally { bytes: 10, accepted: 2, after_as_of: 1, ..Default::default() };
        let mut kept = RejectedLines::default();
        lines.for_each(|line| reject(name, line, "x").note(&mut counts, &mut kept));
        FileReport { file: name.to_owned(), counts, rejected: Vec::new() }
    }

    #[test]
    fn a_file_that_is_read_twice_is_counted_once() {
        let mut tally = Tally::default();
        tally.add(file("a", 1..9));
        tally.add(file("a", 1..4));
        let summary = tally.summary();
        assert_eq!((summary.files, summary.bytes, summary.rows), (1, 10, 5));
    }

    #[test]
    fn rows_read_are_the_sum_of_what_became_of_them() {
        let mut tally = Tally::default();
        tally.add(file("a", 1..4));
        tally.add(file("b", 1..2));
        let summary = tally.summary();
        assert_eq!((summary.accepted, summary.after_as_of, summary.rejected), (4, 2, 4));
        assert_eq!(summary.rows, 8);
    }

    #[test]
    fn examples_are_the_first_in_file_and_line_whatever_came_first() {
        let mut tally = Tally::default();
        tally.add(file("b", 1..4));
        tally.add(file("a", 7..10));
        let summary = tally.summary();
        let examples = summary.rejects.values().next().unwrap().examples.iter();
        let places: Vec<_> =
            examples.map(|example| (example.file.as_str(), example.line)).collect();
        assert_eq!(places, [("a", 7), ("a", 8), ("a", 9), ("b", 1), ("b", 2)]);
    }

    #[test]
    fn a_long_text_is_cut_at_a_character() {
        let mut report = file("a", 0..0);
        let long = Reject { text: &"é".repeat(100), ..reject("a", 1, "") };
        long.note(&mut report.counts, &mut RejectedLines::default());
        let mut tally = Tally::default();
        tally.add(report);
        let summary = tally.summary();
        assert_eq!(summary.rejects.values().next().unwrap().examples[0].text, "é".repeat(80));
    }
}
