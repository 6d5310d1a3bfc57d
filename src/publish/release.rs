//! What was published together: the record readers can pin.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::warehouse::{OWN, Staged};

/// The state of a warehouse after a run, and how the run got it there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Counts up from 1 without gaps.
    pub release: u64,
    /// The pipeline that published.
    pub pipeline: String,
    /// The run that published.
    pub run: String,
    /// The instant the run pretended to be at.
    pub as_of: String,
    /// Every table of the warehouse, with every file that belongs to it.
    pub tables: BTreeMap<String, TableRelease>,
    /// Files to move, from staging to where readers look.
    pub moves: Vec<Move>,
    /// Files to remove once the others are in place.
    pub stale: Vec<String>,
}

/// The files of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableRelease {
    /// Rows of all files.
    pub rows: u64,
    /// Bytes of all files.
    pub bytes: u64,
    /// The files, sorted by path.
    pub files: Vec<ReleasedFile>,
}

/// A published file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ReleasedFile {
    /// Its path below the warehouse.
    pub path: String,
    /// The values of its partition columns, outermost first; null is NULL.
    pub partition: Vec<Option<String>>,
    /// Its rows.
    pub rows: u64,
    /// Its size.
    pub bytes: u64,
    /// Its checksum.
    pub sha256: String,
}

/// A file on its way to its readers; both paths are below the warehouse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// Where it was staged.
    pub from: String,
    /// Where readers look.
    pub to: String,
    /// Its checksum, to know it by when it has moved already.
    pub sha256: String,
}

impl Release {
    /// Where the release is announced, below the warehouse.
    pub(super) fn path(&self) -> String {
        record(self.release)
    }
}

/// Where a release is announced, below the warehouse.
pub(super) fn record(number: u64) -> String {
    format!("{OWN}/releases/{number:09}.json")
}

/// The release that follows `previous` when `staged` is published; `None` if nothing differs.
///
/// A table that varies by period keeps the files of the periods that were not built.
pub(super) fn next(previous: &Release, staged: &Staged) -> Option<Release> {
    let mut release = Release {
        release: previous.release + 1,
        pipeline: staged.pipeline.clone(),
        run: staged.run.clone(),
        as_of: staged.as_of.clone(),
        tables: previous.tables.clone(),
        ..Release::default()
    };
    for (name, table) in &staged.tables {
        let before = previous.tables.get(name).map_or(&[][..], |table| &table.files);
        let fresh: Vec<ReleasedFile> =
            table.files.iter().map(|file| published(name, file)).collect();
        let paths: BTreeSet<&str> = fresh.iter().map(|file| file.path.as_str()).collect();
        let (replaced, kept): (Vec<_>, Vec<_>) =
            before.iter().partition(|file| table.replaces(below(name, &file.path)));
        let gone = replaced.iter().filter(|file| !paths.contains(file.path.as_str()));
        release.stale.extend(gone.map(|file| file.path.clone()));
        for file in fresh.iter().filter(|file| !before.contains(file)) {
            let from = format!("{}/{}", staged.folder(), file.path);
            let (to, sha256) = (file.path.clone(), file.sha256.clone());
            release.moves.push(Move { from, to, sha256 });
        }
        let files = kept.into_iter().cloned().chain(fresh).collect();
        release.tables.insert(name.clone(), TableRelease::of(files));
    }
    (release.tables != previous.tables).then_some(release)
}

impl TableRelease {
    fn of(mut files: Vec<ReleasedFile>) -> Self {
        files.sort();
        Self {
            rows: files.iter().map(|file| file.rows).sum(),
            bytes: files.iter().map(|file| file.bytes).sum(),
            files,
        }
    }
}

/// A file's path below its table's folder.
fn below<'a>(table: &str, path: &'a str) -> &'a str {
    path.strip_prefix(table).and_then(|path| path.strip_prefix('/')).unwrap_or(path)
}

fn published(table: &str, file: &super::StagedFile) -> ReleasedFile {
    ReleasedFile {
        path: format!("{table}/{}", file.path),
        partition: file.partition.clone(),
        rows: file.rows,
        bytes: file.bytes,
        sha256: file.sha256.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::next;
    use crate::publish::{Release, Staged, StagedFile, StagedTable};

    fn staged(period: &str, sha256: &str) -> Staged {
        let file = StagedFile {
            path: format!("period={period}/part-00000.parquet"),
            partition: vec![Some(period.into())],
            rows: 1,
            bytes: 9,
            sha256: sha256.into(),
        };
        let table =
            StagedTable { files: vec![file], slices: Some(vec![format!("period={period}")]) };
        Staged {
            run: "r".into(),
            pipeline: "p".into(),
            as_of: "2026-11-01".into(),
            tables: [("t".to_owned(), table)].into(),
        }
    }

    #[test]
    fn the_same_files_make_no_release() {
        let first = next(&Release::default(), &staged("2026-10-01", "a")).unwrap();
        assert_eq!(next(&first, &staged("2026-10-01", "a")), None);
    }

    #[test]
    fn periods_that_were_not_built_stay() {
        let first = next(&Release::default(), &staged("2026-09-01", "a")).unwrap();
        let second = next(&first, &staged("2026-10-01", "b")).unwrap();
        let paths: Vec<&str> =
            second.tables["t"].files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(
            paths,
            ["t/period=2026-09-01/part-00000.parquet", "t/period=2026-10-01/part-00000.parquet"]
        );
        assert_eq!((second.moves.len(), second.stale.len()), (1, 0));
    }

    #[test]
    fn a_partition_without_rows_goes_away() {
        let first = next(&Release::default(), &staged("2026-10-01", "a")).unwrap();
        let mut empty = staged("2026-10-01", "a");
        empty.tables.get_mut("t").unwrap().files.clear();
        let second = next(&first, &empty).unwrap();
        assert_eq!(second.stale, ["t/period=2026-10-01/part-00000.parquet"]);
        assert!(second.tables["t"].files.is_empty());
    }
}
