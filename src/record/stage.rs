//! Stages as they were built, and the pipeline's headlines.

use std::time::Instant;

use schemars::JsonSchema;
use serde::Serialize;

use crate::publish::StagedFile;

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

/// A number of the pipeline's.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HeadlineResult {
    /// What it is.
    pub title: String,
    /// Its value as text; null is unknown.
    pub value: Option<String>,
}

impl StageResult {
    /// What a stage wrote since `started`.
    pub fn new(
        stage: &str,
        period: Option<String>,
        files: &[StagedFile],
        started: Instant,
    ) -> Self {
        Self {
            stage: stage.to_owned(),
            period,
            rows: files.iter().map(|file| file.rows).sum(),
            bytes: files.iter().map(|file| file.bytes).sum(),
            seconds: seconds_since(started),
        }
    }
}

/// Seconds to the millisecond.
pub fn seconds_since(started: Instant) -> f64 {
    (started.elapsed().as_secs_f64() * 1000.0).round() / 1000.0
}
