//! Events as lines of JSON for logs.

use super::named;
use super::standing::{behind, damaged, kept, left, left_damaged, strays};
use crate::record::{
    CheckResult, CorrectedResult, Event, MissingColumnResult, PublishedResult, StageResult,
};

/// Writes an event to the log.
pub(super) fn log(event: &Event) {
    match event {
        Event::RunStarted { run, steps, .. } => tracing::info!(event = "run_started", run, steps),
        Event::StageStarted { stage, period } => {
            tracing::info!(event = "stage_started", stage, period);
        }
        Event::StageFinished(StageResult { stage, period, rows, bytes, seconds }) => {
            tracing::info!(event = "stage_finished", stage, period, rows, bytes, seconds);
        }
        Event::CheckFinished(CheckResult {
            table, check, status, failed_rows, seconds, ..
        }) => {
            let status = named(status);
            tracing::info!(event = "check_finished", table, check, status, failed_rows, seconds);
        }
        Event::SourceStale(source) => {
            tracing::warn!(event = "source_stale", source = source.source, "{source}");
        }
        Event::ColumnMissing(column) => {
            let MissingColumnResult { source, column: name, files, .. } = column;
            tracing::warn!(event = "column_missing", source, column = name, files, "{column}");
        }
        Event::TablesKept { tables } => tracing::warn!(event = "tables_kept", "{}", kept(tables)),
        Event::TablesLeft { tables } => tracing::warn!(event = "tables_left", "{}", left(tables)),
        Event::TablesBehind { tables } => {
            tracing::warn!(event = "tables_behind", "{}", behind(tables));
        }
        Event::FilesDamaged { release, files } => {
            tracing::warn!(event = "files_damaged", "{}", damaged(*release, files));
        }
        Event::DamageSettled { files } => {
            if let Some(left) = left_damaged(files) {
                tracing::warn!(event = "files_left_damaged", "{left}");
            }
        }
        Event::StrayFiles { files } => {
            tracing::warn!(event = "stray_files", "{}", strays(files));
        }
        Event::Publishing => tracing::info!(event = "publishing"),
        Event::Corrected(CorrectedResult { corrected, .. }) => {
            tracing::info!(event = "corrected", rows = corrected);
        }
        Event::SourceRead(source) => {
            if let Some(broken) = source.broken_off() {
                tracing::warn!(event = "files_broken_off", source = source.source, "{broken}");
            }
        }
        Event::HeadlineAnswered(_) => {}
        Event::Trouble(trouble) => tracing::warn!(event = trouble.name(), "{trouble}"),
        Event::RunEnded { failure, exit_code, seconds } => {
            let kind = failure.as_ref().map(|(kind, _)| named(kind));
            tracing::info!(event = "run_ended", exit_code, kind, seconds);
        }
        Event::Published(PublishedResult { release, unchanged, .. }) => {
            tracing::info!(event = "published", release, unchanged);
        }
    }
}
