//! The release that follows another, computed from what a run has staged: a pure function of records.

use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;

use super::damage::Damaged;
use super::instant::instant;
use super::kind::Change;
use super::records::SCHEMA_VERSION;
use super::{PublishError, Release, ReleasedFile, Staged, StagedTable, TableRelease};
use crate::store::PathError;

/// The release that follows `previous` when `staged` is published; `None` if nothing differs.
///
/// A table that varies by period keeps the files of the periods that were not built. Damaged
/// files that were built again are replaced.
///
/// # Errors
/// A name cannot be part of a path.
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

impl Release {
    /// Replaces files of a table by what a run staged of it.
    fn put(
        &mut self,
        name: &str,
        table: &StagedTable,
        staged: &Staged,
        damaged: &[Damaged],
    ) -> Result<(), PathError> {
        let before = self.tables.remove(name).unwrap_or_default();
        let stage = staged.folder();
        let change = Change { name, before: &before, built: table, stage, damaged };
        let files = table.kind.replace(self, &change)?;
        let built = TableRelease {
            kind: table.kind,
            pipeline: (!table.shared).then(|| staged.pipeline.clone()),
            shape: table.shape.clone(),
            in_files: table.in_files,
            unknown: before.unknown.clone(),
            ..TableRelease::of(files).built(&before, table, instant(&staged.as_of, Tz::UTC))
        };
        self.tables.insert(name.to_owned(), built);
        Ok(())
    }

    /// Removes a table with its files.
    fn drop_table(&mut self, name: &str) -> Result<(), PathError> {
        let TableRelease { kind, files, .. } = self.tables.remove(name).unwrap_or_default();
        kind.retire(self, files)
    }

    /// Makes the tables of one pipeline those of another.
    fn hand_over(&mut self, from: &str, to: &str) {
        let of = |table: &&mut TableRelease| table.pipeline.as_deref() == Some(from);
        for table in self.tables.values_mut().filter(of) {
            table.pipeline = Some(to.to_owned());
        }
    }
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

    /// Records the as-of of what was built beside that of what stayed.
    fn built(mut self, before: &Self, table: &StagedTable, as_of: Option<DateTime<Utc>>) -> Self {
        let stays = |slice: &&String| !table.replaces(&format!("{slice}/"));
        let stay = before.slices.keys().filter(stays);
        self.slices = stay.map(|slice| (slice.clone(), before.slices[slice])).collect();
        let built = table.slices.iter().flatten();
        self.slices.extend(built.filter_map(|slice| Some((slice.clone(), as_of?))));
        self.as_of = self.slices.values().max().copied().or(as_of);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::{Release, TableRelease};
    use crate::publish::{Kind, Staged, StagedFile, StagedTable};

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
            ..StagedTable::of(Kind::Files)
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
