//! Raw files become typed tables; what does not fit is rejected, counted and shown.
//!
//! [`inventory`] lists a source's files once per run. [`table()`] makes of them a table whose scan
//! spreads the files over the partitions of a session, parses every declared column strictly and
//! reports to a [`Tally`]. A file's rows come out the same whatever the number of partitions and
//! however the store cuts its bytes. Nothing here writes, and nothing decides how many rejects are
//! too many: that is for whoever reads the tally.

mod as_json;
mod avro;
mod bytes;
mod columns;
mod convert;
mod corrections;
mod csv;
mod digits;
mod disk;
mod encoding;
mod error;
mod faults;
mod folders;
mod footer;
mod header;
mod inventory;
mod json;
mod layout;
mod leave_out;
mod lines;
mod nearest;
mod nested;
mod packing;
mod parquet;
mod parse;
mod pattern;
mod presence;
mod preview;
mod quarantine;
mod ranges;
mod reason;
mod records;
mod rejected_rows;
mod rules;
mod scan;
mod settle;
mod sieve;
mod skipped;
mod superseded;
mod table;
mod tables;
mod tally;
mod text;
mod times;
mod typed;
mod unicode;
mod watch;
mod whitespace;
mod xlsx;

pub use self::corrections::{Correction, Corrections};
pub use self::error::ReadError;
pub(crate) use self::folders::folder_text;
pub(crate) use self::header::joined_names;
pub use self::inventory::{InputFile, Inventory, inventory};
pub(crate) use self::nested::nested;
pub(crate) use self::parquet::parquet_schema;
pub use self::presence::{Absence, Presence};
pub use self::preview::{beginning, preview, preview_all, unpacked_name};
pub use self::quarantine::Quarantined;
pub use self::reason::Reason;
pub use self::rejected_rows::rejected_rows;
pub(crate) use self::rules::rule_values;
pub use self::sieve::{Names, PassedOver};
pub use self::skipped::Margin;
pub use self::superseded::reject_superseded;
pub use self::table::table;
pub use self::tally::{Counted, Example, FileTally, Reject, Summary, Tally};
pub use self::times::Times;
pub(crate) use self::xlsx::first_sheet;
