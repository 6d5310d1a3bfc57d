//! What happened in a run, for machines: `run_results.json`.

use chrono::{DateTime, SecondsFormat, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use super::Failure;
use crate::check::FailedCheck;
use crate::diagnostic::nearest;
use crate::failure::{FailureKind, SIGNALLED};
use crate::plan::{Plan, SourceField, SourcePlan};
use crate::publish::{Damage, Damaged, Publication, Staged, Warehouse, period_of};
use crate::read::{Absence, Counted, Names, PassedOver, Summary};
use crate::transform::Outdated;
use crate::zone::written;

/// What the record of a run says while there is no other word of it.
const UNENDED: &str = "the run has not ended: it goes on, or it was killed";
/// The code of a program that was killed by SIGKILL.
const KILLED: u8 = SIGNALLED + 9;

/// The record of a run. Written whether it succeeded or not.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct RunResults {
    /// The version of this shape; it changes when a field changes its meaning or goes away.
    pub schema_version: u32,
    /// The version of the program.
    pub program_version: String,
    /// The pipeline's name.
    pub pipeline: String,
    /// The run's name.
    pub run: String,
    /// The instant the run pretended to be at, on the pipeline's clock with its offset.
    pub as_of: Option<String>,
    /// The periods it was to build, as first days.
    pub periods: Vec<String>,
    /// The process's exit code.
    pub exit_code: u8,
    /// Why it failed, if it did.
    pub failure_kind: Option<FailureKind>,
    /// The failure in words.
    pub message: Option<String>,
    /// The release readers see, if the run got that far.
    pub release: Option<u64>,
    /// Whether that release was already there, byte for byte.
    pub unchanged: bool,
    /// The warehouse, without secrets.
    pub warehouse: Option<String>,
    /// Seconds from start to end.
    pub seconds: f64,
    /// What was read.
    pub sources: Vec<SourceResult>,
    /// What was built, in order.
    pub stages: Vec<StageResult>,
    /// What was checked.
    pub checks: Vec<CheckResult>,
    /// What was published.
    pub tables: Vec<TableResult>,
    /// Published tables whose as-of is older than the newest of the pipeline's tables.
    pub behind: Vec<TableAsOfResult>,
    /// Tables that the run left alone because they are newer than its as-of.
    pub kept: Vec<TableAsOfResult>,
    /// Tables of the warehouse that the pipeline does not publish any more.
    pub left: Vec<String>,
    /// Published files that were not as they were published when the run began.
    pub damaged: Vec<DamagedFileResult>,
    /// Files in the folders of tables that no release names, and that readers of the folders read.
    pub strays: Vec<String>,
    /// Tables that were taken out of the warehouse.
    pub dropped: Vec<String>,
    /// Periods that were taken out of the warehouse, of tables that are still there.
    pub dropped_periods: Vec<DroppedPeriodsResult>,
    /// The pipeline's headlines.
    pub headlines: Vec<HeadlineResult>,
}

/// A published file that is not as it was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DamagedFileResult {
    /// The file, below the warehouse.
    pub file: String,
    /// What is wrong with it.
    pub damage: Damage,
    /// Whether the run built it again.
    pub put_back: bool,
    /// What builds it again, if the run did not.
    pub rebuild: Option<String>,
}

impl From<&Damaged> for DamagedFileResult {
    fn from(damaged: &Damaged) -> Self {
        let (file, damage) = (damaged.path.to_string(), damaged.damage);
        Self { file, damage, put_back: false, rebuild: None }
    }
}

/// How current a published table is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TableAsOfResult {
    /// The table.
    pub table: String,
    /// The as-of it was built at, in UTC.
    pub as_of: String,
}

/// Periods of a table that were taken out of the warehouse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DroppedPeriodsResult {
    /// The table.
    pub table: String,
    /// The periods, as first days.
    pub periods: Vec<String>,
}

impl From<(String, DateTime<Utc>)> for TableAsOfResult {
    fn from((table, as_of): (String, DateTime<Utc>)) -> Self {
        Self { table, as_of: instant_text(as_of) }
    }
}

