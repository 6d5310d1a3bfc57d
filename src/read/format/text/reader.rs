//! A text file becomes batches: pieces of bytes, then records, then columns.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::arrow::error::ArrowError;
use datafusion::common::DataFusionError;
use futures::stream::{BoxStream, StreamExt, TryStreamExt, try_unfold};
use memchr::memchr;
use object_store::ObjectStore;

use super::csv::Csv;
use super::json::{List, Objects};
use super::lines::Lines;
use super::records::Records;
use super::unicode::{shown, valid};
use super::whitespace::Whitespace;
use crate::declare::{DamagedFiles, Format};
use crate::plan::{SourceField, SourcePlan};
use crate::read::ReadError;
use crate::read::account::{Correction, Judged, Scan, Settled, correct};
use crate::read::bytes::{self, Pieces, utf8};
use crate::read::column::{Columns, Presence};
use crate::read::format::margins::{Margin, Window};
use crate::read::list::InputFile;
use crate::value::{Fault, Faults, Parser, Reason, Texts};

/// The mark that some programs put before UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";
/// How much of a line that is skipped is kept to show it, in bytes.
const SHOWN: usize = 1 << 10;

/// Finds the records of one file, however its bytes arrive.
pub(in crate::read) trait Splitter: Send {
    /// Splits what has arrived: a full batch, or nothing until more arrives.
    fn split(&mut self, records: &mut Records, rows: usize) -> Result<Option<Records>, ReadError>;

    /// Splits what is left at the end of the file.
    fn finish(&mut self, records: &mut Records) -> Result<Records, ReadError>;

    /// Makes of what is left one row at fault: the file is damaged where it ends.
    fn break_off(&mut self, records: &mut Records, reason: Reason) -> Records;

    /// A splitter for another record of the same file.
    fn again(&self) -> Box<dyn Splitter>;
}

/// The splitter of a source's format.
pub(in crate::read) fn splitter(source: &SourcePlan, file: &str) -> Box<dyn Splitter> {
    let columns = Columns::of(source);
    let margins = &source.margins;
    match source.format {
        Format::Whitespace => {
            let fields = Whitespace::new(file, source.dialect.header, margins, columns);
            let line = 1 + i64::from(margins.skip_rows);
            Box::new(Lines::new(fields, source.dialect.comment).starting_at(line))
        }
        Format::Ndjson => Box::new(Lines::new(Objects::new(file, columns), None)),
        Format::Json => {
            let list = List::new(file, Objects::new(file, columns));
            Box::new(list.at(source.record_path.as_deref()))
        }
        _ => Box::new(Csv::new(file, source.dialect, columns).within(margins)),
    }
}

/// Records one batch after the other, from bytes fed piece by piece.
pub(in crate::read) struct Reader {
    splitter: Box<dyn Splitter>,
    records: Records,
    rows: usize,
    started: bool,
    /// How many lines are skipped, and how many of them are gone.
    skip: u32,
    skipped: u32,
}

impl Reader {
    /// With so many declared columns and rows in a batch.
    pub(in crate::read) fn new(splitter: Box<dyn Splitter>, columns: usize, rows: usize) -> Self {
        let records = Records::new(columns);
        Self { splitter, records, rows, started: false, skip: 0, skipped: 0 }
    }

    /// The same for files of which the first lines are skipped, whatever is in them.
    pub(in crate::read) fn skipping(self, lines: u32) -> Self {
        Self { skip: lines, ..self }
    }

    /// Adds the next bytes of the file.
    pub(in crate::read) fn feed(&mut self, piece: &[u8]) {
        self.records.text.extend_from_slice(piece);
        if !self.started && self.records.text.len() >= MARK.len() {
            self.start();
        }
        if self.started {
            self.skip(false);
        }
    }

    fn start(&mut self) {
        self.started = true;
        if self.records.text.starts_with(MARK) {
            self.records.text.drain(..MARK.len());
        }
    }

