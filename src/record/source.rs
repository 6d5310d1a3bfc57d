//! The outcomes of the rows of a source.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use super::MissingColumnResult;
use crate::plan::SourcePlan;
use crate::read::{Counted, Names, PassedOver, Summary};
use crate::text::printable;
use crate::transform::Outdated;
use crate::value::Reason;

/// What was read of a source: rows = accepted + rejected, and of the accepted, those used,
/// `after_as_of`, superseded and deleted are all.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SourceResult {
    /// The source.
    pub source: String,
    /// Files read.
    pub files: u64,
    /// Bytes as stored.
    pub bytes: u64,
    /// Rows read.
    pub rows: u64,
    /// Rows that satisfied the source's contract.
    pub accepted: u64,
    /// Accepted rows that are used for the tables.
    pub used: u64,
    /// Accepted rows that happened at or after as-of.
    pub after_as_of: u64,
    /// Accepted rows that a newer one of the same key replaces.
    pub superseded: u64,
    /// Accepted rows that are the newest of their key and say that it is deleted.
    pub deleted: u64,
    /// Rows that were read as corrected by `patronage replay`.
    pub corrected: u64,
    /// Rows that broke the contract: those in the quarantine.
    pub rejected: u64,
    /// Why, most frequent first.
    pub rejects: Vec<RejectResult>,
    /// Cells of accepted rows that are NULL because they were invalid, and the source says
    /// `on_invalid: null`; most frequent first.
    pub nullified: Vec<NullifiedResult>,
    /// Lines and rows that are skipped as declared; they are not among `rows`.
    pub skipped: Vec<SkippedResult>,
    /// Declared columns that some or all files with rows do not have.
    pub missing_columns: Vec<MissingColumnResult>,
    /// Files that match the location but have names reserved by other programs (`_`, `.`, `~$`).
    pub hidden_files: PassedOverResult,
    /// Files that match the location but that the source excludes.
    pub excluded_files: PassedOverResult,
    /// Files that match the location but are in the pipeline's own warehouse.
    pub warehouse_files: PassedOverResult,
    /// When the newest row before as-of happened, on the same clock; null if there is none, or no `event_time`.
    pub newest_event: Option<String>,
    /// How long before as-of that was.
    pub event_age_seconds: Option<i64>,
    /// When the newest file was changed, on the same clock.
    pub newest_file: Option<String>,
    /// Rows before as-of that arrived later than `late_after` allows, by the period in which they
    /// happened; null if the source does not say when a row is late.
    pub late: Option<Vec<LateRows>>,
}

impl SourceResult {
    /// The truncated files, in words; `None` if there are none.
    pub fn broken_off(&self) -> Option<String> {
        let damage = [Reason::TruncatedFile, Reason::UnclosedQuote].map(Reason::code);
        let broken = self.rejects.iter().filter(|it| damage.contains(&it.reason.as_str()));
        let broken: Vec<String> = broken.map(ToString::to_string).collect();
        (!broken.is_empty()).then(|| {
            format!("files of source `{}` end within a record: {}", self.source, broken.join("; "))
        })
    }
}

/// The late rows of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LateRows {
    /// The period in which they happened, as its first day.
    pub period: String,
    /// Their number.
    pub rows: u64,
}

/// Files that were not read although they match the location.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PassedOverResult {
    /// How many there are.
    pub files: u64,
    /// The first of them, by their paths below the folder in which the wildcards start.
    pub examples: Vec<String>,
}

/// One reason for rejecting rows.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RejectResult {
    /// The column, unless the whole row is at fault.
    pub column: Option<String>,
    /// The reason's stable code.
    pub reason: String,
    /// Rejected rows.
    pub rows: u64,
    /// The first of them: file, line and text.
    pub example: Option<String>,
}

/// Why cells of one column are NULL.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NullifiedResult {
    /// The column.
    pub column: String,
    /// The reason's stable code.
    pub reason: String,
    /// Rows with such a cell.
    pub rows: u64,
    /// The first of them: file, line and text.
    pub example: Option<String>,
}

