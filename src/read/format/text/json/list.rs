//! One JSON list of objects, over any number of lines, of which only a part is in memory. It
//! is the whole file, or a part of a document.
//!
//! An element is a record and starts on the physical line of its first byte. An element that is
//! not one object is a rejected record. A file that is not a list, or ends within it, is an error,
//! since it is unknown what is missing.

use super::Objects;
use super::document::Document;
use crate::read::ReadError;
use crate::read::format::text::Splitter;
use crate::read::format::text::lines::Cells;
use crate::read::format::text::records::{MAX_RECORD, Records, Row, Span};
use crate::value::Reason;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Before,
    Within,
    After,
}

/// An element that has not ended yet.
#[derive(Debug, Clone, Copy)]
struct Open {
    start: usize,
    line: i64,
    depth: usize,
    string: bool,
    escaped: bool,
    /// It is too long, and its bytes are no longer kept.
    skip: bool,
}

/// Splits the text of one file.
pub(in crate::read) struct List {
    file: String,
    objects: Objects,
    /// What stands around the list, if it is not the whole file.
    document: Option<Document>,
    place: Place,
    open: Option<Open>,
    /// Whether an element must come: after a comma.
    expected: bool,
    /// Whether the text is one element and nothing around it.
    alone: bool,
    cursor: usize,
    line: i64,
}

impl List {
    /// For a file whose objects `objects` understands.
    pub(in crate::read) fn new(file: &str, objects: Objects) -> Self {
        Self {
            file: file.to_owned(),
            objects,
            document: None,
            place: Place::Before,
            open: None,
            expected: false,
            alone: false,
            cursor: 0,
            line: 1,
        }
    }

    /// The same for files of which the list is a part.
    pub(in crate::read) fn at(self, path: Option<&str>) -> Self {
        Self { document: path.map(Document::new), ..self }
    }

    /// Moves over one byte.
    fn step(&mut self, records: &mut Records) -> Result<(), ReadError> {
        let byte = records.text[self.cursor];
        match (self.place, &mut self.document) {
            (Place::Before | Place::After, Some(document)) => {
                let step = document.step(byte);
                if step.map_err(|problem| self.error(&problem))? {
                    self.place = Place::Within;
                }
            }
            _ if byte.is_ascii_whitespace() && self.open.is_none() => {}
            (Place::Before, _) if byte == b'[' => self.place = Place::Within,
            (Place::Before, _) => {
                return Err(self.error("a list was expected, which starts with `[`"));
            }
            (Place::Within, _) => self.within(records, byte),
            (Place::After, _) => {
                return Err(self.error("there is text after the end of the list"));
            }
        }
        self.line += i64::from(byte == b'\n');
        self.cursor += 1;
        Ok(())
    }

    fn within(&mut self, records: &mut Records, byte: u8) {
        let closed = !self.alone && self.open.is_none_or(|open| !open.string && open.depth == 0);
        match byte {
            b',' | b']' if closed => self.end_element(records, byte),
            _ => {
                let (start, line) = (self.cursor, self.line);
                let new =
                    Open { start, line, depth: 0, string: false, escaped: false, skip: false };
                self.open.get_or_insert(new).step(byte);
            }
        }
    }

    fn end_element(&mut self, records: &mut Records, byte: u8) {
        let nothing = Span::new(self.cursor, self.cursor);
        match self.open.take() {
            Some(open) if open.skip => {}
            Some(open) => records.bare(open.row(&records.text[open.start..self.cursor])),
            // `[]` has no elements; in `[1,]` and `[,1]` one was left out.
            None if byte == b']' && !self.expected => {}
            None => {
                let fault = Some(Reason::BadJson);
                records.bare(Row { span: nothing, line: self.line, fault });
            }
        }
        self.expected = byte == b',';
        if byte == b']' {
            self.place = Place::After;
            self.document.iter_mut().for_each(Document::behind_list);
        }
    }

