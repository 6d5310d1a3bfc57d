//! Text becomes a value of a declared type, exactly, or the reason why it cannot.
//!
//! Blanks around a value that is not a string are ignored. Nothing is rounded, wrapped or guessed.
//! A text is interpreted in the same way everywhere: in raw files, in the rules of a pipeline and
//! in SQL. Nothing here depends on files, tables or sources.

mod amount;
mod declared;
mod epoch;
mod faults;
mod notation;
mod number;
mod parser;
mod pattern;
mod reason;
mod texts;
mod time;
mod words;

pub(crate) use self::declared::declared_values;
pub(crate) use self::faults::{Fault, Faults};
pub use self::notation::{EpochUnit, Notation};
pub(crate) use self::parser::Parser;
pub(crate) use self::pattern::{Pattern, counts_beside_others};
pub use self::reason::Reason;
pub(crate) use self::texts::Texts;
pub(crate) use self::time::{Zones, is_known_day};
