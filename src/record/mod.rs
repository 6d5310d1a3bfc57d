//! What happens in a run: facts, the events that report them, and the run record that is folded
//! from those.
//!
//! ```text
//! run ─▶ Event ─▶ RunResults   `run_results.json`, also if the run is killed
//!               ├▶ report      a bar or lines for people, lines of JSON for logs
//! ```

mod check;
mod corrected;
mod event;
mod missing_column;
mod results;
mod source;
mod stage;
mod table;
mod timeliness;
mod trouble;

pub(crate) use self::check::rows_break;
pub use self::check::{CheckResult, CheckStatus};
pub use self::corrected::CorrectedResult;
pub use self::event::{Event, Events};
pub use self::missing_column::MissingColumnResult;
pub use self::results::RunResults;
pub use self::source::{
    LateRows, NullifiedResult, PassedOverResult, RejectResult, RejectedSource, SkippedResult,
    SourceResult,
};
pub use self::stage::{HeadlineResult, StageResult, seconds_since};
pub use self::table::{
    DamagedFileResult, DroppedPeriodsResult, PublishedResult, TableAsOfResult, TableResult,
    instant_text,
};
pub use self::timeliness::StaleSource;
pub(crate) use self::timeliness::age;
pub use self::trouble::Trouble;
