//! Texts as they are written in YAML: with quotes where they would be read as something else.

/// Words that are not text in YAML.
const WORDS: [&str; 10] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan"];

/// A text as YAML, within a list or a mapping too.
pub(crate) fn scalar(text: &str) -> String {
    let plain = |it: char| it.is_ascii_alphanumeric() || it == '_';
    let starts = text.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_');
    let spaced = text.split(' ').all(|word| !word.is_empty() && word.chars().all(plain));
    if starts && spaced && !is_word(text) { text.to_owned() } else { quoted(text) }
}

/// Whether a text is not read as text without quotes.
pub(crate) fn is_word(text: &str) -> bool {
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// A text in double quotes.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\t' => quoted.push_str("\\t"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            it if printable(it) => quoted.push(it),
            it => quoted.extend(format!("\\U{:08X}", u32::from(it)).chars()),
        }
    }
    quoted + "\""
}

/// Whether a character can be used in YAML and in a terminal as it is.
pub(crate) fn printable(character: char) -> bool {
    let space = character.is_whitespace() && character != ' ';
    !crate::text::acts(character) && !space && !matches!(character, '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::scalar;

    #[test]
    fn what_is_written_as_a_key_or_a_value_is_read_as_the_same_text() {
        let texts = [
            "amount",
            "x: y",
            "Total: Amount",
            "- x",
            "-",
            "#x",
            "a #b",
            "null",
            "~",
            "NULL",
            "[k]",
            "{k}",
            "&a",
            "*a",
            "!a",
            "%",
            "%a",
            "@a",
            "`a",
            "a b",
            " a",
            "a ",
            "",
            "?",
            "? a",
            "a,b",
            "|",
            ">",
            "'a'",
            "\"a\"",
            "1",
            "1e3",
            ".5",
            "0x1",
            "true",
            "No",
            "a\\b",
            "größe",
            "a\tb",
            "<<",
            "2024-01-01",
            "a:",
            ":a",
            "---",
            "...",
            "=",
            "nan",
            ".nan",
            ".inf",
        ];
        for text in texts {
            let yaml = format!("columns: {{{0}: {{type: {0}}}}}", scalar(text));
            let read: BTreeMap<String, BTreeMap<String, BTreeMap<String, String>>> =
                serde_yaml::from_str(&yaml).unwrap_or_else(|error| panic!("{yaml}: {error}"));
            assert_eq!(read["columns"][text]["type"], text, "{yaml}");
        }
    }
}
