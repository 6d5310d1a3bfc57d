//! What was published together: the record readers can pin.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::damage::Damaged;
use super::instant::instant;
use super::record::{FIRST_VERSION, Record, SCHEMA_VERSION, Unknown};
use super::warehouse::{OWN, Staged, StagedTable};
use super::{PublishError, Shape};
use crate::store::{PathError, RelativePath};

/// The state of a warehouse after a run, and how the run got it there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// The version of this shape; records from before it was noted are of the first.
    #[serde(default = "first_version", skip_serializing)]
    pub schema_version: u32,
    /// Counts up from 1 without gaps.
    pub release: u64,
    /// The pipeline that published.
    pub pipeline: String,
    /// The run that published.
    pub run: String,
    /// The newest as-of of its tables, in UTC. The run's own may be older, where it built a part.
    pub as_of: String,
    /// The zone whose days and periods the run means.
    #[serde(default)]
    pub time_zone: String,
    /// Every table of the warehouse, with every file that belongs to it.
    pub tables: BTreeMap<String, TableRelease>,
    /// Files to move, from staging to where readers look.
    pub moves: Vec<Move>,
    /// Files to remove once the others are in place.
    pub stale: Vec<RelativePath>,
    /// Where files were that have been removed. No file gets such a name again, for a run that was
    /// held up may still be about to remove it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub retired: BTreeSet<RelativePath>,
    /// What other versions of this program note besides.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// The files of a table, whose they are and what they know.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableRelease {
    /// The pipeline that publishes it; none of a table that every pipeline has its part of, and of
    /// one that was published before owners were noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<String>,
    /// The as-of it was built at; where folders are built one by one, the newest of theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<DateTime<Utc>>,
    /// The as-of of each folder that is built by itself, such as `period=2026-10-01`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub slices: BTreeMap<String, DateTime<Utc>>,
    /// What its folders have in common; none of a table that is built whole, and of one that was
    /// published before it was noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<Shape>,
    /// Rows of all files.
    pub rows: u64,
    /// Bytes of all files.
    pub bytes: u64,
    /// The files, sorted by path.
    pub files: Vec<ReleasedFile>,
    /// What other versions of this program note besides.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// A published file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleasedFile {
    /// Its path below the warehouse.
    pub path: RelativePath,
    /// The values of its partition columns, outermost first; null is NULL.
    pub partition: Vec<Option<String>>,
    /// Its rows.
    pub rows: u64,
    /// Its size.
    pub bytes: u64,
    /// Its checksum.
    pub sha256: String,
    /// What other versions of this program note besides.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// A file on its way to its readers; both paths are below the warehouse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// Where it was staged.
    pub from: RelativePath,
    /// Where readers look.
    pub to: RelativePath,
    /// Its checksum, to know it by when it has moved already.
    pub sha256: String,
}

impl Record for Release {
    fn total(&self) -> u128 {
        let of = |rows: u64, bytes: u64| u128::from(rows) + u128::from(bytes);
        let tables = self.tables.values().map(|table| of(table.rows, table.bytes));
        let files = self.tables.values().flat_map(|table| &table.files);
        tables.chain(files.map(|file| of(file.rows, file.bytes))).sum()
    }
}

impl Release {
    /// Where the release is announced, below the warehouse.
    pub(super) fn path(&self) -> String {
        record(self.release)
    }

    /// The release with what records of earlier versions leave out. Each of their tables counts as
    /// built at the release's as-of, which they note on the pipeline's clock; nobody owns it yet.
    #[must_use]
    pub fn completed(mut self, zone: Tz) -> Self {
        let as_of = instant(&self.as_of, zone);
        for (name, table) in &mut self.tables {
            if let (None, Some(as_of)) = (table.as_of, as_of) {
                let folders =
                    table.files.iter().filter_map(|file| below(name, &file.path).split_once('/'));
                table.slices = folders.map(|(folder, _)| (folder.to_owned(), as_of)).collect();
                table.as_of = Some(as_of);
            }
        }
        self
    }

