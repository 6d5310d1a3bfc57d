//! What happened, told once as events and shown three ways: a bar for people, lines for logs, JSON
//! for machines. The only place that prints, all of it through [`sink`].

mod findings;
mod show;
mod sink;
mod standing;
mod summary;
mod tables;

use std::io::IsTerminal;
use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressStyle};

pub use self::findings::{findings, findings_json};
pub use self::show::{broken_checks, project, project_json, rows};
use self::sink::Stderr;
pub use self::sink::{answer, stderr, stdout, stdout_json};
pub(crate) use self::sink::{for_machines, for_people};
use self::standing::{behind, damaged, kept, left, left_damaged, strays};
pub use self::summary::{human_bytes, run_summary};
pub use self::tables::tables;
use crate::failure::FailureKind;
use crate::run::{
    CheckResult, CheckStatus, DamagedFileResult, MissingColumnResult, Noted, StageResult,
    StaleSource, TableAsOfResult,
};
use crate::text::printable;

/// Something that happened in a run.
#[derive(Debug, Clone)]
pub enum Event {
    /// A run began: its name, and how many stages it will build.
    RunStarted {
        /// The run's name.
        run: String,
        /// Stages to build, each period counted.
        steps: u64,
    },
    /// A stage is being built.
    StageStarted {
        /// The stage.
        stage: String,
        /// The period, as its first day.
        period: Option<String>,
    },
    /// A stage is built.
    StageFinished(StageResult),
    /// A check was made.
    CheckFinished(CheckResult),
    /// Files lack a declared column.
    ColumnMissing(MissingColumnResult),
    /// The newest row of a source is older than its `warn_after`.
    SourceStale(StaleSource),
    /// Tables are newer than the run and stay as they are.
    TablesKept {
        /// Which, and their as-of.
        tables: Vec<TableAsOfResult>,
    },
    /// Tables of the warehouse that the pipeline does not publish any more.
    TablesLeft {
        /// Which.
        tables: Vec<String>,
    },
    /// Tables that the run will leave older than others of the pipeline.
    TablesBehind {
        /// Which, and their as-of.
        tables: Vec<TableAsOfResult>,
    },
    /// Files are not as they were published.
    FilesDamaged {
        /// The release that names them.
        release: u64,
        /// Which, and what is wrong with them.
        files: Vec<DamagedFileResult>,
    },
    /// Files lie beside those of tables.
    StrayFiles {
        /// Which.
        files: Vec<String>,
    },
    /// The run did not build them again.
    FilesLeftDamaged {
        /// Which, and what does.
        files: Vec<DamagedFileResult>,
    },
    /// Everything holds, and what readers see is about to change.
    Publishing,
    /// Corrections of rejected rows were noted.
    Corrected(Noted),
    /// Readers see the run's tables.
    Published {
        /// The release they see.
        release: u64,
        /// Whether they saw the same bytes before.
        unchanged: bool,
    },
}

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
        // A second subscriber in one process is refused; the first one then stays.
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
            LogFormat::Json => log(event),
            LogFormat::Text if std::io::stderr().is_terminal() => self.advance(event),
            LogFormat::Text => lines(event),
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
            | Event::FilesLeftDamaged { .. }
            | Event::StrayFiles { .. }
            | Event::CheckFinished(CheckResult { status: CheckStatus::Warned, .. }) => {
                match bar.as_ref() {
                    Some(bar) => bar.suspend(|| stderr(&printable(&line(event)))),
                    None => stderr(&printable(&line(event))),
                }
            }
            Event::RunStarted { steps, .. } => *bar = Some(new_bar(*steps)),
            Event::Published { .. } => {
                if let Some(bar) = bar.take() {
                    bar.finish_and_clear();
                }
            }
            Event::StageStarted { .. } => {
                with(bar.as_ref(), |bar| bar.set_message(printable(&line(event))));
            }
            Event::StageFinished(_) => with(bar.as_ref(), |bar| bar.inc(1)),
            Event::CheckFinished(_) => with(bar.as_ref(), |bar| bar.set_message("checking")),
            Event::Corrected(_) => stderr(&printable(&line(event))),
            Event::Publishing => with(bar.as_ref(), |bar| bar.set_message("publishing")),
        }
    }

    /// Removes the bar, so that what follows stands on lines of its own.
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

fn with(bar: Option<&ProgressBar>, act: impl FnOnce(&ProgressBar)) {
    if let Some(bar) = bar {
        act(bar);
    }
}

fn new_bar(steps: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed} {msg}");
    ProgressBar::new(steps).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// The event as a line for people.
fn line(event: &Event) -> String {
    let of = |period: &Option<String>| {
        period.as_ref().map(|period| format!(" for {period}")).unwrap_or_default()
    };
    match event {
        Event::RunStarted { run, steps } => format!("run {run}: {steps} stages"),
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
        Event::FilesLeftDamaged { files } => format!("warning: {}", left_damaged(files)),
        Event::StrayFiles { files } => format!("warning: {}", strays(files)),
        Event::Publishing => "publishing".to_owned(),
        Event::Corrected(Noted { corrected, unchanged }) => {
            format!("{corrected} rows corrected, {unchanged} as before")
        }
        Event::Published { release, unchanged: false } => format!("published release {release}"),
        Event::Published { release, unchanged: true } => {
            format!("nothing changed: release {release} stays")
        }
    }
}

/// `1 row breaks`, `2 rows break`.
pub(crate) fn rows_break(rows: u64) -> String {
    format!("{rows} {}", if rows == 1 { "row breaks" } else { "rows break" })
}

/// Lines of a log that nobody watches: starts and passed checks would only be noise.
fn lines(event: &Event) {
    match event {
        Event::StageStarted { .. } | Event::Publishing => {}
        Event::CheckFinished(result) if result.status == CheckStatus::Passed => {}
        _ => stderr(&printable(&line(event))),
    }
}

fn log(event: &Event) {
    match event {
        Event::RunStarted { run, steps } => tracing::info!(event = "run_started", run, steps),
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
        Event::FilesLeftDamaged { files } => {
            tracing::warn!(event = "files_left_damaged", "{}", left_damaged(files));
        }
        Event::StrayFiles { files } => {
            tracing::warn!(event = "stray_files", "{}", strays(files));
        }
        Event::Publishing => tracing::info!(event = "publishing"),
        Event::Corrected(Noted { corrected, .. }) => {
            tracing::info!(event = "corrected", rows = corrected);
        }
        Event::Published { release, unchanged } => {
            tracing::info!(event = "published", release, unchanged);
        }
    }
}

/// The name of a state, as machines get it.
pub(crate) fn named(state: impl serde::Serialize) -> String {
    let value = serde_json::to_value(state).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}
