//! The objects of a text whose columns are not known yet.

use std::ops::Range;

use super::document::Document;
use super::{List, Objects};
use crate::read::column::Columns;
use crate::read::format::text::Splitter;
use crate::read::format::text::lines::{Cells, Lines};
use crate::read::format::text::records::Records;

/// How objects stand in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JsonShape<'a> {
    /// One a line.
    Lines,
    /// As a list.
    List,
    /// As the list at this path of a document: keys, separated by dots.
    Within(&'a str),
}

/// At most so many objects of a text, or of the beginning of one that is `cut`.
///
/// `None` if something else is in place of an object, except a broken object in a truncated
/// text: there it is the end. Errors around the objects are left to the reader of the file.
pub(crate) fn json_objects(
    text: &str,
    shape: JsonShape,
    cut: bool,
    most: usize,
) -> Option<Vec<Range<usize>>> {
    let other = !text.trim_start().starts_with('[') && !text.trim().is_empty();
    if shape == JsonShape::List && other {
        return None;
    }
    let mut found = Vec::new();
    for (range, is_object) in records(text, shape, cut, most) {
        if !is_object {
            let broken = cut && !found.is_empty() && text[range].trim_start().starts_with('{');
            return broken.then_some(found);
        }
        found.push(range);
    }
    Some(found)
}

/// The beginning of a text that is cut, as a text of its own that ends with its last whole object.
pub(crate) fn json_mended(text: &str, shape: JsonShape) -> Option<String> {
    let objects = json_objects(text, shape, true, usize::MAX)?;
    let end = objects.last()?.end;
    let closing = match shape {
        JsonShape::Lines => String::new(),
        JsonShape::List => "]".to_owned(),
        JsonShape::Within(path) => format!("]{}", "}".repeat(depth(text, path))),
    };
    Some(format!("{}{closing}", &text[..end]))
}

/// The records of a text, and whether they are objects.
fn records(
    text: &str,
    shape: JsonShape,
    cut: bool,
    most: usize,
) -> impl Iterator<Item = (Range<usize>, bool)> {
    let objects = || Objects::new("", Columns::none());
    let mut splitter: Box<dyn Splitter> = match shape {
        JsonShape::Lines => Box::new(Lines::new(objects(), None)),
        JsonShape::List => Box::new(List::new("", objects())),
        JsonShape::Within(path) => Box::new(List::new("", objects()).at(Some(path))),
    };
    let mut open = Records::new(0);
    open.text.extend_from_slice(text.as_bytes());
    let (mut batches, mut before, mut rows) = (Vec::new(), 0, 0);
    while rows < most
        && let Ok(Some(full)) = splitter.split(&mut open, most - rows)
    {
        rows += full.rows.len();
        let length = full.text.len();
        batches.push((before, full));
        before += length;
    }
    if rows < most {
        let rest = if cut { None } else { splitter.finish(&mut open).ok() };
        // Of a text that is not whole, the records that are.
        let rest = rest.or_else(|| objects().fill(&mut open).is_ok().then_some(open));
        batches.extend(rest.map(|rest| (before, rest)));
    }
    batches.into_iter().flat_map(|(before, batch)| {
        let range = move |range: Range<usize>| before + range.start..before + range.end;
        batch.rows.into_iter().map(move |row| (range(row.span.range()), row.fault.is_none()))
    })
}

/// How many objects are open where the list of a document begins.
fn depth(text: &str, path: &str) -> usize {
    let mut document = Document::new(path);
    let _ = text.bytes().map(|byte| document.step(byte)).find(|step| *step != Ok(false));
    document.depth()
}

#[cfg(test)]
mod tests {
    use super::{JsonShape, json_mended, json_objects};

    fn shown<'a>(text: &'a str, shape: JsonShape<'a>, cut: bool) -> Option<Vec<&'a str>> {
        let found = json_objects(text, shape, cut, 100)?;
        Some(found.into_iter().map(|range| &text[range]).collect())
    }

    #[test]
    fn lists_and_lines_are_told_apart_and_may_be_cut() {
        let (lines, list) = (JsonShape::Lines, JsonShape::List);
        let two = Some(vec!["{\"a\":1}", "{\"a\":2}"]);
        assert_eq!(shown("[{\"a\":1},\n {\"a\":2}]", list, false), two);
        assert_eq!(shown("[{\"a\":1},\n {\"a\":2},{\"", list, true), two);
        assert_eq!(shown("{\"a\":1}\n\n{\"a\":2}\r\n", lines, false), two);
        let one = Some(vec!["{\"a\":1}"]);
        assert_eq!(shown("{\"a\":1}\n{\"a\":", lines, true), one);
        assert_eq!(shown("{\"a\":1}\n{\"a\":\n{}\n", lines, true), one);
        assert_eq!(shown("{\"a\":1}\n{\"a\":", lines, false), None);
        assert_eq!(shown("{\n\"a\":1}\n", lines, true), None);
        assert_eq!(shown("[1]", list, false), None);
        assert_eq!(shown("{\"a\":1}", list, true), None);
        assert_eq!(shown("", list, false), Some(Vec::new()));
    }

    #[test]
    fn what_is_wrong_around_the_objects_is_left_to_whoever_reads_them() {
        let one = Some(vec!["{\"a\":1}"]);
        assert_eq!(shown("[{\"a\":1},{\"a\"", JsonShape::List, false), one);
        assert_eq!(shown("[{\"a\":1}]]", JsonShape::List, false), one);
        assert_eq!(shown("{\"t\":[{\"a\":1}]}}", JsonShape::Within("t"), false), one);
        assert_eq!(shown("{\"u\":[{\"a\":1}]}", JsonShape::Within("t"), false), Some(vec![]));
    }

    #[test]
    fn a_long_text_is_split_as_a_short_one() {
        let row = format!("{{\"a\":\"{}\"}}\n", "x".repeat(100));
        let text = row.repeat(200_000);
        let found = json_objects(&text, JsonShape::Lines, true, usize::MAX).unwrap();
        assert_eq!(found.len(), 200_000);
        assert!(found.into_iter().all(|range| text[range] == *row.trim_end()));
        assert_eq!(json_objects(&text, JsonShape::Lines, true, 7).unwrap().len(), 7);
    }

    #[test]
    fn a_text_that_is_cut_is_ended_behind_its_last_whole_object() {
        let cut = r#"{"n":1,"d":{"t":[{"id":1},{"id":2},{"id":"#;
        let whole = r#"{"n":1,"d":{"t":[{"id":1},{"id":2}]}}"#;
        assert_eq!(json_mended(cut, JsonShape::Within("d.t")).as_deref(), Some(whole));
        let cut = r#"{"d.t":[{"id":1},{"id""#;
        let whole = r#"{"d.t":[{"id":1}]}"#;
        assert_eq!(json_mended(cut, JsonShape::Within("d.t")).as_deref(), Some(whole));
        assert_eq!(json_mended("[{},{", JsonShape::List).as_deref(), Some("[{}]"));
        assert_eq!(json_mended("{}\n{", JsonShape::Lines).as_deref(), Some("{}"));
        assert_eq!(json_mended("[{", JsonShape::List), None);
    }
}
