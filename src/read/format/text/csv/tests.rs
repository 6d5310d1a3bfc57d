//! The splitter beside a reader that is slow and obviously right.

use proptest::prelude::*;

use super::Csv;
use crate::plan::Dialect;
use crate::read::ReadError;
use crate::read::column::Columns;
use crate::read::format::text::Splitter;
use crate::read::format::text::records::{MAX_RECORD, Records};
use crate::value::Reason;

type Cells = [Option<String>; 2];

/// Line, fault, raw text and cells of a row.
type Found = (i64, Option<Reason>, String, Cells);

/// A whole file that is read a byte at a time, as the rules say it.
struct Plainly<'a> {
    text: &'a [u8],
    dialect: Dialect,
    at: usize,
    line: i64,
    record_line: i64,
    broken: bool,
}

impl Plainly<'_> {
    /// All rows, or the line of a record whose quotes are never closed.
    fn rows(mut self) -> Result<Vec<Found>, i64> {
        let mut rows = Vec::new();
        while self.at < self.text.len() {
            let start = self.at;
            self.record_line = self.line;
            let comment = self.dialect.comment == Some(self.text[start]);
            let fields = if comment { self.comment() } else { self.fields()? };
            let raw = &self.text[start..self.at];
            let raw = raw.strip_suffix(b"\r").unwrap_or(raw);
            if !comment && !raw.is_empty() {
                rows.push(row(self.record_line, self.broken, raw, fields));
            }
            self.at += 1;
            self.line += 1;
        }
        Ok(rows)
    }

    fn comment(&mut self) -> Vec<Option<Vec<u8>>> {
        while !matches!(self.text.get(self.at), None | Some(b'\n')) {
            self.at += 1;
        }
        Vec::new()
    }

    /// The fields up to the end of a line or of the text.
    fn fields(&mut self) -> Result<Vec<Option<Vec<u8>>>, i64> {
        self.broken = false;
        let mut fields = vec![self.field()?];
        while self.text.get(self.at) == Some(&self.dialect.delimiter) {
            self.at += 1;
            fields.push(self.field()?);
        }
        Ok(fields)
    }

    fn field(&mut self) -> Result<Option<Vec<u8>>, i64> {
        if self.dialect.quote.is_none() || self.dialect.quote != self.text.get(self.at).copied() {
            let text = self.plain();
            return Ok(Some(text).filter(|text| !text.is_empty()));
        }
        self.at += 1;
        let text = self.quoted()?;
        self.broken |= !self.plain().is_empty();
        Ok(Some(text))
    }

    /// Up to the delimiter or the end of the line, `\r` included.
    fn plain(&mut self) -> Vec<u8> {
        let start = self.at;
        let ends = |byte: &u8| *byte == self.dialect.delimiter || *byte == b'\n';
        self.at += self.text[start..].iter().position(ends).unwrap_or(self.text.len() - start);
        let text = &self.text[start..self.at];
        let line = self.text.get(self.at) != Some(&self.dialect.delimiter);
        if line { text.strip_suffix(b"\r").unwrap_or(text) } else { text }.to_vec()
    }

    fn quoted(&mut self) -> Result<Vec<u8>, i64> {
        let Dialect { quote, escape, .. } = self.dialect;
        let mut text = Vec::new();
        while let Some(byte) = self.text.get(self.at).copied() {
            let next = self.text.get(self.at + 1).copied();
            let escapes = Some(byte) == escape.or(quote);
            if escapes && next.is_some() && (next == quote || next == escape) {
                text.extend(next);
                self.at += 2;
                continue;
            }
            self.at += 1;
            if Some(byte) == quote {
                return Ok(text);
            }
            self.line += i64::from(byte == b'\n');
            text.push(byte);
        }
        self.broken = true;
        if self.line == self.record_line { Ok(text) } else { Err(self.record_line) }
    }
}

fn row(line: i64, broken: bool, raw: &[u8], fields: Vec<Option<Vec<u8>>>) -> Found {
    let show = |text: Vec<u8>| String::from_utf8_lossy(&text).into_owned();
    let count = (fields.len() != 2).then_some(Reason::WrongFieldCount);
    let fault = broken.then_some(Reason::BadQuotes).or(count);
    let cells = match <[_; 2]>::try_from(fields) {
        Ok(fields) if fault.is_none() => fields.map(|field| field.map(show)),
        _ => [None, None],
    };
    (line, fault, show(raw.to_vec()), cells)
}

fn plainly(text: &str, dialect: Dialect) -> Result<Vec<Found>, i64> {
    Plainly { text: text.as_bytes(), dialect, at: 0, line: 1, record_line: 1, broken: false }.rows()
}

fn split<'a>(
    pieces: impl IntoIterator<Item = &'a [u8]>,
    dialect: Dialect,
    batch: usize,
) -> Result<Vec<Found>, ReadError> {
    let mut csv = Csv::new("f", dialect, Columns::named(&["a", "b"]));
    let mut records = Records::new(2);
    let mut found = Vec::new();
    for piece in pieces {
        records.text.extend_from_slice(piece);
        while let Some(full) = csv.split(&mut records, batch)? {
            found.extend(rows(&full));
        }
    }
    found.extend(rows(&csv.finish(&mut records)?));
    Ok(found)
}

