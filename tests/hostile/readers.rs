//! What a stranger may put in front of the program, as bytes: YAML, delimited text and JSON.
//!
//! Shared by the fuzz targets in `fuzz/` and by the test that feeds what they found. Nothing may
//! panic, however the bytes look, and every row must be accounted for.

use std::cell::LazyCell;
use std::sync::Arc;

use bytes::Bytes;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::error::DataFusionError;
use datafusion::prelude::{SessionConfig, SessionContext};
use patronage::declare::{self, DamagedFiles, Format, OnInvalid};
use patronage::diagnostic::SourceFile;
use patronage::plan::{self, Dialect, Margins, SourceField, SourcePlan};
use patronage::read::{Summary, in_memory};
use tokio::runtime::{Builder, Runtime};

/// The columns of every file: one of each type.
const COLUMNS: [(&str, &str); 8] = [
    ("a", "string"),
    ("b", "int32"),
    ("c", "decimal(9,2)"),
    ("d", "timestamp"),
    ("e", "date"),
    ("f", "boolean"),
    ("g", "float64"),
    ("h", "int64"),
];

thread_local! {
    static RUNTIME: LazyCell<Runtime> = LazyCell::new(|| Builder::new_current_thread().build().unwrap());
    static SMALL: LazyCell<SessionContext> = LazyCell::new(|| session(2));
    static LARGE: LazyCell<SessionContext> = LazyCell::new(|| session(8192));
}

fn session(batch: usize) -> SessionContext {
    let config = SessionConfig::new().with_batch_size(batch).with_target_partitions(1);
    SessionContext::new_with_config(config)
}

/// Reads a pipeline and resolves its sources; mistakes must be fit to be shown.
pub(crate) fn pipeline(bytes: &[u8]) {
    let Some(file) = yaml(bytes) else { return };
    if let Err(mistake) = declare::pipeline(&file) {
        let _ = mistake.to_string();
    } else if let Err(mistakes) = plan::sources(&file, &|_| None) {
        let _ = mistakes.to_string();
    }
}

/// Reads the YAML beside a stage, as its table file and as its tests.
pub(crate) fn table(bytes: &[u8]) {
    let Some(file) = yaml(bytes) else { return };
    if let Err(mistake) = declare::table(&file) {
        let _ = mistake.to_string();
    }
    if let Err(mistake) = declare::tests(&file) {
        let _ = mistake.to_string();
    }
}

fn yaml(bytes: &[u8]) -> Option<Arc<SourceFile>> {
    let text = std::str::from_utf8(bytes).ok()?.to_owned();
    Some(Arc::new(SourceFile::new("some.yaml", text)))
}

/// Reads a file of delimited text. The first byte chooses the dialect.
pub(crate) fn csv(bytes: &[u8]) {
    let Some((choice, file)) = bytes.split_first() else { return };
    let has = |bit: u8| choice & (1 << bit) != 0;
    let format = if has(0) { Format::Whitespace } else { Format::Csv };
    let dialect = Dialect {
        delimiter: if has(1) { b';' } else { b',' },
        quote: (!has(2)).then_some(if has(3) { b'\'' } else { b'"' }),
        escape: (has(4) && !has(2)).then_some(b'\\'),
        comment: has(5).then_some(b'#'),
        header: !has(6),
        ..Dialect::default()
    };
    let mut source = source(format, usize::from(*choice >> 4) % 7 + 2);
    source.dialect = dialect;
    let source = damaged(source, has(7));
    accounted(&source, file);
    accounted(&within(source), file);
}

/// The same of files with lines around their rows, in which cells may be what they want.
fn within(mut source: SourcePlan) -> SourcePlan {
    source.margins =
        Margins { skip_rows: 1, header_rows: 2, names_rows: vec![1, 2], footer_rows: 3 };
    for field in &mut source.columns {
        field.on_invalid = OnInvalid::Null;
    }
    source
}

/// Reads a file of JSON. The first byte chooses between lines and one list.
pub(crate) fn json(bytes: &[u8]) {
    let Some((choice, file)) = bytes.split_first() else { return };
    let format = if choice & 1 == 0 { Format::Ndjson } else { Format::Json };
    let mut source = source(format, COLUMNS.len());
    source.columns[1].from = vec!["n.b".to_owned(), "b".to_owned()];
    source.columns[2].from = vec!["l[0].c".to_owned(), "c".to_owned()];
    let source = damaged(source, choice & 2 == 0);
    accounted(&source, file);
    if source.format == Format::Json {
        let document = SourcePlan { record_path: Some("l.c".to_owned()), ..source };
        accounted(&document, file);
        accounted(&document, &[b"{\"a\":1,\"l\":{\"c\":", file, b"}}"].concat());
    }
}

fn source(format: Format, columns: usize) -> SourcePlan {
    let field =
        |(name, kind): &(&str, &str)| SourceField::new(name, kind.parse().unwrap(), chrono_tz::UTC);
    let columns = COLUMNS.iter().take(columns).map(field).collect();
    SourcePlan::new("raw", "raw", format, columns)
}

fn damaged(source: SourcePlan, stops: bool) -> SourcePlan {
    let damaged_files = if stops { DamagedFiles::Stop } else { DamagedFiles::Quarantine };
    SourcePlan { damaged_files, ..source }
}

/// Every row is accepted or rejected, and how many there are in a batch changes neither.
fn accounted(source: &SourcePlan, file: &[u8]) {
    let file = Bytes::copy_from_slice(file);
    let small = SMALL.with(|session| read(session, source, &file));
    let large = LARGE.with(|session| read(session, source, &file));
    assert_eq!(small, large, "the size of batches shows");
}

fn read(session: &SessionContext, source: &SourcePlan, file: &Bytes) -> Option<(String, Summary)> {
    let read = async {
        let files = vec![("some".to_owned(), file.clone())];
        let (rows, mut reports) = in_memory(source, files).await?;
        let batches = session.read_table(rows)?.collect().await?;
        Ok::<_, DataFusionError>((batches, reports.summary()))
    };
    let (batches, summary) = RUNTIME.with(|runtime| runtime.block_on(read)).ok()?;
    let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    assert_eq!(summary.accepted, rows as u64, "rows that were accepted are there");
    assert_eq!(summary.rows, summary.accepted + summary.rejected, "rows are one or the other");
    Some((pretty_format_batches(&batches).unwrap().to_string(), summary))
}
