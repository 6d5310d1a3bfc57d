//! Reads CSV files into typed columns, all of them, and says in one JSON line what it took.
//!
//! `benches/read.py` writes the files, runs this and the peers in turn, and prints the ratios.
//! Readers: `ours`, with its rules, physical lines and quarantine; `datafusion`, the engine's own
//! reader with the same types; `datafusion_try`, the same reader for texts, each of which is then
//! cast if it can be, because its typed reader stops at the first text that cannot.

use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use datafusion::arrow::array::Array;
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::prelude::{CsvReadOptions, DataFrame, SessionConfig, SessionContext};
use futures::TryStreamExt;
use patronage::declare::{ColumnType, Format};
use patronage::plan::{SourceField, SourcePlan};
use patronage::read::{Corrections, Spool, inventory, table};
use patronage::zone::never;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The columns of the files that `benches/read.py` writes.
const COLUMNS: [(&str, ColumnType); 16] = [
    ("order_id", ColumnType::Int64),
    ("line_no", ColumnType::Int32),
    ("customer_id", ColumnType::Int64),
    ("ordered_at", ColumnType::Timestamp),
    ("updated_at", ColumnType::Timestamp),
    ("product_id", ColumnType::String),
    ("category", ColumnType::String),
    ("brand", ColumnType::String),
    ("quantity", ColumnType::Int32),
    ("unit_price", ColumnType::Decimal(18, 2)),
    ("discount", ColumnType::Decimal(18, 2)),
    ("unit_cost", ColumnType::Float64),
    ("is_promotion", ColumnType::Boolean),
    ("channel", ColumnType::String),
    ("status", ColumnType::String),
    ("note", ColumnType::String),
];

/// What came out of a reader.
#[derive(Default)]
struct Got {
    rows: usize,
    values: usize,
    rejected: u64,
}

fn main() -> Result<(), Box<dyn Error>> {
    // Cargo adds `--bench`.
    let words: Vec<_> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let [reader, threads, file] = words.as_slice() else {
        return Err("usage: read READER THREADS FILE".into());
    };
    let threads: usize = threads.parse()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).build()?;
    let (wall, cpu) = (Instant::now(), cpu_seconds()?);
    let got = runtime.block_on(read(reader, threads, file))?;
    let line = serde_json::json!({
        "rows": got.rows, "values": got.values, "rejected": got.rejected,
        "wall_s": wall.elapsed().as_secs_f64(), "cpu_s": cpu_seconds()? - cpu,
        "peak_mib": peak_mib()?,
    });
    writeln!(std::io::stdout(), "{line}")?;
    Ok(())
}

async fn read(reader: &str, threads: usize, file: &str) -> Result<Got, Box<dyn Error>> {
    let config = SessionConfig::new().with_target_partitions(threads);
    let session = SessionContext::new_with_config(config);
    let source = source(file);
    match reader {
        "ours" => {
            let found = inventory(&source, Path::new(".")).await?;
            let corrections = Corrections::default();
            let (raw, mut reports) = table(&source, found, never(), corrections, Spool::none())?;
            session.register_table("raw", raw)?;
            let names: Vec<_> = COLUMNS.iter().map(|(name, _)| *name).collect();
            let got = drained(session.table("raw").await?.select_columns(&names)?).await?;
            Ok(Got { rejected: reports.summary().rejected, ..got })
        }
        "datafusion" => {
            let schema =
                Schema::new(source.columns.iter().map(SourceField::field).collect::<Vec<_>>());
            let options = CsvReadOptions::new().schema(&schema);
            drained(session.read_csv(file, options).await?).await
        }
        "datafusion_try" => {
            let text = |(name, _): &(&str, _)| Field::new(*name, DataType::Utf8View, true);
            let schema = Schema::new(COLUMNS.iter().map(text).collect::<Vec<_>>());
            session.register_csv("raw", file, CsvReadOptions::new().schema(&schema)).await?;
            let casts: Vec<_> = source.columns.iter().map(cast).collect();
            drained(session.sql(&format!("SELECT {} FROM raw", casts.join(", "))).await?).await
        }
        other => Err(format!("no reader `{other}`").into()),
    }
}

fn source(file: &str) -> SourcePlan {
    let field = |(name, data_type): &(&str, ColumnType)| {
        let mut field = SourceField::new(name, *data_type, chrono_tz::UTC);
        if *data_type == ColumnType::Timestamp {
            field.notation.formats = vec!["%Y-%m-%d %H:%M:%S".to_owned()];
        }
        field
    };
    SourcePlan::new("raw", file, Format::Csv, COLUMNS.iter().map(field).collect())
}

fn cast(field: &SourceField) -> String {
    let SourceField { name, data_type, .. } = field;
    let target = match data_type {
        ColumnType::String => return name.clone(),
        ColumnType::Boolean => "boolean".to_owned(),
        ColumnType::Int32 => "int".to_owned(),
        ColumnType::Int64 => "bigint".to_owned(),
        ColumnType::Float64 => "double".to_owned(),
        ColumnType::Date => "date".to_owned(),
        ColumnType::Timestamp | ColumnType::Timestamptz => "timestamp".to_owned(),
        ColumnType::Decimal(precision, scale) => format!("decimal({precision}, {scale})"),
    };
    format!("try_cast({name} AS {target})")
}

/// Counts rows and values batch by batch and keeps none, so that memory is that of reading.
async fn drained(frame: DataFrame) -> Result<Got, Box<dyn Error>> {
    let mut got = Got::default();
    let mut batches = frame.execute_stream().await?;
    while let Some(batch) = batches.try_next().await? {
        got.rows += batch.num_rows();
        let values = |column: &Arc<dyn Array>| column.len() - column.null_count();
        got.values += batch.columns().iter().map(values).sum::<usize>();
    }
    Ok(got)
}

/// User and system time of this process so far, from `/proc`, in hundredths.
fn cpu_seconds() -> Result<f64, Box<dyn Error>> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<_> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |place: usize| -> Result<f64, Box<dyn Error>> {
        Ok(fields.get(place).ok_or("short /proc/self/stat")?.parse()?)
    };
    Ok((ticks(11)? + ticks(12)?) / 100.0)
}

/// The most memory this process has had, in MiB.
fn peak_mib() -> Result<f64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = peak.and_then(|text| text.split_whitespace().next()).ok_or("no VmHWM")?;
    Ok(kib.parse::<f64>()? / 1024.0)
}
