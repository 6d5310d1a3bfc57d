//! Traversal of JSON that is known to be well-formed, but may be truncated: only strings and depth
//! need tracking.

use std::ops::Range;

/// A key, between its quotes, and its value, as ranges of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonMember {
    pub(crate) key: Range<usize>,
    pub(crate) value: Range<usize>,
}

/// The members of the object that starts at or after `start`; none if something else does.
pub(crate) fn json_members(text: &[u8], start: usize, found: &mut Vec<JsonMember>) {
    found.clear();
    let mut walk = Walk { text, at: start };
    if !walk.enters(b'{') {
        return;
    }
    while walk.text.get(walk.at) == Some(&b'"') {
        let key = walk.value();
        if !walk.after(b':') {
            return;
        }
        let value = walk.value();
        found.push(JsonMember { key: key.start + 1..key.end - 1, value });
        walk.after(b',');
    }
}

/// The elements of the list that starts at or after `start`; none if something else does.
pub(crate) fn json_elements(text: &[u8], start: usize) -> impl Iterator<Item = Range<usize>> {
    let mut walk = Walk { text, at: start };
    let mut more = walk.enters(b'[');
    std::iter::from_fn(move || {
        let value = more.then(|| walk.value()).filter(|value| !value.is_empty())?;
        more = walk.after(b',');
        Some(value)
    })
}

/// The value that starts at or after `start`.
pub(crate) fn json_value(text: &[u8], start: usize) -> Range<usize> {
    let mut walk = Walk { text, at: start };
    walk.blanks();
    walk.value()
}

/// Whether a key, as it is written, is this one.
pub(super) fn same(key: &[u8], wanted: &str) -> bool {
    if !key.contains(&b'\\') {
        return key == wanted.as_bytes();
    }
    let quoted = [b"\"", key, b"\""].concat();
    serde_json::from_slice::<String>(&quoted).is_ok_and(|plain| plain == wanted)
}

struct Walk<'a> {
    text: &'a [u8],
    at: usize,
}

impl Walk<'_> {
    fn enters(&mut self, bracket: u8) -> bool {
        self.blanks();
        self.after(bracket)
    }

    /// Moves over a byte and the blanks around it, if it comes next.
    fn after(&mut self, byte: u8) -> bool {
        self.blanks();
        let there = self.text.get(self.at) == Some(&byte);
        self.at += usize::from(there);
        self.blanks();
        there
    }

    fn blanks(&mut self) {
        while self.text.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    /// Moves over one value and says where it stands.
    fn value(&mut self) -> Range<usize> {
        let start = self.at;
        let mut depth = 0_u32;
        while let Some(byte) = self.text.get(self.at) {
            match byte {
                b'"' => self.string(),
                b'{' | b'[' => depth += 1,
                b'}' | b']' | b',' | b':' if depth == 0 => break,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 && matches!(byte, b'}' | b']') {
                break;
            }
        }
        self.at = self.at.min(self.text.len());
        start..start + self.text[start..self.at].trim_ascii_end().len()
    }

    /// From the opening quote to the closing one.
    fn string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.text.get(self.at) {
            match byte {
                b'"' => return,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{json_elements, json_members, json_value, same};

    fn pairs(text: &str) -> Vec<(&str, &str)> {
        let mut found = Vec::new();
        json_members(text.as_bytes(), 0, &mut found);
        found.into_iter().map(|member| (&text[member.key], &text[member.value])).collect()
    }

    #[test]
    fn values_are_found_whatever_is_in_them() {
        let text = r#" { "a" : {"x":[1,"}"]} , "b\"":"\\" ,"c":-1.5e3,"":[] } "#;
        let expected =
            [("a", r#"{"x":[1,"}"]}"#), (r#"b\""#, r#""\\""#), ("c", "-1.5e3"), ("", "[]")];
        assert_eq!(pairs(text), expected);
        assert_eq!(pairs("{}"), []);
        assert_eq!(pairs("[1]"), []);
    }

    #[test]
    fn elements_are_counted_from_nought() {
        let text = r#"[ 1, [2,3] ,"," ]"#;
        let at = |index| json_elements(text.as_bytes(), 0).nth(index).map(|range| &text[range]);
        assert_eq!([at(0), at(1), at(2), at(3)], [Some("1"), Some("[2,3]"), Some("\",\""), None]);
        assert_eq!(json_elements(b"[]", 0).next(), None);
        assert_eq!(json_elements(b"{\"a\":1}", 0).next(), None);
    }

    #[test]
    fn a_text_may_be_cut_anywhere() {
        let text = r#"{"a":{"b":[1,"}\\"]},"c":[{"d":"\""},2]} "#;
        for cut in 0..=text.len() {
            let cut = &text[..cut];
            let members = pairs(cut);
            assert!(members.iter().all(|(key, _)| ["a", "c"].contains(key)), "{cut}");
            assert_eq!(json_value(cut.as_bytes(), 0), 0..cut.trim_end().len());
        }
        assert_eq!(pairs(r#"{"a":1,"b"#), [("a", "1")]);
        assert_eq!(json_value(br#" {"a":[]} {}"#, 0), 1..9);
    }

    #[test]
    fn a_key_is_what_it_means_and_not_how_it_is_written() {
        assert!(same(br"a", "a") && same(br"\u0061", "a") && same(br#"\""#, "\""));
        assert!(!same(br"\u0062", "a"));
    }
}
