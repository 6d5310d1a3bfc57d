//! Raw files become typed tables; what does not fit is rejected, counted and shown.
//!
//! The rooms stand in the order in which bytes go:
//!
//! ```text
//! list ─▶ bytes ─▶ format ─▶ column ─▶ account
//! which   in       text:     each      accepted or
//! files   pieces   records;  declared  rejected, and
//!         or in    typed:    one's     counted
//!         ranges   batches   values
//! ```
//!
//! [`inventory`] lists a source's files once per run. [`table()`] makes of them a table whose scan
//! spreads the files over the partitions of a session, parses every declared column strictly and
//! reports to a [`Tally`]. A file's rows come out the same whatever the number of partitions and
//! however the store cuts its bytes. Nothing here writes, and nothing decides how many rejects are
//! too many: that is for whoever reads the tally.

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
    Correction, Corrections, Counted, Example, FileTally, Margin, Quarantined, Reject, Summary,
    Tally, Times, reject_superseded, rejected_rows,
};
pub use self::column::{Absence, Presence};
pub(crate) use self::column::{folder_text, nested};
pub use self::error::ReadError;
pub(crate) use self::format::{
    JsonMember, Record, blank_records, delimited_records, first_sheet, joined_names, json_members,
    parquet_schema,
};
pub use self::list::{InputFile, Inventory, Names, PassedOver, inventory};
pub use self::preview::{beginning, preview, preview_all, unpacked_name};
pub use self::table::table;
pub use crate::value::Reason;