    /// The tables of a pipeline whose as-of is older than the newest of its tables, with theirs.
    pub fn behind(&self, pipeline: &str) -> BTreeMap<String, DateTime<Utc>> {
        let own =
            self.tables.iter().filter(|(_, table)| table.pipeline.as_deref() == Some(pipeline));
        behind(own.filter_map(|(name, table)| Some((name.clone(), table.as_of?))).collect())
    }

    /// The tables whose as-of is older than the newest of their pipeline's.
    pub(super) fn all_behind(&self) -> BTreeMap<String, DateTime<Utc>> {
        let owners: BTreeSet<&str> =
            self.tables.values().filter_map(|table| table.pipeline.as_deref()).collect();
        owners.into_iter().flat_map(|owner| self.behind(owner)).collect()
    }

    /// Puts what a run staged of a table in the place of what it replaces. What is there and not
    /// damaged stays as it lies there.
    fn put(
        &mut self,
        name: &str,
        table: &StagedTable,
        staged: &Staged,
        damaged: &[Damaged],
    ) -> Result<(), PathError> {
        let before = self.tables.remove(name).unwrap_or_default();
        let (replaced, kept): (Vec<_>, Vec<_>) =
            before.files.iter().cloned().partition(|file| table.replaces(below(name, &file.path)));
        let mut gone: BTreeMap<RelativePath, ReleasedFile> = BTreeMap::new();
        for file in replaced {
            gone.insert(first_name(&file.path)?, file);
        }
        let mut files = kept;
        for built in &table.files {
            let named = RelativePath::new(format!("{name}/{}", built.path))?;
            let from = RelativePath::new(format!("{}/{named}", staged.folder()))?;
            let there = gone.remove(&named);
            let path = match &there {
                Some(there) => there.path.clone(),
                None => self.unused(named)?,
            };
            let file = published(built, path, there.as_ref());
            if there.as_ref() != Some(&file) || damaged.iter().any(|it| it.path == file.path) {
                let (to, sha256) = (file.path.clone(), file.sha256.clone());
                self.moves.push(Move { from, to, sha256 });
            }
            files.push(file);
        }
        self.retire(gone.into_values())?;
        let built = TableRelease {
            pipeline: (!table.shared).then(|| staged.pipeline.clone()),
            shape: table.shape.clone(),
            unknown: before.unknown.clone(),
            ..TableRelease::of(files).built(&before, table, instant(&staged.as_of, Tz::UTC))
        };
        self.tables.insert(name.to_owned(), built);
        Ok(())
    }

    /// Takes a table out; its files go.
    fn drop_table(&mut self, name: &str) -> Result<(), PathError> {
        let files = self.tables.remove(name).unwrap_or_default().files;
        self.retire(files)
    }

    /// Lets files go, and their names with them.
    fn retire(&mut self, files: impl IntoIterator<Item = ReleasedFile>) -> Result<(), PathError> {
        for file in files {
            self.retired.insert(first_name(&file.path)?);
            self.stale.push(file.path);
        }
        Ok(())
    }

    /// The name of a file that is new where it lies: its own, or, if some file had that and went, one
    /// that is of this release alone.
    fn unused(&self, path: RelativePath) -> Result<RelativePath, PathError> {
        if !self.retired.contains(&path) {
            return Ok(path);
        }
        let (stem, kind) = path.rsplit_once('.').unwrap_or((&path, ""));
        RelativePath::new(format!("{stem}-{:09}.{kind}", self.release))
    }

    /// Whether the record speaks of tables alone, and moves only what its run has staged. That its
    /// paths lie below the warehouse is certain since it was read.
    pub(super) fn checked(self) -> Result<Self, String> {
        if self.release == u64::MAX {
            return Err("no release can follow it".into());
        }
        let stage = stage(&self.run).map_err(|error| error.to_string())?;
        for (name, table) in &self.tables {
            RelativePath::name(name).map_err(|error| error.to_string())?;
            let foreign = |file: &&ReleasedFile| file.path.below(name).is_none();
            if let Some(file) = table.files.iter().find(foreign) {
                return Err(format!("`{}` is no file of the table `{name}`", file.path));
            }
        }
        let files = self.tables.values().flat_map(|table| &table.files).map(|file| &file.path);
        let targets = self.moves.iter().map(|step| &step.to);
        if let Some(path) = files.chain(targets).chain(&self.stale).find(|path| is_own(path)) {
            return Err(format!("`{path}` is no file of a table"));
        }
        match self.moves.iter().find(|step| step.from.below(&stage).is_none()) {
            Some(step) => Err(format!("`{}` was not staged by its run", step.from)),
            None => Ok(self),
        }
    }

