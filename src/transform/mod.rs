//! Stages at work: their queries over the tables before them, written to files.

mod build;
mod documented;
mod engine;
mod error;
mod latest;
mod table;
mod write;

pub use self::build::{Build, table};
pub(crate) use self::build::{logical, partition_columns};
pub(crate) use self::documented::{described, description};
pub use self::engine::{Engine, Local};
pub use self::error::BuildError;
pub use self::latest::{Latest, Outdated};
pub use self::table::FilesTable;
