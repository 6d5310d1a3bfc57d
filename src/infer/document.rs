//! Lists of objects within JSON documents: `{"tickets": [{…}, {…}], "next_page": null}`.

use std::ops::Range;

use super::json::{DEEPEST, plain};
use crate::read::{JsonMember, json_elements, json_members, json_value};

/// Words in the names of members beside a list that say something about the list.
const ABOUT: [&str; 26] = [
    "page",
    "pages",
    "pagination",
    "paging",
    "count",
    "total",
    "next",
    "previous",
    "prev",
    "offset",
    "limit",
    "cursor",
    "has",
    "more",
    "first",
    "last",
    "links",
    "meta",
    "metadata",
    "status",
    "success",
    "ok",
    "size",
    "version",
    "generated",
    "self",
];

/// A list in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
struct List {
    /// The keys that lead to it, separated by dots.
    path: String,
    /// How many of its elements are objects.
    objects: usize,
}

/// The contents of a text that starts as an object, as far as it is complete.
#[derive(Debug, Default)]
struct Document {
    lists: Vec<List>,
    /// The keys of the first object.
    keys: Vec<String>,
    /// Whether anything follows that object.
    goes_on: bool,
    /// Whether the object goes over several lines.
    lines: bool,
}

/// The way to the rows of documents, if these are documents around a list and not rows themselves.
pub(super) fn path(texts: &[&str]) -> Option<String> {
    let documents: Vec<Document> = texts.iter().map(|text| Document::of(text)).collect();
    let first = documents.iter().find(|document| !document.lists.is_empty())?;
    let longest = first.lists.iter().rev().max_by_key(|list| list.objects)?;
    let around = |it: &Document| !it.goes_on && (it.lines || it.is_about(&longest.path));
    documents.iter().all(around).then(|| longest.path.clone())
}

impl Document {
    fn of(text: &str) -> Self {
        let whole = json_value(text.as_bytes(), 0);
        let mut document = Self {
            goes_on: !text[whole.end..].trim().is_empty(),
            lines: text[whole.clone()].contains('\n'),
            ..Self::default()
        };
        document.look(text, whole.start, &mut Vec::new());
        document
    }

    /// Records the lists in the object that starts at a byte, to which some keys lead.
    fn look(&mut self, text: &str, start: usize, way: &mut Vec<String>) {
        let mut members = Vec::new();
        json_members(text.as_bytes(), start, &mut members);
        for JsonMember { key, value } in members {
            let key = plain(text, &key);
            self.keys.extend(way.is_empty().then(|| key.clone()));
            way.push(key);
            match text.as_bytes().get(value.start) {
                Some(b'{') if way.len() < DEEPEST => self.look(text, value.start, way),
                Some(b'[') => self.lists.extend(List::of(text, value.start, way)),
                _ => {}
            }
            way.pop();
        }
    }

    /// Whether all members of the document but the list are about the list.
    fn is_about(&self, path: &str) -> bool {
        let start = path.split('.').next().unwrap_or_default();
        let about = |key: &String| {
            let words = super::name::words(key);
            words.split('_').any(|word| ABOUT.contains(&word))
        };
        self.keys.iter().all(|key| key == start || about(key))
    }
}

impl List {
    /// The list that starts at a byte, if it is one of objects.
    fn of(text: &str, start: usize, way: &[String]) -> Option<Self> {
        let is_object = |range: Range<usize>| text[range].starts_with('{');
        let mut elements = json_elements(text.as_bytes(), start).map(is_object);
        let first = elements.next()?;
        let objects = 1 + elements.filter(|is_object| *is_object).count();
        first.then(|| Self { path: way.join("."), objects })
    }
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn a_page_of_rows_is_told_from_a_row() {
        let page = r#"{"tickets":[{"id":1,"x":[{}]},{"id":2}],"next_page":null,"count":2}"#;
        assert_eq!(path(&[page]).as_deref(), Some("tickets"));
        let deep = "{\"data\":{\n\"a\\\"]\":\"[{\",\"items\":[ {\"id\":1}]},\"b\":[1,{}]}\n";
        assert_eq!(path(&[deep]).as_deref(), Some("data.items"));
        for rows in [
            "{\"id\":1,\"lines\":[{\"sku\":\"x\"}]}",
            "{\"lines\":[{\"sku\":\"x\"}]}\n{\"lines\":[{\"sku\":\"y\"}]}\n",
            "{\"id\":1,\"tags\":[1]}",
            "{}",
        ] {
            assert_eq!(path(&[rows]), None, "{rows}");
        }
    }

    #[test]
    fn lists_that_lie_too_deep_are_not_looked_for() {
        let of = |depth: usize| {
            let lists: Vec<String> = (0..20_000).map(|at| format!("\"k{at}\":[{{}}]")).collect();
            format!("{}{{{}}}{}", "{\"b\":".repeat(depth), lists.join(","), "}".repeat(depth))
        };
        assert_eq!(path(&[&of(0)]).as_deref(), None);
        assert!(path(&[&format!("{}\n", of(3).replacen(':', ":\n", 1))]).is_some());
        assert_eq!(path(&[&of(20_000).replacen(':', ":\n", 1)]), None);
    }

    #[test]
    fn a_document_may_be_cut_in_a_key() {
        for cut in [r#"{"t":[{"id":1}],"#, r#"{"t":[{"id":1}],"cou"#, r#"{"t":[{"id":1},{"i\"#] {
            assert_eq!(path(&[cut]).as_deref(), Some("t"), "{cut}");
        }
    }
}
