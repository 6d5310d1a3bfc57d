//! Dirt of every kind, generated: nothing of it is lost, and nothing is invented.

use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::datatypes::Int64Type;
use datafusion::prelude::SessionContext;
use patronage::declare::{DamagedFiles, Format, Range};
use patronage::plan::{Rules, SourcePlan};
use patronage::read::{Reports, Spool, Summary, inventory};
use patronage::store;
use proptest::prelude::*;

use super::{Raw, gzip, never, source, spooled};

/// A row of the quarantine.
struct Quarantined {
    file: String,
    line: i64,
    reason: String,
    raw: String,
}

/// What a record of a generated file is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Good,
    OverSeveralLines,
    Short,
    Long,
    BadUtf8,
    BadNumber,
    BadDate,
    TooLarge,
    OutOfRange,
    WithoutId,
    UnknownStatus,
    TooExact,
    TextAfterQuote,
    Nul,
    Oversized,
}

use Kind::{
    BadDate, BadNumber, BadUtf8, Good, Long, Nul, OutOfRange, OverSeveralLines, Oversized, Short,
    TextAfterQuote, TooExact, TooLarge, UnknownStatus, WithoutId,
};

impl Kind {
    fn bytes(self, number: usize) -> Vec<u8> {
        let id = format!("k{number}");
        let text = match self {
            Good => format!("{id},5,2024-02-29,new,1.50"),
            OverSeveralLines => format!("\"{id}\n,\"\"\n\",5,2024-02-29,paid,"),
            Short => format!("{id},5"),
            Long => format!("{id},5,2024-02-29,new,1.50,more"),
            BadUtf8 => return [id.as_bytes(), b"\xFF,5,2024-02-29,new,1.50"].concat(),
            BadNumber => format!("{id},five,2024-02-29,new,1.50"),
            BadDate => format!("{id},5,2023-02-29,new,1.50"),
            TooLarge => format!("{id},99999999999,2024-02-29,new,1.50"),
            OutOfRange => format!("{id},11,2024-02-29,new,1.50"),
            WithoutId => ",5,2024-02-29,new,1.50".to_owned(),
            UnknownStatus => format!("{id},5,2024-02-29,lost,1.50"),
            TooExact => format!("{id},5,2024-02-29,new,1.505"),
            TextAfterQuote => format!("\"{id}\"x,5,2024-02-29,new,1.50"),
            Nul => format!("{id}\0,5,2024-02-29,new,1.50"),
            Oversized => format!("{id}{},5,2024-02-29,new,1.50", "x".repeat(17 << 20)),
        };
        text.into_bytes()
    }

    /// Why it is rejected, if it is.
    fn reason(self) -> Option<&'static str> {
        match self {
            Good | OverSeveralLines => None,
            Short | Long => Some("wrong_field_count"),
            BadUtf8 => Some("bad_utf8"),
            BadNumber => Some("bad_number"),
            BadDate => Some("bad_date"),
            TooLarge | OutOfRange => Some("out_of_range"),
            WithoutId => Some("missing_required"),
            UnknownStatus => Some("not_accepted"),
            TooExact => Some("scale"),
            TextAfterQuote => Some("bad_quotes"),
            Nul => Some("nul_byte"),
            Oversized => Some("too_long"),
        }
    }
}

/// How a generated file ends.
#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    Whole,
    Unterminated,
    UnclosedQuote,
    /// Packed, and cut after this share of its bytes.
    Cut(f64),
}

fn kind() -> impl Strategy<Value = Kind> {
    let dirt = [
        OverSeveralLines,
        Short,
        Long,
        BadUtf8,
        BadNumber,
        BadDate,
        TooLarge,
        OutOfRange,
        WithoutId,
        UnknownStatus,
        TooExact,
        TextAfterQuote,
        Nul,
    ];
    prop_oneof![300 => Just(Good), 299 => prop::sample::select(dirt.to_vec()), 1 => Just(Oversized)]
}

fn end() -> impl Strategy<Value = End> {
    let cut = (0.1..0.99).prop_map(End::Cut);
    prop_oneof![Just(End::Whole), Just(End::Unterminated), Just(End::UnclosedQuote), cut,]
}

/// A file's records, each with the line on which it starts.
type File = (Vec<Kind>, End);

fn written((kinds, end): &File) -> (&'static str, Vec<u8>) {
    let mut text = b"id,n,at,status,price\n".to_vec();
    for (number, kind) in kinds.iter().enumerate() {
        text.extend(kind.bytes(number));
        text.push(b'\n');
    }
    match end {
        End::Whole => ("csv", text),
        End::Unterminated => {
            text.pop();
            ("csv", text)
        }
        End::UnclosedQuote => ("csv", [&text, &b"\"k,5\nand so on\n"[..]].concat()),
        End::Cut(share) => {
            let packed = gzip(&text);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share")]
            let kept = (packed.len() as f64 * share) as usize;
            ("csv.gz", packed[..kept].to_vec())
        }
    }
}