    /// The text ends within an element: more may come, up to a limit.
    fn bound(&mut self, records: &mut Records) {
        let Some(open) = &mut self.open else { return };
        if open.skip {
            records.text.truncate(open.start);
        } else if records.text.len() - open.start > MAX_RECORD {
            let span = records.shorten(open.start);
            records.bare(Row { span, line: open.line, fault: Some(Reason::TooLong) });
            open.start = records.text.len();
            open.skip = true;
        }
        self.cursor = records.text.len();
    }

    fn error(&self, problem: &str) -> ReadError {
        let (file, problem) = (self.file.clone(), problem.to_owned());
        ReadError::JsonList { file, line: self.line, problem }
    }

    /// Whether the text may end here.
    fn is_whole(&self) -> bool {
        match &self.document {
            Some(document) => self.place != Place::Within && document.is_whole(),
            None => self.place != Place::Within,
        }
    }
}

impl Open {
    fn step(&mut self, byte: u8) {
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' => self.escaped = self.string,
            b'"' => self.string = !self.string,
            _ if self.string => {}
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }

    fn row(self, text: &[u8]) -> Row {
        let span = Span::new(self.start, self.start + text.trim_ascii_end().len());
        let fault = (text.len() > MAX_RECORD).then_some(Reason::TooLong);
        Row { span, line: self.line, fault }
    }
}

impl Splitter for List {
    fn split(&mut self, records: &mut Records, rows: usize) -> Result<Option<Records>, ReadError> {
        while self.cursor < records.text.len() {
            self.step(records)?;
            if self.open.is_none() && records.is_full(rows, self.cursor) {
                let mut full = records.take(self.cursor);
                self.cursor = 0;
                self.objects.fill(&mut full)?;
                return Ok(Some(full));
            }
        }
        self.bound(records);
        Ok(None)
    }

    fn finish(&mut self, records: &mut Records) -> Result<Records, ReadError> {
        if self.alone {
            self.end_element(records, b']');
        }
        if !self.is_whole() {
            let (file, line) = (self.file.clone(), self.open.map_or(self.line, |open| open.line));
            return Err(ReadError::OpenList { file, line });
        }
        let mut rest = records.take(records.text.len());
        self.objects.fill(&mut rest)?;
        Ok(rest)
    }

    fn break_off(&mut self, records: &mut Records, reason: Reason) -> Records {
        let next = (records.text.len(), self.line);
        let (start, line) = self.open.map_or(next, |open| (open.start, open.line));
        records.break_off(start, line, reason);
        let mut rest = records.take(records.text.len());
        // If a file is also damaged, that error takes precedence.
        if self.objects.fill(&mut rest).is_err() {
            rest.cells.fill(Span::NULL);
        }
        rest
    }

    fn again(&self) -> Box<dyn Splitter> {
        let (place, alone) = (Place::Within, true);
        Box::new(Self { place, alone, ..Self::new(&self.file, self.objects.clone()) })
    }
}

#[cfg(test)]
mod tests {
    use super::{List, Objects};
    use crate::read::column::Columns;
    use crate::read::format::text::reader::Reader;
    use crate::read::format::text::records::{MAX_RECORD, Records};
    use crate::value::Reason;
    use proptest::prelude::*;

    /// Line, fault, raw text and the value of `a`.
    type Element = (i64, Option<Reason>, String, Option<String>);

    fn elements(records: &Records) -> Vec<Element> {
        let text = |range| records.text.get(range).map(|b| String::from_utf8_lossy(b).into_owned());
        let rows = records.rows.iter().zip(&records.cells);
        let element = |(row, cell): (
            &crate::read::format::text::records::Row,
            &crate::read::format::text::records::Span,
        )| {
            (row.line, row.fault, text(row.span.range()).unwrap(), text(cell.range()))
        };
        rows.map(element).collect()
    }

