//! Where a text contains a secret, in any encoding: as it is, in lower case, percent-encoded, or
//! with escapes of control characters and quotes.

use std::ops::Range;

use crate::text::ESCAPE;

/// How often escapes are decoded repeatedly: a message may quote a message.
const ROUNDS: usize = 3;

/// A byte that a text means, and where it is written.
type Meant = (u8, Range<usize>);

/// Where a text contains any of some secrets; overlapping ranges are merged.
pub(super) fn find(text: &str, secrets: &[String]) -> Vec<Range<usize>> {
    if secrets.is_empty() {
        return Vec::new();
    }
    let meant = meant(text);
    let mut found: Vec<Range<usize>> =
        secrets.iter().flat_map(|secret| places(&meant, &self::meant(secret))).collect();
    found.sort_unstable_by_key(|range| range.start);
    found.dedup_by(|next, before| {
        let meet = next.start <= before.end;
        if meet {
            before.end = before.end.max(next.end);
        }
        meet
    });
    found
}

fn places(text: &[Meant], secret: &[Meant]) -> Vec<Range<usize>> {
    let is_here = |part: &&[Meant]| part.iter().zip(secret).all(|((a, _), (b, _))| a == b);
    let parts = text.windows(secret.len().max(1)).filter(is_here);
    parts.filter_map(|part| Some(part.first()?.1.start..part.last()?.1.end)).collect()
}

/// What a text means, in small letters.
fn meant(text: &str) -> Vec<Meant> {
    let mut bytes: Vec<Meant> = text.bytes().enumerate().map(|(at, it)| (it, at..at + 1)).collect();
    for _ in 0..ROUNDS {
        let read = unescaped(&bytes);
        if read.len() == bytes.len() {
            break;
        }
        bytes = read;
    }
    let small = |it: u8| if it == b'+' { b' ' } else { it.to_ascii_lowercase() };
    bytes.into_iter().map(|(it, at)| (small(it), at)).collect()
}

fn unescaped(bytes: &[Meant]) -> Vec<Meant> {
    let mut read = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let Some((meant, length)) = escape(&bytes[at..]) else {
            read.push(bytes[at].clone());
            at += 1;
            continue;
        };
        let written = bytes[at].1.start..bytes[at + length - 1].1.end;
        read.extend(meant.into_iter().map(|it| (it, written.clone())));
        at += length;
    }
    read
}

/// What an escape at the front means, and how many bytes it takes.
fn escape(bytes: &[Meant]) -> Option<(Vec<u8>, usize)> {
    let text: Vec<u8> = bytes.iter().take(16).map(|(it, _)| *it).collect();
    let mut own = [0; 4];
    let (before, rest) = match text.strip_prefix(ESCAPE.encode_utf8(&mut own).as_bytes()) {
        Some(rest) => (ESCAPE.len_utf8(), rest),
        None => (1, text.get(1..)?),
    };
    let of_hex = |digits: &[u8]| u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
    let byte = |at: usize| u8::try_from(of_hex(rest.get(at..at + 2)?)?).ok();
    if text[0] == b'%' {
        return Some((vec![byte(0)?], 3));
    }
    if before == 1 && text[0] != b'\\' {
        return None;
    }
    let character = |code: u32| Some(char::from_u32(code)?.to_string().into_bytes());
    Some(match rest.first()? {
        b'n' => (vec![b'\n'], before + 1),
        b'r' => (vec![b'\r'], before + 1),
        b't' => (vec![b'\t'], before + 1),
        b'x' => (vec![byte(1)?], before + 3),
        b'u' if rest.get(1) == Some(&b'{') => {
            let length = rest.iter().position(|it| *it == b'}')?;
            (character(of_hex(rest.get(2..length)?)?)?, before + length + 1)
        }
        b'u' => (character(of_hex(rest.get(1..5)?)?)?, before + 5),
        it if it.is_ascii_punctuation() => (vec![*it], before + 1),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn a_secret_is_found_in_every_spelling() {
        let secret = ["MARK er99+secr\u{e9}t\"\\x".to_owned()];
        for text in [
            "<MARK er99+secr\u{e9}t\"\\x>",
            "<mark er99+secr\u{e9}t\"\\x>",
            "<MARK%20er99+secr%C3%A9t%22%5Cx>",
            "<MARK+er99%2Bsecr%c3%a9t%22%5cx>",
            "<MARK er99+secr\\u{e9}t\\\"\\\\x>",
            "<MARK er99+secr\\u00e9t\\\"\\\\x>",
            "<MARK er99+secr\\\\u{e9}t\\\\\\\"\\\\\\\\x>",
            "<MARK er99+secr\u{fdd0}u{e9}t\"\\x>",
            "<MARK%2520er99+secr%25C3%25A9t%2522%255Cx>",
        ] {
            assert_eq!(find(text, &secret), vec![1..text.len() - 1], "{text}");
        }
    }

    #[test]
    fn control_characters_have_many_spellings() {
        let secret = ["MARK\ner99\u{1b}secret".to_owned()];
        for text in ["MARK\\ner99\\u{1b}secret", "MARK%0Aer99%1Bsecret", "MARK\\ner99\\x1bsecret"] {
            assert_eq!(find(text, &secret), vec![0..text.len()], "{text}");
        }
    }

    #[test]
    fn what_overlaps_is_one_and_other_text_is_none() {
        let secrets = ["abcdefgh".to_owned(), "efghijkl".to_owned()];
        assert_eq!(find("x abcdefghijkl abcdefg", &secrets), vec![2..14]);
        assert!(find("100 % of \\ and %zz and \\u{zz} abcdefg", &secrets).is_empty());
        assert!(find("abcdefgh", &[]).is_empty());
    }
}