    /// Drops the lines to be skipped, as far as they have arrived; `all` that has, at the end.
    fn skip(&mut self, all: bool) {
        let mut start = 0;
        while self.skipped < self.skip {
            let rest = &self.records.text[start..];
            let end = memchr(b'\n', rest).map(|at| at + 1);
            let Some(length) = end.or((all && !rest.is_empty()).then_some(rest.len())) else {
                break;
            };
            self.skipped += 1;
            let line = rest[..length.min(SHOWN)].trim_ascii_end();
            self.records.skipped.note(Margin::Before, i64::from(self.skipped), line);
            start += length;
        }
        self.records.text.drain(..start);
        if self.skipped < self.skip {
            // Nothing else of a line without end is needed.
            self.records.text.truncate(SHOWN);
        }
    }

    /// A full batch, or nothing until more was fed.
    pub(in crate::read) fn next(&mut self) -> Result<Option<Records>, ReadError> {
        if !self.started || self.skipped < self.skip {
            return Ok(None);
        }
        self.splitter.split(&mut self.records, self.rows)
    }

    /// What is left of a damaged file, as one row at fault behind those that are whole.
    fn break_off(&mut self, reason: Reason) -> Records {
        if !self.started {
            self.start();
        }
        self.splitter.break_off(&mut self.records, reason)
    }

    /// The last batch. Everything before it was taken with [`Reader::next`].
    pub(in crate::read) fn finish(&mut self) -> Result<Records, ReadError> {
        let untouched = !self.started;
        if untouched {
            self.start();
        }
        self.skip(true);
        if untouched {
            // So little text is one batch, however small batches are.
            self.splitter.split(&mut self.records, usize::MAX)?;
        }
        self.splitter.finish(&mut self.records)
    }
}

/// The records of one file, a batch after the other.
struct FileReader {
    file: String,
    pieces: Pieces,
    reader: Reader,
    window: Window<Records>,
    corrections: BTreeMap<i64, Correction>,
    damaged: DamagedFiles,
    ended: bool,
}

/// Records that are split, and how many of them were corrected.
type Split = (Records, u64);

/// Opens a text file.
///
/// Its records are split one after the other, for only that tells where they begin; batches of them
/// are converted several at a time where other cores would be idle, and come out in order.
pub(in crate::read) async fn open(
    scan: Scan,
    store: Arc<dyn ObjectStore>,
    file: InputFile,
) -> Result<BoxStream<'static, Result<RecordBatch, DataFusionError>>, ReadError> {
    let source = &scan.reading.source;
    let bytes = bytes::open_padded(store, &file, source.zero_padding).await?;
    let pieces = utf8(bytes, source.dialect.encoding);
    let splitter = splitter(source, &file.name);
    let start = FileReader {
        file: file.name.clone(),
        pieces,
        reader: Reader::new(splitter, source.columns.len(), scan.batch)
            .skipping(source.margins.skip_rows),
        window: Window::new(source.margins.footer_rows),
        corrections: scan.reading.corrections.of(&file.name),
        damaged: source.damaged_files,
        ended: false,
    };
    let split = try_unfold(start, |mut state| async move {
        let records = state.next().await.map_err(DataFusionError::from)?;
        Ok(records.map(|records| (records, state)))
    });
    let (converting, ahead) = (scan.clone(), scan.ahead);
    let name = Arc::<str>::from(file.name.as_str());
    let settled =
        split.map_ok(move |split| converted(converting.clone(), Arc::clone(&name), split));
    Ok(scan.counted(file, Presence::default(), settled.try_buffered(ahead).boxed()))
}

async fn converted(scan: Scan, file: Arc<str>, split: Split) -> Result<Settled, DataFusionError> {
    if scan.ahead == 1 {
        return scan.convert(&file, &split);
    }
    let converting = tokio::spawn(async move { scan.convert(&file, &split) });
    match converting.await {
        Ok(settled) => settled,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(error) => Err(DataFusionError::External(Box::new(error))),
    }
}

impl FileReader {
    async fn next(&mut self) -> Result<Option<Split>, ReadError> {
        loop {
            if let Some(mut records) = self.window.pop() {
                let splitter = self.reader.splitter.as_ref();
                let corrected = correct(&mut records, &self.corrections, splitter)?;
                return Ok(Some((records, corrected)));
            }
            if self.ended {
                return Ok(None);
            }
            self.hold().await?;
        }
    }

