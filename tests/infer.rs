//! What `infer` makes of files: a source that is valid and that rejects nothing of them.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use datafusion::arrow::array::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;
use patronage::declare::ColumnType;
use patronage::diagnostic::SourceFile;
use patronage::infer::{InferError, infer};
use patronage::plan::{self, SourcePlan};
use patronage::read::{Summary, beginning, in_memory, inventory, unpacked_name};
use proptest::prelude::*;
use tempfile::TempDir;
use tokio::runtime::Builder;

mod apart;
mod dialects;
mod folders;
mod habits;
mod margins;
mod pasted;
mod reports;
mod shapes;
mod shown;

/// A folder with these files.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    folder
}

fn waited<T>(future: impl Future<Output = T>) -> T {
    Builder::new_current_thread().build().unwrap().block_on(future)
}

/// What is inferred of the folder's files.
fn inferred(folder: &TempDir, location: &str) -> Result<String, InferError> {
    waited(infer(location, folder.path()))
}

/// The block as a pipeline knows it.
fn resolved(block: &str) -> SourcePlan {
    let text = format!("pipeline: p\nwarehouse: w\nstages: []\nsources:\n{block}");
    let file = Arc::new(SourceFile::new("p.yaml", text));
    let sources = plan::sources(&file, &|_| None).unwrap_or_else(|wrong| panic!("{wrong}"));
    sources.into_iter().next().unwrap()
}

/// The rows of a file in memory, and their counts.
async fn preview(
    source: &SourcePlan,
    name: &str,
    bytes: Bytes,
) -> Result<(Vec<RecordBatch>, Summary), DataFusionError> {
    let (rows, mut reports) = in_memory(source, vec![(name.to_owned(), bytes)]).await?;
    let batches = SessionContext::new().read_table(rows)?.collect().await?;
    Ok((batches, reports.summary()))
}

/// All files, read with the block.
fn read(block: &str, base: &Path) -> Vec<Summary> {
    let source = resolved(block);
    waited(async {
        let listed = inventory(&source, base).await.unwrap();
        let mut read = Vec::new();
        for file in &listed.files {
            let (bytes, _) = beginning(&listed.store, file, usize::MAX).await.unwrap();
            let (name, bytes) = (unpacked_name(&file.name), Bytes::from(bytes));
            let done = preview(&source, name, bytes).await;
            read.push(done.unwrap_or_else(|error| panic!("{error}\n{block}")).1);
        }
        read
    })
}

/// The rows that the block reads of the folder's files, none of which may be rejected.
fn accepted(folder: &TempDir, block: &str) -> u64 {
    let read = read(block, folder.path());
    for summary in &read {
        assert_eq!(summary.rejected, 0, "{:?}\n{block}", summary.rejects);
    }
    read.iter().map(|summary| summary.accepted).sum()
}

/// The types of the columns, as they are written.
fn types(block: &str) -> String {
    let columns = resolved(block).columns;
    let shown = columns.iter().map(|field| format!("{} {}", field.name, field.data_type));
    shown.collect::<Vec<_>>().join(", ")
}

/// One kind of column of a made-up table.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Whole,
    Amount,
    Day,
    Moment,
    Truth,
    Code,
    Words,
}

/// How a made-up table is written.
#[derive(Debug, Clone)]
struct Written {
    delimiter: char,
    decimal: char,
    quote: char,
    day: &'static str,
    null: &'static str,
    always_quoted: bool,
    line: &'static str,
}

fn written() -> impl Strategy<Value = Written> {
    let days =
        prop::sample::select(vec!["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%m/%d/%Y", "%d-%b-%Y"]);
    let nulls = prop::sample::select(vec!["", "NA", "NULL", "-"]);
    let delimiters = prop::sample::select(vec![',', ';', '\t', '|']);
    let quotes = prop::sample::select(vec!['"', '"', '\'']);
    let lines = prop::sample::select(vec!["\n", "\r\n"]);
    (delimiters, any::<bool>(), quotes, days, nulls, any::<bool>(), lines).prop_map(
        |(delimiter, comma, quote, day, null, always_quoted, line)| Written {
            delimiter,
            decimal: if comma && delimiter != ',' { ',' } else { '.' },
            quote,
            day,
            null,
            // Quotes that hardly any field has cannot be distinguished from apostrophes.
            always_quoted: always_quoted || quote == '\'',
            line,
        },
    )
}

