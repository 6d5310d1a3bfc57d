//! Execution of stages: their queries over their input tables, written to files.

mod build;
mod documented;
mod engine;
mod error;
mod laid_out;
mod latest;
mod table;
mod write;

pub use self::build::{Build, table};
pub(crate) use self::build::{logical, partition_columns};
pub(crate) use self::documented::{described, description};
pub use self::engine::{Again, Engine, Local};
pub use self::error::BuildError;
pub use self::latest::{Latest, Outdated};
pub use self::table::FilesTable;
