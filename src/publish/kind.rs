//! How a table is put in place: each kind makes the steps of a release that do it, and takes them.
//!
//! ```text
//! next      replace, retire    what has to be done, noted in the release
//! announce  prepare            nothing is in the way, and what was staged outlives a power cut
//! move      put_in_place       readers see what was built, also after a power cut
//! remove    remove_stale       what it replaces is gone
//! complete  tags               what lies there now, to be known by
//! ```

use serde::{Deserialize, Serialize};

use super::damage::Damaged;
use super::log::Tags;
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

    /// Whether records leave it out: all tables were of this kind before kinds were noted, and programs
    /// of then go on reading them.
    pub fn is_left_out(&self) -> bool {
        match self {
            Self::Files => true,
        }
    }

    /// Notes in a release how what was built takes the place of what it replaces. Returns all files that
    /// the table has then.
    pub(super) fn replace(
        self,
        release: &mut Release,
        change: &Change,
    ) -> Result<Vec<ReleasedFile>, PathError> {
        match self {
            Self::Files => files::replace(release, change),
        }
    }

    /// Notes in a release that a table goes, with all its files.
    pub(super) fn retire(
        self,
        release: &mut Release,
        files: Vec<ReleasedFile>,
    ) -> Result<(), PathError> {
        match self {
            Self::Files => files::retire(release, files),
        }
    }

    /// Sees to it that a release can be announced: what was staged is there, outlives a power cut, and
    /// nothing is in its way.
    pub(super) async fn prepare(
        self,
        warehouse: &Warehouse,
        release: &Release,
    ) -> Result<(), PublishError> {
        match self {
            Self::Files => files::prepare(warehouse, release).await,
        }
    }

    /// Lets readers see what was staged; when this ends, a power cut does not undo it. Returns the staged
    /// files that are lost. Can be repeated.
    pub(super) async fn put_in_place(
        self,
        warehouse: &Warehouse,
        release: &Release,
    ) -> Result<Vec<RelativePath>, PublishError> {
        match self {
            Self::Files => files::put_in_place(warehouse, release).await,
        }
    }

    /// Removes what was replaced. Can be repeated.
    pub(super) async fn remove_stale(
        self,
        warehouse: &Warehouse,
        release: &Release,
    ) -> Result<(), PublishError> {
        match self {
            Self::Files => files::remove_stale(warehouse, release).await,
        }
    }

    /// Of the tags that files had before a release, those that they have with it. That something was put
    /// in place is believed only once it is found there.
    pub(super) async fn tags(
        self,
        warehouse: &Warehouse,
        release: &Release,
        lost: &[RelativePath],
        before: Tags,
    ) -> Result<Tags, PublishError> {
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
