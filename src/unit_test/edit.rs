//! A list of rows within the text of a file of tests: its end, and its replacement.

use std::ops::Range;

/// One passage of a text and its replacement.
pub(super) type Edit = (Range<usize>, String);

/// The text with all passages replaced; of those that overlap, the first.
pub(super) fn edited(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|(range, _)| range.start);
    let (mut edited, mut done) = (String::with_capacity(text.len()), 0);
    for (range, instead) in edits {
        if range.start >= done {
            edited.push_str(&text[done..range.start]);
            edited.push_str(&instead);
            done = range.end;
        }
    }
    edited + &text[done..]
}

/// The list of YAML that begins at `start`, up to the end of its last item; the lines below it,
/// comments included, are not part of it.
pub(super) fn list(text: &str, start: usize) -> Option<Range<usize>> {
    match text.as_bytes().get(start)? {
        b'[' => brackets(text, start).map(|end| start..end),
        b'-' => Some(start..block(text, start)),
        _ => None,
    }
}

/// The end of a list in brackets.
fn brackets(text: &str, start: usize) -> Option<usize> {
    let (mut depth, mut quote) = (0_usize, None);
    let mut before = ' ';
    for (at, sign) in text[start..].char_indices() {
        match (quote, sign) {
            (Some('"'), '"') if before == '\\' => {}
            (Some(open), _) if open == sign => quote = None,
            (None, '"' | '\'') if " [{,:\n".contains(before) => quote = Some(sign),
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') if depth == 1 => return Some(start + at + 1),
            (None, ']' | '}') => depth -= 1,
            _ => {}
        }
        before = if before == '\\' { ' ' } else { sign };
    }
    None
}

/// The end of a list of lines: of the last one that is an item, or deeper than the dash of one.
fn block(text: &str, start: usize) -> usize {
    let line = text[..start].rfind('\n').map_or(0, |end| end + 1);
    let indent = text[line..start].chars().count();
    let (mut end, mut at) = (start, line);
    for (number, line) in text[line..].split_inclusive('\n').enumerate() {
        let content = line.trim();
        let deep = line.chars().take_while(|it| *it == ' ').count();
        let is_item = number == 0 || deep > indent || (deep == indent && content.starts_with('-'));
        if !content.is_empty() && !content.starts_with('#') {
            if !is_item {
                break;
            }
            end = at + line.trim_end().len();
        }
        at += line.len();
    }
    end
}

/// Rows that replace a list that begins at `start`, in its format: an item per line, or all
/// in brackets if the list is part of a line.
pub(super) fn rows(text: &str, start: usize, rows: &[String]) -> String {
    let line = text[..start].rfind('\n').map_or(0, |end| end + 1);
    let before = &text[line..start];
    let indent = before.len() - before.trim_start_matches(' ').len();
    let is_key = before.trim().strip_suffix(':').is_some_and(|key| !key.contains(['{', '[', ' ']));
    if rows.is_empty() {
        return "[]".to_owned();
    }
    let items = |indent: usize| {
        let gap = format!("\n{}", " ".repeat(indent));
        rows.iter().map(|row| format!("- {row}")).collect::<Vec<_>>().join(&gap)
    };
    match text.as_bytes().get(start) {
        Some(b'-') => items(before.chars().count()),
        _ if is_key => format!("\n{}{}", " ".repeat(indent + 2), items(indent + 2)),
        _ => format!("[{}]", rows.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{edited, list, rows};

    /// The text with other rows in place of the list that begins at a mark.
    fn replaced(text: &str, new: &[&str]) -> String {
        let start = text.find('^').unwrap();
        let text = text.replacen('^', "", 1);
        let new: Vec<String> = new.iter().map(|row| (*row).to_owned()).collect();
        let range = list(&text, start).unwrap();
        let instead = rows(&text, start, &new);
        edited(&text, vec![(range, instead)]).replace(": \n", ":\n")
    }

    #[test]
    fn a_list_of_lines_is_replaced_and_what_stands_around_it_stays() {
        let text = "a:\n  expect:\n    ^- {x: 1} # one\n    # two\n    - x: 2\n      y: |\n        - z\n    # three\n\n  b: 1\n";
        assert_eq!(
            replaced(text, &["{x: 3}", "{x: 4}"]),
            "a:\n  expect:\n    - {x: 3}\n    - {x: 4}\n    # three\n\n  b: 1\n"
        );
        let tight = "expect:\n^- {x: 1}\n- {x: 2}\nb: 1\n";
        assert_eq!(replaced(tight, &["{x: 3}"]), "expect:\n- {x: 3}\nb: 1\n");
        assert_eq!(replaced("expect:\n  ^- {x: 1}", &["{x: 3}"]), "expect:\n  - {x: 3}");
    }

    #[test]
    fn a_list_in_brackets_becomes_lines_where_it_ends_its_own() {
        assert_eq!(
            replaced("a:\n  expect: ^[] # none\n", &["{x: 3}", "{x: 4}"]),
            "a:\n  expect:\n    - {x: 3}\n    - {x: 4} # none\n"
        );
        let within = "a: {expect: ^[{x: \"]\\\"}\"}, {x: 'b'}], given: {}}\n";
        assert_eq!(replaced(within, &["{x: 3}"]), "a: {expect: [{x: 3}], given: {}}\n");
        assert_eq!(replaced("expect:\n  ^- {x: 1}\n", &[]), "expect:\n  []\n");
    }
}
