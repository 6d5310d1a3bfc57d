//! The one integration-test binary.

#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

mod build;
mod cdnow;
mod cli;
mod complete_journey;
mod coverage;
mod differential;
mod documents;
mod ecsi_mobi;
mod exports;
mod functions;
mod history;
mod hostile;
mod infer;
mod latest;
mod nightly;
mod online_retail;
mod page;
mod publish;
mod read;
mod readers;
mod recovery;
mod slt;
mod stores;
mod support;
mod tidy;
mod time;
mod unit_tests;
