//! Lines around the rows of a file: before the header, the header, a footer.

mod footer;
mod header;

pub(super) use self::footer::{Footed, Window};
pub(super) use self::header::Header;
pub(crate) use self::header::joined_names;
