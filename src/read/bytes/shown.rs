//! Bytes as they are shown to people, and stored for later comparison.

use std::borrow::Cow;
use std::fmt::Write;

/// Bytes as text from which they can be restored: one that is not UTF-8 is written `\xNN`.
pub(in crate::read) fn shown(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02X}");
        }
    }
    Cow::Owned(text)
}