fn contract() -> SourcePlan {
    let columns = [
        ("id", "string!"),
        ("n", "int32"),
        ("at", "date"),
        ("status", "string"),
        ("price", "decimal(18,2)"),
    ];
    let mut source = source("*.csv*", Format::Csv, &columns);
    let range = Range { min: Some("1".into()), max: Some("10".into()) };
    source.columns[1].rules = Rules { accepted_range: Some(range), ..Rules::default() };
    let words = vec!["new".to_owned(), "paid".to_owned()];
    source.columns[3].rules = Rules { accepted_values: Some(words), ..Rules::default() };
    source.damaged_files = DamagedFiles::Quarantine;
    source.max_rejects = "100%".parse().unwrap();
    source
}

fn read(files: &[File]) -> (Vec<(String, i64)>, Vec<Quarantined>, Summary) {
    let files: Vec<_> = files.iter().map(written).enumerate().collect();
    let named: Vec<(String, &Vec<u8>)> =
        files.iter().map(|(at, (kind, bytes))| (format!("{at}.{kind}"), bytes)).collect();
    let named: Vec<(&str, &[u8])> =
        named.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let raw = Raw::with(&named);
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let sql = "select _file || ':' || _line as place from raw order by _file, _line";
        let contract = contract();
        let found = inventory(&contract, raw.path()).await.unwrap();
        let spool = Spool::at(store::open("rejected", raw.path()).unwrap());
        let (shown, mut reports) = spooled(&contract, found, sql, never(), spool).await.unwrap();
        let place = |row: &str| {
            let (file, line) = row.trim_matches(['|', ' ']).rsplit_once(':')?;
            Some((file.to_owned(), line.trim().parse().ok()?))
        };
        let accepted = shown.lines().filter_map(place).collect();
        (accepted, quarantined(&mut reports).await, reports.summary())
    })
}

/// The rejected rows in the order in which they are kept.
async fn quarantined(reports: &mut Reports) -> Vec<Quarantined> {
    let rows = reports.rejected_rows("run").unwrap();
    let rows = SessionContext::new().read_table(rows).unwrap().collect().await.unwrap();
    let row = |batch: &RecordBatch, row: usize| {
        let column = |name: &str| batch.column_by_name(name).unwrap();
        let text = |name: &str| column(name).as_string::<i32>().value(row).to_owned();
        let line = column("line").as_primitive::<Int64Type>().value(row);
        Quarantined { file: text("file"), line, reason: text("reason"), raw: text("raw") }
    };
    rows.iter().flat_map(|batch| (0..batch.num_rows()).map(|at| row(batch, at))).collect()
}

/// What must come of a file that was read up to, and without, `stop`.
fn expected((kinds, _): &File, stop: i64) -> (Vec<i64>, Vec<(i64, &'static str, String)>) {
    let (mut accepted, mut rejected, mut line) = (Vec::new(), Vec::new(), 2);
    for (number, kind) in kinds.iter().enumerate() {
        let bytes = kind.bytes(number);
        let lines = bytes.split(|byte| *byte == b'\n').count();
        if line >= stop {
            break;
        }
        match kind.reason() {
            None => accepted.push(line),
            Some(reason) => rejected.push((line, reason, shown(&bytes))),
        }
        line += i64::try_from(lines).unwrap();
    }
    (accepted, rejected)
}

fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes).replace('\u{fffd}', "\\xFF");
    // Of a record that is too long only the beginning is kept.
    if text.len() > 1 << 20 { text[..1 << 10].to_owned() } else { text }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn rows_read_are_rows_accepted_and_rows_quarantined(
        files in prop::collection::vec((prop::collection::vec(kind(), 0..40), end()), 1..4),
    ) {
        let (accepted, quarantined, summary) = read(&files);
        prop_assert_eq!(summary.rows, summary.accepted + summary.rejected);
        prop_assert_eq!(summary.accepted, accepted.len() as u64);
        prop_assert_eq!(summary.rejected, quarantined.len() as u64);
        prop_assert_eq!(summary.files, files.len() as u64);
        for (at, file) in files.iter().enumerate() {
            let name = |found: &str| found.starts_with(&format!("{at}."));
            let lines: Vec<i64> =
                accepted.iter().filter(|row| name(&row.0)).map(|row| row.1).collect();
            let mut kept: Vec<_> = quarantined.iter().filter(|row| name(&row.file)).collect();
            let rest = match file.1 {
                End::Whole | End::Unterminated => None,
                End::UnclosedQuote => Some(("unclosed_quote", kept.pop().unwrap())),
                End::Cut(_) => Some(("truncated_file", kept.pop().unwrap())),
            };
            let stop = rest.as_ref().map_or(i64::MAX, |(_, row)| row.line);
            if let Some((reason, row)) = rest {
                prop_assert_eq!(&row.reason, reason);
            }
            let (good, bad) = expected(file, stop);
            let kept: Vec<_> =
                kept.iter().map(|row| (row.line, row.reason.as_str(), row.raw.clone())).collect();
            prop_assert_eq!(lines, good);
            prop_assert_eq!(kept, bad);
        }
    }
}

#[test]
fn damage_stops_the_run_unless_it_may_be_quarantined() {
    for end in [End::UnclosedQuote, End::Cut(0.8)] {
        let (kind, bytes) = written(&(vec![Good; 30], end));
        let raw = Raw::with(&[(&format!("a.{kind}"), &bytes)]);
        let mut source = contract();
        source.damaged_files = DamagedFiles::Stop;
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let error = runtime.block_on(raw.ask(&source, "select id from raw")).unwrap_err();
        assert!(error.to_string().contains("a.csv"), "{error}");
    }
}
