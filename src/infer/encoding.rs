//! The encoding of a text.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// A text and how it was written.
#[derive(Debug, Clone)]
pub(super) struct Decoded {
    /// The text.
    pub(super) text: String,
    /// How it was written.
    pub(super) encoding: &'static Encoding,
    /// Whether a byte order mark says so.
    pub(super) marked: bool,
}

/// Decodes the beginning of a file: by its mark, else as UTF-8 if it is, else by a guess.
pub(super) fn decode(bytes: &[u8], cut: bool) -> Decoded {
    let marked = Encoding::for_bom(bytes);
    let encoding = marked.map_or_else(|| guess(bytes, cut), |(encoding, _)| encoding);
    let rest = &bytes[marked.map_or(0, |(_, length)| length)..];
    let rest = if encoding == UTF_8 { &rest[..valid(rest)] } else { rest };
    let (text, _) = encoding.decode_without_bom_handling(rest);
    Decoded { text: text.into_owned(), encoding, marked: marked.is_some() }
}

fn guess(bytes: &[u8], cut: bool) -> &'static Encoding {
    let zeros = |odd: usize| bytes.iter().skip(odd).step_by(2).filter(|it| **it == 0).count();
    let many = bytes.len() / 4;
    match (zeros(0), zeros(1)) {
        (0, low) if low > many => UTF_16LE,
        (high, 0) if high > many => UTF_16BE,
        _ if bytes.len() - valid(bytes) < 4 && (cut || valid(bytes) == bytes.len()) => UTF_8,
        _ => WINDOWS_1252,
    }
}

/// How many bytes are UTF-8 before the first that is not.
fn valid(bytes: &[u8]) -> usize {
    std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len)
}
