//! The bytes of a file as it was listed: in order and decompressed, or in ranges.

mod compression;
mod encoding;
mod etag;
mod pieces;
mod ranges;
mod shown;

pub(super) use self::compression::Compression;
pub(super) use self::encoding::utf8;
pub(super) use self::pieces::{Pieces, beginning, open, open_padded};
pub(super) use self::ranges::Ranges;
pub(super) use self::shown::shown;
