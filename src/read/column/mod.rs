//! The mapping of columns of a file to declared ones, and the conversion of their values.

pub(super) mod as_json;
mod columns;
mod declared;
pub(super) mod digits;
mod folders;
mod layout;
mod nested;
mod parsers;
mod presence;
mod rules;
mod typed;

pub(super) use self::columns::Columns;
pub(super) use self::declared::Declared;
pub(super) use self::folders::Folders;
pub(crate) use self::folders::folder_text;
pub(super) use self::layout::Layout;
pub(super) use self::nested::Nested;
pub(crate) use self::nested::nested;
pub(super) use self::presence::Reach;
pub use self::presence::{Absence, Presence};
pub(super) use self::typed::{Target, check};
