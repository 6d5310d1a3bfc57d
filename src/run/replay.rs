//! Corrections of rejected rows, stored in the warehouse for this run and all that follow.
//!
//! A correction is an input of every later run, like a file: it replaces the record that it
//! corrects, but only as long as the file has there what it had when it was rejected. So a row is
//! used exactly once, however often it is replayed.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::LogicalPlanBuilder;
use serde::{Deserialize, Serialize};

use super::Failure;
use crate::declare::{ColumnType, Format};
use crate::failure::{Failing, FailureKind};
use crate::plan::{Plan, QUARANTINE, SourceField, SourcePlan};
use crate::publish::{PublishError, Record, Warehouse};
use crate::read::{self, Correction, Corrections, ReadError, Spool};
use crate::record::CorrectedResult;
use crate::request::default_memory;
use crate::stored::{Which, rows, stored};
use crate::transform::Build;
use crate::zone::never;

/// Where corrections are stored, in the folder of the warehouse's records.
const FOLDER: &str = "corrections";

/// Why corrections cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The file cannot be read.
    #[error("`{file}` is neither `.csv`, `.ndjson` nor `.parquet`")]
    Format {
        /// What was given.
        file: String,
    },
    /// A row of it says too little.
    #[error(
        "`{file}`: rows without source, file, line or raw text: {rows}, the first in line {line}"
    )]
    Incomplete {
        /// What was given.
        file: String,
        /// How many.
        rows: u64,
        /// Where the first is.
        line: i64,
    },
    /// A row of it is not in the quarantine.
    #[error("rows that are not in the quarantine: {rows}, the first {first}")]
    Unknown {
        /// How many.
        rows: usize,
        /// The first of them.
        first: String,
    },
}

impl Failing for ReplayError {
    fn failure_kind(&self) -> FailureKind {
        FailureKind::Contract
    }

    fn what_to_do(&self) -> Option<String> {
        let help = match self {
            Self::Format { .. } => "export rows of the table `quarantine` to such a file",
            Self::Incomplete { .. } => {
                "keep `source`, `file` and `line` as the quarantine has them"
            }
            Self::Unknown { .. } => {
                "export the rows again: a later run may have accepted them, or the file has changed"
            }
        };
        Some(help.to_owned())
    }
}

/// A corrected record, and which it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Corrected {
    source: String,
    file: String,
    line: i64,
    #[serde(flatten)]
    correction: Correction,
}

/// The corrections of one replay. Before records had versions, they were only a list.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum CorrectionRecord {
    Versioned { corrections: Vec<Corrected> },
    List(Vec<Corrected>),
}

impl Record for CorrectionRecord {}

impl CorrectionRecord {
    fn into_corrections(self) -> Vec<Corrected> {
        match self {
            Self::Versioned { corrections } | Self::List(corrections) => corrections,
        }
    }
}

/// Stores the corrections of `file`: rows of the quarantine whose `raw` was corrected.
///
/// # Errors
/// The file cannot be read, has rows that are not in the quarantine, or the store fails.
pub async fn note(plan: &Plan, file: &Path) -> Result<CorrectedResult, Failure> {
    let warehouse = Warehouse::open(&plan.warehouse, &plan.root)?;
    if let Some(kind) = crate::store::oddity(file) {
        let file = file.display().to_string();
        return Err(ReadError::NoFile { file, kind }.into());
    }
    let given = given(file).await?;
    let known = known(&warehouse).await?;
    let all = given.len();
    let fresh = fresh(given, &quarantined(plan, &warehouse).await?, &known)?;
    let corrected = fresh.len();
    if corrected > 0 {
        let number = known.keys().max().unwrap_or(&0) + 1;
        let record = CorrectionRecord::Versioned { corrections: fresh };
        warehouse.add_numbered(FOLDER, number, &record).await?;
    }
    Ok(CorrectedResult { corrected, unchanged: all - corrected })
}

/// The corrections of every source, the latest of each record.
pub(super) async fn corrections(
    warehouse: &Warehouse,
) -> Result<BTreeMap<String, Corrections>, Failure> {
    let mut by_source: BTreeMap<String, Corrections> = BTreeMap::new();
    for row in known(warehouse).await?.into_values().flatten() {
        by_source.entry(row.source).or_default().insert(&row.file, row.line, row.correction);
    }
    Ok(by_source)
}

async fn known(warehouse: &Warehouse) -> Result<BTreeMap<u64, Vec<Corrected>>, PublishError> {
    let records: BTreeMap<u64, CorrectionRecord> = warehouse.numbered(FOLDER).await?;
    Ok(records.into_iter().map(|(number, it)| (number, it.into_corrections())).collect())
}

/// A record: source, file and line.
type Place = (String, String, i64);

