//! `patronage replay`: rejected rows are read as corrected.

use super::Replay;
use super::commands::run_with;

/// Stores the corrections, then runs the pipeline with them.
pub(super) async fn replay(args: &Replay) -> u8 {
    run_with(&args.run, Some(&args.corrections)).await
}