    /// Moves on to the next batch, which waits until it is known to hold no footer.
    async fn hold(&mut self) -> Result<(), ReadError> {
        if let Some(mut records) = self.records().await? {
            if records.rows.is_empty() {
                records.text = Vec::new();
            }
            self.window.push(records);
        }
        if self.ended {
            self.window.end();
        }
        Ok(())
    }

    async fn records(&mut self) -> Result<Option<Records>, ReadError> {
        let read = match self.reader.next() {
            Ok(None) => self.feed().await,
            other => other,
        };
        match read {
            Err(damage) if self.damaged == DamagedFiles::Quarantine => self.break_off(damage),
            other => other,
        }
    }

    async fn feed(&mut self) -> Result<Option<Records>, ReadError> {
        if let Some(piece) = self.pieces.try_next().await? {
            self.reader.feed(&piece);
            return Ok(None);
        }
        self.ended = true;
        self.reader.finish().map(Some)
    }

    /// What was read of a damaged file is used, and the rest is one row at fault.
    fn break_off(&mut self, damage: ReadError) -> Result<Option<Records>, ReadError> {
        let reason = damage.is_damage().ok_or(damage)?;
        tracing::warn!(file = self.file, reason = reason.code(), "the file breaks off");
        self.ended = true;
        self.window.break_off();
        Ok(Some(self.reader.break_off(reason)))
    }
}

impl Scan {
    /// Records become columns; rows that cannot are rejected.
    pub(in crate::read) fn convert(
        &self,
        file: &str,
        (records, corrected): &Split,
    ) -> Result<Settled, DataFusionError> {
        let mut faults = self.reading.faults(records.rows.len());
        for (row, record) in records.rows.iter().enumerate() {
            if let Some(reason) = record.fault {
                faults.note(row, None, reason);
            }
        }
        for (cell, reason) in &records.refused {
            faults.note(cell / records.width, Some(cell % records.width), *reason);
        }
        let text = valid(records, &mut faults);
        let columns = columns(self, records, &text, &mut faults)?;
        let lines = records.rows.iter().map(|row| row.line).collect();
        let mut judged = Judged { columns, lines, faults };
        let show = |row: usize, fault: Fault| {
            let raw = shown(&records.text[records.rows[row].span.range()]);
            match fault.column {
                None => (raw.clone(), raw),
                Some(column) => {
                    let value = cell(records, &text, row, column);
                    (Cow::Borrowed(value.unwrap_or_default()), raw)
                }
            }
        };
        let mut settled = self.settle(file, &mut judged, show)?;
        settled.counts.corrected = *corrected;
        settled.counts.skip(file, &records.skipped);
        settled.counts.presence.merge(records.presence.clone());
        Ok(settled)
    }
}

fn columns(
    scan: &Scan,
    records: &Records,
    text: &str,
    faults: &mut Faults,
) -> Result<Vec<Option<ArrayRef>>, ArrowError> {
    let reading = &scan.reading;
    let fields = reading.source.columns.iter().zip(&reading.parsers).enumerate();
    fields
        .map(|(column, (field, parser)): (usize, (&SourceField, &Parser))| {
            let text = |row| cell(records, text, row, column);
            let (rows, required) = (records.rows.len(), field.required);
            let texts = Texts { column, rows, required, text };
            if let Some(values) = scan.folders.column(column, rows) {
                return values.map(Some);
            }
            if matches!(parser, Parser::Text) && !scan.needs(column) {
                texts.judge(faults);
                return Ok(None);
            }
            Ok(Some(texts.read(parser, faults)))
        })
        .collect()
}

/// The text of a cell, if it has one. Fields end at single bytes, hence never within a character.
fn cell<'a>(records: &Records, text: &'a str, row: usize, column: usize) -> Option<&'a str> {
    text.get(records.cells[row * records.width + column].range())
}

#[cfg(test)]
mod tests {
    use super::{Reader, splitter};
    use crate::declare::{ColumnType, Format};
    use crate::plan::{Dialect, Margins, SourceField, SourcePlan};
    use crate::read::format::text::records::{MAX_RECORD, Records};
    use crate::value::Reason;
    use proptest::prelude::*;