    fn read<'a>(
        pieces: impl IntoIterator<Item = &'a [u8]>,
        batch: usize,
    ) -> Result<Vec<Element>, String> {
        read_at(None, pieces, batch)
    }

    fn read_at<'a>(
        path: Option<&str>,
        pieces: impl IntoIterator<Item = &'a [u8]>,
        batch: usize,
    ) -> Result<Vec<Element>, String> {
        let columns = Columns::named(&["a"]);
        let list = List::new("f", Objects::new("f", columns)).at(path);
        let mut reader = Reader::new(Box::new(list), 1, batch);
        let show = |error: crate::read::ReadError| error.to_string();
        let mut found = Vec::new();
        for piece in pieces {
            reader.feed(piece);
            while let Some(full) = reader.next().map_err(show)? {
                found.extend(elements(&full));
            }
        }
        found.extend(elements(&reader.finish().map_err(show)?));
        Ok(found)
    }

    fn whole(text: &str) -> Result<Vec<Element>, String> {
        read([text.as_bytes()], 10)
    }

    fn brief(text: &str) -> Vec<(i64, Option<Reason>, Option<String>)> {
        whole(text).unwrap().into_iter().map(|it| (it.0, it.1, it.3)).collect()
    }

    #[test]
    fn elements_start_on_their_physical_lines() {
        let text = "[\n{\"a\":1},{\"a\":\n\"x],[\"\n}\n,\n{\"a\":[1,\n2]}]\n";
        let some = |text: &str| Some(text.to_owned());
        let expected = [(2, None, some("1")), (2, None, some("x],[")), (6, None, some("[1,\n2]"))];
        assert_eq!(brief(text), expected);
    }

    #[test]
    fn what_is_no_object_is_rejected_and_the_rest_is_read() {
        let text = "[1,{\"a\":2}},\n\"x\",{\"a\":3} {\"a\":4},,{\"a\":5},]";
        let bad = Some(Reason::BadJson);
        let faults: Vec<_> = brief(text).into_iter().map(|it| it.1).collect();
        assert_eq!(faults, [bad, bad, bad, bad, bad, None, bad]);
        assert_eq!(whole(text).unwrap()[1].2, "{\"a\":2}}");
    }

    #[test]
    fn an_empty_list_and_an_empty_file_have_no_rows() {
        for text in ["", "\n \n", "[]", " [ \n ] \n"] {
            assert_eq!(whole(text), Ok(Vec::new()), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_whole_list_is_an_error() {
        let said = |text| whole(text).unwrap_err();
        assert_eq!(said("\n{\"a\":1}"), "`f` line 2: a list was expected, which starts with `[`");
        assert_eq!(said("[{\"a\":1},\n{\"a\""), "`f` line 2: the file ends within its list");
        assert_eq!(said("[{\"a\":1}\n"), "`f` line 1: the file ends within its list");
        assert_eq!(said("[]\n[]"), "`f` line 2: there is text after the end of the list");
    }

    /// Lines and values of a list within a document, or what is wrong with it.
    fn within(path: &str, text: &str) -> Result<Vec<(i64, Option<String>)>, String> {
        let found = read_at(Some(path), [text.as_bytes()], 10)?;
        Ok(found.into_iter().map(|it| (it.0, it.3)).collect())
    }

    #[test]
    fn a_list_is_found_within_a_document() {
        let list = "[{\"a\":1},\n{\"a\":2}]";
        let expected = Ok(vec![(2, Some("1".to_owned())), (3, Some("2".to_owned()))]);
        for (path, text) in [
            ("t", format!("{{\n\"t\":{list}}}")),
            ("t", format!(" {{\"n\":null,\"u\": \n {{\"t\":[1]}} , \"t\" : {list} ,\"c\":2 }} \n")),
            (
                "d.t",
                format!("{{\"t\":[{{}}],\"d\":{{\"x\":\"}}]\\\"\",\n\"t\":{list}}},\"y\":{{}}}}"),
            ),
            ("d.t", format!("{{\"d.t\":\n{list}}}")),
            ("d.e.t", format!("{{\"d.e\":{{\"\\u0074\":\n{list}}}}}")),
        ] {
            assert_eq!(within(path, &text), expected, "{text}");
        }
        assert_eq!(within("t", "{\"t\":[]}"), Ok(Vec::new()));
        assert_eq!(within("t", "{\"t\":null,\"n\":1}"), Ok(Vec::new()));
        assert_eq!(within("t", " \n"), Ok(Vec::new()));
    }

    #[test]
    fn a_document_without_its_list_is_an_error() {
        let said = |text| within("d.t", text).unwrap_err();
        assert_eq!(said("{\"d\":{\n}}"), "`f` line 2: there is nothing at `d.t`");
        assert_eq!(said("{\"t\":[]}"), "`f` line 1: there is nothing at `d.t`");
        assert_eq!(said("{\"d\":{\"t\":{}}}"), "`f` line 1: what is at `d.t` is no list");
        assert_eq!(said("{\"d\":[]}"), "`f` line 1: an object was expected, which starts with `{`");
        assert_eq!(
            said("[{\"a\":1}]"),
            "`f` line 1: an object was expected, which starts with `{`"
        );
        let twice = "`f` line 1: a key of `d.t` is there twice";
        assert_eq!(said("{\"d\":{\"t\":[],\"t\":[]}}"), twice);
        assert_eq!(said("{\"d\":{\"t\":[]},\"d\":1}"), twice);
        assert_eq!(said("{\"d\":{\"t\":[]},\n"), "`f` line 2: the file ends within its list");
        assert_eq!(
            said("{\"d\":{\"t\":[]}}{"),
            "`f` line 1: there is text after the end of the document"
        );
        assert_eq!(said("{\"d\":{\"t\":[]}1"), "`f` line 1: this is no JSON object");
    }

    #[test]
    fn depth_costs_no_stack() {
        let deep = format!("[{{\"a\":{}1{}}},1]", "[".repeat(1 << 20), "]".repeat(1 << 20));
        let found = brief(&deep);
        assert_eq!((found.len(), found[0].1, found[1].1), (2, None, Some(Reason::BadJson)));
        let open = format!("[{}", "{\"a\":".repeat(1 << 20));
        assert!(whole(&open).is_err());
    }

    #[test]
    fn an_element_without_end_is_rejected_without_being_kept() {
        let long = vec![b'x'; 1 << 20];
        let pieces = std::iter::repeat_n(long.as_slice(), 40);
        let pieces = [&b"[{\"a\":1},\n{\"a\":\""[..]].into_iter().chain(pieces);
        let found = read(pieces.chain([&b"\"},{\"a\":3}]"[..]]), 10).unwrap();
        let faults: Vec<_> = found.iter().map(|it| (it.0, it.1)).collect();
        assert_eq!(faults, [(1, None), (2, Some(Reason::TooLong)), (2, None)]);
        assert!(found[1].2.len() < MAX_RECORD / 1000);
    }

    proptest! {
        #[test]
        fn no_cutting_of_the_bytes_changes_the_elements_of_a_document(
            before in "(\"[ab\\\\]{0,2}\":([{]\"t\":\\[1\\][}]|\"[}\\]]\"|1) ?,\n?){0,3}",
            elements in "([{]\"a\":(1|\"[}\\],]\")[}]|1)?(,\n?[{]\"a\":2[}]){0,3}",
            after in "(,\"[t]{0,2}\":([{][}]|\"x\"|null)){0,2}[}]?[ }]?",
            cuts in prop::collection::vec(0_usize..120, 0..8),
            batch in 1_usize..4,
        ) {
            let text = format!("{{{before}\"t\":[{elements}]{after}");
            let text = text.as_bytes();
            let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            let pieces = cuts.windows(2).map(|cut| &text[cut[0]..cut[1]]);
            let whole = read_at(Some("t"), [text], 1000);
            prop_assert_eq!(read_at(Some("t"), pieces, batch), whole.clone());
            prop_assert_eq!(read_at(Some("t"), text.chunks(1), batch), whole);
        }

        #[test]
        fn no_cutting_of_the_bytes_changes_the_elements(
            text in "\\[([ab,\"\n\r é{}:\\[\\]]|\\\\|[{]\"a\":\"b\\\\\"\"[}],|[{]\"a\":[{][}][}]){0,40}\\]",
            cuts in prop::collection::vec(0_usize..80, 0..12),
            batch in 1_usize..5,
        ) {
            let text = text.as_bytes();
            let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            let pieces = cuts.windows(2).map(|cut| &text[cut[0]..cut[1]]);
            let whole = read([text], 1000);
            prop_assert_eq!(read(pieces, batch), whole.clone());
            prop_assert_eq!(read(text.chunks(1), batch), whole);
        }
    }
}