/// An instant as records have it.
pub(super) fn instant_text(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

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
    /// Rows that kept the source's contract.
    pub accepted: u64,
    /// Accepted rows that the tables are made of.
    pub used: u64,
    /// Accepted rows that happened at or after as-of.
    pub after_as_of: u64,
    /// Accepted rows that a newer one of the same key replaces.
    pub superseded: u64,
    /// Accepted rows that are the newest of their key and say that what they are about is gone.
    pub deleted: u64,
    /// Rows that were read as `patronage replay` was told to.
    pub corrected: u64,
    /// Rows that broke the contract: those in the quarantine.
    pub rejected: u64,
    /// Why, most frequent first.
    pub rejects: Vec<RejectResult>,
    /// Cells of accepted rows that are NULL because they could not be a value, and the source says
    /// `on_invalid: null`; most frequent first.
    pub nullified: Vec<NullifiedResult>,
    /// Lines and rows that are declared to be none of the table; they are not among `rows`.
    pub skipped: Vec<SkippedResult>,
    /// Declared columns that some or all files with rows do not have.
    pub missing_columns: Vec<MissingColumnResult>,
    /// Files that the location fits but whose names begin as other programs' own do (`_`, `.`, `~$`).
    pub hidden_files: PassedOverResult,
    /// Files that the location fits but that the source excludes.
    pub excluded_files: PassedOverResult,
    /// Files that the location fits but that lie in the pipeline's own warehouse.
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

/// The late rows of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LateRows {
    /// The period in which they happened, as its first day.
    pub period: String,
    /// Their number.
    pub rows: u64,
}

/// A declared column that files lack, so that it is NULL in all their rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MissingColumnResult {
    /// The source.
    #[serde(skip)]
    pub source: String,
    /// The column.
    pub column: String,
    /// What files may call it.
    #[serde(skip)]
    pub names: Vec<String>,
    /// Whether no file at all has it.
    pub everywhere: bool,
    /// Whether files may have it for all that is known: of JSON, if the path to it ends at NULL or at an
    /// empty list in every record that has its beginning.
    pub unclear: bool,
    /// How many files lack it. One without rows lacks nothing.
    pub files: u64,
    /// The first hundred of them.
    pub examples: Vec<String>,
    /// The name in those files that was probably meant.
    pub nearest: Option<String>,
}

/// Files that were not read although the location fits.
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

/// Lines and rows that one setting leaves out.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SkippedResult {
    /// The setting: `skip_rows`, `header_rows` or `footer_rows`.
    pub setting: String,
    /// Their number in all files.
    pub rows: u64,
    /// The first of them: file, line and text.
    pub example: Option<String>,
}

/// A stage that was built.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StageResult {
    /// The stage.
    pub stage: String,
    /// The period, as its first day, if the stage varies by it.
    pub period: Option<String>,
    /// Rows written.
    pub rows: u64,
    /// Bytes written.
    pub bytes: u64,
    /// Seconds it took.
    pub seconds: f64,
}

/// A check that was made.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CheckResult {
    /// The table.
    pub table: String,
    /// The check, as its table file says it.
    pub check: String,
    /// How it ended.
    pub status: CheckStatus,
    /// Rows that break it.
    pub failed_rows: u64,
    /// How many rows may, as its table file says it; null if none.
    pub allowed: Option<String>,
    /// The first of them.
    pub examples: Vec<String>,
    /// The tables that it read as they are published, since the run does not replace them.
    pub as_published: Vec<String>,
    /// Seconds it took.
    pub seconds: f64,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckStatus {
    /// No row breaks it, or no more than it allows.
    Passed,
    /// Rows break it, and it only warns.
    Warned,
    /// Rows break it: nothing is published.
    Failed,
}

/// A table that was published.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TableResult {
    /// The table.
    pub table: String,
    /// Rows this run built.
    pub rows: u64,
    /// Bytes of these rows.
    pub bytes: u64,
    /// Files of these rows.
    pub files: usize,
    /// Where its files lie.
    pub location: String,
}

/// A number of the pipeline's.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HeadlineResult {
    /// What it is.
    pub title: String,
    /// Its value as text; null is unknown.
    pub value: Option<String>,
}

impl RunResults {
    /// A run that has not begun.
    pub fn new(run: &str) -> Self {
        Self {
            schema_version: 2,
            program_version: env!("CARGO_PKG_VERSION").into(),
            run: run.into(),
            ..Self::default()
        }
    }

    /// A run that has begun, as its record says until it has ended.
    pub fn begun(run: &str) -> Self {
        Self {
            exit_code: KILLED,
            failure_kind: Some(FailureKind::Interrupted),
            message: Some(UNENDED.into()),
            ..Self::new(run)
        }
    }

    /// Whether this is the record of a run that has not ended.
    pub fn is_begun(&self) -> bool {
        self.message.as_deref() == Some(UNENDED)
    }

    /// Notes what the run is about.
    pub fn about(&mut self, plan: &Plan, request: &super::Request) {
        self.pipeline.clone_from(&plan.name);
        self.as_of = Some(written(request.as_of));
        self.periods = request.periods.iter().map(|period| period.first_day.to_string()).collect();
    }