/// The rows of a file of corrections.
async fn given(file: &Path) -> Result<Vec<(Place, String)>, Failure> {
    let shown = file.display().to_string();
    let format = match file.extension().and_then(|kind| kind.to_str()) {
        Some("csv") => Format::Csv,
        Some("ndjson" | "jsonl") => Format::Ndjson,
        Some("parquet") => Format::Parquet,
        _ => return Err(ReplayError::Format { file: shown }.into()),
    };
    let columns = [
        ("source", ColumnType::String),
        ("file", ColumnType::String),
        ("line", ColumnType::Int64),
        ("raw", ColumnType::String),
    ];
    let field = |(name, data_type)| SourceField {
        required: true,
        ..SourceField::new(name, data_type, chrono_tz::UTC)
    };
    let source = SourcePlan::new("corrections", &shown, format, columns.map(field).to_vec());
    let base = std::env::current_dir().unwrap_or_default();
    let found = read::inventory(&source, &base).await?;
    let none = Corrections::default();
    let (table, mut reports) = read::table(&source, found, never(), none, Spool::none())?;
    let failed = |error| Failure::engine("corrections", error);
    let rows = async {
        let rows = LogicalPlanBuilder::scan("corrections", provider_as_source(table), None)?;
        Build::in_order(default_memory())?.collect(rows.build()?).await
    };
    let rows = rows.await.map_err(failed)?;
    let summary = reports.summary();
    if let Some(rejected) = summary.rejects.values().next() {
        let line = rejected.examples.first().map_or(0, |example| example.line);
        let rows = summary.rejected;
        return Err(ReplayError::Incomplete { file: shown, rows, line }.into());
    }
    Ok(places(&rows, "raw").map_err(failed)?.into_iter().collect())
}

/// The rows that change a record in the quarantine.
fn fresh(
    given: Vec<(Place, String)>,
    quarantined: &BTreeMap<Place, String>,
    known: &BTreeMap<u64, Vec<Corrected>>,
) -> Result<Vec<Corrected>, ReplayError> {
    let noted: BTreeMap<Place, &str> = known
        .values()
        .flatten()
        .map(|row| ((row.source.clone(), row.file.clone(), row.line), &*row.correction.corrected))
        .collect();
    let again = |place: &Place, text: &str| noted.get(place) == Some(&text);
    let unknown: Vec<&Place> = given
        .iter()
        .filter(|(place, text)| !quarantined.contains_key(place) && !again(place, text))
        .map(|(place, _)| place)
        .collect();
    if let Some((source, file, line)) = unknown.first() {
        let first = format!("`{source}`, {file}:{line}");
        return Err(ReplayError::Unknown { rows: unknown.len(), first });
    }
    let changed = given.into_iter().filter_map(|(place, corrected)| {
        let now = quarantined.get(&place).filter(|_| !again(&place, &corrected))?;
        let original = match noted.get(&place) {
            // The row in the quarantine is a correction that was itself rejected.
            Some(before) if before == now => original(known, &place)?,
            _ => now.clone(),
        };
        let (source, file, line) = place;
        let correction = Correction { original, corrected };
        (*now != correction.corrected).then_some(Corrected { source, file, line, correction })
    });
    Ok(changed.collect())
}

/// The original text of a record that was corrected before.
fn original(known: &BTreeMap<u64, Vec<Corrected>>, place: &Place) -> Option<String> {
    let mut rows = known.values().flatten();
    let is_it =
        |row: &&Corrected| (&row.source, &row.file, row.line) == (&place.0, &place.1, place.2);
    rows.rfind(is_it).map(|row| row.correction.original.clone())
}

/// The records that are in the quarantine now.
async fn quarantined(
    plan: &Plan,
    warehouse: &Warehouse,
) -> Result<BTreeMap<Place, String>, Failure> {
    let mut found = BTreeMap::new();
    for which in [Which::Published, Which::Staged] {
        let Some(table) = stored(plan, warehouse, QUARANTINE, which).await? else { continue };
        let failed = |error| Failure::engine(QUARANTINE, error);
        let rows = rows(warehouse, table, None).await.map_err(failed)?;
        found.extend(places(&rows, "raw").map_err(failed)?);
    }
    Ok(found)
}

/// Source, file, line and a text of every row.
fn places(
    batches: &[RecordBatch],
    text: &str,
) -> datafusion::error::Result<BTreeMap<Place, String>> {
    let mut found = BTreeMap::new();
    for batch in batches {
        let column = |name: &str, data_type: &DataType| {
            let index = batch.schema().index_of(name)?;
            Ok::<_, datafusion::error::DataFusionError>(cast(batch.column(index), data_type)?)
        };
        let [source, file, text] = [
            column("source", &DataType::Utf8)?,
            column("file", &DataType::Utf8)?,
            column(text, &DataType::Utf8)?,
        ];
        let line = column("line", &DataType::Int64)?;
        for row in 0..batch.num_rows() {
            let text_of = |array: &Arc<dyn Array>| array.as_string::<i32>().value(row).to_owned();
            let line = line.as_primitive::<Int64Type>().value(row);
            found.insert((text_of(&source), text_of(&file), line), text_of(&text));
        }
    }
    Ok(found)
}
