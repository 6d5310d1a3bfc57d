//! Text in any encoding becomes UTF-8, a piece at a time.
//!
//! A byte order mark takes precedence over the declared encoding. UTF-8 passes as it is, including
//! its mark, which the reader of records removes. A sequence that is invalid in the encoding
//! becomes a byte that UTF-8 never contains, followed by the sequence as `\xNN`: the row that
//! contains it is then rejected and shows what was there, and nothing turns silently into `U+FFFD`.

use std::fmt::Write;

use bytes::Bytes;
use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8};
use futures::stream::{StreamExt, TryStreamExt, try_unfold};

use super::pieces::Pieces;
use crate::read::ReadError;

/// A byte that is in no UTF-8.
const NEVER: u8 = 0xFF;
/// The longest mark.
const MARK: usize = 3;
/// How much is decoded at once.
const SOME: usize = 4 << 10;
/// A malformed sequence may have begun this many bytes before the piece that shows it.
const BEFORE: usize = 8;

/// The text of a file in UTF-8.
pub(in crate::read) fn utf8(pieces: Pieces, declared: &'static Encoding) -> Pieces {
    let start = Transcoding { pieces, text: Text::Unknown(declared, Bytes::new()), ended: false };
    try_unfold(start, |mut transcoding| async move {
        let piece = transcoding.next().await?;
        Ok(piece.map(|piece| (piece, transcoding)))
    })
    .boxed()
}

struct Transcoding {
    pieces: Pieces,
    text: Text,
    ended: bool,
}

impl Transcoding {
    async fn next(&mut self) -> Result<Option<Bytes>, ReadError> {
        while !self.ended {
            let piece = self.pieces.try_next().await?;
            self.ended = piece.is_none();
            let text = self.text.take(piece);
            if !text.is_empty() {
                return Ok(Some(text));
            }
        }
        Ok(None)
    }
}

/// What is known of a text.
enum Text {
    /// The declared encoding, and too few bytes to recognize a mark.
    Unknown(&'static Encoding, Bytes),
    /// It is UTF-8, or else its rows are rejected.
    Utf8,
    /// It is something else.
    Other(Box<Other>),
}

impl Text {
    /// The text of a piece, or of the end.
    fn take(&mut self, piece: Option<Bytes>) -> Bytes {
        let last = piece.is_none();
        let piece = piece.unwrap_or_default();
        match self {
            Self::Utf8 => piece,
            Self::Other(other) => other.decode(&piece, last),
            Self::Unknown(declared, seen) => {
                let declared = *declared;
                let start = joined(std::mem::take(seen), piece);
                if start.len() < MARK && !last {
                    *seen = start;
                    return Bytes::new();
                }
                self.begin(declared, start, last)
            }
        }
    }

    /// The text of the first bytes, which are enough to recognize a mark.
    fn begin(&mut self, declared: &'static Encoding, mut start: Bytes, last: bool) -> Bytes {
        let (encoding, mark) = encoding(&start, declared);
        if encoding == UTF_8 {
            *self = Self::Utf8;
            return start;
        }
        let mut other = Other::of(encoding);
        let text = other.decode(&start.split_off(mark), last);
        *self = Self::Other(Box::new(other));
        text
    }
}

/// Nothing is copied if nothing was buffered.
fn joined(before: Bytes, piece: Bytes) -> Bytes {
    if before.is_empty() { piece } else { [before, piece].concat().into() }
}

/// By the mark at the start, if there is one, and how long a mark is not part of the text.
fn encoding(start: &[u8], declared: &'static Encoding) -> (&'static Encoding, usize) {
    match Encoding::for_bom(start) {
        Some((encoding, _)) if encoding == UTF_8 => (UTF_8, 0),
        Some(marked) => marked,
        None => (declared, 0),
    }
}

/// A text that has to be decoded.
struct Other {
    decoder: Decoder,
    /// The bytes before the next piece.
    before: Vec<u8>,
}

impl Other {
    fn of(encoding: &'static Encoding) -> Self {
        Self { decoder: encoding.new_decoder_without_bom_handling(), before: Vec::new() }
    }

    fn decode(&mut self, piece: &[u8], last: bool) -> Bytes {
        let mut text = Vec::with_capacity(piece.len());
        let mut some = [0; SOME];
        let mut read = 0;
        loop {
            let rest = &piece[read..];
            let (result, taken, written) =
                self.decoder.decode_to_utf8_without_replacement(rest, &mut some, last);
            text.extend_from_slice(&some[..written]);
            read += taken;
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(length, after) => {
                    let wrong = self.malformed(&piece[..read], length.into(), after.into());
                    show(&wrong, &mut text);
                }
            }
        }
        self.remember(piece);
        text.into()
    }

    /// The bytes of a malformed sequence that ends `after` bytes before what was read.
    fn malformed(&self, read: &[u8], length: usize, after: usize) -> Vec<u8> {
        let last = &read[read.len().saturating_sub(BEFORE)..];
        let seen = [&self.before, last].concat();
        let end = seen.len().saturating_sub(after);
        seen[end.saturating_sub(length)..end].to_vec()
    }

