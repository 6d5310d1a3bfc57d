//! What a run's reading of one source came to: rows read, used and rejected, and why.
//!
//! Counts are kept by file and noted when a file was read to its end, so that a table that two
//! queries scan is counted once. Rows read are always accepted + rejected; every rejected one is
//! kept, for the quarantine. Cells that became NULL and lines that are no rows are counted beside.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::quarantine::{Page, Pages, Quarantined, Spool};
use super::skipped::{Margin, Skipped};
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
pub struct Reject<'a> {
    /// The source.
    pub source: &'a str,
    /// The file.
    pub file: &'a str,
    /// The physical line on which the record starts, from 1; a row number in Parquet.
    pub line: i64,
    /// The column, unless the whole record is at fault.
    pub column: Option<&'a str>,
    /// Why.
    pub reason: Reason,
    /// The offending text: that of the column, or of the record.
    pub text: &'a str,
    /// The whole record. Bytes that are not UTF-8 are replaced.
    pub raw: &'a str,
}

/// The counts of one file, or of a part of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileTally {
    /// Bytes as stored.
    pub bytes: u64,
    /// Rows that kept the contract.
    pub accepted: u64,
    /// Rows among them that happened at or after as-of.
    pub after_as_of: u64,
    /// When the rows happened.
    pub times: Times,
    /// Rows that were read as somebody corrected them.
    pub corrected: u64,
    /// Which declared columns are there.
    pub presence: Presence,
    rejects: BTreeMap<Why, Counted>,
    nullified: BTreeMap<(String, Reason), Counted>,
    skipped: BTreeMap<Margin, Counted>,
    quarantined: Pages,
}

/// How often something was found, with the first examples.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counted {
    /// The number of rows.
    pub rows: u64,
    /// The rows with the smallest file and line.
    pub examples: Vec<Example>,
}

/// A row to show.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
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
    pub fn of(bytes: u64) -> Self {
        Self { bytes, ..Self::default() }
    }

    /// Notes a rejected row. Every reject passes here, and only here.
    pub fn reject(&mut self, reject: &Reject) {
        let why = (reject.column.map(str::to_owned), reject.reason);
        let example = || Example::of(reject.file, reject.line, reject.text);
        self.rejects.entry(why).or_default().note(example);
        self.quarantined.push(&reject.kept());
    }

    /// Notes a cell of an accepted row that is NULL because it could not be a value.
    pub(super) fn nullify(&mut self, column: &str, reason: Reason, example: impl Fn() -> Example) {
        self.nullified.entry((column.to_owned(), reason)).or_default().note(example);
    }

    /// Notes lines that are declared to be no rows.
    pub(in crate::read) fn skip(&mut self, file: &str, skipped: &Skipped) {
        for (margin, lines) in skipped.iter() {
            let examples = vec![Example::of(file, lines.line, &lines.text)];
            self.skipped.entry(margin).or_default().add(&Counted { rows: lines.rows, examples });
        }
    }

    /// Adds the counts of the part that follows.
    pub fn add(&mut self, part: Self) {
        self.bytes += part.bytes;
        self.accepted += part.accepted;
        self.after_as_of += part.after_as_of;
        self.corrected += part.corrected;
        self.times.add(&part.times);
        self.presence.merge(part.presence);
        add_all(&mut self.rejects, &part.rejects);
        add_all(&mut self.nullified, &part.nullified);
        add_all(&mut self.skipped, &part.skipped);
        // The first of a file alone: a batch may end anywhere.
        self.skipped.values_mut().for_each(|lines| lines.examples.truncate(1));
        self.quarantined.append(part.quarantined);
    }

    /// Whether there are rows that have columns at all: those that are no records have none.
    fn has_rows(&self) -> bool {
        self.accepted > 0 || self.rejects.keys().any(|(column, _)| column.is_some())
    }

    /// Rows not accepted for any reason.
    pub fn rejected(&self) -> u64 {
        self.rejects.values().map(|rejected| rejected.rows).sum()
    }
}

impl Reject<'_> {
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

/// The counts of one source in one run, and its rejected rows, filled while its table is scanned.
#[derive(Debug, Default)]
pub struct Tally {
    files: Mutex<BTreeMap<String, FileTally>>,
    spool: Spool,
}

