//! Text from data, which may contain anything, as it is shown within a line.

use std::fmt::Write;

/// Represents the backslash of an escape until a text is printed: only there is it known whether a
/// person or a program reads it. No text contains it, since it is a noncharacter of Unicode.
pub(crate) const ESCAPE: char = '\u{fdd0}';

/// Text from data within a line, with its line ends escaped too. People get the escapes
/// [`spelt_out`], and programs the text [`as_it_was`].
pub(crate) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut before = None;
    for (at, character) in text.char_indices() {
        match character {
            '\t' => shown.push('\t'),
            '\n' => shown.extend([ESCAPE, 'n']),
            '\r' => shown.extend([ESCAPE, 'r']),
            ESCAPE if escaped(&text[at..]).is_some() => shown.push(ESCAPE),
            it if acts(it) || (joins(it) && !before.is_some_and(takes_joiners)) => {
                let _ = write!(shown, "{ESCAPE}u{{{:x}}}", u32::from(it));
                // An escaped character is not a letter that a joiner could shape, also if a text is
                // escaped again.
                before = None;
                continue;
            }
            it => shown.push(it),
        }
        before = Some(character);
    }
    shown
}

/// The text with its escapes as people read them.
pub(crate) fn spelt_out(text: &str) -> String {
    text.replace(ESCAPE, "\\")
}

/// The text before anything of it was escaped.
pub(crate) fn as_it_was(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(ESCAPE) {
        let (character, length) = escaped(&rest[at..]).unwrap_or((ESCAPE, ESCAPE.len_utf8()));
        shown.push_str(&rest[..at]);
        shown.push(character);
        rest = &rest[at + length..];
    }
    shown + rest
}

/// The character of the escape at the beginning of a text, and the length of the escape.
fn escaped(text: &str) -> Option<(char, usize)> {
    let code = text.strip_prefix(ESCAPE)?;
    let (character, length) = match code.chars().next()? {
        'n' => ('\n', 1),
        'r' => ('\r', 1),
        _ => {
            let (digits, _) = code.strip_prefix("u{")?.split_once('}')?;
            (char::from_u32(u32::from_str_radix(digits, 16).ok()?)?, digits.len() + "u{}".len())
        }
    };
    Some((character, ESCAPE.len_utf8() + length))
}

/// Whether a character has an effect on the display or is invisible: controls, line ends,
/// bidirectional controls, tags, and characters without a glyph (Unicode 17, those of
/// `Default_Ignorable_Code_Point` that no script needs, and blanks that are letters or symbols).
pub(crate) fn acts(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}'
                | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
        || matches!(
            character,
            '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
                | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{2060}'..='\u{2065}' | '\u{2800}'
                | '\u{3164}' | '\u{fdd0}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}' | '\u{e0080}'..='\u{e0fff}'
        )
}

/// Whether a character, itself invisible, shapes the one before it: the joiners of Persian, of the
/// scripts of India and of emoji, and the choice of one form of a sign.
fn joins(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
}

/// Whether such a character has a meaning after another one.
fn takes_joiners(character: char) -> bool {
    (character >= '\u{590}' && !joins(character)) || character == '\u{fe0f}'
}

/// A name as one word of a shell's command.
pub(crate) fn shell_word(name: &str) -> String {
    let plain = |it: char| it.is_alphanumeric() || "_-.,:/+=@%".contains(it);
    match !name.is_empty() && name.chars().all(plain) {
        true => name.to_owned(),
        false => format!("'{}'", name.replace('\'', "'\\''")),
    }
}

/// Bytes in a suitable unit.
pub(crate) fn human_bytes(bytes: u64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut size = bytes as f64;
    let mut unit = 0;
    while size >= 1024.0 && unit + 1 < units.len() {
        size /= 1024.0;
        unit += 1;
    }
    if unit == 0 { format!("{bytes} B") } else { format!("{size:.1} {}", units[unit]) }
}

/// An integer with its thousands grouped; other text as it is.
pub(crate) fn grouped(whole: &str) -> String {
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return whole.to_owned();
    }
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    format!("{sign}{text}")
}

#[cfg(test)]
mod tests {
    use super::{ESCAPE, as_it_was, shell_word, spelt_out};

    fn printable(text: &str) -> String {
        let shown = super::printable(text);
        assert_eq!(super::printable(&shown), shown);
        assert_eq!(as_it_was(&shown), text);
        spelt_out(&shown)
    }

    #[test]
    fn what_acts_on_a_terminal_is_escaped_and_everything_else_stays() {
        assert_eq!(
            printable("\u{1b}[2J\u{7}\u{9b}1m\u{202e}x\r\n\u{2066}\u{2028}\u{7f}"),
            "\\u{1b}[2J\\u{7}\\u{9b}1m\\u{202e}x\\r\\n\\u{2066}\\u{2028}\\u{7f}"
        );
        for text in ["größe 10 €", "日本語", "👩‍👧", "a\tb", "", "\\n"] {
            assert_eq!(printable(text), text);
        }
    }

    #[test]
    fn an_escape_of_the_data_is_no_escape_of_ours() {
        for (text, shown) in [
            ("\\u{1b}", "\\u{1b}".to_owned()),
            ("a\u{fdd0}b", "a\\u{fdd0}b".to_owned()),
            ("\u{fdd0}u{110000}", "\\u{fdd0}u{110000}".to_owned()),
        ] {
            assert_eq!(printable(text), shown);
        }
        assert_eq!(as_it_was(&ESCAPE.to_string()), ESCAPE.to_string());
    }

    #[test]
    fn what_nobody_sees_is_escaped_where_it_shapes_nothing() {
        for unseen in [
            '\u{200b}', '\u{ad}', '\u{180e}', '\u{115f}', '\u{2800}', '\u{3164}', '\u{200d}',
            '\u{fe0f}',
        ] {
            let shown = format!("a\\u{{{:x}}}b", u32::from(unseen));
            assert_eq!(printable(&format!("a{unseen}b")), shown);
        }
        let persian = "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}";
        for text in [persian, "\u{2764}\u{fe0f}\u{200d}\u{1f525}", "\u{2600}\u{fe0e}"] {
            assert_eq!(printable(text), text);
        }
        for text in
            ["\u{2060}\u{fe0f}x", "\u{202e}\u{200d}\u{200c}\u{fe0f}", "\u{646}\u{200b}\u{200c}"]
        {
            let once = printable(text);
            assert_eq!(printable(&once), once);
            assert!(once.chars().all(|it| it.is_ascii() || it == '\u{646}'), "{once}");
        }
        assert_eq!(
            printable("\u{e9}\u{200d}\u{646}\u{200c}\u{200c}"),
            "\u{e9}\\u{200d}\u{646}\u{200c}\\u{200c}"
        );
    }

    #[test]
    fn a_name_is_one_word_of_a_shell() {
        assert_eq!(shell_word("nightly,fact_b"), "nightly,fact_b");
        assert_eq!(shell_word("a; rm -rf ~"), "'a; rm -rf ~'");
        assert_eq!(shell_word("it's $(x)"), "'it'\\''s $(x)'");
        assert_eq!(shell_word(""), "''");
    }
}