    /// Notes why the run failed.
    pub fn failed(&mut self, failure: &Failure) {
        self.failure_kind = Some(failure.kind());
        self.exit_code = failure.kind().exit_code();
        self.message = Some(failure.to_string());
    }

    /// Notes that the program itself failed.
    pub fn bug(&mut self, message: &str) {
        self.failure_kind = Some(FailureKind::Bug);
        self.message = Some(message.to_owned());
    }

    pub(super) fn published(
        &mut self,
        plan: &Plan,
        warehouse: &Warehouse,
        publication: &Publication,
        staged: &Staged,
    ) {
        self.release = Some(publication.release().release);
        self.unchanged = matches!(publication, Publication::Unchanged(_));
        self.warehouse = Some(warehouse.shown.clone());
        self.dropped.clone_from(&staged.dropped);
        self.dropped_periods = dropped_periods(plan, staged);
        let behind = publication.release().behind(&plan.name).into_iter();
        let behind = behind.filter(|(table, _)| !self.left.contains(table));
        self.behind = behind.map(TableAsOfResult::from).collect();
        let tables = staged.tables.iter();
        self.tables = tables
            .map(|(name, table)| TableResult {
                table: name.clone(),
                rows: table.rows(),
                bytes: table.files.iter().map(|file| file.bytes).sum(),
                files: table.files.len(),
                location: format!("{}/{name}", warehouse.shown.trim_end_matches('/')),
            })
            .collect();
    }
}

/// The periods that a run took out of the tables that vary by period.
fn dropped_periods(plan: &Plan, staged: &Staged) -> Vec<DroppedPeriodsResult> {
    let varying = plan.stages.iter().filter(|stage| stage.per_period);
    let tables = varying.filter_map(|stage| staged.tables.get_key_value(&stage.name));
    let dropped = tables.filter(|(_, table)| !table.gone.is_empty()).map(|(name, table)| {
        let periods = table.gone.iter().map(|slice| period_of(slice).to_owned()).collect();
        DroppedPeriodsResult { table: name.clone(), periods }
    });
    dropped.collect()
}

impl CheckResult {
    /// What is said of it where it failed.
    pub(super) fn failure(&self) -> FailedCheck {
        FailedCheck {
            table: self.table.clone(),
            check: self.check.clone(),
            rows: self.failed_rows,
            allowed: self.allowed.clone(),
            examples: self.examples.clone(),
            as_published: self.as_published.clone(),
        }
    }
}

impl StageResult {
    /// What a stage wrote since `started`.
    pub(super) fn new(
        stage: &str,
        period: Option<String>,
        files: &[crate::publish::StagedFile],
        started: std::time::Instant,
    ) -> Self {
        Self {
            stage: stage.to_owned(),
            period,
            rows: files.iter().map(|file| file.rows).sum(),
            bytes: files.iter().map(|file| file.bytes).sum(),
            seconds: super::seconds_since(started),
        }
    }
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

/// The first row of some, to show it.
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

impl MissingColumnResult {
    fn new(source: &SourcePlan, field: &SourceField, absence: &Absence) -> Self {
        let others = || absence.others.iter().map(String::as_str);
        let nearest = field.from.iter().find_map(|name| nearest(name, others()));
        let (files, examples) = absence.without();
        Self {
            source: source.name.clone(),
            column: field.name.clone(),
            names: field.from.clone(),
            everywhere: absence.is_nowhere() && !absence.is_unclear(),
            unclear: absence.is_unclear(),
            files,
            examples,
            nearest: nearest.map(str::to_owned),
        }
    }
}

impl std::fmt::Display for MissingColumnResult {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        let Self { source, names, everywhere, unclear, files, examples, nearest, .. } = self;
        let column = names.join("` or `");
        let first = examples.first().map_or("", String::as_str);
        write!(formatter, "source `{source}`: ")?;
        if *unclear {
            let whose = match files {
                1 => format!("`{first}`"),
                _ => format!("{files} files, such as `{first}`"),
            };
            return write!(
                formatter,
                "no record has the column `{column}`: all there is on the way to it is null or empty \
                 in {whose}"
            );
        }
        match (everywhere, files) {
            (true, _) => write!(formatter, "no file has a column `{column}`")?,
            (false, 1) => write!(formatter, "`{first}` has no column `{column}`")?,
            (false, _) => {
                write!(formatter, "{files} files have no column `{column}`, such as `{first}`")?;
            }
        }
        nearest.iter().try_for_each(|name| write!(formatter, "; did you mean `{name}`?"))
    }
}

impl From<&Names> for PassedOverResult {
    fn from(names: &Names) -> Self {
        Self { files: names.count, examples: names.examples.iter().cloned().collect() }
    }
}
