//! SQL over tables: the one session.

mod build;
mod memory;
pub mod session;
mod table;

pub use self::build::{Build, BuildError, table};
pub(crate) use self::build::{described, description, out_of_memory, partition_columns};
pub use self::table::FilesTable;
