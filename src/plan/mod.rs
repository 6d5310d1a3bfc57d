//! What will run.

mod period;
mod problem;
mod query;
mod source;

pub use self::period::{Period, periods};
pub use self::query::{Origin, Query};
pub use self::source::{FILE_COLUMN, LINE_COLUMN, SourceField, SourcePlan, arrow_type};
