//! Lists of objects within JSON documents: `{"tickets": [{…}, {…}], "next_page": null}`.

use super::json::{self, DEEPEST, Value};

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
    /// The keys that lead to it, parted by dots.
    path: String,
    /// The byte of its `[`.
    start: usize,
    /// How many of its elements are objects.
    objects: usize,
}

/// What a text that starts as an object holds, as far as it is there.
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

/// The objects of the list at `path`, and the byte at which the last of them ends.
pub(super) fn objects(
    text: &str,
    path: &str,
    cut: bool,
    most: usize,
) -> Option<(Vec<Vec<Value>>, usize)> {
    let document = Document::of(text);
    let Some(list) = document.lists.iter().find(|list| list.path == path) else {
        return Some((Vec::new(), 0));
    };
    let (found, end) = json::objects(&text[list.start..], true, cut, most)?;
    Some((found, list.start + end))
}

/// The beginning of a text that is cut, as a document of its own.
pub(super) fn mended(text: &str, path: &str) -> Option<String> {
    let (_, end) = objects(text, path, true, usize::MAX)?;
    let levels = path.split('.').count();
    (end > 0).then(|| format!("{}]{}", &text[..end], "}".repeat(levels)))
}

impl Document {
    fn of(text: &str) -> Self {
        let mut walk = Walk { text, at: 0, open: Vec::new(), found: Self::default() };
        walk.through();
        walk.found
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

/// Something that is open where a walk stands.
enum Open {
    /// An object and the key of the member that comes or is.
    Object(Option<String>),
    /// A list, and its place among those found.
    List(Option<usize>),
}

/// A lenient way through a text that may be cut.
struct Walk<'a> {
    text: &'a str,
    at: usize,
    open: Vec<Open>,
    found: Document,
}

impl Walk<'_> {
    fn through(&mut self) {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            match byte {
                b'"' => self.string(),
                b'{' => self.enter_object(),
                b'[' => self.enter_list(),
                b'}' | b']' => {
                    self.open.pop();
                    if self.open.is_empty() {
                        self.found.goes_on = !self.text[self.at + 1..].trim().is_empty();
                        return;
                    }
                }
                b',' => {
                    if let Some(Open::Object(key)) = self.open.last_mut() {
                        *key = None;
                    }
                }
                b'\n' => self.found.lines |= !self.open.is_empty(),
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Moves to the closing quote.
    fn string(&mut self) {
        let bytes = self.text.as_bytes();
        let start = self.at;
        self.at += 1;
        while let Some(byte) = bytes.get(self.at).filter(|byte| **byte != b'"') {
            self.at += if *byte == b'\\' { 2 } else { 1 };
        }
        let depth = self.open.len();
        if let Some(Open::Object(key @ None)) = self.open.last_mut() {
            let text = self.text.get(start..=self.at).unwrap_or_default();
            let text = serde_json::from_str::<String>(text).unwrap_or_default();
            self.found.keys.extend((depth == 1).then(|| text.clone()));
            *key = Some(text);
        }
    }

    fn enter_object(&mut self) {
        if let Some(Open::List(Some(list))) = self.open.last() {
            self.found.lists[*list].objects += 1;
        }
        self.open.push(Open::Object(None));
    }

    fn enter_list(&mut self) {
        let open = if self.open.len() > DEEPEST { &[] } else { self.open.as_slice() };
        let keys: Option<Vec<&str>> = open
            .iter()
            .map(|open| match open {
                Open::Object(key) => key.as_deref(),
                Open::List(_) => None,
            })
            .collect();
        let of_objects = self.text[self.at + 1..].trim_start().starts_with('{');
        let path = keys.filter(|keys| !keys.is_empty() && of_objects).map(|keys| keys.join("."));
        let list = path.map(|path| {
            self.found.lists.push(List { path, start: self.at, objects: 0 });
            self.found.lists.len() - 1
        });
        self.open.push(Open::List(list));
    }
}

#[cfg(test)]
mod tests {
    use super::{mended, objects, path};

    #[test]
    fn a_page_of_rows_is_told_from_a_row() {
        let page = r#"{"tickets":[{"id":1,"x":[{}]},{"id":2}],"next_page":null,"count":2}"#;
        assert_eq!(path(&[page]).as_deref(), Some("tickets"));
        assert_eq!(objects(page, "tickets", false, 10).unwrap().0.len(), 2);
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
    fn a_document_that_is_cut_is_ended_behind_its_last_whole_object() {
        let cut = r#"{"n":1,"d":{"t":[{"id":1},{"id":2},{"id":"#;
        let expected = r#"{"n":1,"d":{"t":[{"id":1},{"id":2}]}}"#;
        assert_eq!(mended(cut, "d.t").as_deref(), Some(expected));
    }
}
