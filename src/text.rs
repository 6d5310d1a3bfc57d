//! Text from data, which may hold anything, as it is shown within a line.

use std::fmt::Write;

/// Text from data within a line, its own ends of lines escaped too.
pub(crate) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\t' => shown.push('\t'),
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            it if acts(it) => {
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(it));
            }
            it => shown.push(it),
        }
    }
    shown
}

/// Whether a character does something instead of standing there: controls, ends of lines, what turns the
/// direction of a line around, and tags that nobody sees.
pub(crate) fn acts(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}'
                | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::printable;

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
}
