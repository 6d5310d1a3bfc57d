//! What became of every row: accepted, rejected with a reason, or corrected; and the counts of all.

mod corrections;
mod counted;
mod quarantine;
mod reading;
mod rejected_rows;
mod skipped;
mod superseded;
mod tally;
mod times;
mod validate;

pub use self::corrections::{Correction, Corrections};
pub(super) use self::counted::{Opened, counted};
pub use self::quarantine::Quarantined;
pub(super) use self::reading::{Reading, Scan};
pub use self::rejected_rows::rejected_rows;
pub use self::skipped::Margin;
pub(super) use self::skipped::Skipped;
pub use self::superseded::reject_superseded;
pub use self::tally::{Counted, Example, FileTally, Reject, Summary, Tally};
pub(super) use self::times::Clock;
pub use self::times::Times;
pub(super) use self::validate::{Converted, Part, Shown, validate, validate_others};
