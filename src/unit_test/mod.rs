//! Execution of tests of stages: the result for given rows is compared with the expected rows.
//!
//! ```text
//! plan::UnitTest ─▶ answers ──▶ compare ──▶ Verdict ─▶ update
//!                   one plan    a pure      what       the files as
//!                   for many    function    differs    they would pass
//! ```
//!
//! Everything is in memory: the tables are the rows of the tests, and there is no store.

mod answers;
mod compare;
mod edit;
mod tables;
mod update;
mod written;

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::error::Result;

use self::answers::Came;
pub use self::compare::{Changed, Differences};
pub use self::update::{Rewritten, rewritten};
pub(crate) use self::written::yaml;
use crate::plan::{ExpectedRows, Plan, UnitTest};

/// What became of a test.
#[derive(Debug)]
pub struct Verdict {
    /// The test.
    pub test: Arc<UnitTest>,
    /// The outcome of each of its expectations.
    answers: Vec<Answer>,
}

/// The outcome for a stage, or for a query of its `with`.
#[derive(Debug)]
pub struct Answer {
    /// The rows, in the columns that were expected, or why there are none.
    pub came: std::result::Result<RecordBatch, String>,
    /// How they differ from the expected ones.
    pub differences: Differences,
}

impl Verdict {
    /// Each expectation of the test, and the actual rows.
    pub fn answers(&self) -> impl Iterator<Item = (&ExpectedRows, &Answer)> {
        self.test.expected.iter().zip(&self.answers)
    }

    /// Whether the actual rows are the expected ones, for all expectations.
    pub fn passed(&self) -> bool {
        self.answers.iter().all(Answer::is_right)
    }
}

impl Answer {
    fn of(expected: &ExpectedRows, came: Came) -> Self {
        let differences = came.as_ref().map(|came| compare::differences(expected, came));
        Self { differences: differences.unwrap_or_default(), came }
    }

    /// Whether the actual rows are the expected ones.
    pub fn is_right(&self) -> bool {
        self.came.is_ok() && self.differences.is_none()
    }
}

/// Runs tests and returns the verdict of each, in their order.
///
/// # Errors
/// The engine cannot be started.
pub async fn run(plan: &Plan, tests: &[Arc<UnitTest>]) -> Result<Vec<Verdict>> {
    let answers = answers::all(plan, tests).await?;
    let verdicts = tests.iter().zip(answers).map(|(test, came)| {
        let answers = test.expected.iter().zip(came).map(|(it, came)| Answer::of(it, came));
        Verdict { test: Arc::clone(test), answers: answers.collect() }
    });
    Ok(verdicts.collect())
}