impl Tally {
    /// Adds what a part of a file came to. Its rejected rows do not stay in memory.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn add(&self, counts: &mut FileTally, part: FileTally) -> std::io::Result<()> {
        counts.add(part);
        counts.quarantined.store(&self.spool, false)
    }

    /// Notes that `file` was read to its end. A second reading replaces the first.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn finish(&self, file: &str, mut counts: FileTally) -> std::io::Result<()> {
        counts.quarantined.store(&self.spool, true)?;
        self.lock().insert(file.to_owned(), counts);
        Ok(())
    }

    /// Rejects rows of files that were read to their end, and were accepted then.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn reject_accepted<'a>(
        &self,
        rejects: impl Iterator<Item = Reject<'a>>,
    ) -> std::io::Result<()> {
        let mut files = self.lock();
        for reject in rejects {
            let counts = files.entry(reject.file.to_owned()).or_default();
            counts.accepted = counts.accepted.saturating_sub(1);
            counts.reject(&reject);
        }
        files.values_mut().try_for_each(|counts| counts.quarantined.store(&self.spool, true))
    }

    /// The rejected rows by file and line, a piece at a time.
    pub fn quarantined(
        self: &Arc<Self>,
    ) -> impl Iterator<Item = std::io::Result<Vec<Quarantined>>> + use<> {
        let pages: Vec<Page> =
            self.lock().values().flat_map(|counts| counts.quarantined.stored()).collect();
        let tally = Arc::clone(self);
        pages.into_iter().map(move |page| tally.spool.rows(page))
    }

    /// All files together.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        for (file, counts) in self.lock().iter() {
            summary.add(counts);
            counts.presence.note(file, counts.has_rows(), &mut summary.columns);
        }
        summary
    }

    /// A panic elsewhere leaves whole entries behind, so that the lock is never to be feared.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, FileTally>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
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
    /// Rows that were read as somebody corrected them.
    pub corrected: u64,
    /// Rows not accepted.
    pub rejected: u64,
    /// When the rows happened.
    pub times: Times,
    /// By declared column, which files lack it.
    pub columns: Vec<Absence>,
    /// The rejected rows by column (none: the whole record) and reason.
    pub rejects: BTreeMap<(Option<String>, Reason), Counted>,
    /// The cells of accepted rows that are NULL instead of what they said, by column and reason.
    pub nullified: BTreeMap<(String, Reason), Counted>,
    /// The lines and rows that are declared to be none of the table.
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
    use super::{FileTally, Reject, Tally};
    use crate::value::Reason;
    use std::sync::Arc;

    fn reject(file: &'static str, line: i64, text: &'static str) -> Reject<'static> {
        let reason = Reason::BadNumber;
        Reject { source: "orders", file, line, column: Some("price"), reason, text, raw: text }
    }

    fn file(name: &'static str, lines: std::ops::Range<i64>) -> FileTally {
        let mut counts = FileTally { bytes: 10, accepted: 2, after_as_of: 1, ..Default::default() };
        lines.for_each(|line| counts.reject(&reject(name, line, "x")));
        counts
    }

    #[test]
    fn a_file_that_is_read_twice_is_counted_once() {
        let tally = Arc::new(Tally::default());
        tally.finish("a", file("a", 1..4)).unwrap();
        tally.finish("a", file("a", 1..4)).unwrap();
        let summary = tally.summary();
        assert_eq!((summary.files, summary.bytes, summary.rows), (1, 10, 5));
        assert_eq!(tally.quarantined().flat_map(Result::unwrap).count(), 3);
    }

    #[test]
    fn rows_read_are_the_sum_of_what_became_of_them() {
        let tally = Arc::new(Tally::default());
        tally.finish("a", file("a", 1..4)).unwrap();
        tally.finish("b", file("b", 1..2)).unwrap();
        let summary = tally.summary();
        assert_eq!((summary.accepted, summary.after_as_of, summary.rejected), (4, 2, 4));
        assert_eq!(summary.rows, 8);
    }

    #[test]
    fn examples_are_the_first_in_file_and_line_whatever_came_first() {
        let tally = Arc::new(Tally::default());
        tally.finish("b", file("b", 1..4)).unwrap();
        tally.finish("a", file("a", 7..10)).unwrap();
        let summary = tally.summary();
        let examples = summary.rejects.values().next().unwrap().examples.iter();
        let places: Vec<_> =
            examples.map(|example| (example.file.as_str(), example.line)).collect();
        assert_eq!(places, [("a", 7), ("a", 8), ("a", 9), ("b", 1), ("b", 2)]);
    }

    #[test]
    fn a_long_text_is_cut_at_a_character() {
        let mut counts = FileTally::default();
        counts.reject(&Reject { text: &"é".repeat(100), ..reject("a", 1, "") });
        let tally = Arc::new(Tally::default());
        tally.finish("a", counts).unwrap();
        let summary = tally.summary();
        assert_eq!(summary.rejects.values().next().unwrap().examples[0].text, "é".repeat(80));
    }
}