/// Lines and rows that one setting skips.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SkippedResult {
    /// The setting: `skip_rows`, `header_rows` or `footer_rows`.
    pub setting: String,
    /// Their number in all files.
    pub rows: u64,
    /// The first of them: file, line and text.
    pub example: Option<String>,
}

impl SourceResult {
    /// The counts of a source.
    pub fn new(
        source: &SourcePlan,
        summary: &Summary,
        passed: &PassedOver,
        outdated: Outdated,
    ) -> Self {
        let mut rejects: Vec<RejectResult> = summary
            .rejects
            .iter()
            .map(|((column, reason), rejected)| RejectResult {
                column: column.clone(),
                reason: reason.code().into(),
                rows: rejected.rows,
                example: example(rejected),
            })
            .collect();
        rejects.sort_by_key(|reject| std::cmp::Reverse(reject.rows));
        Self {
            source: source.name.clone(),
            files: summary.files,
            bytes: summary.bytes,
            rows: summary.rows,
            accepted: summary.accepted,
            used: summary.accepted - summary.after_as_of - outdated.superseded - outdated.deleted,
            after_as_of: summary.after_as_of,
            superseded: outdated.superseded,
            deleted: outdated.deleted,
            corrected: summary.corrected,
            rejected: summary.rejected,
            rejects,
            nullified: nullified(summary),
            skipped: skipped(summary),
            missing_columns: missing_columns(source, summary),
            hidden_files: (&passed.hidden).into(),
            excluded_files: (&passed.excluded).into(),
            warehouse_files: (&passed.own).into(),
            newest_event: None,
            event_age_seconds: None,
            newest_file: None,
            late: source.timeliness.late_after.as_ref().map(|_| Vec::new()),
        }
    }
}

/// The first row of some, as an example.
fn example(counted: &Counted) -> Option<String> {
    let example = counted.examples.first()?;
    Some(format!("{}:{}: `{}`", example.file, example.line, example.text))
}

fn nullified(summary: &Summary) -> Vec<NullifiedResult> {
    let cells = summary.nullified.iter().map(|((column, reason), counted)| NullifiedResult {
        column: column.clone(),
        reason: reason.code().into(),
        rows: counted.rows,
        example: example(counted),
    });
    let mut cells: Vec<NullifiedResult> = cells.collect();
    cells.sort_by_key(|cell| std::cmp::Reverse(cell.rows));
    cells
}

fn skipped(summary: &Summary) -> Vec<SkippedResult> {
    let lines = summary.skipped.iter().map(|(margin, counted)| SkippedResult {
        setting: margin.setting().into(),
        rows: counted.rows,
        example: example(counted),
    });
    lines.collect()
}

fn missing_columns(source: &SourcePlan, summary: &Summary) -> Vec<MissingColumnResult> {
    let columns = source.columns.iter().zip(&summary.columns);
    let missing = columns.filter(|(_, absence)| absence.without().0 > 0);
    missing.map(|(field, absence)| MissingColumnResult::new(source, field, absence)).collect()
}

impl From<&Names> for PassedOverResult {
    fn from(names: &Names) -> Self {
        Self { files: names.count, examples: names.examples.iter().cloned().collect() }
    }
}

impl fmt::Display for RejectResult {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "{} × {}", self.rows, self.reason)?;
        if let Some(column) = &self.column {
            write!(formatter, " in `{column}`")?;
        }
        self.example.iter().try_for_each(|it| write!(formatter, ", first at {}", printable(it)))
    }
}

/// A source with too many rejected rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedSource {
    /// The source.
    pub source: String,
    /// Rejected rows.
    pub rejected: u64,
    /// Rows read.
    pub rows: u64,
    /// What is allowed, as written.
    pub allowed: String,
    /// The most frequent reasons, each with an example.
    pub reasons: Vec<String>,
}

impl fmt::Display for RejectedSource {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let Self { source, rejected, rows, allowed, reasons } = self;
        let reasons = reasons.join("\n  ");
        write!(
            formatter,
            "source `{source}`: {rejected} of {rows} rows rejected, {allowed} allowed\n  {reasons}"
        )
    }
}
