//! What became of every row: accepted, rejected with a reason, or corrected; and the counts of all.

mod corrections;
mod quarantine;
mod rejected_rows;
mod settle;
mod superseded;
mod tally;
mod times;

pub(super) use self::corrections::correct;
pub use self::corrections::{Correction, Corrections};
pub use self::quarantine::Quarantined;
pub use self::rejected_rows::rejected_rows;
pub(super) use self::settle::{Judged, Reading, Rows, Scan, Settled};
pub use self::superseded::reject_superseded;
pub use self::tally::{Counted, Example, FileTally, Reject, Summary, Tally};
pub(super) use self::times::Clock;
pub use self::times::Times;
