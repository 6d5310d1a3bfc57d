//! Which files a source has, as listed once per run, and which of those that lie there it passes over.

mod disk;
mod filter;
mod inventory;
mod leave_out;
mod pattern;
mod unmatched;

pub use self::filter::{Names, PassedOver};
pub use self::inventory::{InputFile, Inventory, inventory};
