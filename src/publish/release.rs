//! The release record, which readers can pin: every table of a warehouse with its files.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::instant::instant;
use super::log::{NO_NUMBER, announced};
use super::records::{FIRST_VERSION, Record, Unknown};
use super::staging::stage;
use super::{Kind, PublishError, Shape};
use crate::folder::OWN;
use crate::store::RelativePath;
use crate::text::printable;

/// The column whose folders are periods.
const PERIOD: &str = "period";

/// The state of a warehouse after a run, and the steps that lead to it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// The schema version; records without it have the first.
    #[serde(default = "first_version", skip_serializing)]
    pub schema_version: u32,
    /// Counts up from 1 without gaps.
    pub release: u64,
    /// The pipeline that published.
    pub pipeline: String,
    /// The run that published.
    pub run: String,
    /// The newest as-of of its tables, in UTC. That of the run may be older, if it built only a
    /// part.
    pub as_of: String,
    /// The zone whose days and periods the run means.
    #[serde(default)]
    pub time_zone: String,
    /// Every table of the warehouse, with every file that belongs to it.
    pub tables: BTreeMap<String, TableRelease>,
    /// Files to move, from staging to the tables' folders.
    pub moves: Vec<Move>,
    /// Files to remove once the others are in place.
    pub stale: Vec<RelativePath>,
    /// The paths of removed files. These names are never reused, since a suspended run
    /// may still be about to remove them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub retired: BTreeSet<RelativePath>,
    /// Fields of other versions of this program.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// The files of a table, its owner and its as-of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableRelease {
    /// How it is put in place.
    #[serde(default, skip_serializing_if = "Kind::is_left_out")]
    pub kind: Kind,
    /// The pipeline that publishes it; none for a table in which every pipeline has its partition,
    /// and for one that was published before owners were recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<String>,
    /// The as-of it was built at; if folders are built separately, the newest of theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<DateTime<Utc>>,
    /// The as-of of each folder that is built separately, such as `period=2026-10-01`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub slices: BTreeMap<String, DateTime<Utc>>,
    /// The shape of its rows, or of its folders; none for a table that was published before it was
    /// recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<Shape>,
    /// Whether its files have the partition columns too; those of earlier versions do not.
    #[serde(default, rename = "partition_columns_in_files", skip_serializing_if = "is_false")]
    pub in_files: bool,
    /// Rows of all files.
    pub rows: u64,
    /// Bytes of all files.
    pub bytes: u64,
    /// The files, sorted by path.
    pub files: Vec<ReleasedFile>,
    /// Fields of other versions of this program.
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
    /// Fields of other versions of this program.
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
    /// Its checksum, to recognize it if it has been moved already.
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
        announced(self.release)
    }

    /// The release with the fields that records of earlier versions lack. Each of their tables
    /// counts as built at the release's as-of, which they have as wall time of the pipeline; it has
    /// no owner yet.
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

    /// The message about a staged file that is in neither place.
    pub(super) fn lost(&self, path: RelativePath) -> PublishError {
        PublishError::Lost { release: self.release, path: path.into() }
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

    /// Whether the record names only files of tables, and moves only what its run has staged. That
    /// its paths are below the warehouse was checked when it was read.
    pub(super) fn checked(self) -> Result<Self, String> {
        if self.release == u64::MAX {
            return Err(NO_NUMBER.into());
        }
        if instant(&self.as_of, Tz::UTC).is_none() {
            return Err("its `as_of` is no moment".into());
        }
        let stage = stage(&self.run).map_err(|error| error.to_string())?;
        for (name, table) in &self.tables {
            RelativePath::name(name).map_err(|error| error.to_string())?;
            table.checked().map_err(|problem| format!("the table `{name}`: {problem}"))?;
            let foreign = |file: &&ReleasedFile| file.path.below(name).is_none();
            if let Some(file) = table.files.iter().find(foreign) {
                return Err(format!("`{}` is no file of the table `{name}`", file.path));
            }
        }
        self.check_steps(&stage).map(|()| self)
    }

    /// Whether it moves only what its run has staged, to distinct targets, and removes only files
    /// of tables.
    fn check_steps(&self, stage: &str) -> Result<(), String> {
        let files = self.tables.values().flat_map(|table| &table.files).map(|file| &file.path);
        let targets = self.moves.iter().map(|step| &step.to);
        if let Some(path) = files.chain(targets).chain(&self.stale).find(|path| is_own(path)) {
            return Err(format!("`{path}` is no file of a table"));
        }
        let mut targets = BTreeSet::new();
        if let Some(step) = self.moves.iter().find(|step| !targets.insert(&step.to)) {
            return Err(format!("`{}` is twice among its `moves`", step.to));
        }
        match self.moves.iter().find(|step| step.from.below(stage).is_none()) {
            Some(step) => Err(format!("`{}` was not staged by its run", step.from)),
            None => Ok(()),
        }
    }
}

/// Those of some tables whose as-of is older than the newest of them.
pub(super) fn behind(as_of: BTreeMap<String, DateTime<Utc>>) -> BTreeMap<String, DateTime<Utc>> {
    let newest = as_of.values().max().copied();
    as_of.into_iter().filter(|(_, as_of)| Some(*as_of) < newest).collect()
}

/// Whether a path is in the folder reserved for runs.
fn is_own(path: &RelativePath) -> bool {
    path.split('/').next() == Some(OWN)
}

/// Whether a text names folders of values, such as `period=2026-10-01`; those of periods are days.
fn is_slice(text: &str) -> bool {
    let is_value = |folder: &str| match folder.split_once('=') {
        Some((PERIOD, day)) => day.parse::<NaiveDate>().is_ok(),
        Some((column, _)) => !column.is_empty(),
        None => false,
    };
    RelativePath::new(text).is_ok() && text.split('/').all(is_value)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

fn first_version() -> u32 {
    FIRST_VERSION
}

impl TableRelease {
    /// Whether it names every file once, and separately built parts by their folders.
    fn checked(&self) -> Result<(), String> {
        if let Some(slice) = self.slices.keys().find(|slice| !is_slice(slice)) {
            return Err(format!("`{}` of its `slices` is no folder of values", printable(slice)));
        }
        let mut paths = BTreeSet::new();
        match self.files.iter().find(|file| !paths.insert(&file.path)) {
            Some(file) => Err(format!("`{}` is twice among its `files`", file.path)),
            None => Ok(()),
        }
    }

    /// The as-of of what a run would replace: of a folder that is built separately, or of all.
    pub(super) fn as_of(&self, slice: Option<&str>) -> Option<DateTime<Utc>> {
        match slice {
            Some(slice) if !self.slices.is_empty() => self.slices.get(slice).copied(),
            _ => self.as_of,
        }
    }
}

/// A file's path below its table's folder.
pub(super) fn below<'a>(table: &str, path: &'a str) -> &'a str {
    path.strip_prefix(table).and_then(|path| path.strip_prefix('/')).unwrap_or(path)
}
