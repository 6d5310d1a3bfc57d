//! A panic ends the program as a bug, with a separate exit code.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::{Mutex, PoisonError};

use futures::FutureExt;

/// The location of the last panic, which its payload does not contain.
static PANIC: Mutex<Option<String>> = Mutex::new(None);

/// Records panics instead of printing them, so that their messages go through the common
/// output. The backtrace is printed if `RUST_BACKTRACE` is set.
pub(super) fn note_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        *PANIC.lock().unwrap_or_else(PoisonError::into_inner) = place;
        let calls = Backtrace::capture();
        if calls.status() == BacktraceStatus::Captured {
            crate::report::stderr(&calls.to_string());
        }
    }));
}

/// The future's result, or the panic's payload.
///
/// # Errors
/// It panicked.
pub(super) async fn caught<T>(work: impl Future<Output = T>) -> Result<T, String> {
    AssertUnwindSafe(work).catch_unwind().await.map_err(|panic| said(panic.as_ref()))
}

fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    let text = text.unwrap_or_else(|| "a panic".to_owned());
    match PANIC.lock().unwrap_or_else(PoisonError::into_inner).take() {
        Some(place) => format!("{text} (at {place})"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn a_bug_is_caught_with_what_it_says() {
        let ended = super::caught(async { panic!("row {} of 3", 4) }).await;
        assert_eq!(ended, Err::<(), _>("row 4 of 3".to_owned()));
        assert_eq!(super::caught(async { 1 }).await, Ok(1));
    }
}