    /// Makes the tables of one pipeline those of another.
    fn hand_over(&mut self, from: &str, to: &str) {
        let of = |table: &&mut TableRelease| table.pipeline.as_deref() == Some(from);
        for table in self.tables.values_mut().filter(of) {
            table.pipeline = Some(to.to_owned());
        }
    }
}

/// Those of some tables whose as-of is older than the newest of them.
pub(super) fn behind(as_of: BTreeMap<String, DateTime<Utc>>) -> BTreeMap<String, DateTime<Utc>> {
    let newest = as_of.values().max().copied();
    as_of.into_iter().filter(|(_, as_of)| Some(*as_of) < newest).collect()
}

/// The folder of what a run has staged, below the warehouse.
pub(super) fn stage(run: &str) -> Result<String, PathError> {
    Ok(format!("{OWN}/stage/{}", RelativePath::name(run)?))
}

/// Whether a path lies in the folder that is for runs alone.
fn is_own(path: &RelativePath) -> bool {
    path.split('/').next() == Some(OWN)
}

fn first_version() -> u32 {
    FIRST_VERSION
}

/// The name that a file had when its place was first taken, without the release that gave it another.
fn first_name(path: &RelativePath) -> Result<RelativePath, PathError> {
    let numbered = path.rsplit_once('.').and_then(|(stem, kind)| {
        let (first, number) = stem.rsplit_once('-')?;
        let is_release = number.len() >= 9 && number.bytes().all(|it| it.is_ascii_digit());
        is_release.then(|| format!("{first}.{kind}"))
    });
    numbered.map_or_else(|| Ok(path.clone()), RelativePath::new)
}

/// Where a release is announced, below the warehouse.
pub(super) fn record(number: u64) -> String {
    format!("{OWN}/releases/{number:09}.json")
}

/// The release that follows `previous` when `staged` is published; `None` if nothing differs.
///
/// A table that varies by period keeps the files of the periods that were not built. Of what is
/// damaged, what was built again is put in its place.
///
/// # Errors
/// A name is no part of a path.
pub(super) fn next(
    previous: &Release,
    staged: &Staged,
    damaged: &[Damaged],
) -> Result<Option<Release>, PublishError> {
    let mut release = Release {
        schema_version: SCHEMA_VERSION,
        release: previous.release + 1,
        pipeline: staged.pipeline.clone(),
        run: staged.run.clone(),
        as_of: staged.as_of.clone(),
        time_zone: staged.time_zone.clone(),
        tables: previous.tables.clone(),
        retired: previous.retired.clone(),
        unknown: previous.unknown.clone(),
        ..Release::default()
    };
    if let Some(from) = &staged.taken_over {
        release.hand_over(from, &staged.pipeline);
    }
    for name in &staged.dropped {
        release.drop_table(name)?;
    }
    for (name, table) in &staged.tables {
        release.put(name, table, staged, damaged)?;
    }
    if let Some(newest) = release.tables.values().filter_map(|table| table.as_of).max() {
        release.as_of = newest.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    }
    let differs = release.tables != previous.tables || !release.moves.is_empty();
    Ok((differs || damaged.iter().any(Damaged::is_pointer)).then_some(release))
}

impl TableRelease {
    fn of(mut files: Vec<ReleasedFile>) -> Self {
        files.sort_by(|one, other| one.path.cmp(&other.path));
        Self {
            rows: files.iter().map(|file| file.rows).sum(),
            bytes: files.iter().map(|file| file.bytes).sum(),
            files,
            ..Self::default()
        }
    }

