//! Which files a source has, as listed once per run, and which existing files it skips.

mod disk;
mod filter;
mod inventory;
mod leave_out;
mod pattern;
mod unmatched;

pub use self::filter::{Names, PassedOver};
pub use self::inventory::{InputFile, Inventory, inventory};
