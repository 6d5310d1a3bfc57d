//! Readers see all of a run or none of it.
//!
//! Rows are staged outside every table's folder. When all checks of all tables have passed, one
//! conditional write announces the release, and only then files move to where readers look. A
//! publication that is cut short is completed by the next run from the announcement.

mod admission;
mod commit;
mod damage;
mod durable;
mod evidence;
mod instant;
mod lease;
mod parquet;
mod partition;
mod record;
mod release;
mod rows;
mod shape;
mod stray;
mod warehouse;
mod write;

use serde::{Deserialize, Serialize};

pub use self::admission::{
    Consent, Intent, Refusal, TableAsOf, admit, left, left_behind, newer, period_of,
};
pub use self::commit::{Publication, publish, recover};
pub use self::damage::{Damage, Damaged, damaged};
pub use self::evidence::{BrokenCheck, Evidence, json_lines};
pub use self::lease::Lease;
pub(crate) use self::partition::folder_name;
pub use self::partition::{LayoutError, NULL_FOLDER};
pub use self::record::Record;
pub use self::release::{Release, ReleasedFile, TableRelease};
pub use self::shape::Shape;
pub use self::stray::strays;
pub(crate) use self::warehouse::OWN;
pub use self::warehouse::{PublishError, Staged, StagedTable, Warehouse};
pub use self::write::{Target, WriteExec, staged_files};
pub(crate) use self::write::{manifest_schema, write_empty};
use crate::store::RelativePath;

/// A file of staged rows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StagedFile {
    /// Its path below the table's folder.
    pub path: RelativePath,
    /// The values of its partition columns as text, outermost first; `None` is NULL.
    pub partition: Vec<Option<String>>,
    /// Its rows.
    pub rows: u64,
    /// Its size.
    pub bytes: u64,
    /// Its checksum.
    pub sha256: String,
}
