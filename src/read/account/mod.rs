//! The outcome of every row: accepted, rejected with a reason, or corrected; and all counts.
//!
//! ```text
//! validate ─▶ parts of a file ─▶ counted ─▶ FileReport ─▶ Reports ─▶ Summary
//! one batch   rows, counts,      rows go    one value     each file   what the source
//!             rejected rows      on         a file        once        came to
//!                                   └──▶ pages of rejected rows in the spool ─▶ rejected_rows
//! ```

mod corrections;
mod counted;
mod pairs;
mod quarantine;
mod reading;
mod rejected_rows;
mod reports;
mod skipped;
mod spool;
mod superseded;
mod tally;
mod times;
mod validate;

pub use self::corrections::{Correction, Corrections};
pub(super) use self::counted::{Opened, counted};
pub(super) use self::reading::{Reading, Scan};
pub use self::reports::Reports;
pub(super) use self::reports::channel;
pub use self::skipped::Margin;
pub(super) use self::skipped::Skipped;
pub use self::spool::Spool;
pub use self::tally::{Counted, Example, Summary};
pub(super) use self::times::Clock;
pub use self::times::Times;
pub(super) use self::validate::{Converted, Part, Shown, validate, validate_others};
