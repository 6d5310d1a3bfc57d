//! How far a value of YAML extends on its first line. The reader gives the length of scalars; of a
//! list or a mapping it gives only the beginning.

/// The length in bytes of the value with which `text` begins, at least one. `known` is what the reader says:
/// nothing for a collection that is indented, and the bracket for one in brackets.
pub(super) fn extent(text: &str, known: usize) -> usize {
    let line = text.lines().next().unwrap_or_default();
    let length = match (known, line.chars().next()) {
        (1, Some('{' | '[')) => bracketed(line),
        (0, Some(first)) if begins_collection(first) => line.trim_end().len(),
        _ => known.min(line.len()),
    };
    length.max(1)
}

/// Whether an indented collection may begin so. A value that is left out begins with what follows it.
fn begins_collection(first: char) -> bool {
    !first.is_whitespace() && !matches!(first, ',' | '}' | ']' | '#')
}

/// The length of a collection in brackets: to the bracket that closes it or, if that is not on the line, to the
/// end of the line.
fn bracketed(line: &str) -> usize {
    let (mut open, mut quote, mut before) = (0_usize, None, ' ');
    let mut characters = line.char_indices();
    while let Some((at, character)) = characters.next() {
        match (quote, character) {
            (Some('"'), '\\') => {
                characters.next();
            }
            (Some(mark), _) if mark == character => quote = None,
            (None, '\'' | '"') if begins_text(before) => quote = Some(character),
            (None, '#') if before.is_whitespace() => return line[..at].trim_end().len(),
            (None, '{' | '[') => open += 1,
            (None, '}' | ']') if open == 1 => return at + 1,
            (None, '}' | ']') => open -= 1,
            _ => {}
        }
        before = character;
    }
    line.trim_end().len()
}

/// Whether a quotation mark behind this character opens a text; elsewhere it is part of one. Two in a row within a
/// text are one of its characters: the second opens it again.
fn begins_text(before: char) -> bool {
    before.is_whitespace() || matches!(before, '{' | '[' | ',' | ':' | '\'')
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::Value;
    use serde_yaml::Spanned;

    use crate::diagnostic::{Place, SourceFile};

    /// What the range of each item of a list covers, and the items.
    fn covered(text: &str) -> Vec<(String, Value)> {
        let file = Arc::new(SourceFile::new("p.yaml", text));
        let items: Vec<Spanned<Value>> = serde_yaml::from_str(text).unwrap();
        let covered = items.into_iter().map(|item| {
            let bytes = Place::of(&file, &item).bytes();
            (text[bytes].to_owned(), item.value)
        });
        covered.collect()
    }

    #[test]
    fn the_range_of_a_value_on_one_line_is_read_as_that_value() {
        let text = "- {a: 1, b: [x, {c: é}]}\n- [] # none\n- {a: 'it''s }', b: \"\\\"]}\"}  \n\
                    - [it's, {b: ''}]\n- {\"a\":\"}\", b: '#}'}\n- a: 1\n- a: {b: ']'}\n- text\n\
                    - 'a b'\n- &known {k: v}\n- - 1\n- 2.50\n-   [[1], 2]   \n";
        for (range, value) in covered(text) {
            assert_eq!(serde_yaml::from_str::<Value>(&range).unwrap(), value, "{range}");
        }
    }

    #[test]
    fn a_value_of_several_lines_ends_with_its_first() {
        let text = "- a: 1  \n  b: 2\n- [1, # one\n  2]\n- {a: b,\r\n  c: d}\n- |\n  one\n  two\n";
        let ranges: Vec<String> = covered(text).into_iter().map(|(range, _)| range).collect();
        assert_eq!(ranges, ["a: 1", "[1,", "{a: b,", "one"]);
    }

    #[test]
    fn a_value_that_is_left_out_is_one_character() {
        let text = "-\n- # none\n- [a: , b]\n-";
        let ranges: Vec<usize> = covered(text).iter().map(|(range, _)| range.len()).collect();
        assert_eq!(ranges, [1, 1, 8, 0]);
    }
}