    /// Line, fault, raw text and the values of `a` and `b`.
    type Row = (i64, Option<Reason>, String, [Option<String>; 2]);

    fn source(format: Format, header: bool) -> SourcePlan {
        let field = |name: &str| SourceField::new(name, ColumnType::String, chrono_tz::UTC);
        let dialect = Dialect { header, ..Dialect::default() };
        SourcePlan { dialect, ..SourcePlan::new("raw", "", format, vec![field("a"), field("b")]) }
    }

    fn rows(records: &Records) -> Vec<Row> {
        let text = |range| records.text.get(range).map(|b| String::from_utf8_lossy(b).into_owned());
        let row = |(row, record): (usize, &crate::read::format::text::Row)| {
            let cell = |column: usize| text(records.cells[row * 2 + column].range());
            let raw = text(record.span.range()).unwrap_or_default();
            (record.line, record.fault, raw, [cell(0), cell(1)])
        };
        records.rows.iter().enumerate().map(row).collect()
    }

    fn read<'a>(
        source: &SourcePlan,
        pieces: impl IntoIterator<Item = &'a [u8]>,
        batch: usize,
    ) -> Result<Vec<Row>, String> {
        let reader = Reader::new(splitter(source, "f"), 2, batch);
        let mut reader = reader.skipping(source.margins.skip_rows);
        let mut found = Vec::new();
        let show = |error: crate::read::ReadError| error.to_string();
        for piece in pieces {
            reader.feed(piece);
            while let Some(full) = reader.next().map_err(show)? {
                found.extend(rows(&full));
            }
        }
        found.extend(rows(&reader.finish().map_err(show)?));
        Ok(found)
    }

    fn whole(format: Format, text: &str) -> Vec<Row> {
        read(&source(format, false), [text.as_bytes()], 10).unwrap()
    }

    fn values(format: Format, text: &str) -> Vec<[Option<String>; 2]> {
        whole(format, text).into_iter().map(|row| row.3).collect()
    }

    fn some(a: &str, b: &str) -> [Option<String>; 2] {
        [Some(a.to_owned()), Some(b.to_owned())]
    }

    #[test]
    fn quotes_keep_commas_line_ends_and_quotes() {
        let text = "\"x, \"\"y\"\"\r\nz\",1\r\na\"b,2\n";
        let expected = [some("x, \"y\"\r\nz", "1"), some("a\"b", "2")];
        assert_eq!(values(Format::Csv, text), expected);
    }

    #[test]
    fn nothing_is_null_and_quotes_around_nothing_are_not() {
        assert_eq!(values(Format::Csv, ",\"\"\n"), [[None, Some(String::new())]]);
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them() {
        let text = "\n\"a\nb\",1\r\n\r\nc,2\nd,\"3\n\n\"\ne,4";
        let lines: Vec<_> = whole(Format::Csv, text).iter().map(|row| row.0).collect();
        assert_eq!(lines, [2, 5, 6, 9]);
    }

    #[test]
    fn the_raw_text_of_a_record_is_kept_as_it_is_written() {
        let rows = whole(Format::Csv, "\"a\"\"\nb\",1,2\r\n");
        assert_eq!(rows[0].2, "\"a\"\"\nb\",1,2");
        assert_eq!(rows[0].1, Some(Reason::WrongFieldCount));
    }

    #[test]
    fn a_mark_before_the_header_is_not_part_of_a_name() {
        let text = b"\xEF\xBB\xBFa,b\n1,2\n";
        for cut in 0..text.len() {
            let pieces = [&text[..cut], &text[cut..]];
            let found = read(&source(Format::Csv, true), pieces, 10).unwrap();
            assert_eq!((found[0].0, &found[0].3), (2, &some("1", "2")));
        }
    }

    #[test]
    fn lines_before_the_header_are_skipped_whatever_is_in_them_and_stay_lines() {
        let text = "\u{feff}Report, \"unclosed\n\n\"#\na,b\nA,B\n1,\"2\n3\"\n4,5\n";
        let margins = Margins { skip_rows: 3, header_rows: 2, ..Margins::default() };
        let source = SourcePlan { margins, ..source(Format::Csv, true) };
        let found = read(&source, [text.as_bytes()], 10).unwrap();
        let lines: Vec<i64> = found.iter().map(|row| row.0).collect();
        assert_eq!((lines, &found[0].3), (vec![6, 8], &some("1", "2\n3")));
    }

    #[test]
    fn a_line_without_end_is_skipped_without_being_kept() {
        let long = vec![b'x'; 1 << 20];
        let pieces = std::iter::repeat_n(long.as_slice(), 40).chain([&b"\na,b\n1,2\n"[..]]);
        let margins = Margins { skip_rows: 1, ..Margins::default() };
        let source = SourcePlan { margins, ..source(Format::Csv, true) };
        let found = read(&source, pieces, 10).unwrap();
        assert_eq!((found[0].0, &found[0].3), (3, &some("1", "2")));
    }

    #[test]
    fn an_empty_file_has_no_rows() {
        for format in [Format::Csv, Format::Whitespace, Format::Ndjson] {
            for text in ["", "\n", "\r\n\n"] {
                let found = read(&source(format, true), [text.as_bytes()], 10);
                assert_eq!(found, Ok(Vec::new()), "{format:?} {text:?}");
            }
        }
    }

    #[test]
    fn a_record_without_end_is_rejected_without_being_kept() {
        let long = vec![b'x'; 1 << 20];
        for format in [Format::Csv, Format::Whitespace, Format::Ndjson] {
            let pieces = std::iter::repeat_n(long.as_slice(), 40);
            let pieces = [&b"1,2\n"[..]].into_iter().chain(pieces).chain([&b"\n3,4\n"[..]]);
            let found = read(&source(format, false), pieces, 10).unwrap();
            let faults: Vec<_> = found.iter().map(|row| (row.0, row.1)).collect();
            assert_eq!(faults[1], (2, Some(Reason::TooLong)), "{format:?}");
            assert_eq!(faults.len(), 3);
            assert_eq!(faults[2].0, 3);
            assert!(found[1].2.len() < MAX_RECORD / 1000);
        }
    }

    #[test]
    fn a_quote_without_end_is_an_error_before_memory_ends() {
        let long = vec![b'x'; 1 << 20];
        let pieces = [&b"\"a"[..]].into_iter().chain(std::iter::repeat_n(long.as_slice(), 40));
        let error = read(&source(Format::Csv, false), pieces, 10).unwrap_err();
        assert!(error.contains("line 1"), "{error}");
    }

    #[test]
    fn json_values_are_found_whatever_is_around_them() {
        let text = r#" {"x":{"a":[1,"}"]}, "b" : "\u0041\\" ,"a":-1.50e3 }"#;
        assert_eq!(values(Format::Ndjson, text), [some("-1500", "A\\")]);
    }

    proptest! {
        #[test]
        fn no_cutting_of_the_bytes_changes_the_records(
            text in "([ab,\"\n\r é{}:]|\r\n|\"\"|,\"|\"\n|[{]\"a\":\"b\\\\\"\"[}]\n){0,60}",
            cuts in prop::collection::vec(0_usize..80, 0..12),
            batch in 1_usize..5,
            header: bool,
            skip_rows in 0_u32..3,
            header_rows in 1_u32..3,
        ) {
            let text = text.as_bytes();
            let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            for format in [Format::Csv, Format::Whitespace, Format::Ndjson] {
                let margins = Margins { skip_rows, header_rows, ..Margins::default() };
                let margins = if format == Format::Ndjson { Margins::default() } else { margins };
                let source = SourcePlan { margins, ..source(format, header) };
                let whole = read(&source, [text], 1000);
                let pieces = cuts.windows(2).map(|cut| &text[cut[0]..cut[1]]);
                prop_assert_eq!(read(&source, pieces, batch), whole);
                let bytes = text.chunks(1);
                prop_assert_eq!(read(&source, bytes, batch), read(&source, [text], 1000));
            }
        }

        #[test]
        fn what_is_quoted_reads_back(a in "[ab,\"\n\r é]{1,12}", b in "[ab,\"\n\r é]{0,12}") {
            let quote = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
            let line = format!("{},{}\r\n", quote(&a), quote(&b));
            prop_assert_eq!(values(Format::Csv, &line), [some(&a, &b)]);
        }
    }
}