fn rows(records: &Records) -> Vec<Found> {
    let text = |range| records.text.get(range).map(|b| String::from_utf8_lossy(b).into_owned());
    let row = |(at, row): (usize, &crate::read::format::text::records::Row)| {
        let cell = |column: usize| text(records.cells[at * 2 + column].range());
        (row.line, row.fault, text(row.span.range()).unwrap_or_default(), [cell(0), cell(1)])
    };
    assert_eq!(records.cells.len(), records.rows.len() * 2);
    records.rows.iter().enumerate().map(row).collect()
}

const PLAIN: Dialect = Dialect {
    delimiter: b',',
    quote: Some(b'"'),
    escape: None,
    comment: None,
    header: false,
    encoding: encoding_rs::UTF_8,
};

fn cells(text: &str, dialect: Dialect) -> Vec<[String; 2]> {
    let rows = split([text.as_bytes()], dialect, 10).unwrap();
    rows.into_iter().map(|row| row.3.map(Option::unwrap_or_default)).collect()
}

#[test]
fn an_escape_stands_before_quotes_and_escapes_and_is_text_elsewhere() {
    let dialect = Dialect { escape: Some(b'\\'), ..PLAIN };
    let text = "\"a\\\"b\",\"c\\\\\"\n\"C:\\new\",x\\y\n";
    assert_eq!(cells(text, dialect), [["a\"b", "c\\"], ["C:\\new", "x\\y"]]);
    let found = split([&b"\"a\"\"b\",c\n"[..]], dialect, 10).unwrap();
    assert_eq!(found[0].1, Some(Reason::BadQuotes));
}

#[test]
fn without_quotes_a_quote_is_text() {
    let dialect = Dialect { quote: None, ..PLAIN };
    assert_eq!(cells("\"a\",b\"\"\n\",\n", dialect), [["\"a\"", "b\"\""], ["\"", ""]]);
}

#[test]
fn any_byte_may_be_the_quote() {
    let dialect = Dialect { quote: Some(b'\''), delimiter: b';', ..PLAIN };
    assert_eq!(cells("'it''s; so';\"\n", dialect), [["it's; so", "\""]]);
}

#[test]
fn comments_are_skipped_before_the_header_and_between_rows_and_are_lines() {
    let dialect = Dialect { comment: Some(b'#'), header: true, ..PLAIN };
    let text = "# a, \"b\nb,a\n#\n1,2\n \n#,\"\n\"#3\",#4\n#";
    let found = split([text.as_bytes()], dialect, 10).unwrap();
    let found: Vec<_> = found.into_iter().map(|row| (row.0, row.3)).collect();
    let some = |a: &str, b: &str| [Some(a.to_owned()), Some(b.to_owned())];
    assert_eq!(found, [(4, some("2", "1")), (5, [None, None]), (7, some("#4", "#3"))]);
}

#[test]
fn a_comment_without_end_is_skipped_without_being_kept() {
    let dialect = Dialect { comment: Some(b'#'), ..PLAIN };
    let long = vec![b','; MAX_RECORD];
    let pieces = [&b"1,2\n#"[..], &long, &long, &b"\n3,4\n"[..]];
    let found = split(pieces, dialect, 10).unwrap();
    let lines: Vec<_> = found.iter().map(|row| (row.0, row.1)).collect();
    assert_eq!(lines, [(1, None), (3, None)]);
}

fn dialects() -> impl Strategy<Value = Dialect> {
    let quotes = prop_oneof![
        4 => Just((Some(b'"'), None)),
        2 => Just((Some(b'"'), Some(b'\\'))),
        1 => Just((Some(b'\''), None)),
        1 => Just((None, None)),
    ];
    let comment = prop_oneof![Just(None), Just(Some(b'#'))];
    let delimiter = prop_oneof![Just(b','), Just(b';')];
    (quotes, comment, delimiter).prop_map(|((quote, escape), comment, delimiter)| Dialect {
        delimiter,
        quote,
        escape,
        comment,
        ..PLAIN
    })
}

proptest! {
    #[test]
    fn records_are_what_the_rules_say_however_the_bytes_are_cut(
        text in "([ab,;\"'\\\\#\n\r é]|\r\n|\"\"|,\"|\",\"|\"\n|\n#|[a-z]{60},|a,\"b\"\r\n){0,50}",
        dialect in dialects(),
        cuts in prop::collection::vec(0_usize..300, 0..8),
        batch in 1_usize..5,
    ) {
        let bytes = text.as_bytes();
        let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let expected = plainly(&text, dialect);
        let line = |error: ReadError| match error {
            ReadError::UnclosedQuote { line, .. } => line,
            other => panic!("{other:?}"),
        };
        prop_assert_eq!(&split([bytes], dialect, usize::MAX).map_err(line), &expected);
        let pieces = cuts.windows(2).map(|cut| &bytes[cut[0]..cut[1]]);
        prop_assert_eq!(&split(pieces, dialect, batch).map_err(line), &expected);
        prop_assert_eq!(&split(bytes.chunks(1), dialect, batch).map_err(line), &expected);
    }
}
