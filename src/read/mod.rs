//! Raw files become typed tables; what does not fit is rejected, counted and shown.
//!
//! The modules are in the order of the data flow:
//!
//! ```text
//! list ─▶ bytes ─▶ format ─▶ column ─▶ account
//! which   in       text:     each      accepted or
//! files   pieces   records;  declared  rejected, and
//!         or in    typed:    one's     counted
//!         ranges   batches   values
//! ```
//!
//! [`inventory`] lists a source's files once per run. [`table()`] makes a table of them whose scan
//! distributes the files over the partitions of a session and parses every declared column
//! strictly. The rows of a file are the same whatever the number of partitions and the chunks of
//! the store. With the table come its [`Reports`]: for every file that was read to its end, the
//! counts of its rows. Nothing here writes, except rejected rows to their [`Spool`], and nothing
//! decides how many rejects are too many: that is left to the reader of the [`Summary`].

mod account;
mod bytes;
mod column;
mod error;
mod format;
mod list;
mod preview;
mod scan;
mod table;

pub use self::account::{
    Correction, Corrections, Counted, Example, Margin, Reports, Spool, Summary, Times,
};
pub use self::column::{Absence, Presence};
pub(crate) use self::column::{folder_text, nested};
pub use self::error::ReadError;
pub(crate) use self::format::{
    JsonMember, JsonShape, Record, blank_records, delimited_records, first_sheet, joined_names,
    json_elements, json_members, json_mended, json_objects, json_value, parquet_schema,
};
pub use self::list::{InputFile, Inventory, Names, PassedOver, inventory};
pub use self::preview::{beginning, in_memory, unpacked_name};
pub use self::table::table;
pub use crate::value::Reason;