    fn remember(&mut self, piece: &[u8]) {
        self.before.extend_from_slice(&piece[piece.len().saturating_sub(BEFORE)..]);
        let known = self.before.len();
        self.before.drain(..known.saturating_sub(BEFORE));
    }
}

fn show(wrong: &[u8], text: &mut Vec<u8>) {
    let mut shown = String::new();
    for byte in wrong {
        let _ = write!(shown, "\\x{byte:02X}");
    }
    text.push(NEVER);
    text.extend_from_slice(shown.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::utf8;
    use bytes::Bytes;
    use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
    use futures::executor::block_on;
    use futures::stream::{StreamExt, iter};
    use proptest::prelude::*;

    fn read(encoding: &'static Encoding, pieces: &[&[u8]]) -> Vec<u8> {
        let pieces: Vec<_> = pieces.iter().map(|&it| Ok(Bytes::copy_from_slice(it))).collect();
        let mut text = utf8(iter(pieces).boxed(), encoding);
        let mut found = Vec::new();
        while let Some(piece) = block_on(text.next()) {
            found.extend_from_slice(&piece.unwrap());
        }
        found
    }

    fn shown(encoding: &'static Encoding, bytes: &[u8]) -> String {
        let whole = read(encoding, &[bytes]);
        let cut: Vec<_> = bytes.chunks(1).collect();
        assert_eq!(read(encoding, &cut), whole, "however the bytes are cut");
        String::from_utf8(whole).unwrap_or_else(|error| error.as_bytes().escape_ascii().to_string())
    }

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn declared_encodings_become_utf8() {
        assert_eq!(shown(WINDOWS_1252, b"caf\xE9 \x80 5\x96"), "café € 5–");
        assert_eq!(shown(UTF_16LE, &utf16("é€𐐷,\n", false)), "é€𐐷,\n");
        assert_eq!(shown(UTF_16BE, &utf16("é€𐐷,\n", true)), "é€𐐷,\n");
        let shift_jis = Encoding::for_label(b"shift_jis").unwrap();
        assert_eq!(shown(shift_jis, b"\x93\xFA\x96{"), "日本");
    }

    #[test]
    fn a_mark_has_the_last_word() {
        for declared in [UTF_8, UTF_16LE, UTF_16BE, WINDOWS_1252] {
            let little = [b"\xFF\xFE", utf16("a€", false).as_slice()].concat();
            assert_eq!(shown(declared, &little), "a€", "{declared:?}");
            let big = [b"\xFE\xFF", utf16("a€", true).as_slice()].concat();
            assert_eq!(shown(declared, &big), "a€", "{declared:?}");
            assert_eq!(shown(declared, "\u{feff}a€".as_bytes()), "\u{feff}a€", "{declared:?}");
        }
    }

    #[test]
    fn utf8_passes_as_it_is() {
        for text in [&b""[..], b"a", b"ab", b"\xEF\xBB", b"\xFF", b"caf\xE9\n", b"\xFE\xFD\xFC"] {
            assert_eq!(read(UTF_8, &[text]), text);
        }
        assert_eq!(shown(UTF_16LE, b"\xFF\xFE"), "");
    }

    #[test]
    fn what_is_malformed_is_shown_and_is_not_utf8() {
        let lone = [b'a', 0, 0x00, 0xD8, b'b', 0];
        assert_eq!(shown(UTF_16LE, &lone), r"a\xff\\x00\\xD8b");
        assert_eq!(shown(UTF_16LE, &[b'a', 0, b'b']), r"a\xff\\x62");
        let shift_jis = Encoding::for_label(b"shift_jis").unwrap();
        assert_eq!(shown(shift_jis, b"a\x93\nb"), r"a\xff\\x93\nb");
    }

    proptest! {
        #[test]
        fn text_survives_any_cutting_of_its_bytes(
            text in "[a-zé€𐐷日,\"\n]{0,40}",
            cuts in prop::collection::vec(0_usize..160, 0..8),
            marked: bool,
        ) {
            let text = if marked { format!("\u{feff}{text}") } else { text };
            let plain = text.trim_start_matches('\u{feff}').as_bytes();
            for (encoding, bytes) in [
                (UTF_8, text.as_bytes().to_vec()),
                (UTF_16LE, utf16(&text, false)),
                (UTF_16BE, utf16(&text, true)),
            ] {
                let mut cuts: Vec<_> = cuts.iter().map(|cut| (*cut).min(bytes.len())).collect();
                cuts.extend([0, bytes.len()]);
                cuts.sort_unstable();
                let pieces: Vec<_> = cuts.windows(2).map(|cut| &bytes[cut[0]..cut[1]]).collect();
                let found = read(encoding, &pieces);
                prop_assert_eq!(found.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&found), plain);
            }
        }

        #[test]
        fn no_bytes_make_it_panic(
            bytes in prop::collection::vec(any::<u8>(), 0..60),
            size in 1_usize..9,
        ) {
            for label in ["utf-16le", "shift_jis", "gb18030", "iso-2022-jp", "windows-1252", "euc-kr"] {
                let encoding = Encoding::for_label(label.as_bytes()).unwrap();
                let pieces: Vec<_> = bytes.chunks(size).collect();
                prop_assert_eq!(read(encoding, &pieces), read(encoding, &[&bytes]), "{}", label);
            }
        }
    }
}
