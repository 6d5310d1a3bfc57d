//! What happened, reported once as events and shown three ways: a bar for people, lines for logs,
//! JSON for programs. The only place that prints, all of it through [`sink`].

mod catalogue;
mod columns;
mod coverage;
mod findings;
mod log;
mod show;
mod sink;
mod standing;
mod summary;
mod tables;
mod unit_tests;
mod upgrade;
mod words;

use std::io::IsTerminal;
use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressStyle};

pub use self::catalogue::catalogue;
pub use self::columns::columns;
pub use self::coverage::{coverage, coverage_json};
pub use self::findings::{findings, findings_json};
pub use self::show::{broken_checks, project, project_json, rows, stand_in_line};
use self::sink::Stderr;
pub use self::sink::{answer, stderr, stdout, stdout_json};
pub(crate) use self::sink::{for_machines, for_people};
pub use self::summary::run_summary;
pub use self::tables::tables;
pub use self::unit_tests::{unit_tests, unit_tests_json, unit_tests_left};
pub use self::upgrade::{upgrade_notes, upgrade_notes_json};
use self::words::line;
use crate::failure::FailureKind;
use crate::record::{CheckResult, CheckStatus, Event};
use crate::text::printable;

/// How events are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// A bar on a terminal, lines elsewhere.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Shows events as they come.
pub struct Reporter {
    format: LogFormat,
    bar: Mutex<Option<ProgressBar>>,
}

impl Reporter {
    /// A reporter; `Json` makes every line of standard error a JSON object.
    pub fn new(format: LogFormat) -> Self {
        let builder = tracing_subscriber::fmt()
            .with_writer(Stderr(format))
            .with_ansi(false)
            .with_target(false);
        // A second subscriber in one process is rejected; the first one then stays.
        let _ = match format {
            LogFormat::Json => tracing::subscriber::set_global_default(
                builder.json().flatten_event(true).with_max_level(tracing::Level::INFO).finish(),
            ),
            LogFormat::Text => tracing::subscriber::set_global_default(
                builder.without_time().with_max_level(tracing::Level::WARN).finish(),
            ),
        };
        Self { format, bar: Mutex::new(None) }
    }

    /// Shows an event.
    pub fn event(&self, event: &Event) {
        match self.format {
            LogFormat::Json => log::log(event),
            LogFormat::Text if std::io::stderr().is_terminal() => self.advance(event),
            LogFormat::Text if is_noise(event) => {}
            LogFormat::Text => above(None, event),
        }
    }

    fn advance(&self, event: &Event) {
        let Ok(mut bar) = self.bar.lock() else { return };
        match event {
            Event::SourceStale(_)
            | Event::ColumnMissing(_)
            | Event::TablesKept { .. }
            | Event::TablesLeft { .. }
            | Event::TablesBehind { .. }
            | Event::FilesDamaged { .. }
            | Event::StrayFiles { .. }
            | Event::DamageSettled { .. }
            | Event::Trouble(_)
            | Event::CheckFinished(CheckResult { status: CheckStatus::Warned, .. }) => {
                above(bar.as_ref(), event);
            }
            Event::SourceRead(source) if source.broken_off().is_some() => {
                above(bar.as_ref(), event);
            }
            Event::SourceRead(_) | Event::HeadlineAnswered(_) => {}
            Event::RunStarted { steps, .. } => *bar = Some(new_bar(*steps)),
            Event::Published(_) | Event::RunEnded { .. } => {
                if let Some(bar) = bar.take() {
                    bar.finish_and_clear();
                }
            }
            Event::StageStarted { .. } => {
                let line = line(event).unwrap_or_default();
                with(bar.as_ref(), |bar| bar.set_message(for_people(&printable(&line))));
            }
            Event::StageFinished(_) => with(bar.as_ref(), |bar| bar.inc(1)),
            Event::CheckFinished(_) => with(bar.as_ref(), |bar| bar.set_message("checking")),
            Event::Corrected(_) => above(None, event),
            Event::Publishing => with(bar.as_ref(), |bar| bar.set_message("publishing")),
        }
    }

    /// Removes the bar, so that what follows is on separate lines.
    pub fn done(&self) {
        if let Ok(mut bar) = self.bar.lock()
            && let Some(bar) = bar.take()
        {
            bar.finish_and_clear();
        }
    }

    /// Tells a failure.
    pub fn failure(&self, message: &str, help: Option<&str>, kind: FailureKind) {
        self.done();
        let (exit_code, kind) = (kind.exit_code(), named(kind));
        match self.format {
            LogFormat::Json => tracing::error!(kind, exit_code, help, "{message}"),
            LogFormat::Text => {
                // Diagnostics bring their own heading.
                let heading = if message.starts_with("error[") { "" } else { "error: " };
                stderr(&format!("{heading}{message}"));
                if let Some(help) = help {
                    stderr(&format!("help: {help}"));
                }
            }
        }
    }
}

/// Shows an event on a separate line, above the bar if there is one.
fn above(bar: Option<&ProgressBar>, event: &Event) {
    let Some(line) = line(event) else { return };
    let told = || stderr(&printable(&line));
    bar.map_or_else(told, |bar| bar.suspend(told));
}

/// Events that would only be noise in a log: starts and passed checks.
fn is_noise(event: &Event) -> bool {
    match event {
        Event::StageStarted { .. } | Event::Publishing => true,
        Event::CheckFinished(result) => result.status == CheckStatus::Passed,
        Event::RunStarted { .. }
        | Event::StageFinished(_)
        | Event::SourceRead(_)
        | Event::HeadlineAnswered(_)
        | Event::ColumnMissing(_)
        | Event::SourceStale(_)
        | Event::TablesKept { .. }
        | Event::TablesLeft { .. }
        | Event::TablesBehind { .. }
        | Event::FilesDamaged { .. }
        | Event::StrayFiles { .. }
        | Event::DamageSettled { .. }
        | Event::Corrected(_)
        | Event::Published(_)
        | Event::Trouble(_)
        | Event::RunEnded { .. } => false,
    }
}

fn with(bar: Option<&ProgressBar>, act: impl FnOnce(&ProgressBar)) {
    if let Some(bar) = bar {
        act(bar);
    }
}

fn new_bar(steps: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed} {msg}");
    ProgressBar::new(steps).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// The name of a state, for programs.
pub(crate) fn named(state: impl serde::Serialize) -> String {
    let value = serde_json::to_value(state).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}