fn kinds() -> impl Strategy<Value = Vec<Kind>> {
    use Kind::{Amount, Code, Day, Moment, Truth, Whole, Words};
    prop::collection::vec(
        prop::sample::select(vec![Whole, Amount, Day, Moment, Truth, Code, Words]),
        1..6,
    )
}

/// A value of a kind, from any number.
fn value(kind: Kind, seed: u64, written: &Written) -> String {
    let day =
        chrono::NaiveDate::from_ymd_opt(2020, 1, 1).unwrap() + chrono::Days::new(seed % 2_000);
    match kind {
        Kind::Whole => (seed % 90_000).to_string(),
        Kind::Amount => format!("{}{}{:02}", seed % 9_000, written.decimal, seed % 97),
        Kind::Day => day.format(written.day).to_string(),
        Kind::Moment => format!("{} {:02}:{:02}:00", day.format(written.day), seed % 24, seed % 60),
        Kind::Truth => ["yes", "no"][usize::from(seed.is_multiple_of(2))].to_owned(),
        Kind::Code => format!("0{:04}", seed % 9_999),
        Kind::Words => {
            let signs =
                ["a", "word", "two words", "a,b", "x;y", "it's", "6\" pipe", "é", "a\tb", "|"];
            let first = signs[usize::try_from(seed % 10).unwrap()];
            format!("q{first}{}", seed % 7)
        }
    }
}

fn field(text: &str, written: &Written) -> String {
    let quote = written.quote;
    let needs = text.contains([written.delimiter, quote, '\n', '\r']);
    if text.is_empty() || !(needs || written.always_quoted) {
        return text.to_owned();
    }
    format!("{quote}{}{quote}", text.replace(quote, &format!("{quote}{quote}")))
}

fn table(kinds: &[Kind], rows: &[Vec<(u64, bool)>], written: &Written) -> String {
    let names = kinds.iter().enumerate().map(|(at, kind)| format!("{kind:?} Column {at}"));
    let names: Vec<String> = std::iter::once("Row".to_owned()).chain(names).collect();
    let mut lines = vec![names];
    for (number, row) in rows.iter().enumerate() {
        let cells = kinds.iter().zip(row).enumerate().map(|(at, (kind, (seed, null)))| {
            // A column of nothing but missing values has no type.
            let null = *null && number > 1 && !matches!(kind, Kind::Words);
            let (seed, null) = (seed + u64::try_from(at + number).unwrap(), null);
            if null { written.null.to_owned() } else { value(*kind, seed, written) }
        });
        lines.push(std::iter::once((number + 2).to_string()).chain(cells).collect());
    }
    let line = |fields: &Vec<String>| {
        let fields: Vec<String> = fields.iter().map(|text| field(text, written)).collect();
        fields.join(&written.delimiter.to_string()) + written.line
    };
    lines.iter().map(line).collect()
}

fn fits(kind: Kind, data_type: ColumnType) -> bool {
    use ColumnType::{Boolean, Date, Decimal, Int32, Int64, String, Timestamp};
    match kind {
        Kind::Whole => matches!(data_type, Int32 | Int64),
        Kind::Amount => matches!(data_type, Decimal(..)),
        Kind::Day => matches!(data_type, Date),
        Kind::Moment => matches!(data_type, Timestamp),
        Kind::Truth => matches!(data_type, Boolean | String),
        Kind::Code | Kind::Words => matches!(data_type, String),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn a_table_in_any_dialect_is_inferred_back(
        kinds in kinds(),
        rows in prop::collection::vec(prop::collection::vec((0_u64..1_000_000, any::<bool>()), 6), 3..30),
        written in written(),
    ) {
        let text = table(&kinds, &rows, &written);
        let folder = folder(&[("t.csv", text.as_bytes())]);
        let block = inferred(&folder, "t.csv").unwrap();
        prop_assert_eq!(accepted(&folder, &block), rows.len() as u64, "{}\n{}", block, text);
        let columns = &resolved(&block).columns;
        prop_assert_eq!(columns.len(), kinds.len() + 1, "{}\n{}", block, text);
        for (kind, column) in kinds.iter().zip(&columns[1..]) {
            prop_assert!(fits(*kind, column.data_type), "{kind:?}: {block}\n{text}");
        }
    }
}
