//! How a run ends in every case: it writes its run record, and it responds to signals.
//!
//! The run record is opened before anything else is done, so that a run whose record cannot be
//! written does not publish; from then on it says that the run has not ended. Signals have a
//! dedicated thread, since planning and the engine may occupy all others. It asks the run to stop;
//! a run that does not stop within the time limit is ended by this thread, with its record.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::{Duration, Instant};

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::outcome::Outcome;
use crate::failure::{DONE, FailureKind, SIGNALLED};
use crate::record::{Event, RunResults, seconds_since};
use crate::report::{self, Reporter};
use crate::run::Failure;

/// How long a run has to stop by itself: with what follows, signals take effect within two seconds.
const GRACE: Duration = Duration::from_millis(1500);
/// How long the last message may take.
const LAST_WORDS: Duration = Duration::from_millis(200);
/// How long to wait for the reader of a pipe.
const OPENING: Duration = Duration::from_secs(2);

/// The end of a run, which happens once.
pub(super) struct Ending {
    path: PathBuf,
    /// The file itself, with links resolved.
    real: PathBuf,
    state: Mutex<State>,
    begun: Instant,
    signal: AtomicU8,
}

struct State {
    file: File,
    /// How large the file was, if it existed before.
    before: Option<u64>,
    known: RunResults,
    over: bool,
}

impl Ending {
    /// Opens the record of a run and writes that it has begun.
    pub(super) fn begin(path: &Path, run: &str) -> Result<Arc<Self>, Failure> {
        let disk = |error| Failure::Record { path: path.display().to_string(), error };
        let before = path.metadata().ok().map(|there| there.len());
        let file = opened(path).map_err(disk)?;
        let known = RunResults::begun(run);
        let mut state = State { file, before, known, over: false };
        let begun = state.known.clone();
        state.write(&begun).map_err(disk)?;
        let state = Mutex::new(state);
        // Of a link that led nowhere, what it leads to is new and not the link.
        let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        Ok(Arc::new(Self {
            path: path.to_owned(),
            real,
            state,
            begun: Instant::now(),
            signal: AtomicU8::new(0),
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes a record that does not belong there: the former contents are restored.
    pub(super) fn withdraw(&self) {
        let mut state = self.state();
        state.over = match state.before {
            None => std::fs::remove_file(&self.real).is_ok(),
            Some(0) => state.file.set_len(0).is_ok(),
            // The record of an earlier run, which that of this one follows.
            Some(_) => false,
        };
    }

    /// Folds an event into the record, in case the run is ended.
    pub(super) fn hear(&self, event: &Event) {
        self.state().known.note(event);
    }

    /// The code of a run that was stopped by a signal is 128 plus the signal's number.
    fn exit_code(&self, code: u8) -> u8 {
        let signal = self.signal.load(Ordering::SeqCst);
        if code == FailureKind::Interrupted.exit_code() && signal > 0 {
            SIGNALLED + signal
        } else {
            code
        }
    }

    /// Writes the record of a run. A run whose record cannot be written has failed.
    pub(super) fn leave(
        &self,
        failure: Option<(FailureKind, String)>,
        seconds: f64,
        reporter: &Reporter,
    ) -> RunResults {
        let mut state = self.state();
        let code = failure.as_ref().map_or(DONE, |(kind, _)| kind.exit_code());
        let mut results = state.known.clone();
        let ended = Event::RunEnded { failure, exit_code: self.exit_code(code), seconds };
        results.note(&ended);
        if std::mem::replace(&mut state.over, true) {
            return results;
        }
        reporter.event(&ended);
        if let Err(error) = state.write(&results) {
            let path = self.path.display().to_string();
            let told = Outcome::Failure(Failure::Record { path, error }).tell(reporter);
            results.exit_code = if results.exit_code == DONE { told } else { results.exit_code };
        }
        results
    }

    /// Asks the run to stop at the first SIGINT, SIGTERM or SIGHUP, and enforces it.
    pub(super) fn obey(self: &Arc<Self>, cancel: CancellationToken, reporter: &Arc<Reporter>) {
        let (ending, reporter) = (Arc::clone(self), Arc::clone(reporter));
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let Ok(runtime) = runtime else { return };
            let Some(number) = runtime.block_on(first()) else { return };
            ending.signal.store(number, Ordering::SeqCst);
            cancel.cancel();
            std::thread::sleep(GRACE);
            ending.force(number, &reporter);
        });
    }

    /// Ends a run that did not stop, unless it is writing its record.
    fn force(&self, number: u8, reporter: &Arc<Reporter>) {
        let mut state = self.state();
        if state.over {
            return;
        }
        state.over = true;
        let failure = match state.known.publishing {
            true => Failure::InterruptedWhilePublishing,
            false => Failure::Interrupted,
        };
        let mut results = state.known.clone();
        let (exit_code, seconds) = (SIGNALLED + number, seconds_since(self.begun));
        let said = Some((failure.kind(), failure.to_string()));
        results.note(&Event::RunEnded { failure: said, exit_code, seconds });
        let _ = state.write(&results);
        last_words(reporter, failure);
        std::process::exit(i32::from(results.exit_code));
    }
}

impl State {
    fn write(&mut self, results: &RunResults) -> std::io::Result<()> {
        let text = serde_json::to_string_pretty(results).unwrap_or_default();
        if self.file.metadata().is_ok_and(|meta| meta.is_file()) {
            self.file.set_len(0)?;
            self.file.seek(SeekFrom::Start(0))?;
        } else if results.is_begun() {
            // Output to a pipe or a device cannot be undone: a blank shows whether it can be
            // written.
            return self.file.write_all(b"\n");
        }
        self.file.write_all((report::for_machines(&text) + "\n").as_bytes())
    }
}

/// Opens a file of any type for writing, with a timeout.
fn opened(path: &Path) -> std::io::Result<File> {
    let (sender, opened) = mpsc::channel();
    let path = path.to_owned();
    std::thread::spawn(move || {
        let file = File::options().write(true).create(true).truncate(false).open(path);
        let _ = sender.send(file);
    });
    let late = |_| std::io::Error::other("it is a pipe that nobody reads");
    opened.recv_timeout(OPENING).unwrap_or_else(|error| Err(late(error)))
}

/// The number of the first signal that asks the run to stop.
async fn first() -> Option<u8> {
    let mut interrupt = signal(SignalKind::interrupt()).ok()?;
    let mut terminate = signal(SignalKind::terminate()).ok()?;
    let mut hangup = hangup();
    Some(tokio::select! {
        _ = interrupt.recv() => 2,
        _ = terminate.recv() => 15,
        () = heard(&mut hangup) => 1,
    })
}

async fn heard(hangup: &mut Option<Signal>) {
    match hangup {
        Some(hangup) => drop(hangup.recv().await),
        None => std::future::pending().await,
    }
}

/// SIGHUP, unless it was ignored when the program was started, as under `nohup`.
fn hangup() -> Option<Signal> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|bits| u64::from_str_radix(bits.trim(), 16).ok()).unwrap_or(0);
    if ignored & 1 == 1 { None } else { signal(SignalKind::hangup()).ok() }
}

/// Reports a failure, with a short timeout.
fn last_words(reporter: &Arc<Reporter>, failure: Failure) {
    let (sender, told) = mpsc::channel();
    let reporter = Arc::clone(reporter);
    std::thread::spawn(move || {
        Outcome::Failure(failure).tell(&reporter);
        let _ = sender.send(());
    });
    let _ = told.recv_timeout(LAST_WORDS);
}
