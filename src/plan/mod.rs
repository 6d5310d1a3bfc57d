//! What will run.

mod source;

pub use self::source::{FILE_COLUMN, LINE_COLUMN, SourceField, SourcePlan, arrow_type};
