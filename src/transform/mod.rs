//! Stages at work: their queries over the tables before them, written to files.

mod build;
mod latest;
mod table;
mod write;

pub use self::build::{Build, BuildError, table};
pub(crate) use self::build::{described, description, partition_columns};
pub use self::latest::{Latest, Outdated};
pub use self::table::FilesTable;
