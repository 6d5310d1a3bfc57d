//! Events as lines for people.

use super::standing::{behind, damaged, kept, left, left_damaged, strays};
use crate::record::{
    CheckResult, CheckStatus, CorrectedResult, Event, PublishedResult, rows_break,
};
use crate::text::human_bytes;

/// The event as a line; `None` if it is only for the run record.
pub(super) fn line(event: &Event) -> Option<String> {
    let of = |period: &Option<String>| {
        period.as_ref().map(|period| format!(" for {period}")).unwrap_or_default()
    };
    Some(match event {
        Event::RunStarted { run, steps, .. } => format!("run {run}: {steps} stages"),
        Event::StageStarted { stage, period } => format!("{stage}{}", of(period)),
        Event::StageFinished(result) => format!(
            "built {}{}: {} rows, {}, {:.2} s",
            result.stage,
            of(&result.period),
            result.rows,
            human_bytes(result.bytes),
            result.seconds
        ),
        Event::CheckFinished(result) => {
            let CheckResult { table, check, status, failed_rows, .. } = result;
            match status {
                CheckStatus::Passed => format!("check passed: {table}: {check}"),
                CheckStatus::Warned => {
                    format!("warning: `{table}`: {} `{check}`", rows_break(*failed_rows))
                }
                CheckStatus::Failed => format!("check FAILED: {table}: {check}"),
            }
        }
        Event::SourceStale(source) => format!("warning: {source}"),
        Event::ColumnMissing(column) => format!("warning: {column}"),
        Event::TablesKept { tables } => {
            format!("warning: {}", kept(tables))
        }
        Event::TablesLeft { tables } => format!("warning: {}", left(tables)),
        Event::TablesBehind { tables } => {
            format!("warning: {}", behind(tables))
        }
        Event::FilesDamaged { release, files } => format!("warning: {}", damaged(*release, files)),
        Event::DamageSettled { files } => format!("warning: {}", left_damaged(files)?),
        Event::StrayFiles { files } => format!("warning: {}", strays(files)),
        Event::Publishing => "publishing".to_owned(),
        Event::Corrected(CorrectedResult { corrected, unchanged }) => {
            format!("{corrected} rows corrected, {unchanged} as before")
        }
        Event::Published(PublishedResult { release, unchanged: false, .. }) => {
            format!("published release {release}")
        }
        Event::Published(PublishedResult { release, unchanged: true, .. }) => {
            format!("nothing changed: release {release} stays")
        }
        Event::Trouble(trouble) => format!("warning: {trouble}"),
        Event::SourceRead(source) => format!("warning: {}", source.broken_off()?),
        Event::HeadlineAnswered(_) | Event::RunEnded { .. } => return None,
    })
}