    /// Notes the as-of of what was built beside that of what stayed.
    fn built(mut self, before: &Self, table: &StagedTable, as_of: Option<DateTime<Utc>>) -> Self {
        let stays = |slice: &&String| !table.replaces(&format!("{slice}/"));
        let stay = before.slices.keys().filter(stays);
        self.slices = stay.map(|slice| (slice.clone(), before.slices[slice])).collect();
        let built = table.slices.iter().flatten();
        self.slices.extend(built.filter_map(|slice| Some((slice.clone(), as_of?))));
        self.as_of = self.slices.values().max().copied().or(as_of);
        self
    }

    /// The as-of of what a run would replace: of a folder that is built by itself, or of all.
    pub(super) fn as_of(&self, slice: Option<&str>) -> Option<DateTime<Utc>> {
        match slice {
            Some(slice) if !self.slices.is_empty() => self.slices.get(slice).copied(),
            _ => self.as_of,
        }
    }
}

/// A file's path below its table's folder.
fn below<'a>(table: &str, path: &'a str) -> &'a str {
    path.strip_prefix(table).and_then(|path| path.strip_prefix('/')).unwrap_or(path)
}

fn published(
    file: &super::StagedFile,
    path: RelativePath,
    there: Option<&ReleasedFile>,
) -> ReleasedFile {
    ReleasedFile {
        path,
        partition: file.partition.clone(),
        rows: file.rows,
        bytes: file.bytes,
        sha256: file.sha256.clone(),
        unknown: there.map(|there| there.unknown.clone()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Release, TableRelease};
    use crate::publish::{Staged, StagedFile, StagedTable};

    fn file(period: &str, sha256: &str) -> StagedFile {
        StagedFile {
            path: format!("period={period}/part-00000.parquet").parse().unwrap(),
            partition: vec![Some(period.into())],
            rows: 1,
            bytes: 9,
            sha256: sha256.into(),
        }
    }

    fn staged(period: &str, sha256: &str) -> Staged {
        let table = StagedTable {
            files: vec![file(period, sha256)],
            slices: Some(vec![format!("period={period}")]),
            ..StagedTable::default()
        };
        Staged {
            run: "r".into(),
            pipeline: "p".into(),
            as_of: "2026-11-01T00:00:00Z".into(),
            tables: [("t".to_owned(), table)].into(),
            ..Staged::default()
        }
    }

    fn next(before: &Release, staged: &Staged) -> Option<Release> {
        super::next(before, staged, &[]).unwrap()
    }

    fn as_of(table: &TableRelease) -> Vec<(&str, String)> {
        let slices = table.slices.iter();
        slices.map(|(slice, as_of)| (slice.as_str(), as_of.date_naive().to_string())).collect()
    }

    #[test]
    fn the_same_files_make_no_release() {
        let first = next(&Release::default(), &staged("2026-10-01", "a")).unwrap();
        assert_eq!(next(&first, &staged("2026-10-01", "a")), None);
    }

    #[test]
    fn the_same_files_at_a_later_as_of_are_known_to_be_of_then() {
        let first = next(&Release::default(), &staged("2026-10-01", "a")).unwrap();
        let later = Staged { as_of: "2026-11-02T00:00:00Z".into(), ..staged("2026-10-01", "a") };
        let second = next(&first, &later).unwrap();
        assert!(second.moves.is_empty() && second.stale.is_empty());
        assert_eq!(as_of(&second.tables["t"]), [("period=2026-10-01", "2026-11-02".to_owned())]);
    }

    #[test]
    fn periods_that_were_not_built_stay_with_their_as_of() {
        let first = next(&Release::default(), &staged("2026-09-01", "a")).unwrap();
        let later = Staged { as_of: "2026-12-01T00:00:00Z".into(), ..staged("2026-10-01", "b") };
        let second = next(&first, &later).unwrap();
        let table = &second.tables["t"];
        let paths: Vec<&str> = table.files.iter().map(|file| &*file.path).collect();
        assert_eq!(
            paths,
            ["t/period=2026-09-01/part-00000.parquet", "t/period=2026-10-01/part-00000.parquet"]
        );
        assert_eq!((second.moves.len(), second.stale.len()), (1, 0));
        let expected = [("period=2026-09-01", "2026-11-01"), ("period=2026-10-01", "2026-12-01")];
        assert_eq!(as_of(table), expected.map(|(slice, as_of)| (slice, as_of.to_owned())));
        assert_eq!(table.as_of, table.slices.values().max().copied());
        assert_eq!(table.pipeline.as_deref(), Some("p"));
    }

    /// Folders of text had percent signs for every letter that is not ASCII.
    #[test]
    fn a_folder_that_is_called_otherwise_now_replaces_the_one_before() {
        let of = |folder: &str| {
            let mut staged = staged("2026-10-01", "a");
            let table = staged.tables.get_mut("t").unwrap();
            let path = format!("period=2026-10-01/city={folder}/part-00000.parquet");
            table.files[0].path = path.parse().unwrap();
            staged
        };
        let first = next(&Release::default(), &of("Z%C3%BCrich")).unwrap();
        let second = next(&first, &of("Zürich")).unwrap();
        let at = |city| format!("t/period=2026-10-01/city={city}/part-00000.parquet");
        assert_eq!(second.stale, [at("Z%C3%BCrich").as_str()]);
        assert_eq!((second.moves.len(), &*second.moves[0].to), (1, at("Zürich").as_str()));
        assert_eq!(second.tables["t"].files.len(), 1);
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

    #[test]
    fn a_slice_that_nothing_is_built_for_goes_with_its_as_of() {
        let first = next(&Release::default(), &staged("2026-09-01", "a")).unwrap();
        let mut second = staged("2026-10-01", "b");
        second.tables.get_mut("t").unwrap().gone = vec!["period=2026-09-01".into()];
        let second = next(&first, &second).unwrap();
        assert_eq!(second.stale, ["t/period=2026-09-01/part-00000.parquet"]);
        assert_eq!(as_of(&second.tables["t"]), [("period=2026-10-01", "2026-11-01".to_owned())]);
    }

    #[test]
    fn a_dropped_table_goes_with_its_files() {
        let first = next(&Release::default(), &staged("2026-09-01", "a")).unwrap();
        let drop = Staged { dropped: vec!["t".into()], tables: [].into(), ..staged("x", "x") };
        let second = next(&first, &drop).unwrap();
        assert_eq!(second.stale, ["t/period=2026-09-01/part-00000.parquet"]);
        assert!(second.tables.is_empty());
    }

    #[test]
    fn tables_of_a_renamed_pipeline_get_its_new_name() {
        let first = next(&Release::default(), &staged("2026-09-01", "a")).unwrap();
        let renamed = Staged {
            pipeline: "q".into(),
            taken_over: Some("p".into()),
            tables: [].into(),
            ..staged("x", "x")
        };
        let second = next(&first, &renamed).unwrap();
        assert_eq!(second.tables["t"].pipeline.as_deref(), Some("q"));
    }

    #[test]
    fn a_record_without_owners_and_as_of_is_completed_from_its_own() {
        let old = r#"{
            "release": 3, "pipeline": "p", "run": "r", "as_of": "2026-11-01T00:00:00",
            "moves": [], "stale": [],
            "tables": {
                "t": {"rows": 1, "bytes": 9, "files": [{
                    "path": "t/period=2026-10-01/part-00000.parquet", "partition": ["2026-10-01"],
                    "rows": 1, "bytes": 9, "sha256": "a"
                }]},
                "u": {"rows": 0, "bytes": 0, "files": []}
            }
        }"#;
        let old: Release = serde_json::from_str(old).unwrap();
        let completed = old.completed(chrono_tz::America::Sao_Paulo);
        let moment = "2026-11-01T03:00:00Z".parse().unwrap();
        assert_eq!(completed.tables["u"].as_of, Some(moment));
        assert_eq!(completed.tables["t"].slices, [("period=2026-10-01".to_owned(), moment)].into());
        assert_eq!(completed.tables["t"].pipeline, None);
        // The first run that builds it is its owner from then on, if nothing else differs too.
        let mut again = staged("2026-10-01", "a");
        again.as_of = "2026-11-01T03:00:00Z".into();
        let second = next(&completed, &again).unwrap();
        assert_eq!(second.tables["t"].pipeline.as_deref(), Some("p"));
        assert!(second.moves.is_empty() && second.stale.is_empty());
    }
}
