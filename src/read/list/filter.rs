//! Which files of a listing are a source's, and which ones it skips.

use std::collections::BTreeSet;

use super::pattern::Pattern;
use crate::plan::Exclude;

/// How many names are kept as examples.
const EXAMPLES: usize = 3;

/// What a file of a listing is to a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::read) enum Verdict {
    /// One of its files.
    Meant,
    /// Named like one, but with a name reserved by other programs.
    Hidden,
    /// Named like one, but excluded.
    Excluded,
    /// Named like one, but written by the pipeline itself.
    Own,
    /// Something else.
    Other,
}

/// Files that match a location and were not read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PassedOver {
    /// Those whose names, or folders' names, are reserved by other programs.
    pub hidden: Names,
    /// Those that the source excludes.
    pub excluded: Names,
    /// Those in the warehouse of the pipeline.
    pub own: Names,
}

/// A number of files, and the first of their names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// How many there are.
    pub count: u64,
    /// The first ones, by name.
    pub examples: BTreeSet<String>,
}

/// Judges the files of one listing.
pub(in crate::read) struct Filter<'a> {
    pub(in crate::read) pattern: &'a Pattern,
    exclude: &'a Exclude,
    /// The folders that are the warehouse, by their paths below the folder of the listing.
    own: Vec<String>,
    /// The skipped files so far.
    pub(in crate::read) passed: PassedOver,
}

impl<'a> Filter<'a> {
    /// For the files of a pattern, except excluded ones.
    pub(in crate::read) fn new(pattern: &'a Pattern, exclude: &'a Exclude) -> Self {
        Self { pattern, exclude, own: Vec::new(), passed: PassedOver::default() }
    }

    /// Notes that a folder is the warehouse: a run never reads what runs have written.
    pub(super) fn owns(&mut self, folder: &str) {
        self.own.push(format!("{folder}/"));
    }

    /// What a file is, by its path below the folder of the listing.
    pub(super) fn verdict(&self, path: &str) -> Verdict {
        if !self.pattern.fits(path) {
            Verdict::Other
        } else if self.own.iter().any(|folder| path.starts_with(folder)) {
            Verdict::Own
        } else if !self.pattern.means(path) {
            Verdict::Hidden
        } else if self.exclude.leaves_out(path) {
            Verdict::Excluded
        } else {
            Verdict::Meant
        }
    }

    /// The same for an existing file, which is counted if it is skipped.
    pub(in crate::read) fn judge(&mut self, path: &str) -> Verdict {
        let verdict = self.verdict(path);
        match verdict {
            Verdict::Hidden => self.passed.hidden.add(path),
            Verdict::Excluded => self.passed.excluded.add(path),
            Verdict::Own => self.passed.own.add(path),
            Verdict::Meant | Verdict::Other => {}
        }
        verdict
    }
}

impl Names {
    /// Counts one more file.
    pub(in crate::read) fn add(&mut self, path: &str) {
        self.count += 1;
        self.examples.insert(path.to_owned());
        if self.examples.len() > EXAMPLES {
            self.examples.pop_last();
        }
    }
}

impl std::fmt::Display for Names {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        let names: Vec<String> = self.examples.iter().map(|name| format!("`{name}`")).collect();
        formatter.write_str(&names.join(", "))?;
        match self.count - names.len() as u64 {
            0 => Ok(()),
            more => write!(formatter, " and {more} more"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Filter, Verdict};
    use crate::plan::Exclude;
    use crate::read::list::pattern::Pattern;

    #[test]
    fn what_is_passed_over_is_counted_and_named() {
        let pattern = Pattern::new("**/*.csv").unwrap();
        let exclude = Exclude::new(&["*_test.csv", "old/**"].map(str::to_owned)).unwrap();
        let mut filter = Filter::new(&pattern, &exclude);
        filter.owns("x/warehouse");
        for (path, verdict) in [
            ("x/warehouse/a.csv", Verdict::Own),
            ("x/warehouse/_b/a.csv", Verdict::Own),
            ("x/warehouse.csv", Verdict::Meant),
            ("x/warehouses/a.csv", Verdict::Meant),
            ("a.csv", Verdict::Meant),
            ("x/~$a.csv", Verdict::Hidden),
            ("_b.csv", Verdict::Hidden),
            ("x/.tmp/b.csv", Verdict::Hidden),
            ("x/.c.csv", Verdict::Hidden),
            ("x/a_test.csv", Verdict::Excluded),
            ("old/a.csv", Verdict::Excluded),
            ("_notes.txt", Verdict::Other),
        ] {
            assert_eq!(filter.judge(path), verdict, "{path}");
        }
        assert_eq!(
            filter.passed.hidden.to_string(),
            "`_b.csv`, `x/.c.csv`, `x/.tmp/b.csv` and 1 more"
        );
        assert_eq!(filter.passed.excluded.to_string(), "`old/a.csv`, `x/a_test.csv`");
        assert_eq!(filter.passed.own.count, 2);
    }
}
