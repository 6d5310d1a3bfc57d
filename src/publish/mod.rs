//! Readers see all of a run or none of it.
//!
//! ```text
//! target ─▶ write ─▶ manifest ─▶ staging       rows become files that no reader sees
//!   partition, parquet                         folders by value, bytes
//! admission (shape, refusal)                   may the run replace what is published?
//! damage, stray, way                           is what is published as it was published? are the paths free?
//! next ─▶ commit ─▶ kind ─▶ files (durable)    the release to be; the only code that shows it
//!   release                                    what it is made of
//! warehouse ◀─ records ◀─ log, staging         paths; the records in them; releases and runs
//! lease                                        active runs
//! evidence (rows)                              rows that broke checks, for people
//! ```
//!
//! Rows are staged outside every table's folder. When all checks of all tables have passed, one
//! conditional write announces the release, and only then files move to where readers look. An
//! interrupted publication is completed by the next run from the announcement.

mod admission;
mod commit;
mod damage;
mod durable;
mod error;
mod evidence;
mod files;
mod instant;
mod kind;
mod lease;
mod log;
mod manifest;
mod metadata;
mod moves;
mod next;
mod parquet;
mod preflight;
mod records;
mod refusal;
mod release;
mod rows;
mod shape;
mod staging;
mod stray;
mod target;
mod warehouse;
mod write;

pub use self::admission::{Consent, Intent, admit, left, left_behind, newer};
pub use self::commit::{Publication, publish, recover, tidy};
pub use self::damage::{Damage, Damaged, damaged};
pub use self::error::PublishError;
pub use self::evidence::{BrokenCheck, Evidence, json_lines};
pub use self::kind::Kind;
pub use self::lease::Lease;
pub(crate) use self::manifest::manifest_schema;
pub use self::manifest::staged_files;
pub use self::preflight::{TableLocation, look_ahead};
pub use self::records::Record;
pub use self::refusal::{Refusal, Reshaped, TableAsOf, period_of};
pub use self::release::{Release, ReleasedFile, TableRelease};
pub use self::shape::Shape;
pub use self::staging::{Staged, StagedFile, StagedTable};
pub use self::stray::strays;
pub use self::target::{Encoding, Folder, Layout, Target};
pub use self::warehouse::Warehouse;
pub use self::write::WriteExec;
pub(crate) use self::write::write_empty;
pub use crate::folder::{LayoutError, NULL_FOLDER};
pub(crate) use crate::folder::{OWN, folder_name};
