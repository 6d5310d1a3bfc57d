//! SQL over tables: the one session.

mod bag;
mod bounded;
mod build;
mod concatenation;
mod constants;
mod equality;
mod exact;
mod latest;
mod memory;
pub(crate) mod moments;
mod promised;
mod pushdown;
pub mod session;
mod settled;
mod single_row;
mod sorted;
pub(crate) mod subquery;
mod table;
mod ties;
mod write;
mod written_out;

pub use self::build::{Build, BuildError, table};
pub(crate) use self::build::{described, description, out_of_memory, partition_columns};
pub(crate) use self::exact::{NAMED_CAST, OutOfRange, Site, planned};
pub use self::latest::{Latest, Outdated};
pub use self::table::FilesTable;
