//! The kinds of tables: each plans the steps of a release that publish a table of it, and executes them.
//!
//! ```text
//! next      replace, retire    plan the steps and note them in the release
//! announce  prepare            staged files exist and are durable, and targets are free
//! move      put_in_place       readers see what was built, durably
//! remove    remove_stale       replaced files are removed
//! complete  tags               etags of the published files, for later verification
//! ```

use serde::{Deserialize, Serialize};

use super::damage::Damaged;
use super::log::ETags;
use super::{PublishError, Release, ReleasedFile, StagedTable, TableRelease, Warehouse, files};
use crate::store::{PathError, RelativePath};

/// How a table is put in place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Parquet files below the table's folder, and nothing else.
    #[default]
    Files,
}

/// What a run has built of a table, and what it replaces.
pub(super) struct Change<'a> {
    /// The table.
    pub(super) name: &'a str,
    /// The table as the release before holds it.
    pub(super) before: &'a TableRelease,
    /// What was built.
    pub(super) built: &'a StagedTable,
    /// The folder that it was staged in, below the warehouse.
    pub(super) stage: String,
    /// The published files that are not as they were published.
    pub(super) damaged: &'a [Damaged],
}

impl Kind {
    /// Every kind, in the order in which a release puts them in place.
    pub(super) const ALL: [Self; 1] = [Self::Files];

    /// Whether records omit it: it is the default of records without the field, which earlier versions
    /// wrote and still read.
    pub fn is_left_out(&self) -> bool {
        match self {
            Self::Files => true,
        }
    }

    /// Notes in a release how what was built replaces what was there. Returns all files that the table then has.
    pub(super) fn replace(
        self,
        release: &mut Release,
        change: &Change,
    ) -> Result<Vec<ReleasedFile>, PathError> {
        match self {
            Self::Files => files::replace(release, change),
        }
    }

    /// Notes in a release that a table is removed, with all its files.
    pub(super) fn retire(
        self,
        release: &mut Release,
        files: Vec<ReleasedFile>,
    ) -> Result<(), PathError> {
        match self {
            Self::Files => files::retire(release, files),
        }
    }

    /// Ensures that a release can be announced: staged files exist and are durable, and nothing is in the
    /// way of their targets.
    pub(super) async fn prepare(
        self,
        warehouse: &Warehouse,
        release: &Release,
    ) -> Result<(), PublishError> {
        match self {
            Self::Files => files::prepare(warehouse, release).await,
        }
    }

    /// Makes what was staged visible to readers, and durable, before it returns. Returns the staged files
    /// that are lost. Idempotent.
    pub(super) async fn put_in_place(
        self,
        warehouse: &Warehouse,
        release: &Release,
    ) -> Result<Vec<RelativePath>, PublishError> {
        match self {
            Self::Files => files::put_in_place(warehouse, release).await,
        }
    }

    /// Removes what was replaced. Idempotent.
    pub(super) async fn remove_stale(
        self,
        warehouse: &Warehouse,
        release: &Release,
    ) -> Result<(), PublishError> {
        match self {
            Self::Files => files::remove_stale(warehouse, release).await,
        }
    }

    /// The etags of the files of a release, given those of the files before it. Verifies that what was put
    /// in place is there.
    pub(super) async fn tags(
        self,
        warehouse: &Warehouse,
        release: &Release,
        lost: &[RelativePath],
        before: ETags,
    ) -> Result<ETags, PublishError> {
        match self {
            Self::Files => files::tags(warehouse, release, lost, before).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;
    use crate::publish::TableRelease;

    #[test]
    fn every_kind_is_put_in_place() {
        let place = |kind: Kind| match kind {
            Kind::Files => 0,
        };
        assert_eq!(Kind::ALL.map(place), [0]);
    }

    #[test]
    fn a_record_says_the_kind_of_tables_only_where_it_is_another_than_the_first() {
        let read = |text: &str| serde_json::from_str::<TableRelease>(text);
        let before = read(r#"{"rows": 0, "bytes": 0, "files": []}"#).unwrap();
        assert_eq!(before.kind, Kind::Files);
        assert!(!serde_json::to_string(&before).unwrap().contains("kind"));
        let noted = read(r#"{"kind": "files", "rows": 0, "bytes": 0, "files": []}"#).unwrap();
        assert_eq!(noted, before);
        let strange = read(r#"{"kind": "scrolls", "rows": 0, "bytes": 0, "files": []}"#);
        assert!(strange.unwrap_err().to_string().contains("unknown variant `scrolls`"));
    }
}
